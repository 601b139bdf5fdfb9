/* What generated code with exceptions is written in, beside core.h. Only generated code and the runtime include
 * this.
 *
 * A thrown exception is `wasmelt_pending` of its thread. Whoever throws returns at once, with any result; after a
 * call that may have thrown, the caller asks `unwinding()`, and goes to its handler or returns too.
 *
 * References to exceptions in variables are counted. A function's are the members of a struct `own`. Once one of them is
 * given a value the function's exn_frame tells of them, in the thread's list; it is declared OWNED, which gives the
 * references back when the function ends. A trap drops functions without ending them, and finds their frames
 * in the list. What a function returns is counted for its caller, what it is passed is not.
 *
 * Where the stack is at its end a call traps. So a reference that no variable holds, as that which a function is about
 * to return, sees no call, and what nobody refers to any more is not freed where that comes about, but goes to the
 * thread's list of the dead. Those are freed when the thread throws next, or its wasmelt_run ends.
 *
 * Where the module has a heap (heap.h), exceptions are objects of it, and references to them in parameters, variables, fields and payloads
 * are not counted: they have no exn_frame. What goes out is counted still: the pending exception, globals, tables, results of functions,
 * arguments of tail calls. What comes in goes through exn_receive or exn_adopt. */
#ifndef WASMELT_CODE_UNWIND_H
#define WASMELT_CODE_UNWIND_H

#include <wasmelt/target.h>

#include <wasmelt/exception.h>
#include <wasmelt/module.h>

struct wasmelt_exception {
    wasmelt_object head;
    uint32_t count;          /* of values */
    const wasmelt_tag *tag;  /* counted, if it is a module's */
    wasmelt_store *store;    /* or null; the tag's, or else counted */
    wasmelt_heap *heap;      /* that it is an object of, or null */
    uint64_t references;     /* by variables, globals, tables, payloads, hosts, and its heap, on any thread; atomic */
    wasmelt_exception *next; /* in a heap's list; or when nobody refers to it: in a list of such */
    wasmelt_value values[];  /* the payload */
};

typedef wasmelt_exception *exnref;

/* The counted variables of a function that has not ended. */
typedef struct exn_frame {
    size_t count; /* 0: it is not in the list. All variables are null then, or not yet set, and so are the other members */
    exnref *variables;
    struct exn_frame *outer; /* the next in the list: of a function that has called it, directly or not */
} exn_frame;

/* Where it is, is an offset that a shared library reads from memory, and that an executable, for which
 * WASMELT_EXECUTABLE is defined, has in the instruction. */
#ifdef WASMELT_EXECUTABLE
#define WASMELT_TLS_MODEL "local-exec"
#else
#define WASMELT_TLS_MODEL "initial-exec"
#endif

extern _Thread_local exnref wasmelt_pending __attribute__((tls_model(WASMELT_TLS_MODEL)));
extern _Thread_local exn_frame *wasmelt_frames __attribute__((tls_model(WASMELT_TLS_MODEL))); /* the innermost */
extern _Thread_local exnref wasmelt_dead __attribute__((tls_model(WASMELT_TLS_MODEL)));

/* Makes an exception pending, thrown by code of `instance`, whose payload is to be filled in: it is all zero. It is in the instance's heap,
 * if that has one. Traps when memory is short, or the store's limit reached. */
void wasmelt_throw_new(const wasmelt_instance *instance, const wasmelt_tag *tag);
/* Makes one pending that was caught; traps if it is null. */
void wasmelt_throw_ref(exnref e);
/* Ends the wasmelt_run with the pending exception: it has reached a function that hosts call. */
__attribute__((noreturn, cold)) void wasmelt_trap_uncaught(void);

/* What gives a variable a value is told of all of them: wasmelt_hold(OWN, &own.x, e). */
#define OWN &frame, (exnref *)&own, sizeof own / sizeof(exnref)

