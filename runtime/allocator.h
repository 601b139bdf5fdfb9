/* Memory for the runtime's own data, from malloc or the host's allocator. The functions are like malloc, calloc, realloc, free and
 * strdup. */
#ifndef WASMELT_RUNTIME_ALLOCATOR_H
#define WASMELT_RUNTIME_ALLOCATOR_H

#include <stddef.h>

#pragma GCC visibility push(hidden)

void *wasmelt_rt_allocate(size_t bytes);
void *wasmelt_rt_allocate_zeroed(size_t count, size_t bytes);
void *wasmelt_rt_reallocate(void *old, size_t bytes);
void wasmelt_rt_release(void *old);
char *wasmelt_rt_copy_text(const char *text);

#pragma GCC visibility pop

#endif
