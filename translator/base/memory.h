/* malloc that reports failure by ending the program with a message (exit status 1), as a command-line
 * compiler may. `count * size` is checked for overflow. */
#ifndef WASMELT_BASE_MEMORY_H
#define WASMELT_BASE_MEMORY_H

#include <stddef.h>

void *memory_alloc(size_t count, size_t size);             /* zeroed */
void *memory_resize(void *old, size_t count, size_t size); /* not zeroed */
_Noreturn void memory_exhausted(void);

#endif