/* x = the pending exception, which is pending no more. */
void wasmelt_catch(exn_frame *frame, exnref *variables, size_t count, exnref *x);
/* x = e */
void wasmelt_hold(exn_frame *frame, exnref *variables, size_t count, exnref *x, exnref e);
/* The same where x is no function's variable, but a global. */
void wasmelt_store_exception(exnref *x, exnref e);
/* Gives the function's references back. */
void wasmelt_leave(exn_frame *frame);

#define OWNED __attribute__((cleanup(exn_leave)))
/* In a function that returns a reference to an exception. */
#define OWNED_BESIDE_RESULT __attribute__((cleanup(exn_leave_inline)))

/* Whether an exception is pending. A macro: it stands behind each call, and inlining takes compilers time for all that follows. */
#define unwinding() __builtin_expect(wasmelt_pending != NULL, 0)

/* Whether the pending exception has the tag. */
static inline __attribute__((always_inline, unused)) _Bool caught(const wasmelt_tag *tag) {
    return wasmelt_pending->tag == tag;
}

/* The pending exception, which is pending no more; counted for the caller. */
static inline __attribute__((always_inline, unused)) exnref take_pending(void) {
    exnref e = wasmelt_pending;
    wasmelt_pending = NULL;
    return e;
}

/* Makes pending what a variable holds that nothing reads any more: its reference moves. */
static inline __attribute__((always_inline, unused)) void throw_again(exnref *x) {
    wasmelt_pending = *x;
    *x = NULL;
}

static inline __attribute__((always_inline, unused)) exnref exn_retain(exnref e) {
    if (e)
        __atomic_fetch_add(&e->references, 1, __ATOMIC_RELAXED);
    return e;
}

/* Gives a reference back. */
static inline __attribute__((always_inline, unused)) void exn_lose(exnref e) {
    if (__atomic_sub_fetch(&e->references, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    e->next = wasmelt_dead;
    wasmelt_dead = e;
}

/* In a module with a heap: a counted reference, as a call's result or what is pending, that its variables are to hold; and one
 * that is not counted, as a parameter, or what a global, a table or a payload has. Either may copy the exception, and so allocate, if it
 * comes from elsewhere; exceptions have no identity. */
exnref wasmelt_heap_receive_exception(wasmelt_heap *heap, exnref e);
exnref wasmelt_heap_adopt_exception(wasmelt_heap *heap, exnref e);

static inline __attribute__((always_inline, unused)) exnref exn_receive(wasmelt_heap *heap, exnref e) {
    return e ? wasmelt_heap_receive_exception(heap, e) : NULL;
}

static inline __attribute__((always_inline, unused)) exnref exn_adopt(wasmelt_heap *heap, exnref e) {
    return e && e->heap != heap ? wasmelt_heap_adopt_exception(heap, e) : e;
}

/* x = e, where e is counted already. */
static inline __attribute__((always_inline, unused)) void exn_take(exnref *x, exnref e) {
    exnref old = *x;
    *x = e;
    if (old)
        exn_lose(old);
}

/* Puts a function's frame into the list, if it is not there. */
static inline __attribute__((always_inline, unused)) void exn_enter(exn_frame *frame, exnref *variables, size_t count) {
    if (frame->count)
        return;
    for (size_t k = 0; k < count; k++)
        variables[k] = NULL;
    *frame = (exn_frame){count, variables, wasmelt_frames};
    wasmelt_frames = frame;
}

/* x = e, which a function has returned. */
static inline __attribute__((always_inline, unused)) void exn_result(exn_frame *frame, exnref *variables, size_t count, exnref *x,
                                                                     exnref e) {
    exn_enter(frame, variables, count);
    exn_take(x, e);
}

static inline __attribute__((always_inline, unused)) void exn_leave_inline(exn_frame *frame) {
    if (!frame->count)
        return;
    exn_frame **at = &wasmelt_frames;
    while (*at != frame) /* only where the thread has switched stacks meanwhile */
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
