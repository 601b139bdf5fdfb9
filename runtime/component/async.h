/* What the files about tasks, waitables and streams share. */
#ifndef WASMELT_RUNTIME_COMPONENT_ASYNC_H
#define WASMELT_RUNTIME_COMPONENT_ASYNC_H

#include <wasmelt/code/async.h>

#include "handles.h"

#pragma GCC visibility push(hidden)

/* Codes of events (CanonicalABI.md, EventCode). */
typedef enum event_code {
    EVENT_NONE,
    EVENT_SUBTASK,
    EVENT_STREAM_READ,
    EVENT_STREAM_WRITE,
    EVENT_FUTURE_READ,
    EVENT_FUTURE_WRITE,
    EVENT_TASK_CANCELLED
} event_code;

typedef struct event {
    event_code code;
    u32 index, payload;
} event;

/* What built-ins answer that have not finished. */
#define BLOCKED UINT32_MAX

struct wasmelt_canon_set {
    wasmelt_canon_object object;
    wasmelt_canon_waitable *first, *last;
    u32 events;  /* how many of them have one */
    u32 waiting; /* threads that wait for it */
};

/* ---- object.c ---- */

/* Memory in the component's list, all zero; traps if there is none, or too many objects. */
void *wasmelt_rt_object_new(wasmelt_canon_component *self, size_t bytes);
void wasmelt_rt_object_free(wasmelt_canon_component *self, void *object);

/* ---- fiber.c ---- */

/* Runs wasmelt_rt_thread_advance for the thread on a fiber, until it ends or blocks. A trap there is raised here. */
void wasmelt_rt_fiber_begin(wasmelt_canon_component *self, wasmelt_canon_thread *t);
/* The same for one that has blocked. */
void wasmelt_rt_fiber_continue(wasmelt_canon_fiber *f);
/* Within the fiber: returns when it is continued. */
void wasmelt_rt_fiber_block(wasmelt_canon_fiber *f);
/* Ends all, with what runs on them. */
void wasmelt_rt_fibers_free(wasmelt_canon_component *self);

/* ---- thread.c ---- */

/* A thread of the task, which does not run yet. */
wasmelt_canon_thread *wasmelt_rt_thread_new(wasmelt_canon_task *task);
/* Gives it a place in the table of its part. */
void wasmelt_rt_thread_register(wasmelt_canon_thread *t);
/* Takes that away; traps if it was the task's last one, and the task has not returned. Then the task is freed. */
void wasmelt_rt_thread_end(wasmelt_canon_thread *t);
void wasmelt_rt_thread_resume(wasmelt_canon_thread *t, bool is_cancelled);
/* Whether it is ready and may run in the middle of another call of its part: not between two calls of a callback, as what has the part
 * for itself uses a stack in memory that the other call is on, too. */
bool wasmelt_rt_thread_is_promotable(const wasmelt_canon_thread *t);
/* Makes it wait. It has no stack, or is about to leave it. */
void wasmelt_rt_thread_start_waiting(wasmelt_canon_thread *t, wasmelt_canon_until until, const void *on, bool is_cancellable);
/* The running thread waits in the middle of code; whether it was cancelled. Traps if it cannot wait there. */
bool wasmelt_rt_thread_wait(wasmelt_canon_component *self, wasmelt_canon_until until, const void *on, bool is_cancellable);
/* Whether one of those that wait is ready. */
bool wasmelt_rt_thread_any_ready(const wasmelt_canon_component *self);
/* Runs one of those that wait and are ready; false if there is none. Called when nothing runs. */
bool wasmelt_rt_thread_tick(wasmelt_canon_component *self);

/* ---- task.c ---- */

/* Runs the thread, which has no stack, until it ends or waits without one. */
void wasmelt_rt_thread_advance(wasmelt_canon_thread *t);
/* Calls the lifted function for the subtask. */
void wasmelt_rt_task_call(const wasmelt_canon *lift, wasmelt_canon_subtask *s, const wasmelt_canon_part *caller);
/* Whether the task hears now that it was cancelled. */
bool wasmelt_rt_task_hears_cancel(wasmelt_canon_task *t, bool is_cancellable);
/* The caller asks for it. */
void wasmelt_rt_task_request_cancel(wasmelt_canon_task *t, const wasmelt_canon_part *caller);

/* ---- subtask.c ---- */

bool wasmelt_rt_subtask_is_resolved(const wasmelt_canon_subtask *s);
/* The callee begins; then it is resolved: null: cancelled. */
void wasmelt_rt_subtask_start(wasmelt_canon_subtask *s, void *params);
void wasmelt_rt_subtask_resolve(wasmelt_canon_subtask *s, const void *result);
/* Its event. */
event wasmelt_rt_subtask_event(wasmelt_canon_subtask *s);

/* A call of a function of the host that has not returned: what the caller, whose call this is, gets as its handle and state. `cancel` is
 * called if it does not want the result any more. */
