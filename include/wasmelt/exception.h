/* Exceptions and tags (WebAssembly 3.0, sections 2.5.5, 4.2.13 and 4.2.14), for hosts.
 *
 * An exception that no code catches ends its wasmelt_run with WASMELT_TRAP_UNCAUGHT_EXCEPTION and is in the
 * wasmelt_trap. A host function may throw one into the code that called it. Exceptions are counted: a
 * reference that a host keeps beyond the call that gave it must be retained, and released in the end. */
#ifndef WASMELT_EXCEPTION_H
#define WASMELT_EXCEPTION_H

#include <wasmelt/func.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What kind of exception. Its address is its identity; it lives in the instance that defines it, or is the
 * host's, and must outlive all exceptions that have it. */
typedef struct wasmelt_tag {
    const wasmelt_type *type; /* the parameters are the payload */
    uint32_t type_id;         /* canonical number of that type in this process */
} wasmelt_tag;

/* Prepares a tag of the host's, for modules to import. `type` must live as long, is a function type without
 * results and mentions no concrete heap types. False when memory is short. Any thread. */
bool wasmelt_tag_init(wasmelt_tag *tag, const wasmelt_type *type);

/* Makes an exception with a copy of the payload, as many values as the tag's type has parameters. The caller
 * owns one reference. Null when memory is short. Any thread. */
wasmelt_exception *wasmelt_exception_new(const wasmelt_tag *tag, const wasmelt_value *payload);

/* An exception's tag and its payload. They live as long as the exception. */
const wasmelt_tag *wasmelt_exception_tag(const wasmelt_exception *exception);
const wasmelt_value *wasmelt_exception_payload(const wasmelt_exception *exception);

/* Counts one reference more; returns `exception`. Null is allowed. Any thread. */
wasmelt_exception *wasmelt_exception_retain(wasmelt_exception *exception);

/* Gives a reference back, and frees the exception with the last one. Null is allowed. Any thread. */
void wasmelt_exception_release(wasmelt_exception *exception);

/* For a host function that a module called: makes `exception` be thrown by that call. The host function must
 * return at once, with any results (references must be null). Keeps a reference of its own. A module that was
 * translated with --imports-never-throw does not look for one after a call and would run on: throw into no such. */
void wasmelt_throw(wasmelt_exception *exception);

#ifdef __cplusplus
}
#endif
#endif
