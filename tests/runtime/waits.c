/* memory.atomic.wait32, wait64 and notify, from many threads. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <wasmelt/code/support.h>

#include "../support/asleep.h"
#include "case.h"

enum { WOKEN = 0, NOT_EQUAL = 1, TIMED_OUT = 2 };
#define FOREVER UINT64_MAX
#define MILLISECOND UINT64_C(1000000)
#define SECOND UINT64_C(1000000000)

static wasmelt_memory *memory_of(bool shared) {
    wasmelt_memory_type type = {.minimum = 2, .maximum = 2, .has_maximum = true, .shared = shared, .page_size_log2 = 16};
    wasmelt_memory *m = wasmelt_memory_new(&type);
    CHECK(m);
    return m;
}

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec;
}

static void put64(wasmelt_memory *m, uint64_t address, uint64_t value) {
    __atomic_store_n((uint64_t *)(void *)(m->base + address), value, __ATOMIC_SEQ_CST);
}

static void put32(wasmelt_memory *m, uint64_t address, uint32_t value) {
    __atomic_store_n((uint32_t *)(void *)(m->base + address), value, __ATOMIC_SEQ_CST);
}

static uint32_t get32(wasmelt_memory *m, uint64_t address) {
    return __atomic_load_n((uint32_t *)(void *)(m->base + address), __ATOMIC_SEQ_CST);
}

/* ---- One thread ---- */

CASE(another_value_does_not_wait) {
    wasmelt_memory *m = memory_of(true);
    put64(m, 8, UINT64_C(0x100000002));
    CHECK(wasmelt_atomic_wait32(m, 8, 0, 3, FOREVER) == NOT_EQUAL);
    CHECK(wasmelt_atomic_wait32(m, 0, 8, 3, FOREVER) == NOT_EQUAL);
    CHECK(wasmelt_atomic_wait64(m, 8, 0, 2, FOREVER) == NOT_EQUAL); /* the upper half counts */
    CHECK(wasmelt_atomic_wait64(m, 0, 8, UINT64_C(0x200000002), FOREVER) == NOT_EQUAL);
    wasmelt_memory_free(m);
}

CASE(waiting_ends_when_the_time_is_over) {
    wasmelt_memory *m = memory_of(true);
    put64(m, 8, UINT64_C(0x100000002));
    uint64_t start = now();
    CHECK(wasmelt_atomic_wait32(m, 8, 0, 2, 0) == TIMED_OUT);
    CHECK(wasmelt_atomic_wait64(m, 8, 0, UINT64_C(0x100000002), 1) == TIMED_OUT);
    CHECK(wasmelt_atomic_wait32(m, 8, 0, 2, 30 * MILLISECOND) == TIMED_OUT);
    CHECK(wasmelt_atomic_wait64(m, 8, 0, UINT64_C(0x100000002), 999999999) == TIMED_OUT);
    CHECK(now() - start >= 1029 * MILLISECOND);
    CHECK(wasmelt_atomic_notify(m, 8, 0, 10) == 0); /* nobody is left in the queue */
    wasmelt_memory_free(m);
}

typedef struct trapping {
    wasmelt_memory *m;
    uint64_t index, offset;
    int function; /* 32, 64 or 0 for notify */
    uint32_t result;
} trapping;

static void call_trapping(void *argument) {
    trapping *t = argument;
    t->result = t->function == 32   ? wasmelt_atomic_wait32(t->m, t->index, t->offset, 0, 0)
                : t->function == 64 ? wasmelt_atomic_wait64(t->m, t->index, t->offset, 0, 0)
                                    : wasmelt_atomic_notify(t->m, t->index, t->offset, 1);
}

static wasmelt_trap_code trap_of(wasmelt_memory *m, int function, uint64_t index, uint64_t offset) {
    trapping t = {m, index, offset, function, 99};
    return wasmelt_run(call_trapping, &t, NULL);
}

