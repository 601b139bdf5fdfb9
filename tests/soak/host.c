/* Threads that make, run, interrupt, starve, trap, throw into, grow and free instances at random, in rounds. After each round all is freed,
 * the threads that ran it have ended, and the program prints what the process has: it must not grow.
 *
 *     host SECONDS ROUNDS */
#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <wasmelt/wasmelt.h>

#include "guest.h"

enum { THREADS = 8, KEPT = 3 };

#define CHECK(condition) ((condition) ? (void)0 : fail(__LINE__, #condition))

static _Noreturn void fail(int line, const char *what) {
    fprintf(stderr, "line %d: %s\n", line, what);
    abort();
}

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* ---- Imports ---- */

static const wasmelt_valtype i32[] = {WASMELT_I32};
static const wasmelt_type unary = {.kind = WASMELT_TYPE_FUNC, .params = i32, .param_count = 1};
static wasmelt_tag tag;
static wasmelt_func throws_func;
static wasmelt_import imports[2];

static void throws(void *context, uint32_t value) {
    (void)context;
    const wasmelt_value payload = {.i32 = value};
    wasmelt_exception *e = wasmelt_exception_new(&tag, &payload);
    wasmelt_throw(e);
    wasmelt_exception_release(e);
}

/* ---- One thread ---- */

typedef struct worker {
    pthread_t thread;
    wasmelt_interrupter *interrupter;
    wasmelt_instance *instances[KEPT];
    uint32_t random;
    uint64_t until;
    atomic_bool wants_end; /* a run is to be ended by the main thread */
    uint64_t done, endings[WASMELT_TRAP_COUNT];
} worker;

static worker workers[THREADS];

static uint32_t draw(worker *w, uint32_t below) {
    w->random = w->random * 1664525 + 1013904223;
    return (w->random >> 8) % below;
}

typedef struct call {
    wasmelt_instance *instance;
    const char *name;
} call;

static void play(void *argument) {
    const call *c = argument;
    wasmelt_extern function;
    CHECK(wasmelt_export(c->instance, c->name, &function));
    ((void (*)(void *))function.func->code)(function.func->instance);
}

static const char *const endless[] = {"spin", "store", "indirect", "tail", "fill", "catch_forever"};
enum { ENDLESS = sizeof endless / sizeof *endless };
#if defined(__SANITIZE_THREAD__)                       /* it calls handlers when the thread calls a function of the C library */
enum { FIRST_INTERRUPTED = 4, ALWAYS_LIMITED = true }; /* and knows 65536 frames at most */
#else
enum { FIRST_INTERRUPTED = 0, ALWAYS_LIMITED = false };
#endif

static void run_endless(worker *w, wasmelt_instance *instance) {
    uint32_t way = draw(w, 3), from = way < 2 ? FIRST_INTERRUPTED : 0;
    call c = {instance, endless[from + draw(w, ENDLESS - from)]};
    wasmelt_trap trap;
    switch (way) {
    case 0:
        CHECK(wasmelt_run_until(wasmelt_deadline_in(draw(w, 300000)), play, &c, &trap) == WASMELT_TRAP_INTERRUPTED);
        break;
    case 1:
        atomic_store(&w->wants_end, true);
        CHECK(wasmelt_run_interruptible(w->interrupter, play, &c, &trap) == WASMELT_TRAP_INTERRUPTED && trap.exit_status == 7);
        wasmelt_interrupter_reset(w->interrupter);
        break;
    default:
        wasmelt_fuel_set(draw(w, 1000000));
        CHECK(wasmelt_run(play, &c, &trap) == WASMELT_TRAP_OUT_OF_FUEL);
        wasmelt_fuel_set(WASMELT_FUEL_WITHOUT_LIMIT);
        break;
    }
    w->endings[trap.code]++;
}

static void run_to_end(worker *w, wasmelt_instance *instance) {
    static const struct {
        const char *name;
        wasmelt_trap_code code;
    } ends[] = {{"exhaust", WASMELT_TRAP_STACK_EXHAUSTED},
                {"outside", WASMELT_TRAP_MEMORY_BOUNDS},
                {"divide", WASMELT_TRAP_DIVIDE_BY_ZERO},
                {"catch", WASMELT_TRAP_NONE},
                {"grow", WASMELT_TRAP_NONE},
                {"sum", WASMELT_TRAP_NONE},
                {"uncaught", WASMELT_TRAP_UNCAUGHT_EXCEPTION}};
    uint32_t k = draw(w, sizeof ends / sizeof *ends);
    call c = {instance, ends[k].name};
    if (k == 0 && (ALWAYS_LIMITED || draw(w, 2) == 0))
        CHECK(wasmelt_run_limited(256 * 1024, play, &c, NULL) == ends[k].code);
    else
        CHECK(wasmelt_run(play, &c, NULL) == ends[k].code);
    w->endings[ends[k].code]++;
}

