/* What generated code with exceptions is written in, beside code.h. Only generated code and the runtime include
 * this.
 *
 * A thrown exception is `wasmelt_pending` of its thread. Whoever throws returns at once, with any result; after a
 * call that may have thrown, the caller asks `unwinding()`, and goes to its handler or returns too. References to
 * exceptions in variables are counted: a variable is declared `exnref x OWNED`, which gives its reference back
 * when the function ends; what a function returns is counted for its caller, what it is passed is not. */
#ifndef WASMELT_UNWIND_H
#define WASMELT_UNWIND_H

#include <wasmelt/exception.h>

struct wasmelt_exception {
    const wasmelt_tag *tag;
    const wasmelt_type *type; /* the tag's, which outlives it */
    uint64_t references;
    wasmelt_exception *newer, *older; /* neighbours among the thread's own */
    uint32_t run;                     /* depth of the wasmelt_run it was made in; 0: it is shared, see exception.c */
    wasmelt_value values[];           /* the payload */
};

typedef wasmelt_exception *exnref;

/* Where it is, is an offset that a shared library reads from memory, and that an executable, for which
 * WASMELT_EXECUTABLE is defined, has in the instruction. */
#ifdef WASMELT_EXECUTABLE
#define WASMELT_TLS_MODEL "local-exec"
#else
#define WASMELT_TLS_MODEL "initial-exec"
#endif

extern _Thread_local exnref wasmelt_pending __attribute__((tls_model(WASMELT_TLS_MODEL)));

/* Makes an exception pending whose payload is to be filled in. Traps when memory is short. */
void wasmelt_throw_new(const wasmelt_tag *tag);
/* Makes one pending that was caught; traps if it is null. */
void wasmelt_throw_ref(exnref e);
/* Ends the wasmelt_run with the pending exception: it has reached a function that hosts call. */
__attribute__((noreturn, cold)) void wasmelt_trap_uncaught(void);

#define OWNED __attribute__((cleanup(exn_drop)))

static inline __attribute__((always_inline, unused)) _Bool unwinding(void) {
    return __builtin_expect(wasmelt_pending != NULL, 0);
}

/* Whether the pending exception has the tag. */
static inline __attribute__((always_inline, unused)) _Bool caught(const wasmelt_tag *tag) {
    return wasmelt_pending->tag == tag;
}

/* The pending exception, which is pending no more; counted for the caller. */
static inline __attribute__((unused)) exnref take_pending(void) {
    exnref e = wasmelt_pending;
    wasmelt_pending = NULL;
    return e;
}

/* Makes pending what a variable holds that nothing reads any more: its reference moves. */
static inline __attribute__((unused)) void throw_again(exnref *x) {
    wasmelt_pending = *x;
    *x = NULL;
}

static inline __attribute__((unused)) exnref exn_retain(exnref e) {
    if (e)
        __atomic_fetch_add(&e->references, 1, __ATOMIC_RELAXED);
    return e;
}

static inline __attribute__((unused)) void exn_drop(exnref *x) {
    if (*x)
        wasmelt_exception_release(*x);
}

/* x = e, where e is counted already. */
static inline __attribute__((unused)) void exn_take(exnref *x, exnref e) {
    exnref old = *x;
    *x = e;
    if (old)
        wasmelt_exception_release(old);
}

/* x = e */
static inline __attribute__((unused)) void exn_set(exnref *x, exnref e) {
    exn_take(x, exn_retain(e));
}

/* The same for a global. */
static inline __attribute__((unused)) void exn_store(exnref *x, exnref e) {
    exn_take(x, wasmelt_exception_retain(e));
}

#endif