CASE(what_traps) {
    wasmelt_memory *shared = memory_of(true), *unshared = memory_of(false);
    const uint64_t end = 2 * 65536;
    for (int function = 0; function <= 64; function += 32) {
        uint64_t width = function == 64 ? 8 : 4;
        CHECK(trap_of(shared, function, end - width, 0) == WASMELT_TRAP_NONE);
        CHECK(trap_of(shared, function, 8, end - width - 8) == WASMELT_TRAP_NONE);
        CHECK(trap_of(shared, function, end, 0) == WASMELT_TRAP_MEMORY_BOUNDS);
        CHECK(trap_of(shared, function, 0, end) == WASMELT_TRAP_MEMORY_BOUNDS);
        CHECK(trap_of(shared, function, UINT64_MAX - 7, 16) == WASMELT_TRAP_MEMORY_BOUNDS);
        CHECK(trap_of(shared, function, 16 + width / 2, 0) == WASMELT_TRAP_UNALIGNED_ATOMIC);
        CHECK(trap_of(shared, function, 15, 2) == WASMELT_TRAP_UNALIGNED_ATOMIC);
        CHECK(trap_of(unshared, function, 16, 0) == (function ? WASMELT_TRAP_EXPECTED_SHARED : WASMELT_TRAP_NONE));
    }
    wasmelt_memory_free(shared);
    wasmelt_memory_free(unshared);
}

/* ---- Many ---- */

typedef struct sleeper {
    wasmelt_memory *m;
    uint64_t address, timeout;
    unsigned width;
    atomic_uint *order; /* counts those that woke */
    uint32_t result;
    unsigned place; /* in that order */
    pthread_t thread;
    atomic_int number; /* of the thread, to the kernel; 0 before it has begun */
} sleeper;

static void *sleep_once(void *argument) {
    sleeper *s = argument;
    s->number = gettid();
    s->result = s->width == 64 ? wasmelt_atomic_wait64(s->m, s->address, 0, 0, s->timeout)
                               : wasmelt_atomic_wait32(s->m, s->address, 0, 0, s->timeout);
    s->place = atomic_fetch_add(s->order, 1);
    return NULL;
}

/* Starts it, and waits until it is asleep. */
static void start(sleeper *s) {
    CHECK(pthread_create(&s->thread, NULL, sleep_once, s) == 0);
    wait_until_asleep(&s->number);
}

CASE(notify_wakes_the_longest_there_first_and_counts_them) {
    enum { COUNT = 6 };
    wasmelt_memory *m = memory_of(true);
    atomic_uint order = 0;
    sleeper s[COUNT];
    for (int k = 0; k < COUNT; k++) {
        s[k] = (sleeper){.m = m, .address = 64, .timeout = k % 2 ? FOREVER : 60 * SECOND, .width = k % 3 ? 32 : 64, .order = &order};
        start(&s[k]);
    }
    CHECK(wasmelt_atomic_notify(m, 64, 0, 0) == 0);
    for (unsigned k = 0; k < 3; k++) {
        CHECK(wasmelt_atomic_notify(m, 60, 4, 1) == 1);
        pthread_join(s[k].thread, NULL);
        CHECK(s[k].result == WOKEN && s[k].place == k);
    }
    usleep(30000);
    CHECK(order == 3);
    CHECK(wasmelt_atomic_notify(m, 64, 0, 2) == 2);
    CHECK(wasmelt_atomic_notify(m, 64, 0, UINT32_MAX) == 1);
    CHECK(wasmelt_atomic_notify(m, 64, 0, UINT32_MAX) == 0);
    for (int k = 3; k < COUNT; k++) {
        pthread_join(s[k].thread, NULL);
        CHECK(s[k].result == WOKEN);
    }
    wasmelt_memory_free(m);
}

CASE(notify_wakes_at_its_address_and_memory_only) {
    enum { COUNT = 200 }; /* more than there are queues */
    wasmelt_memory *m = memory_of(true), *other = memory_of(true);
    atomic_uint order = 0;
    static sleeper s[COUNT];
    for (unsigned k = 0; k < COUNT; k++) {
        s[k] = (sleeper){.m = m, .address = 4 * k, .timeout = FOREVER, .width = 32, .order = &order};
        CHECK(pthread_create(&s[k].thread, NULL, sleep_once, &s[k]) == 0);
    }
    for (unsigned k = 0; k < COUNT; k++)
        wait_until_asleep(&s[k].number);
    for (unsigned k = 0; k < COUNT; k++)
        CHECK(wasmelt_atomic_notify(other, 4 * k, 0, 10) == 0);
    for (unsigned k = COUNT; k-- > 0;) {
        CHECK(wasmelt_atomic_notify(m, 4 * k, 0, 10) == 1);
        pthread_join(s[k].thread, NULL);
        CHECK(s[k].result == WOKEN && s[k].place == COUNT - 1 - k);
    }
    wasmelt_memory_free(m);
    wasmelt_memory_free(other);
}

