/* malloc that ends the program with a message (exit status 1) when memory runs out, which is acceptable for a command-line tool.
 * `count * size` is checked for overflow. */
#ifndef WASMELT_BASE_MEMORY_H
#define WASMELT_BASE_MEMORY_H

#include <stddef.h>

void *memory_alloc(size_t count, size_t size);             /* zeroed */
void *memory_resize(void *old, size_t count, size_t size); /* not zeroed */
_Noreturn void memory_exhausted(void);

#endif
