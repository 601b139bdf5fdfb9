/* Exceptions, written as generated code is. The sanitized runs find whatever is not freed, or freed too early. */
#include "case.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <wasmelt/store.h>

#include <wasmelt/code/support.h>
#include <wasmelt/code/unwind.h>

static const wasmelt_valtype i32_i64[] = {WASMELT_I32, WASMELT_I64}, exn[] = {WASMELT_EXNREF};

#define TAG_TYPE(list, n)                                                                                                                  \
    { WASMELT_TYPE_FUNC, true, WASMELT_NO_TYPE, 0, 1, list, NULL, NULL, n, 0, NULL }
static const wasmelt_type number_type = TAG_TYPE(i32_i64, 2), nested_type = TAG_TYPE(exn, 1);
static wasmelt_tag number, nested;
static wasmelt_instance code; /* that throws */

/* Every case ends the store: what is left of it then, a sanitizer finds. */
static void begin_with(uint64_t exception_bytes) {
    wasmelt_store_options options = {exception_bytes};
    CHECK(wasmelt_tag_init(&number, &number_type) && wasmelt_tag_init(&nested, &nested_type));
    CHECK((code.store = wasmelt_store_new(&options)));
}

static void begin(void) {
    begin_with(0);
}

static uint64_t bytes_in_use(void) {
    wasmelt_store_statistics s;
    wasmelt_store_get_statistics(code.store, &s);
    return s.exception_bytes;
}

static void end(void) {
    CHECK(!unwinding() && !wasmelt_frames);
    wasmelt_store_free(code.store);
    CHECK(!wasmelt_dead);
}

/* The same where nothing may be left but what is kept for the host. */
static void end_with_nothing(void) {
    CHECK(bytes_in_use() == 0);
    end();
}

/* ---- Code that throws and catches ---- */

static void throw_number(uint32_t n) {
    wasmelt_throw_new(&code, &number);
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

/* As generated code begins a function with counted variables. */
#define HOLDS(...)                                                                                                                         \
    struct {                                                                                                                               \
        exnref __VA_ARGS__;                                                                                                                \
    } own;                                                                                                                                 \
    exn_frame frame OWNED;                                                                                                                 \
    frame.count = 0

static void trap_with_three_in_frames(void *unused) {
    HOLDS(a, b);
    (void)unused;
    exn_result(OWN, &own.a, caught_number(1));
    exn_result(OWN, &own.b, caught_number(2));
    wasmelt_throw_ref(own.b); /* and this one is pending */
    wasmelt_trap_unreachable();
}

/* ---- Uncaught exceptions ---- */

CASE(an_uncaught_exception_is_a_value_with_tag_and_payload) {
    wasmelt_trap trap;
    begin();
    CHECK(wasmelt_run(throw_seven, NULL, &trap) == WASMELT_TRAP_UNCAUGHT_EXCEPTION);
    CHECK(trap.exception && wasmelt_exception_tag(trap.exception) == &number);
    CHECK(wasmelt_exception_payload(trap.exception)[0].i32 == 7);
    CHECK(wasmelt_exception_payload(trap.exception)[1].i64 == 7 * UINT64_C(1000000007));
    end();
}

CASE(an_uncaught_exception_nobody_looks_at_is_freed) {
    begin();
    CHECK(wasmelt_run(throw_seven, NULL, NULL) == WASMELT_TRAP_UNCAUGHT_EXCEPTION);
    uint64_t one = bytes_in_use();
    for (int k = 0; k < 1000; k++)
        CHECK(wasmelt_run(throw_seven, NULL, NULL) == WASMELT_TRAP_UNCAUGHT_EXCEPTION);
    CHECK(bytes_in_use() == one);
    end();
}

CASE(an_uncaught_exception_is_the_hosts_until_its_store_has_another) {
    wasmelt_trap trap;
    begin();
    CHECK(wasmelt_run(throw_seven, NULL, &trap) == WASMELT_TRAP_UNCAUGHT_EXCEPTION);
    for (int k = 0; k < 3; k++)
        CHECK(wasmelt_run(trap_with_three_in_frames, NULL, NULL) == WASMELT_TRAP_UNREACHABLE);
    wasmelt_instance other = {.store = wasmelt_store_new(NULL)}, first = code;
    code = other;
    CHECK(wasmelt_run(throw_seven, NULL, NULL) == WASMELT_TRAP_UNCAUGHT_EXCEPTION);
    CHECK(wasmelt_exception_payload(trap.exception)[0].i32 == 7);
    wasmelt_store_free(other.store);
    code = first;
    CHECK(wasmelt_exception_payload(trap.exception)[0].i32 == 7);
    end();
}

static void *throw_and_end(void *unused) {
    wasmelt_trap trap;
    CHECK(wasmelt_run(throw_seven, unused, &trap) == WASMELT_TRAP_UNCAUGHT_EXCEPTION);
    return wasmelt_exception_retain(trap.exception);
}

CASE(a_retained_exception_outlives_its_thread_and_its_store) {
    pthread_t thread;
    void *kept;
    begin();
    CHECK(pthread_create(&thread, NULL, throw_and_end, NULL) == 0 && pthread_join(thread, &kept) == 0);
    end();
    CHECK(wasmelt_exception_payload(kept)[0].i32 == 7);
    wasmelt_exception_release(kept);
}

static void *throw_and_end_the_store(void *unused) {
    begin();
    CHECK(wasmelt_run(throw_seven, unused, NULL) == WASMELT_TRAP_UNCAUGHT_EXCEPTION);
    end();
    return NULL;
}

CASE(nothing_of_a_store_stays_with_a_thread) {
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, throw_and_end_the_store, NULL) == 0 && pthread_join(thread, NULL) == 0);
}

