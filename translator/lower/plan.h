/* What lowering a function needs to know about the whole module. All of it is found out before any function is lowered. */
#ifndef WASMELT_LOWER_PLAN_H
#define WASMELT_LOWER_PLAN_H

#include "lower/callgraph.h"
#include "lower/object_types.h"
#include "lower/tables.h"
#include "options.h"

typedef struct lower_plan {
    const module *m;
    const translate_options *options;
    const callgraph *calls;
    const uint8_t *kinds;      /* for each function: the special_kind of its file; null like `tables` */
    const fixed_table *tables; /* one for each table; null if a function is only lowered to see whether it can be */
    bool has_fixed_tables;     /* one of them at least is fixed */
    object_types objects;      /* for a module that uses a heap */
} lower_plan;

/* Whether code checks the accesses to the memory, instead of guard pages. */
bool memory_is_checked(const lower_plan *plan, uint32_t memory);

/* The bytes that the memory always has, as memories do not shrink; UINT64_MAX for 2^64. */
uint64_t memory_least_size(const lower_plan *plan, uint32_t memory);

#endif
