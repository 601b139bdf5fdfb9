/* Running calls of threads, for trap.c and fault.c. */
#ifndef WASMELT_RUNTIME_TRAP_H
#define WASMELT_RUNTIME_TRAP_H

#include <stdbool.h>

#include <wasmelt/trap.h>

#include "stack.h"

#pragma GCC visibility push(hidden)

/* Whether this thread is inside wasmelt_run. */
bool wasmelt_rt_trap_is_caught(void);

/* Ends the innermost run on the stack `s`; may be called anywhere. */
_Noreturn void wasmelt_rt_trap_end(run_stack *s, wasmelt_trap_code code);

/* The same with WASMELT_TRAP_INTERRUPTED. */
_Noreturn void wasmelt_rt_trap_interrupt(run_stack *s, int32_t why);

/* Ends the run of the caller's stack as one of another stack has ended, for which the hook has been called. */
_Noreturn void wasmelt_rt_trap_again(wasmelt_trap trap);

/* The stack that the caller is on; the last one known where it is on one that nobody has named. Null: no run was ever. */
run_stack *wasmelt_rt_running_stack(void);

/* wasmelt_run, with what may end it from outside, or null. */
struct interruption;
wasmelt_trap_code wasmelt_rt_run(const struct interruption *i, void (*body)(void *argument), void *argument, wasmelt_trap *trap);

/* What may end the runs that are active on a stack. Safe in a signal handler that has interrupted code of a module. */
typedef struct interruptions {
    uint32_t count; /* of runs that something may end */
    bool is_due;    /* one of them is to end, */
    int32_t why;    /* and why */
    uint64_t next;  /* the first deadline; UINT64_MAX: none */
} interruptions;
interruptions wasmelt_rt_runs_interruptions(const run_stack *s);

/* The number of heaps in the process. While there are any, a trap overwrites what it leaves on the stack, because collectors read that.
 * Atomic. */
extern uint32_t wasmelt_rt_trap_heaps;

/* Called at every trap except EXIT, on the stack of the trap, before frames are dropped; null: nothing is called. backtrace.c sets it. */
extern void (*_Atomic wasmelt_rt_trap_hook)(wasmelt_trap_code code);

#pragma GCC visibility pop

#endif