static void call_export_that_throws(void *unused) {
    throw_seven(unused);
    if (unwinding())
        wasmelt_trap_uncaught();
    abort();
}

CASE(an_exception_that_reaches_an_export_ends_the_run_there) {
    wasmelt_trap trap;
    begin();
    CHECK(wasmelt_run(call_export_that_throws, NULL, &trap) == WASMELT_TRAP_UNCAUGHT_EXCEPTION);
    CHECK(wasmelt_exception_payload(trap.exception)[0].i32 == 7);
    end();
}

/* ---- Hosts that throw ---- */

static void throw_on(void *kept) {
    wasmelt_throw(kept);
}

CASE(a_host_throws_what_it_made) {
    begin();
    wasmelt_value payload[2] = {{.i32 = 5}, {.i64 = 6}};
    wasmelt_exception *e = wasmelt_exception_new(&number, payload);
    CHECK(e);
    for (int k = 0; k < 3; k++) {
        wasmelt_trap trap;
        CHECK(wasmelt_run(throw_on, e, &trap) == WASMELT_TRAP_UNCAUGHT_EXCEPTION && trap.exception == e);
    }
    wasmelt_exception_release(e);
    end_with_nothing();
}

static void *throw_what_it_made(void *unused) {
    wasmelt_trap trap;
    wasmelt_value payload[2] = {{.i32 = 5}, {.i64 = 6}};
    wasmelt_exception *e = wasmelt_exception_new(&number, payload);
    CHECK(wasmelt_run(throw_on, e, &trap) == WASMELT_TRAP_UNCAUGHT_EXCEPTION);
    wasmelt_exception_release(e);
    CHECK(wasmelt_exception_payload(trap.exception)[0].i32 == 5);
    return unused;
}

CASE(what_a_host_made_and_nobody_caught_goes_with_the_thread) {
    pthread_t thread;
    begin();
    CHECK(pthread_create(&thread, NULL, throw_what_it_made, NULL) == 0 && pthread_join(thread, NULL) == 0);
    end_with_nothing();
}

