/* Locks: those of pthread, or none where there is one thread. */
#ifndef WASMELT_RUNTIME_SYSTEM_LOCK_H
#define WASMELT_RUNTIME_SYSTEM_LOCK_H

#include <wasmelt/target.h>

#if WASMELT_SMALL_SYSTEM

typedef char system_lock;
#define SYSTEM_LOCK 0

static inline void system_lock_take(system_lock *lock) {
    (void)lock;
}

static inline void system_lock_give(system_lock *lock) {
    (void)lock;
}

#else

#include <pthread.h>

typedef pthread_mutex_t system_lock;
#define SYSTEM_LOCK PTHREAD_MUTEX_INITIALIZER

static inline void system_lock_take(system_lock *lock) {
    pthread_mutex_lock(lock);
}

static inline void system_lock_give(system_lock *lock) {
    pthread_mutex_unlock(lock);
}

#endif

#endif
