/* Exceptions, written as generated code is. The sanitized runs find whatever is not freed, or freed too early. */
#include "case.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <wasmelt/support.h>
#include <wasmelt/unwind.h>

static const wasmelt_valtype i32_i64[] = {WASMELT_I32, WASMELT_I64}, exn[] = {WASMELT_EXNREF};

#define TAG_TYPE(list, n) {WASMELT_TYPE_FUNC, true, WASMELT_NO_TYPE, 0, 1, list, NULL, NULL, n, 0, NULL}
static const wasmelt_type number_type = TAG_TYPE(i32_i64, 2), nested_type = TAG_TYPE(exn, 1);
static wasmelt_tag number, nested;

static void make_tags(void) {
    CHECK(wasmelt_tag_init(&number, &number_type) && wasmelt_tag_init(&nested, &nested_type));
}

/* ---- Code that throws and catches ---- */

static void throw_number(uint32_t n) {
    wasmelt_throw_new(&number);
    wasmelt_pending->values[0].i32 = n;
    wasmelt_pending->values[1].i64 = n * UINT64_C(1000000007);
}

static exnref caught_number(uint32_t n) {
    throw_number(n);
    return take_pending();
}

static void throw_seven(void *unused) {
    (void)unused;
    throw_number(7);
}

static void trap_with_three_in_frames(void *unused) {
    exnref a OWNED = caught_number(1);
    exnref b OWNED = caught_number(2);
    (void)unused, (void)a;
    wasmelt_throw_ref(b); /* and this one is pending */
    wasmelt_trap_unreachable();
}

/* ---- Uncaught exceptions ---- */

CASE(an_uncaught_exception_is_a_value_with_tag_and_payload) {
    wasmelt_trap trap;
    make_tags();
    CHECK(wasmelt_run(throw_seven, NULL, &trap) == WASMELT_TRAP_UNCAUGHT_EXCEPTION);
    CHECK(trap.exception && wasmelt_exception_tag(trap.exception) == &number);
    CHECK(wasmelt_exception_payload(trap.exception)[0].i32 == 7);
    CHECK(wasmelt_exception_payload(trap.exception)[1].i64 == 7 * UINT64_C(1000000007));
    CHECK(!unwinding());
}

CASE(an_uncaught_exception_nobody_looks_at_is_freed) {
    make_tags();
    for (int k = 0; k < 1000; k++)
        CHECK(wasmelt_run(throw_seven, NULL, NULL) == WASMELT_TRAP_UNCAUGHT_EXCEPTION);
}

static void *throw_and_end(void *unused) {
    wasmelt_trap trap;
    CHECK(wasmelt_run(throw_seven, unused, &trap) == WASMELT_TRAP_UNCAUGHT_EXCEPTION);
    return wasmelt_exception_retain(trap.exception);
}

CASE(a_retained_exception_outlives_its_thread) {
    pthread_t thread;
    void *kept;
    make_tags();
    CHECK(pthread_create(&thread, NULL, throw_and_end, NULL) == 0 && pthread_join(thread, &kept) == 0);
    CHECK(wasmelt_exception_payload(kept)[0].i32 == 7);
    wasmelt_exception_release(kept);
}

static void call_export_that_throws(void *unused) {
    throw_seven(unused);
    if (unwinding())
        wasmelt_trap_uncaught();
    abort();
}

CASE(an_exception_that_reaches_an_export_ends_the_run_there) {
    wasmelt_trap trap;
    make_tags();
    CHECK(wasmelt_run(call_export_that_throws, NULL, &trap) == WASMELT_TRAP_UNCAUGHT_EXCEPTION);
    CHECK(wasmelt_exception_payload(trap.exception)[0].i32 == 7);
}

/* ---- Hosts that throw ---- */

static void throw_on(void *kept) {
    wasmelt_throw(kept);
}

CASE(a_host_throws_what_it_made) {
    make_tags();
    wasmelt_value payload[2] = {{.i32 = 5}, {.i64 = 6}};
    wasmelt_exception *e = wasmelt_exception_new(&number, payload);
    CHECK(e);
    for (int k = 0; k < 3; k++) {
        wasmelt_trap trap;
        CHECK(wasmelt_run(throw_on, e, &trap) == WASMELT_TRAP_UNCAUGHT_EXCEPTION && trap.exception == e);
    }
    wasmelt_exception_release(e);
}

static void catch_and_throw_on(void *unused) {
    wasmelt_trap trap;
    (void)unused;
    CHECK(wasmelt_run(throw_seven, NULL, &trap) == WASMELT_TRAP_UNCAUGHT_EXCEPTION);
    wasmelt_throw(trap.exception);
}

