/* wasi:sockets/udp and udp-create-socket. A socket that is bound where the program may listen takes datagrams from anybody, and may answer
 * them; any other only has to do with addresses to which the program may connect. */
#include <errno.h>

#include "sockets.h"

/* How many datagrams are received or sent by one call, and how many are dropped by a call because they come from
 * elsewhere. */
enum { MOST_DATAGRAMS = 16, MOST_DROPPED = 64, DATAGRAM_BYTES = 40, OUTGOING_BYTES = 44 };

static object *borrowed(const wasmelt_wasi2_call *c, u32 self, object_kind kind) {
    begin(c);
    return wasmelt_rt_wasi2_borrowed(c, 0, self, kind);
}

static object *udp(const wasmelt_wasi2_call *c, u32 self) {
    return borrowed(c, self, OBJECT_UDP);
}

void wasmelt_wasi2_create_udp_socket(const wasmelt_wasi2_call *c, u32 family, u32 to) {
    wasmelt_wasi2 *h = begin(c);
    const bool is_v6 = discriminant(family, 2) == 1;
    object o;
    network_error error = NETWORK_ACCESS_DENIED;
    if (h->grants)
        error = wasmelt_rt_wasi_fd_begin(h->wasi)
                    ? wasmelt_rt_wasi2_own(h, OBJECT_UDP, wasmelt_rt_system_socket(is_v6, true), is_v6, UDP_UNBOUND, &o)
                    : NETWORK_NEW_SOCKET_LIMIT;
    const u32 handle = error == NETWORK_DONE ? wasmelt_rt_wasi2_give(c, 0, o) : 0;
    u8 *at = network_result(c, to, error, 4, 4);
    if (error == NETWORK_DONE)
        put_u32(at, handle);
}

/* ---- Binding ---- */

network_error wasmelt_rt_wasi2_udp_bind(const wasmelt_wasi2 *h, object *o, u32 family, const address_values *values) {
    system_address address;
    if (o->u.socket.state != UDP_UNBOUND)
        return NETWORK_INVALID_STATE;
    network_error error = wasmelt_rt_wasi2_take_address(family, values, o->u.socket.is_v6, &address);
    if (error != NETWORK_DONE)
        return error;
    o->u.socket.listens = wasmelt_rt_wasi2_may_listen(h, &address);
    /* A port that nobody knows, which the system chooses, is what sending takes. */
    if (!o->u.socket.listens && (address.port != 0 || !h->grants || h->grants->connect_count == 0))
        return NETWORK_ACCESS_DENIED;
    error = wasmelt_rt_wasi2_network_error(wasmelt_rt_system_bind(o->d->host, &address, false));
    if (error == NETWORK_DONE)
        o->u.socket.state = UDP_BIND_STARTED;
    return error;
}

void wasmelt_wasi2_udp_start_bind(const wasmelt_wasi2_call *c, u32 self, u32 network, u32 family, u32 a0, u32 a1, u32 a2, u32 a3, u32 a4,
                                  u32 a5, u32 a6, u32 a7, u32 a8, u32 a9, u32 a10, u32 to) {
    object *o = udp(c, self);
    wasmelt_rt_wasi2_borrowed(c, 1, network, OBJECT_NETWORK);
    put_network_done(c, to,
                     wasmelt_rt_wasi2_udp_bind(c->host, o, family, &(address_values){{a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10}}));
}

void wasmelt_wasi2_udp_finish_bind(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    object *o = udp(c, self);
    const bool is_started = o->u.socket.state == UDP_BIND_STARTED;
    if (is_started)
        o->u.socket.state = UDP_BOUND;
    put_network_done(c, to, is_started ? NETWORK_DONE : NETWORK_NOT_IN_PROGRESS);
}

/* ---- Whom datagrams come from and go to ---- */

static bool is_peer(const struct network_grants *g, const system_address *a) {
    const uint32_t count = g->peer_count < MOST_PEERS ? g->peer_count : MOST_PEERS;
    for (uint32_t k = 0; k < count; k++)
        if (g->peers[k].port == a->port && wasmelt_rt_wasi2_same_address(&g->peers[k], a))
            return true;
    return false;
}

