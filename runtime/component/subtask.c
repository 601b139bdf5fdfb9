/* Subtasks: calls as their callers see them (CanonicalABI.md, Subtask State, canon lower). */
#include "async.h"

#include <string.h>

/* TURNS_FOR_HOST: after so many turns of threads that do not wait for it the host has one. */
enum { STATE_BITS = 4, TURNS_FOR_HOST = 16 };

bool wasmelt_rt_subtask_is_resolved(const wasmelt_canon_subtask *s) {
    return s->state >= WASMELT_CANON_RETURNED;
}

static void progress(wasmelt_canon_subtask *s) {
    if (s->waitable.handle != 0)
        wasmelt_rt_waitable_set_event(&s->waitable);
}

void wasmelt_rt_subtask_start(wasmelt_canon_subtask *s, void *params) {
    progress(s);
    s->state = WASMELT_CANON_STARTED;
    s->start(s, params);
}

void wasmelt_rt_subtask_resolve(wasmelt_canon_subtask *s, const void *result) {
    progress(s);
    if (result)
        s->resolve(s, result);
    s->state = result                               ? WASMELT_CANON_RETURNED
               : s->state == WASMELT_CANON_STARTING ? WASMELT_CANON_CANCELLED_BEFORE_STARTED
                                                    : WASMELT_CANON_CANCELLED_BEFORE_RETURNED;
    s->task = NULL;
}

void wasmelt_rt_subtask_lends_back(wasmelt_canon_call *c) {
    while (c->lends) {
        wasmelt_canon_lend *const lend = c->lends;
        c->lends = lend->next;
        c->canon->part->handles[lend->handle].lends--;
        wasmelt_rt_lend_free(c->canon->component, lend);
    }
}

/* The caller knows that it is resolved: what it has lent comes back. */
static void deliver(wasmelt_canon_subtask *s) {
    wasmelt_rt_subtask_lends_back(&s->call);
    s->is_delivered = true;
}

event wasmelt_rt_subtask_event(wasmelt_canon_subtask *s) {
    if (wasmelt_rt_subtask_is_resolved(s))
        deliver(s);
    return (event){EVENT_SUBTASK, s->waitable.handle, (u32)s->state};
}

/* ---- Calls ---- */

static void pass_params(wasmelt_canon_subtask *s, void *params) {
    if (s->params_bytes > 0)
        memcpy(params, s->host_params, s->params_bytes);
}

static void keep_result(wasmelt_canon_subtask *s, const void *result) {
    if (s->result_bytes > 0)
        memcpy(s->host_result, result, s->result_bytes);
}

void wasmelt_canon_call_host(const wasmelt_canon *lift, const void *params, size_t params_bytes, void *result, size_t result_bytes) {
    wasmelt_canon_subtask s = {.start = pass_params, .resolve = keep_result};
    s.host_params = params;
    s.params_bytes = params_bytes;
    s.host_result = result;
    s.result_bytes = result_bytes;
    wasmelt_rt_task_call(lift, &s, NULL);
    for (u32 turns = 1; !wasmelt_rt_subtask_is_resolved(&s); turns++) {
        const wasmelt_canon_worker *const worker = lift->component->async->worker;
        const bool has_run = wasmelt_rt_thread_tick(lift->component);
        if (has_run && turns % TURNS_FOR_HOST != 0)
            continue;
        if ((worker && worker->work(worker->host, lift->component, !has_run)) || has_run)
            continue;
        wasmelt_canon_enter(lift->part, NULL); /* as other traps, it leaves the component so that nobody can call it */
        wasmelt_trap_raise(WASMELT_TRAP_DEADLOCK);
    }
}

u64 wasmelt_canon_call_wait(const wasmelt_canon *lower, const wasmelt_canon *lift, wasmelt_canon_subtask *s) {
    wasmelt_canon_may_leave(lower->part);
    s->call = (wasmelt_canon_call){.canon = lower, .is_async = true};
    wasmelt_rt_task_call(lift, s, lower->part);
    if (!wasmelt_rt_subtask_is_resolved(s))
        wasmelt_rt_thread_wait(lower->component, WASMELT_CANON_UNTIL_RESOLVED, s, false);
    deliver(s);
    return s->core[0];
}

