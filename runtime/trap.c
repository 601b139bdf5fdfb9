/* Traps as values (section 4.5.5): wasmelt_run and what ends it. */
#include "trap.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <wasmelt/support.h>

#include "exception.h"
#include "fault.h"
#include "stack.h"

/* One wasmelt_run; `outer` encloses it. */
typedef struct frame {
    sigjmp_buf back; /* without the signal mask: a system call less */
    struct frame *outer;
    uint32_t depth; /* of nesting, from 1 */
    wasmelt_trap trap;
} frame;

static _Thread_local frame *innermost;

void (*_Atomic wasmelt_rt_trap_hook)(wasmelt_trap_code code);

bool wasmelt_rt_trap_is_caught(void) {
    return innermost != NULL;
}

const char *wasmelt_trap_message(wasmelt_trap_code code) {
    static const char *const messages[] = {
        [WASMELT_TRAP_NONE] = "no trap",
#define TRAP(name, message) [WASMELT_TRAP_##name] = message,
#include <wasmelt/traps.def>
#undef TRAP
    };
    return (unsigned)code < WASMELT_TRAP_COUNT ? messages[code] : "unknown trap";
}

uint32_t wasmelt_rt_trap_depth(void) {
    return innermost ? innermost->depth : 0;
}

/* The pending exception as what ends a run. */
static wasmelt_trap uncaught_trap(void) {
    return (wasmelt_trap){.code = WASMELT_TRAP_UNCAUGHT_EXCEPTION, .exception = wasmelt_rt_exceptions_take_uncaught()};
}

/* Apart from wasmelt_run, so that no local of it lives across sigsetjmp. */
static void run_framed(frame *f, void (*body)(void *), void *argument) {
    f->outer = innermost;
    f->depth = wasmelt_rt_trap_depth() + 1;
    if (sigsetjmp(f->back, 0) == 0) {
        innermost = f;
        body(argument);
        if (unwinding())
            f->trap = uncaught_trap();
    } else {
        wasmelt_rt_exceptions_abandon(f->depth);
    }
    innermost = f->outer;
}

wasmelt_trap_code wasmelt_run(void (*body)(void *argument), void *argument, wasmelt_trap *trap) {
    frame f;
    f.trap = (wasmelt_trap){0};
    if (wasmelt_rt_fault_prepare_thread())
        run_framed(&f, body, argument);
    else
        f.trap.code = WASMELT_TRAP_OUT_OF_RESOURCES;
    if (trap)
        *trap = f.trap;
    return f.trap.code;
}

wasmelt_trap_code wasmelt_run_limited(size_t stack_bytes, void (*body)(void *argument), void *argument,
                                      wasmelt_trap *trap) {
    stack_limit limit;
    if (!wasmelt_rt_fault_prepare_thread() || !wasmelt_rt_stack_limit_begin(&limit, stack_bytes)) {
        if (trap)
            *trap = (wasmelt_trap){.code = WASMELT_TRAP_OUT_OF_RESOURCES};
        return WASMELT_TRAP_OUT_OF_RESOURCES;
    }
    wasmelt_trap_code code = wasmelt_run(body, argument, trap);
    wasmelt_rt_stack_limit_end(&limit);
    return code;
}

static _Noreturn void end_run(wasmelt_trap trap) {
    void (*hook)(wasmelt_trap_code) = wasmelt_rt_trap_hook;
    if (trap.code != WASMELT_TRAP_EXIT && hook)
        hook(trap.code);
    if (!innermost) {
        fprintf(stderr, "wasmelt: trap outside of wasmelt_run: %s\n", wasmelt_trap_message(trap.code));
        abort();
    }
    innermost->trap = trap;
    siglongjmp(innermost->back, 1);
}

void wasmelt_trap_raise(wasmelt_trap_code code) {
    bool is_trap = code > WASMELT_TRAP_NONE && code < WASMELT_TRAP_COUNT;
    end_run((wasmelt_trap){.code = is_trap ? code : WASMELT_TRAP_HOST});
}

void wasmelt_trap_exit(int32_t status) {
    end_run((wasmelt_trap){.code = WASMELT_TRAP_EXIT, .exit_status = status});
}

void wasmelt_trap_uncaught(void) {
    end_run(uncaught_trap());
}

/* ---- What generated code calls: one function each, so that a call is as small as can be ---- */

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

void wasmelt_trap_unreachable(void) {
    wasmelt_trap_raise(WASMELT_TRAP_UNREACHABLE);
}
