/* Fibers: stacks on which threads of components wait in the middle of code. Each is a thread of the system, of which one at a time runs:
 * who resumes a fiber sleeps until it blocks or ends. So what knows threads knows fibers: guards of stacks, sanitizers, debuggers. A switch
 * takes microseconds; threads of components that wait only between calls of their callback need none.
 *
 * If the resuming thread has a run that may be ended from outside, so has the fiber, by an interrupter of its own. The resuming thread
 * wakes when its run has to end, and asks the fiber's to end, too. The fiber's trap is then raised in the resuming thread. */
#include "async.h"

#include <pthread.h>

#include <wasmelt/fuel.h>

#include "../allocator.h"
#include "../interrupt.h"
#include "../system/park.h"
#include "../trap.h"

enum { MOST_FIBERS = 1000, STACK_BYTES = 1 << 20 };
/* The time after which the resuming thread looks whether its run has to end where no signal wakes it. */
#define ROUND UINT64_C(10000000)

struct wasmelt_canon_fiber {
    wasmelt_canon_fiber *next, *next_free;
    wasmelt_canon_component *component;
    wasmelt_canon_thread *job; /* what it runs; null: nothing */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t turned; /* the fiber sleeps here */
    bool is_its_turn;      /* protected by `lock`, as `ends` is */
    bool ends;
    parker resumer;                   /* and who has resumed it here */
    wasmelt_interrupter *interrupter; /* of the jobs that may be ended from outside; null: there has been none */
    bool may_be_ended;                /* the job is one of these */
    wasmelt_trap trap;                /* how the job ended */
    uint64_t fuel;                    /* what the side that had the turn has left: there is one number for all */
};

/* ---- Turns ---- */

static void await_turn(wasmelt_canon_fiber *f) {
    while (!f->is_its_turn)
        pthread_cond_wait(&f->turned, &f->lock);
    wasmelt_fuel_set(f->fuel);
}

/* The fiber hands the turn back, and sleeps until it is resumed. */
static void give_back(wasmelt_canon_fiber *f) {
    pthread_mutex_lock(&f->lock);
    f->fuel = wasmelt_fuel_left();
    f->is_its_turn = false;
    wasmelt_rt_park_wake(&f->resumer);
    await_turn(f);
    pthread_mutex_unlock(&f->lock);
}

/* Sleeps until the fiber has handed the turn back. */
static void await_fiber(wasmelt_canon_fiber *f) {
    bool ends_it = f->may_be_ended && wasmelt_rt_interrupt_may_come();
    for (;;) {
        uint64_t soon = ends_it ? wasmelt_deadline_in(ROUND) : 0;
        const struct timespec time = {.tv_sec = (time_t)(soon / 1000000000), .tv_nsec = (long)(soon % 1000000000)};
        if (wasmelt_rt_park_until(&f->resumer, ends_it ? &time : NULL, ends_it) == PARK_WOKEN)
            return;
        wasmelt_rt_interrupt_pass_on(f->interrupter);
    }
}

/* Resumes the fiber, until it hands the turn back. */
static void resume(wasmelt_canon_fiber *f) {
    if (f->may_be_ended)
        wasmelt_interrupter_reset(f->interrupter);
    wasmelt_rt_park_init(&f->resumer);
    pthread_mutex_lock(&f->lock);
    f->fuel = wasmelt_fuel_left();
    f->is_its_turn = true;
    pthread_cond_signal(&f->turned);
    pthread_mutex_unlock(&f->lock);
    await_fiber(f);
    pthread_mutex_lock(&f->lock); /* the fiber has left the parker */
    wasmelt_fuel_set(f->fuel);
    pthread_mutex_unlock(&f->lock);
    wasmelt_rt_park_free(&f->resumer);
}

/* ---- The fiber's thread ---- */

static void work(void *own) {
    wasmelt_canon_fiber *const f = own;
    f->job->fiber = f;
    wasmelt_rt_thread_advance(f->job);
}

