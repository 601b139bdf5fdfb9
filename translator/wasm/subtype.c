#include "wasm/subtype.h"

#include <stdio.h>

uint32_t heap_top(const module *m, uint32_t heap) {
    if (wasmelt_heap_is_concrete(heap))
        return m->types[heap].kind == TYPE_FUNC ? WASMELT_HEAP_FUNC : WASMELT_HEAP_ANY;
    switch (heap) {
    case WASMELT_HEAP_FUNC:
    case WASMELT_HEAP_NOFUNC:
        return WASMELT_HEAP_FUNC;
    case WASMELT_HEAP_EXTERN:
    case WASMELT_HEAP_NOEXTERN:
        return WASMELT_HEAP_EXTERN;
    case WASMELT_HEAP_EXN:
    case WASMELT_HEAP_NOEXN:
        return WASMELT_HEAP_EXN;
    default:
        return WASMELT_HEAP_ANY;
    }
}

/* The abstract type right above a heap type that is neither at the top nor at the bottom. */
static uint32_t abstract_above(const module *m, uint32_t heap) {
    if (wasmelt_heap_is_concrete(heap)) {
        type_kind kind = m->types[heap].kind;
        return kind == TYPE_FUNC ? WASMELT_HEAP_FUNC : kind == TYPE_STRUCT ? WASMELT_HEAP_STRUCT : WASMELT_HEAP_ARRAY;
    }
    switch (heap) {
    case WASMELT_HEAP_I31:
    case WASMELT_HEAP_STRUCT:
    case WASMELT_HEAP_ARRAY:
        return WASMELT_HEAP_EQ;
    case WASMELT_HEAP_EQ:
        return WASMELT_HEAP_ANY;
    default:
        return heap;
    }
}

static bool is_bottom(uint32_t heap) {
    return heap == WASMELT_HEAP_NONE || heap == WASMELT_HEAP_NOFUNC || heap == WASMELT_HEAP_NOEXTERN ||
           heap == WASMELT_HEAP_NOEXN;
}

bool heap_matches(const module *m, uint32_t sub, uint32_t super) {
    if (sub == super)
        return true;
    if (is_bottom(sub))
        return heap_top(m, sub) == heap_top(m, super);
    if (wasmelt_heap_is_concrete(sub) && wasmelt_heap_is_concrete(super)) {
        while (sub != super && m->types[sub].supertype != NO_INDEX)
            sub = m->types[sub].supertype;
        return sub == super;
    }
    for (uint32_t above = abstract_above(m, sub); above != sub; above = abstract_above(m, sub)) {
        sub = above;
        if (sub == super)
            return true;
    }
    return false;
}

bool valtype_matches(const module *m, wasmelt_valtype sub, wasmelt_valtype super) {
    if (sub == super || sub == TYPE_BOTTOM || super == TYPE_BOTTOM)
        return true;
    if (!wasmelt_is_ref(sub) || !wasmelt_is_ref(super))
        return false;
    if (wasmelt_is_nullable(sub) && !wasmelt_is_nullable(super))
        return false;
    return heap_matches(m, wasmelt_heap(sub), wasmelt_heap(super));
}

const char *heap_name(uint32_t heap) {
    switch (heap) {
    case WASMELT_HEAP_NOEXN:
        return "noexn";
    case WASMELT_HEAP_NOFUNC:
        return "nofunc";
    case WASMELT_HEAP_NOEXTERN:
        return "noextern";
    case WASMELT_HEAP_NONE:
        return "none";
    case WASMELT_HEAP_FUNC:
        return "func";
    case WASMELT_HEAP_EXTERN:
        return "extern";
    case WASMELT_HEAP_ANY:
        return "any";
    case WASMELT_HEAP_EQ:
        return "eq";
    case WASMELT_HEAP_I31:
        return "i31";
    case WASMELT_HEAP_STRUCT:
        return "struct";
    case WASMELT_HEAP_ARRAY:
        return "array";
    default:
        return "exn";
    }
}

const char *valtype_name(wasmelt_valtype t, char *buffer, size_t size) {
    static const char *const numbers[] = {"v128", "f64", "f32", "i64", "i32"};
    if (t >= WASMELT_V128 && t <= WASMELT_I32) {
        snprintf(buffer, size, "%s", numbers[t - WASMELT_V128]);
    } else if (!wasmelt_is_ref(t)) {
        snprintf(buffer, size, "%s", t == WASMELT_I8 ? "i8" : t == WASMELT_I16 ? "i16" : "any type");
    } else {
        const char *null = wasmelt_is_nullable(t) ? "null " : "";
        uint32_t heap = wasmelt_heap(t);
        if (wasmelt_heap_is_concrete(heap))
            snprintf(buffer, size, "(ref %s%u)", null, (unsigned)heap);
        else
            snprintf(buffer, size, "(ref %s%s)", null, heap_name(heap));
    }
    return buffer;
}
