/* wasi:sockets, which a program has no access to: it gets no sockets and no addresses, and is told so. What it could only do with a socket
 * is therefore never called (canon/program.c in the translator). */
#include "host.h"

/* Cases of the error-code. */
enum { ERROR_ACCESS_DENIED = 1 };

u32 wasmelt_wasi2_instance_network(const wasmelt_wasi2_call *c) {
    begin(c);
    return wasmelt_rt_wasi2_give(c, 0, (object){.kind = OBJECT_NETWORK});
}

/* Stores the failure of a function that would give a resource. */
static void deny(const wasmelt_wasi2_call *c, u32 to) {
    u8 *at = result_at(c, to, 8, 4);
    at[0] = 1;
    at[4] = ERROR_ACCESS_DENIED;
}

void wasmelt_wasi2_create_tcp_socket(const wasmelt_wasi2_call *c, u32 family, u32 to) {
    begin(c);
    discriminant(family, 2);
    deny(c, to);
}

void wasmelt_wasi2_create_udp_socket(const wasmelt_wasi2_call *c, u32 family, u32 to) {
    begin(c);
    discriminant(family, 2);
    deny(c, to);
}

void wasmelt_wasi2_resolve_addresses(const wasmelt_wasi2_call *c, u32 network, u32 name, u32 name_length, u32 to) {
    begin(c);
    wasmelt_rt_wasi2_borrowed(c, 0, network, OBJECT_NETWORK);
    wasmelt_canon_lift_string(c->canon, name, name_length);
    deny(c, to);
}

/* No error of a stream comes from the network. */
void wasmelt_wasi2_network_error_code(const wasmelt_wasi2_call *c, u32 error, u32 to) {
    begin(c);
    wasmelt_rt_wasi2_borrowed(c, 0, error, OBJECT_ERROR);
    *result_at(c, to, 2, 1) = 0;
}
