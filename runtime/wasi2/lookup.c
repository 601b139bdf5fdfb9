/* wasi:sockets/ip-name-lookup. A program may ask for the names to which --connect lets it connect, and for those of any host if that lets
 * it connect to any; the answers are addresses to which it may connect then. */
#include <errno.h>

#include "../allocator.h"
#include "sockets.h"

enum { MOST_ADDRESSES = 32 };

struct address_list {
    int count, next;
    system_address list[MOST_ADDRESSES];
};

/* Whether a letter of a host's name is the other, capital or not. */
static bool same_letter(char a, char b) {
    return a == b || ((a | 0x20) == (b | 0x20) && (a | 0x20) >= 'a' && (a | 0x20) <= 'z');
}

static bool same_name(const char *a, const char *b) {
    while (*a && same_letter(*a, *b)) {
        a++;
        b++;
    }
    return *a == *b;
}

/* Remembers that the program may connect to these addresses as it may to the name. */
static void remember(struct network_grants *all, const grant *named, const struct address_list *l) {
    for (int k = 0; k < l->count; k++) {
        grant *g = &all->found[all->found_count++ % MOST_NAMES];
        *g = *named;
        g->name = NULL;
        g->address = l->list[k];
        if (all->found_count == 2 * MOST_NAMES) /* counts on from a full list */
            all->found_count = MOST_NAMES;
    }
}

static network_error error_of_lookup(int count) {
    switch (count) {
    case -EAGAIN:
        return NETWORK_TEMPORARY_RESOLVER_FAILURE;
    case 0:
    case -ENOENT:
        return NETWORK_NAME_UNRESOLVABLE;
    case -ENOMEM:
        return NETWORK_OUT_OF_MEMORY;
    default:
        return count > 0 ? NETWORK_DONE : NETWORK_PERMANENT_RESOLVER_FAILURE;
    }
}

static network_error resolve(wasmelt_wasi2 *h, const char *name, struct address_list *l) {
    struct network_grants *all = h->grants;
    bool may_ask = false;
    if (wasmelt_rt_system_parse_address(name, &l->list[0])) {
        l->count = 1;
        return NETWORK_DONE; /* nobody is asked */
    }
    for (uint32_t k = 0; all && k < all->connect_count; k++)
        may_ask = may_ask || all->connect[k].any_address || (all->connect[k].name && same_name(all->connect[k].name, name));
    if (!may_ask)
        return NETWORK_ACCESS_DENIED;
    l->count = wasmelt_rt_system_resolve(name, l->list, MOST_ADDRESSES);
    for (uint32_t k = 0; k < all->connect_count; k++)
        if (all->connect[k].name && same_name(all->connect[k].name, name))
            remember(all, &all->connect[k], l);
    return error_of_lookup(l->count);
}

void wasmelt_wasi2_resolve_addresses(const wasmelt_wasi2_call *c, u32 network, u32 name, u32 name_length, u32 to) {
    enum { MOST_NAME = 253 };
    wasmelt_wasi2 *h = begin(c);
    char text[MOST_NAME + 1];
    wasmelt_rt_wasi2_borrowed(c, 0, network, OBJECT_NETWORK);
    const wasmelt_string given = wasmelt_canon_lift_string(c->canon, name, name_length);
    const bool is_name = given.len > 0 && given.len <= MOST_NAME && !memchr(given.ptr, 0, given.len);
    struct address_list *l = is_name ? wasmelt_rt_allocate_zeroed(1, sizeof *l) : NULL;
    network_error error = !is_name ? NETWORK_INVALID_ARGUMENT : l ? NETWORK_DONE : NETWORK_OUT_OF_MEMORY;
    if (error == NETWORK_DONE) {
        memcpy(text, given.ptr, given.len);
        text[given.len] = 0;
        error = resolve(h, text, l);
    }
    u32 handle = 0;
    if (error == NETWORK_DONE)
        handle = wasmelt_rt_wasi2_give(c, 1, (object){.kind = OBJECT_ADDRESSES, .u.addresses = l});
    else
        wasmelt_rt_release(l);
    u8 *at = network_result(c, to, error, 8, 4, 4);
    if (error == NETWORK_DONE)
        put_u32(at + 4, handle);
}

void wasmelt_wasi2_resolve_next_address(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    begin(c);
    struct address_list *l = wasmelt_rt_wasi2_borrowed(c, 0, self, OBJECT_ADDRESSES)->u.addresses;
    u8 *at = result_at(c, to, 22, 2);
    at[0] = 0;
    at[2] = l->next < l->count;
    if (!at[2])
        return;
    at[4] = l->list[l->next].is_v6;
    wasmelt_rt_wasi2_put_ip(at + 6, &l->list[l->next]);
    l->next++;
}

u32 wasmelt_wasi2_resolve_subscribe(const wasmelt_wasi2_call *c, u32 self) {
    begin(c);
    wasmelt_rt_wasi2_borrowed(c, 0, self, OBJECT_ADDRESSES);
    return wasmelt_rt_wasi2_give(c, 1, (object){.kind = OBJECT_POLLABLE});
}
