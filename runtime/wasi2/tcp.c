/* wasi:sockets/tcp and tcp-create-socket. What is started is done at once but for connecting, so that finishing says how that has ended. */
#include <errno.h>

#include "../system/system.h"
#include "sockets.h"

enum { MOST_BACKLOG = 4096 };

static object *tcp(const wasmelt_wasi2_call *c, u32 self) {
    begin(c);
    return wasmelt_rt_wasi2_borrowed(c, 0, self, OBJECT_TCP);
}

/* ---- Making ---- */

void wasmelt_wasi2_create_tcp_socket(const wasmelt_wasi2_call *c, u32 family, u32 to) {
    wasmelt_wasi2 *h = begin(c);
    const bool is_v6 = discriminant(family, 2) == 1;
    object o;
    network_error error = !h->grants ? NETWORK_ACCESS_DENIED
                          : !wasmelt_rt_wasi_fd_begin(h->wasi)
                              ? NETWORK_NEW_SOCKET_LIMIT
                              : wasmelt_rt_wasi2_own(h, OBJECT_TCP, wasmelt_rt_system_socket(is_v6, false), is_v6, TCP_UNBOUND, &o);
    const u32 handle = error == NETWORK_DONE ? wasmelt_rt_wasi2_give(c, 0, o) : 0;
    u8 *at = network_result(c, to, error, 4, 4);
    if (error == NETWORK_DONE)
        put_u32(at, handle);
}

static object stream_of(descriptor *d, object_kind kind) {
    return (object){.kind = kind, .d = again(d), .u.stream = {.at = SYSTEM_HERE}};
}

/* ---- Binding ---- */

network_error wasmelt_rt_wasi2_tcp_bind(const wasmelt_wasi2 *h, object *o, u32 family, const address_values *values) {
    system_address address;
    if (o->u.socket.state != TCP_UNBOUND)
        return NETWORK_INVALID_STATE;
    network_error error = wasmelt_rt_wasi2_take_address(family, values, o->u.socket.is_v6, &address);
    if (error == NETWORK_DONE && !wasmelt_rt_wasi2_is_unicast(&address))
        error = NETWORK_INVALID_ARGUMENT;
    if (error == NETWORK_DONE && !wasmelt_rt_wasi2_may_listen(h, &address))
        error = NETWORK_ACCESS_DENIED;
    if (error == NETWORK_DONE)
        error = wasmelt_rt_wasi2_network_error(wasmelt_rt_system_bind(o->d->host, &address, true));
    if (error == NETWORK_DONE)
        o->u.socket.state = TCP_BIND_STARTED;
    return error;
}

void wasmelt_wasi2_tcp_start_bind(const wasmelt_wasi2_call *c, u32 self, u32 network, u32 family, u32 a0, u32 a1, u32 a2, u32 a3, u32 a4,
                                  u32 a5, u32 a6, u32 a7, u32 a8, u32 a9, u32 a10, u32 to) {
    object *o = tcp(c, self);
    wasmelt_rt_wasi2_borrowed(c, 1, network, OBJECT_NETWORK);
    put_network_done(c, to,
                     wasmelt_rt_wasi2_tcp_bind(c->host, o, family, &(address_values){{a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10}}));
}

/* Ends what has been started. */
static void finish(const wasmelt_wasi2_call *c, u32 self, int from, int state, u32 to) {
    object *o = tcp(c, self);
    const bool is_started = o->u.socket.state == from;
    if (is_started)
        o->u.socket.state = (uint8_t)state;
    put_network_done(c, to, is_started ? NETWORK_DONE : NETWORK_NOT_IN_PROGRESS);
}

void wasmelt_wasi2_tcp_finish_bind(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    finish(c, self, TCP_BIND_STARTED, TCP_BOUND, to);
}

/* ---- Connecting ---- */

