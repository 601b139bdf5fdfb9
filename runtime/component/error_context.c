/* Error contexts: a message for debugging, which all that have a handle of it share (CanonicalABI.md, canon error-context). */
#include "async.h"

#include <string.h>

enum { MOST_BYTES = 1 << 16 };     /* of a message: what is longer is cut */
enum { MOST_BYTES_ALL = 1 << 26 }; /* of all messages that a component has */

struct wasmelt_canon_error {
    wasmelt_canon_object object;
    u32 handles;
    size_t bytes;
    uint8_t text[];
};

u32 wasmelt_canon_lower_error(wasmelt_canon_call *c, wasmelt_canon_error *error) {
    error->handles++;
    return wasmelt_rt_handle_add(c->canon->part, (wasmelt_canon_handle){.resource = WASMELT_CANON_ERROR, .object = error});
}

wasmelt_canon_error *wasmelt_canon_lift_error(wasmelt_canon_call *c, u32 handle) {
    return handle_object(c->canon->part, WASMELT_CANON_ERROR, handle);
}

u32 wasmelt_canon_error_context_new(const wasmelt_canon *canon, u32 at, u32 length) {
    wasmelt_canon_call c = wasmelt_canon_begin(canon);
    const wasmelt_string s = wasmelt_canon_lift_string(&c, at, length);
    size_t bytes = s.len;
    if (bytes > MOST_BYTES)
        for (bytes = MOST_BYTES; (s.ptr[bytes] & 0xC0) == 0x80;) /* not within a character */
            bytes--;
    wasmelt_canon_async *const a = canon->component->async;
    if (bytes > MOST_BYTES_ALL - a->error_bytes)
        wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
    wasmelt_canon_error *const e = wasmelt_rt_object_new(canon->component, sizeof *e + bytes);
    a->error_bytes += bytes;
    e->bytes = bytes;
    if (bytes > 0)
        memcpy(e->text, s.ptr, bytes);
    wasmelt_canon_end(&c);
    return wasmelt_canon_lower_error(&c, e);
}

void wasmelt_canon_error_context_debug_message(const wasmelt_canon *canon, u32 error, u32 at) {
    wasmelt_canon_call c = wasmelt_canon_begin(canon);
    wasmelt_canon_error *const e = handle_object(canon->part, WASMELT_CANON_ERROR, error);
    wasmelt_canon_range(&c, at, 2, 4, 4);
    u32 address, length;
    wasmelt_canon_lower_string(&c, (wasmelt_string){e->text, e->bytes}, &address, &length);
    u8 *const to = wasmelt_canon_range(&c, at, 2, 4, 4);
    store_u32(&c, address, to);
    store_u32(&c, length, to + 4);
    wasmelt_canon_end(&c);
}

void wasmelt_canon_error_context_drop(const wasmelt_canon *canon, u32 error) {
    wasmelt_canon_may_leave(canon->part);
    wasmelt_canon_error *const e = handle_object(canon->part, WASMELT_CANON_ERROR, error);
    wasmelt_rt_handle_remove(canon->part, error);
    if (--e->handles > 0)
        return;
    canon->component->async->error_bytes -= e->bytes;
    wasmelt_rt_object_free(canon->component, e);
}
