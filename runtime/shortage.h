/* Explains why there was no address space for a linear memory, and what to do: memory, address space or mappings may have run out, and the
 * kernel says ENOMEM for all three. */
#ifndef WASMELT_RUNTIME_SHORTAGE_H
#define WASMELT_RUNTIME_SHORTAGE_H

#include <stdbool.h>
#include <stddef.h>

#include <wasmelt/memory.h>

#pragma GCC visibility push(hidden)

/* Writes the message after a memory of this type could not be made. `host_gives_space`: with a wasmelt_memory_space of the host. */
void wasmelt_rt_shortage_of_memory(const wasmelt_memory_type *type, bool host_gives_space, char *message, size_t size);

#pragma GCC visibility pop

#endif