network_error wasmelt_rt_wasi2_tcp_connect(const wasmelt_wasi2 *h, object *o, u32 family, const address_values *values) {
    system_address address;
    if (o->u.socket.state != TCP_UNBOUND && o->u.socket.state != TCP_BOUND)
        return NETWORK_INVALID_STATE;
    network_error error = wasmelt_rt_wasi2_take_address(family, values, o->u.socket.is_v6, &address);
    if (error == NETWORK_DONE && (wasmelt_rt_wasi2_is_unspecified(&address) || !wasmelt_rt_wasi2_is_unicast(&address)))
        error = NETWORK_INVALID_ARGUMENT;
    if (error == NETWORK_DONE && !wasmelt_rt_wasi2_may_connect(h, &address))
        error = NETWORK_ACCESS_DENIED;
    if (error != NETWORK_DONE)
        return error;
    const int done = wasmelt_rt_system_connect(o->d->host, &address);
    o->u.socket.state = done == 0 || done == -EINPROGRESS ? TCP_CONNECT_STARTED : TCP_CLOSED;
    return o->u.socket.state == TCP_CLOSED ? wasmelt_rt_wasi2_network_error(done) : NETWORK_DONE;
}

void wasmelt_wasi2_tcp_start_connect(const wasmelt_wasi2_call *c, u32 self, u32 network, u32 family, u32 a0, u32 a1, u32 a2, u32 a3, u32 a4,
                                     u32 a5, u32 a6, u32 a7, u32 a8, u32 a9, u32 a10, u32 to) {
    object *o = tcp(c, self);
    wasmelt_rt_wasi2_borrowed(c, 1, network, OBJECT_NETWORK);
    put_network_done(c, to,
                     wasmelt_rt_wasi2_tcp_connect(c->host, o, family, &(address_values){{a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10}}));
}

network_error wasmelt_rt_wasi2_tcp_connected(object *o) {
    if (o->u.socket.state != TCP_CONNECT_STARTED)
        return NETWORK_NOT_IN_PROGRESS;
    if (!wasmelt_rt_wasi2_is_ready(o->d, true))
        return NETWORK_WOULD_BLOCK;
    const network_error error = wasmelt_rt_wasi2_network_error(wasmelt_rt_system_socket_error(o->d->host));
    o->u.socket.state = error == NETWORK_DONE ? TCP_CONNECTED : TCP_CLOSED;
    return error;
}

void wasmelt_wasi2_tcp_finish_connect(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    object *o = tcp(c, self);
    descriptor *d = o->d; /* the socket is borrowed and stays; the object may move */
    const network_error error = wasmelt_rt_wasi2_tcp_connected(o);
    u32 input = 0, output = 0;
    if (error == NETWORK_DONE) {
        input = wasmelt_rt_wasi2_give(c, 1, stream_of(d, OBJECT_INPUT));
        output = wasmelt_rt_wasi2_give(c, 2, stream_of(d, OBJECT_OUTPUT));
    }
    u8 *at = network_result(c, to, error, 8, 4);
    if (error != NETWORK_DONE)
        return;
    put_u32(at, input);
    put_u32(at + 4, output);
}

/* ---- Listening ---- */

network_error wasmelt_rt_wasi2_tcp_listen(object *o) {
    network_error error = NETWORK_INVALID_STATE;
    if (o->u.socket.state == TCP_BOUND)
        error = wasmelt_rt_wasi2_network_error(wasmelt_rt_system_listen(o->d->host, o->u.socket.backlog));
    if (error == NETWORK_DONE)
        o->u.socket.state = TCP_LISTEN_STARTED;
    return error;
}

void wasmelt_wasi2_tcp_start_listen(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    object *o = tcp(c, self);
    put_network_done(c, to, wasmelt_rt_wasi2_tcp_listen(o));
}

void wasmelt_wasi2_tcp_finish_listen(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    finish(c, self, TCP_LISTEN_STARTED, TCP_LISTENING, to);
}

network_error wasmelt_rt_wasi2_tcp_accept(wasmelt_wasi2 *h, const object *o, object *made) {
    if (o->u.socket.state != TCP_LISTENING)
        return NETWORK_INVALID_STATE;
    if (!wasmelt_rt_wasi_fd_begin(h->wasi))
        return NETWORK_NEW_SOCKET_LIMIT;
    return wasmelt_rt_wasi2_own(h, OBJECT_TCP, wasmelt_rt_system_accept(o->d->host), o->u.socket.is_v6, TCP_CONNECTED, made);
}

