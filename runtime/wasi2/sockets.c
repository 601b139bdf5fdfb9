/* Sockets of both kinds: making their objects, addresses, options. */
#include "../system/system.h"
#include "sockets.h"

enum { DEFAULT_BACKLOG = 128 };

network_error wasmelt_rt_wasi2_own(wasmelt_wasi2 *h, object_kind kind, int fd, bool is_v6, int state, object *o) {
    const struct stat st = {.st_mode = S_IFSOCK};
    descriptor *d = fd >= 0 ? wasmelt_rt_wasi_fd_new(fd, &st) : NULL;
    if (!d) {
        wasmelt_rt_wasi_fd_cancel(h->wasi);
        if (fd >= 0)
            wasmelt_rt_system_close(fd);
        return fd >= 0 ? NETWORK_OUT_OF_MEMORY : wasmelt_rt_wasi2_network_error(fd);
    }
    *o = (object){.kind = kind, .d = d, .u.socket = {.state = (uint8_t)state, .is_v6 = is_v6, .backlog = DEFAULT_BACKLOG}};
    return NETWORK_DONE;
}

/* ---- Addresses ---- */

bool wasmelt_rt_wasi2_is_unspecified(const system_address *a) {
    static const uint8_t none[16];
    return a->port == 0 || memcmp(a->bytes, none, a->is_v6 ? 16 : 4) == 0;
}

bool wasmelt_rt_wasi2_is_unicast(const system_address *a) {
    static const uint8_t broadcast[] = {255, 255, 255, 255};
    return a->is_v6 ? a->bytes[0] != 0xFF : a->bytes[0] >> 4 != 14 && memcmp(a->bytes, broadcast, sizeof broadcast) != 0;
}

void wasmelt_rt_wasi2_put_address_of(const wasmelt_wasi2_call *c, const object *o, bool has_one, bool other, u32 to) {
    system_address address;
    network_error error = NETWORK_INVALID_STATE;
    if (has_one)
        error = wasmelt_rt_wasi2_network_error(wasmelt_rt_system_address_of(o->d->host, other, &address));
    u8 *at = network_result(c, to, error, 32, 4);
    if (error == NETWORK_DONE)
        wasmelt_rt_wasi2_put_address(at, &address);
}

/* ---- Options ---- */

/* What the option's number is multiplied with: times have nanoseconds, and Linux counts twice the size of a buffer. */
static u64 unit_of(system_option option) {
    return option == SYSTEM_KEEP_ALIVE_IDLE || option == SYSTEM_KEEP_ALIVE_INTERVAL ? 1000000000 : 1;
}

static bool is_buffer(system_option option) {
    return option == SYSTEM_RECEIVE_BUFFER || option == SYSTEM_SEND_BUFFER;
}

network_error wasmelt_rt_wasi2_get_option(const object *o, system_option option, u64 *value) {
    int found = 0;
    const int done = wasmelt_rt_system_get_option(o->d->host, o->u.socket.is_v6, option, &found);
    *value = (u64)(found > 0 ? found : 0) * unit_of(option) / (is_buffer(option) ? 2 : 1);
    return wasmelt_rt_wasi2_network_error(done < 0 ? done : 0);
}

void wasmelt_rt_wasi2_set_option(const wasmelt_wasi2_call *c, const object *o, system_option option, u64 value, u64 most, u32 to) {
    const u64 unit = unit_of(option), number = value / unit + (value % unit != 0);
    network_error error = value == 0 && option != SYSTEM_KEEP_ALIVE ? NETWORK_INVALID_ARGUMENT : NETWORK_DONE;
    if (error == NETWORK_DONE)
        error = wasmelt_rt_wasi2_network_error(
            wasmelt_rt_system_set_option(o->d->host, o->u.socket.is_v6, option, (int)(number < most ? number : most)));
    put_network_done(c, to, error);
}

void wasmelt_rt_wasi2_put_byte_option(const wasmelt_wasi2_call *c, const object *o, system_option option, u32 to) {
    u64 value;
    const network_error error = wasmelt_rt_wasi2_get_option(o, option, &value);
    u8 *at = network_result(c, to, error, 1, 1);
    if (error == NETWORK_DONE)
        at[0] = (u8)value;
}

void wasmelt_rt_wasi2_put_option(const wasmelt_wasi2_call *c, const object *o, system_option option, u32 to) {
    u64 value;
    const network_error error = wasmelt_rt_wasi2_get_option(o, option, &value);
    u8 *at = network_result(c, to, error, 8, 8);
    if (error == NETWORK_DONE)
        put_u64(at, value);
}
