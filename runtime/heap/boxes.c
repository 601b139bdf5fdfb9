/* any.convert_extern and extern.convert_any (section 4.6.6). A reference to an object of the heap is the same pointer in both hierarchies.
 * Two kinds of references are not, and are put into a box: a host's pointer as an any, because it may be any number; and an i31 as an
 * extern, because it could be a pointer of the host's. Boxes have no type that a cast could ask for, and no identity. */
#include "heap.h"

static bool is_box(const heap *h, const void *p) {
    return refers_to_object(h, p) && ((const object *)p)->type == TYPE_BOX;
}

static object *put_into_box(heap *h, void *value) {
    object_box *box = wasmelt_rt_heap_find(h, sizeof *box);
    if (box)
        *box = (object_box){{TYPE_BOX, 0}, value};
    return box ? &box->head : NULL;
}

object *wasmelt_any_from_extern(wasmelt_heap *heap, void *value) {
    struct heap *h = heap_of(heap);
    if (!value)
        return NULL;
    if (!refers_to_object(h, value))
        return put_into_box(h, value);
    return is_box(h, value) ? ((object_box *)value)->value : value;
}

void *wasmelt_extern_from_any(wasmelt_heap *heap, object *value) {
    struct heap *h = heap_of(heap);
    if (!value)
        return NULL;
    if (is_i31(value))
        return put_into_box(h, value);
    return is_box(h, value) ? ((object_box *)value)->value : value;
}

object *wasmelt_heap_any_from_extern(wasmelt_heap *heap, void *value) {
    object *o = wasmelt_any_from_extern(heap, value);
    if (!o)
        wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
    return o;
}

void *wasmelt_heap_extern_from_any(wasmelt_heap *heap, object *value) {
    void *e = wasmelt_extern_from_any(heap, value);
    if (!e)
        wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
    return e;
}