u32 wasmelt_rt_subtask_of_host(wasmelt_canon_call *c, wasmelt_canon_subtask **made, void (*cancel)(void *own), void *own);
/* The same where the caller waits, whoever made it: returns when it has returned, with the core value of the result. */
wasmelt_canon_subtask *wasmelt_rt_subtask_that_waits(wasmelt_canon_call *c);
u64 wasmelt_rt_subtask_wait_for_host(wasmelt_canon_subtask *s);
/* It has returned, and its result is where the caller wants it. */
void wasmelt_rt_subtask_end_of_host(wasmelt_canon_subtask *s);
/* What the call was lent is given back: it has returned at once. */
void wasmelt_rt_subtask_lends_back(wasmelt_canon_call *c);

/* ---- host_end.c ---- */

/* Whether a function of the host runs that the component has called. */
bool wasmelt_rt_host_is_called(const wasmelt_canon_component *self);

/* ---- host_call.c ---- */

/* The result of a call that the host has started is about to be lifted: what it refers to is kept with the call. */
void wasmelt_rt_host_call_returning(wasmelt_canon_component *self, wasmelt_canon_subtask *s);
/* It is resolved. */
void wasmelt_rt_host_call_ended(wasmelt_canon_component *self, wasmelt_canon_subtask *s);
void wasmelt_rt_host_calls_free(wasmelt_canon_component *self);

/* ---- waitable.c ---- */

wasmelt_canon_waitable *wasmelt_rt_waitable_find(const wasmelt_canon_part *part, u32 handle);
void wasmelt_rt_waitable_set_event(wasmelt_canon_waitable *w);
event wasmelt_rt_waitable_take_event(wasmelt_canon_waitable *w);
void wasmelt_rt_waitable_join(wasmelt_canon_waitable *w, wasmelt_canon_set *set);
/* Traps if it is in a set: a call that is about to wait for it alone must not lose its event to who waits for the set. */
void wasmelt_rt_waitable_not_in_set(const wasmelt_canon_waitable *w);
/* The running thread waits for its event. */
void wasmelt_rt_waitable_wait(wasmelt_canon_component *self, wasmelt_canon_waitable *w);
/* An event of the set, which has one. */
event wasmelt_rt_set_take_event(wasmelt_canon_set *set);

/* ---- stream.c ---- */

event wasmelt_rt_end_event(wasmelt_canon_waitable *w);

/* A stream or future of which one end is the host's; the other one is still to be lowered. `changed` is called when that begins to copy, or
 * is gone: it may copy at once. */
wasmelt_canon_shared *wasmelt_rt_host_end_new(wasmelt_canon_component *self, const wasmelt_canon_element *element, bool is_future,
                                              void (*changed)(void *own), void *own);
/* The host takes an end that it was passed. What the host's own other end is known as, if that is the host's, too; or null. */
void *wasmelt_rt_host_end_take(wasmelt_canon_shared *s, void (*changed)(void *own), void *own);
/* What it carries. */
const wasmelt_canon_element *wasmelt_rt_host_end_element(const wasmelt_canon_shared *s);
/* Whether the other end, which waits to copy, writes. */
bool wasmelt_rt_host_end_writes(const wasmelt_canon_shared *s);
/* Whether the other end waits to copy, and how many values. */
bool wasmelt_rt_host_end_is_wanted(const wasmelt_canon_shared *s, u32 *count);
/* Whether the other end is gone. */
bool wasmelt_rt_host_end_is_alone(const wasmelt_canon_shared *s);
/* Where in memory so many values of the other end, which waits, stand or are to be put; traps if that is not inside. `c` becomes a call by
 * which they are loaded or stored. */
u8 *wasmelt_rt_host_end_place(const wasmelt_canon_shared *s, wasmelt_canon_call *c, u32 count);
/* So many have been copied: the other end waits no longer. */
void wasmelt_rt_host_end_copied(wasmelt_canon_shared *s, u32 count);
/* The host's end is gone. */
void wasmelt_rt_host_end_leave(wasmelt_canon_component *self, wasmelt_canon_shared *s);

#pragma GCC visibility pop

/* The handle's object. */
static inline void *handle_object(const wasmelt_canon_part *part, u32 kind, u32 handle) {
    return wasmelt_rt_handle_find(part, kind, handle)->object;
}

static inline wasmelt_canon_part *part_of(const wasmelt_canon_task *t) {
    return t->call.canon->part;
}

/* Whether no other task's code may run in the part while that of this one does. */
static inline bool needs_part(const wasmelt_canon *lift) {
    return lift->is_async_type && (!lift->is_async || lift->callback);
}

/* Whether a call of it has to wait before it enters its part. */
static inline bool has_backpressure(const wasmelt_canon *lift) {
    const wasmelt_canon_part_async *const p = lift->part->async;
    return p->backpressure > 0 || (needs_part(lift) && p->exclusive);
}

static inline wasmelt_canon_component *component_of(const wasmelt_canon_task *t) {
    return t->call.canon->component;
}

#endif
