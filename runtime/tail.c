/* The buffers of tail calls: one per thread, made when it is first needed, freed when the thread ends. It is
 * too large for thread-local storage, which lies on the thread's stack. */
#include <pthread.h>
#include <stdlib.h>

#include <wasmelt/support.h>

#include "stack.h"

static _Thread_local wasmelt_tail *buffer;

static pthread_key_t cleanup_key;
static pthread_once_t cleanup_once = PTHREAD_ONCE_INIT;
static bool cleanup_key_made;

static void free_buffer(void *own) {
    free(own);
    buffer = NULL;
}

static void make_cleanup_key(void) {
    cleanup_key_made = pthread_key_create(&cleanup_key, free_buffer) == 0;
}

static __attribute__((noinline, cold)) wasmelt_tail *make_buffer(void) {
    wasmelt_rt_stack_probe();
    pthread_once(&cleanup_once, make_cleanup_key);
    wasmelt_tail *own = cleanup_key_made ? calloc(1, sizeof *own) : NULL;
    if (!own || pthread_setspecific(cleanup_key, own) != 0) {
        free(own);
        wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
    }
    buffer = own;
    return own;
}

wasmelt_tail *wasmelt_tail_buffer(void) {
    return buffer ? buffer : make_buffer();
}
