/* Runs that are ended from outside: what a thread and a run have of it. docs/interrupt.md has the design. */
#ifndef WASMELT_RUNTIME_INTERRUPT_H
#define WASMELT_RUNTIME_INTERRUPT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include <wasmelt/code/interrupt.h>
#include <wasmelt/interrupt.h>

#pragma GCC visibility push(hidden)

/* Where an interrupter finds the thread of its run. */
typedef struct interrupt_target {
    pid_t tid;
    uint32_t *asked; /* the thread's wasmelt_asked */
} interrupt_target;

/* In the thread's record. All but the target is the thread's own, and its signal handler's. */
typedef struct interrupt_part {
    interrupt_target target;
    uint32_t runs;      /* active in the thread, on all its stacks, that something may end from outside */
    bool has_timer;     /* which sends it the signal */
    bool is_set;        /* the timer may be going */
    timer_t timer;      /* of the process */
    pid_t process;      /* a child of it has no timer */
    uint64_t next_wait; /* nanoseconds until it is tried again to end a run; 0: it has not been tried */
} interrupt_part;

/* In a run that something may end. */
typedef struct interruption {
    wasmelt_interrupter *interrupter; /* or null */
    uint64_t deadline;                /* UINT64_MAX: none */
} interruption;

/* Whether that is so now; *why is set then. Safe in a signal handler. */
bool wasmelt_rt_interruption_is_due(const interruption *i, int32_t *why);

/* Whether to look further. */
static inline bool wasmelt_rt_interrupt_is_asked(void) {
    return __atomic_load_n(&wasmelt_asked, __ATOMIC_RELAXED) != 0;
}

/* Whether a run that the caller is in is to end: for those who have to give things back first. Keeps errno. */
bool wasmelt_rt_interrupt_is_due(void);

/* The calling thread's runs on this stack were left without our noticing: nothing will end them any more. */
struct run_stack;
void wasmelt_rt_interrupt_forget(struct run_stack *s);

/* When a thread's record is freed. */
struct thread;
void wasmelt_rt_interrupt_thread_end(struct thread *t);

/* When the runtime is unloaded, and no thread has a timer any more. */
void wasmelt_rt_interrupt_end(void);

#pragma GCC visibility pop

#endif
