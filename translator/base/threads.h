/* Threads that help with work. Where one cannot be had there are fewer. */
#ifndef WASMELT_BASE_THREADS_H
#define WASMELT_BASE_THREADS_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_THREADS 256

/* Calls work(context, k) once for each k below `count`, at most `threads` at a time, and returns when all are done. The
 * calls begin in order. What `context` leads to is shared by them. The calling thread is among them, so that all is done
 * even where no other can be had. */
void threads_run(uint32_t threads, size_t count, void (*work)(void *context, size_t k), void *context);

typedef struct helpers {
    pthread_t threads[MAX_THREADS];
    size_t count; /* that run; may be none */
} helpers;

/* Each of the `wanted` calls work(context), beside the caller. */
void helpers_start(helpers *h, size_t wanted, void *(*work)(void *context), void *context);
void helpers_join(helpers *h);

#endif
