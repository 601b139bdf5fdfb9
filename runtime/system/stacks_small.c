/* The one thread of a small system, and its stack, of which the host says where it is. Nothing but code notices that it ends: emitted code
 * asks before it calls (wasmelt_stack_need), and the runtime where it needs more than a function of its own does. */
#include <wasmelt/target.h>

#if WASMELT_SMALL_SYSTEM

#include <wasmelt/code/support.h>
#include <wasmelt/code/unwind.h>
#include <wasmelt/process.h>
#include <wasmelt/small.h>

#include "../allocator.h"
#include "../exception.h"
#include "../stack.h"
#include "../thread.h"

thread *wasmelt_rt_this_thread;

static thread only;

thread *wasmelt_rt_thread_get(void) {
    if (!wasmelt_rt_this_thread) {
        only.current = &only.own;
        wasmelt_rt_this_thread = &only;
    }
    return wasmelt_rt_this_thread;
}

bool wasmelt_thread_prepare(void) {
    wasmelt_rt_thread_get();
    return true;
}

bool wasmelt_thread_leave(void) {
    if (only.depth > 0)
        return false;
    wasmelt_rt_release(only.tail);
    only.tail = NULL;
    if (only.uncaught)
        wasmelt_exception_release(only.uncaught);
    only.uncaught = NULL;
    wasmelt_rt_exceptions_free_dead();
    return true;
}

/* ---- The stack ---- */

static bool holds(const run_stack *s, uintptr_t address) {
    return address - s->low < s->size;
}

run_stack *wasmelt_rt_stack_at(thread *t, uintptr_t address) {
    return holds(&t->own, address) ? &t->own : NULL;
}

/* Another task may run modules when this one does not. */
run_stack *wasmelt_rt_stack_enter(wasmelt_trap_code *why) {
    uintptr_t here = (uintptr_t)__builtin_frame_address(0), low = 0, high = 0;
    run_stack *s = &wasmelt_rt_thread_get()->own;
    if (holds(s, here))
        return s;
    wasmelt_host_stack(&low, &high);
    if (only.depth > 0 || here < low || here >= high) {
        *why = WASMELT_TRAP_UNKNOWN_STACK;
        return NULL;
    }
    *s = (run_stack){.low = low, .size = high - low, .innermost_at = UINTPTR_MAX};
    return s;
}

bool wasmelt_rt_stack_limit_begin(stack_limit *limit, run_stack *s, size_t bytes) {
    uintptr_t here = (uintptr_t)__builtin_frame_address(0), end = s->limit ? s->limit : s->low;
    *limit = (stack_limit){.stack = s, .outer = s->limit};
    if (bytes < WASMELT_LEAST_STACK)
        bytes = WASMELT_LEAST_STACK;
    if (here > end && bytes < here - end)
        s->limit = here - bytes;
    return true;
}

void wasmelt_rt_stack_limit_end(const stack_limit *limit) {
    limit->stack->limit = limit->outer;
}

void wasmelt_stack_need(const void *here, uint64_t bytes) {
    uintptr_t at = (uintptr_t)here;
    const run_stack *s = &only.own;
    uintptr_t end = s->limit ? s->limit : s->low;
    if (only.depth > 0 && (at < end || at - end < bytes))
        wasmelt_trap_raise(WASMELT_TRAP_STACK_EXHAUSTED);
}

bool wasmelt_is_unwinding(void) {
    return unwinding();
}

/* What functions of the runtime and of the C library that allocate may need. */
void wasmelt_rt_stack_probe(void) {
    enum { ROOM = 1024 };
    wasmelt_stack_need(__builtin_frame_address(0), ROOM);
}

#endif
