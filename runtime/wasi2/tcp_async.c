/* wasi:sockets/types of WASI 0.3: sockets of TCP. Connecting, and what is sent, received and accepted, is waited for by works. */
#include "../system/system.h"
#include "sockets.h"
#include "work.h"

enum { WAIT_FOR_PLACE = 100000000 }; /* nanoseconds, until there may be room for another socket */

static object *tcp(const wasmelt_wasi2_call *c, u32 self) {
    begin(c);
    return wasmelt_rt_wasi2_borrowed(c, 0, self, OBJECT_TCP);
}

static network_error bind_to(const wasmelt_wasi2 *h, object *o, u32 family, const address_values *values) {
    const network_error error = wasmelt_rt_wasi2_tcp_bind(h, o, family, values);
    if (error == NETWORK_DONE)
        o->u.socket.state = TCP_BOUND;
    return error;
}

void wasmelt_wasi3_tcp_bind(const wasmelt_wasi2_call *c, u32 self, u32 family, u32 a0, u32 a1, u32 a2, u32 a3, u32 a4, u32 a5, u32 a6,
                            u32 a7, u32 a8, u32 a9, u32 a10, u32 to) {
    object *o = tcp(c, self);
    put_network_done(c, to, bind_to(c->host, o, family, &(address_values){{a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10}}));
}

/* ---- Connecting ---- */

static void connect_on(work *w) {
    const network_error error = wasmelt_rt_wasi2_tcp_connected(&w->host->objects[w->number]);
    if (error == NETWORK_WOULD_BLOCK) {
        wasmelt_rt_work_wait(w, POLLABLE_WRITE, 0);
        return;
    }
    const wasmelt_wasi2_call c = wasmelt_rt_work_call(w);
    put_network_done(&c, w->to, error);
    wasmelt_rt_work_return(w);
}

void wasmelt_wasi3_tcp_connect(wasmelt_wasi2_call *c, u32 self, u32 family, u32 a0, u32 a1, u32 a2, u32 a3, u32 a4, u32 a5, u32 a6, u32 a7,
                               u32 a8, u32 a9, u32 a10, u32 to) {
    object *o = tcp(c, self);
    network_error error =
        wasmelt_rt_wasi2_tcp_connect(c->host, o, family, &(address_values){{a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10}});
    if (error == NETWORK_DONE)
        error = wasmelt_rt_wasi2_tcp_connected(o);
    if (error == NETWORK_WOULD_BLOCK)
        wasmelt_rt_work_for_socket(c, o, connect_on, POLLABLE_WRITE, to);
    else
        put_network_done(c, to, error);
}

/* ---- Listening ---- */

/* Gives the component a connection. What comes of one that has failed meanwhile nobody can say. */
static void accept_on(work *w) {
    u32 count;
    wasmelt_canon_call c;
    object made;
    if (!w->stream)
        return;
    if (wasmelt_rt_host_end_is_alone(w->stream)) {
        wasmelt_rt_work_leave(w);
        return;
    }
    if (!wasmelt_rt_host_end_is_wanted(w->stream, &count))
        return;
    if (count == 0) {
        wasmelt_rt_host_end_copied(w->stream, 0);
        return;
    }
    const network_error error = wasmelt_rt_wasi2_tcp_accept(w->host, &w->o, &made);
    if (error == NETWORK_DONE) {
        u8 *const at = wasmelt_rt_host_end_place(w->stream, &c, 1);
        put_u32(at, wasmelt_canon_lower_own(&c, w->number, wasmelt_rt_wasi2_new(w->host, made)));
        wasmelt_rt_host_end_copied(w->stream, 1);
    } else if (error == NETWORK_WOULD_BLOCK || error == NETWORK_CONNECTION_ABORTED) {
        wasmelt_rt_work_wait(w, POLLABLE_READ, 0);
    } else {
        wasmelt_rt_work_wait(w, POLLABLE_TIME, wasmelt_rt_wasi2_monotonic(w->host) + WAIT_FOR_PLACE);
    }
}

void wasmelt_wasi3_tcp_listen(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    object *o = tcp(c, self);
    network_error error = NETWORK_DONE;
    if (o->u.socket.state == TCP_UNBOUND) /* to any address, and a port that the system chooses */
        error = bind_to(c->host, o, o->u.socket.is_v6, &(address_values){{0}});
    if (error == NETWORK_DONE)
        error = wasmelt_rt_wasi2_tcp_listen(o);
    u32 stream = 0;
    if (error == NETWORK_DONE) {
        o->u.socket.state = TCP_LISTENING;
        work *const w = wasmelt_rt_work_new(c, accept_on);
        w->o = *o;
        w->o.kind = OBJECT_DATAGRAMS_IN; /* a socket's, but not the socket itself, which has a place among descriptors */
        w->o.d = again(o->d);
        w->number = c->resources[1];
        stream = wasmelt_rt_work_give_stream(c, w, 0);
    }
    u8 *at = network_result(c, to, error, 4, 4);
    if (error == NETWORK_DONE)
        put_u32(at, stream);
}

/* ---- Sending and receiving ---- */

/* A work for one direction of a connection, which can be had once. */
static work *half(const wasmelt_wasi2_call *c, u32 self, object_kind kind, bool *is_error) {
    object *o = tcp(c, self);
    bool *const is_taken = kind == OBJECT_INPUT ? &o->u.socket.receives : &o->u.socket.sends;
    *is_error = o->u.socket.state != TCP_CONNECTED || *is_taken;
    *is_taken |= !*is_error;
    work *const w =
        wasmelt_rt_via_new(c, ERRORS_NETWORK, (object){.kind = kind, .d = *is_error ? NULL : again(o->d), .u.stream = {.at = SYSTEM_HERE}});
    w->shuts = kind == OBJECT_OUTPUT;
    return w;
}

u32 wasmelt_wasi3_tcp_send(const wasmelt_wasi2_call *c, u32 self, u32 data) {
    bool is_error;
    work *const w = half(c, self, OBJECT_OUTPUT, &is_error);
    return wasmelt_rt_via_take(c, w, data, is_error, wasmelt_rt_wasi3_network_code(NETWORK_INVALID_STATE));
}

void wasmelt_wasi3_tcp_receive(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    bool is_error;
    work *const w = half(c, self, OBJECT_INPUT, &is_error);
    wasmelt_rt_via_give(c, w, is_error, wasmelt_rt_wasi3_network_code(NETWORK_INVALID_STATE), to);
}
