/* Calls that do not keep the host waiting: of functions of a component that the host only starts, and of functions of the host that return
 * later. */
#include "async.h"

#include <string.h>

#include "scratch.h"

/* ---- Calls that the host starts ---- */

struct wasmelt_started_call {
    wasmelt_canon_subtask subtask;
    wasmelt_started_call *next, *previous;
    void (*done)(void *own); /* null: nobody wants to know, or has been told */
    void *own;
    bool is_dropped;             /* the host wants nothing of it any more: it is freed when it has ended */
    wasmelt_canon_scratch kept;  /* what its result refers to */
    wasmelt_canon_scratch aside; /* the component's, while its result is lifted */
    size_t result_at;            /* the result's place among the values: behind the parameters */
    max_align_t values[];
};

static size_t aligned(size_t bytes) {
    return (bytes + _Alignof(max_align_t) - 1) / _Alignof(max_align_t) * _Alignof(max_align_t);
}

static void free_call(wasmelt_canon_component *self, wasmelt_started_call *call) {
    if (call->next)
        call->next->previous = call->previous;
    if (call->previous)
        call->previous->next = call->next;
    else
        self->async->calls = call->next;
    wasmelt_rt_scratch_free(self, &call->kept);
    wasmelt_rt_scratch_free(self, &call->aside);
    wasmelt_rt_object_free(self, call);
}

void wasmelt_rt_host_calls_free(wasmelt_canon_component *self) {
    while (self->async->calls)
        free_call(self, self->async->calls);
}

static void pass_params(wasmelt_canon_subtask *s, void *params) {
    if (s->params_bytes > 0)
        memcpy(params, ((wasmelt_started_call *)s)->values, s->params_bytes);
}

static void keep_result(wasmelt_canon_subtask *s, const void *result) {
    wasmelt_started_call *const call = (wasmelt_started_call *)s;
    if (s->result_bytes > 0)
        memcpy((uint8_t *)call->values + call->result_at, result, s->result_bytes);
}

wasmelt_started_call *wasmelt_canon_host_start(const wasmelt_canon *lift, const void *params, size_t params_bytes, size_t result_bytes,
                                               void (*done)(void *own), void *own) {
    wasmelt_canon_component *const self = lift->component;
    const size_t result_at = aligned(params_bytes);
    wasmelt_started_call *const call = wasmelt_rt_object_new(self, sizeof *call + result_at + aligned(result_bytes));
    call->subtask.start = pass_params;
    call->subtask.resolve = keep_result;
    call->subtask.is_started_by_host = true;
    call->subtask.params_bytes = params_bytes;
    call->subtask.result_bytes = result_bytes;
    call->result_at = result_at;
    call->done = done;
    call->own = own;
    if (params_bytes > 0)
        memcpy(call->values, params, params_bytes);
    call->next = self->async->calls;
    if (call->next)
        call->next->previous = call;
    self->async->calls = call;
    wasmelt_rt_task_call(lift, &call->subtask, NULL);
    return call;
}

void wasmelt_rt_host_call_returning(wasmelt_canon_component *self, wasmelt_canon_subtask *s) {
    wasmelt_started_call *const call = (wasmelt_started_call *)s;
    call->aside = self->scratch;
    self->scratch = (wasmelt_canon_scratch){0};
}

void wasmelt_rt_host_call_ended(wasmelt_canon_component *self, wasmelt_canon_subtask *s) {
    wasmelt_started_call *const call = (wasmelt_started_call *)s;
    if (s->state == WASMELT_CANON_RETURNED) {
        call->kept = self->scratch;
        self->scratch = call->aside;
        call->aside = (wasmelt_canon_scratch){0};
    }
    if (call->is_dropped)
        free_call(self, call);
    else if (call->done)
        self->async->ended_calls++;
}

bool wasmelt_canon_host_result(const wasmelt_started_call *call, void *result) {
    if (call->subtask.state != WASMELT_CANON_RETURNED)
        return false;
    if (call->subtask.result_bytes > 0)
        memcpy(result, (const uint8_t *)call->values + call->result_at, call->subtask.result_bytes);
    return true;
}

void wasmelt_canon_host_drop_call(wasmelt_canon_component *self, wasmelt_started_call *call) {
    if (wasmelt_rt_subtask_is_resolved(&call->subtask)) {
        self->async->ended_calls -= call->done != NULL;
        free_call(self, call);
        return;
    }
    call->is_dropped = true;
    /* One that has begun in a component that runs, or has trapped, goes on without being told. One that has not must not begin: its
     * parameters are the host's. */
    if (call->subtask.state == WASMELT_CANON_STARTING || self->parts[0].may_enter)
        wasmelt_rt_task_request_cancel(call->subtask.task, NULL);
}

