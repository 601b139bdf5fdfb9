/* Traps as values (section 4.5.5): wasmelt_run, and the functions that end it. */
#include "trap.h"

#include <string.h>

#include <wasmelt/code/support.h>

#include "exception.h"
#include "fault.h"
#include "interrupt.h"
#include "stack.h"
#include "system/jump.h"
#include "system/text.h"
#include "thread.h"

/* One wasmelt_run; `outer` is the run around it on the same stack. */
typedef struct run_frame {
    system_jump back;
    struct run_frame *outer;
    uintptr_t outer_at;
    uint32_t depth; /* number of nested runs, this one included */
    exceptions_outside exceptions;
    const interruption *interruption; /* what may end it from outside; null: nothing of its own */
    wasmelt_trap trap;
} run_frame;

void (*_Atomic wasmelt_rt_trap_hook)(wasmelt_trap_code code);
uint32_t wasmelt_rt_trap_heaps;

bool wasmelt_rt_trap_is_caught(void) {
    const thread *t = wasmelt_rt_this_thread;
    return t && t->depth > 0;
}

const char *wasmelt_trap_message(wasmelt_trap_code code) {
    /* One after the other, in the order of the codes: an array of pointers would be as large again, and relocated at each start. */
    static const char messages[] = "no trap\0"
#define TRAP(name, message) message "\0"
#include <wasmelt/traps.def>
#undef TRAP
        ;
    if ((unsigned)code >= WASMELT_TRAP_COUNT)
        return "unknown trap";
    const char *message = messages;
    for (unsigned k = 0; k < (unsigned)code; k++)
        message += strlen(message) + 1;
    return message;
}

/* The trap value that a run returns for an exception that nobody has caught. */
static wasmelt_trap uncaught_trap(wasmelt_exception *e) {
    return (wasmelt_trap){.code = WASMELT_TRAP_UNCAUGHT_EXCEPTION, .exception = e};
}

static wasmelt_trap interrupted_trap(int32_t why) {
    return (wasmelt_trap){.code = WASMELT_TRAP_INTERRUPTED, .exit_status = why};
}

/* wasmelt_rt_threads_run reads it from another thread. */
static void set_depth(thread *t, uint32_t depth) {
    __atomic_store_n(&t->depth, depth, __ATOMIC_RELAXED);
}

/* Makes the run the innermost one. If the frame of the run noted last is at this one's address or below, that run was left without our
 * noticing, for example because a fiber was dropped. Then it and those around it that are below are forgotten. */
static void enter(run_frame *f, run_stack *s, uintptr_t at) {
    bool is_gone = s->innermost_at <= at;
    if (is_gone)
        wasmelt_rt_interrupt_forget(s);
    f->outer = is_gone ? NULL : s->innermost;
    f->outer_at = is_gone ? 0 : s->innermost_at;
    s->innermost = f;
    s->innermost_at = at;
    s->interruptions += f->interruption != NULL;
    f->depth = wasmelt_rt_this_thread->depth + 1;
    set_depth(wasmelt_rt_this_thread, f->depth);
}

static void leave(const run_frame *f, run_stack *s) {
    thread *t = wasmelt_rt_this_thread;
    s->innermost = f->outer;
    s->innermost_at = f->outer_at;
    s->interruptions -= f->interruption != NULL;
    t->current = s;
    set_depth(t, f->depth - 1);
}

/* AddressSanitizer does not know that the frames which a trap dropped are gone. */
static __attribute__((noinline, no_sanitize("address"))) void overwrite_stack(size_t words) {
    uintptr_t frames[words];
    for (size_t k = 0; k < words; k++) {
        frames[k] = 0;
        __asm__ volatile("" : : "r"(frames) : "memory"); /* so that it stays, and is no call of memset */
    }
}

/* Overwrites what a trap has left below the caller's frame, on the stack `s`. Frames of a later run in the same place do not write all of
 * their bytes, so the collector, which cannot know that, would keep what the dropped frames referred to: after a heap has run out, a whole
 * list. Frames deeper than this do not matter as often. Only while there is a heap: it takes longer than all else of a trap. */
static void overwrite_dropped_frames(const run_stack *s) {
    enum { MOST = 16 * 1024, LARGEST_PAGE = 64 * 1024 };
    uintptr_t here = (uintptr_t)__builtin_frame_address(0), floor = s->low;
    if (s->limit && s->limit < here && s->limit + LARGEST_PAGE > floor)
        floor = s->limit + LARGEST_PAGE;
    if (s->size > 0 && here > floor)
        overwrite_stack(((here - floor) / 2 < MOST ? (here - floor) / 2 : MOST) / sizeof(uintptr_t) + 1);
}

/* A function of its own, so that no local of wasmelt_run lives across SYSTEM_JUMP_SET. */
static void run_framed(run_frame *f, run_stack *s, void (*body)(void *), void *argument) {
    uint64_t blocked = wasmelt_rt_fault_begin_run();
    enter(f, s, (uintptr_t)__builtin_frame_address(0));
    const exceptions_part *exceptions = exceptions_of_program();
    if (exceptions)
        exceptions->begin(&f->exceptions);
    if (wasmelt_rt_interrupt_is_asked()) {
        interruptions all = wasmelt_rt_runs_interruptions(s);
        f->trap = all.is_due ? interrupted_trap(all.why) : f->trap;
    }
    if (f->trap.code == WASMELT_TRAP_NONE) {
        if (SYSTEM_JUMP_SET(f->back) == 0) {
            body(argument);
            wasmelt_exception *e = exceptions ? exceptions->take_uncaught() : NULL;
            if (e)
                f->trap = uncaught_trap(e);
        } else if (!WASMELT_SMALL_SYSTEM && __atomic_load_n(&wasmelt_rt_trap_heaps, __ATOMIC_RELAXED) > 0) {
            overwrite_dropped_frames(s);
        }
    }
    leave(f, s);
    if (exceptions)
        exceptions->end(&f->exceptions);
    wasmelt_rt_fault_end_run(blocked);
}

