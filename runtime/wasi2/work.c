#include "work.h"

#include "../allocator.h"

enum { MOST_WORKS = 1 << 16 };

/* ---- Making and ending ---- */

static void end(work *w) {
    wasmelt_wasi2 *const h = w->host;
    if (w->next)
        w->next->previous = w->previous;
    if (w->previous)
        w->previous->next = w->next;
    else
        h->works = w->next;
    h->work_count--;
    wasmelt_rt_wasi2_release(h, &w->o);
    wasmelt_rt_release(w);
}

static void end_if_done(work *w) {
    if (!w->is_busy && !w->stream && !w->future && !w->subtask && !w->from && !w->is_source)
        end(w);
}

static bool work_for(void *own, wasmelt_canon_component *component, bool waits);

/* The component's works end with it, and do not touch what is freed with it. */
static void leave(void *own, wasmelt_canon_component *component) {
    wasmelt_wasi2 *const h = own;
    for (work *w = h->works, *next; w; w = next) {
        next = w->next;
        if (w->component == component)
            end(w);
    }
}

static bool has_worker(wasmelt_wasi2 *h) {
    if (!h->worker && (h->worker = wasmelt_rt_allocate(sizeof *h->worker)))
        *h->worker = (wasmelt_canon_worker){h, work_for, leave};
    return h->worker;
}

work *wasmelt_rt_work_new(const wasmelt_wasi2_call *c, void (*go)(work *w)) {
    wasmelt_wasi2 *const h = c->host;
    work *const w = has_worker(h) && h->work_count < MOST_WORKS ? wasmelt_rt_allocate_zeroed(1, sizeof *w) : NULL;
    if (!w)
        wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
    w->host = h;
    w->component = c->canon->canon->component;
    w->component->async->worker = h->worker;
    w->go = go;
    w->next = h->works;
    if (w->next)
        w->next->previous = w;
    h->works = w;
    h->work_count++;
    return w;
}

/* ---- Futures ---- */

static void tell_outcome(work *w) {
    wasmelt_canon_call c;
    u32 count;
    if (!w->future)
        return;
    if (!wasmelt_rt_host_end_is_alone(w->future)) {
        if (!w->has_outcome || !wasmelt_rt_host_end_is_wanted(w->future, &count))
            return;
        memcpy(wasmelt_rt_host_end_place(w->future, &c, 1), w->outcome, w->errors == ERRORS_CLI ? 2 : OUTCOME_BYTES);
        wasmelt_rt_host_end_copied(w->future, 1);
    }
    wasmelt_rt_host_end_leave(w->component, w->future);
    w->future = NULL;
}

/* The codes of wasi:cli are an enum, the others a variant with a string. */
void wasmelt_rt_work_outcome(work *w, bool is_error, u8 code) {
    memset(w->outcome, 0, sizeof w->outcome);
    w->outcome[0] = is_error;
    w->outcome[w->errors == ERRORS_CLI ? 1 : 4] = code;
    w->has_outcome = true;
}

/* ---- Running ---- */

void wasmelt_rt_work_run(work *w) {
    if (w->is_busy) /* what it does has made the component call the host */
        return;
    w->is_busy = true;
    w->waits = false;
    w->go(w);
    tell_outcome(w);
    w->is_busy = false;
    end_if_done(w);
}

static void changed(void *own) {
    wasmelt_rt_work_run(own);
}

void wasmelt_rt_work_wait(work *w, pollable_event event, uint64_t time) {
    w->waits = true;
    w->on = (object){.kind = OBJECT_POLLABLE, .d = w->o.d, .u.pollable = {.event = event, .time = time}};
}

void wasmelt_rt_work_for_socket(wasmelt_wasi2_call *c, const object *o, void (*go)(work *w), pollable_event event, u32 to) {
    work *const w = c->work = wasmelt_rt_work_new(c, go);
    w->o = (object){.kind = OBJECT_POLLABLE, .d = again(o->d)};
    w->number = (u32)(o - c->host->objects);
    w->to = to;
    wasmelt_rt_work_wait(w, event, 0);
}

void wasmelt_rt_work_leave(work *w) {
    if (w->stream)
        wasmelt_rt_host_end_leave(w->component, w->stream);
    w->stream = NULL;
}

u32 wasmelt_rt_work_give_stream(const wasmelt_wasi2_call *c, work *w, unsigned k) {
    w->stream = wasmelt_rt_host_end_new(w->component, c->elements[k], false, changed, w);
    return wasmelt_canon_lower_end(c->canon, WASMELT_CANON_STREAM_READ, w->stream);
}

