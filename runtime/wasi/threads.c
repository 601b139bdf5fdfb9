/* wasi-threads: "wasi" "thread-spawn". Each thread gets an instance of its own of the same module with the same imports; all share the
 * memories that the module imports. The thread's stack is the one that pthread_create makes; the guard below it makes stack exhaustion a
 * trap.
 *
 * The thread that spawns makes the instance, and waits until the new thread has what it needs to run, so that it can report a failure; the
 * new thread starts the instance. Threads are detached: only the guest can wait for one, by its own means. A thread that is spawned in a
 * run that may be ended from outside is in such a run, too, with an interrupter of its own. */
#include <errno.h>

#include <wasmelt/code/main.h>
#include <wasmelt/fuel.h>
#include <wasmelt/process.h>

#include "../allocator.h"
#include "../facts/wasi.h"
#include "../fuel.h"
#include "../instance.h"
#include "../interrupt.h"
#include "../linking.h"
#include "../system/park.h"
#include "context.h"

typedef struct thread_group thread_group;

enum { MAX_ID = 0x1FFFFFFF, DEFAULT_LIMIT = 4096 };
/* The size of a thread's stack. Only the part that is touched takes memory. */
#define STACK_BYTES ((size_t)8 << 20)

/* What the thread that spawns waits for. */
typedef struct preparation {
    parker done;
    bool succeeded;
} preparation;

typedef struct thread {
    struct thread_group *group;
    struct thread *next, *previous; /* in the list of threads that have not ended */
    wasmelt_instance *instance;
    wasmelt_extern start; /* the export wasi_thread_start */
    uint32_t id, argument;
    uint64_t fuel;
    wasmelt_interrupter *interrupter; /* of its run; null: nothing ends it from outside */
    preparation *preparation;         /* null once it is done */
    wasmelt_trap trap;                /* how it has ended */
} thread;

struct thread_group {
    const wasmelt_module *module;
    const wasmelt_import *imports;
    size_t import_count;
    wasmelt_options options;
    void (*end)(void *context, wasmelt_trap trap);
    void *context;
    pthread_attr_t attributes;
    /* Protected by the lock of `wasi`: */
    wasmelt_wasi *wasi;
    thread *live;
    pthread_cond_t left; /* a thread has ended */
    uint32_t live_count, limit;
    bool is_ending; /* the host is ending all threads: there are no new ones */
    uint32_t next_id;
    bool reuses_ids; /* all numbers have been used once */
};

static bool name_is(const wasmelt_name *name, const char *text) {
    return name->length == strlen(text) && memcmp(name->bytes, text, name->length) == 0;
}

/* ---- What a module needs ---- */

static bool is_start(const wasmelt_module *m, const wasmelt_export_desc *e) {
    const wasmelt_type *t = &m->types[e->type];
    return e->kind == WASMELT_EXTERN_FUNC && t->param_count == 2 && t->params[0] == WASMELT_I32 && t->params[1] == WASMELT_I32 &&
           t->result_count == 0;
}

/* Whether the export is a shared memory that the module imports. */
static bool is_shared_import(const wasmelt_module *m, const wasmelt_export_desc *e) {
    for (uint32_t k = 0; k < m->import_count; k++)
        if (m->imports[k].kind == WASMELT_EXTERN_MEMORY && m->imports[k].offset == e->place)
            return m->imports[k].memory->shared;
    return false;
}

/* Whether the module's only memory is a shared one that it imports. */
static bool has_shared_memory_only(const wasmelt_module *m) {
    uint32_t memories = m->memory_count, shared = 0;
    for (uint32_t k = 0; k < m->import_count; k++) {
        memories += m->imports[k].kind == WASMELT_EXTERN_MEMORY;
        shared += m->imports[k].kind == WASMELT_EXTERN_MEMORY && m->imports[k].memory->shared;
    }
    return memories == 1 && shared == 1;
}

/* Whether the global may hold an object, of a heap that only one thread at a time may use. */
static bool may_hold_object(const wasmelt_module *m, wasmelt_global_type g) {
    return shares_heap(m) && wasmelt_is_ref(g.type);
}

/* Whether the module imports state that all instances would share and that only one thread at a time may use. */
static bool imports_unshared_state(const wasmelt_module *m) {
    for (uint32_t k = 0; k < m->import_count; k++) {
        const wasmelt_import_desc *d = &m->imports[k];
        if (d->kind == WASMELT_EXTERN_TABLE || (d->kind == WASMELT_EXTERN_MEMORY && !d->memory->shared) ||
            (d->kind == WASMELT_EXTERN_GLOBAL && (d->global.is_mutable || may_hold_object(m, d->global))))
            return true;
    }
    return false;
}

