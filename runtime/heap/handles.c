/* Handles. Those of a heap are in a list of their own with a lock, apart from the heap, because any thread may release a handle at any
 * time. The list exists until its last user is gone: the heap or a handle. */
#include <pthread.h>

#include "../allocator.h"
#include "heap.h"

struct wasmelt_ref {
    wasmelt_object *object; /* null once the heap has ended */
    handle_set *set;
    wasmelt_ref *next, *previous;
    uint64_t references; /* atomic */
};

struct handle_set {
    pthread_mutex_t lock;
    wasmelt_ref *first;
    uint64_t users; /* atomic: the heap, and each handle */
};

static handle_set *set_of(heap *h) {
    if (h->handles)
        return h->handles;
    handle_set *set = wasmelt_rt_allocate_zeroed(1, sizeof *set);
    if (!set)
        return NULL;
    pthread_mutex_init(&set->lock, NULL);
    set->users = 1;
    h->handles = set;
    return set;
}

static void unuse(handle_set *set) {
    if (__atomic_sub_fetch(&set->users, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    pthread_mutex_destroy(&set->lock);
    wasmelt_rt_release(set);
}

wasmelt_ref *wasmelt_ref_new(wasmelt_heap *heap, wasmelt_object *object) {
    struct heap *h = heap_of(heap);
    if (wasmelt_reference_kind_of(heap, object) == WASMELT_REFERENCE_FOREIGN)
        return NULL;
    handle_set *set = set_of(h);
    wasmelt_ref *ref = set ? wasmelt_rt_allocate(sizeof *ref) : NULL;
    if (!ref)
        return NULL;
    __atomic_fetch_add(&set->users, 1, __ATOMIC_RELAXED);
    pthread_mutex_lock(&set->lock);
    *ref = (wasmelt_ref){.object = object, .set = set, .next = set->first, .references = 1};
    if (set->first)
        set->first->previous = ref;
    set->first = ref;
    pthread_mutex_unlock(&set->lock);
    return ref;
}

wasmelt_object *wasmelt_ref_get(const wasmelt_ref *ref) {
    return ref->object;
}

wasmelt_ref *wasmelt_ref_retain(wasmelt_ref *ref) {
    if (ref)
        __atomic_fetch_add(&ref->references, 1, __ATOMIC_RELAXED);
    return ref;
}

void wasmelt_ref_release(wasmelt_ref *ref) {
    if (!ref || __atomic_sub_fetch(&ref->references, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    handle_set *set = ref->set;
    pthread_mutex_lock(&set->lock);
    if (ref->previous)
        ref->previous->next = ref->next;
    else
        set->first = ref->next;
    if (ref->next)
        ref->next->previous = ref->previous;
    pthread_mutex_unlock(&set->lock);
    wasmelt_rt_release(ref);
    unuse(set);
}

void wasmelt_rt_heap_visit_handles(heap *h) {
    if (!h->handles)
        return;
    pthread_mutex_lock(&h->handles->lock);
    for (wasmelt_ref *ref = h->handles->first; ref; ref = ref->next)
        wasmelt_rt_heap_visit(h, &ref->object);
    pthread_mutex_unlock(&h->handles->lock);
}

void wasmelt_rt_heap_end_handles(heap *h) {
    if (!h->handles)
        return;
    pthread_mutex_lock(&h->handles->lock);
    for (wasmelt_ref *ref = h->handles->first; ref; ref = ref->next)
        ref->object = NULL;
    pthread_mutex_unlock(&h->handles->lock);
    unuse(h->handles);
    h->handles = NULL;
}
