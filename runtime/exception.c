/* Exceptions: making, counting, and what becomes of them when frames that hold them are dropped by a trap.
 *
 * An exception that only frames of its thread refer to is the thread's own and in its list, newest first, with the
 * depth of the wasmelt_run that it was made in. A trap drops frames without giving their references back; as
 * nothing outside of the run can refer to the run's own exceptions, they are freed then. Once a global, a table,
 * another exception or a host refers to one it is shared, leaves the list, and only counting frees it. */
#include "exception.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <wasmelt/support.h>

#include "stack.h"
#include "types.h"

_Thread_local exnref wasmelt_pending __attribute__((tls_model("initial-exec")));

static _Thread_local exnref newest;   /* of the thread's own */
static _Thread_local exnref uncaught; /* the one kept for the host */

/* ---- The list ---- */

static void leave_list(exnref e) {
    if (e->run == 0)
        return;
    if (e->newer)
        e->newer->older = e->older;
    else
        newest = e->older;
    if (e->older)
        e->older->newer = e->newer;
    e->run = 0;
}

static exnref make(const wasmelt_tag *tag, uint32_t run) {
    wasmelt_rt_stack_probe();
    exnref e = malloc(sizeof *e + tag->type->param_count * sizeof e->values[0]);
    if (!e)
        return NULL;
    e->tag = tag;
    e->type = tag->type;
    e->references = 1;
    e->run = run;
    e->newer = NULL;
    e->older = run ? newest : NULL;
    if (e->older)
        e->older->newer = e;
    if (run)
        newest = e;
    return e;
}

/* Frees an exception nobody refers to, and those that its payload held the last reference to: one after the
 * other, because a program can nest them at will. */
static void destroy(exnref e) {
    wasmelt_rt_stack_probe();
    e->newer = NULL;
    while (e) {
        exnref next = e->newer;
        for (uint32_t k = 0; k < e->type->param_count; k++) {
            exnref held = wasmelt_is_exnref(e->type->params[k]) ? e->values[k].exnref : NULL;
            if (!held || __atomic_sub_fetch(&held->references, 1, __ATOMIC_ACQ_REL) > 0)
                continue;
            held->newer = next; /* in no list: what a payload holds is shared */
            next = held;
        }
        free(e);
        e = next;
    }
}

/* ---- For hosts ---- */

bool wasmelt_tag_init(wasmelt_tag *tag, const wasmelt_type *type) {
    wasmelt_func typed;
    if (!wasmelt_func_init(&typed, NULL, NULL, type))
        return false;
    *tag = (wasmelt_tag){type, typed.type_id};
    return true;
}

wasmelt_exception *wasmelt_exception_new(const wasmelt_tag *tag, const wasmelt_value *payload) {
    exnref e = make(tag, 0);
    if (!e)
        return NULL;
    for (uint32_t k = 0; k < tag->type->param_count; k++) {
        e->values[k] = payload[k];
        if (wasmelt_is_exnref(tag->type->params[k]))
            wasmelt_exception_retain(payload[k].exnref);
    }
    return e;
}

const wasmelt_tag *wasmelt_exception_tag(const wasmelt_exception *exception) {
    return exception->tag;
}

const wasmelt_value *wasmelt_exception_payload(const wasmelt_exception *exception) {
    return exception->values;
}

wasmelt_exception *wasmelt_exception_retain(wasmelt_exception *exception) {
    if (!exception)
        return NULL;
    leave_list(exception);
    return exn_retain(exception);
}

void wasmelt_exception_release(wasmelt_exception *exception) {
    if (!exception || __atomic_sub_fetch(&exception->references, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    leave_list(exception);
    destroy(exception);
}

void wasmelt_throw(wasmelt_exception *exception) {
    exn_take(&wasmelt_pending, wasmelt_exception_retain(exception));
}

/* ---- For generated code ---- */

void wasmelt_throw_new(const wasmelt_tag *tag) {
    exnref e = make(tag, wasmelt_rt_trap_depth());
    if (!e)
        wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
    wasmelt_pending = e;
}

void wasmelt_throw_ref(exnref e) {
    if (!e)
        wasmelt_trap_null();
    wasmelt_pending = exn_retain(e);
}

/* ---- At the borders of wasmelt_run ---- */

void wasmelt_rt_exceptions_abandon(uint32_t run) {
    exnref e = take_pending();
    if (e && e->run < run) /* not about to be freed with the run's own */
        wasmelt_exception_release(e);
    while (newest && newest->run >= run) {
        e = newest;
        leave_list(e);
        destroy(e);
    }
}

static pthread_key_t cleanup_key;
static pthread_once_t cleanup_once = PTHREAD_ONCE_INIT;
static bool cleanup_key_made;

static void release_kept(void *kept) {
    uncaught = NULL;
    wasmelt_exception_release(kept);
}

static void make_cleanup_key(void) {
    cleanup_key_made = pthread_key_create(&cleanup_key, release_kept) == 0;
}

wasmelt_exception *wasmelt_rt_exceptions_take_uncaught(void) {
    exnref e = take_pending();
    if (!e)
        return NULL;
    leave_list(e);
    pthread_once(&cleanup_once, make_cleanup_key);
    if (!cleanup_key_made || pthread_setspecific(cleanup_key, e) != 0) {
        wasmelt_exception_release(e); /* else it would be lost with the thread */
        return NULL;
    }
    exn_take(&uncaught, e);
    return e;
}
