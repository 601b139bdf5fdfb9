/* Functions on memories for instantiation. */
#ifndef WASMELT_RUNTIME_MEMORY_H
#define WASMELT_RUNTIME_MEMORY_H

#include <wasmelt/memory.h>

#pragma GCC visibility push(hidden)

/* For a memory that a module defines, before it grows: it will not get the last page that 32-bit indices can reach, if code for its type
 * relies on that (memory_leaves_last_page). */
void wasmelt_rt_memory_leave_last_page(wasmelt_memory *m);

/* Copies `count` bytes, from byte `from` on, of a data segment that consists of parts of WASMELT_DATA_PART bytes. */
void wasmelt_rt_copy_from_parts(uint8_t *to, const uint8_t *const *parts, uint64_t from, uint64_t count);

#pragma GCC visibility pop

#endif