static void *live(void *own) {
    wasmelt_canon_fiber *const f = own;
    pthread_mutex_lock(&f->lock);
    await_turn(f);
    pthread_mutex_unlock(&f->lock);
    while (!f->ends) {
        if (f->may_be_ended)
            wasmelt_run_interruptible(f->interrupter, work, f, &f->trap);
        else
            wasmelt_run(work, f, &f->trap);
        f->job = NULL;
        if (f->ends)
            break;
        give_back(f);
    }
    return NULL;
}

/* ---- For threads of components ---- */

static bool start_thread(wasmelt_canon_fiber *f) {
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0)
        return false;
    const bool ok = pthread_attr_setstacksize(&attributes, STACK_BYTES) == 0 && pthread_create(&f->thread, &attributes, live, f) == 0;
    pthread_attr_destroy(&attributes);
    return ok;
}

/* Makes what the fiber's turns need, and its thread; leaves nothing behind if that fails. */
static bool start(wasmelt_canon_fiber *f) {
    if (pthread_mutex_init(&f->lock, NULL) != 0)
        return false;
    if (pthread_cond_init(&f->turned, NULL) == 0) {
        if (start_thread(f))
            return true;
        pthread_cond_destroy(&f->turned);
    }
    pthread_mutex_destroy(&f->lock);
    return false;
}

static wasmelt_canon_fiber *make(wasmelt_canon_component *self) {
    wasmelt_canon_async *const a = self->async;
    wasmelt_canon_fiber *f = a->fiber_count < MOST_FIBERS ? wasmelt_rt_allocate_zeroed(1, sizeof *f) : NULL;
    if (!f)
        return NULL;
    f->component = self;
    if (!start(f)) {
        wasmelt_rt_release(f);
        return NULL;
    }
    f->next = a->fibers;
    a->fibers = f;
    a->fiber_count++;
    return f;
}

static void run(wasmelt_canon_fiber *f) {
    resume(f);
    if (f->job)
        return; /* it has blocked */
    wasmelt_canon_async *const a = f->component->async;
    f->next_free = a->free_fibers;
    a->free_fibers = f;
    if (f->trap.code != WASMELT_TRAP_NONE)
        wasmelt_rt_trap_again(f->trap);
}

void wasmelt_rt_fiber_begin(wasmelt_canon_component *self, wasmelt_canon_thread *t) {
    wasmelt_canon_async *const a = self->async;
    wasmelt_canon_fiber *f = a->free_fibers;
    if (f)
        a->free_fibers = f->next_free;
    else if (!(f = make(self)))
        wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
    f->may_be_ended = wasmelt_rt_interrupt_may_come();
    if (f->may_be_ended && !f->interrupter && !(f->interrupter = wasmelt_interrupter_new())) {
        f->next_free = a->free_fibers;
        a->free_fibers = f;
        wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
    }
    f->job = t;
    run(f);
}

void wasmelt_rt_fiber_continue(wasmelt_canon_fiber *f) {
    run(f);
}

void wasmelt_rt_fiber_block(wasmelt_canon_fiber *f) {
    give_back(f);
    if (f->ends)
        wasmelt_trap_exit(0); /* the component is freed: nothing of what is on this stack runs any more */
}

void wasmelt_rt_fibers_free(wasmelt_canon_component *self) {
    wasmelt_canon_fiber *f = self->async->fibers;
    while (f) {
        wasmelt_canon_fiber *const next = f->next;
        pthread_mutex_lock(&f->lock);
        f->ends = f->is_its_turn = true;
        pthread_cond_broadcast(&f->turned);
        pthread_mutex_unlock(&f->lock);
        pthread_join(f->thread, NULL);
        pthread_mutex_destroy(&f->lock);
        pthread_cond_destroy(&f->turned);
        wasmelt_interrupter_free(f->interrupter);
        wasmelt_rt_release(f);
        f = next;
    }
}