CASE(to_throw_what_could_not_be_made_is_a_trap) {
    CHECK(wasmelt_run(throw_on, NULL, NULL) == WASMELT_TRAP_OUT_OF_RESOURCES);
}

static void catch_and_throw_on(void *unused) {
    wasmelt_trap trap;
    (void)unused;
    CHECK(wasmelt_run(throw_seven, NULL, &trap) == WASMELT_TRAP_UNCAUGHT_EXCEPTION);
    wasmelt_throw(trap.exception);
}

CASE(a_host_throws_on_what_an_inner_call_did_not_catch) {
    wasmelt_trap trap;
    begin();
    CHECK(wasmelt_run(catch_and_throw_on, NULL, &trap) == WASMELT_TRAP_UNCAUGHT_EXCEPTION);
    CHECK(wasmelt_exception_payload(trap.exception)[0].i32 == 7);
    end();
}

static void sees_nothing(void *unused) {
    (void)unused;
    CHECK(!unwinding());
}

static void throw_and_run_something(void *unused) {
    throw_seven(unused);
    CHECK(wasmelt_run(sees_nothing, NULL, NULL) == WASMELT_TRAP_NONE);
    CHECK(wasmelt_run(trap_with_three_in_frames, NULL, NULL) == WASMELT_TRAP_UNREACHABLE);
    CHECK(unwinding());
}

CASE(a_host_that_has_thrown_may_run_something_else_before_it_returns) {
    wasmelt_trap trap;
    begin();
    CHECK(wasmelt_run(throw_and_run_something, NULL, &trap) == WASMELT_TRAP_UNCAUGHT_EXCEPTION);
    CHECK(wasmelt_exception_payload(trap.exception)[0].i32 == 7);
    end();
}

/* ---- Traps drop the frames that held exceptions ---- */

CASE(a_trap_frees_what_its_frames_held) {
    begin();
    for (int k = 0; k < 100; k++) {
        CHECK(wasmelt_run(trap_with_three_in_frames, NULL, NULL) == WASMELT_TRAP_UNREACHABLE);
        CHECK(bytes_in_use() == 0);
    }
    end_with_nothing();
}

static void hold_one_over_a_trap(void *unused) {
    HOLDS(outer);
    exn_result(OWN, &own.outer, caught_number(3));
    uint64_t before = bytes_in_use();
    CHECK(wasmelt_run(trap_with_three_in_frames, unused, NULL) == WASMELT_TRAP_UNREACHABLE);
    CHECK(own.outer->values[0].i32 == 3 && own.outer->references == 1 && bytes_in_use() == before);
}

CASE(a_trap_leaves_the_frames_outside_alone) {
    begin();
    CHECK(wasmelt_run(hold_one_over_a_trap, NULL, NULL) == WASMELT_TRAP_NONE);
    end_with_nothing();
}

static exnref global;

static void store_and_trap(void *unused) {
    HOLDS(e);
    (void)unused;
    exn_result(OWN, &own.e, caught_number(4));
    wasmelt_store_exception(&global, own.e);
    wasmelt_trap_unreachable();
}

CASE(what_a_global_holds_survives_a_trap) {
    begin();
    CHECK(wasmelt_run(store_and_trap, NULL, NULL) == WASMELT_TRAP_UNREACHABLE);
    CHECK(global->values[0].i32 == 4 && global->references == 1);
    wasmelt_exception_release(global);
    global = NULL;
    end_with_nothing();
}

static void take_from_the_global_and_trap(void *unused) {
    HOLDS(e);
    (void)unused;
    wasmelt_hold(OWN, &own.e, global);
    wasmelt_store_exception(&global, NULL);
    wasmelt_trap_unreachable();
}

/* Each inner run is the last to refer to what the outer one made. */
static void nest(void *unused) {
    for (int k = 0; k < 1000; k++) {
        exn_take(&global, caught_number(5));
        CHECK(wasmelt_run(take_from_the_global_and_trap, unused, NULL) == WASMELT_TRAP_UNREACHABLE);
        CHECK(bytes_in_use() == 0);
    }
}

