/* wasi-threads: the threads of the program that uses a context. Internal to runtime/wasi. */
#ifndef WASMELT_WASI_THREADS_H
#define WASMELT_WASI_THREADS_H

#pragma GCC visibility push(hidden)

typedef struct thread_group thread_group;

/* Frees the group; null is allowed. No thread may be running. */
void wasmelt_rt_threads_free(thread_group *g);

#pragma GCC visibility pop

#endif
