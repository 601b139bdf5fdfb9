/* One thread sleeps, another wakes it, once: by a futex on Linux, by a mutex and a condition variable elsewhere. */
#ifndef WASMELT_RUNTIME_PARK_H
#define WASMELT_RUNTIME_PARK_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#pragma GCC visibility push(hidden)

/* Decides which implementation is used. (With 32-bit times the futex call takes another struct.) */
#if defined(__linux__) && defined(__LP64__) && !defined(WASMELT_PORTABLE_PARKING)
#define PARKS_BY_FUTEX 1
#else
#define PARKS_BY_FUTEX 0
#endif

typedef struct parker {
#if PARKS_BY_FUTEX
    uint32_t woken; /* 0 or 1; atomic */
#else
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool woken;
#endif
} parker;

/* A condition variable whose waits end at a time of the monotonic clock. They return 0, or a number of an error, as pthread_cond_init and
 * pthread_cond_timedwait do. */
int wasmelt_rt_condition_init(pthread_cond_t *wake);
int wasmelt_rt_condition_wait(pthread_cond_t *wake, pthread_mutex_t *lock, const struct timespec *time);

void wasmelt_rt_park_init(parker *p);
void wasmelt_rt_park_free(parker *p);

typedef enum parked { PARK_WOKEN, PARK_TIMED_OUT, PARK_INTERRUPTED } parked;

/* Sleeps until wasmelt_rt_park_wake is called, or returns at once if it has been; or until `time` of the monotonic clock (null: forever).
 * Signals do not end it, except those that ask the thread's run to end, if `can_be_interrupted`; without a futex, these do not either. */
parked wasmelt_rt_park_until(parker *p, const struct timespec *time, bool can_be_interrupted);

/* Wakes the thread that sleeps there, or will. The parker may cease to exist as soon as its thread can see this, so nothing of it is read
 * or written afterwards. */
void wasmelt_rt_park_wake(parker *p);

#pragma GCC visibility pop

#endif
