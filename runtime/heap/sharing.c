/* Whose objects are behind a table or a global. A host that links instances through headers passes tables and globals by their addresses,
 * which do not say to which instance they belong. So the instances whose objects others may see are in a list: the one that defines such a
 * table or global, or that imports it, too, is in the store that its next importer has to be in.
 *
 * An instance is in the list from when it has its tables and imports until it is freed. The list has a part for each heap. */
#include <pthread.h>
#include <string.h>

#include "../allocator.h"
#include "heap.h"

struct sharer {
    const wasmelt_instance *instance;
    sharer *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* protects what follows, and these members of heaps */
static heap *first;                                      /* heaps that have sharers */

static const void *pointer_at(const wasmelt_instance *i, size_t offset) {
    const void *p;
    memcpy(&p, (const char *)i + offset, sizeof p);
    return p;
}

/* Whether it is the address of a global that the instance defines, or of its reference to a table. */
static bool is_inside(const wasmelt_instance *i, const void *place) {
    return (uintptr_t)place - (uintptr_t)i < i->module->instance_size;
}

static bool has(const wasmelt_instance *i, const void *table_or_global) {
    const wasmelt_module *m = i->module;
    if (is_inside(i, table_or_global))
        return true;
    for (uint32_t k = 0; k < m->table_count; k++)
        if (pointer_at(i, m->tables[k].offset) == table_or_global)
            return true;
    for (uint32_t k = 0; k < m->import_count; k++)
        if ((m->imports[k].kind == WASMELT_EXTERN_TABLE || m->imports[k].kind == WASMELT_EXTERN_GLOBAL) &&
            pointer_at(i, m->imports[k].offset) == table_or_global)
            return true;
    return false;
}

bool wasmelt_rt_heap_share(heap *h, const wasmelt_instance *instance) {
    sharer *s = wasmelt_rt_allocate(sizeof *s);
    if (!s)
        return false;
    pthread_mutex_lock(&lock);
    if (!h->sharers) {
        h->previous = NULL;
        h->next = first;
        if (first)
            first->previous = h;
        first = h;
    }
    *s = (sharer){instance, h->sharers};
    h->sharers = s;
    pthread_mutex_unlock(&lock);
    return true;
}

static void remove_heap(heap *h) {
    if (h->next)
        h->next->previous = h->previous;
    if (h->previous)
        h->previous->next = h->next;
    else
        first = h->next;
}

void wasmelt_rt_heap_unshare(heap *h, const wasmelt_instance *instance) {
    pthread_mutex_lock(&lock);
    sharer **at = &h->sharers, *s;
    while (*at && (*at)->instance != instance)
        at = &(*at)->next;
    s = *at;
    if (s) {
        *at = s->next;
        if (!h->sharers)
            remove_heap(h);
    }
    pthread_mutex_unlock(&lock);
    wasmelt_rt_release(s);
}

wasmelt_store *wasmelt_rt_heap_store_with(const void *table_or_global) {
    wasmelt_store *store = NULL;
    pthread_mutex_lock(&lock);
    for (const heap *h = first; h && !store; h = h->next)
        for (const sharer *s = h->sharers; s && !store; s = s->next)
            if (has(s->instance, table_or_global))
                store = s->instance->store;
    pthread_mutex_unlock(&lock);
    return store;
}

bool wasmelt_rt_heap_is_elsewhere(const heap *own, const void *p) {
    bool is_elsewhere = false;
    pthread_mutex_lock(&lock);
    for (const heap *h = first; h && !is_elsewhere; h = h->next)
        is_elsewhere = h != own && !is_i31(p) && (uintptr_t)p - (uintptr_t)h->reservation < h->reservation_bytes;
    pthread_mutex_unlock(&lock);
    return is_elsewhere;
}
