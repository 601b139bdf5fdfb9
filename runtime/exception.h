/* Exceptions at the borders of wasmelt_run. */
#ifndef WASMELT_RUNTIME_EXCEPTION_H
#define WASMELT_RUNTIME_EXCEPTION_H

#include <wasmelt/code/unwind.h>

#include "stack.h"

#pragma GCC visibility push(hidden)

/* The state of exceptions outside of a wasmelt_run, which is restored at its end. */
typedef struct exceptions_outside {
    exn_frame *frames;
    exnref pending; /* the pending exception, if a host function has thrown one and calls wasmelt_run before it returns */
} exceptions_outside;

void wasmelt_rt_exceptions_begin(exceptions_outside *outside);

/* Releases the references of all functions that a trap of the innermost run on the stack drops, and the pending exception, while their
 * frames are still there. Frees nothing, so it is safe in a signal handler, to which a fault of generated code or the end of the stack
 * leads. */
void wasmelt_rt_exceptions_drop(const exceptions_outside *outside, const run_stack *s);

/* Releases the references of functions whose frames are between these addresses, on a stack that the calling thread has suspended and will
 * not continue. */
void wasmelt_rt_exceptions_forget(uintptr_t low, uintptr_t high);

/* Called when the functions of the run are gone: frees exceptions without references. */
void wasmelt_rt_exceptions_end(const exceptions_outside *outside);

/* Frees exceptions of this thread that have no references any more. */
void wasmelt_rt_exceptions_free_dead(void);

/* From now on the exception counts all references in its payload, like an exception that is in no heap. */
void wasmelt_rt_exception_leave_heap(exnref e);

/* Releases everything to which an exception refers, before its memory is freed. */
void wasmelt_rt_exception_let_go(exnref e);

/* Takes the pending exception, if there is one, and keeps it for the host. */
wasmelt_exception *wasmelt_rt_exceptions_take_uncaught(void);

#pragma GCC visibility pop

#endif
