/* Stacks that runs happen on: where they end, and which of them a thread is on. */
#ifndef WASMELT_RUNTIME_STACK_H
#define WASMELT_RUNTIME_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <wasmelt/trap.h>

#pragma GCC visibility push(hidden)

/* A thread's own stack or one that the host has named, with the runs that are active on it. */
typedef struct run_stack {
    uintptr_t low, size;             /* what may be used; a size of 0 means no stack */
    uintptr_t fault_low, fault_high; /* a fault from here to there is exhaustion */
    uintptr_t limit;                 /* a fault in the page here is exhaustion, too; 0: none */
    struct run_frame *innermost;     /* run; null: none */
    uintptr_t innermost_at;          /* the address of its C frame */
} run_stack;

struct thread;

/* The stack on which the caller is, with the calling thread prepared for runs on it; null if there is none that is known
 * and ends in a guard, or resources are short, which *why says then. */
run_stack *wasmelt_rt_stack_enter(wasmelt_trap_code *why);

/* The stack that `address` is in, or in the guard of, among the thread's own and those that are named; null if it is none
 * of them. Safe in a signal handler. */
run_stack *wasmelt_rt_stack_at(struct thread *t, uintptr_t address);

/* Whether a fault at `address` means that this stack is full. Safe in a signal handler. */
bool wasmelt_rt_stack_is_exhausted_at(const run_stack *s, uintptr_t address);

/* Touches as much of the stack below the caller as a function of the runtime and the C library under it may need,
 * so that exhaustion shows here, and not in the midst of an allocation, or with a lock held, whose frames the trap would
 * drop. */
void wasmelt_rt_stack_probe(void);

/* ---- named_stacks.c ---- */

/* The one that `address` is in, guard and all, or null. Safe in a signal handler. What is returned is never freed before the runtime is
 * unloaded: if the stack is forgotten its size becomes 0, until it stands for another. */
run_stack *wasmelt_rt_named_stack_at(uintptr_t address);

/* Calls `visit` for each named stack that a run is active on. */
void wasmelt_rt_named_stacks_visit(void (*visit)(void *context, const run_stack *stack), void *context);

/* When the runtime is unloaded. */
void wasmelt_rt_named_stacks_end(void);

/* Whether there is memory at `page` that can be read. */
bool wasmelt_rt_page_is_readable(uintptr_t page);

/* ---- stack_limit.c ---- */

/* A page in the running stack that cannot be accessed, until wasmelt_rt_stack_limit_end. */
typedef struct stack_limit {
    run_stack *stack;
    uintptr_t at;    /* 0: none, as an end of the stack is nearer than the limit */
    uintptr_t outer; /* the page of the limit around this one, or 0 */
    bool is_mapped;  /* the stack had not yet grown to it */
} stack_limit;

/* Puts the page `bytes` below the caller's frame, which is on the stack `s`. False if the system refuses. */
bool wasmelt_rt_stack_limit_begin(stack_limit *limit, run_stack *s, size_t bytes);
void wasmelt_rt_stack_limit_end(const stack_limit *limit);

#pragma GCC visibility pop

#endif