void wasmelt_wasi2_tcp_accept(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    object made;
    const network_error error = wasmelt_rt_wasi2_tcp_accept(c->host, tcp(c, self), &made);
    u32 handles[3] = {0};
    if (error == NETWORK_DONE) {
        const object input = stream_of(made.d, OBJECT_INPUT), output = stream_of(made.d, OBJECT_OUTPUT);
        handles[0] = wasmelt_rt_wasi2_give(c, 1, made);
        handles[1] = wasmelt_rt_wasi2_give(c, 2, input);
        handles[2] = wasmelt_rt_wasi2_give(c, 3, output);
    }
    u8 *at = network_result(c, to, error, 12, 4);
    for (int k = 0; error == NETWORK_DONE && k < 3; k++)
        put_u32(at + 4 * k, handles[k]);
}

void wasmelt_wasi2_tcp_set_listen_backlog_size(const wasmelt_wasi2_call *c, u32 self, u64 value, u32 to) {
    object *o = tcp(c, self);
    const int state = o->u.socket.state;
    network_error error = value == 0 ? NETWORK_INVALID_ARGUMENT : NETWORK_DONE;
    if (error == NETWORK_DONE && state != TCP_UNBOUND && state != TCP_BOUND && state != TCP_LISTENING)
        error = NETWORK_INVALID_STATE;
    if (error == NETWORK_DONE)
        o->u.socket.backlog = (uint16_t)(value < MOST_BACKLOG ? value : MOST_BACKLOG);
    if (error == NETWORK_DONE && state == TCP_LISTENING)
        error = wasmelt_rt_wasi2_network_error(wasmelt_rt_system_listen(o->d->host, o->u.socket.backlog));
    put_network_done(c, to, error);
}

/* ---- What it is ---- */

static void put_address_of(const wasmelt_wasi2_call *c, u32 self, bool other, u32 to) {
    const object *o = tcp(c, self);
    const int state = o->u.socket.state;
    wasmelt_rt_wasi2_put_address_of(
        c, o, other ? state == TCP_CONNECTED : state != TCP_UNBOUND && state != TCP_BIND_STARTED && state != TCP_CLOSED, other, to);
}

void wasmelt_wasi2_tcp_local_address(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    put_address_of(c, self, false, to);
}

void wasmelt_wasi2_tcp_remote_address(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    put_address_of(c, self, true, to);
}

u32 wasmelt_wasi2_tcp_is_listening(const wasmelt_wasi2_call *c, u32 self) {
    return tcp(c, self)->u.socket.state == TCP_LISTENING;
}

u32 wasmelt_wasi2_tcp_address_family(const wasmelt_wasi2_call *c, u32 self) {
    return tcp(c, self)->u.socket.is_v6;
}

u32 wasmelt_wasi2_tcp_subscribe(const wasmelt_wasi2_call *c, u32 self) {
    const object *o = tcp(c, self);
    const int state = o->u.socket.state;
    const pollable_event event = state == TCP_CONNECT_STARTED ? POLLABLE_WRITE : state == TCP_LISTENING ? POLLABLE_READ : POLLABLE_ALWAYS;
    return wasmelt_rt_wasi2_give(
        c, 1, (object){.kind = OBJECT_POLLABLE, .d = event == POLLABLE_ALWAYS ? NULL : again(o->d), .u.pollable = {.event = event}});
}

void wasmelt_wasi2_tcp_shutdown(const wasmelt_wasi2_call *c, u32 self, u32 how, u32 to) {
    enum { RECEIVE, SEND, BOTH };
    const object *o = tcp(c, self);
    discriminant(how, BOTH + 1);
    network_error error = NETWORK_INVALID_STATE;
    if (o->u.socket.state == TCP_CONNECTED)
        error = wasmelt_rt_wasi2_network_error(wasmelt_rt_system_shutdown(o->d->host, how != SEND, how != RECEIVE));
    put_network_done(c, to, error);
}

