/* Stores from inside: who keeps one, and what counts against its limits. */
#ifndef WASMELT_RUNTIME_STORE_H
#define WASMELT_RUNTIME_STORE_H

#include <stdbool.h>

#include <wasmelt/exception.h>
#include <wasmelt/heap.h>
#include <wasmelt/store.h>

#pragma GCC visibility push(hidden)

/* Whether the host made the store, and not the runtime for an instance. */
bool wasmelt_rt_store_is_named(const wasmelt_store *store);

/* A store that the runtime makes, with one holder; `exception_bytes` as in wasmelt_store_options. */
wasmelt_store *wasmelt_rt_store_new(uint64_t exception_bytes);

/* Holders, instances and hosts' handles, keep a store from ending. The last may let it go on any thread. Null is allowed. */
wasmelt_store *wasmelt_rt_store_hold(wasmelt_store *store);
void wasmelt_rt_store_let_go(wasmelt_store *store);

struct heap;

/* The store's heap (heap/heap.h), made with these options if it has none; null when memory is short. */
struct heap *wasmelt_rt_store_heap(wasmelt_store *store, const wasmelt_heap_options *options);
struct heap *wasmelt_rt_store_heap_or_null(const wasmelt_store *store);

/* Users, tags and exceptions, keep only its memory: they may outlive it. */
void wasmelt_rt_store_use(wasmelt_store *store);
void wasmelt_rt_store_unuse(wasmelt_store *store);

/* Counts bytes of exceptions; false, with nothing counted, beyond the limit. */
bool wasmelt_rt_store_charge(wasmelt_store *store, uint64_t bytes);
void wasmelt_rt_store_discharge(wasmelt_store *store, uint64_t bytes);

/* Keeps the exception for the host and returns the one kept so far, or null; a reference to each changes hands. */
wasmelt_exception *wasmelt_rt_store_keep(wasmelt_store *store, wasmelt_exception *uncaught);

#pragma GCC visibility pop

#endif
