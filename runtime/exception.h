/* Exceptions at the borders of wasmelt_run. */
#ifndef WASMELT_RUNTIME_EXCEPTION_H
#define WASMELT_RUNTIME_EXCEPTION_H

#include <stdint.h>

#include <wasmelt/unwind.h>

#pragma GCC visibility push(hidden)

/* The depth of this thread's innermost wasmelt_run, 0 outside of one. In trap.c. */
uint32_t wasmelt_rt_trap_depth(void);

/* Frees what the frames of a wasmelt_run that ended by a trap held: the exceptions made in runs of this depth or
 * deeper that nothing else can refer to, and the pending one. */
void wasmelt_rt_exceptions_abandon(uint32_t run);

/* Takes the pending exception, if there is one, and keeps it for the host, in the place of the last one. */
wasmelt_exception *wasmelt_rt_exceptions_take_uncaught(void);

#pragma GCC visibility pop

#endif