/* Whether a program with this module can have threads: pointers must mean the same memory in all threads. That is the memory that functions
 * of WASI use: the one exported as "memory" or, without such an export, the only one. */
static bool can_have_threads(const wasmelt_module *m) {
    bool starts = false, shares = has_shared_memory_only(m);
    for (uint32_t k = 0; k < m->export_count; k++) {
        const wasmelt_export_desc *e = &m->exports[k];
        if (name_is(&e->name, WASI_THREAD_START))
            starts = is_start(m, e);
        if (name_is(&e->name, WASI_MEMORY))
            shares = e->kind == WASMELT_EXTERN_MEMORY && is_shared_import(m, e);
    }
    return starts && shares && !imports_unshared_state(m);
}

/* Makes what has to be destroyed. */
static int init(thread_group *g) {
    int error = pthread_attr_init(&g->attributes);
    if (error)
        return error;
    error = wasmelt_rt_condition_init(&g->left);
    if (error)
        pthread_attr_destroy(&g->attributes);
    return error;
}

static void free_group(thread_group *g) {
    pthread_attr_destroy(&g->attributes);
    pthread_cond_destroy(&g->left);
    wasmelt_rt_release(g);
}

int wasmelt_wasi_allow_threads(wasmelt_wasi *w, const wasmelt_module *module, const wasmelt_import *imports, size_t import_count,
                               const wasmelt_options *options, void (*end)(void *context, wasmelt_trap trap), void *context) {
    if (w->threads || !can_have_threads(module) || wasmelt_rt_imports_have_store(module, imports, import_count))
        return EINVAL;
    thread_group *g = wasmelt_rt_allocate_zeroed(1, sizeof *g);
    if (!g)
        return ENOMEM;
    int error = init(g);
    if (error) {
        wasmelt_rt_release(g);
        return error;
    }
    error = pthread_attr_setdetachstate(&g->attributes, PTHREAD_CREATE_DETACHED);
    if (!error)
        error = pthread_attr_setstacksize(&g->attributes, STACK_BYTES);
    g->module = module;
    g->imports = imports;
    g->import_count = import_count;
    if (options)
        g->options = *options;
    g->options.store = NULL; /* each thread needs a store of its own: only one thread at a time may run in a store */
    g->end = end;
    g->context = context;
    g->wasi = w;
    g->limit = DEFAULT_LIMIT;
    g->next_id = 1;
    if (error) {
        free_group(g);
        return error;
    }
    w->threads = g;
    w->free_threads = free_group;
    return 0;
}

void wasmelt_wasi_limit_threads(wasmelt_wasi *w, uint32_t most) {
    if (w->threads)
        w->threads->limit = most;
}

uint32_t wasmelt_wasi_thread_count(wasmelt_wasi *w) {
    if (!w->threads)
        return 0;
    pthread_mutex_lock(&w->lock);
    uint32_t count = w->threads->live_count;
    pthread_mutex_unlock(&w->lock);
    return count;
}

/* ---- The list; with the lock held ---- */

static bool is_live(const thread_group *g, uint32_t id) {
    for (const thread *t = g->live; t; t = t->next)
        if (t->id == id)
            return true;
    return false;
}

/* The next number of a thread, not the lowest free one: a number that something still has after its thread has ended, such as the owner of
 * a lock, must not soon mean another thread. */
static uint32_t new_id(thread_group *g) {
    uint32_t id;
    do {
        id = g->next_id;
        g->next_id = id == MAX_ID ? 1 : id + 1;
        g->reuses_ids |= id == MAX_ID;
    } while (g->reuses_ids && is_live(g, id));
    return id;
}

static bool enter(thread *t) {
    thread_group *g = t->group;
    pthread_mutex_lock(&g->wasi->lock);
    bool ok = !g->is_ending && g->live_count < g->limit && g->live_count < MAX_ID;
    if (ok) {
        g->live_count++;
        t->id = new_id(g);
        t->next = g->live;
        if (t->next)
            t->next->previous = t;
        g->live = t;
    }
    pthread_mutex_unlock(&g->wasi->lock);
    return ok;
}

/* Removes the thread from the group. This is its last use of the group and of the context. */
static void leave(thread *t) {
    thread_group *g = t->group;
    pthread_mutex_t *lock = &g->wasi->lock;
    pthread_mutex_lock(lock);
    g->live_count--;
    if (t->next)
        t->next->previous = t->previous;
    if (t->previous)
        t->previous->next = t->next;
    else
        g->live = t->next;
    pthread_cond_broadcast(&g->left);
    pthread_mutex_unlock(lock);
}

