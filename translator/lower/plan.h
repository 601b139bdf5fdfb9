/* What lowering a function takes as given: what was found out about the whole module before any function is lowered. */
#ifndef WASMELT_LOWER_PLAN_H
#define WASMELT_LOWER_PLAN_H

#include "lower/callgraph.h"
#include "lower/object_types.h"
#include "lower/tables.h"

typedef struct lower_plan {
    const module *m;
    const callgraph *calls;
    const fixed_table *tables; /* of each table; null as long as a function is lowered only to see whether it can be */
    object_types objects;      /* of a module that uses a heap */
    bool checks_bounds;        /* by code, of all memories: no guard pages are relied on */
} lower_plan;

/* Whether accesses to the memory are checked by code instead of guard pages. */
bool memory_is_checked(const lower_plan *plan, uint32_t memory);

#endif
