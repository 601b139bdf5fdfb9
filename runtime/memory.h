/* What instantiation does to memories beyond making them. */
#ifndef WASMELT_RUNTIME_MEMORY_H
#define WASMELT_RUNTIME_MEMORY_H

#include <wasmelt/memory.h>

/* A module's own memory, not yet grown: it will not get the last page that 32-bit indices reach, if its type is one for
 * which code relies on that (memory_leaves_last_page). */
void memory_leave_last_page(wasmelt_memory *m);

#endif
