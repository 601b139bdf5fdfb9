/* The struct and array types of a module: how its heap numbers them, and whether anybody else can see its objects. */
#ifndef WASMELT_LOWER_OBJECT_TYPES_H
#define WASMELT_LOWER_OBJECT_TYPES_H

#include "wasm/module.h"

typedef struct object_types {
    /* Nobody else makes or sees objects of the module, because no import or export can bring or expose one. Then the heap is the module's
     * own, and numbers types in this order. */
    bool is_closed;
    uint32_t *order; /* type indices, one for each set of equal types; a supertype comes before its subtypes, structs before arrays */
    uint32_t count, struct_count;
    uint32_t *first, *last; /* for each type in `order`: its position there, and that of its last subtype */
} object_types;

/* Fills `t`. `is_program`: no other code is linked to the module. Time and memory are linear in the number of types. */
void object_types_find(object_types *t, const module *m, bool is_program, arena *a);

/* Whether the type has subtypes. */
static inline bool has_subtypes(const object_types *t, uint32_t type) {
    return t->last[type] > t->first[type];
}

#endif
