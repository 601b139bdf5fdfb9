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

/* Called at every trap except EXIT, on the stack of the trap, before frames are dropped; null: nothing is called. backtrace.c sets it. */
extern void (*_Atomic wasmelt_rt_trap_hook)(wasmelt_trap_code code);

#pragma GCC visibility pop

#endif