u32 wasmelt_canon_call_async(const wasmelt_canon *lower, const wasmelt_canon *lift, const wasmelt_canon_subtask *s) {
    wasmelt_canon_may_leave(lower->part);
    wasmelt_canon_subtask *const made = wasmelt_rt_object_new(lower->component, sizeof *made);
    const wasmelt_canon_object object = made->waitable.object;
    *made = *s;
    made->waitable.object = object;
    made->waitable.kind = WASMELT_CANON_SUBTASK;
    made->call = (wasmelt_canon_call){.canon = lower, .is_async = true};
    wasmelt_rt_task_call(lift, made, lower->part);
    if (wasmelt_rt_subtask_is_resolved(made)) {
        deliver(made);
        wasmelt_rt_object_free(lower->component, made);
        return WASMELT_CANON_RETURNED;
    }
    made->waitable.handle = wasmelt_rt_handle_add(lower->part, (wasmelt_canon_handle){.resource = WASMELT_CANON_SUBTASK, .object = made});
    return (u32)made->state | made->waitable.handle << STATE_BITS;
}

/* ---- Calls of the host ---- */

/* Not on the caller's stack: a trap would leave it there, while the host still knows it. */
wasmelt_canon_subtask *wasmelt_rt_subtask_that_waits(wasmelt_canon_call *c) {
    wasmelt_canon_subtask *const s = wasmelt_rt_object_new(c->canon->component, sizeof *s);
    s->call = *c;
    s->state = WASMELT_CANON_STARTED;
    return s;
}

u32 wasmelt_rt_subtask_of_host(wasmelt_canon_call *c, wasmelt_canon_subtask **made, void (*cancel)(void *own), void *own) {
    wasmelt_canon_subtask *const s = *made = wasmelt_rt_subtask_that_waits(c);
    s->waitable.kind = WASMELT_CANON_SUBTASK;
    s->cancel = cancel;
    s->own = own;
    s->waitable.handle = wasmelt_rt_handle_add(c->canon->part, (wasmelt_canon_handle){.resource = WASMELT_CANON_SUBTASK, .object = s});
    return (u32)s->state | s->waitable.handle << STATE_BITS;
}

u64 wasmelt_rt_subtask_wait_for_host(wasmelt_canon_subtask *s) {
    wasmelt_canon_component *const self = s->call.canon->component;
    wasmelt_rt_thread_wait(self, WASMELT_CANON_UNTIL_RESOLVED, s, false);
    deliver(s);
    const u64 core = s->core[0];
    wasmelt_rt_object_free(self, s);
    return core;
}

void wasmelt_rt_subtask_end_of_host(wasmelt_canon_subtask *s) {
    progress(s);
    s->state = WASMELT_CANON_RETURNED;
    s->cancel = NULL;
}

void wasmelt_canon_call_destructor(const wasmelt_canon *lift, const wasmelt_canon_part *caller, u32 representation) {
    wasmelt_canon_subtask s = {.start = pass_params, .resolve = keep_result};
    s.host_params = &representation;
    s.params_bytes = sizeof representation;
    wasmelt_rt_task_call(lift, &s, caller);
}

/* ---- Built-ins ---- */

u32 wasmelt_canon_subtask_cancel(const wasmelt_canon *canon, u32 handle) {
    wasmelt_canon_may_leave(canon->part);
    wasmelt_canon_subtask *const s = handle_object(canon->part, WASMELT_CANON_SUBTASK, handle);
    if (s->is_delivered || s->is_cancelled)
        wasmelt_trap_raise(WASMELT_TRAP_WAITABLE_STATE);
    if (!canon->flag)
        wasmelt_rt_waitable_not_in_set(&s->waitable);
    if (s->cancel) { /* the host gives up at once */
        s->is_cancelled = true;
        s->cancel(s->own);
        s->cancel = NULL;
        wasmelt_rt_subtask_resolve(s, NULL);
    } else if (!wasmelt_rt_subtask_is_resolved(s)) {
        s->is_cancelled = true;
        wasmelt_rt_task_request_cancel(s->task, canon->part);
        if (!wasmelt_rt_subtask_is_resolved(s)) {
            if (canon->flag)
                return BLOCKED;
            wasmelt_rt_waitable_wait(canon->component, &s->waitable);
        }
    }
    return wasmelt_rt_waitable_take_event(&s->waitable).payload;
}

void wasmelt_canon_subtask_drop(const wasmelt_canon *canon, u32 handle) {
    wasmelt_canon_may_leave(canon->part);
    wasmelt_canon_subtask *const s = handle_object(canon->part, WASMELT_CANON_SUBTASK, handle);
    if (!s->is_delivered)
        wasmelt_trap_raise(WASMELT_TRAP_WAITABLE_STATE);
    wasmelt_rt_waitable_join(&s->waitable, NULL);
    wasmelt_rt_handle_remove(canon->part, handle);
    wasmelt_rt_object_free(canon->component, s);
}
