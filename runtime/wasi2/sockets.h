/* What the files for wasi:sockets share. A program may listen where --listen, and connect to what --connect says, and to nothing else. */
#ifndef WASMELT_RUNTIME_WASI2_SOCKETS_H
#define WASMELT_RUNTIME_WASI2_SOCKETS_H

#include "../system/sockets.h"
#include "host.h"

#pragma GCC visibility push(hidden)

enum { MOST_GRANTS = 64, MOST_NAMES = 64, MOST_PEERS = 64 };

/* Where to listen, or what to connect to. */
typedef struct grant {
    system_address address; /* without the port */
    bool any_address, any_port;
    const char *name; /* of a host, whose addresses are looked up when the program asks for them; or null */
    uint16_t port;
} grant;

struct network_grants {
    grant listen[MOST_GRANTS], connect[MOST_GRANTS];
    uint32_t listen_count, connect_count;
    grant found[MOST_NAMES]; /* addresses that names have turned out to have; the oldest is replaced */
    uint32_t found_count;
    system_address peers[MOST_PEERS]; /* from which datagrams have come where the program listens: they may be answered */
    uint32_t peer_count;
};

/* Cases of the error-code. */
typedef enum network_error {
    NETWORK_UNKNOWN,
    NETWORK_ACCESS_DENIED,
    NETWORK_NOT_SUPPORTED,
    NETWORK_INVALID_ARGUMENT,
    NETWORK_OUT_OF_MEMORY,
    NETWORK_TIMEOUT,
    NETWORK_CONCURRENCY_CONFLICT,
    NETWORK_NOT_IN_PROGRESS,
    NETWORK_WOULD_BLOCK,
    NETWORK_INVALID_STATE,
    NETWORK_NEW_SOCKET_LIMIT,
    NETWORK_ADDRESS_NOT_BINDABLE,
    NETWORK_ADDRESS_IN_USE,
    NETWORK_REMOTE_UNREACHABLE,
    NETWORK_CONNECTION_REFUSED,
    NETWORK_CONNECTION_RESET,
    NETWORK_CONNECTION_ABORTED,
    NETWORK_DATAGRAM_TOO_LARGE,
    NETWORK_NAME_UNRESOLVABLE,
    NETWORK_TEMPORARY_RESOLVER_FAILURE,
    NETWORK_PERMANENT_RESOLVER_FAILURE,
    NETWORK_DONE /* no error */
} network_error;

/* The error for a number of the host, made negative; NETWORK_DONE if it is none. */
network_error wasmelt_rt_wasi2_network_error(int host);

/* Cases of the error-code of 0.3. */
enum {
    NETWORK3_ACCESS_DENIED,
    NETWORK3_NOT_SUPPORTED,
    NETWORK3_INVALID_ARGUMENT,
    NETWORK3_OUT_OF_MEMORY,
    NETWORK3_TIMEOUT,
    NETWORK3_INVALID_STATE,
    NETWORK3_ADDRESS_NOT_BINDABLE,
    NETWORK3_ADDRESS_IN_USE,
    NETWORK3_REMOTE_UNREACHABLE,
    NETWORK3_CONNECTION_REFUSED,
    NETWORK3_CONNECTION_BROKEN,
    NETWORK3_CONNECTION_RESET,
    NETWORK3_CONNECTION_ABORTED,
    NETWORK3_DATAGRAM_TOO_LARGE,
    NETWORK3_OTHER
};

/* The code of the error in 0.3. */
u8 wasmelt_rt_wasi3_network_code(network_error error);

/* Stores the case of a result, and the code of an error: see put_case. */
static inline u8 *network_result(const wasmelt_wasi2_call *c, u32 to, network_error error, u32 bytes, u32 payload) {
    return put_case(c, to, error != NETWORK_DONE, c->is_0_3 ? wasmelt_rt_wasi3_network_code(error) : (u8)error, bytes, payload);
}

/* A result without a value. */
static inline void put_network_done(const wasmelt_wasi2_call *c, u32 to, network_error error) {
    network_result(c, to, error, 0, 1);
}

/* The core values of an ip-socket-address behind its case. */
typedef struct address_values {
    u32 v[11];
} address_values;

/* ---- TCP (tcp.c) ---- */

