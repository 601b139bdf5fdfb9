/* Why there was no address space for a linear memory, in words that lead on: memory, address space and mappings run out one
 * by one, and the kernel says ENOMEM of all three. */
#ifndef WASMELT_RUNTIME_SHORTAGE_H
#define WASMELT_RUNTIME_SHORTAGE_H

#include <stddef.h>

#include <wasmelt/memory.h>

#pragma GCC visibility push(hidden)

/* After a memory of this type could not be made. */
void wasmelt_rt_shortage_of_memory(const wasmelt_memory_type *type, char *message, size_t size);

#pragma GCC visibility pop

#endif