CASE(those_that_time_out_leave_the_others_in_place) {
    enum { COUNT = 5 };
    wasmelt_memory *m = memory_of(true);
    atomic_uint order = 0;
    sleeper s[COUNT];
    for (int k = 0; k < COUNT; k++) { /* the first, one in the middle and the last end by themselves */
        s[k] = (sleeper){.m = m, .address = 8, .timeout = k % 2 ? FOREVER : 300 * MILLISECOND, .width = 32, .order = &order};
        start(&s[k]);
    }
    for (int k = 0; k < COUNT; k += 2) {
        pthread_join(s[k].thread, NULL);
        CHECK(s[k].result == TIMED_OUT);
    }
    sleeper late = {.m = m, .address = 8, .timeout = FOREVER, .width = 64, .order = &order};
    start(&late);
    uint64_t woken = 0;
    for (int tries = 0; tries < 1000 && woken < 3; tries++) { /* on a busy machine the late one may not wait yet */
        woken += wasmelt_atomic_notify(m, 8, 0, 10);
        usleep(10000);
    }
    CHECK(woken == 3);
    pthread_join(s[1].thread, NULL);
    pthread_join(s[3].thread, NULL);
    pthread_join(late.thread, NULL);
    CHECK(s[1].result == WOKEN && s[3].result == WOKEN && late.result == WOKEN);
    wasmelt_memory_free(m);
}

static void on_signal(int number) {
    (void)number;
}

CASE(signals_do_not_wake) {
    wasmelt_memory *m = memory_of(true);
    atomic_uint order = 0;
    struct sigaction action = {.sa_handler = on_signal}; /* without SA_RESTART */
    sigaction(SIGUSR1, &action, NULL);
    sleeper s = {.m = m, .address = 8, .timeout = 500 * MILLISECOND, .width = 32, .order = &order};
    uint64_t begun = now();
    start(&s);
    for (int k = 0; k < 20; k++) {
        pthread_kill(s.thread, SIGUSR1);
        usleep(10000);
    }
    pthread_join(s.thread, NULL);
    CHECK(s.result == TIMED_OUT && now() - begun >= 500 * MILLISECOND);
    wasmelt_memory_free(m);
}

/* ---- Races ---- */

enum { ROUNDS = 5000 };

/* A lock of the usual kind: 0 free, 1 taken, 2 taken and waited for. */
static void take_lock(wasmelt_memory *m) {
    uint32_t *at = (uint32_t *)(void *)(m->base + 16), found = 0;
    if (__atomic_compare_exchange_n(at, &found, 1, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
        return;
    while (__atomic_exchange_n(at, 2, __ATOMIC_SEQ_CST) != 0)
        wasmelt_atomic_wait32(m, 16, 0, 2, FOREVER);
}

static void give_lock(wasmelt_memory *m) {
    if (__atomic_exchange_n((uint32_t *)(void *)(m->base + 16), 0, __ATOMIC_SEQ_CST) == 2)
        wasmelt_atomic_notify(m, 16, 0, 1);
}

static unsigned plain; /* protected by the lock */

static void *add_many(void *m) {
    for (int k = 0; k < ROUNDS; k++) {
        take_lock(m);
        plain++;
        give_lock(m);
    }
    return NULL;
}

CASE(a_lock_made_of_it_excludes_and_loses_no_wake_up) {
    enum { COUNT = 4 };
    wasmelt_memory *m = memory_of(true);
    pthread_t threads[COUNT];
    for (int k = 0; k < COUNT; k++)
        CHECK(pthread_create(&threads[k], NULL, add_many, m) == 0);
    for (int k = 0; k < COUNT; k++)
        pthread_join(threads[k], NULL);
    CHECK(plain == COUNT * ROUNDS);
    wasmelt_memory_free(m);
}

static void *answer(void *argument) {
    wasmelt_memory *m = argument;
    for (uint32_t k = 0; k < ROUNDS; k++) {
        while (get32(m, 0) == k)
            CHECK(wasmelt_atomic_wait32(m, 0, 0, k, FOREVER) != TIMED_OUT);
        /* An unordered store: what notify does must do. */
        __atomic_store_n((uint32_t *)(void *)(m->base + 128), k + 1, __ATOMIC_RELAXED);
        wasmelt_atomic_notify(m, 128, 0, 1);
    }
    return NULL;
}

CASE(two_threads_wake_each_other_in_turns) {
    wasmelt_memory *m = memory_of(true);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, answer, m) == 0);
    for (uint32_t k = 0; k < ROUNDS; k++) {
        put32(m, 0, k + 1);
        wasmelt_atomic_notify(m, 0, 0, 1);
        while (get32(m, 128) == k)
            CHECK(wasmelt_atomic_wait32(m, 128, 0, k, FOREVER) != TIMED_OUT);
    }
    pthread_join(thread, NULL);
    wasmelt_memory_free(m);
}

