/* Matching of value types across modules (section 3.3): concrete types by their process-wide numbers,
 * abstract ones by the hierarchy of heap types. */
#include "types.h"

#include <wasmelt/code/objects.h>

#include "facts/heap_types.h"

static bool is_concrete(typed t) {
    return wasmelt_is_ref(t.type) && wasmelt_heap_is_concrete(wasmelt_heap_type(t.type));
}

/* The number of a concrete type; 0 if it is not known. */
static uint32_t id_of(typed t) {
    return t.ids ? t.ids[wasmelt_heap_type(t.type)] : 0;
}

bool wasmelt_rt_typed_equal(typed a, typed b) {
    if (is_concrete(a) && is_concrete(b))
        return (a.type & 0xFF) == (b.type & 0xFF) && id_of(a) == id_of(b) && id_of(a) != 0;
    return a.type == b.type;
}

/* The heap type itself if it is abstract, or the abstract type of its kind; a concrete type itself if nothing is known about it. */
static uint32_t abstract_of(typed t) {
    uint32_t heap = wasmelt_heap_type(t.type);
    return wasmelt_heap_is_concrete(heap) && t.types ? heap_type_of_kind(t.types[heap].kind) : heap;
}

bool wasmelt_rt_typed_matches(typed sub, typed super) {
    if (wasmelt_rt_typed_equal(sub, super))
        return true;
    if (!wasmelt_is_ref(sub.type) || !wasmelt_is_ref(super.type) || (wasmelt_is_nullable(sub.type) && !wasmelt_is_nullable(super.type)))
        return false;
    if (is_concrete(sub) && is_concrete(super))
        return id_of(sub) != 0 && wasmelt_rt_type_id_matches(id_of(sub), id_of(super));
    if (is_concrete(super) && !heap_type_is_bottom(wasmelt_heap_type(sub.type)))
        return false;
    return heap_type_matches(abstract_of(sub), abstract_of(super));
}

bool wasmelt_rt_typed_is_func(typed t) {
    return heap_type_top(abstract_of(t)) == WASMELT_HEAP_FUNC;
}

uint32_t wasmelt_rt_typed_id(typed t) {
    return is_concrete(t) ? id_of(t) : 0;
}

bool wasmelt_func_is_of_type(const wasmelt_func *func, uint32_t type_id) {
    return wasmelt_rt_type_id_matches(func->type_id, type_id);
}
