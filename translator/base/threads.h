/* Threads that help with work. If a thread cannot be created, the work is done by fewer. */
#ifndef WASMELT_BASE_THREADS_H
#define WASMELT_BASE_THREADS_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_THREADS 256

/* Calls work(context, k) once for each k below `count`, at most `threads` calls at a time, and returns when all have ended. The calls
 * begin in order. The calling thread takes part, so the work is done even if no other thread can be created. `context` is shared by all
 * calls. */
void threads_run(uint32_t threads, size_t count, void (*work)(void *context, size_t k), void *context);

typedef struct helpers {
    pthread_t threads[MAX_THREADS];
    size_t count; /* the number of helpers running, perhaps 0 */
} helpers;

/* Starts up to `wanted` threads, each of which calls work(context). */
void helpers_start(helpers *h, size_t wanted, void *(*work)(void *context), void *context);
void helpers_join(helpers *h);

#endif