CASE(a_host_throws_on_what_an_inner_call_did_not_catch) {
    wasmelt_trap trap;
    make_tags();
    CHECK(wasmelt_run(catch_and_throw_on, NULL, &trap) == WASMELT_TRAP_UNCAUGHT_EXCEPTION);
    CHECK(wasmelt_exception_payload(trap.exception)[0].i32 == 7);
}

/* ---- Traps drop the frames that held exceptions ---- */

CASE(a_trap_frees_what_its_frames_held) {
    make_tags();
    for (int k = 0; k < 100; k++)
        CHECK(wasmelt_run(trap_with_three_in_frames, NULL, NULL) == WASMELT_TRAP_UNREACHABLE);
    CHECK(!unwinding());
}

static void hold_one_over_a_trap(void *unused) {
    exnref outer OWNED = caught_number(3);
    CHECK(wasmelt_run(trap_with_three_in_frames, unused, NULL) == WASMELT_TRAP_UNREACHABLE);
    CHECK(outer->values[0].i32 == 3);
}

CASE(a_trap_leaves_the_frames_outside_alone) {
    make_tags();
    CHECK(wasmelt_run(hold_one_over_a_trap, NULL, NULL) == WASMELT_TRAP_NONE);
}

static exnref global;

static void store_and_trap(void *unused) {
    exnref e OWNED = caught_number(4);
    (void)unused;
    exn_store(&global, e);
    wasmelt_trap_unreachable();
}

CASE(what_a_global_holds_survives_a_trap) {
    make_tags();
    CHECK(wasmelt_run(store_and_trap, NULL, NULL) == WASMELT_TRAP_UNREACHABLE);
    CHECK(global->values[0].i32 == 4);
    /* The reference of the frame that the trap dropped was never given back. */
    CHECK(global->references == 2);
    global->references = 1;
    exn_store(&global, NULL);
}

/* ---- References in other places ---- */

CASE(a_table_counts_its_exceptions) {
    static const wasmelt_table_type type = {.minimum = 4, .element = WASMELT_EXNREF};
    make_tags();
    wasmelt_table *t = wasmelt_table_new(&type), *u = wasmelt_table_new(&type);
    CHECK(t && u && t->holds_exceptions);
    exnref e = caught_number(9);
    wasmelt_table_fill(t, 0, e, 4);
    CHECK(e->references == 5);
    wasmelt_table_write(t, 1, NULL);
    wasmelt_table_copy(t, 1, t, 0, 3); /* overlapping: 9 9 0 9 */
    CHECK(e->references == 4 && wasmelt_table_read(t, 1) == e && !wasmelt_table_read(t, 2));
    wasmelt_table_copy(u, 0, t, 0, 4);
    CHECK(e->references == 7);
    CHECK(wasmelt_table_grow(u, 100, e) == 4 && e->references == 107);
    wasmelt_table_free(u);
    CHECK(e->references == 4);
    wasmelt_table_free(t);
    CHECK(e->references == 1);
    wasmelt_exception_release(e);
}

CASE(a_chain_of_a_million_nested_exceptions_is_freed_without_recursion) {
    make_tags();
    exnref inner = caught_number(1);
    for (int k = 0; k < 1000000; k++) {
        wasmelt_throw_new(&nested);
        wasmelt_pending->values[0].exnref = wasmelt_exception_retain(inner);
        wasmelt_exception_release(inner);
        inner = take_pending();
    }
    wasmelt_exception_release(inner);
}

static void throw_null(void *unused) {
    (void)unused;
    wasmelt_throw_ref(NULL);
}

CASE(throw_ref_of_null_traps) {
    CHECK(wasmelt_run(throw_null, NULL, NULL) == WASMELT_TRAP_NULL_REFERENCE);
}

#ifndef __SANITIZE_THREAD__ /* it follows only so many calls */
static volatile bool endless = true;

static void throw_at_the_end_of_the_stack(void *unused) {
    exnref e OWNED = caught_number(1);
    if (endless)
        throw_at_the_end_of_the_stack(unused);
    CHECK(e->values[0].i32 == 1);
}

CASE(an_exception_at_the_end_of_the_stack_is_a_trap_that_leaves_the_heap_whole) {
    make_tags();
    for (int k = 0; k < 20; k++)
        CHECK(wasmelt_run(throw_at_the_end_of_the_stack, NULL, NULL) == WASMELT_TRAP_STACK_EXHAUSTED);
    for (int k = 0; k < 1000; k++)
        wasmelt_exception_release(caught_number(1));
}
#endif
