#include "wasm/subtype.h"

#include <stdio.h>

#include "../runtime/facts/heap_types.h"

/* The heap type itself if it is abstract, else the abstract type of its kind: func, struct or array. */
static uint32_t abstract_of(const module *m, uint32_t heap) {
    return wasmelt_heap_is_concrete(heap) ? heap_type_of_kind((wasmelt_type_kind)m->types[heap].kind) : heap;
}

uint32_t heap_top(const module *m, uint32_t heap) {
    return heap_type_top(abstract_of(m, heap));
}

bool heap_matches(const module *m, uint32_t sub, uint32_t super) {
    if (wasmelt_heap_is_concrete(sub) && wasmelt_heap_is_concrete(super)) {
        while (sub != super && m->types[sub].supertype != NO_INDEX)
            sub = m->types[sub].supertype;
        return sub == super;
    }
    if (wasmelt_heap_is_concrete(super) && !heap_type_is_bottom(sub))
        return false;
    return heap_type_matches(abstract_of(m, sub), abstract_of(m, super));
}

bool valtype_matches(const module *m, wasmelt_valtype sub, wasmelt_valtype super) {
    if (sub == super || sub == TYPE_BOTTOM || super == TYPE_BOTTOM)
        return true;
    if (!wasmelt_is_ref(sub) || !wasmelt_is_ref(super))
        return false;
    if (wasmelt_is_nullable(sub) && !wasmelt_is_nullable(super))
        return false;
    return heap_matches(m, wasmelt_heap_type(sub), wasmelt_heap_type(super));
}

const char *valtype_name(wasmelt_valtype t, char *buffer, size_t size) {
    static const char *const numbers[] = {"v128", "f64", "f32", "i64", "i32"};
    if (t >= WASMELT_V128 && t <= WASMELT_I32) {
        snprintf(buffer, size, "%s", numbers[t - WASMELT_V128]);
    } else if (!wasmelt_is_ref(t)) {
        snprintf(buffer, size, "%s", t == WASMELT_I8 ? "i8" : t == WASMELT_I16 ? "i16" : "any type");
    } else {
        const char *null = wasmelt_is_nullable(t) ? "null " : "";
        uint32_t heap = wasmelt_heap_type(t);
        if (wasmelt_heap_is_concrete(heap))
            snprintf(buffer, size, "(ref %s%u)", null, (unsigned)heap);
        else
            snprintf(buffer, size, "(ref %s%s)", null, heap_type_name(heap));
    }
    return buffer;
}
