/* Stores from inside: what keeps them alive, and what counts towards their limits. */
#ifndef WASMELT_RUNTIME_STORE_H
#define WASMELT_RUNTIME_STORE_H

#include <stdbool.h>

#include <wasmelt/exception.h>
#include <wasmelt/heap.h>
#include <wasmelt/store.h>

#pragma GCC visibility push(hidden)

/* Whether the host made the store, not the runtime for an instance. */
bool wasmelt_rt_store_is_named(const wasmelt_store *store);

/* Makes a store for the runtime, with one holder. `exception_bytes` is as in wasmelt_store_options. */
wasmelt_store *wasmelt_rt_store_new(uint64_t exception_bytes);

/* Holders are instances and handles of hosts; the store ends when the last one releases it, on any thread. Null is allowed. */
wasmelt_store *wasmelt_rt_store_hold(wasmelt_store *store);
void wasmelt_rt_store_let_go(wasmelt_store *store);

struct heap;
struct wasmelt_rt_collector;

/* The store's heap (heap/heap.h), made by the collector with these options if it has none; null when memory is short. */
struct heap *wasmelt_rt_store_heap(wasmelt_store *store, const struct wasmelt_rt_collector *collector, const wasmelt_heap_options *options);
struct heap *wasmelt_rt_store_heap_or_null(const wasmelt_store *store);

/* Users are tags and exceptions; they only keep its memory, and may outlive the store. */
void wasmelt_rt_store_use(wasmelt_store *store);
void wasmelt_rt_store_unuse(wasmelt_store *store);

/* Counts bytes of exceptions. False, and nothing is counted, if that would exceed the limit. */
bool wasmelt_rt_store_charge(wasmelt_store *store, uint64_t bytes);
void wasmelt_rt_store_discharge(wasmelt_store *store, uint64_t bytes);

/* Keeps the exception for the host, and returns the one kept so far, or null. The store takes over the caller's reference to the one and
 * passes on its own to the other. */
wasmelt_exception *wasmelt_rt_store_keep(wasmelt_store *store, wasmelt_exception *uncaught);

#pragma GCC visibility pop

#endif