/* ---- Options ---- */

void wasmelt_wasi2_tcp_keep_alive_enabled(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    wasmelt_rt_wasi2_put_byte_option(c, tcp(c, self), SYSTEM_KEEP_ALIVE, to);
}

void wasmelt_wasi2_tcp_set_keep_alive_enabled(const wasmelt_wasi2_call *c, u32 self, u32 value, u32 to) {
    wasmelt_rt_wasi2_set_option(c, tcp(c, self), SYSTEM_KEEP_ALIVE, value != 0, 1, to);
}

void wasmelt_wasi2_tcp_keep_alive_idle_time(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    wasmelt_rt_wasi2_put_option(c, tcp(c, self), SYSTEM_KEEP_ALIVE_IDLE, to);
}

void wasmelt_wasi2_tcp_set_keep_alive_idle_time(const wasmelt_wasi2_call *c, u32 self, u64 value, u32 to) {
    wasmelt_rt_wasi2_set_option(c, tcp(c, self), SYSTEM_KEEP_ALIVE_IDLE, value, MOST_SECONDS, to);
}

void wasmelt_wasi2_tcp_keep_alive_interval(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    wasmelt_rt_wasi2_put_option(c, tcp(c, self), SYSTEM_KEEP_ALIVE_INTERVAL, to);
}

void wasmelt_wasi2_tcp_set_keep_alive_interval(const wasmelt_wasi2_call *c, u32 self, u64 value, u32 to) {
    wasmelt_rt_wasi2_set_option(c, tcp(c, self), SYSTEM_KEEP_ALIVE_INTERVAL, value, MOST_SECONDS, to);
}

void wasmelt_wasi2_tcp_keep_alive_count(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    u64 value;
    const network_error error = wasmelt_rt_wasi2_get_option(tcp(c, self), SYSTEM_KEEP_ALIVE_COUNT, &value);
    u8 *at = network_result(c, to, error, 4, 4);
    if (error == NETWORK_DONE)
        put_u32(at, (u32)value);
}

void wasmelt_wasi2_tcp_set_keep_alive_count(const wasmelt_wasi2_call *c, u32 self, u32 value, u32 to) {
    wasmelt_rt_wasi2_set_option(c, tcp(c, self), SYSTEM_KEEP_ALIVE_COUNT, value, MOST_COUNT, to);
}

void wasmelt_wasi2_tcp_hop_limit(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    wasmelt_rt_wasi2_put_byte_option(c, tcp(c, self), SYSTEM_HOP_LIMIT, to);
}

void wasmelt_wasi2_tcp_set_hop_limit(const wasmelt_wasi2_call *c, u32 self, u32 value, u32 to) {
    wasmelt_rt_wasi2_set_option(c, tcp(c, self), SYSTEM_HOP_LIMIT, value & 0xFF, 0xFF, to);
}

void wasmelt_wasi2_tcp_receive_buffer_size(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    wasmelt_rt_wasi2_put_option(c, tcp(c, self), SYSTEM_RECEIVE_BUFFER, to);
}

void wasmelt_wasi2_tcp_set_receive_buffer_size(const wasmelt_wasi2_call *c, u32 self, u64 value, u32 to) {
    wasmelt_rt_wasi2_set_option(c, tcp(c, self), SYSTEM_RECEIVE_BUFFER, value, MOST_BUFFER, to);
}

void wasmelt_wasi2_tcp_send_buffer_size(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    wasmelt_rt_wasi2_put_option(c, tcp(c, self), SYSTEM_SEND_BUFFER, to);
}

void wasmelt_wasi2_tcp_set_send_buffer_size(const wasmelt_wasi2_call *c, u32 self, u64 value, u32 to) {
    wasmelt_rt_wasi2_set_option(c, tcp(c, self), SYSTEM_SEND_BUFFER, value, MOST_BUFFER, to);
}
