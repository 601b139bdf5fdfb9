/* Ending runs from outside. That a run is to end is recorded in the state of an interrupter or in the deadline of the run. In addition the
 * thread's wasmelt_asked is set, and the thread is sent a signal. The run ends
 *
 *   - in the signal handler, if that has interrupted code that may be stopped anywhere (stoppable.h);
 *   - otherwise at the next place where the thread checks: at the beginning of WASI's functions, of waits and of runs, in code that polls,
 * and in wasmelt_interrupt_here. So nothing that the runtime or the host does is cut off.
 *
 * Until the run has ended, a timer sends the signal again: the code that it then interrupts may be stoppable, and a system call that began
 * after a signal, or that continues to wait after it, is woken. So no single signal has to arrive at the right time.
 *
 * The thread's own part is changed by the thread and by its signal handler, which may run at any time. Neither can lose a request: the
 * interrupter or the clock says whether a run is to end; wasmelt_asked only says that this has to be checked, and is never cleared without
 * checking once more afterwards. */
#include "interrupt.h"

#include <errno.h>
#include <stdatomic.h>
#include <time.h>

#include "allocator.h"
#include "stoppable.h"
#include "thread.h"
#include "trap.h"

WASMELT_OF_THREAD("initial-exec") uint32_t wasmelt_asked;

#define SECOND UINT64_C(1000000000)
/* The time until the next attempt to end a run that is in code of the host or of the runtime: the first and the longest. */
#define FIRST_WAIT UINT64_C(50000)
#define LONGEST_WAIT UINT64_C(1000000)
/* The time until the next check, if runs on other stacks of the thread may have deadlines. */
#define ROUND UINT64_C(10000000)

/* ---- Interrupters ---- */

struct wasmelt_interrupter {
    atomic_uint_fast64_t state;        /* ASKED, with the reason in the lower half; 0: not asked */
    interrupt_target *_Atomic running; /* the thread that has a run with this interrupter; null: none */
    atomic_uint users;                 /* number of threads that are just using what `running` points to */
};

#define ASKED (UINT64_C(1) << 32)

wasmelt_interrupter *wasmelt_interrupter_new(void) {
    return wasmelt_rt_allocate_zeroed(1, sizeof(wasmelt_interrupter));
}

void wasmelt_interrupter_free(wasmelt_interrupter *interrupter) {
    wasmelt_rt_release(interrupter);
}

void wasmelt_interrupter_reset(wasmelt_interrupter *interrupter) {
    atomic_store(&interrupter->state, 0);
}

/* Safe in a signal handler. At its end a run waits for threads that are in the middle of this, so its thread still exists, and so does the
 * handler; the signal cannot reach another thread that has got the same number. */
void wasmelt_interrupt(wasmelt_interrupter *interrupter, int32_t why) {
    int error = errno;
    uint_fast64_t not_asked = 0;
    atomic_compare_exchange_strong(&interrupter->state, &not_asked, ASKED | (uint32_t)why);
    atomic_fetch_add(&interrupter->users, 1);
    const interrupt_target *t = atomic_load(&interrupter->running);
    if (t) {
        __atomic_store_n(t->asked, 1, __ATOMIC_SEQ_CST);
        wasmelt_rt_system_call(t->thread);
    }
    atomic_fetch_sub(&interrupter->users, 1);
    errno = error;
}

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * SECOND + (uint64_t)t.tv_nsec;
}

uint64_t wasmelt_deadline_in(uint64_t nanoseconds) {
    uint64_t time = now() + nanoseconds;
    return time < nanoseconds ? UINT64_MAX : time;
}

bool wasmelt_rt_interruption_is_due(const interruption *i, int32_t *why) {
    uint_fast64_t state = i->interrupter ? atomic_load(&i->interrupter->state) : 0;
    if (!state && (i->deadline == UINT64_MAX || now() < i->deadline))
        return false;
    *why = (int32_t)(uint32_t)state;
    return true;
}

/* ---- The thread's timer ---- */

/* Sets the timer for the next attempt, when a run is to end and cannot yet, or is about to. */
static void try_again(interrupt_part *p) {
    p->next_wait = !p->next_wait ? FIRST_WAIT : p->next_wait < LONGEST_WAIT / 2 ? 2 * p->next_wait : LONGEST_WAIT;
    wasmelt_rt_system_set_timer(&p->calls, now() + p->next_wait);
}

/* Sets the timer for what comes next, when no run on this stack has to end. The handler may come at any point here and set the timer,
 * because a run has to end now; so whether one has to is asked last, when nothing is taken back any more. */
static void settle(interrupt_part *p, const run_stack *s) {
    interruptions all = wasmelt_rt_runs_interruptions(s);
    bool knows_all = all.count >= p->runs;
    uint64_t look = knows_all ? UINT64_MAX : now() + ROUND;
    uint64_t next = all.next < look ? all.next : look;
    p->next_wait = 0;
    if (next < UINT64_MAX)
        wasmelt_rt_system_set_timer(&p->calls, next);
    else
        wasmelt_rt_system_stop_timer(&p->calls);
    if (knows_all)
        __atomic_store_n(&wasmelt_asked, 0, __ATOMIC_SEQ_CST);
    if (!wasmelt_rt_runs_interruptions(s).is_due)
        return;
    __atomic_store_n(&wasmelt_asked, 1, __ATOMIC_SEQ_CST);
    try_again(p);
}

/* ---- Being called ---- */

/* The thread was in code that may be stopped, so what follows is as if that code had called it: the thread holds no lock of the runtime or
 * of the C library. */
