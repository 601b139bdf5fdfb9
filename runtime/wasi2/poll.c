/* wasi:io/poll: waiting for the first of several clocks and streams. */
#include <errno.h>

#include <wasmelt/interrupt.h>

#include "../interrupt.h"
#include "../wasi/clock.h"
#include "host.h"

#define FOREVER UINT64_MAX

/* More pollables than a program can have are a list that has some of them often. */
enum { MOST_POLLABLES = 1 << 16 };

u64 wasmelt_rt_wasi2_monotonic(const wasmelt_wasi2 *h) {
    u64 now = 0;
    wasmelt_rt_wasi_clock_now(h->wasi, CLOCK_ID_MONOTONIC, &now);
    return now;
}

/* ---- One descriptor ---- */

static bool wait_one(const descriptor *d, bool writes, uint64_t nanoseconds) {
    system_wait w = {.fd = d->host, .reads = !writes, .writes = writes};
    if (d->stream || d->filetype == FILETYPE_REGULAR_FILE)
        return true;
    return wasmelt_rt_system_wait(&w, 1, nanoseconds) > 0;
}

bool wasmelt_rt_wasi2_is_ready(const descriptor *d, bool writes) {
    return wait_one(d, writes, 0);
}

void wasmelt_rt_wasi2_wait(const descriptor *d, bool writes) {
    while (!wait_one(d, writes, FOREVER))
        wasmelt_interrupt_here();
}

/* ---- Several ---- */

typedef struct waiting {
    const object **list;
    int *places;         /* of each in the system's list, or -1 */
    system_wait *system; /* each descriptor once: a process may wait for as many as it can have */
    size_t system_count;
    uint64_t until; /* FOREVER: no time */
    bool is_ready;  /* one of them is already */
} waiting;

static int place_of(waiting *w, const descriptor *d) {
    size_t k = 0;
    while (k < w->system_count && w->system[k].fd != d->host)
        k++;
    if (k == w->system_count)
        w->system[w->system_count++] = (system_wait){.fd = d->host};
    return (int)k;
}

static void add(waiting *w, u32 k, u64 now) {
    const object *o = w->list[k];
    w->places[k] = -1;
    switch (o->u.pollable.event) {
    case POLLABLE_ALWAYS:
        w->is_ready = true;
        break;
    case POLLABLE_TIME:
        w->is_ready |= o->u.pollable.time <= now;
        w->until = o->u.pollable.time < w->until ? o->u.pollable.time : w->until;
        break;
    default:
        w->places[k] = place_of(w, o->d);
        w->system[w->places[k]].reads |= o->u.pollable.event == POLLABLE_READ;
        w->system[w->places[k]].writes |= o->u.pollable.event == POLLABLE_WRITE;
    }
}

static bool is_ready(const waiting *w, u32 k, u64 now) {
    const object *o = w->list[k];
    switch (o->u.pollable.event) {
    case POLLABLE_ALWAYS:
        return true;
    case POLLABLE_TIME:
        return o->u.pollable.time <= now;
    case POLLABLE_READ:
        return w->system[w->places[k]].can_read;
    default:
        return w->system[w->places[k]].can_write;
    }
}

/* Nothing is held that a trap would leave behind: the lists are the component's. */
u32 wasmelt_rt_wasi2_wait_for_any(const wasmelt_wasi2 *h, wasmelt_canon_component *component, const object **list, u32 count, bool blocks,
                                  u32 *ready) {
    waiting *const w = &(waiting){.list = list, .until = FOREVER};
    w->places = wasmelt_canon_allocate_lifted(component, count, sizeof *w->places);
    w->system = wasmelt_canon_allocate_lifted(component, count, sizeof *w->system);
    u64 now = wasmelt_rt_wasi2_monotonic(h);
    for (u32 k = 0; k < count; k++)
        add(w, k, now);
    for (;;) {
        const bool looks = w->is_ready || !blocks;
        const int64_t done = wasmelt_rt_system_wait(w->system, w->system_count,
                                                    looks                 ? 0
                                                    : w->until == FOREVER ? FOREVER
                                                    : w->until > now      ? w->until - now
                                                                          : 0);
        if (done < 0 && done != -EINTR && done != -EAGAIN)
            wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
        wasmelt_interrupt_here();
        now = wasmelt_rt_wasi2_monotonic(h);
        u32 found = 0;
        for (u32 k = 0; k < count; k++)
            if (is_ready(w, k, now))
                ready[found++] = k;
        if (found > 0 || !blocks)
            return found;
    }
}

static u32 wait_for_one(const wasmelt_wasi2_call *c, u32 self, bool blocks) {
    const object *o = wasmelt_rt_wasi2_borrowed(c, 0, self, OBJECT_POLLABLE);
    u32 ready;
    return wasmelt_rt_wasi2_wait_for_any(c->host, c->canon->canon->component, &o, 1, blocks, &ready);
}

u32 wasmelt_wasi2_pollable_ready(const wasmelt_wasi2_call *c, u32 self) {
    begin(c);
    return wait_for_one(c, self, false);
}

void wasmelt_wasi2_pollable_block(const wasmelt_wasi2_call *c, u32 self) {
    begin(c);
    wait_for_one(c, self, true);
}

void wasmelt_wasi2_poll(const wasmelt_wasi2_call *c, u32 at, u32 count, u32 to) {
    begin(c);
    if (count == 0)
        wasmelt_rt_wasi2_trap("wasi:io/poll poll", "the list is empty");
    const u8 *from = wasmelt_canon_range(c->canon, at, count, 4, 4);
    if (count > MOST_POLLABLES)
        wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
    wasmelt_canon_component *component = c->canon->canon->component;
    const object **const list = wasmelt_canon_allocate_lifted(component, count, sizeof *list);
    for (u32 k = 0; k < count; k++)
        list[k] = wasmelt_rt_wasi2_borrowed(c, 0, load_u32(c->canon, from + (size_t)k * 4), OBJECT_POLLABLE);
    u32 *ready = wasmelt_canon_allocate_lifted(component, count, sizeof *ready);
    const u32 found = wasmelt_rt_wasi2_wait_for_any(c->host, component, list, count, true, ready);
    u8 *numbers;
    const u32 address = wasmelt_canon_allocate(c->canon, found, 4, 4, &numbers);
    for (u32 k = 0; k < found; k++)
        put_u32(numbers + (size_t)k * 4, ready[k]);
    put_list(result_at(c, to, 8, 4), address, found);
}
