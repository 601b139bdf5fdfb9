/* Work that falls into independent parts, done by several threads. */
#ifndef WASMELT_BASE_THREADS_H
#define WASMELT_BASE_THREADS_H

#include <stddef.h>
#include <stdint.h>

/* Calls work(context, k) once for each k below `count`, at most `threads` at a time, and returns when all are done. The
 * calls begin in order. What `context` leads to is shared by them. */
void threads_run(uint32_t threads, size_t count, void (*work)(void *context, size_t k), void *context);

#endif
