/* Threads of components (CanonicalABI.md, Threads): what they wait for, and who runs next. One runs at a time; `resume` returns to who
 * resumed it when it blocks or ends. */
#include "async.h"

#include "../allocator.h"

/* ---- The table of a part ---- */

wasmelt_canon_thread *wasmelt_rt_thread_new(wasmelt_canon_task *task) {
    wasmelt_canon_thread *t = wasmelt_rt_object_new(component_of(task), sizeof *t);
    t->task = task;
    return t;
}

static u32 place_in(wasmelt_canon_part_async *p) {
    const u32 free = p->free_thread;
    if (free != 0) {
        p->free_thread = p->threads[free].next;
        return free;
    }
    p->thread_count += p->thread_count == 0;
    if (p->thread_count >= p->thread_room) {
        const u32 room = p->thread_room == 0 ? 16 : p->thread_room * 2; /* objects are fewer than 2^20 */
        wasmelt_canon_thread_slot *threads = wasmelt_rt_reallocate(p->threads, room * sizeof *threads);
        if (!threads)
            wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
        p->threads = threads;
        p->thread_room = room;
    }
    return p->thread_count++;
}

void wasmelt_rt_thread_register(wasmelt_canon_thread *t) {
    wasmelt_canon_part_async *const p = part_of(t->task)->async;
    t->index = place_in(p);
    p->threads[t->index] = (wasmelt_canon_thread_slot){.thread = t};
    t->next_of_task = t->task->threads;
    if (t->next_of_task)
        t->next_of_task->previous_of_task = t;
    t->task->threads = t;
}

void wasmelt_rt_thread_end(wasmelt_canon_thread *t) {
    wasmelt_canon_task *const task = t->task;
    wasmelt_canon_component *const self = component_of(task);
    wasmelt_canon_part_async *const p = part_of(task)->async;
    if (t->index != 0) {
        p->threads[t->index] = (wasmelt_canon_thread_slot){.next = p->free_thread};
        p->free_thread = t->index;
        if (t->next_of_task)
            t->next_of_task->previous_of_task = t->previous_of_task;
        if (t->previous_of_task)
            t->previous_of_task->next_of_task = t->next_of_task;
        else
            task->threads = t->next_of_task;
    }
    if (task->implicit == t)
        task->implicit = NULL;
    wasmelt_rt_object_free(self, t);
    if (task->threads)
        return;
    if (task->state != WASMELT_CANON_TASK_RESOLVED)
        wasmelt_trap_raise(WASMELT_TRAP_TASK_UNRETURNED);
    wasmelt_rt_object_free(self, task);
}

/* ---- Waiting ---- */

void wasmelt_rt_thread_start_waiting(wasmelt_canon_thread *t, wasmelt_canon_until until, const void *on, bool is_cancellable) {
    wasmelt_canon_async *const a = component_of(t->task)->async;
    t->until = until;
    t->on = on;
    t->is_cancellable = is_cancellable;
    t->is_waiting = true;
    t->is_running = false;
    t->next = NULL;
    t->previous = a->last_waiting;
    if (t->previous)
        t->previous->next = t;
    else
        a->waiting = t;
    a->last_waiting = t;
}

static void stop_waiting(wasmelt_canon_thread *t) {
    wasmelt_canon_async *const a = component_of(t->task)->async;
    if (t->next)
        t->next->previous = t->previous;
    else
        a->last_waiting = t->previous;
    if (t->previous)
        t->previous->next = t->next;
    else
        a->waiting = t->next;
    t->is_waiting = false;
}

static bool is_met(const wasmelt_canon_thread *t, wasmelt_canon_until until, const void *on) {
    const wasmelt_canon_part_async *const p = part_of(t->task)->async;
    switch (until) {
    case WASMELT_CANON_UNTIL_TURN:
        return true;
    case WASMELT_CANON_UNTIL_ENTRY:
        return !has_backpressure(t->task->call.canon);
    case WASMELT_CANON_UNTIL_FREE:
        return !p->exclusive;
    case WASMELT_CANON_UNTIL_SET_FREE:
        return !p->exclusive && ((const wasmelt_canon_set *)on)->events > 0;
    case WASMELT_CANON_UNTIL_SET:
        return ((const wasmelt_canon_set *)on)->events > 0;
    case WASMELT_CANON_UNTIL_EVENT:
        return ((const wasmelt_canon_waitable *)on)->has_event;
    case WASMELT_CANON_UNTIL_RESOLVED:
        return wasmelt_rt_subtask_is_resolved(on);
    default:
        return false;
    }
}

