/* In a build for torture, checks after each collection that everything to which a marked object refers is marked, too, and
 * that no object refers to one of another heap, which the other would free. */
#include <stdio.h>
#include <stdlib.h>

#include "heap.h"

static void check(const heap *h, object *const *place) {
    if (refers_to_object(h, *place) ? is_marked(h, *place) : !wasmelt_rt_heap_is_elsewhere(h, *place))
        return;
    if (!refers_to_object(h, *place))
        fputs("wasmelt: an object refers to one of another heap: instances that share objects must be in one store\n", stderr);
    abort();
}

static void check_object(const heap *h, object *o) {
    const layout *l = &h->layouts[o->type];
    if (o->type == TYPE_NONE || o->type >= h->type_count || o->gc & OBJECT_HAS_MOVED)
        abort();
    uint8_t *bytes = (uint8_t *)o;
    uint32_t count = l->element_bytes == sizeof(object *) && l->place_count ? ((array *)o)->length : 0;
    for (uint32_t k = 0; k < count; k++)
        check(h, (object **)(bytes + l->bytes) + k);
    for (uint32_t k = 0; !l->element_bytes && k < l->place_count; k++)
        check(h, (object **)(bytes + l->places[k]));
}

static void check_block(const heap *h, uint32_t b) {
    const uint64_t *masks = &h->masks[2 * (size_t)b * BLOCK_MASKS];
    for (uint32_t k = 0; k < BLOCK_MASKS; k++)
        for (uint64_t starts = masks[2 * k]; starts; starts &= starts - 1) {
            uint32_t word = k * 64 + (uint32_t)__builtin_ctzll(starts);
            check_object(h, (object *)(block_at(h, b) + (size_t)word * WORD_BYTES));
        }
}

void wasmelt_rt_heap_verify(const heap *h) {
    for (uint32_t b = 0; b < h->used; b++)
        if (h->blocks[b].state == BLOCK_SMALL || h->blocks[b].state == BLOCK_LARGE)
            check_block(h, b);
}
