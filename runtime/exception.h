/* Exceptions at the borders of wasmelt_run. */
#ifndef WASMELT_RUNTIME_EXCEPTION_H
#define WASMELT_RUNTIME_EXCEPTION_H

#include <wasmelt/code/unwind.h>

#include "stack.h"

#pragma GCC visibility push(hidden)

/* What a wasmelt_run finds, and leaves. */
typedef struct exceptions_outside {
    exn_frame *frames;
    exnref pending; /* of a host function that has thrown and runs something more before it returns */
} exceptions_outside;

void wasmelt_rt_exceptions_begin(exceptions_outside *outside);

/* Takes back the references of all functions that a trap of the innermost run on the stack drops, and the pending one,
 * while their frames still are there. Frees nothing: safe in a signal handler that a fault of generated code or the end of
 * the stack leads to. */
void wasmelt_rt_exceptions_drop(const exceptions_outside *outside, const run_stack *s);

/* The same for what the calling thread has suspended between these addresses, and will not go on with. */
void wasmelt_rt_exceptions_forget(uintptr_t low, uintptr_t high);

/* When its functions are gone: frees what nobody refers to. */
void wasmelt_rt_exceptions_end(const exceptions_outside *outside);

/* Frees what nobody refers to any more, on this thread. */
void wasmelt_rt_exceptions_free_dead(void);

/* From now on the exception counts all that its payload refers to, as those do that are in no heap. */
void wasmelt_rt_exception_leave_heap(exnref e);

/* Gives back what an exception refers to, before its memory is freed. */
void wasmelt_rt_exception_let_go(exnref e);

/* Takes the pending exception, if there is one, and has it kept for the host. */
wasmelt_exception *wasmelt_rt_exceptions_take_uncaught(void);

#pragma GCC visibility pop

#endif
