/* Stores. A store has holders (instances, and handles of hosts) and users (tags, exceptions). It ends when its last holder releases it: the
 * uncaught exception that it keeps is dropped. Its memory is freed when the last user is gone, too, because an exception that outlives its
 * store is subtracted from the store's counts when it is freed. All holders together count as one user. Any thread may do all of this. */
#include "store.h"

#include "allocator.h"
#include "exception.h"
#include "heap/heap.h"

struct wasmelt_store {
    uint64_t holders, users;  /* atomic */
    uint64_t exception_bytes; /* atomic */
    uint64_t exception_limit;
    wasmelt_exception *uncaught; /* the last one, kept for the host; atomic */
    bool is_named;
    heap *heap; /* for structs and arrays of its instances; null: not needed yet */
};

static wasmelt_store *make(uint64_t exception_bytes, bool is_named) {
    wasmelt_store *store = wasmelt_rt_allocate_zeroed(1, sizeof *store);
    if (!store)
        return NULL;
    store->holders = store->users = 1;
    store->exception_limit = exception_bytes ? exception_bytes : UINT64_MAX;
    store->is_named = is_named;
    return store;
}

/* ---- For hosts ---- */

wasmelt_store *wasmelt_store_new(const wasmelt_store_options *options) {
    return make(options ? options->exception_bytes : 0, true);
}

void wasmelt_store_free(wasmelt_store *store) {
    wasmelt_rt_store_let_go(store);
}

void wasmelt_store_get_statistics(const wasmelt_store *store, wasmelt_store_statistics *statistics) {
    statistics->exception_bytes = __atomic_load_n(&store->exception_bytes, __ATOMIC_RELAXED);
    statistics->exception_maximum_bytes = store->exception_limit;
}

wasmelt_heap *wasmelt_store_heap(const wasmelt_store *store) {
    return store->heap ? &store->heap->code : NULL;
}

/* ---- Holders and users ---- */

wasmelt_store *wasmelt_rt_store_new(uint64_t exception_bytes) {
    return make(exception_bytes, false);
}

bool wasmelt_rt_store_is_named(const wasmelt_store *store) {
    return store->is_named;
}

wasmelt_store *wasmelt_rt_store_hold(wasmelt_store *store) {
    if (store)
        __atomic_fetch_add(&store->holders, 1, __ATOMIC_RELAXED);
    return store;
}

void wasmelt_rt_store_let_go(wasmelt_store *store) {
    if (!store || __atomic_sub_fetch(&store->holders, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    wasmelt_exception *uncaught = wasmelt_rt_store_keep(store, NULL);
    if (uncaught) /* so the program has exceptions */
        exceptions_of_program()->release(uncaught);
    if (store->heap)
        store->heap->collector->end(store->heap);
    store->heap = NULL;
    wasmelt_rt_store_unuse(store);
}

void wasmelt_rt_store_use(wasmelt_store *store) {
    __atomic_fetch_add(&store->users, 1, __ATOMIC_RELAXED);
}

void wasmelt_rt_store_unuse(wasmelt_store *store) {
    if (__atomic_sub_fetch(&store->users, 1, __ATOMIC_ACQ_REL) == 0)
        wasmelt_rt_release(store);
}

/* ---- The heap ---- */

heap *wasmelt_rt_store_heap(wasmelt_store *store, const collector *c, const wasmelt_heap_options *options) {
    if (!store->heap)
        store->heap = c->make(options);
    return store->heap;
}

heap *wasmelt_rt_store_heap_or_null(const wasmelt_store *store) {
    return store->heap;
}

/* ---- Exceptions ---- */

bool wasmelt_rt_store_charge(wasmelt_store *store, uint64_t bytes) {
    uint64_t now = __atomic_add_fetch(&store->exception_bytes, bytes, __ATOMIC_RELAXED);
    if (now <= store->exception_limit)
        return true;
    wasmelt_rt_store_discharge(store, bytes);
    return false;
}

void wasmelt_rt_store_discharge(wasmelt_store *store, uint64_t bytes) {
    __atomic_fetch_sub(&store->exception_bytes, bytes, __ATOMIC_RELAXED);
}

wasmelt_exception *wasmelt_rt_store_keep(wasmelt_store *store, wasmelt_exception *uncaught) {
    return __atomic_exchange_n(&store->uncaught, uncaught, __ATOMIC_ACQ_REL);
}
