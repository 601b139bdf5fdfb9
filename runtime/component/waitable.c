/* Waitables and sets of them (CanonicalABI.md, Waitable State). */
#include "async.h"

wasmelt_canon_waitable *wasmelt_rt_waitable_find(const wasmelt_canon_part *part, u32 handle) {
    if (handle == 0 || handle >= part->handle_count || part->handles[handle].resource == 0)
        wasmelt_trap_raise(WASMELT_TRAP_UNKNOWN_HANDLE);
    const u32 kind = part->handles[handle].resource;
    if (kind < WASMELT_CANON_SUBTASK || kind > WASMELT_CANON_FUTURE_WRITE)
        wasmelt_trap_raise(WASMELT_TRAP_HANDLE_TYPE);
    return part->handles[handle].object;
}

void wasmelt_rt_waitable_set_event(wasmelt_canon_waitable *w) {
    if (w->set && !w->has_event)
        w->set->events++;
    w->has_event = true;
}

static void unlink_waitable(wasmelt_canon_waitable *w) {
    wasmelt_canon_set *const set = w->set;
    if (w->next)
        w->next->previous = w->previous;
    else
        set->last = w->previous;
    if (w->previous)
        w->previous->next = w->next;
    else
        set->first = w->next;
    set->events -= w->has_event;
    w->set = NULL;
}

void wasmelt_rt_waitable_join(wasmelt_canon_waitable *w, wasmelt_canon_set *set) {
    if (w->set)
        unlink_waitable(w);
    w->set = set;
    if (!set)
        return;
    w->next = NULL;
    w->previous = set->last;
    if (w->previous)
        w->previous->next = w;
    else
        set->first = w;
    set->last = w;
    set->events += w->has_event;
}

event wasmelt_rt_waitable_take_event(wasmelt_canon_waitable *w) {
    if (w->set)
        w->set->events--;
    w->has_event = false;
    return w->kind == WASMELT_CANON_SUBTASK ? wasmelt_rt_subtask_event((wasmelt_canon_subtask *)w) : wasmelt_rt_end_event(w);
}

void wasmelt_rt_waitable_wait(wasmelt_canon_component *self, wasmelt_canon_waitable *w) {
    w->has_waiter = true;
    wasmelt_rt_thread_wait(self, WASMELT_CANON_UNTIL_EVENT, w, false);
    w->has_waiter = false;
}

/* Also where the call would not have to wait: what a program may do does not depend on that (component-model #647). */
void wasmelt_rt_waitable_not_in_set(const wasmelt_canon_waitable *w) {
    if (w->set)
        wasmelt_trap_raise(WASMELT_TRAP_WAITABLE_IN_SET);
}

/* The one that is found goes to the end, so that none waits for ever. */
event wasmelt_rt_set_take_event(wasmelt_canon_set *set) {
    wasmelt_canon_waitable *w = set->first;
    while (!w->has_event)
        w = w->next;
    wasmelt_rt_waitable_join(w, set);
    return wasmelt_rt_waitable_take_event(w);
}

/* ---- Built-ins ---- */

u32 wasmelt_canon_waitable_set_new(const wasmelt_canon *canon) {
    wasmelt_canon_may_leave(canon->part);
    wasmelt_canon_set *const set = wasmelt_rt_object_new(canon->component, sizeof *set);
    return wasmelt_rt_handle_add(canon->part, (wasmelt_canon_handle){.resource = WASMELT_CANON_SET, .object = set});
}

/* Puts what an event has to say where the caller wants it. */
static u32 tell(const wasmelt_canon *canon, event e, u32 at) {
    wasmelt_canon_call c = {.canon = canon};
    u8 *const to = wasmelt_canon_range(&c, at, 2, 4, 4);
    store_u32(&c, e.index, to);
    store_u32(&c, e.payload, to + 4);
    return (u32)e.code;
}

u32 wasmelt_canon_waitable_set_wait(const wasmelt_canon *canon, u32 handle, u32 at) {
    wasmelt_canon_may_leave(canon->part);
    wasmelt_canon_set *const set = handle_object(canon->part, WASMELT_CANON_SET, handle);
    set->waiting++;
    const bool is_cancelled = wasmelt_rt_thread_wait(canon->component, WASMELT_CANON_UNTIL_SET, set, canon->flag);
    set->waiting--;
    return tell(canon, is_cancelled ? (event){.code = EVENT_TASK_CANCELLED} : wasmelt_rt_set_take_event(set), at);
}

u32 wasmelt_canon_waitable_set_poll(const wasmelt_canon *canon, u32 handle, u32 at) {
    wasmelt_canon_may_leave(canon->part);
    wasmelt_canon_set *const set = handle_object(canon->part, WASMELT_CANON_SET, handle);
    const wasmelt_canon_worker *const worker = canon->component->async->worker;
    event e = {.code = EVENT_NONE};
    if (set->events == 0 && worker)
        worker->work(worker->host, canon->component, false);
    if (wasmelt_rt_task_hears_cancel(canon->component->async->current->task, canon->flag))
        e.code = EVENT_TASK_CANCELLED;
    else if (set->events > 0)
        e = wasmelt_rt_set_take_event(set);
    return tell(canon, e, at);
}

void wasmelt_canon_waitable_set_drop(const wasmelt_canon *canon, u32 handle) {
    wasmelt_canon_may_leave(canon->part);
    wasmelt_canon_set *const set = handle_object(canon->part, WASMELT_CANON_SET, handle);
    if (set->first || set->waiting > 0)
        wasmelt_trap_raise(WASMELT_TRAP_SET_IN_USE);
    wasmelt_rt_handle_remove(canon->part, handle);
    wasmelt_rt_object_free(canon->component, set);
}

void wasmelt_canon_waitable_join(const wasmelt_canon *canon, u32 waitable, u32 set) {
    wasmelt_canon_may_leave(canon->part);
    wasmelt_canon_waitable *const w = wasmelt_rt_waitable_find(canon->part, waitable);
    if (w->has_waiter)
        wasmelt_trap_raise(WASMELT_TRAP_WAITABLE_IN_SET);
    wasmelt_rt_waitable_join(w, set == 0 ? NULL : handle_object(canon->part, WASMELT_CANON_SET, set));
}
