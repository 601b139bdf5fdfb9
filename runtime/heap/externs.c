/* Externrefs with a finalizer. They are objects in a list of the heap that does not keep them alive. Those that a collection has not
 * reached are removed from it, and their finalizers run after the collection. */

#include "../allocator.h"
#include "heap.h"

/* Makes room for one more, also in the queue of finalizers, so that a collection needs no memory. */
static bool make_room(heap *h) {
    if (h->extern_count + h->finalizer_count < h->extern_room)
        return true;
    uint32_t room = h->extern_room ? 2 * h->extern_room : 16;
    object **externs = wasmelt_rt_reallocate(h->externs, room * sizeof *externs);
    if (!externs)
        return false;
    h->externs = externs;
    finalizer *finalizers = wasmelt_rt_reallocate(h->finalizers, room * sizeof *finalizers);
    if (!finalizers)
        return false;
    h->finalizers = finalizers;
    h->extern_room = room;
    return true;
}

/* Room in the list is made last: a finalizer that runs in between, and does what it must not, may take what was there. Without room the
 * object remains that nothing refers to. */
void *wasmelt_extern_new(wasmelt_heap *heap, void *data, void (*finalize)(void *data)) {
    struct heap *h = heap_of(heap);
    object_extern *e = wasmelt_rt_heap_find(h, sizeof *e);
    if (!e)
        return NULL;
    *e = (object_extern){{TYPE_EXTERN, 0}, data, finalize};
    if (!make_room(h))
        return NULL;
    h->externs[h->extern_count++] = &e->head;
    return e;
}

void *wasmelt_extern_data(const wasmelt_heap *heap, const void *externref) {
    const object_extern *e = externref;
    return refers_to_object(heap_of(heap), e) && e->head.type == TYPE_EXTERN ? e->data : NULL;
}

/* In a minor collection those before `old_externs` are old, and so alive. */
void wasmelt_rt_heap_sweep_externs(heap *h, bool is_full) {
    uint32_t kept = is_full ? 0 : h->old_externs;
    for (uint32_t k = kept; k < h->extern_count; k++) {
        object *o = h->externs[k];
        if (o->gc & OBJECT_HAS_MOVED)
            o = moved_to(o);
        if (is_marked(h, o)) {
            h->externs[kept++] = o;
            continue;
        }
        const object_extern *e = (const object_extern *)o;
        h->finalizers[h->finalizer_count++] = (finalizer){e->finalize, e->data};
    }
    h->extern_count = h->old_externs = kept;
}

/* The heap is still marked as collecting, so there is no collection in between: if a finalizer makes objects, which it must not, those that
 * only this allocation refers to stay. */
void wasmelt_rt_heap_run_finalizers(heap *h) {
    while (h->finalizer_count > 0) {
        finalizer f = h->finalizers[--h->finalizer_count];
        f.run(f.data);
    }
}

void wasmelt_rt_heap_end_externs(heap *h) {
    wasmelt_rt_heap_run_finalizers(h);
    while (h->extern_count > 0) {
        const object_extern *e = (const object_extern *)h->externs[--h->extern_count];
        e->finalize(e->data);
    }
    wasmelt_rt_release(h->externs);
    wasmelt_rt_release(h->finalizers);
}
