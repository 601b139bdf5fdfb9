/* The threads' records. A pthread key tells when a thread ends. */
#include "thread.h"

#include <pthread.h>

#include <wasmelt/process.h>

#include "allocator.h"
#include "exception.h"
#include "parts.h"
#include "reservation.h"
#include "unload.h"

WASMELT_OF_THREAD("initial-exec") thread *wasmelt_rt_this_thread;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* protects the list and the key */
static thread *first;
static pthread_key_t key;
static bool has_key;

/* Removes the record from the list, with the lock held. */
static void unlink_thread(thread *t) {
    if (t->previous)
        t->previous->next = t->next;
    else
        first = t->next;
    if (t->next)
        t->next->previous = t->previous;
}

static void free_thread(thread *t) {
    if (wasmelt_rt_parts.calls)
        wasmelt_rt_parts.calls->forget(&t->interrupt.calls);
    wasmelt_rt_alternate_release(t->alternate, t == wasmelt_rt_this_thread);
    if (t->guard)
        wasmelt_rt_system_unprotect(t->guard, (size_t)wasmelt_rt_host_page_size());
    wasmelt_rt_release(t->tail);
    if (t == wasmelt_rt_this_thread)
        wasmelt_rt_this_thread = NULL;
    const exceptions_part *exceptions = exceptions_of_program();
    if (exceptions) {
        exceptions->release(t->uncaught);
        exceptions->free_dead(); /* those that code outside of wasmelt_run has left */
    }
    wasmelt_rt_release(t);
}

static void end_thread(void *own) {
    pthread_mutex_lock(&lock);
    unlink_thread(own);
    pthread_mutex_unlock(&lock);
    free_thread(own);
}

static thread *make(void) {
    wasmelt_rt_unload_prepare();
    thread *t = wasmelt_rt_allocate_zeroed(1, sizeof *t);
    if (!t)
        return NULL;
    t->current = &t->own;
    pthread_mutex_lock(&lock);
    has_key = has_key || pthread_key_create(&key, end_thread) == 0;
    bool ok = has_key && pthread_setspecific(key, t) == 0;
    if (ok) {
        t->next = first;
        if (first)
            first->previous = t;
        first = t;
    }
    pthread_mutex_unlock(&lock);
    if (!ok) {
        wasmelt_rt_release(t);
        return NULL;
    }
    wasmelt_rt_this_thread = t;
    return t;
}

thread *wasmelt_rt_thread_get(void) {
    return wasmelt_rt_this_thread ? wasmelt_rt_this_thread : make();
}

bool wasmelt_thread_leave(void) {
    thread *t = wasmelt_rt_this_thread;
    if (!t)
        return true;
    if (t->depth > 0)
        return false;
    pthread_setspecific(key, NULL);
    end_thread(t);
    return true;
}

bool wasmelt_rt_threads_run(void) {
    bool runs = false;
    pthread_mutex_lock(&lock);
    for (const thread *t = first; t && !runs; t = t->next)
        runs = __atomic_load_n(&t->depth, __ATOMIC_RELAXED) > 0;
    pthread_mutex_unlock(&lock);
    return runs;
}

void wasmelt_rt_threads_unprepare(void) {
    pthread_mutex_lock(&lock);
    for (thread *t = first; t; t = t->next)
        t->is_ready = false;
    pthread_mutex_unlock(&lock);
}

void wasmelt_rt_threads_end(void) {
    pthread_mutex_lock(&lock);
    while (first) {
        thread *t = first;
        unlink_thread(t);
        free_thread(t);
    }
    if (has_key)
        pthread_key_delete(key);
    has_key = false;
    pthread_mutex_unlock(&lock);
}
