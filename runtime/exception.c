/* Exceptions: making, throwing, counting and freeing them, and releasing the references of frames that a trap drops.
 *
 * Freeing an exception needs some stack, but a reference may be released at the very end of the stack; and exceptions in payloads may be
 * nested to any depth. So exceptions without references go to a list of the thread, which is emptied without recursion, at a time when
 * there is enough stack. */
#include "exception.h"

#include <wasmelt/code/support.h>

#include "allocator.h"
#include "heap/heap.h"
#include "stack.h"
#include "store.h"
#include "tag.h"
#include "thread.h"
#include "trap.h"

WASMELT_OF_THREAD("initial-exec") exnref wasmelt_pending;
WASMELT_OF_THREAD("initial-exec") exn_frame *wasmelt_frames;
WASMELT_OF_THREAD("initial-exec") exnref wasmelt_dead;

/* Touches as much stack as is needed, so that its exhaustion traps here. Does nothing outside of a run, where nobody would catch the
 * trap. */
static void probe(void) {
    if (wasmelt_rt_trap_is_caught())
        wasmelt_rt_stack_probe();
}

/* ---- Making and freeing ---- */

static size_t size_of(const wasmelt_tag *tag) {
    return sizeof(wasmelt_exception) + tag->type->param_count * sizeof(wasmelt_value);
}

/* The memory that an exception takes from the allocator: a word more than its size, rounded up. */
static uint64_t charge_of(const wasmelt_tag *tag) {
    return (size_of(tag) + sizeof(size_t) + 15) & ~(uint64_t)15;
}

/* Allocates an exception without a heap, all zero. Null when memory is short, or when the limit of the store is reached. */
static exnref allocate(const wasmelt_tag *tag, wasmelt_store *store) {
    if (store && !wasmelt_rt_store_charge(store, charge_of(tag)))
        return NULL;
    exnref e = wasmelt_rt_allocate_zeroed(1, size_of(tag));
    if (!e && store)
        wasmelt_rt_store_discharge(store, charge_of(tag));
    return e;
}

/* Makes an exception with one reference, for the caller, and a payload of zeros. `in`: the heap to which it belongs as an object, or
 * null. */
static exnref make(const wasmelt_tag *tag, wasmelt_store *store, heap *in) {
    exnref e = in ? in->collector->make_exception(in, tag->type->param_count) : allocate(tag, store);
    if (!e)
        return NULL;
    e->tag = tag;
    e->store = store;
    e->references += 1;
    wasmelt_rt_tag_retain(tag);
    if (store && !tag->store)
        wasmelt_rt_store_use(store);
    return e;
}

/* Whether the exception counts the reference in value `k` of its payload. An exception that is an object of a heap does not count
 * references to that heap's objects. */
static bool counts(const wasmelt_exception *e, uint32_t k) {
    const wasmelt_exception *held = e->values[k].exnref;
    return wasmelt_is_exnref(e->tag->type->params[k]) && held && !(e->head.type && held->heap == e->heap);
}

void wasmelt_rt_exception_leave_heap(exnref e) {
    for (uint32_t k = 0; k < e->tag->type->param_count; k++)
        if (wasmelt_is_exnref(e->tag->type->params[k]) && !counts(e, k))
            exn_retain(e->values[k].exnref);
    e->head.type = 0;
}

void wasmelt_rt_exception_let_go(exnref e) {
    const wasmelt_tag *tag = e->tag;
    for (uint32_t k = 0; k < tag->type->param_count; k++)
        if (counts(e, k))
            exn_lose(e->values[k].exnref);
    if (e->store && !e->heap)
        wasmelt_rt_store_discharge(e->store, charge_of(tag));
    if (e->store && !tag->store)
        wasmelt_rt_store_unuse(e->store);
    wasmelt_rt_tag_release(tag);
}

static void destroy(exnref e) {
    wasmelt_rt_exception_let_go(e);
    if (e->heap)
        heap_of(e->heap)->collector->unuse(heap_of(e->heap));
    else
        wasmelt_rt_release(e);
}

void wasmelt_rt_exceptions_free_dead(void) {
    if (wasmelt_dead)
        probe();
    while (wasmelt_dead) {
        exnref e = wasmelt_dead;
        wasmelt_dead = e->next;
        destroy(e);
    }
}

/* ---- For hosts ---- */

bool wasmelt_tag_init(wasmelt_tag *tag, const wasmelt_type *type) {
    wasmelt_func typed;
    if (!wasmelt_func_init(&typed, NULL, NULL, type))
        return false;
    *tag = (wasmelt_tag){type, typed.type_id, NULL};
    return true;
}

static void set_payload(exnref e, const wasmelt_value *payload) {
    for (uint32_t k = 0; k < e->tag->type->param_count; k++) {
        e->values[k] = payload[k];
        if (counts(e, k))
            exn_retain(payload[k].exnref);
    }
}

wasmelt_exception *wasmelt_exception_new(const wasmelt_tag *tag, const wasmelt_value *payload) {
    probe();
    heap *h = tag->store ? wasmelt_rt_store_heap_or_null(tag->store) : NULL;
    if (h)
        h->collector->keep_words(h, payload, tag->type->param_count * sizeof *payload);
    exnref e = make(tag, tag->store, h);
    if (h)
        h->collector->keep_words(h, NULL, 0);
    if (e)
        set_payload(e, payload);
    return e;
}

