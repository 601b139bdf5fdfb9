/* Exceptions at the borders of wasmelt_run.
 *
 * A program whose code cannot have exceptions is linked without them: code that makes, throws, catches or holds one, and a host that does,
 * refers to variables or functions of exception.c. What all programs need reaches exception.c through exceptions_part only, to which
 * nothing refers strongly where the linker knows weak references. So without it there is no exception, and no exn_frame. */
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

typedef struct exceptions_part {
    void (*begin)(exceptions_outside *outside);
    void (*end)(const exceptions_outside *outside); /* called when the functions of the run are gone: frees exceptions without references */
    /* Releases the references of all functions that a trap of the innermost run on the stack drops, and the pending exception, while their
     * frames are still there. Frees nothing, so it is safe in a signal handler, to which a fault of generated code or the end of the stack
     * leads. */
    void (*drop)(const exceptions_outside *outside, const run_stack *s);
    /* Takes the pending exception, if there is one, and keeps it for the host. */
    wasmelt_exception *(*take_uncaught)(void);
    void (*store)(exnref *x, exnref e);    /* wasmelt_store_exception */
    void (*release)(wasmelt_exception *e); /* wasmelt_exception_release */
    void (*free_dead)(void);
} exceptions_part;

#if defined(__ELF__) && !WASMELT_SMALL_SYSTEM
extern const exceptions_part wasmelt_rt_exceptions __attribute__((weak));
#else
extern const exceptions_part wasmelt_rt_exceptions;
#endif

/* Null: the program has none. */
static inline const exceptions_part *exceptions_of_program(void) {
    return &wasmelt_rt_exceptions;
}

/* Releases the references of functions whose frames are between these addresses, on a stack that the calling thread has suspended and will
 * not continue. */
void wasmelt_rt_exceptions_forget(uintptr_t low, uintptr_t high);

/* Frees exceptions of this thread that have no references any more. */
void wasmelt_rt_exceptions_free_dead(void);

/* From now on the exception counts all references in its payload, like an exception that is in no heap. */
void wasmelt_rt_exception_leave_heap(exnref e);

/* Releases everything to which an exception refers, before its memory is freed. */
void wasmelt_rt_exception_let_go(exnref e);

#pragma GCC visibility pop

#endif
