/* Two ways to lower exceptions, side by side on the same program: a check of a thread's pending exception after
 * every call that may throw, as Wasmelt emits it, and __builtin_setjmp at every try with __builtin_longjmp to throw,
 * the fastest form of what other translators do.
 *
 *   cc -O2 unwinding.c && ./a.out
 *
 * Each row is a way to spend the time: `chain` is five calls deep between try and throw; `leaf` is one. `calls` are
 * functions that may throw called within one try; `try` enters a try for each. Best of several rounds, in turns. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define KEEP __attribute__((noinline))

typedef struct exception {
    uint32_t payload;
} exception;

typedef struct instance {
    uint32_t threshold; /* values from here on throw */
    uint32_t sum;
} instance;

static exception *make(uint32_t payload) {
    exception *e = malloc(sizeof *e);
    if (!e)
        abort();
    e->payload = payload;
    return e;
}

/* ---- Checked returns ---- */

static _Thread_local exception *pending __attribute__((tls_model("initial-exec")));

static KEEP uint32_t checked_leaf(instance *self, uint32_t x) {
    if (__builtin_expect(x >= self->threshold, 0)) {
        pending = make(x);
        return 0;
    }
    return x * 2654435761u >> 7;
}

#define CHECKED(name, callee)                                                                                                              \
    static KEEP uint32_t name(instance *self, uint32_t x) {                                                                                \
        uint32_t a = callee(self, x);                                                                                                      \
        if (__builtin_expect(pending != NULL, 0))                                                                                          \
            return 0;                                                                                                                      \
        self->sum += a;                                                                                                                    \
        return a ^ x;                                                                                                                      \
    }
CHECKED(checked_4, checked_leaf)
CHECKED(checked_3, checked_4)
CHECKED(checked_2, checked_3)
CHECKED(checked_chain, checked_2)

static KEEP uint32_t checked_try(instance *self, uint32_t x, uint32_t (*f)(instance *, uint32_t)) {
    uint32_t before = self->sum, r = f(self, x);
    if (__builtin_expect(pending != NULL, 0)) {
        exception *e = pending;
        pending = NULL;
        r = e->payload ^ before;
        free(e);
    }
    return r + before;
}

static KEEP uint32_t checked_calls(instance *self, uint32_t n, uint32_t (*f)(instance *, uint32_t)) {
    uint32_t r = 0;
    for (uint32_t k = 0; k < n; k++) {
        r += f(self, k);
        if (__builtin_expect(pending != NULL, 0)) {
            free(pending);
            pending = NULL;
            return 0;
        }
    }
    return r;
}

/* ---- setjmp ---- */

typedef struct handler {
    void *buffer[5];
    struct handler *outer;
} handler;

static _Thread_local handler *innermost __attribute__((tls_model("initial-exec")));
static _Thread_local exception *thrown __attribute__((tls_model("initial-exec")));

static KEEP uint32_t jumping_leaf(instance *self, uint32_t x) {
    if (__builtin_expect(x >= self->threshold, 0)) {
        thrown = make(x);
        __builtin_longjmp(innermost->buffer, 1);
    }
    return x * 2654435761u >> 7;
}

#define JUMPING(name, callee)                                                                                                              \
    static KEEP uint32_t name(instance *self, uint32_t x) {                                                                                \
        uint32_t a = callee(self, x);                                                                                                      \
        self->sum += a;                                                                                                                    \
        return a ^ x;                                                                                                                      \
    }
JUMPING(jumping_4, jumping_leaf)
JUMPING(jumping_3, jumping_4)
JUMPING(jumping_2, jumping_3)
JUMPING(jumping_chain, jumping_2)

static KEEP uint32_t jumping_try(instance *self, uint32_t x, uint32_t (*f)(instance *, uint32_t)) {
    /* What lives across a jump must be in memory. */
    volatile uint32_t before = self->sum;
    uint32_t r;
    handler h;
    h.outer = innermost;
    if (__builtin_setjmp(h.buffer) == 0) {
        innermost = &h;
        r = f(self, x);
        innermost = h.outer;
    } else {
        innermost = h.outer;
        r = thrown->payload ^ before;
        free(thrown);
    }
    return r + before;
}

static KEEP uint32_t jumping_calls(instance *self, uint32_t n, uint32_t (*f)(instance *, uint32_t)) {
    volatile uint32_t r = 0;
    handler h;
    h.outer = innermost;
    if (__builtin_setjmp(h.buffer) == 0) {
        innermost = &h;
        for (volatile uint32_t k = 0; k < n; k++)
            r += f(self, k);
    } else {
        free(thrown);
        r = 0;
    }
    innermost = h.outer;
    return r;
}

/* ---- Measuring ---- */

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

typedef uint32_t function(instance *, uint32_t);
typedef uint32_t caller(instance *, uint32_t, function *);

static double time_tries(caller *enter, function *f, uint32_t threshold, uint32_t n) {
    instance self = {threshold, 0};
    double start = seconds();
    uint32_t r = 0;
    for (uint32_t k = 0; k < n; k++)
        r += enter(&self, k, f);
    double spent = seconds() - start;
    if (r == 12345)
        puts("");
    return spent / n * 1e9;
}

static double time_calls(caller *enter, function *f, uint32_t n) {
    instance self = {UINT32_MAX, 0};
    double start = seconds();
    uint32_t r = enter(&self, n, f);
    double spent = seconds() - start;
    if (r == 12345)
        puts("");
    return spent / n * 1e9;
}

static void keep_least(double *least, double value) {
    if (*least == 0 || value < *least)
        *least = value;
}

int main(void) {
    enum { ROUNDS = 9, N = 2000000 };
    static const char *const names[] = {"calls, leaf",
                                        "calls, chain",
                                        "try, leaf, never thrown",
                                        "try, chain, never thrown",
                                        "try, leaf, always thrown",
                                        "try, chain, always thrown"};
    double best[6][2] = {{0}};
    for (int round = 0; round < ROUNDS; round++) {
        keep_least(&best[0][0], time_calls(checked_calls, checked_leaf, N));
        keep_least(&best[0][1], time_calls(jumping_calls, jumping_leaf, N));
        keep_least(&best[1][0], time_calls(checked_calls, checked_chain, N));
        keep_least(&best[1][1], time_calls(jumping_calls, jumping_chain, N));
        keep_least(&best[2][0], time_tries(checked_try, checked_leaf, UINT32_MAX, N));
        keep_least(&best[2][1], time_tries(jumping_try, jumping_leaf, UINT32_MAX, N));
        keep_least(&best[3][0], time_tries(checked_try, checked_chain, UINT32_MAX, N));
        keep_least(&best[3][1], time_tries(jumping_try, jumping_chain, UINT32_MAX, N));
        keep_least(&best[4][0], time_tries(checked_try, checked_leaf, 0, N));
        keep_least(&best[4][1], time_tries(jumping_try, jumping_leaf, 0, N));
        keep_least(&best[5][0], time_tries(checked_try, checked_chain, 0, N));
        keep_least(&best[5][1], time_tries(jumping_try, jumping_chain, 0, N));
    }
    printf("%-28s %10s %10s %8s\n", "nanoseconds", "checked", "setjmp", "ratio");
    for (int k = 0; k < 6; k++)
        printf("%-28s %10.2f %10.2f %8.2f\n", names[k], best[k][0], best[k][1], best[k][0] / best[k][1]);
    return 0;
}