/* Tells the host of the first that has ended; false if there is none. */
static bool tell(wasmelt_canon_component *self) {
    if (self->async->ended_calls == 0)
        return false;
    wasmelt_started_call *call = self->async->calls;
    while (!call->done || !wasmelt_rt_subtask_is_resolved(&call->subtask))
        call = call->next;
    void (*const done)(void *own) = call->done;
    call->done = NULL;
    self->async->ended_calls--;
    done(call->own);
    return true;
}

static void run_all(wasmelt_canon_component *self) {
    const wasmelt_canon_worker *const worker = self->async->worker;
    wasmelt_canon_host_begin(self);
    do {
        while (wasmelt_rt_thread_tick(self))
            ;
        if (worker)
            worker->work(worker->host, self, false);
    } while (wasmelt_rt_thread_tick(self));
    wasmelt_canon_host_end(self);
}

/* What the host is told may make it start others. */
void wasmelt_canon_host_go_on(wasmelt_canon_component *self) {
    if (wasmelt_rt_host_is_called(self))
        return;
    do {
        run_all(self);
        while (tell(self))
            ;
    } while (self->async->waiting && wasmelt_rt_thread_any_ready(self));
}

/* ---- Functions of the host that return later ---- */

struct wasmelt_pending_call {
    wasmelt_canon_object object;
    wasmelt_canon_component *component;
    wasmelt_canon_subtask *subtask; /* null: the caller has given it up */
    void (*given_up)(void *own);    /* or null */
    void *own;
};

void wasmelt_canon_ask(const wasmelt_canon_call *c, u32 func) {
    wasmelt_canon_async *const a = c->canon->component->async;
    a->asked = func + 1;
    a->pending = NULL;
}

wasmelt_pending_call *wasmelt_canon_host_later(wasmelt_canon_component *self, u32 func, void (*given_up)(void *own), void *own) {
    wasmelt_canon_async *const a = self->async;
    if (a->asked != func + 1 || a->pending)
        return NULL;
    wasmelt_pending_call *const p = a->pending = wasmelt_rt_object_new(self, sizeof *p);
    p->component = self;
    p->given_up = given_up;
    p->own = own;
    return p;
}

wasmelt_pending_call *wasmelt_canon_answer(const wasmelt_canon_call *c) {
    wasmelt_canon_async *const a = c->canon->component->async;
    a->asked = 0;
    return a->pending;
}

void wasmelt_canon_returned(wasmelt_canon_call *c) {
    wasmelt_rt_subtask_lends_back(c);
    wasmelt_canon_end(c);
}

/* The call is the subtask's from now on, with what it was lent. */
static void hand_over(wasmelt_canon_call *c) {
    c->lends = NULL;
    wasmelt_canon_end(c);
}

static void give_up(void *own) {
    wasmelt_pending_call *const p = own;
    p->subtask = NULL;
    if (p->given_up)
        p->given_up(p->own);
}

u32 wasmelt_canon_pend(wasmelt_canon_call *c, wasmelt_pending_call *p, void (*resolve)(wasmelt_canon_subtask *s, const void *result),
                       u32 param, u64 value) {
    const u32 state = wasmelt_rt_subtask_of_host(c, &p->subtask, give_up, p);
    p->subtask->resolve = resolve;
    p->subtask->flat[param] = value;
    hand_over(c);
    return state;
}

u64 wasmelt_canon_pend_waiting(wasmelt_canon_call *c, wasmelt_pending_call *p,
                               void (*resolve)(wasmelt_canon_subtask *s, const void *result), u32 param, u64 value) {
    wasmelt_canon_subtask *const s = p->subtask = wasmelt_rt_subtask_that_waits(c);
    s->resolve = resolve;
    s->flat[param] = value;
    hand_over(c);
    return wasmelt_rt_subtask_wait_for_host(s);
}

bool wasmelt_canon_host_return(wasmelt_canon_component *self, wasmelt_pending_call *p, const void *result) {
    wasmelt_canon_host_begin(self);
    wasmelt_canon_subtask *const s = p->subtask;
    wasmelt_rt_object_free(self, p);
    if (s) {
        s->resolve(s, result);
        wasmelt_rt_subtask_end_of_host(s);
    }
    wasmelt_canon_host_end(self);
    return s != NULL;
}
