/* What instantiation does to memories beyond making them. */
#ifndef WASMELT_RUNTIME_MEMORY_H
#define WASMELT_RUNTIME_MEMORY_H

#include <wasmelt/memory.h>

#pragma GCC visibility push(hidden)

/* A module's own memory, not yet grown: it will not get the last page that 32-bit indices reach, if its type is one for
 * which code relies on that (memory_leaves_last_page). */
void wasmelt_rt_memory_leave_last_page(wasmelt_memory *m);

#pragma GCC visibility pop

#endif
