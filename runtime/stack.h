/* Where this thread's stack ends, and the alternate stack on which that is noticed. */
#ifndef WASMELT_RUNTIME_STACK_H
#define WASMELT_RUNTIME_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

/* Finds the stack's end and sets up an alternate signal stack, which lives until the thread ends. */
bool wasmelt_rt_stack_prepare_thread(void);

/* A page in this thread's stack that cannot be accessed, until wasmelt_rt_stack_limit_end. */
typedef struct stack_limit {
    uintptr_t at;    /* 0: none, as an end of the stack is nearer than the limit */
    uintptr_t outer; /* the page of the limit around this one, or 0 */
    bool is_mapped;  /* the stack had not yet grown to it */
} stack_limit;

/* Puts the page `bytes` below the caller's frame; the thread is prepared. False if the system refuses. */
bool wasmelt_rt_stack_limit_begin(stack_limit *limit, size_t bytes);
void wasmelt_rt_stack_limit_end(const stack_limit *limit);

/* Whether a fault at `address` means that this thread's stack is full. Safe in a signal handler. */
bool wasmelt_rt_stack_is_exhausted_at(uintptr_t address);

/* Touches as much of the stack below the caller as a function of the runtime and the C library under it may need,
 * so that exhaustion shows here, and not in the midst of an allocation, or with a lock held, whose frames the trap would
 * drop. */
void wasmelt_rt_stack_probe(void);

#pragma GCC visibility pop

#endif
