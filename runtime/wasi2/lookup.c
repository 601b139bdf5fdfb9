/* wasi:sockets/ip-name-lookup. A program may ask for the names to which --connect lets it connect, and for those of any host if that lets
 * it connect to any; the answers are addresses to which it may connect then. Another thread asks: until it has the answer, the program
 * can do something else, or wait for that and for other things at once. */
#include <errno.h>

#include "../allocator.h"
#include "../system/lookup.h"
#include "../system/system.h"
#include "sockets.h"
#include "work.h"

struct address_list {
    system_lookup *lookup; /* while it runs; or null */
    int count;             /* of the list; or, negative, the number of an error */
    int next;
    system_address list[SYSTEM_MOST_ADDRESSES];
    char name[SYSTEM_MOST_NAME + 1];
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

static bool may_ask(const struct network_grants *all, const char *name) {
    for (uint32_t k = 0; all && k < all->connect_count; k++)
        if (all->connect[k].any_address || (all->connect[k].name && same_name(all->connect[k].name, name)))
            return true;
    return false;
}

/* What can be read when the lookup is done, as a descriptor of the program; the error in *error if there is none. */
static descriptor *begin_lookup(wasmelt_wasi2 *h, struct address_list *l, network_error *error) {
    const struct stat st = {.st_mode = S_IFIFO};
    int fd;
    *error = NETWORK_NEW_SOCKET_LIMIT;
    if (!wasmelt_rt_wasi_fd_begin(h->wasi))
        return NULL;
    l->lookup = wasmelt_rt_system_lookup_begin(l->name, &fd);
    descriptor *d = l->lookup ? wasmelt_rt_wasi_fd_new(fd, &st) : NULL;
    *error = d ? NETWORK_DONE : l->lookup ? NETWORK_OUT_OF_MEMORY : error_of_lookup(fd);
    if (d)
        return d;
    wasmelt_rt_wasi_fd_cancel(h->wasi);
    if (l->lookup)
        wasmelt_rt_system_close(fd);
    return NULL;
}

static network_error resolve(wasmelt_wasi2 *h, struct address_list *l, descriptor **d) {
    if (wasmelt_rt_system_parse_address(l->name, &l->list[0])) {
        l->count = 1;
        return NETWORK_DONE; /* nobody is asked */
    }
    if (!may_ask(h->grants, l->name))
        return NETWORK_ACCESS_DENIED;
    network_error error;
    *d = begin_lookup(h, l, &error);
    return error;
}

void wasmelt_rt_wasi2_free_addresses(struct address_list *l) {
    wasmelt_rt_system_lookup_end(l->lookup);
    wasmelt_rt_release(l);
}

/* Asks for the name: the object has the list, with the descriptor if there is no answer yet. */
static network_error ask(const wasmelt_wasi2_call *c, u32 name, u32 name_length, object *o) {
    wasmelt_wasi2 *h = c->host;
    const wasmelt_string given = wasmelt_canon_lift_string(c->canon, name, name_length);
    const bool is_name = given.len > 0 && given.len <= SYSTEM_MOST_NAME && !memchr(given.ptr, 0, given.len);
    struct address_list *l = is_name ? wasmelt_rt_allocate_zeroed(1, sizeof *l) : NULL;
    network_error error = !is_name ? NETWORK_INVALID_ARGUMENT : l ? NETWORK_DONE : NETWORK_OUT_OF_MEMORY;
    descriptor *d = NULL;
    if (error == NETWORK_DONE) {
        memcpy(l->name, given.ptr, given.len);
        error = resolve(h, l, &d);
    }
    if (error == NETWORK_DONE)
        *o = (object){.kind = OBJECT_ADDRESSES, .d = d, .u.addresses = l};
    else if (l)
        wasmelt_rt_wasi2_free_addresses(l);
    return error;
}

void wasmelt_wasi2_resolve_addresses(const wasmelt_wasi2_call *c, u32 network, u32 name, u32 name_length, u32 to) {
    begin(c);
    wasmelt_rt_wasi2_borrowed(c, 0, network, OBJECT_NETWORK);
    object o;
    const network_error error = ask(c, name, name_length, &o);
    const u32 handle = error == NETWORK_DONE ? wasmelt_rt_wasi2_give(c, 1, o) : 0;
    u8 *at = network_result(c, to, error, 4, 4);
    if (error == NETWORK_DONE)
        put_u32(at, handle);
}

/* Takes over what the thread has found, when it is done. */
static void take_result(wasmelt_wasi2 *h, struct address_list *l) {
    const int count = wasmelt_rt_system_lookup_result(l->lookup, l->list);
    if (count == -EINPROGRESS)
        return;
    l->count = count == 0 ? -ENOENT : count;
    wasmelt_rt_system_lookup_end(l->lookup);
    l->lookup = NULL;
    for (uint32_t k = 0; k < h->grants->connect_count; k++)
        if (h->grants->connect[k].name && same_name(h->grants->connect[k].name, l->name))
            remember(h->grants, &h->grants->connect[k], l);
}

void wasmelt_wasi2_resolve_next_address(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    wasmelt_wasi2 *h = begin(c);
    struct address_list *l = wasmelt_rt_wasi2_borrowed(c, 0, self, OBJECT_ADDRESSES)->u.addresses;
    if (l->lookup)
        take_result(h, l);
    const network_error error = l->lookup ? NETWORK_WOULD_BLOCK : l->count < 0 ? error_of_lookup(l->count) : NETWORK_DONE;
    u8 *at = network_result(c, to, error, 20, 2);
    if (error != NETWORK_DONE)
        return;
    at[0] = l->next < l->count;
    if (!at[0])
        return;
    at[2] = l->list[l->next].is_v6;
    wasmelt_rt_wasi2_put_ip(at + 4, &l->list[l->next]);
    l->next++;
}

/* ---- WASI 0.3: all addresses at once ---- */

static u8 code_in_0_3(network_error error) {
    enum { ACCESS_DENIED, INVALID_ARGUMENT, NAME_UNRESOLVABLE, TEMPORARY_RESOLVER_FAILURE, PERMANENT_RESOLVER_FAILURE, OTHER };
    switch (error) {
    case NETWORK_ACCESS_DENIED:
        return ACCESS_DENIED;
    case NETWORK_INVALID_ARGUMENT:
        return INVALID_ARGUMENT;
    case NETWORK_NAME_UNRESOLVABLE:
        return NAME_UNRESOLVABLE;
    case NETWORK_TEMPORARY_RESOLVER_FAILURE:
        return TEMPORARY_RESOLVER_FAILURE;
    case NETWORK_PERMANENT_RESOLVER_FAILURE:
        return PERMANENT_RESOLVER_FAILURE;
    default:
        return OTHER;
    }
}

/* Stores the addresses, or the error. `l`: null if there is one. */
static void put_addresses(const wasmelt_wasi2_call *c, u32 to, network_error error, const struct address_list *l) {
    enum { ADDRESS_BYTES = 18 };
    u32 address = 0, count = 0;
    if (error == NETWORK_DONE) {
        u8 *at;
        count = (u32)l->count;
        address = wasmelt_canon_allocate(c->canon, count, ADDRESS_BYTES, 2, &at);
        for (u32 k = 0; k < count; k++, at += ADDRESS_BYTES) {
            at[0] = l->list[k].is_v6;
            wasmelt_rt_wasi2_put_ip(at + 2, &l->list[k]);
        }
    }
    u8 *at = put_case(c, to, error != NETWORK_DONE, code_in_0_3(error), 8, 4);
    if (error == NETWORK_DONE)
        put_list(at, address, count);
}

static void resolve_on(work *w) {
    struct address_list *l = w->o.u.addresses;
    take_result(w->host, l);
    if (l->lookup) {
        wasmelt_rt_work_wait(w, POLLABLE_READ, 0);
        return;
    }
    const wasmelt_wasi2_call c = wasmelt_rt_work_call(w);
    put_addresses(&c, w->to, error_of_lookup(l->count), l);
    wasmelt_rt_work_return(w);
}

void wasmelt_wasi3_resolve_addresses(wasmelt_wasi2_call *c, u32 name, u32 name_length, u32 to) {
    begin(c);
    object o;
    const network_error error = ask(c, name, name_length, &o);
    if (error == NETWORK_DONE && o.d) {
        work *const w = c->work = wasmelt_rt_work_new(c, resolve_on);
        w->o = o;
        w->to = to;
        wasmelt_rt_work_wait(w, POLLABLE_READ, 0);
        return;
    }
    put_addresses(c, to, error, error == NETWORK_DONE ? o.u.addresses : NULL);
    if (error == NETWORK_DONE)
        wasmelt_rt_wasi2_free_addresses(o.u.addresses);
}

u32 wasmelt_wasi2_resolve_subscribe(const wasmelt_wasi2_call *c, u32 self) {
    begin(c);
    descriptor *d = wasmelt_rt_wasi2_borrowed(c, 0, self, OBJECT_ADDRESSES)->d;
    return wasmelt_rt_wasi2_give(
        c, 1, (object){.kind = OBJECT_POLLABLE, .d = again(d), .u.pollable = {.event = d ? POLLABLE_READ : POLLABLE_ALWAYS}});
}
