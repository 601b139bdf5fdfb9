/* wasi:sockets/udp-create-socket. There are no UDP sockets: a program is told so, and what it could only do with one is never called
 * (canon/program.c in the translator). */
#include "sockets.h"

void wasmelt_wasi2_create_udp_socket(const wasmelt_wasi2_call *c, u32 family, u32 to) {
    begin(c);
    discriminant(family, 2);
    network_result(c, to, c->host->grants ? NETWORK_NOT_SUPPORTED : NETWORK_ACCESS_DENIED, 8, 4, 4);
}
