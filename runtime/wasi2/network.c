/* Which addresses a program has access to, and how it is told addresses and errors; wasi:sockets/network and instance-network. */
#include <errno.h>
#include <stdlib.h>

#include "../allocator.h"
#include "sockets.h"

/* ---- Grants ---- */

/* Reads HOST:PORT, where HOST may be in brackets, and both may be `*`. Null, or what is wrong; `text` becomes two. */
static const char *read_grant(char *text, grant *g) {
    char *colon = strrchr(text, ':'), *end;
    if (!colon || !colon[1] || colon == text)
        return "not HOST:PORT";
    *colon = 0;
    *g = (grant){.any_address = strcmp(text, "*") == 0, .any_port = strcmp(colon + 1, "*") == 0};
    const unsigned long port = g->any_port ? 0 : strtoul(colon + 1, &end, 10);
    if (!g->any_port && (*end || colon[1] < '0' || colon[1] > '9' || port > UINT16_MAX))
        return "the port is a number up to 65535, or *";
    g->port = (uint16_t)port;
    const size_t length = strlen(text);
    if (text[0] == '[' && text[length - 1] == ']') {
        text[length - 1] = 0;
        text++;
    }
    if (!g->any_address && !wasmelt_rt_system_parse_address(text, &g->address))
        g->name = text;
    return NULL;
}

const char *wasmelt_rt_wasi2_grant(wasmelt_wasi2 *h, char *text, bool listens) {
    struct network_grants *all = h->grants ? h->grants : wasmelt_rt_allocate_zeroed(1, sizeof *all);
    if (!all)
        return "out of memory";
    h->grants = all;
    uint32_t *count = listens ? &all->listen_count : &all->connect_count;
    if (*count == MOST_GRANTS)
        return "given too often";
    grant *g = &(listens ? all->listen : all->connect)[*count];
    const char *wrong = read_grant(text, g);
    if (!wrong && listens && g->name)
        wrong = "the host is an address, or *";
    *count += !wrong;
    return wrong;
}

bool wasmelt_rt_wasi2_same_address(const system_address *a, const system_address *b) {
    return a->is_v6 == b->is_v6 && memcmp(a->bytes, b->bytes, a->is_v6 ? 16 : 4) == 0;
}

static bool allows(const grant *list, uint32_t count, const system_address *a) {
    for (uint32_t k = 0; k < count; k++)
        if ((list[k].any_port || list[k].port == a->port) && !list[k].name &&
            (list[k].any_address || wasmelt_rt_wasi2_same_address(&list[k].address, a)))
            return true;
    return false;
}

bool wasmelt_rt_wasi2_may_listen(const wasmelt_wasi2 *h, const system_address *a) {
    return h->grants && allows(h->grants->listen, h->grants->listen_count, a);
}

bool wasmelt_rt_wasi2_may_connect(const wasmelt_wasi2 *h, const system_address *a) {
    const struct network_grants *g = h->grants;
    return g && (allows(g->connect, g->connect_count, a) || allows(g->found, g->found_count < MOST_NAMES ? g->found_count : MOST_NAMES, a));
}

/* ---- Errors ---- */

network_error wasmelt_rt_wasi2_network_error(int host) {
    switch (host < 0 ? -host : 0) {
    case 0:
        return NETWORK_DONE;
    case EACCES:
    case EPERM:
        return NETWORK_ACCESS_DENIED;
    case EOPNOTSUPP:
    case EAFNOSUPPORT:
    case ENOPROTOOPT:
        return NETWORK_NOT_SUPPORTED;
    case EINVAL:
        return NETWORK_INVALID_ARGUMENT;
    case ENOMEM:
    case ENOBUFS:
        return NETWORK_OUT_OF_MEMORY;
    case ETIMEDOUT:
        return NETWORK_TIMEOUT;
    case EALREADY:
        return NETWORK_CONCURRENCY_CONFLICT;
    case EAGAIN:
    case EINPROGRESS:
        return NETWORK_WOULD_BLOCK;
    case EISCONN:
    case ENOTCONN:
        return NETWORK_INVALID_STATE;
    case EMFILE:
    case ENFILE:
        return NETWORK_NEW_SOCKET_LIMIT;
    case EADDRNOTAVAIL:
        return NETWORK_ADDRESS_NOT_BINDABLE;
    case EADDRINUSE:
        return NETWORK_ADDRESS_IN_USE;
    case EHOSTUNREACH:
    case ENETUNREACH:
    case EHOSTDOWN:
    case ENETDOWN:
        return NETWORK_REMOTE_UNREACHABLE;
    case ECONNREFUSED:
        return NETWORK_CONNECTION_REFUSED;
    case ECONNRESET:
        return NETWORK_CONNECTION_RESET;
    case ECONNABORTED:
        return NETWORK_CONNECTION_ABORTED;
    case EMSGSIZE:
        return NETWORK_DATAGRAM_TOO_LARGE;
    default:
        return NETWORK_UNKNOWN;
    }
}