static void *work(void *argument) {
    worker *w = argument;
    while (now() < w->until) {
        wasmelt_instance **slot = &w->instances[draw(w, KEPT)];
        if (!*slot)
            CHECK(wasmelt_instantiate(&guest_module, imports, 2, slot, NULL) == WASMELT_OK);
        else if (draw(w, 20) == 0) {
            wasmelt_instance_free(*slot);
            *slot = NULL;
        } else if (draw(w, 2) == 0)
            run_endless(w, *slot);
        else
            run_to_end(w, *slot);
        w->done++;
    }
    for (int k = 0; k < KEPT; k++) {
        wasmelt_instance_free(w->instances[k]);
        w->instances[k] = NULL;
    }
    return NULL;
}

/* ---- Rounds ---- */

static uint64_t count_entries(const char *path) {
    uint64_t count = 0;
    DIR *folder = opendir(path);
    CHECK(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

static uint64_t count_lines(const char *path) {
    uint64_t count = 0;
    FILE *file = fopen(path, "r");
    CHECK(file);
    for (int c; (c = getc(file)) != EOF;)
        count += c == '\n';
    fclose(file);
    return count;
}

static unsigned long resident_kilobytes(void) {
    unsigned long size, resident;
    FILE *file = fopen("/proc/self/statm", "r");
    CHECK(file && fscanf(file, "%lu %lu", &size, &resident) == 2);
    fclose(file);
    return resident * (unsigned long)(sysconf(_SC_PAGESIZE) / 1024);
}

static void run_round(uint64_t nanoseconds) {
    uint64_t until = now() + nanoseconds;
    for (int k = 0; k < THREADS; k++) {
        workers[k].until = until;
        CHECK(pthread_create(&workers[k].thread, NULL, work, &workers[k]) == 0);
    }
    while (now() < until + 200000000) { /* a run that begins at the end is ended, too */
        usleep(100);
        for (int k = 0; k < THREADS; k++)
            if (atomic_exchange(&workers[k].wants_end, false))
                wasmelt_interrupt(workers[k].interrupter, 7);
    }
    bool joined[THREADS] = {false};
    for (int left = THREADS; left > 0;)
        for (int k = 0; k < THREADS; k++) {
            if (atomic_exchange(&workers[k].wants_end, false))
                wasmelt_interrupt(workers[k].interrupter, 7);
            if (!joined[k] && pthread_tryjoin_np(workers[k].thread, NULL) == 0) {
                joined[k] = true;
                left--;
            }
        }
}

static void tell(uint64_t round) {
    wasmelt_usage usage;
    uint64_t done = 0;
    for (int k = 0; k < THREADS; k++)
        done += workers[k].done;
    wasmelt_get_usage(&usage);
    CHECK(usage.instances == 0 && usage.memories == 0 && usage.reserved_bytes == 0);
    printf("%llu %llu %llu %llu %llu %lu\n", (unsigned long long)round, (unsigned long long)done,
           (unsigned long long)count_lines("/proc/self/maps"), (unsigned long long)count_entries("/proc/self/fd"),
           (unsigned long long)count_entries("/proc/self/task"), resident_kilobytes());
    fflush(stdout);
}

static void tell_endings(void) {
    for (int code = 0; code < WASMELT_TRAP_COUNT; code++) {
        uint64_t sum = 0;
        for (int k = 0; k < THREADS; k++)
            sum += workers[k].endings[code];
        if (sum > 0)
            printf("%llu %s\n", (unsigned long long)sum, wasmelt_trap_message((wasmelt_trap_code)code));
    }
}

int main(int argc, char **argv) {
    CHECK(argc == 3);
    uint64_t seconds = strtoull(argv[1], NULL, 10), rounds = strtoull(argv[2], NULL, 10);
    CHECK(wasmelt_tag_init(&tag, &unary) && wasmelt_func_init(&throws_func, (wasmelt_code)throws, NULL, &unary));
    imports[0] = (wasmelt_import){"env", "tag", {.kind = WASMELT_EXTERN_TAG, .tag = &tag}};
    imports[1] = (wasmelt_import){"env", "throws", {.kind = WASMELT_EXTERN_FUNC, .func = &throws_func}};
    for (int k = 0; k < THREADS; k++) {
        workers[k].random = (uint32_t)k * 77777 + 1;
        workers[k].interrupter = wasmelt_interrupter_new();
        CHECK(workers[k].interrupter);
    }
    for (uint64_t round = 1; round <= rounds; round++) {
        run_round(seconds * 1000000000 / rounds);
        tell(round);
    }
    tell_endings();
    for (int k = 0; k < THREADS; k++)
        wasmelt_interrupter_free(workers[k].interrupter);
    return 0;
}
