/* Locks are words that are compared and swapped, and waited at when they are taken. The C library behind this knows no
 * threads: its malloc is called with a lock held, and only from here. */
#include "pthread.h"

#include <errno.h>
#include <stdlib.h>

enum { STACK_BYTES = 64 * 1024 };

struct thread {
    char *stack_end; /* first: start.s reads it */
    void *(*start)(void *);
    void *argument, *result;
    int is_done;
};

__attribute__((import_module("wasi"), import_name("thread-spawn"))) int spawn(void *argument);

void wasi_thread_start(int id, void *argument); /* start.s */

static void wait_while(int *word, int value) {
    __builtin_wasm_memory_atomic_wait32(word, value, -1);
}

static void wake(int *word, unsigned count) {
    __builtin_wasm_memory_atomic_notify(word, count);
}

void run_thread(struct thread *t);
void run_thread(struct thread *t) {
    t->result = t->start(t->argument);
    __atomic_store_n(&t->is_done, 1, __ATOMIC_SEQ_CST);
    wake(&t->is_done, 1);
}

static pthread_mutex_t allocation = PTHREAD_MUTEX_INITIALIZER;

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument) {
    (void)attributes;
    pthread_mutex_lock(&allocation);
    struct thread *t = malloc(sizeof *t + STACK_BYTES);
    pthread_mutex_unlock(&allocation);
    if (!t)
        return EAGAIN;
    *t = (struct thread){.stack_end = (char *)(((size_t)(t + 1) + STACK_BYTES) & ~(size_t)15), .start = start, .argument = argument};
    *thread = t;
    /* The mention keeps the linker from leaving it out. */
    return spawn(t) > 0 && (size_t)wasi_thread_start != 0 ? 0 : EAGAIN;
}

int pthread_join(pthread_t t, void **result) {
    while (!__atomic_load_n(&t->is_done, __ATOMIC_SEQ_CST))
        wait_while(&t->is_done, 0);
    if (result)
        *result = t->result;
    pthread_mutex_lock(&allocation);
    free(t);
    pthread_mutex_unlock(&allocation);
    return 0;
}

int pthread_mutex_lock(pthread_mutex_t *m) {
    int state = 0;
    if (__atomic_compare_exchange_n(&m->state, &state, 1, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
        return 0;
    while (__atomic_exchange_n(&m->state, 2, __ATOMIC_SEQ_CST) != 0)
        wait_while(&m->state, 2);
    return 0;
}

int pthread_mutex_unlock(pthread_mutex_t *m) {
    if (__atomic_exchange_n(&m->state, 0, __ATOMIC_SEQ_CST) == 2)
        wake(&m->state, 1);
    return 0;
}

int pthread_cond_wait(pthread_cond_t *c, pthread_mutex_t *m) {
    int changes = __atomic_load_n(&c->changes, __ATOMIC_SEQ_CST);
    pthread_mutex_unlock(m);
    wait_while(&c->changes, changes);
    return pthread_mutex_lock(m);
}

static int change(pthread_cond_t *c, unsigned count) {
    __atomic_fetch_add(&c->changes, 1, __ATOMIC_SEQ_CST);
    wake(&c->changes, count);
    return 0;
}

int pthread_cond_signal(pthread_cond_t *c) {
    return change(c, 1);
}

int pthread_cond_broadcast(pthread_cond_t *c) {
    return change(c, ~0u);
}

int pthread_barrier_init(pthread_barrier_t *b, const pthread_barrierattr_t *attributes, unsigned size) {
    (void)attributes;
    *b = (pthread_barrier_t){.size = (int)size};
    return 0;
}

int pthread_barrier_wait(pthread_barrier_t *b) {
    int round = __atomic_load_n(&b->round, __ATOMIC_SEQ_CST);
    if (__atomic_add_fetch(&b->here, 1, __ATOMIC_SEQ_CST) == b->size) {
        __atomic_store_n(&b->here, 0, __ATOMIC_SEQ_CST);
        __atomic_store_n(&b->round, round + 1, __ATOMIC_SEQ_CST);
        wake(&b->round, ~0u);
        return PTHREAD_BARRIER_SERIAL_THREAD;
    }
    while (__atomic_load_n(&b->round, __ATOMIC_SEQ_CST) == round)
        wait_while(&b->round, round);
    return 0;
}
