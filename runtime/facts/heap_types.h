/* The hierarchy of abstract heap types (section 3.3.3). A concrete type without a supertype is directly below the abstract type of its
 * kind. */
#ifndef WASMELT_RUNTIME_FACTS_HEAP_TYPES_H
#define WASMELT_RUNTIME_FACTS_HEAP_TYPES_H

#include <stdbool.h>
#include <stddef.h>

#include <wasmelt/func.h>

/* The name of an abstract heap type in the text format; null for another number. */
static inline const char *heap_type_name(uint32_t heap) {
    switch (heap) {
#define HEAP_TYPE(NAME, name, ABOVE, is_bottom)                                                                                            \
    case WASMELT_HEAP_##NAME:                                                                                                              \
        return name;
#include "heap_types.def"
#undef HEAP_TYPE
    default:
        return NULL;
    }
}

/* The type directly above; for a bottom type, the top type; for a top type, itself. */
static inline uint32_t heap_type_above(uint32_t heap) {
    switch (heap) {
#define HEAP_TYPE(NAME, name, ABOVE, is_bottom)                                                                                            \
    case WASMELT_HEAP_##NAME:                                                                                                              \
        return WASMELT_HEAP_##ABOVE;
#include "heap_types.def"
#undef HEAP_TYPE
    default:
        return heap;
    }
}

static inline bool heap_type_is_bottom(uint32_t heap) {
    switch (heap) {
#define HEAP_TYPE(NAME, name, ABOVE, is_bottom)                                                                                            \
    case WASMELT_HEAP_##NAME:                                                                                                              \
        return is_bottom;
#include "heap_types.def"
#undef HEAP_TYPE
    default:
        return false;
    }
}

static inline uint32_t heap_type_of_kind(wasmelt_type_kind kind) {
    return kind == WASMELT_TYPE_FUNC ? WASMELT_HEAP_FUNC : kind == WASMELT_TYPE_STRUCT ? WASMELT_HEAP_STRUCT : WASMELT_HEAP_ARRAY;
}

static inline uint32_t heap_type_top(uint32_t heap) {
    while (heap_type_above(heap) != heap)
        heap = heap_type_above(heap);
    return heap;
}

/* Whether an abstract type matches another. */
static inline bool heap_type_matches(uint32_t sub, uint32_t super) {
    if (heap_type_is_bottom(sub))
        return heap_type_top(sub) == heap_type_top(super);
    while (sub != super && heap_type_above(sub) != sub)
        sub = heap_type_above(sub);
    return sub == super;
}

#endif
