/* What a thread has of the runtime: one record from its first need until it ends, leaves (wasmelt_thread_leave), or the
 * runtime is unloaded. */
#ifndef WASMELT_RUNTIME_THREAD_H
#define WASMELT_RUNTIME_THREAD_H

#include <wasmelt/code/support.h>

#include "alternate.h"
#include "stack.h"

#pragma GCC visibility push(hidden)

typedef struct thread {
    struct thread *next, *previous; /* in the list of all */
    run_stack own;                  /* the stack that the thread was made with */
    run_stack *current;             /* where it last entered or ended a run; never null, of size 0 until it is ready */
    void *guard;                    /* a page at the end of its own stack that was made inaccessible; null: none */
    alternate *alternate;           /* null: it has one that is not ours */
    wasmelt_tail *tail;             /* the buffer of tail calls; null: not needed yet */
    wasmelt_exception *uncaught;    /* kept for the host: the last one that is in no store; null: none */
    uint32_t depth;                 /* how many runs are active in it, on all stacks */
    bool is_ready;                  /* for runs */
    bool keeps_signals;             /* wasmelt_promise_unblocked */
} thread;

/* The calling thread's; null: it has none yet. By one load, in a signal handler too: initial-exec needs no allocation. */
extern _Thread_local thread *wasmelt_rt_this_thread __attribute__((tls_model("initial-exec")));

/* The same, made where there is none; null when resources are short. */
thread *wasmelt_rt_thread_get(void);

/* Whether any thread is inside wasmelt_run, as far as that can be seen from another. */
bool wasmelt_rt_threads_run(void);

/* When the runtime is unloaded: frees the records of all threads. What only a thread can change of itself, its alternate stack,
 * stays in other threads. */
void wasmelt_rt_threads_end(void);

#pragma GCC visibility pop

#endif
