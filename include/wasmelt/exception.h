/* Exceptions and tags (WebAssembly 3.0, sections 2.5.5, 4.2.13 and 4.2.14), for hosts.
 *
 * An exception that no code catches ends its wasmelt_run with WASMELT_TRAP_UNCAUGHT_EXCEPTION and is in the
 * wasmelt_trap. A host function may throw one into the code that called it.
 *
 * Exceptions are counted. What a function returns, or wasmelt_call gives as a result, is the caller's: it releases it in the
 * end. What a host function is passed, what it finds in a global or table, and what a wasmelt_trap names, belongs to others:
 * whoever keeps it retains it. A host that writes a reference into an exported global retains it for that, and releases
 * the one that was there; wasmelt_table_set does both.
 *
 * An exception belongs to a store (wasmelt/store.h), whose limit it counts against: that of its tag, or of the instance that
 * throws if the tag is the host's. It needs nothing of an instance or of a module, and outlives both, and the store, while
 * it is retained; but a reference to a function in its payload is dangling when the function's instance is freed. What the
 * host makes with a tag of its own belongs to no store. */
#ifndef WASMELT_EXCEPTION_H
#define WASMELT_EXCEPTION_H

#include <wasmelt/target.h>

#include <wasmelt/func.h>
#include <wasmelt/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What kind of exception. Its address is its identity. One that a module defines lives as long as instances or
 * exceptions that have it; one of the host's must outlive all of them. */
typedef struct wasmelt_tag {
    const wasmelt_type *type; /* the parameters are the payload; concrete heap types count in the module that defines it */
    uint32_t type_id;         /* canonical number of that type in this process */
    wasmelt_store *store;     /* of the instance that defined it; null for one of the host's */
} wasmelt_tag;

/* Prepares a tag of the host's, for modules to import. `type` must live as long, is a function type without
 * results and mentions no concrete heap types. False when memory is short. Any thread. */
bool wasmelt_tag_init(wasmelt_tag *tag, const wasmelt_type *type);

/* Makes an exception with a copy of the payload, as many values as the tag's type has parameters. The caller
 * owns one reference. Null when memory is short, or the limit of the tag's store reached. Any thread. */
wasmelt_exception *wasmelt_exception_new(const wasmelt_tag *tag, const wasmelt_value *payload);

/* An exception's tag and its payload. They live as long as the exception. */
const wasmelt_tag *wasmelt_exception_tag(const wasmelt_exception *exception);
const wasmelt_value *wasmelt_exception_payload(const wasmelt_exception *exception);

/* Counts one reference more; returns `exception`. Null is allowed. Any thread. */
wasmelt_exception *wasmelt_exception_retain(wasmelt_exception *exception);

/* Gives a reference back, and frees the exception with the last one. Null is allowed. Any thread. */
void wasmelt_exception_release(wasmelt_exception *exception);

/* For a host function that a module called: makes `exception` be thrown by that call. The host function must
 * return at once, with any results (references must be null). Keeps a reference of its own. Null, which is what
 * wasmelt_exception_new may give, raises WASMELT_TRAP_OUT_OF_RESOURCES. A module that was
 * translated with --imports-never-throw does not look for one after a call and would run on: throw into no such. */
void wasmelt_throw(wasmelt_exception *exception);

#ifdef __cplusplus
}
#endif
#endif
