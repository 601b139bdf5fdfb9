/* What lowering a function needs to know about the whole module. All of it is found out before any function is lowered. */
#ifndef WASMELT_LOWER_PLAN_H
#define WASMELT_LOWER_PLAN_H

#include "lower/callgraph.h"
#include "lower/object_types.h"
#include "lower/tables.h"

typedef struct lower_plan {
    const module *m;
    const callgraph *calls;
    const fixed_table *tables; /* one for each table; null if a function is only lowered to see whether it can be */
    object_types objects;      /* for a module that uses a heap */
    bool checks_bounds;        /* --bounds=explicit: code checks the accesses to all memories; there are no guard pages */
    bool counts_fuel;          /* --fuel */
    bool deterministic;        /* --deterministic */
} lower_plan;

/* Whether code checks the accesses to the memory, instead of guard pages. */
bool memory_is_checked(const lower_plan *plan, uint32_t memory);

#endif
