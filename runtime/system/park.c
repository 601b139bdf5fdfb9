#include "park.h"

#include <errno.h>
#include <stddef.h>

#if PARKS_BY_FUTEX

#include <sys/syscall.h>
#include <unistd.h>

#include "../interrupt.h"
#include "kernel.h"

void wasmelt_rt_park_init(parker *p) {
    p->woken = 0;
}

void wasmelt_rt_park_free(parker *p) {
    (void)p;
}

/* On machines with 32-bit pointers seconds have 64 bits only in the later one of two calls. */
#ifdef SYS_futex_time64
#define FUTEX_CALL (sizeof(time_t) > sizeof(long) ? SYS_futex_time64 : SYS_futex)
#else
#define FUTEX_CALL SYS_futex
#endif

/* FUTEX_WAIT_BITSET takes a time; FUTEX_WAIT takes a duration, which interruptions would prolong. The call fails if the word is not 0 any
 * more when the kernel reads it: wasmelt_rt_park_wake changes it before waking. */
parked wasmelt_rt_park_until(parker *p, const struct timespec *time, bool can_be_interrupted) {
    while (__atomic_load_n(&p->woken, __ATOMIC_ACQUIRE) == 0) {
        long slept = syscall(FUTEX_CALL, &p->woken, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, 0, time, NULL, FUTEX_BITSET_MATCH_ANY);
        if (slept != 0 && errno == ETIMEDOUT)
            return __atomic_load_n(&p->woken, __ATOMIC_ACQUIRE) != 0 ? PARK_WOKEN : PARK_TIMED_OUT;
        if (slept != 0 && errno == EINTR && can_be_interrupted && wasmelt_rt_interrupt_is_due())
            return PARK_INTERRUPTED;
    }
    return PARK_WOKEN;
}

/* Between the store and the call, the word may have become part of another object, or its page may have been unmapped. To the kernel it is
 * only an address, and whoever sleeps on a futex there checks its word when it wakes. */
void wasmelt_rt_park_wake(parker *p) {
    __atomic_store_n(&p->woken, 1, __ATOMIC_RELEASE);
    syscall(FUTEX_CALL, &p->woken, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, NULL, NULL, 0);
}

#else

/* macOS waits for a duration only, elsewhere a condition variable has a clock. */
#if defined(__APPLE__)

static void init_wake(pthread_cond_t *wake) {
    pthread_cond_init(wake, NULL);
}

static int wait_until(parker *p, const struct timespec *time) {
    struct timespec now, left;
    clock_gettime(CLOCK_MONOTONIC, &now);
    left = (struct timespec){time->tv_sec - now.tv_sec, time->tv_nsec - now.tv_nsec};
    if (left.tv_nsec < 0)
        left = (struct timespec){left.tv_sec - 1, left.tv_nsec + 1000000000};
    return left.tv_sec < 0 ? ETIMEDOUT : pthread_cond_timedwait_relative_np(&p->wake, &p->lock, &left);
}

#else

static void init_wake(pthread_cond_t *wake) {
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

static int wait_until(parker *p, const struct timespec *time) {
    return pthread_cond_timedwait(&p->wake, &p->lock, time);
}

#endif

void wasmelt_rt_park_init(parker *p) {
    pthread_mutex_init(&p->lock, NULL);
    init_wake(&p->wake);
    p->woken = false;
}

void wasmelt_rt_park_free(parker *p) {
    pthread_cond_destroy(&p->wake);
    pthread_mutex_destroy(&p->lock);
}

parked wasmelt_rt_park_until(parker *p, const struct timespec *time, bool can_be_interrupted) {
    (void)can_be_interrupted;
    int error = 0;
    pthread_mutex_lock(&p->lock);
    while (!p->woken && error != ETIMEDOUT)
        error = time ? wait_until(p, time) : pthread_cond_wait(&p->wake, &p->lock);
    bool woken = p->woken;
    pthread_mutex_unlock(&p->lock);
    return woken ? PARK_WOKEN : PARK_TIMED_OUT;
}

void wasmelt_rt_park_wake(parker *p) {
    pthread_mutex_lock(&p->lock);
    p->woken = true;
    pthread_cond_signal(&p->wake);
    pthread_mutex_unlock(&p->lock);
}

#endif