/* What a socket is. CLOSED: connecting has failed. */
enum { TCP_UNBOUND, TCP_BIND_STARTED, TCP_BOUND, TCP_CONNECT_STARTED, TCP_CONNECTED, TCP_LISTEN_STARTED, TCP_LISTENING, TCP_CLOSED };

network_error wasmelt_rt_wasi2_tcp_bind(const wasmelt_wasi2 *h, object *o, u32 family, const address_values *values);
network_error wasmelt_rt_wasi2_tcp_connect(const wasmelt_wasi2 *h, object *o, u32 family, const address_values *values);
/* How connecting has ended; NETWORK_WOULD_BLOCK: it has not. */
network_error wasmelt_rt_wasi2_tcp_connected(object *o);
network_error wasmelt_rt_wasi2_tcp_listen(object *o);
network_error wasmelt_rt_wasi2_tcp_accept(wasmelt_wasi2 *h, const object *o, object *made);

/* ---- UDP (udp.c) ---- */

enum { UDP_UNBOUND, UDP_BIND_STARTED, UDP_BOUND, UDP_MOST_BYTES = 65536 };

network_error wasmelt_rt_wasi2_udp_bind(const wasmelt_wasi2 *h, object *o, u32 family, const address_values *values);
/* Connects it to one address, or, without one, to none any more. */
network_error wasmelt_rt_wasi2_udp_connect(const wasmelt_wasi2 *h, object *o, bool has_address, u32 family, const address_values *values);
/* Receives a datagram that the program may have, of UDP_MOST_BYTES at most; the size, or an error. */
int wasmelt_rt_wasi2_udp_receive(wasmelt_wasi2 *h, const object *o, u8 *buffer, system_address *from);
/* Sends one; `address`: null: to the address to which it is connected. */
network_error wasmelt_rt_wasi2_udp_send(wasmelt_wasi2 *h, const object *o, const u8 *bytes, u32 length, const system_address *address);

/* ---- Addresses (network.c) ---- */

/* The address; NETWORK_INVALID_ARGUMENT if it is of another family. */
network_error wasmelt_rt_wasi2_take_address(u32 family, const address_values *a, bool is_v6, system_address *address);
/* Stores an ip-address, whose numbers are at `payload`. */
void wasmelt_rt_wasi2_put_ip(u8 *payload, const system_address *a);
/* Stores an ip-socket-address. */
void wasmelt_rt_wasi2_put_address(u8 *at, const system_address *a);
/* Reads one from the program's memory. */
network_error wasmelt_rt_wasi2_load_address(const u8 *at, bool is_v6, system_address *address);
bool wasmelt_rt_wasi2_same_address(const system_address *a, const system_address *b);

/* An object for a socket of the system, or the error. Takes `fd`, which may be an error, and the promise of a place among descriptors. */
network_error wasmelt_rt_wasi2_own(wasmelt_wasi2 *h, object_kind kind, int fd, bool is_v6, int state, object *o);

/* Whether nobody can be reached there. */
bool wasmelt_rt_wasi2_is_unspecified(const system_address *a);
/* Whether it is one machine's: not a group's, nor all that are near. */
bool wasmelt_rt_wasi2_is_unicast(const system_address *a);
/* Stores the address of this end or the other, if there is one. */
void wasmelt_rt_wasi2_put_address_of(const wasmelt_wasi2_call *c, const object *o, bool has_one, bool other, u32 to);

/* Options: their numbers as the interface has them. What is set to more than the system takes becomes `most`, times are rounded up. */
network_error wasmelt_rt_wasi2_get_option(const object *o, system_option option, u64 *value);
void wasmelt_rt_wasi2_put_option(const wasmelt_wasi2_call *c, const object *o, system_option option, u32 to);
void wasmelt_rt_wasi2_put_byte_option(const wasmelt_wasi2_call *c, const object *o, system_option option, u32 to);
void wasmelt_rt_wasi2_set_option(const wasmelt_wasi2_call *c, const object *o, system_option option, u64 value, u64 most, u32 to);
/* The kernel's own limits of times, counts and buffers. */
enum { MOST_SECONDS = 32767, MOST_COUNT = 127, MOST_BUFFER = 1 << 28 };

/* Whether a program may listen there, and connect there. */
bool wasmelt_rt_wasi2_may_listen(const wasmelt_wasi2 *h, const system_address *a);
bool wasmelt_rt_wasi2_may_connect(const wasmelt_wasi2 *h, const system_address *a);

#pragma GCC visibility pop

#endif
