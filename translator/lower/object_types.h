/* The struct and array types of a module: how its heap numbers them, and whether anyone else sees its objects. */
#ifndef WASMELT_LOWER_OBJECT_TYPES_H
#define WASMELT_LOWER_OBJECT_TYPES_H

#include "wasm/module.h"

typedef struct object_types {
    /* Nobody else makes or sees objects of the module's: neither an import nor an export can bring or show one. Its heap is
     * its own then, and numbers types in this order. */
    bool is_closed;
    uint32_t *order; /* type indices, one of each types that are equal; a supertype stands before its subtypes, structs before arrays */
    uint32_t count, struct_count;
    uint32_t *first, *last; /* of such a type: where in the order it stands, and the last that is below it */
} object_types;

/* `is_program`: nobody links to the module. Time and memory are linear in the module's types. */
void object_types_find(object_types *t, const module *m, bool is_program, arena *a);

/* Whether another type is below it. */
static inline bool has_subtypes(const object_types *t, uint32_t type) {
    return t->last[type] > t->first[type];
}

#endif