wasmelt_trap_code wasmelt_rt_run(const interruption *i, void (*body)(void *argument), void *argument, wasmelt_trap *trap) {
    run_frame f;
    f.trap = (wasmelt_trap){0};
    f.interruption = i;
    run_stack *s = wasmelt_rt_stack_enter(&f.trap.code);
    if (s)
        run_framed(&f, s, body, argument);
    if (trap)
        *trap = f.trap;
    return f.trap.code;
}

wasmelt_trap_code wasmelt_run(void (*body)(void *argument), void *argument, wasmelt_trap *trap) {
    return wasmelt_rt_run(NULL, body, argument, trap);
}

interruptions wasmelt_rt_runs_interruptions(const run_stack *s) {
    interruptions all = {.next = UINT64_MAX};
    for (const run_frame *f = s->innermost; f; f = f->outer) {
        if (!f->interruption)
            continue;
        all.count++;
        if (!all.is_due)
            all.is_due = wasmelt_rt_interruption_is_due(f->interruption, &all.why);
        if (f->interruption->deadline < all.next)
            all.next = f->interruption->deadline;
    }
    return all;
}

wasmelt_trap_code wasmelt_run_limited(size_t stack_bytes, void (*body)(void *argument), void *argument, wasmelt_trap *trap) {
    stack_limit limit;
    wasmelt_trap_code code = WASMELT_TRAP_OUT_OF_RESOURCES;
    run_stack *s = wasmelt_rt_stack_enter(&code);
    if (!s || !wasmelt_rt_stack_limit_begin(&limit, s, stack_bytes)) {
        if (trap)
            *trap = (wasmelt_trap){.code = code};
        return code;
    }
    code = wasmelt_run(body, argument, trap);
    wasmelt_rt_stack_limit_end(&limit);
    return code;
}

run_stack *wasmelt_rt_running_stack(void) {
    thread *t = wasmelt_rt_this_thread;
    run_stack *s = t ? wasmelt_rt_stack_at(t, (uintptr_t)__builtin_frame_address(0)) : NULL;
    return s || !t ? s : t->current;
}

static _Noreturn void drop_frames(run_stack *s, wasmelt_trap trap) {
    if (!s || !s->innermost)
        system_end_process("trap outside of wasmelt_run", wasmelt_trap_message(trap.code));
    s->innermost->trap = trap;
    const exceptions_part *exceptions = exceptions_of_program();
    if (exceptions)
        exceptions->drop(&s->innermost->exceptions, s);
    SYSTEM_JUMP_TO(s->innermost->back);
}

static _Noreturn void end_run(run_stack *s, wasmelt_trap trap) {
    void (*hook)(wasmelt_trap_code) = wasmelt_rt_trap_hook;
    if (trap.code != WASMELT_TRAP_EXIT && hook)
        hook(trap.code);
    drop_frames(s, trap);
}

void wasmelt_rt_trap_again(wasmelt_trap trap) {
    drop_frames(wasmelt_rt_running_stack(), trap);
}

void wasmelt_rt_trap_end(run_stack *s, wasmelt_trap_code code) {
    end_run(s, (wasmelt_trap){.code = code});
}

void wasmelt_rt_trap_interrupt(run_stack *s, int32_t why) {
    end_run(s, interrupted_trap(why));
}

void wasmelt_trap_raise(wasmelt_trap_code code) {
    bool is_trap = code > WASMELT_TRAP_NONE && code < WASMELT_TRAP_COUNT;
    end_run(wasmelt_rt_running_stack(), (wasmelt_trap){.code = is_trap ? code : WASMELT_TRAP_HOST});
}

void wasmelt_trap_exit(int32_t status) {
    end_run(wasmelt_rt_running_stack(), (wasmelt_trap){.code = WASMELT_TRAP_EXIT, .exit_status = status});
}

void wasmelt_trap_uncaught(void) {
    const exceptions_part *exceptions = exceptions_of_program();
    end_run(wasmelt_rt_running_stack(), uncaught_trap(exceptions ? exceptions->take_uncaught() : NULL));
}

/* ---- Functions that generated code calls: one for each trap, so that the calls are as small as possible ---- */

void wasmelt_trap_memory(void) {
    wasmelt_trap_raise(WASMELT_TRAP_MEMORY_BOUNDS);
}

void wasmelt_trap_divide(void) {
    wasmelt_trap_raise(WASMELT_TRAP_DIVIDE_BY_ZERO);
}

void wasmelt_trap_overflow(void) {
    wasmelt_trap_raise(WASMELT_TRAP_INTEGER_OVERFLOW);
}

void wasmelt_trap_convert(void) {
    wasmelt_trap_raise(WASMELT_TRAP_INVALID_CONVERSION);
}

void wasmelt_trap_table(void) {
    wasmelt_trap_raise(WASMELT_TRAP_TABLE_BOUNDS);
}

void wasmelt_trap_null(void) {
    wasmelt_trap_raise(WASMELT_TRAP_NULL_REFERENCE);
}

void wasmelt_trap_cast(void) {
    wasmelt_trap_raise(WASMELT_TRAP_CAST_FAILURE);
}

void wasmelt_trap_array(void) {
    wasmelt_trap_raise(WASMELT_TRAP_ARRAY_BOUNDS);
}

void wasmelt_trap_unreachable(void) {
    wasmelt_trap_raise(WASMELT_TRAP_UNREACHABLE);
}
