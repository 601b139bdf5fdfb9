#include "park.h"

#include <errno.h>
#include <stddef.h>

/* macOS and Windows wait by the monotonic clock for a duration only, elsewhere a condition variable has a clock. */
#if defined(__APPLE__) || defined(_WIN32)

int wasmelt_rt_condition_init(pthread_cond_t *wake) {
    return pthread_cond_init(wake, NULL);
}

int wasmelt_rt_condition_wait(pthread_cond_t *wake, pthread_mutex_t *lock, const struct timespec *time) {
    struct timespec now, left;
    clock_gettime(CLOCK_MONOTONIC, &now);
    left = (struct timespec){.tv_sec = time->tv_sec - now.tv_sec, .tv_nsec = time->tv_nsec - now.tv_nsec};
    if (left.tv_nsec < 0)
        left = (struct timespec){.tv_sec = left.tv_sec - 1, .tv_nsec = left.tv_nsec + 1000000000};
    return left.tv_sec < 0 ? ETIMEDOUT : pthread_cond_timedwait_relative_np(wake, lock, &left);
}

#else

int wasmelt_rt_condition_init(pthread_cond_t *wake) {
    pthread_condattr_t clock;
    int error = pthread_condattr_init(&clock);
    if (error)
        return error;
    error = pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    error = error ? error : pthread_cond_init(wake, &clock);
    pthread_condattr_destroy(&clock);
    return error;
}

int wasmelt_rt_condition_wait(pthread_cond_t *wake, pthread_mutex_t *lock, const struct timespec *time) {
    return pthread_cond_timedwait(wake, lock, time);
}

#endif

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

void wasmelt_rt_park_init(parker *p) {
    pthread_mutex_init(&p->lock, NULL);
    wasmelt_rt_condition_init(&p->wake);
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
        error = time ? wasmelt_rt_condition_wait(&p->wake, &p->lock, time) : pthread_cond_wait(&p->wake, &p->lock);
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
