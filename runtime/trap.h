/* The threads' running calls, between trap.c and fault.c. */
#ifndef WASMELT_RUNTIME_TRAP_H
#define WASMELT_RUNTIME_TRAP_H

#include <stdbool.h>

#include <wasmelt/trap.h>

/* Whether this thread is inside wasmelt_run. Safe in a signal handler. */
bool trap_is_caught(void);

/* Called at every trap but EXIT before frames are dropped, on the stack of the trap; null: nothing. Set by
 * backtrace.c. */
extern void (*_Atomic trap_hook)(wasmelt_trap_code code);

#endif