const wasmelt_tag *wasmelt_exception_tag(const wasmelt_exception *exception) {
    return exception->tag;
}

const wasmelt_value *wasmelt_exception_payload(const wasmelt_exception *exception) {
    return exception->values;
}

wasmelt_exception *wasmelt_exception_retain(wasmelt_exception *exception) {
    return exn_retain(exception);
}

void wasmelt_exception_release(wasmelt_exception *exception) {
    if (!exception)
        return;
    exn_lose(exception);
    wasmelt_rt_exceptions_free_dead();
}

void wasmelt_throw(wasmelt_exception *exception) {
    if (!exception)
        wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
    exn_take(&wasmelt_pending, exn_retain(exception));
    wasmelt_rt_exceptions_free_dead();
}

/* ---- For generated code ---- */

void wasmelt_throw_new(const wasmelt_instance *instance, const wasmelt_tag *tag) {
    probe();
    wasmelt_rt_exceptions_free_dead(); /* makes room below the limit */
    exnref e = make(tag, tag->store ? tag->store : instance->store, instance->heap ? heap_of(instance->heap) : NULL);
    if (!e)
        wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
    wasmelt_pending = e;
}

void wasmelt_throw_ref(exnref e) {
    if (!e)
        wasmelt_trap_null();
    wasmelt_pending = exn_retain(e);
}

exnref wasmelt_heap_adopt_exception(wasmelt_heap *heap, exnref e) {
    if (e->heap == heap)
        return e;
    probe();
    exnref copy = make(e->tag, e->store, heap_of(heap));
    if (!copy)
        wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
    set_payload(copy, e->values);
    exn_lose(copy);
    return copy;
}

exnref wasmelt_heap_receive_exception(wasmelt_heap *heap, exnref e) {
    exnref own = wasmelt_heap_adopt_exception(heap, e);
    exn_lose(e);
    return own;
}

void wasmelt_catch(exn_frame *frame, exnref *variables, size_t count, exnref *x) {
    exn_result(frame, variables, count, x, take_pending());
}

void wasmelt_hold(exn_frame *frame, exnref *variables, size_t count, exnref *x, exnref e) {
    exn_result(frame, variables, count, x, exn_retain(e));
}

void wasmelt_store_exception(exnref *x, exnref e) {
    exn_take(x, exn_retain(e));
}

void wasmelt_leave(exn_frame *frame) {
    exn_leave_inline(frame);
}

/* ---- At the borders of wasmelt_run ---- */

static void begin(exceptions_outside *outside) {
    *outside = (exceptions_outside){wasmelt_frames, take_pending()};
}

/* Releases the references of frames that are on the stack of the run that ends, and that were made after it began. If a thread has switched
 * stacks inside a run, frames of other runs are between them in the list. */
static void drop(const exceptions_outside *outside, const run_stack *s) {
    thread *t = wasmelt_rt_this_thread;
    exn_frame *next;
    for (exn_frame *f = wasmelt_frames; f && f != outside->frames; f = next) {
        next = f->outer;
        const run_stack *on = wasmelt_rt_stack_at(t, (uintptr_t)f);
        if (!on || (on == s && (uintptr_t)f < s->innermost_at)) /* null: the frame is where a sanitizer keeps variables */
            exn_leave_inline(f);
    }
    for (; t->tail && t->tail->exception_count > 0; t->tail->exception_count--)
        exn_take(&t->tail->exceptions[t->tail->exception_count - 1], NULL);
    exn_take(&wasmelt_pending, NULL);
}

void wasmelt_rt_exceptions_forget(uintptr_t low, uintptr_t high) {
    exn_frame *next;
    for (exn_frame *f = wasmelt_frames; f; f = next) {
        next = f->outer;
        if ((uintptr_t)f >= low && (uintptr_t)f < high)
            exn_leave_inline(f);
    }
    wasmelt_rt_exceptions_free_dead();
}

static void end(const exceptions_outside *outside) {
    wasmelt_pending = outside->pending;
    wasmelt_rt_exceptions_free_dead();
}

/* ---- Uncaught exceptions ---- */

/* The exception stays pending, so that a trap would find it, until it is kept: by its store or, if it has none, by the thread. */
static wasmelt_exception *take_uncaught(void) {
    exnref e = wasmelt_pending, before = NULL;
    if (!e)
        return NULL;
    if (e->store) {
        before = wasmelt_rt_store_keep(e->store, e);
    } else {
        before = wasmelt_rt_this_thread->uncaught;
        wasmelt_rt_this_thread->uncaught = e;
    }
    wasmelt_pending = NULL;
    if (before)
        exn_lose(before);
    return e;
}

const exceptions_part wasmelt_rt_exceptions = {
    .begin = begin,
    .end = end,
    .drop = drop,
    .take_uncaught = take_uncaught,
    .store = wasmelt_store_exception,
    .release = wasmelt_exception_release,
    .free_dead = wasmelt_rt_exceptions_free_dead,
};
