/* Exceptions and tags (WebAssembly 3.0, sections 2.5.5, 4.2.13 and 4.2.14), for hosts.
 *
 * An exception that no code catches ends its wasmelt_run with WASMELT_TRAP_UNCAUGHT_EXCEPTION; the wasmelt_trap contains it. A host
 * function may throw an exception into the code that called it.
 *
 * Exceptions are reference-counted. A reference that a function returns, or that wasmelt_call gives as a result, belongs to the caller, who
 * has to release it. A reference that is passed to a host function, found in a global or table, or in a wasmelt_trap, belongs to somebody
 * else: retain it to keep it. A host that stores a reference in an exported global retains it for the global, and releases the one that was
 * there; wasmelt_table_set does both.
 *
 * An exception belongs to a store (wasmelt/store.h) and counts towards its limit. This is the store of its tag or, if the tag is the
 * host's, of the instance that throws. While it is retained, an exception outlives its instance, its module and its store. But a reference
 * to a function in its payload is dangling once the function's instance has been freed. An exception that the host makes with a tag of its
 * own belongs to no store. */
#ifndef WASMELT_EXCEPTION_H
#define WASMELT_EXCEPTION_H

#include <wasmelt/target.h>

#include <wasmelt/func.h>
#include <wasmelt/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The kind of an exception. Its address is its identity. A tag that a module defines lives as long as instances or exceptions that have it.
 * A tag of the host must outlive all of these. */
typedef struct wasmelt_tag {
    const wasmelt_type *type; /* the parameters are the payload; concrete heap types are indices in the module that defines it */
    uint32_t type_id;         /* canonical number of that type in this process */
    wasmelt_store *store;     /* that of the instance that defined it; null for a tag of the host */
} wasmelt_tag;

/* Prepares a tag of the host, which modules can import. `type` must live as long as the tag. It is a function type without results that
 * mentions no concrete heap types. False when memory is short. Any thread. */
bool wasmelt_tag_init(wasmelt_tag *tag, const wasmelt_type *type);

/* Makes an exception with a copy of the payload, which has as many values as the tag's type has parameters. The caller owns the one
 * reference. Null when memory is short, or when the limit of the tag's store is reached. Any thread; if the tag's store has a heap, only
 * the one that uses it. */
wasmelt_exception *wasmelt_exception_new(const wasmelt_tag *tag, const wasmelt_value *payload);

/* The tag and the payload of an exception. They live as long as the exception. */
const wasmelt_tag *wasmelt_exception_tag(const wasmelt_exception *exception);
const wasmelt_value *wasmelt_exception_payload(const wasmelt_exception *exception);

/* Adds a reference; returns `exception`. Null is allowed. Any thread. */
wasmelt_exception *wasmelt_exception_retain(wasmelt_exception *exception);

/* Releases a reference; the last one frees the exception. Null is allowed. Any thread. */
void wasmelt_exception_release(wasmelt_exception *exception);

/* For a host function that a module has called: throws `exception` from that call. The host function must return at once, with any results
 * (references must be null). The call keeps a reference of its own. If `exception` is null, as wasmelt_exception_new may return,
 * WASMELT_TRAP_OUT_OF_RESOURCES is raised. Do not throw into a module that was translated with --imports-never-throw: it does not check for
 * an exception after a call, and would continue. */
void wasmelt_throw(wasmelt_exception *exception);

#ifdef __cplusplus
}
#endif
#endif
