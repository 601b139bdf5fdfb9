/* What generated code with exceptions is written in, beside code.h. Only generated code and the runtime include
 * this.
 *
 * A thrown exception is `wasmelt_pending` of its thread. Whoever throws returns at once, with any result; after a
 * call that may have thrown, the caller asks `unwinding()`, and goes to its handler or returns too.
 *
 * References to exceptions in variables are counted. A function's are the members of a struct `own`, which an exn_frame
 * tells of; it is declared OWNED, which gives the references back when the function ends. A trap drops functions without
 * ending them: it finds their frames in the thread's list. What a function returns is counted for its caller, what it is
 * passed is not.
 *
 * Nothing here calls a function: where the stack is at its end a call traps, and the count that a reference has lost or
 * gained would be wrong. So what nobody refers to any more only goes to the thread's list of the dead. Those are freed
 * when the thread throws next, or its wasmelt_run ends. */
#ifndef WASMELT_UNWIND_H
#define WASMELT_UNWIND_H

#include <wasmelt/target.h>

#include <wasmelt/exception.h>
#include <wasmelt/module.h>

struct wasmelt_exception {
    const wasmelt_tag *tag; /* counted, if it is a module's */
    wasmelt_store *store;   /* or null; the tag's, or else counted */
    uint64_t references;    /* by variables, globals, tables, payloads and hosts, on any thread; atomic */
    wasmelt_exception *next; /* when nobody refers to it: in a list of such */
    wasmelt_value values[]; /* the payload */
};

typedef wasmelt_exception *exnref;

/* The counted variables of a function that has not ended. */
typedef struct exn_frame {
    struct exn_frame *outer; /* of the function that has called it, directly or not */
    exnref *variables;
    size_t count;
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

/* Makes an exception pending, thrown by code of `instance`, whose payload is to be filled in: it is all zero. Traps when
 * memory is short, or the store's limit reached. */
void wasmelt_throw_new(const wasmelt_instance *instance, const wasmelt_tag *tag);
/* Makes one pending that was caught; traps if it is null. */
void wasmelt_throw_ref(exnref e);
/* Ends the wasmelt_run with the pending exception: it has reached a function that hosts call. */
__attribute__((noreturn, cold)) void wasmelt_trap_uncaught(void);

#define OWNED __attribute__((cleanup(exn_leave)))

static inline __attribute__((always_inline, unused)) _Bool unwinding(void) {
    return __builtin_expect(wasmelt_pending != NULL, 0);
}

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

/* x = e, where e is counted already. */
static inline __attribute__((always_inline, unused)) void exn_take(exnref *x, exnref e) {
    exnref old = *x;
    *x = e;
    if (old)
        exn_lose(old);
}

/* x = e */
static inline __attribute__((always_inline, unused)) void exn_set(exnref *x, exnref e) {
    exn_take(x, exn_retain(e));
}

static inline __attribute__((always_inline, unused)) void exn_leave(exn_frame *frame) {
    exn_frame **at = &wasmelt_frames;
    while (*at != frame) /* only where the thread has switched stacks meanwhile */
        at = &(*at)->outer;
    *at = frame->outer;
    for (size_t k = 0; k < frame->count; k++)
        if (frame->variables[k])
            exn_lose(frame->variables[k]);
}

#endif
