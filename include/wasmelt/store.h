/* Stores (WebAssembly 3.0, section 4.2.3): what instances that are linked to each other share.
 *
 * A store owns exceptions and their tags, and limits the memory that they take. It also owns the heap that its instances share
 * (wasmelt/heap.h). An instance that needs a store is in the one that the host names (wasmelt_options); or else in the one of the first
 * function, table, global or tag that it imports and that belongs to a store; or else in one that is made for it. Other instances are in no
 * store, unless the host names one or they import from one, and have no costs. A shared memory does not connect stores: each thread has an
 * instance, and each of these a store, of its own.
 *
 * An instance in a store that the host has named can only import from that store. An instance for which no store is named may import from
 * several, at most one of which the host has made.
 *
 * Only one thread at a time may run code of a store's instances, as for a single instance. A store ends with the last of its instances and
 * handles. */
#ifndef WASMELT_STORE_H
#define WASMELT_STORE_H

#include <wasmelt/target.h>

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct wasmelt_store wasmelt_store;

typedef struct wasmelt_store_options {
    uint64_t exception_bytes; /* limit of the memory for exceptions, beyond which throwing traps; 0: no limit */
} wasmelt_store_options;

/* Makes a store, for wasmelt_options. The caller owns a handle to it. `options` may be null. Null when memory is short. Any thread. */
wasmelt_store *wasmelt_store_new(const wasmelt_store_options *options);

/* Releases a handle: the store ends with its last instance, or at once if it has none. Null is allowed. Any thread. */
void wasmelt_store_free(wasmelt_store *store);

typedef struct wasmelt_store_statistics {
    uint64_t exception_bytes;         /* that its exceptions take, including the allocator's part */
    uint64_t exception_maximum_bytes; /* UINT64_MAX: no limit */
} wasmelt_store_statistics;

/* Any thread. */
void wasmelt_store_get_statistics(const wasmelt_store *store, wasmelt_store_statistics *statistics);

struct wasmelt_heap;

/* The heap that instances of the store share; null before there is an instance that needs it. A function of the host that an instance calls
 * while it is being made, in its start function, gets the heap of the objects that it is given from a store that the host has named. */
struct wasmelt_heap *wasmelt_store_heap(const wasmelt_store *store);

#ifdef __cplusplus
}
#endif
#endif
