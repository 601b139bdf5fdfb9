/* Runs of objects.wat that are ended while they make objects: at any time, or by a deadline. What the module keeps is whole afterwards,
 * after collections of both kinds too, and the heap does not grow by what the ended runs leave. */
#include <stdlib.h>

#include "host.h"
#include "objects.h"

enum { HEAP_BYTES = 24 << 20 };
#ifdef WASMELT_HEAP_TORTURE
enum { GARBAGE = 300 };
#else
enum { GARBAGE = 300000 };
#endif

static objects *keeper;
static void (*entry)(objects *);

static void play(void *unused) {
    (void)unused;
    entry(keeper);
}

static void check(void *unused) {
    (void)unused;
    objects_check(keeper);
}

static void churn(void *unused) {
    (void)unused;
    objects_churn(keeper, GARBAGE);
}

static void collect(void *unused) {
    (void)unused;
    CHECK(wasmelt_collect(((wasmelt_instance *)keeper)->heap));
}

static void check_all(int round) {
    CHECK(wasmelt_run(check, NULL, NULL) == WASMELT_TRAP_NONE);
    CHECK(wasmelt_run(round % 4 ? collect : churn, NULL, NULL) == WASMELT_TRAP_NONE);
    CHECK(wasmelt_run(check, NULL, NULL) == WASMELT_TRAP_NONE);
}

static void (*const endless[])(objects *) = {objects_lists, objects_slots, objects_tables, objects_throws, objects_mixes};

static void begin(void) {
    wasmelt_options options = {.heap = {.maximum_bytes = HEAP_BYTES, .round_bytes = 256 << 10}};
    CHECK(objects_instantiate_with(&options, &keeper, NULL) == WASMELT_OK);
}

static void end(void) {
    wasmelt_heap_statistics s;
    CHECK(wasmelt_run(collect, NULL, NULL) == WASMELT_TRAP_NONE);
    wasmelt_heap_get_statistics(((wasmelt_instance *)keeper)->heap, &s);
    CHECK(s.alive_bytes < 4 << 20 && s.minor_collections + s.full_collections > 20);
    objects_instance_free(keeper);
}

CASE(who_makes_objects_ends_at_any_time) {
    asker a;
    wasmelt_interrupter *interrupter = wasmelt_interrupter_new();
    CHECK(interrupter);
    begin();
    begin_asker(&a, interrupter, 7);
    for (int k = 0; k < 4 * rounds; k++) {
        wasmelt_trap trap;
        entry = endless[(size_t)k % (sizeof endless / sizeof *endless)];
        a.round = k + 1;
        CHECK(wasmelt_run_interruptible(interrupter, play, NULL, &trap) == WASMELT_TRAP_INTERRUPTED && trap.exit_status == k + 1);
        wasmelt_interrupter_reset(interrupter);
        check_all(k);
    }
    end_asker(&a);
    wasmelt_interrupter_free(interrupter);
    end();
}

#ifndef POLLS_ONLY
CASE(who_makes_objects_ends_by_a_deadline) {
    begin();
    for (int k = 0; k < 4 * rounds; k++) {
        entry = endless[(size_t)k % (sizeof endless / sizeof *endless)];
        CHECK(wasmelt_run_until(wasmelt_deadline_in((uint64_t)(k % 50) * 50000), play, NULL, NULL) == WASMELT_TRAP_INTERRUPTED);
        check_all(k);
    }
    end();
}
#endif