static atomic_uint woken, done;

static void *doze(void *argument) {
    wasmelt_memory *m = argument;
    for (uint64_t k = 0; k < ROUNDS; k++) {
        uint32_t result = k % 2 ? wasmelt_atomic_wait32(m, 32, 0, 0, k % 7 * 3000) : wasmelt_atomic_wait64(m, 32, 0, 0, 1);
        CHECK(result != NOT_EQUAL);
        woken += result == WOKEN;
    }
    done++;
    return NULL;
}

CASE(each_that_notify_counts_is_woken_and_no_other) {
    enum { COUNT = 3 };
    wasmelt_memory *m = memory_of(true);
    pthread_t threads[COUNT];
    unsigned counted = 0;
    for (int k = 0; k < COUNT; k++)
        CHECK(pthread_create(&threads[k], NULL, doze, m) == 0);
    while (done < COUNT)
        counted += wasmelt_atomic_notify(m, 32, 0, 1 + counted % 3);
    for (int k = 0; k < COUNT; k++)
        pthread_join(threads[k], NULL);
    CHECK(counted == woken);
    wasmelt_memory_free(m);
}

/* ---- The stack ends inside ---- */

#ifndef __SANITIZE_THREAD__ /* it follows only so many calls */

static wasmelt_memory *deep_memory;
static volatile bool goes_on = true;

__attribute__((noinline)) static void notify_deeper(volatile char *above) {
    volatile char frame[40] = {0};
    wasmelt_atomic_notify(deep_memory, 8, 0, 1);
    wasmelt_atomic_wait32(deep_memory, 16, 0, 1, 0);
    if (goes_on)
        notify_deeper(frame);
    frame[0] = above[0]; /* not a tail call */
}

static void run_out(void *argument) {
    notify_deeper(argument);
}

CASE(a_trap_leaves_no_lock_behind) {
    char nothing = 0;
    atomic_uint order = 0;
    deep_memory = memory_of(true);
    sleeper s = {.m = deep_memory, .address = 4096 + 8, .timeout = FOREVER, .width = 32, .order = &order};
    for (uint64_t k = 0; k < 64; k++) { /* someone in every queue, so that notify takes the lock */
        sleeper *more = memcpy(calloc(1, sizeof s), &s, sizeof s);
        more->address = 4096 + 4 * k;
        start(more);
        CHECK(pthread_detach(more->thread) == 0);
    }
    for (int k = 0; k < 3; k++)
        CHECK(wasmelt_run(run_out, &nothing, NULL) == WASMELT_TRAP_STACK_EXHAUSTED);
    for (uint64_t k = 0; k < 64; k++)
        CHECK(wasmelt_atomic_notify(deep_memory, 4096 + 4 * k, 0, 1) == 1);
    while (order < 64)
        usleep(1000);
    _exit(0); /* the sleepers are not freed */
}
#endif
