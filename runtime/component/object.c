/* The objects of a component with something async: a list, so that what a trap has left is freed with the component. */
#include "async.h"

#include "../allocator.h"

enum { MOST_OBJECTS = 1 << 20 };

void *wasmelt_rt_object_new(wasmelt_canon_component *self, size_t bytes) {
    wasmelt_canon_async *const a = self->async;
    wasmelt_canon_object *o = a->object_count < MOST_OBJECTS ? wasmelt_rt_allocate_zeroed(1, bytes) : NULL;
    if (!o)
        wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
    a->object_count++;
    o->next = a->objects;
    if (o->next)
        o->next->previous = o;
    a->objects = o;
    return o;
}

void wasmelt_rt_object_free(wasmelt_canon_component *self, void *object) {
    wasmelt_canon_async *const a = self->async;
    wasmelt_canon_object *const o = object;
    if (o->next)
        o->next->previous = o->previous;
    if (o->previous)
        o->previous->next = o->next;
    else
        a->objects = o->next;
    a->object_count--;
    wasmelt_rt_release(o);
}

/* ---- Lent handles ---- */

typedef struct noted_lend {
    wasmelt_canon_object object;
    wasmelt_canon_lend lend;
} noted_lend;

wasmelt_canon_lend *wasmelt_rt_lend_new(wasmelt_canon_component *self) {
    noted_lend *const n = wasmelt_rt_object_new(self, sizeof *n);
    return &n->lend;
}

void wasmelt_rt_lend_free(wasmelt_canon_component *self, wasmelt_canon_lend *lend) {
    wasmelt_rt_object_free(self, (uint8_t *)lend - offsetof(noted_lend, lend));
}
