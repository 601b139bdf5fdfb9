#include "files.h"

#include <stdio.h>

#include "../allocator.h"
#include "../plain.h"

enum { MOST_OBJECTS = 1 << 20 };

/* ---- The table of resources ---- */

bool wasmelt_rt_wasi2_init(wasmelt_wasi2 *h, wasmelt_wasi *wasi) {
    *h = (wasmelt_wasi2){.wasi = wasi, .count = 1};
    h->memory = (wasmelt_memory){.base = wasmelt_rt_allocate(VIEW_BYTES), .size = VIEW_BYTES};
    for (uint32_t k = 0; k < wasi->fd_count; k++)
        if (wasi->fds[k] && wasi->fds[k]->preopen)
            h->preopen_limit = k + 1;
    wasmelt_wasi_attach(wasi, &h->memory);
    return h->memory.base;
}

void wasmelt_rt_wasi2_release(wasmelt_wasi2 *h, object *o) {
    const bool is_promised = o->kind == OBJECT_TCP || o->kind == OBJECT_UDP || (o->kind == OBJECT_ADDRESSES && o->d);
    wasmelt_rt_wasi_fd_drop(&o->d);
    if (o->kind == OBJECT_DESCRIPTOR)
        wasmelt_rt_wasi_fd_close(h->wasi, o->u.fd);
    if (o->kind == OBJECT_ENTRIES)
        wasmelt_rt_release(o->u.reader);
    if (o->kind == OBJECT_ADDRESSES)
        wasmelt_rt_wasi2_free_addresses(o->u.addresses);
    if (is_promised)
        wasmelt_rt_wasi_fd_cancel(h->wasi);
    *o = (object){.kind = OBJECT_FREE};
}

void wasmelt_rt_wasi2_free(wasmelt_wasi2 *h) {
    for (uint32_t k = 1; k < h->count; k++)
        wasmelt_rt_wasi2_release(h, &h->objects[k]);
    wasmelt_rt_release(h->worker);
    wasmelt_rt_release(h->objects);
    wasmelt_rt_release(h->memory.base);
    wasmelt_rt_release(h->grants);
    wasmelt_wasi_attach(h->wasi, NULL);
}

static bool grow(wasmelt_wasi2 *h) {
    const uint32_t room = h->room == 0 ? 16 : h->room * 2;
    object *objects = h->count >= MOST_OBJECTS ? NULL : wasmelt_rt_reallocate(h->objects, room * sizeof *objects);
    if (!objects)
        return false;
    h->objects = objects;
    h->room = room;
    return true;
}

u32 wasmelt_rt_wasi2_new(wasmelt_wasi2 *h, object o) {
    u32 place = h->free;
    if (place != 0) {
        h->free = h->objects[place].u.next;
    } else if (h->count < h->room || grow(h)) {
        place = h->count++;
    } else {
        wasmelt_rt_wasi2_release(h, &o);
        wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
    }
    h->objects[place] = o;
    return place;
}

/* The program cannot make representations: a wrong one would be an error here. It is found out in any case. */
static object *at(const wasmelt_wasi2 *h, u32 representation) {
    if (representation == 0 || representation >= h->count || h->objects[representation].kind == OBJECT_FREE)
        wasmelt_trap_raise(WASMELT_TRAP_UNKNOWN_HANDLE);
    return &h->objects[representation];
}

object *wasmelt_rt_wasi2_borrowed(const wasmelt_wasi2_call *c, unsigned k, u32 handle, object_kind kind) {
    object *o = at(c->host, wasmelt_canon_lift_borrow(c->canon, c->resources[k], handle));
    if (o->kind != kind)
        wasmelt_trap_raise(WASMELT_TRAP_HANDLE_TYPE);
    return o;
}

u32 wasmelt_rt_wasi2_give(const wasmelt_wasi2_call *c, unsigned k, object o) {
    return wasmelt_canon_lower_own(c->canon, c->resources[k], wasmelt_rt_wasi2_new(c->host, o));
}

void wasmelt_wasi2_drop(wasmelt_wasi2 *h, u32 representation) {
    object *o = at(h, representation);
    wasmelt_rt_wasi2_release(h, o);
    o->u.next = h->free;
    h->free = representation;
}

/* ---- Ending the program ---- */

static void say(const char *interface, const char *name, const char *why) {
    fputs("wasmelt: ", stderr);
    wasmelt_rt_plain_print(stderr, interface, strlen(interface));
    fputs(name ? " " : "", stderr);
    wasmelt_rt_plain_print(stderr, name ? name : "", name ? strlen(name) : 0);
    fprintf(stderr, ": %s\n", why);
}

void wasmelt_rt_wasi2_trap(const char *interface, const char *why) {
    say(interface, NULL, why);
    wasmelt_trap_raise(WASMELT_TRAP_HOST);
}

void wasmelt_wasi2_missing(const char *interface, const char *name) {
    say(interface, name, "the program calls this function, which there is not");
    wasmelt_trap_raise(WASMELT_TRAP_HOST);
}