u32 wasmelt_rt_work_give_future(const wasmelt_wasi2_call *c, work *w, unsigned k) {
    w->future = wasmelt_rt_host_end_new(w->component, c->elements[k], true, changed, w);
    return wasmelt_canon_lower_end(c->canon, WASMELT_CANON_FUTURE_READ, w->future);
}

work *wasmelt_rt_work_take_stream(const wasmelt_wasi2_call *c, work *w, unsigned k, u32 handle) {
    w->stream = wasmelt_canon_lift_end(c->canon, WASMELT_CANON_STREAM_READ, c->elements[k], handle);
    return wasmelt_rt_host_end_take(w->stream, changed, w);
}

/* ---- Waiting ---- */

static u32 list_waiting(const wasmelt_wasi2 *h, const wasmelt_canon_component *component, work **works, const object **list) {
    u32 count = 0;
    for (work *w = h->works; w; w = w->next)
        if (w->component == component && w->waits) {
            works[count] = w;
            list[count++] = &w->on;
        }
    return count;
}

static work *due(const wasmelt_wasi2 *h) {
    work *w = h->works;
    while (w && !w->is_due)
        w = w->next;
    return w;
}

static bool work_for(void *own, wasmelt_canon_component *component, bool waits) {
    wasmelt_wasi2 *const h = own;
    const u32 most = h->work_count;
    const wasmelt_canon_scratch mark = component->scratch;
    work **const works = wasmelt_canon_allocate_lifted(component, most, sizeof *works);
    const object **const list = wasmelt_canon_allocate_lifted(component, most, sizeof *list);
    const u32 count = list_waiting(h, component, works, list);
    if (count > 0) {
        wasmelt_rt_wasi_context(h->wasi);
        u32 *const ready = wasmelt_canon_allocate_lifted(component, count, sizeof *ready);
        const u32 found = wasmelt_rt_wasi2_wait_for_any(h, component, list, count, waits, ready);
        for (u32 k = 0; k < found; k++)
            works[ready[k]]->is_due = true;
    }
    wasmelt_rt_scratch_rewind(component, &component->scratch, &mark);
    for (work *w = due(h); w; w = due(h)) { /* one may end others */
        w->is_due = false;
        wasmelt_rt_work_run(w);
    }
    return count > 0;
}

/* ---- Calls ---- */

static void give_up(void *own) {
    work *const w = own;
    w->subtask = NULL;
    end_if_done(w);
}

/* The call is the subtask's from now on, with what it was lent. */
static void hand_over(wasmelt_wasi2_call *c) {
    c->canon->lends = NULL;
    wasmelt_canon_end(c->canon);
}

u32 wasmelt_wasi3_end(wasmelt_wasi2_call *c) {
    u32 state = WASMELT_CANON_RETURNED;
    if (c->work)
        state = wasmelt_rt_subtask_of_host(c->canon, &c->work->subtask, give_up, c->work);
    else
        wasmelt_rt_subtask_lends_back(c->canon);
    hand_over(c);
    return state;
}

void wasmelt_wasi3_end_waiting(wasmelt_wasi2_call *c) {
    if (!c->work) {
        wasmelt_wasi3_end(c);
        return;
    }
    wasmelt_canon_subtask *const s = c->work->subtask = wasmelt_rt_subtask_that_waits(c->canon);
    hand_over(c);
    wasmelt_rt_subtask_wait_for_host(s);
}

wasmelt_wasi2_call wasmelt_rt_work_call(const work *w) {
    return (wasmelt_wasi2_call){.host = w->host, .canon = &w->subtask->call, .is_0_3 = true};
}

void wasmelt_rt_work_return(work *w) {
    wasmelt_canon_subtask *const s = w->subtask;
    w->subtask = NULL;
    wasmelt_rt_subtask_end_of_host(s);
}

/* ---- wasi:clocks/monotonic-clock ---- */

static void look_at_clock(work *w) {
    if (w->on.u.pollable.time <= wasmelt_rt_wasi2_monotonic(w->host))
        wasmelt_rt_work_return(w);
    else
        w->waits = true;
}

void wasmelt_wasi3_wait_until(wasmelt_wasi2_call *c, u64 when) {
    if (when <= wasmelt_rt_wasi2_monotonic(begin(c)))
        return;
    c->work = wasmelt_rt_work_new(c, look_at_clock);
    wasmelt_rt_work_wait(c->work, POLLABLE_TIME, when);
}

void wasmelt_wasi3_wait_for(wasmelt_wasi2_call *c, u64 duration) {
    const u64 now = wasmelt_rt_wasi2_monotonic(begin(c));
    wasmelt_wasi3_wait_until(c, duration < UINT64_MAX - now ? now + duration : UINT64_MAX);
}
