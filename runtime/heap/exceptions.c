/* Exceptions as objects.
 *
 * One reference to an exception is the heap's own. As long as there are other references, which code without a heap, a host, a table or a
 * global counts, the exception is a root and does not move. The heap has lists of all its exceptions, because they count things of which
 * the collector knows nothing: their tag, their store, and exceptions elsewhere. */
#include <string.h>

#include "../exception.h"
#include "heap.h"

wasmelt_exception *wasmelt_rt_heap_new_exception(heap *h, uint32_t count) {
    size_t size = sizeof(wasmelt_exception) + count * sizeof(wasmelt_value);
    wasmelt_exception *e = wasmelt_rt_heap_find(h, size);
    if (!e)
        return NULL;
    memset(e, 0, size);
    e->head.type = TYPE_EXCEPTION;
    e->count = count;
    e->heap = &h->code;
    e->references = 1;
    e->next = h->young_exceptions;
    h->young_exceptions = e;
    return e;
}

static bool is_counted_elsewhere(const wasmelt_exception *e) {
    return __atomic_load_n(&e->references, __ATOMIC_ACQUIRE) > 1;
}

static void mark_counted(heap *h, wasmelt_exception *list) {
    for (wasmelt_exception *e = list; e; e = e->next)
        if (is_counted_elsewhere(e))
            wasmelt_rt_heap_mark(h, &e->head);
}

void wasmelt_rt_heap_mark_exceptions(heap *h, bool is_full) {
    mark_counted(h, h->young_exceptions);
    if (is_full) /* in a minor collection they are marked already */
        mark_counted(h, h->old_exceptions);
}

/* Frees exceptions of the list that were not reached; the others are put into the list of the old ones. */
static void sweep(heap *h, wasmelt_exception *list) {
    wasmelt_exception *next;
    for (wasmelt_exception *e = list; e; e = next) {
        next = e->next;
        wasmelt_exception *now = e->head.gc & OBJECT_HAS_MOVED ? (wasmelt_exception *)moved_to(&e->head) : e;
        if (!is_marked(h, now)) {
            wasmelt_rt_exception_let_go(e);
            continue;
        }
        now->next = h->old_exceptions;
        h->old_exceptions = now;
    }
}

void wasmelt_rt_heap_sweep_exceptions(heap *h, bool is_full) {
    wasmelt_exception *young = h->young_exceptions, *old = is_full ? h->old_exceptions : NULL;
    h->young_exceptions = NULL;
    if (is_full)
        h->old_exceptions = NULL;
    sweep(h, young);
    sweep(h, old);
}

static void end(heap *h, wasmelt_exception *list) {
    wasmelt_exception *next;
    for (wasmelt_exception *e = list; e; e = e->next)
        wasmelt_rt_exception_leave_heap(e);
    for (wasmelt_exception *e = list; e; e = next) {
        next = e->next;
        wasmelt_rt_heap_use(h); /* the exception uses the heap's memory until its last reference is released */
        exn_lose(e);
    }
}

void wasmelt_rt_heap_end_exceptions(heap *h) {
    wasmelt_exception **last = &h->young_exceptions;
    while (*last)
        last = &(*last)->next;
    *last = h->old_exceptions;
    end(h, h->young_exceptions);
    h->young_exceptions = h->old_exceptions = NULL;
    wasmelt_rt_exceptions_free_dead();
}
