/* Tasks: calls of lifted functions (CanonicalABI.md, Tasks, canon lift). */
#include "async.h"

#include "../allocator.h"
#include "scratch.h"

/* What a core function with a callback returns. */
enum { CALLBACK_EXIT, CALLBACK_YIELD, CALLBACK_WAIT, CALLBACK_BITS = 4 };

/* ---- Components ---- */

static void free_async(wasmelt_canon_component *self) {
    wasmelt_canon_async *const a = self->async;
    wasmelt_rt_fibers_free(self);
    if (a->worker)
        a->worker->leave(a->worker->host, self);
    wasmelt_rt_host_calls_free(self);
    while (a->objects)
        wasmelt_rt_object_free(self, a->objects);
    for (u32 k = 0; k < self->part_count; k++)
        wasmelt_rt_release(a->parts[k].threads);
    wasmelt_rt_release(a->parts);
    wasmelt_rt_release(a);
}

bool wasmelt_canon_async_init(wasmelt_canon_component *self, wasmelt_error *error) {
    wasmelt_canon_async *const a = wasmelt_rt_allocate_zeroed(1, sizeof *a);
    wasmelt_canon_part_async *const parts = wasmelt_rt_allocate_zeroed(self->part_count, sizeof *parts);
    if (!a || !parts) {
        wasmelt_rt_release(a);
        wasmelt_rt_release(parts);
        *error = (wasmelt_error){.status = WASMELT_OUT_OF_MEMORY, .message = "out of memory"};
        return false;
    }
    self->async = a;
    a->free = free_async;
    a->parts = parts;
    for (u32 k = 0; k < self->part_count; k++)
        self->parts[k].async = &parts[k];
    a->idle_canon = (wasmelt_canon){.component = self, .part = self->parts};
    a->idle_task = (wasmelt_canon_task){.call.canon = &a->idle_canon, .state = WASMELT_CANON_TASK_STARTED};
    a->idle.task = &a->idle_task;
    a->current = &a->idle;
    return true;
}

/* ---- Entering ---- */

static void enter(wasmelt_canon_thread *t) {
    const wasmelt_canon *const lift = t->task->call.canon;
    if (needs_part(lift))
        lift->part->async->exclusive = t;
    wasmelt_rt_thread_register(t);
}

static void end_implicit(wasmelt_canon_thread *t) {
    const wasmelt_canon *const lift = t->task->call.canon;
    wasmelt_rt_thread_end(t);
    if (needs_part(lift))
        lift->part->async->exclusive = NULL;
}

/* ---- Running ---- */

static u32 call_callback(const wasmelt_canon_task *task, event e) {
    const wasmelt_func *const f = task->call.canon->callback;
    const u32 packed = ((u32(*)(void *, u32, u32, u32))f->code)(f->instance, (u32)e.code, e.index, e.payload);
    no_exception();
    return packed;
}

/* Does what the core function or the callback has said, until it ends or waits. */
static void follow(wasmelt_canon_thread *t, u32 packed) {
    wasmelt_canon_task *const task = t->task;
    wasmelt_canon_part_async *const p = part_of(task)->async;
    for (;;) {
        const u32 code = packed & ((1 << CALLBACK_BITS) - 1);
        if (code > CALLBACK_WAIT)
            wasmelt_trap_raise(WASMELT_TRAP_CALLBACK_CODE);
        if (code == CALLBACK_EXIT) {
            end_implicit(t);
            return;
        }
        wasmelt_canon_set *const set =
            code == CALLBACK_WAIT ? handle_object(part_of(task), WASMELT_CANON_SET, packed >> CALLBACK_BITS) : NULL;
        if (!wasmelt_rt_task_hears_cancel(task, true)) {
            p->exclusive = NULL;
            if (set)
                set->waiting++;
            t->stage = WASMELT_CANON_STAGE_CALLBACK;
            t->fiber = NULL;
            wasmelt_rt_thread_start_waiting(t, set ? WASMELT_CANON_UNTIL_SET_FREE : WASMELT_CANON_UNTIL_FREE, set, true);
            return;
        }
        packed = call_callback(task, (event){.code = EVENT_TASK_CANCELLED});
    }
}