static void remember_peer(struct network_grants *g, const system_address *a) {
    if (is_peer(g, a))
        return;
    g->peers[g->peer_count++ % MOST_PEERS] = *a;
    if (g->peer_count == 2 * MOST_PEERS) /* counts on from a full list */
        g->peer_count = MOST_PEERS;
}

static bool may_send(const wasmelt_wasi2 *h, const object *o, const system_address *a) {
    return wasmelt_rt_wasi2_may_connect(h, a) || (o->u.socket.listens && is_peer(h->grants, a));
}

/* ---- Streams ---- */

/* To another host it needs another address of its own, unless the program has bound it to one: the system chooses it only for a socket that
 * is not connected, and keeps the old one without a word for IPv6. */
static bool is_connected_to_host_of(const object *o, const system_address *a) {
    system_address peer;
    return wasmelt_rt_system_address_of(o->d->host, true, &peer) >= 0 && wasmelt_rt_wasi2_same_address(&peer, a);
}

network_error wasmelt_rt_wasi2_udp_connect(const wasmelt_wasi2 *h, object *o, bool has_address, u32 family, const address_values *values) {
    system_address address;
    int done = 0;
    if (o->u.socket.state != UDP_BOUND)
        return NETWORK_INVALID_STATE;
    if (has_address) {
        network_error error = wasmelt_rt_wasi2_take_address(family, values, o->u.socket.is_v6, &address);
        if (error == NETWORK_DONE && wasmelt_rt_wasi2_is_unspecified(&address))
            error = NETWORK_INVALID_ARGUMENT;
        if (error == NETWORK_DONE && !may_send(h, o, &address))
            error = NETWORK_ACCESS_DENIED;
        if (error != NETWORK_DONE)
            return error;
        if (o->u.socket.is_connected && !is_connected_to_host_of(o, &address)) {
            o->u.socket.is_connected = false;
            done = wasmelt_rt_system_disconnect(o->d->host);
        }
        if (done >= 0)
            done = wasmelt_rt_system_connect(o->d->host, &address);
    } else if (o->u.socket.is_connected) {
        done = wasmelt_rt_system_disconnect(o->d->host);
    }
    if (done >= 0)
        o->u.socket.is_connected = has_address;
    return wasmelt_rt_wasi2_network_error(done < 0 ? done : 0);
}

static object stream_of(const object *o, object_kind kind) {
    object stream = *o;
    stream.kind = kind;
    stream.d = again(o->d);
    return stream;
}

void wasmelt_wasi2_udp_stream(const wasmelt_wasi2_call *c, u32 self, u32 has_address, u32 family, u32 a0, u32 a1, u32 a2, u32 a3, u32 a4,
                              u32 a5, u32 a6, u32 a7, u32 a8, u32 a9, u32 a10, u32 to) {
    object *o = udp(c, self);
    const network_error error = wasmelt_rt_wasi2_udp_connect(c->host, o, discriminant(has_address, 2) == 1, family,
                                                             &(address_values){{a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10}});
    u32 handles[2] = {0};
    if (error == NETWORK_DONE) {
        const object in = stream_of(o, OBJECT_DATAGRAMS_IN), out = stream_of(o, OBJECT_DATAGRAMS_OUT);
        handles[0] = wasmelt_rt_wasi2_give(c, 1, in);
        handles[1] = wasmelt_rt_wasi2_give(c, 2, out);
    }
    u8 *at = network_result(c, to, error, 8, 4);
    if (error != NETWORK_DONE)
        return;
    put_u32(at, handles[0]);
    put_u32(at + 4, handles[1]);
}

/* ---- Receiving ---- */

typedef struct incoming {
    system_address from;
    u32 address, bytes; /* in the program's memory */
} incoming;

int wasmelt_rt_wasi2_udp_receive(wasmelt_wasi2 *h, const object *o, u8 *buffer, system_address *from) {
    int bytes = -EAGAIN;
    for (int k = 0; k < MOST_DROPPED; k++) {
        bytes = wasmelt_rt_system_receive(o->d->host, buffer, UDP_MOST_BYTES, from);
        if (bytes >= 0 && o->u.socket.listens)
            remember_peer(h->grants, from);
        if (bytes != -EINTR && (bytes < 0 || o->u.socket.listens || wasmelt_rt_wasi2_may_connect(h, from)))
            return bytes;
    }
    return -EAGAIN;
}

