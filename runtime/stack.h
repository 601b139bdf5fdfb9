/* Stacks on which runs take place: where they end, and on which of them a thread is. */
#ifndef WASMELT_RUNTIME_STACK_H
#define WASMELT_RUNTIME_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <wasmelt/trap.h>

#pragma GCC visibility push(hidden)

/* A thread's own stack or one that the host has named, and the runs that are active on it. */
typedef struct run_stack {
    uintptr_t low, size;             /* the usable part; size 0: there is no stack */
    uintptr_t fault_low, fault_high; /* a fault in this range is stack exhaustion */
    uintptr_t limit;                 /* so is a fault in the page at this address; 0: none */
    struct run_frame *innermost;     /* the innermost run; null: none */
    uintptr_t innermost_at;          /* the address of that run's C frame */
    uint32_t interruptions;          /* how many of its runs something may end from outside */
} run_stack;

struct thread;

/* Finds the stack on which the caller is, and prepares the calling thread for runs on it. Null if the stack is not known or does not end in
 * a guard, or if resources are short; *why says which. */
run_stack *wasmelt_rt_stack_enter(wasmelt_trap_code *why);

/* The stack that contains `address`, or whose guard does, among the thread's own and named ones; null if there is none. Safe in a signal
 * handler. */
run_stack *wasmelt_rt_stack_at(struct thread *t, uintptr_t address);

/* Whether a fault at `address` means that this stack is full. Safe in a signal handler. */
bool wasmelt_rt_stack_is_exhausted_at(const run_stack *s, uintptr_t address);

/* Touches as much stack below the caller as functions of the runtime and of the C library may need, so that exhaustion shows here, and not
 * in the middle of an allocation or with a lock held, when the trap would drop their frames. */
void wasmelt_rt_stack_probe(void);

/* ---- named_stacks.c ---- */

/* Calls `visit` for each named stack on which a run is active. */
void wasmelt_rt_named_stacks_visit(void (*visit)(void *context, const run_stack *stack), void *context);

/* ---- stack_limit.c ---- */

/* A page in the running stack that cannot be accessed, until wasmelt_rt_stack_limit_end. */
typedef struct stack_limit {
    run_stack *stack;
    uintptr_t at;    /* address of the page; 0: none, because the stack ends before the limit */
    uintptr_t outer; /* the page of the limit that is active outside of this one, or 0 */
    bool is_mapped;  /* the page was mapped, because the stack had not grown to it yet */
} stack_limit;

/* Makes the page `bytes` below the caller's frame, which is on the stack `s`, inaccessible. False if the system refuses. */
bool wasmelt_rt_stack_limit_begin(stack_limit *limit, run_stack *s, size_t bytes);
void wasmelt_rt_stack_limit_end(const stack_limit *limit);

#pragma GCC visibility pop

#endif
