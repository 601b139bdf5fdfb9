/* What generated code with exceptions uses in addition to core.h. Only generated code and the runtime include this.
 *
 * A thrown exception is `wasmelt_pending` of its thread. A function that throws returns at once, with any result. After a call that may
 * have thrown, the caller tests `unwinding()`, and goes to its handler, or returns as well.
 *
 * References to exceptions in variables are counted. Those of a function are the members of its struct `own`. Once one of them has been
 * assigned, the function's exn_frame, which is in a list of the thread, describes them. The frame is declared OWNED, which releases the
 * references when the function ends. A trap drops functions without ending them, and finds their frames in the list. A function counts what
 * it returns for its caller; what it is passed is not counted.
 *
 * A call traps at the end of the stack. So no call is made while a reference is not held by any variable, such as one that a function is
 * about to return; and an exception without references is not freed at once, but put into the thread's list of the dead. These are freed
 * when the thread throws next, or when its wasmelt_run ends.
 *
 * In a module with a heap (heap.h), exceptions are objects of the heap, and references to them in parameters, variables, fields and
 * payloads are not counted: there is no exn_frame. References that leave the function are still counted: the pending exception, globals,
 * tables, results of functions, and arguments of tail calls. References that come in go through exn_receive or exn_adopt. */
#ifndef WASMELT_CODE_UNWIND_H
#define WASMELT_CODE_UNWIND_H

#include <wasmelt/target.h>

#include <wasmelt/code/support.h>
#include <wasmelt/exception.h>
#include <wasmelt/module.h>

struct wasmelt_exception {
    wasmelt_object head;
    uint32_t count;          /* number of values */
    const wasmelt_tag *tag;  /* counted, if a module defines it */
    wasmelt_store *store;    /* null, or that of the tag, or another one, which is counted */
    wasmelt_heap *heap;      /* the heap of which it is an object, or null */
    uint64_t references;     /* number of references in variables, globals, tables, payloads, hosts and its heap; any thread; atomic */
    wasmelt_exception *next; /* in a list of its heap, or in a list of exceptions without references */
    wasmelt_value values[];  /* the payload */
};

typedef wasmelt_exception *exnref;

/* The counted variables of a function that has not ended. */
typedef struct exn_frame {
    size_t count; /* 0: the frame is not in the list; the variables are null or not set yet, and so are the other members */
    exnref *variables;
    struct exn_frame *outer; /* the next in the list, of a function that has called this one, directly or not */
} exn_frame;

extern WASMELT_OF_THREAD(WASMELT_TLS_MODEL) exnref wasmelt_pending;
extern WASMELT_OF_THREAD(WASMELT_TLS_MODEL) exn_frame *wasmelt_frames; /* the frame of the innermost function */
extern WASMELT_OF_THREAD(WASMELT_TLS_MODEL) exnref wasmelt_dead;

/* Makes an exception pending, thrown by code of `instance`. Its payload is zero and has to be filled in. It is an object of the instance's
 * heap, if there is one. Traps when memory is short, or when the limit of the store is reached. */
void wasmelt_throw_new(const wasmelt_instance *instance, const wasmelt_tag *tag);
/* Makes an exception that was caught pending again; traps if it is null. */
void wasmelt_throw_ref(exnref e);

/* Functions that assign a variable get all owned variables: wasmelt_hold(OWN, &own.x, e). */
#define OWN &frame, (exnref *)&own, sizeof own / sizeof(exnref)

/* x = the pending exception, which is not pending any more. */
void wasmelt_catch(exn_frame *frame, exnref *variables, size_t count, exnref *x);
/* x = e */
void wasmelt_hold(exn_frame *frame, exnref *variables, size_t count, exnref *x, exnref e);
/* The same if x is a global. */
void wasmelt_store_exception(exnref *x, exnref e);
/* Releases the references of the function. */
void wasmelt_leave(exn_frame *frame);

#define OWNED __attribute__((cleanup(exn_leave)))
/* OWNED, for a function that returns a reference to an exception. */
#define OWNED_BESIDE_RESULT __attribute__((cleanup(exn_leave_inline)))

