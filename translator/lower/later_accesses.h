/* Loads and stores behind a place in the code of a function whose statements are walked backwards, which decide about those before it: a
 * load may stand for another one, which then need not be performed itself, and a store may make one before it superfluous. Only a few of
 * the nearest are compared. */
#ifndef WASMELT_LOWER_LATER_ACCESSES_H
#define WASMELT_LOWER_LATER_ACCESSES_H

#include "lower/ir.h"

#define MOST_COMPARED 12

/* A load behind the current place that compilers perform, and which the current place dominates. */
typedef struct later_load {
    expr *load;
    uint32_t segment, branches; /* those of `later_loads` where it stands */
    bool is_marked;             /* the pass forces it */
} later_load;

/* Such loads, the nearest last; and where the current place is. */
typedef struct later_loads {
    later_load of[MOST_COMPARED];
    uint32_t count;
    uint32_t segment;  /* increased by the walk at each effect: between loads of the same segment there is none */
    uint32_t branches; /* increased at each condition of a branch */
} later_loads;

/* Stores behind the current place, on some path, to an address that has not changed until then; the nearest last. */
typedef struct later_stores {
    struct {
        const stmt *s;
        uint32_t variable; /* that it stores, or NO_VAR */
    } of[MOST_COMPARED];
    uint32_t count;
} later_stores;

/* Whether a load behind this one, with no effect between them, traps where this one does. */
bool later_loads_stand_for(const later_loads *later, const expr *load);

/* Notes a load that compilers perform. Those behind it for which it stands need not be forced: as memories do not shrink, they cannot
 * trap. `marks`: those of them that the pass forces are not forced any more. */
void later_loads_note(later_loads *later, expr *load, bool is_marked, bool marks);

/* Whether a later store may write all bytes that this one does. */
bool later_stores_cover(const later_stores *later, const stmt *s);

/* Whether a later store may put the variable, which is assigned the tree, back where it comes from. */
bool later_stores_put_back(const later_stores *later, uint32_t variable, const expr *e);

/* Whether the store itself puts back what its place holds. */
bool store_puts_back(const stmt *s);

void later_stores_note(later_stores *later, const stmt *s);

/* Where two paths part. */
void later_stores_join(later_stores *to, const later_stores *other);

/* Before this the variable has another value, and addresses that are computed from it are others. */
void later_accesses_forget(later_loads *loads, later_stores *stores, uint32_t variable);

#endif