static bool is_ready(const wasmelt_canon_thread *t) {
    return t->is_waiting && is_met(t, t->until, t->on);
}

bool wasmelt_rt_thread_is_promotable(const wasmelt_canon_thread *t) {
    return is_ready(t) && !(needs_part(t->task->call.canon) && t == t->task->implicit);
}

/* The running thread leaves its stack until it is resumed; `other`, if there is one, runs next. */
static bool block(wasmelt_canon_async *a, bool is_cancellable, wasmelt_canon_thread *other) {
    wasmelt_canon_thread *const t = a->current;
    if (!t->fiber)
        wasmelt_trap_raise(WASMELT_TRAP_CANNOT_BLOCK);
    t->is_cancellable = is_cancellable;
    t->is_running = false;
    a->switch_to = other;
    wasmelt_rt_fiber_block(t->fiber);
    return t->is_cancelled;
}

bool wasmelt_rt_thread_wait(wasmelt_canon_component *self, wasmelt_canon_until until, const void *on, bool is_cancellable) {
    wasmelt_canon_async *const a = self->async;
    wasmelt_canon_thread *const t = a->current;
    if (wasmelt_rt_task_hears_cancel(t->task, is_cancellable))
        return true;
    if ((until != WASMELT_CANON_UNTIL_TURN || !t->fiber) && is_met(t, until, on))
        return false;
    if (!t->fiber)
        wasmelt_trap_raise(WASMELT_TRAP_CANNOT_BLOCK);
    wasmelt_rt_thread_start_waiting(t, until, on, is_cancellable);
    return block(a, is_cancellable, NULL);
}

/* ---- Running ---- */

void wasmelt_rt_thread_resume(wasmelt_canon_thread *t, bool is_cancelled) {
    wasmelt_canon_component *const self = component_of(t->task);
    wasmelt_canon_async *const a = self->async;
    wasmelt_canon_thread *const outer = a->current;
    while (t) {
        if (t->is_waiting)
            stop_waiting(t);
        t->is_cancelled = is_cancelled;
        t->is_running = true;
        a->current = t;
        a->switch_to = NULL;
        if (t->fiber)
            wasmelt_rt_fiber_continue(t->fiber);
        else if (t->task->call.canon->may_block || t->func)
            wasmelt_rt_fiber_begin(self, t);
        else
            wasmelt_rt_thread_advance(t);
        a->current = outer;
        t = a->switch_to;
        a->switch_to = NULL;
        is_cancelled = false;
    }
}

static wasmelt_canon_thread *first_ready(const wasmelt_canon_component *self) {
    wasmelt_canon_thread *t = self->async->waiting;
    while (t && !is_ready(t))
        t = t->next;
    return t;
}

bool wasmelt_rt_thread_any_ready(const wasmelt_canon_component *self) {
    return first_ready(self) != NULL;
}

bool wasmelt_rt_thread_tick(wasmelt_canon_component *self) {
    wasmelt_canon_thread *const t = first_ready(self);
    if (!t)
        return false;
    wasmelt_canon_part *const part = part_of(t->task);
    wasmelt_canon_enter(part, NULL);
    wasmelt_rt_thread_resume(t, false);
    wasmelt_canon_leave(part, NULL);
    return true;
}

/* ---- Built-ins ---- */

static wasmelt_canon_thread *running(const wasmelt_canon *canon) {
    wasmelt_canon_may_leave(canon->part);
    return canon->component->async->current;
}

static wasmelt_canon_thread *other_thread(const wasmelt_canon *canon, u32 index) {
    const wasmelt_canon_part_async *const p = canon->part->async;
    if (index == 0 || index >= p->thread_count || !p->threads[index].thread)
        wasmelt_trap_raise(WASMELT_TRAP_UNKNOWN_HANDLE);
    return p->threads[index].thread;
}

