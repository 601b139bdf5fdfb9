/* Matching of value types across modules (section 3.3): concrete types by their process-wide numbers,
 * abstract ones by the hierarchy of heap types. */
#include "types.h"

static bool is_concrete(typed t) {
    return wasmelt_is_ref(t.type) && wasmelt_heap_is_concrete(wasmelt_heap(t.type));
}

/* The number of a concrete type; 0 where it is not known. */
static uint32_t id_of(typed t) {
    return t.ids ? t.ids[wasmelt_heap(t.type)] : 0;
}

bool wasmelt_rt_typed_equal(typed a, typed b) {
    if (is_concrete(a) && is_concrete(b))
        return (a.type & 0xFF) == (b.type & 0xFF) && id_of(a) == id_of(b) && id_of(a) != 0;
    return a.type == b.type;
}

/* The abstract type that a heap type is directly below; itself at the top. */
static uint32_t heap_above(typed t, uint32_t heap) {
    if (wasmelt_heap_is_concrete(heap)) {
        if (!t.types)
            return heap;
        wasmelt_type_kind kind = t.types[heap].kind;
        return kind == WASMELT_TYPE_FUNC     ? WASMELT_HEAP_FUNC
               : kind == WASMELT_TYPE_STRUCT ? WASMELT_HEAP_STRUCT
                                             : WASMELT_HEAP_ARRAY;
    }
    switch (heap) {
    case WASMELT_HEAP_I31:
    case WASMELT_HEAP_STRUCT:
    case WASMELT_HEAP_ARRAY:
        return WASMELT_HEAP_EQ;
    case WASMELT_HEAP_EQ:
    case WASMELT_HEAP_NONE:
        return WASMELT_HEAP_ANY;
    case WASMELT_HEAP_NOFUNC:
        return WASMELT_HEAP_FUNC;
    case WASMELT_HEAP_NOEXTERN:
        return WASMELT_HEAP_EXTERN;
    case WASMELT_HEAP_NOEXN:
        return WASMELT_HEAP_EXN;
    default:
        return heap;
    }
}

static uint32_t heap_top(typed t, uint32_t heap) {
    for (uint32_t above = heap_above(t, heap); above != heap; above = heap_above(t, heap))
        heap = above;
    return heap;
}

static bool is_bottom(uint32_t heap) {
    return heap == WASMELT_HEAP_NONE || heap == WASMELT_HEAP_NOFUNC || heap == WASMELT_HEAP_NOEXTERN ||
           heap == WASMELT_HEAP_NOEXN;
}

bool wasmelt_rt_typed_matches(typed sub, typed super) {
    if (wasmelt_rt_typed_equal(sub, super))
        return true;
    if (!wasmelt_is_ref(sub.type) || !wasmelt_is_ref(super.type) ||
        (wasmelt_is_nullable(sub.type) && !wasmelt_is_nullable(super.type)))
        return false;
    if (is_concrete(sub) && is_concrete(super))
        return id_of(sub) != 0 && wasmelt_rt_type_id_matches(id_of(sub), id_of(super));
    uint32_t heap = wasmelt_heap(sub.type), goal = wasmelt_heap(super.type);
    if (is_bottom(heap))
        return heap_top(sub, heap) == heap_top(super, goal);
    if (is_concrete(super))
        return false;
    while (heap != goal) {
        uint32_t above = heap_above(sub, heap);
        if (above == heap)
            return false;
        heap = above;
    }
    return true;
}

bool wasmelt_rt_typed_is_func(typed t) {
    return heap_top(t, wasmelt_heap(t.type)) == WASMELT_HEAP_FUNC;
}

uint32_t wasmelt_rt_typed_id(typed t) {
    return is_concrete(t) ? id_of(t) : 0;
}
