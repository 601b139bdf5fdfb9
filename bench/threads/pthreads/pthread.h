/* As much of POSIX threads as the programs here use, on wasi-threads: Debian's C library for WebAssembly has none. */
#ifndef BENCH_PTHREAD_H
#define BENCH_PTHREAD_H

typedef struct thread *pthread_t;
typedef int pthread_attr_t, pthread_mutexattr_t, pthread_condattr_t, pthread_barrierattr_t; /* always null */

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument);
int pthread_join(pthread_t thread, void **result);

typedef struct pthread_mutex_t {
    int state; /* 0: free, 1: taken, 2: taken, and maybe waited for */
} pthread_mutex_t;
#define PTHREAD_MUTEX_INITIALIZER                                                                                                          \
    { 0 }

int pthread_mutex_lock(pthread_mutex_t *mutex);
int pthread_mutex_unlock(pthread_mutex_t *mutex);

typedef struct pthread_cond_t {
    int changes; /* goes up with each signal */
} pthread_cond_t;
#define PTHREAD_COND_INITIALIZER                                                                                                           \
    { 0 }

int pthread_cond_wait(pthread_cond_t *condition, pthread_mutex_t *mutex);
int pthread_cond_signal(pthread_cond_t *condition);
int pthread_cond_broadcast(pthread_cond_t *condition);

typedef struct pthread_barrier_t {
    int size, here, round;
} pthread_barrier_t;
#define PTHREAD_BARRIER_SERIAL_THREAD (-1)

int pthread_barrier_init(pthread_barrier_t *barrier, const pthread_barrierattr_t *attributes, unsigned size);
int pthread_barrier_wait(pthread_barrier_t *barrier);

#endif