CASE(a_trap_gives_back_what_its_frames_had_from_a_global) {
    begin();
    CHECK(wasmelt_run(nest, NULL, NULL) == WASMELT_TRAP_NONE);
    for (int k = 0; k < 1000; k++) {
        CHECK(wasmelt_run(store_and_trap, NULL, NULL) == WASMELT_TRAP_UNREACHABLE);
        CHECK(wasmelt_run(take_from_the_global_and_trap, NULL, NULL) == WASMELT_TRAP_UNREACHABLE);
    }
    end_with_nothing();
}

static void trap_on_the_way(wasmelt_tail *tail) {
    (void)tail;
    wasmelt_trap_unreachable();
}

static void hand_over(void *unused) {
    wasmelt_tail *tail = wasmelt_tail_buffer();
    (void)unused;
    tail->exceptions[0] = caught_number(1);
    tail->exceptions[1] = NULL;
    tail->exceptions[2] = caught_number(2);
    tail->exception_count = 3;
    trap_on_the_way(tail);
}

CASE(a_trap_frees_the_arguments_of_a_tail_call_on_their_way) {
    begin();
    for (int k = 0; k < 3; k++)
        CHECK(wasmelt_run(hand_over, NULL, NULL) == WASMELT_TRAP_UNREACHABLE && wasmelt_tail_buffer()->exception_count == 0);
    end_with_nothing();
}

/* ---- Results that belong to the host ---- */

static void make_a_result(void *place) {
    *(exnref *)place = caught_number(42);
}

CASE(a_result_is_the_hosts_whatever_comes_after) {
    exnref kept;
    begin();
    CHECK(wasmelt_run(make_a_result, &kept, NULL) == WASMELT_TRAP_NONE);
    for (int k = 0; k < 3; k++) {
        CHECK(wasmelt_run(trap_with_three_in_frames, NULL, NULL) == WASMELT_TRAP_UNREACHABLE);
        CHECK(wasmelt_run(throw_on, kept, NULL) == WASMELT_TRAP_UNCAUGHT_EXCEPTION);
    }
    CHECK(wasmelt_exception_payload(kept)[0].i32 == 42);
    wasmelt_exception_release(kept);
    end();
}

/* ---- Other threads ---- */

static void *retain(void *e) {
    return wasmelt_exception_retain(e);
}

static void *release(void *e) {
    wasmelt_exception_release(e);
    return NULL;
}

static void on_a_thread(void *(*what)(void *), void *e) {
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, what, e) == 0 && pthread_join(thread, NULL) == 0);
}

static void lose_to_other_threads(void *unused) {
    exnref e = caught_number(1);
    (void)unused;
    on_a_thread(retain, e);
    wasmelt_exception_release(e);
    on_a_thread(release, e); /* the last reference */
    CHECK(bytes_in_use() == 0);
    exnref next = caught_number(2);
    CHECK(next->values[0].i32 == 2);
    wasmelt_exception_release(next);
}

CASE(another_thread_gives_the_last_reference_back) {
    begin();
    CHECK(wasmelt_run(lose_to_other_threads, NULL, NULL) == WASMELT_TRAP_NONE);
    end_with_nothing();
}

CASE(another_thread_gives_the_last_reference_back_when_the_store_has_ended) {
    exnref kept;
    begin();
    CHECK(wasmelt_run(make_a_result, &kept, NULL) == WASMELT_TRAP_NONE);
    end();
    on_a_thread(release, kept);
}

enum { PASSED_ON = 2000 };
static exnref passed_on[PASSED_ON];

static void *release_as_they_come(void *unused) {
    for (int k = 0; k < PASSED_ON; k++) {
        exnref e;
        while (!(e = __atomic_load_n(&passed_on[k], __ATOMIC_ACQUIRE))) {
        }
        wasmelt_exception_release(e);
    }
    return unused;
}