bool wasmelt_wasi_end_threads(wasmelt_wasi *w, int32_t why, uint64_t deadline) {
    enum { SECOND = 1000000000 };
    thread_group *g = w->threads;
    const struct timespec time = {.tv_sec = (time_t)(deadline / SECOND), .tv_nsec = (long)(deadline % SECOND)};
    if (!g)
        return true;
    pthread_mutex_lock(&w->lock);
    g->is_ending = true;
    for (thread *t = g->live; t; t = t->next)
        if (t->interrupter)
            wasmelt_interrupt(t->interrupter, why);
    while (g->live_count > 0 && wasmelt_rt_condition_wait(&g->left, &w->lock, &time) == 0) {
    }
    bool have_ended = g->live_count == 0;
    g->is_ending = !have_ended;
    pthread_mutex_unlock(&w->lock);
    return have_ended;
}

/* ---- Running ---- */

/* Lets the thread that spawns continue. Without success it frees `t`. */
static void end_preparation(thread *t, bool succeeded) {
    preparation *p = t->preparation;
    t->preparation = NULL;
    p->succeeded = succeeded;
    wasmelt_rt_park_wake(&p->done);
}

static void run_thread(void *argument) {
    thread *t = argument;
    wasmelt_error error = {0};
    const wasmelt_value arguments[] = {{.i32 = t->id}, {.i32 = t->argument}};
    end_preparation(t, true);
    wasmelt_fuel_set(t->fuel);
    if (wasmelt_rt_instance_begin(t->instance, &error))
        wasmelt_call(t->start.func, arguments, NULL, &t->trap);
    else
        t->trap = error.trap;
}

static void free_thread(thread *t) {
    wasmelt_interrupter_free(t->interrupter);
    wasmelt_rt_release(t);
}

static void *thread_main(void *argument) {
    thread *t = argument;
    if (t->interrupter)
        wasmelt_run_interruptible(t->interrupter, run_thread, t, NULL);
    else if (wasmelt_thread_prepare())
        run_thread(t);
    if (t->preparation) { /* it did not run */
        end_preparation(t, false);
        return NULL;
    }
    if (t->trap.code != WASMELT_TRAP_NONE && t->trap.code != WASMELT_TRAP_INTERRUPTED)
        t->group->end(t->group->context, t->trap);
    wasmelt_instance_free(t->instance);
    leave(t);
    free_thread(t);
    return NULL;
}

static thread *new_thread(thread_group *g, uint32_t argument) {
    thread *t = wasmelt_rt_allocate_zeroed(1, sizeof *t);
    if (!t)
        return NULL;
    t->group = g;
    t->argument = argument;
    bool may_be_ended = wasmelt_rt_interrupt_may_come();
    t->interrupter = may_be_ended ? wasmelt_interrupter_new() : NULL;
    if ((t->interrupter || !may_be_ended) &&
        wasmelt_rt_instance_make(g->module, g->imports, g->import_count, &g->options, &t->instance, NULL) == WASMELT_OK &&
        wasmelt_export(t->instance, WASI_THREAD_START, &t->start) && enter(t))
        return t;
    wasmelt_instance_free(t->instance);
    free_thread(t);
    return NULL;
}

/* Starts the thread; false if there is not enough memory for it. */
static bool start(thread *t) {
    preparation p = {.succeeded = false};
    pthread_t started;
    t->preparation = &p;
    wasmelt_rt_park_init(&p.done);
    if (pthread_create(&started, &t->group->attributes, thread_main, t) == 0)
        wasmelt_rt_park_until(&p.done, NULL, false);
    wasmelt_rt_park_free(&p.done);
    return p.succeeded;
}

uint32_t wasmelt_wasi_thread_spawn(void *wasi, uint32_t start_arg) {
    enum { FAILED = -WASI_AGAIN };
    thread_group *g = wasmelt_rt_wasi_context(wasi)->threads;
    thread *t = g ? new_thread(g, start_arg) : NULL;
    if (!t)
        return (uint32_t)FAILED;
    uint32_t id = t->id; /* read before it runs: then it may end at any time */
    t->fuel = wasmelt_rt_fuel_halve();
    if (start(t))
        return id;
    wasmelt_fuel_set(wasmelt_fuel_left() + t->fuel);
    leave(t);
    wasmelt_instance_free(t->instance);
    free_thread(t);
    return (uint32_t)FAILED;
}

const wasmelt_main_threads wasmelt_main_with_threads = {wasmelt_wasi_allow_threads, wasmelt_wasi_thread_count};