static run_stack *in_stoppable_code(thread *t, uintptr_t at, int32_t *why) {
    run_stack *s = wasmelt_rt_stack_at(t, at);
    if (!s || !s->innermost || at >= s->innermost_at) { /* called from code that is in no known run */
        try_again(&t->interrupt);
        return NULL;
    }
    interruptions all = wasmelt_rt_runs_interruptions(s);
    if (!all.is_due) {
        settle(&t->interrupt, s);
        return NULL;
    }
    __atomic_store_n(&wasmelt_asked, 1, __ATOMIC_SEQ_CST); /* the run that ends may be inside of the one that is to end */
    try_again(&t->interrupt);
    *why = all.why;
    return s;
}

run_stack *wasmelt_rt_interrupt_called(uintptr_t program_counter, uintptr_t stack_pointer, int32_t *why) {
    thread *t = wasmelt_rt_this_thread;
    if (!t || t->interrupt.runs == 0)
        return NULL;
    if (wasmelt_rt_stoppable_contains(program_counter))
        return in_stoppable_code(t, stack_pointer, why);
    __atomic_store_n(&wasmelt_asked, 1, __ATOMIC_SEQ_CST);
    try_again(&t->interrupt);
    return NULL;
}

/* ---- Checking ---- */

bool wasmelt_rt_interrupt_is_due(void) {
    int error = errno;
    run_stack *s = wasmelt_rt_interrupt_is_asked() ? wasmelt_rt_running_stack() : NULL;
    bool is_due = s && wasmelt_rt_runs_interruptions(s).is_due;
    errno = error;
    return is_due;
}

void wasmelt_rt_interrupt_pass_on(wasmelt_interrupter *to) {
    run_stack *s = wasmelt_rt_running_stack();
    if (!s)
        return;
    interruptions all = wasmelt_rt_runs_interruptions(s);
    if (all.is_due)
        wasmelt_interrupt(to, all.why);
}

bool wasmelt_rt_interrupt_may_come(void) {
    const thread *t = wasmelt_rt_this_thread;
    return t && t->interrupt.runs > 0;
}

void wasmelt_interrupt_asked(void) {
    thread *t = wasmelt_rt_this_thread;
    run_stack *s = wasmelt_rt_running_stack();
    if (!t || !s)
        return;
    interruptions all = wasmelt_rt_runs_interruptions(s);
    if (!all.is_due) {
        int error = errno;
        settle(&t->interrupt, s);
        errno = error;
        return;
    }
    try_again(&t->interrupt);
    wasmelt_rt_trap_interrupt(s, all.why);
}

void wasmelt_interrupt_here(void) {
    stop_if_asked();
}

/* ---- Runs ---- */

void wasmelt_rt_interrupt_forget(run_stack *s) {
    thread *t = wasmelt_rt_this_thread;
    uint32_t runs = s->interruptions;
    s->interruptions = 0;
    if (t && runs > 0)
        t->interrupt.runs -= runs < t->interrupt.runs ? runs : t->interrupt.runs;
}

/* Prepares the thread; null if there is no signal or timer for it. */
static thread *prepare(bool needs_timer) {
    thread *t = wasmelt_rt_thread_get();
    if (!t || !wasmelt_rt_system_calls_prepare(&t->interrupt.calls, &t->interrupt.target.thread, needs_timer))
        return NULL;
    t->interrupt.target.asked = &wasmelt_asked;
    return t;
}

static bool begin(thread *t, const interruption *i) {
    interrupt_target *none = NULL;
    if (i->interrupter && !atomic_compare_exchange_strong(&i->interrupter->running, &none, &t->interrupt.target))
        return false;
    t->interrupt.runs++;
    __atomic_store_n(&wasmelt_asked, 1, __ATOMIC_SEQ_CST); /* the run may have to end already: it checks when it begins */
    return true;
}

static void end(thread *t, const interruption *i) {
    interrupt_part *p = &t->interrupt;
    if (i->interrupter) {
        atomic_store(&i->interrupter->running, NULL);
        while (atomic_load(&i->interrupter->users) > 0)
            wasmelt_rt_system_yield();
    }
    p->runs--;
    settle(p, t->current);
}

static wasmelt_trap_code refuse(wasmelt_trap *trap) {
    if (trap)
        *trap = (wasmelt_trap){.code = WASMELT_TRAP_OUT_OF_RESOURCES};
    return WASMELT_TRAP_OUT_OF_RESOURCES;
}

typedef struct inner {
    void (*body)(void *);
    void *argument;
} inner;

/* Called in the run: from now on interrupters and the handler find it. Sets the timer. */
static void run_inside(void *argument) {
    const inner *in = argument;
    wasmelt_interrupt_asked();
    in->body(in->argument);
}

static wasmelt_trap_code run_with(const interruption *i, void (*body)(void *), void *argument, wasmelt_trap *trap) {
    thread *t = prepare(i->deadline < UINT64_MAX);
    if (!t || !begin(t, i))
        return refuse(trap);
    bool was_closed = wasmelt_rt_system_calls_open();
    inner in = {body, argument};
    wasmelt_trap_code code = wasmelt_rt_run(i, run_inside, &in, trap);
    end(t, i);
    if (was_closed)
        wasmelt_rt_system_calls_close();
    return code;
}

wasmelt_trap_code wasmelt_run_interruptible(wasmelt_interrupter *interrupter, void (*body)(void *argument), void *argument,
                                            wasmelt_trap *trap) {
    interruption i = {interrupter, UINT64_MAX};
    return run_with(&i, body, argument, trap);
}

wasmelt_trap_code wasmelt_run_until(uint64_t deadline, void (*body)(void *argument), void *argument, wasmelt_trap *trap) {
    interruption i = {NULL, deadline};
    return run_with(&i, body, argument, trap);
}