/* Whether an exception is pending. A macro, because it follows each call, and inlining so many functions would take compilers much time. */
#define unwinding() __builtin_expect(wasmelt_pending != NULL, 0)

/* Whether the pending exception has the tag. */
static inline __attribute__((always_inline, unused)) _Bool caught(const wasmelt_tag *tag) {
    return wasmelt_pending->tag == tag;
}

/* Takes the pending exception, which is not pending any more. It is counted for the caller. */
static inline __attribute__((always_inline, unused)) exnref take_pending(void) {
    exnref e = wasmelt_pending;
    wasmelt_pending = NULL;
    return e;
}

/* Makes the exception in a variable pending. Nothing reads the variable afterwards: its reference moves. */
static inline __attribute__((always_inline, unused)) void throw_again(exnref *x) {
    wasmelt_pending = *x;
    *x = NULL;
}

static inline __attribute__((always_inline, unused)) exnref exn_retain(exnref e) {
    if (e)
        __atomic_fetch_add(&e->references, 1, __ATOMIC_RELAXED);
    return e;
}

/* Releases a reference. */
static inline __attribute__((always_inline, unused)) void exn_lose(exnref e) {
    if (__atomic_sub_fetch(&e->references, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    e->next = wasmelt_dead;
    wasmelt_dead = e;
}

/* In a module with a heap: turn a reference that comes in into one for variables. `receive` is for a counted reference, such as a call's
 * result or the pending exception; `adopt` for one that is not counted, such as a parameter, or what a global, a table or a payload has.
 * Both copy the exception if it comes from elsewhere, and so may allocate; exceptions have no identity. */
exnref wasmelt_heap_receive_exception(wasmelt_heap *heap, exnref e);
exnref wasmelt_heap_adopt_exception(wasmelt_heap *heap, exnref e);

static inline __attribute__((always_inline, unused)) exnref exn_receive(wasmelt_heap *heap, exnref e) {
    return e ? wasmelt_heap_receive_exception(heap, e) : NULL;
}

static inline __attribute__((always_inline, unused)) exnref exn_adopt(wasmelt_heap *heap, exnref e) {
    return e && e->heap != heap ? wasmelt_heap_adopt_exception(heap, e) : e;
}

/* x = e, if e has been counted already. */
static inline __attribute__((always_inline, unused)) void exn_take(exnref *x, exnref e) {
    exnref old = *x;
    *x = e;
    if (old)
        exn_lose(old);
}

/* Puts the frame of a function into the list, unless it is there already. GCC may not see that the cleanup takes it out again, and warn of
 * a pointer that dangles. */
#if defined __GNUC__ && !defined __clang__ && __GNUC__ >= 12
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdangling-pointer"
#endif
static inline __attribute__((always_inline, unused)) void exn_enter(exn_frame *frame, exnref *variables, size_t count) {
    if (frame->count)
        return;
    for (size_t k = 0; k < count; k++)
        variables[k] = NULL;
    *frame = (exn_frame){count, variables, wasmelt_frames};
    wasmelt_frames = frame;
}
#if defined __GNUC__ && !defined __clang__ && __GNUC__ >= 12
#pragma GCC diagnostic pop
#endif

/* x = e, the result of a function. */
static inline __attribute__((always_inline, unused)) void exn_result(exn_frame *frame, exnref *variables, size_t count, exnref *x,
                                                                     exnref e) {
    exn_enter(frame, variables, count);
    exn_take(x, e);
}

static inline __attribute__((always_inline, unused)) void exn_leave_inline(exn_frame *frame) {
    if (!frame->count)
        return;
    exn_frame **at = &wasmelt_frames;
    while (*at != frame) /* only if the thread has switched stacks meanwhile */
        at = &(*at)->outer;
    *at = frame->outer;
    for (size_t k = 0; k < frame->count; k++)
        if (frame->variables[k])
            exn_lose(frame->variables[k]);
}

static inline __attribute__((always_inline, unused)) void exn_leave(exn_frame *frame) {
    if (__builtin_expect(frame->count > 0, 0))
        wasmelt_leave(frame);
}

#endif