/* A thread goes on that has waited between two calls of the callback. */
static void go_on(wasmelt_canon_thread *t) {
    wasmelt_canon_set *const set = t->until == WASMELT_CANON_UNTIL_SET_FREE ? (wasmelt_canon_set *)(uintptr_t)t->on : NULL;
    event e = {.code = t->is_cancelled ? EVENT_TASK_CANCELLED : EVENT_NONE};
    if (set) {
        set->waiting--;
        if (!t->is_cancelled)
            e = wasmelt_rt_set_take_event(set);
    }
    part_of(t->task)->async->exclusive = t;
    follow(t, call_callback(t->task, e));
}

static void run(wasmelt_canon_thread *t) {
    wasmelt_canon_task *const task = t->task;
    const wasmelt_canon *const lift = task->call.canon;
    enter(t);
    lift->run(task);
    if (lift->is_async && lift->callback)
        follow(t, task->packed);
    else
        end_implicit(t);
}

static void cancel(wasmelt_canon_task *task) {
    if (task->state != WASMELT_CANON_TASK_CANCEL_DELIVERED)
        wasmelt_trap_raise(WASMELT_TRAP_TASK_STATE);
    wasmelt_canon_no_borrows(&task->call);
    wasmelt_canon_subtask *const s = task->subtask;
    task->subtask = NULL;
    task->state = WASMELT_CANON_TASK_RESOLVED;
    wasmelt_rt_subtask_resolve(s, NULL);
    if (s->is_started_by_host)
        wasmelt_rt_host_call_ended(component_of(task), s);
}

static void call_func(wasmelt_canon_thread *t) {
    const wasmelt_func *const f = t->func;
    if (f->type->params[0] == WASMELT_I64)
        ((void (*)(void *, u64))f->code)(f->instance, t->argument);
    else
        ((void (*)(void *, u32))f->code)(f->instance, (u32)t->argument);
    no_exception();
    wasmelt_rt_thread_end(t);
}

void wasmelt_rt_thread_advance(wasmelt_canon_thread *t) {
    const wasmelt_canon *const lift = t->task->call.canon;
    wasmelt_canon_part_async *const p = lift->part->async;
    switch (t->stage) {
    case WASMELT_CANON_STAGE_BEGIN:
        if (lift->is_async_type && (has_backpressure(lift) || p->entering > 0)) {
            p->entering++;
            t->stage = WASMELT_CANON_STAGE_ENTER;
            t->fiber = NULL;
            wasmelt_rt_thread_start_waiting(t, WASMELT_CANON_UNTIL_ENTRY, NULL, true);
            return;
        }
        run(t);
        break;
    case WASMELT_CANON_STAGE_ENTER:
        p->entering--;
        if (!t->is_cancelled) {
            run(t);
            break;
        }
        cancel(t->task);
        wasmelt_rt_thread_end(t);
        break;
    case WASMELT_CANON_STAGE_CALLBACK:
        go_on(t);
        break;
    case WASMELT_CANON_STAGE_FUNC:
        call_func(t);
        break;
    }
}

/* A thread of the part that could run while a call of it has to return. */
static wasmelt_canon_thread *ready_of(const wasmelt_canon_part_async *p) {
    for (u32 k = 1; k < p->thread_count; k++) {
        wasmelt_canon_thread *const t = p->threads[k].thread;
        if (t && wasmelt_rt_thread_is_promotable(t))
            return t;
    }
    return NULL;
}

void wasmelt_rt_task_call(const wasmelt_canon *lift, wasmelt_canon_subtask *s, const wasmelt_canon_part *caller) {
    wasmelt_canon_enter(lift->part, caller);
    wasmelt_canon_task *const task = wasmelt_rt_object_new(lift->component, sizeof *task);
    task->call = (wasmelt_canon_call){.canon = lift, .is_async = true};
    task->subtask = s;
    s->task = task;
    task->implicit = wasmelt_rt_thread_new(task);
    wasmelt_rt_thread_resume(task->implicit, false);
    while (!lift->is_async_type && !wasmelt_rt_subtask_is_resolved(s)) {
        wasmelt_canon_thread *const t = ready_of(lift->part->async);
        if (!t)
            wasmelt_trap_raise(WASMELT_TRAP_CANNOT_BLOCK);
        wasmelt_rt_thread_resume(t, false);
    }
    wasmelt_canon_leave(lift->part, caller);
}

/* ---- What a lifted function's `run` calls ---- */

void wasmelt_canon_task_start(wasmelt_canon_task *t, void *params) {
    t->state = WASMELT_CANON_TASK_STARTED;
    t->mark = component_of(t)->scratch;
    wasmelt_rt_subtask_start(t->subtask, params);
}

