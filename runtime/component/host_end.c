/* Ends of streams and futures that the host of a library has: it reads and writes when it likes, and what it waits for the component does
 * meanwhile. Called by a function of the host that the component has called, they take what is there: the component waits for that
 * function. */
#include "async.h"

bool wasmelt_rt_host_is_called(const wasmelt_canon_component *self) {
    return self->async->current != &self->async->idle;
}

/* Lets something go on; false if nothing can. */
static bool go_on(wasmelt_canon_component *self) {
    const wasmelt_canon_worker *const worker = self->async->worker;
    return wasmelt_rt_thread_tick(self) || (worker && worker->work(worker->host, self, true));
}

wasmelt_canon_shared *wasmelt_canon_host_new(wasmelt_canon_component *self, const wasmelt_canon_element *element, bool is_future) {
    return wasmelt_rt_host_end_new(self, element, is_future, NULL, NULL);
}

/* Copies what the other end waits to copy, at most so many values; how many. */
static size_t copy(wasmelt_canon_shared *s, u8 *items, size_t most, bool writes) {
    const wasmelt_canon_element *const t = wasmelt_rt_host_end_element(s);
    wasmelt_canon_call c;
    u32 count;
    if (!wasmelt_rt_host_end_is_wanted(s, &count) || wasmelt_rt_host_end_writes(s) == writes)
        return 0;
    count = count < most ? count : (u32)most;
    if (count > 0 && t->host_bytes > 0) {
        u8 *const at = wasmelt_rt_host_end_place(s, &c, count);
        if (writes)
            t->store(&c, at, items, count);
        else
            t->load(&c, items, at, count);
        u32 wanted;
        if (!wasmelt_rt_host_end_is_wanted(s, &wanted) || wanted < count)
            return 0; /* its realloc has given the copy up */
    }
    wasmelt_rt_host_end_copied(s, count);
    return count;
}

static size_t copy_all(wasmelt_canon_component *self, wasmelt_canon_shared *s, u8 *items, size_t count, bool writes) {
    const size_t bytes = wasmelt_rt_host_end_element(s)->host_bytes;
    size_t done = 0;
    while (done < count) {
        const size_t more = copy(s, items + done * bytes, count - done, writes);
        done += more;
        if (more > 0 ? !writes : wasmelt_rt_host_end_is_alone(s) || wasmelt_rt_host_is_called(self) || !go_on(self))
            break;
    }
    return done;
}

static size_t transfer(wasmelt_canon_component *self, wasmelt_canon_shared *s, u8 *items, size_t count, bool writes) {
    if (wasmelt_rt_host_is_called(self))
        return copy_all(self, s, items, count, writes);
    wasmelt_canon_host_begin(self);
    const size_t done = copy_all(self, s, items, count, writes);
    wasmelt_canon_host_end(self);
    return done;
}

size_t wasmelt_canon_host_read(wasmelt_canon_component *self, wasmelt_canon_shared *s, void *to, size_t count) {
    return transfer(self, s, to, count, false);
}

size_t wasmelt_canon_host_write(wasmelt_canon_component *self, wasmelt_canon_shared *s, const void *from, size_t count) {
    return transfer(self, s, (u8 *)(uintptr_t)from, count, true);
}

bool wasmelt_canon_host_is_open(const wasmelt_canon_shared *s) {
    return !wasmelt_rt_host_end_is_alone(s);
}

void wasmelt_canon_host_drop(wasmelt_canon_component *self, wasmelt_canon_shared *s) {
    wasmelt_rt_host_end_leave(self, s);
}
