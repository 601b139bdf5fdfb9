/* Making and ending heaps, and adding instances to them. */

#include "../allocator.h"
#include "../trap.h"
#include "heap.h"

const collector *wasmelt_collector(void) {
    static const collector all = {
        .make = wasmelt_rt_heap_new,
        .end = wasmelt_rt_heap_end,
        .unuse = wasmelt_rt_heap_unuse,
        .join = wasmelt_rt_heap_join,
        .leave = wasmelt_rt_heap_leave,
        .share = wasmelt_rt_heap_share,
        .unshare = wasmelt_rt_heap_unshare,
        .store_with = wasmelt_rt_heap_store_with,
        .make_exception = wasmelt_rt_heap_new_exception,
        .keep_words = wasmelt_rt_heap_keep_words,
        .print_statistics = wasmelt_rt_heap_print_statistics,
    };
    return &all;
}

heap *wasmelt_rt_heap_new(const wasmelt_heap_options *options) {
    heap *h = wasmelt_rt_allocate_zeroed(1, sizeof *h);
    if (!h)
        return NULL;
    if (!wasmelt_rt_heap_reserve(h, options->maximum_bytes)) {
        wasmelt_rt_release(h);
        return NULL;
    }
    __atomic_fetch_add(&wasmelt_rt_trap_heaps, 1, __ATOMIC_RELAXED);
    h->young = h->young_large = h->ready = h->sparse = (block_list){NO_BLOCK, NO_BLOCK};
    h->users = 1;
    h->collector = wasmelt_collector();
    h->hooks = options->hooks;
    h->hooks_context = options->hooks_context;
    h->round_bytes = options->round_bytes ? options->round_bytes : 4 << 20;
    h->survival = 1; /* nothing is known yet: the first survivors stay where they are, which takes less time than to move them */
    h->old_block = NO_BLOCK;
    h->old_top = h->old_end = h->base;
    wasmelt_rt_heap_begin_round(h);
    wasmelt_rt_heap_set_pace(h);
    return h;
}

/* Ends the heap. Exceptions that are counted elsewhere live on until they are released; until then its memory stays. */
void wasmelt_rt_heap_end(heap *h) {
    if (!h)
        return;
    wasmelt_rt_heap_end_externs(h);
    wasmelt_rt_heap_end_handles(h);
    wasmelt_rt_heap_end_exceptions(h);
    wasmelt_rt_heap_unuse(h);
}

void wasmelt_rt_heap_use(heap *h) {
    __atomic_fetch_add(&h->users, 1, __ATOMIC_RELAXED);
}

void wasmelt_rt_heap_unuse(heap *h) {
    if (__atomic_sub_fetch(&h->users, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    wasmelt_rt_heap_free_types(h);
    wasmelt_rt_heap_unreserve(h);
    wasmelt_rt_release(h->instances);
    wasmelt_rt_release(h);
    __atomic_fetch_sub(&wasmelt_rt_trap_heaps, 1, __ATOMIC_RELAXED);
}

bool wasmelt_rt_heap_join(heap *h, wasmelt_instance *instance) {
    if (h->instance_count == h->instance_room) {
        uint32_t room = h->instance_room ? 2 * h->instance_room : 4;
        wasmelt_instance **instances = wasmelt_rt_reallocate(h->instances, room * sizeof(wasmelt_instance *));
        if (!instances)
            return false;
        h->instances = instances;
        h->instance_room = room;
    }
    if (!wasmelt_rt_heap_add_types(h, instance))
        return false;
    h->instances[h->instance_count++] = instance;
    instance->heap = &h->code;
    return true;
}

void wasmelt_rt_heap_leave(heap *h, wasmelt_instance *instance) {
    for (uint32_t k = 0; k < h->instance_count; k++)
        if (h->instances[k] == instance) {
            h->instances[k] = h->instances[--h->instance_count];
            return;
        }
}