static void pass_on(void *unused) {
    (void)unused;
    for (int k = 0; k < PASSED_ON; k++) {
        HOLDS(e);
        exn_result(OWN, &own.e, caught_number(1));
        wasmelt_store_exception(&global, own.e);
        __atomic_store_n(&passed_on[k], exn_retain(own.e), __ATOMIC_RELEASE);
    }
    wasmelt_trap_unreachable();
}

CASE(another_thread_gives_references_back_while_the_stores_own_runs) {
    pthread_t thread;
    begin();
    CHECK(pthread_create(&thread, NULL, release_as_they_come, NULL) == 0);
    CHECK(wasmelt_run(pass_on, NULL, NULL) == WASMELT_TRAP_UNREACHABLE);
    CHECK(pthread_join(thread, NULL) == 0);
    wasmelt_exception_release(global);
    end_with_nothing();
}

/* ---- References in other places ---- */

CASE(a_table_counts_its_exceptions) {
    static const wasmelt_table_type type = {.minimum = 4, .element = WASMELT_EXNREF};
    begin();
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
    wasmelt_exception_release(e);
    for (uint64_t k = 0; k < 4; k++)
        CHECK(wasmelt_table_set(t, k, NULL));
    CHECK(bytes_in_use() == 0);
    wasmelt_table_free(t);
    end_with_nothing();
}

CASE(a_chain_of_a_million_nested_exceptions_is_freed_without_recursion) {
    begin();
    exnref inner = caught_number(1);
    for (int k = 0; k < 1000000; k++) {
        wasmelt_throw_new(&code, &nested);
        wasmelt_pending->values[0].exnref = inner;
        inner = take_pending();
    }
    wasmelt_exception_release(inner);
    end_with_nothing();
}

static void throw_null(void *unused) {
    (void)unused;
    wasmelt_throw_ref(NULL);
}

CASE(throw_ref_of_null_traps) {
    CHECK(wasmelt_run(throw_null, NULL, NULL) == WASMELT_TRAP_NULL_REFERENCE);
}

/* ---- Limits ---- */

static void chain_without_end(void *count) {
    for (;;) {
        wasmelt_throw_new(&code, &nested);
        wasmelt_pending->values[0].exnref = exn_retain(global);
        exn_take(&global, take_pending());
        ++*(uint64_t *)count;
    }
}

CASE(what_exceptions_take_is_limited) {
    uint64_t count = 0, limit = 10000;
    begin_with(limit);
    CHECK(wasmelt_run(chain_without_end, &count, NULL) == WASMELT_TRAP_OUT_OF_RESOURCES);
    CHECK(bytes_in_use() <= limit && bytes_in_use() > limit - 200);
    CHECK(count * (sizeof(wasmelt_exception) + sizeof(wasmelt_value)) < limit);
    CHECK(wasmelt_run(throw_seven, NULL, NULL) == WASMELT_TRAP_OUT_OF_RESOURCES);
    wasmelt_store_exception(&global, NULL);
    CHECK(wasmelt_run(throw_seven, NULL, NULL) == WASMELT_TRAP_UNCAUGHT_EXCEPTION);
    end();
}

#ifndef __SANITIZE_THREAD__ /* it follows only so many calls */
static volatile bool endless = true;

static void throw_at_the_end_of_the_stack(void *unused) {
    HOLDS(e);
    exn_result(OWN, &own.e, caught_number(1));
    if (endless)
        throw_at_the_end_of_the_stack(unused);
    CHECK(own.e->values[0].i32 == 1);
}

CASE(an_exception_at_the_end_of_the_stack_is_a_trap_that_leaves_the_heap_whole) {
    begin();
    for (int k = 0; k < 20; k++)
        CHECK(wasmelt_run(throw_at_the_end_of_the_stack, NULL, NULL) == WASMELT_TRAP_STACK_EXHAUSTED && bytes_in_use() == 0);
    for (int k = 0; k < 1000; k++)
        wasmelt_exception_release(caught_number(1));
    end_with_nothing();
}
#endif
