/* Stores (WebAssembly 3.0, section 4.2.3): what instances that are linked to each other share.
 *
 * A store owns exceptions, and the tags that exceptions have, and limits the memory that they take. Instances that use
 * exceptions are in one: that which the host names (wasmelt_options), or that of the first function, table, global or tag
 * which they import and which is in one, or one that is made for them. Others are in none, unless named or inherited so, and
 * pay nothing. A memory that is shared joins no stores: threads have an instance each, and each a store of its own.
 *
 * An instance in a store that the host has named imports from that store only; one that names none may import from several,
 * of which the host has made one at the most.
 *
 * One thread at a time runs code of a store's instances, as of one instance. A store ends with the last of its instances
 * and handles; nothing of it stays with a thread, in a signal handler or in the process. */
#ifndef WASMELT_STORE_H
#define WASMELT_STORE_H

#include <wasmelt/target.h>

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct wasmelt_store wasmelt_store;

typedef struct wasmelt_store_options {
    uint64_t exception_bytes; /* the most that exceptions may take: to throw one more traps; 0: no limit */
} wasmelt_store_options;

/* Makes a store, for wasmelt_options. The caller owns a handle on it. `options` may be null. Null when memory is short.
 * Any thread. */
wasmelt_store *wasmelt_store_new(const wasmelt_store_options *options);

/* Gives a handle back: the store ends with its last instance, or at once if it has none. Null is allowed. Any thread. */
void wasmelt_store_free(wasmelt_store *store);

typedef struct wasmelt_store_statistics {
    uint64_t exception_bytes;         /* that its exceptions take, the allocator's part included */
    uint64_t exception_maximum_bytes; /* UINT64_MAX: no limit */
} wasmelt_store_statistics;

/* Any thread. */
void wasmelt_store_get_statistics(const wasmelt_store *store, wasmelt_store_statistics *statistics);

#ifdef __cplusplus
}
#endif
#endif
