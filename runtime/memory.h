/* What instantiation does to memories beyond making them. */
#ifndef WASMELT_RUNTIME_MEMORY_H
#define WASMELT_RUNTIME_MEMORY_H

#include <wasmelt/memory.h>

#pragma GCC visibility push(hidden)

/* A module's own memory, not yet grown: it will not get the last page that 32-bit indices reach, if its type is one for
 * which code relies on that (memory_leaves_last_page). */
void wasmelt_rt_memory_leave_last_page(wasmelt_memory *m);

/* `count` bytes from byte `from` on of a data segment that stands in parts of WASMELT_DATA_PART bytes. */
void wasmelt_rt_copy_from_parts(uint8_t *to, const uint8_t *const *parts, uint64_t from, uint64_t count);

#pragma GCC visibility pop

#endif