/* One that neither runs nor waits. */
static wasmelt_canon_thread *suspended_thread(const wasmelt_canon *canon, u32 index) {
    wasmelt_canon_thread *const t = other_thread(canon, index);
    if (t->is_running || t->is_waiting)
        wasmelt_trap_raise(WASMELT_TRAP_THREAD_STATE);
    return t;
}

u64 wasmelt_canon_context_get(const wasmelt_canon *canon, u32 slot) {
    return canon->component->async->current->storage[slot];
}

void wasmelt_canon_context_set(const wasmelt_canon *canon, u32 slot, u64 value) {
    canon->component->async->current->storage[slot] = value;
}

u32 wasmelt_canon_thread_index(const wasmelt_canon *canon) {
    return running(canon)->index;
}

u32 wasmelt_canon_thread_new_indirect(const wasmelt_canon *canon, u32 func, u64 argument) {
    wasmelt_canon_task *const task = running(canon)->task;
    const wasmelt_table *const table = canon->table;
    if (func >= table->size)
        wasmelt_trap_raise(WASMELT_TRAP_TABLE_BOUNDS);
    const wasmelt_func *const f = wasmelt_table_read(table, func);
    const wasmelt_type *const type = f ? f->type : NULL;
    if (!type || type->param_count != 1 || type->result_count != 0 || !(type->params[0] == (canon->flag ? WASMELT_I64 : WASMELT_I32)))
        wasmelt_trap_raise(WASMELT_TRAP_THREAD_STATE);
    if (!task->implicit && !task->threads) /* a start function has no task */
        wasmelt_trap_raise(WASMELT_TRAP_CANNOT_BLOCK);
    wasmelt_canon_thread *const t = wasmelt_rt_thread_new(task);
    t->stage = WASMELT_CANON_STAGE_FUNC;
    t->func = f;
    t->argument = argument;
    wasmelt_rt_thread_register(t);
    return t->index;
}

u32 wasmelt_canon_thread_yield(const wasmelt_canon *canon) {
    running(canon);
    return wasmelt_rt_thread_wait(canon->component, WASMELT_CANON_UNTIL_TURN, NULL, canon->flag);
}

void wasmelt_canon_thread_resume_later(const wasmelt_canon *canon, u32 thread) {
    running(canon);
    wasmelt_canon_thread *const t = suspended_thread(canon, thread);
    wasmelt_rt_thread_start_waiting(t, WASMELT_CANON_UNTIL_TURN, NULL, t->is_cancellable);
}

static u32 suspend(const wasmelt_canon *canon, wasmelt_canon_thread *other, bool yields) {
    wasmelt_canon_async *const a = canon->component->async;
    wasmelt_canon_thread *const t = a->current;
    if (wasmelt_rt_task_hears_cancel(t->task, canon->flag))
        return true;
    if (!t->fiber)
        wasmelt_trap_raise(WASMELT_TRAP_CANNOT_BLOCK);
    if (yields)
        wasmelt_rt_thread_start_waiting(t, WASMELT_CANON_UNTIL_TURN, NULL, canon->flag);
    return block(a, canon->flag, other);
}

u32 wasmelt_canon_thread_suspend(const wasmelt_canon *canon) {
    running(canon);
    return suspend(canon, NULL, false);
}

u32 wasmelt_canon_thread_suspend_then_resume(const wasmelt_canon *canon, u32 thread) {
    running(canon);
    return suspend(canon, suspended_thread(canon, thread), false);
}

u32 wasmelt_canon_thread_yield_then_resume(const wasmelt_canon *canon, u32 thread) {
    running(canon);
    return suspend(canon, suspended_thread(canon, thread), true);
}

/* If the other one can run at once, it does; else it is as if it were not named. */
static u32 promote(const wasmelt_canon *canon, u32 thread, bool yields) {
    running(canon);
    wasmelt_canon_thread *const other = other_thread(canon, thread);
    if (!wasmelt_rt_thread_is_promotable(other))
        return yields ? wasmelt_canon_thread_yield(canon) : suspend(canon, NULL, false);
    return suspend(canon, other, yields);
}

u32 wasmelt_canon_thread_suspend_then_promote(const wasmelt_canon *canon, u32 thread) {
    return promote(canon, thread, false);
}

u32 wasmelt_canon_thread_yield_then_promote(const wasmelt_canon *canon, u32 thread) {
    return promote(canon, thread, true);
}
