/* Runs that are ended from outside: the parts of this in a thread's record and in a run. docs/interrupt.md explains the design. */
#ifndef WASMELT_RUNTIME_INTERRUPT_H
#define WASMELT_RUNTIME_INTERRUPT_H

#include <stdbool.h>
#include <stdint.h>

#include <wasmelt/code/interrupt.h>
#include <wasmelt/interrupt.h>

#include "system/system.h"

#pragma GCC visibility push(hidden)

/* How an interrupter finds the thread of its run. */
typedef struct interrupt_target {
    int thread;      /* as the system calls it */
    uint32_t *asked; /* the thread's wasmelt_asked */
} interrupt_target;

/* The part of a thread's record. Only the thread and its signal handler use it, except for the target. */
typedef struct interrupt_part {
    interrupt_target target;
    uint32_t runs;      /* number of active runs of the thread, on all its stacks, that may be ended from outside */
    system_calls calls; /* how the thread is called */
    uint64_t next_wait; /* nanoseconds until the next attempt to end a run; 0: there has been no attempt */
} interrupt_part;

/* The part of a run that may be ended. */
typedef struct interruption {
    wasmelt_interrupter *interrupter; /* or null */
    uint64_t deadline;                /* UINT64_MAX: none */
} interruption;

/* Whether the run has to end now; then stores the reason in *why. Safe in a signal handler. */
bool wasmelt_rt_interruption_is_due(const interruption *i, int32_t *why);

/* Whether wasmelt_rt_interrupt_is_due has to be asked. */
static inline bool wasmelt_rt_interrupt_is_asked(void) {
    return __atomic_load_n(&wasmelt_asked, __ATOMIC_RELAXED) != 0;
}

/* Whether the calling thread has a run that may be ended from outside. */
bool wasmelt_rt_interrupt_may_come(void);

/* Whether a run that contains the caller has to end: for callers that have to release something first. Keeps errno. */
bool wasmelt_rt_interrupt_is_due(void);

/* Asks the run of an interrupter to end, for the same reason, if a run that contains the caller has to. */
void wasmelt_rt_interrupt_pass_on(wasmelt_interrupter *to);

/* Called in the thread when it is called, with what it was doing: returns the stack whose run is to end now, at once, and stores the reason
 * in *why; or null. */
struct run_stack;
struct run_stack *wasmelt_rt_interrupt_called(uintptr_t program_counter, uintptr_t stack_pointer, int32_t *why);

/* Called when runs of the calling thread on this stack were left without our noticing: nothing will end them any more. */
void wasmelt_rt_interrupt_forget(struct run_stack *s);

#pragma GCC visibility pop

#endif