/* Receives as many as there are; the error of the first if there is none. */
static network_error receive(const wasmelt_wasi2_call *c, const object *o, u64 most, incoming *list, u32 *count) {
    u8 *buffer = wasmelt_canon_allocate_lifted(c->canon->canon->component, UDP_MOST_BYTES, 1), *place;
    while (*count < most && *count < MOST_DATAGRAMS) {
        incoming *i = &list[*count];
        const int bytes = wasmelt_rt_wasi2_udp_receive(c->host, o, buffer, &i->from);
        if (bytes < 0)
            return *count > 0 || bytes == -EAGAIN ? NETWORK_DONE : wasmelt_rt_wasi2_network_error(bytes);
        i->bytes = (u32)bytes;
        i->address = wasmelt_canon_allocate(c->canon, i->bytes, 1, 1, &place);
        memcpy(place, buffer, i->bytes);
        ++*count;
    }
    return NETWORK_DONE;
}

void wasmelt_wasi2_datagrams_receive(const wasmelt_wasi2_call *c, u32 self, u64 most, u32 to) {
    const object *o = borrowed(c, self, OBJECT_DATAGRAMS_IN);
    incoming list[MOST_DATAGRAMS];
    u32 count = 0, address = 0;
    const network_error error = receive(c, o, most, list, &count);
    if (error == NETWORK_DONE) {
        u8 *at;
        address = wasmelt_canon_allocate(c->canon, count, DATAGRAM_BYTES, 4, &at);
        for (u32 k = 0; k < count; k++, at += DATAGRAM_BYTES) {
            put_list(at, list[k].address, list[k].bytes);
            wasmelt_rt_wasi2_put_address(at + 8, &list[k].from);
        }
    }
    u8 *result = network_result(c, to, error, 8, 4);
    if (error == NETWORK_DONE)
        put_list(result, address, count);
}

/* ---- Sending ---- */

void wasmelt_wasi2_datagrams_check_send(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    object *o = borrowed(c, self, OBJECT_DATAGRAMS_OUT);
    o->u.socket.permit = wasmelt_rt_wasi2_is_ready(o->d, true) ? MOST_DATAGRAMS : 0;
    u8 *at = network_result(c, to, NETWORK_DONE, 8, 8);
    put_u64(at, o->u.socket.permit);
}

network_error wasmelt_rt_wasi2_udp_send(wasmelt_wasi2 *h, const object *o, const u8 *bytes, u32 length, const system_address *address) {
    system_address other;
    if (!address) {
        if (!o->u.socket.is_connected)
            return NETWORK_INVALID_ARGUMENT;
        return wasmelt_rt_wasi2_network_error(wasmelt_rt_system_send(o->d->host, bytes, length, NULL));
    }
    if (wasmelt_rt_wasi2_is_unspecified(address))
        return NETWORK_INVALID_ARGUMENT;
    if (o->u.socket.is_connected && (wasmelt_rt_system_address_of(o->d->host, true, &other) < 0 || other.port != address->port ||
                                     !wasmelt_rt_wasi2_same_address(&other, address)))
        return NETWORK_INVALID_ARGUMENT;
    if (!may_send(h, o, address))
        return NETWORK_ACCESS_DENIED;
    return wasmelt_rt_wasi2_network_error(wasmelt_rt_system_send(o->d->host, bytes, length, o->u.socket.is_connected ? NULL : address));
}

/* Sends the outgoing-datagram at this place. */
static network_error send_one(const wasmelt_wasi2_call *c, const object *o, const u8 *at) {
    const u32 length = load_u32(NULL, at + 4);
    const u8 *bytes = wasmelt_canon_range(c->canon, load_u32(NULL, at), length, 1, 1);
    system_address address;
    if (discriminant(at[8], 2) == 0)
        return wasmelt_rt_wasi2_udp_send(c->host, o, bytes, length, NULL);
    const network_error error = wasmelt_rt_wasi2_load_address(at + 12, o->u.socket.is_v6, &address);
    return error == NETWORK_DONE ? wasmelt_rt_wasi2_udp_send(c->host, o, bytes, length, &address) : error;
}