void wasmelt_canon_task_started(wasmelt_canon_task *t) {
    wasmelt_rt_scratch_rewind(component_of(t), &component_of(t)->scratch, &t->mark);
}

void wasmelt_canon_task_returning(wasmelt_canon_task *t) {
    if (t->state == WASMELT_CANON_TASK_RESOLVED)
        wasmelt_trap_raise(WASMELT_TRAP_TASK_STATE);
    if (t->subtask && t->subtask->is_started_by_host)
        wasmelt_rt_host_call_returning(component_of(t), t->subtask);
    t->mark = component_of(t)->scratch;
}

void wasmelt_canon_task_return(wasmelt_canon_task *t, const void *result) {
    wasmelt_canon_no_borrows(&t->call);
    wasmelt_canon_subtask *const s = t->subtask;
    t->subtask = NULL;
    t->state = WASMELT_CANON_TASK_RESOLVED;
    wasmelt_rt_subtask_resolve(s, result);
    if (s->is_started_by_host)
        wasmelt_rt_host_call_ended(component_of(t), s);
    else if (s->call.canon) /* the host keeps what it has been returned */
        wasmelt_rt_scratch_rewind(component_of(t), &component_of(t)->scratch, &t->mark);
}

/* ---- Cancellation ---- */

bool wasmelt_rt_task_hears_cancel(wasmelt_canon_task *t, bool is_cancellable) {
    if (!is_cancellable || t->state != WASMELT_CANON_TASK_PENDING_CANCEL)
        return false;
    t->state = WASMELT_CANON_TASK_CANCEL_DELIVERED;
    return true;
}

void wasmelt_rt_task_request_cancel(wasmelt_canon_task *t, const wasmelt_canon_part *caller) {
    const wasmelt_canon *const lift = t->call.canon;
    if (t->state == WASMELT_CANON_TASK_INITIAL) {
        t->state = WASMELT_CANON_TASK_CANCEL_DELIVERED;
        wasmelt_rt_thread_resume(t->implicit, true);
        return;
    }
    const wasmelt_canon_thread *const exclusive = lift->part->async->exclusive;
    const bool is_shut = needs_part(lift) && exclusive && exclusive != t->implicit;
    wasmelt_canon_thread *told = t->threads;
    while (told && (told->is_running || !told->is_cancellable || (is_shut && told == t->implicit)))
        told = told->next_of_task;
    if (!told || !wasmelt_canon_may_enter(lift->part, caller)) {
        t->state = WASMELT_CANON_TASK_PENDING_CANCEL;
        return;
    }
    t->state = WASMELT_CANON_TASK_CANCEL_DELIVERED;
    wasmelt_canon_enter(lift->part, caller);
    wasmelt_rt_thread_resume(told, true);
    wasmelt_canon_leave(lift->part, caller);
}

/* ---- Built-ins ---- */

wasmelt_canon_task *wasmelt_canon_task_of(const wasmelt_canon *canon) {
    wasmelt_canon_may_leave(canon->part);
    wasmelt_canon_task *const t = canon->component->async->current->task;
    const wasmelt_canon *const lift = t->call.canon;
    /* Options that are not given are not compared: only a result that is read from memory depends on them. */
    const bool is_other = canon->memory && (lift->memory != canon->memory || lift->encoding != canon->encoding);
    if (!lift->is_async || lift->result != canon->result || is_other)
        wasmelt_trap_raise(WASMELT_TRAP_TASK_STATE);
    wasmelt_canon_task_returning(t);
    return t;
}

void wasmelt_canon_task_cancel(const wasmelt_canon *canon) {
    wasmelt_canon_may_leave(canon->part);
    wasmelt_canon_task *const t = canon->component->async->current->task;
    if (!t->call.canon->is_async)
        wasmelt_trap_raise(WASMELT_TRAP_TASK_STATE);
    cancel(t);
}

void wasmelt_canon_backpressure_set(const wasmelt_canon *canon, u32 on) {
    canon->part->async->backpressure = on != 0;
}

void wasmelt_canon_backpressure_inc(const wasmelt_canon *canon) {
    if (++canon->part->async->backpressure > UINT16_MAX)
        wasmelt_trap_raise(WASMELT_TRAP_BACKPRESSURE);
}

void wasmelt_canon_backpressure_dec(const wasmelt_canon *canon) {
    if (canon->part->async->backpressure-- == 0)
        wasmelt_trap_raise(WASMELT_TRAP_BACKPRESSURE);
}
