/* wasi:sockets/types of WASI 0.3: sockets of UDP. */
#include <errno.h>

#include "sockets.h"
#include "work.h"

static object *udp(const wasmelt_wasi2_call *c, u32 self) {
    begin(c);
    return wasmelt_rt_wasi2_borrowed(c, 0, self, OBJECT_UDP);
}

/* ---- Addresses ---- */

void wasmelt_wasi3_udp_bind(const wasmelt_wasi2_call *c, u32 self, u32 family, u32 a0, u32 a1, u32 a2, u32 a3, u32 a4, u32 a5, u32 a6,
                            u32 a7, u32 a8, u32 a9, u32 a10, u32 to) {
    object *o = udp(c, self);
    const network_error error =
        wasmelt_rt_wasi2_udp_bind(c->host, o, family, &(address_values){{a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10}});
    if (error == NETWORK_DONE)
        o->u.socket.state = UDP_BOUND;
    put_network_done(c, to, error);
}

/* One that is not bound is, by the system, when it is connected or sends. */
static network_error connect_to(wasmelt_wasi2 *h, object *o, bool has_address, u32 family, const address_values *values) {
    const uint8_t before = o->u.socket.state;
    o->u.socket.state = UDP_BOUND;
    const network_error error = wasmelt_rt_wasi2_udp_connect(h, o, has_address, family, values);
    if (error != NETWORK_DONE)
        o->u.socket.state = before;
    return error;
}

void wasmelt_wasi3_udp_connect(const wasmelt_wasi2_call *c, u32 self, u32 family, u32 a0, u32 a1, u32 a2, u32 a3, u32 a4, u32 a5, u32 a6,
                               u32 a7, u32 a8, u32 a9, u32 a10, u32 to) {
    object *o = udp(c, self);
    put_network_done(c, to, connect_to(c->host, o, true, family, &(address_values){{a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10}}));
}

void wasmelt_wasi3_udp_disconnect(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    object *o = udp(c, self);
    put_network_done(c, to, o->u.socket.is_connected ? connect_to(c->host, o, false, 0, &(address_values){{0}}) : NETWORK_INVALID_STATE);
}

/* ---- Datagrams ---- */

/* Sends at once: the system takes a datagram or has no room for it, which is as if it had been lost. */
void wasmelt_wasi3_udp_send(wasmelt_wasi2_call *c, u32 self, u32 at, u32 length, u32 has_address, u32 family, u32 a0, u32 a1, u32 a2,
                            u32 a3, u32 a4, u32 a5, u32 a6, u32 a7, u32 a8, u32 a9, u32 a10, u32 to) {
    object *o = udp(c, self);
    const u8 *bytes = wasmelt_canon_range(c->canon, at, length, 1, 1);
    system_address address;
    network_error error = NETWORK_DONE;
    if (discriminant(has_address, 2) == 1)
        error = wasmelt_rt_wasi2_take_address(family, &(address_values){{a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10}}, o->u.socket.is_v6,
                                              &address);
    if (error == NETWORK_DONE)
        error = wasmelt_rt_wasi2_udp_send(c->host, o, bytes, length, has_address ? &address : NULL);
    if (error == NETWORK_WOULD_BLOCK)
        error = NETWORK_DONE;
    if (error == NETWORK_DONE)
        o->u.socket.state = UDP_BOUND;
    put_network_done(c, to, error);
}

/* Receives one if there is one, and stores the result. */
static bool receive(const wasmelt_wasi2_call *c, const object *o, u32 to) {
    wasmelt_canon_component *const component = c->canon->canon->component;
    const wasmelt_canon_scratch mark = component->scratch;
    u8 *const buffer = wasmelt_canon_allocate_lifted(component, UDP_MOST_BYTES, 1), *place;
    system_address from;
    const int bytes = wasmelt_rt_wasi2_udp_receive(c->host, o, buffer, &from);
    if (bytes == -EAGAIN)
        return false;
    u32 address = 0;
    if (bytes >= 0) {
        address = wasmelt_canon_allocate(c->canon, (u32)bytes, 1, 1, &place);
        memcpy(place, buffer, (size_t)bytes);
    }
    u8 *at = network_result(c, to, wasmelt_rt_wasi2_network_error(bytes < 0 ? bytes : 0), 40, 4);
    if (bytes >= 0) {
        put_list(at, address, (u32)bytes);
        wasmelt_rt_wasi2_put_address(at + 8, &from);
    }
    wasmelt_rt_scratch_rewind(component, &component->scratch, &mark);
    return true;
}

static void receive_on(work *w) {
    const wasmelt_wasi2_call c = wasmelt_rt_work_call(w);
    if (receive(&c, &w->host->objects[w->number], w->to))
        wasmelt_rt_work_return(w);
    else
        wasmelt_rt_work_wait(w, POLLABLE_READ, 0);
}

void wasmelt_wasi3_udp_receive(wasmelt_wasi2_call *c, u32 self, u32 to) {
    const object *o = udp(c, self);
    if (o->u.socket.state != UDP_BOUND) {
        network_result(c, to, NETWORK_INVALID_STATE, 40, 4);
        return;
    }
    if (!receive(c, o, to))
        wasmelt_rt_work_for_socket(c, o, receive_on, POLLABLE_READ, to);
}
