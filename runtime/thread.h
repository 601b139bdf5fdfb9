/* The runtime's record of a thread. It exists from when it is first needed until the thread ends or leaves (wasmelt_thread_leave), or the
 * runtime is unloaded. */
#ifndef WASMELT_RUNTIME_THREAD_H
#define WASMELT_RUNTIME_THREAD_H

#include <wasmelt/code/support.h>

#include "alternate.h"
#include "interrupt.h"
#include "stack.h"

#pragma GCC visibility push(hidden)

typedef struct thread {
    struct thread *next, *previous; /* in the list of all records */
    run_stack own;                  /* the stack with which the thread was created */
    run_stack *current;             /* the stack on which it last began or ended a run; never null; of size 0 until the thread is ready */
    void *guard;                    /* a page at the end of its own stack that was made inaccessible; null: none */
    alternate *alternate;           /* null: its alternate stack is not ours */
    wasmelt_tail *tail;             /* the tail-call buffer; null: not needed yet */
    wasmelt_exception *uncaught;    /* the last uncaught exception without a store, kept for the host; null: none */
    uint32_t depth;                 /* number of active runs of the thread, on all stacks */
    interrupt_part interrupt;       /* what interruption has of it */
    bool is_ready;                  /* prepared for runs */
    bool keeps_signals;             /* wasmelt_promise_unblocked was called */
} thread;

/* The record of the calling thread; null: it has none yet. Reading it takes one load, also in a signal handler: initial-exec needs no
 * allocation. */
extern WASMELT_OF_THREAD("initial-exec") thread *wasmelt_rt_this_thread;

/* The record of the calling thread, which is made if it has none yet; null when resources are short. */
thread *wasmelt_rt_thread_get(void);

/* Whether any thread is inside wasmelt_run, as far as another thread can tell. */
bool wasmelt_rt_threads_run(void);

/* Makes all threads prepare again before their next run, because handlers are taken off. */
void wasmelt_rt_threads_unprepare(void);

/* Called when the runtime is unloaded: frees the records of all threads. Alternate stacks of other threads remain, because only a thread
 * itself can change which one it uses. */
void wasmelt_rt_threads_end(void);

#pragma GCC visibility pop

#endif