u8 wasmelt_rt_wasi3_network_code(network_error error) {
    static const u8 codes[] = {
        [NETWORK_UNKNOWN] = NETWORK3_OTHER,
        [NETWORK_ACCESS_DENIED] = NETWORK3_ACCESS_DENIED,
        [NETWORK_NOT_SUPPORTED] = NETWORK3_NOT_SUPPORTED,
        [NETWORK_INVALID_ARGUMENT] = NETWORK3_INVALID_ARGUMENT,
        [NETWORK_OUT_OF_MEMORY] = NETWORK3_OUT_OF_MEMORY,
        [NETWORK_TIMEOUT] = NETWORK3_TIMEOUT,
        [NETWORK_CONCURRENCY_CONFLICT] = NETWORK3_INVALID_STATE,
        [NETWORK_NOT_IN_PROGRESS] = NETWORK3_INVALID_STATE,
        [NETWORK_WOULD_BLOCK] = NETWORK3_OTHER,
        [NETWORK_INVALID_STATE] = NETWORK3_INVALID_STATE,
        [NETWORK_NEW_SOCKET_LIMIT] = NETWORK3_OUT_OF_MEMORY,
        [NETWORK_ADDRESS_NOT_BINDABLE] = NETWORK3_ADDRESS_NOT_BINDABLE,
        [NETWORK_ADDRESS_IN_USE] = NETWORK3_ADDRESS_IN_USE,
        [NETWORK_REMOTE_UNREACHABLE] = NETWORK3_REMOTE_UNREACHABLE,
        [NETWORK_CONNECTION_REFUSED] = NETWORK3_CONNECTION_REFUSED,
        [NETWORK_CONNECTION_RESET] = NETWORK3_CONNECTION_RESET,
        [NETWORK_CONNECTION_ABORTED] = NETWORK3_CONNECTION_ABORTED,
        [NETWORK_DATAGRAM_TOO_LARGE] = NETWORK3_DATAGRAM_TOO_LARGE,
    };
    return error < sizeof codes ? codes[error] : NETWORK3_OTHER;
}

void wasmelt_wasi2_network_error_code(const wasmelt_wasi2_call *c, u32 error, u32 to) {
    begin(c);
    const object *o = wasmelt_rt_wasi2_borrowed(c, 0, error, OBJECT_ERROR);
    const network_error code = wasmelt_rt_wasi2_network_error(-o->u.error);
    u8 *at = result_at(c, to, 2, 1);
    at[0] = code != NETWORK_UNKNOWN;
    at[1] = (u8)code;
}

u32 wasmelt_wasi2_instance_network(const wasmelt_wasi2_call *c) {
    begin(c);
    return wasmelt_rt_wasi2_give(c, 0, (object){.kind = OBJECT_NETWORK});
}

/* ---- Addresses ---- */

network_error wasmelt_rt_wasi2_take_address(u32 family, const address_values *a, bool is_v6, system_address *address) {
    *address = (system_address){.port = (uint16_t)a->v[0], .is_v6 = discriminant(family, 2) == 1};
    if (address->is_v6) {
        address->flow = a->v[1];
        address->scope = a->v[10];
        for (int k = 0; k < 8; k++) {
            address->bytes[2 * k] = (uint8_t)(a->v[2 + k] >> 8);
            address->bytes[2 * k + 1] = (uint8_t)a->v[2 + k];
        }
    } else {
        for (int k = 0; k < 4; k++)
            address->bytes[k] = (uint8_t)a->v[1 + k];
    }
    static const uint8_t mapped[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}; /* an address of version 4 */
    const bool is_mapped = address->is_v6 && memcmp(address->bytes, mapped, sizeof mapped) == 0;
    return address->is_v6 == is_v6 && !is_mapped ? NETWORK_DONE : NETWORK_INVALID_ARGUMENT;
}

static void put_u16(u8 *at, uint32_t value) {
    store_u16(NULL, (u16)value, at);
}

void wasmelt_rt_wasi2_put_ip(u8 *payload, const system_address *a) {
    if (!a->is_v6)
        memcpy(payload, a->bytes, 4);
    for (int k = 0; a->is_v6 && k < 8; k++)
        put_u16(payload + 2 * k, (uint32_t)(a->bytes[2 * k] << 8 | a->bytes[2 * k + 1]));
}

void wasmelt_rt_wasi2_put_address(u8 *at, const system_address *a) {
    at[0] = a->is_v6;
    put_u16(at + 4, a->port);
    if (a->is_v6) {
        put_u32(at + 8, a->flow);
        put_u32(at + 28, a->scope);
    }
    wasmelt_rt_wasi2_put_ip(at + (a->is_v6 ? 12 : 6), a);
}

network_error wasmelt_rt_wasi2_load_address(const u8 *at, bool is_v6, system_address *address) {
    address_values a = {{load_u16(NULL, at + 4)}};
    const u32 family = discriminant(at[0], 2);
    for (u32 k = 0; family == 0 && k < 4; k++)
        a.v[1 + k] = at[6 + k];
    for (u32 k = 0; family == 1 && k < 8; k++)
        a.v[2 + k] = load_u16(NULL, at + 12 + 2 * k);
    if (family == 1) {
        a.v[1] = load_u32(NULL, at + 8);
        a.v[10] = load_u32(NULL, at + 28);
    }
    return wasmelt_rt_wasi2_take_address(family, &a, is_v6, address);
}