void wasmelt_wasi2_datagrams_send(const wasmelt_wasi2_call *c, u32 self, u32 at, u32 count, u32 to) {
    object *o = borrowed(c, self, OBJECT_DATAGRAMS_OUT);
    const u8 *list = wasmelt_canon_range(c->canon, at, count, OUTGOING_BYTES, 4);
    if (count > o->u.socket.permit)
        wasmelt_rt_wasi2_trap("wasi:sockets/udp outgoing-datagram-stream", "more is sent than check-send has permitted");
    o->u.socket.permit = (uint16_t)(o->u.socket.permit - count);
    network_error error = NETWORK_DONE;
    u32 sent = 0;
    while (sent < count && (error = send_one(c, o, list + (size_t)sent * OUTGOING_BYTES)) == NETWORK_DONE)
        sent++;
    if (sent > 0 || error == NETWORK_WOULD_BLOCK)
        error = NETWORK_DONE;
    u8 *result = network_result(c, to, error, 8, 8);
    if (error == NETWORK_DONE)
        put_u64(result, sent);
}

/* ---- Waiting ---- */

static u32 subscribe(const wasmelt_wasi2_call *c, const object *o, pollable_event event) {
    return wasmelt_rt_wasi2_give(c, 1, (object){.kind = OBJECT_POLLABLE, .d = again(o->d), .u.pollable = {.event = event}});
}

u32 wasmelt_wasi2_datagrams_in_subscribe(const wasmelt_wasi2_call *c, u32 self) {
    return subscribe(c, borrowed(c, self, OBJECT_DATAGRAMS_IN), POLLABLE_READ);
}

u32 wasmelt_wasi2_datagrams_out_subscribe(const wasmelt_wasi2_call *c, u32 self) {
    return subscribe(c, borrowed(c, self, OBJECT_DATAGRAMS_OUT), POLLABLE_WRITE);
}

u32 wasmelt_wasi2_udp_subscribe(const wasmelt_wasi2_call *c, u32 self) {
    return subscribe(c, udp(c, self), POLLABLE_ALWAYS);
}

/* ---- What it is ---- */

void wasmelt_wasi2_udp_local_address(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    const object *o = udp(c, self);
    wasmelt_rt_wasi2_put_address_of(c, o, o->u.socket.state == UDP_BOUND, false, to);
}

void wasmelt_wasi2_udp_remote_address(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    const object *o = udp(c, self);
    wasmelt_rt_wasi2_put_address_of(c, o, o->u.socket.is_connected, true, to);
}

u32 wasmelt_wasi2_udp_address_family(const wasmelt_wasi2_call *c, u32 self) {
    return udp(c, self)->u.socket.is_v6;
}

/* ---- Options ---- */

void wasmelt_wasi2_udp_unicast_hop_limit(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    wasmelt_rt_wasi2_put_byte_option(c, udp(c, self), SYSTEM_HOP_LIMIT, to);
}

void wasmelt_wasi2_udp_set_unicast_hop_limit(const wasmelt_wasi2_call *c, u32 self, u32 value, u32 to) {
    wasmelt_rt_wasi2_set_option(c, udp(c, self), SYSTEM_HOP_LIMIT, value & 0xFF, 0xFF, to);
}

void wasmelt_wasi2_udp_receive_buffer_size(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    wasmelt_rt_wasi2_put_option(c, udp(c, self), SYSTEM_RECEIVE_BUFFER, to);
}

void wasmelt_wasi2_udp_set_receive_buffer_size(const wasmelt_wasi2_call *c, u32 self, u64 value, u32 to) {
    wasmelt_rt_wasi2_set_option(c, udp(c, self), SYSTEM_RECEIVE_BUFFER, value, MOST_BUFFER, to);
}

void wasmelt_wasi2_udp_send_buffer_size(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    wasmelt_rt_wasi2_put_option(c, udp(c, self), SYSTEM_SEND_BUFFER, to);
}

void wasmelt_wasi2_udp_set_send_buffer_size(const wasmelt_wasi2_call *c, u32 self, u64 value, u32 to) {
    wasmelt_rt_wasi2_set_option(c, udp(c, self), SYSTEM_SEND_BUFFER, value, MOST_BUFFER, to);
}
