/* Prints what functions of guest.wat cost, and what happens with less fuel than that; test_fuel.py knows both. With the name of a case: the
 * functions for hosts. */
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wasmelt/wasmelt.h>

#include "guest.h"
#include "other.h"

#define CHECK(what)                                                                                                                        \
    do {                                                                                                                                   \
        if (!(what)) {                                                                                                                     \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #what);                                                                     \
            exit(1);                                                                                                                       \
        }                                                                                                                                  \
    } while (0)

/* ---- The module ---- */

static wasmelt_instance *instance;

static uint64_t refill; /* what the function `work` sets the fuel to; 0: it uses some */

static uint32_t work(void *context, uint32_t units) {
    (void)context;
    if (refill)
        wasmelt_fuel_set(refill);
    else
        wasmelt_fuel_use(units);
    return units;
}

static wasmelt_trap call(wasmelt_instance *called, const char *name, uint32_t argument, uint32_t *result) {
    wasmelt_extern function;
    wasmelt_value arguments[] = {{.i32 = argument}}, results[1] = {{.i32 = 0}};
    wasmelt_trap trap;
    CHECK(wasmelt_export(called, name, &function));
    wasmelt_call(function.func, arguments, results, &trap);
    *result = results[0].i32;
    return trap;
}

/* Calls the module. */
static uint32_t back(void *context, uint32_t argument) {
    (void)context;
    uint32_t result;
    wasmelt_trap trap = call(instance, "sum", argument, &result);
    if (trap.code != WASMELT_TRAP_NONE)
        wasmelt_trap_raise(trap.code);
    return result;
}

static const wasmelt_valtype i32[] = {WASMELT_I32};
static wasmelt_func work_func, back_func;
static wasmelt_import imports[2];

static void prepare(void) {
    static const wasmelt_type unary = {.kind = WASMELT_TYPE_FUNC, .params = i32, .results = i32, .param_count = 1, .result_count = 1};
    CHECK(wasmelt_func_init(&work_func, (wasmelt_code)work, NULL, &unary) &&
          wasmelt_func_init(&back_func, (wasmelt_code)back, NULL, &unary));
    imports[0] = (wasmelt_import){"env", "work", {.kind = WASMELT_EXTERN_FUNC, .func = &work_func}};
    imports[1] = (wasmelt_import){"env", "back", {.kind = WASMELT_EXTERN_FUNC, .func = &back_func}};
}

static wasmelt_status make(void) {
    wasmelt_error error;
    wasmelt_status status = wasmelt_instantiate(&guest_module, imports, 2, &instance, &error);
    CHECK(status == WASMELT_OK || (status == WASMELT_TRAPPED && error.trap.code == WASMELT_TRAP_OUT_OF_FUEL));
    return status;
}

/* ---- What functions cost ---- */

static uint64_t hash = 0xcbf29ce484222325;

static void add(uint64_t value) {
    for (int k = 0; k < 64; k += 8)
        hash = (hash ^ ((value >> k) & 0xff)) * 0x100000001b3;
}

static void add_state(void) {
    wasmelt_extern memory;
    CHECK(wasmelt_export(instance, "memory", &memory));
    add(memory.memory->size);
    for (size_t k = 0; k < 128; k++)
        add(memory.memory->base[k]);
    add(wasmelt_fuel_left());
}

/* Runs the function with each number of units that is not enough. */
static void run_out(const char *name, uint32_t argument, uint64_t cost) {
    uint32_t result;
    for (uint64_t units = 0; units < cost; units++) {
        wasmelt_fuel_set(WASMELT_FUEL_WITHOUT_LIMIT);
        make();
        wasmelt_fuel_set(units);
        CHECK(call(instance, name, argument, &result).code == WASMELT_TRAP_OUT_OF_FUEL);
        CHECK(wasmelt_fuel_left() <= units);
        add_state();
        wasmelt_instance_free(instance);
    }
}

static void tell_cost(const char *name, uint32_t argument) {
    const uint64_t plenty = 100000;
    uint32_t result;
    make();
    wasmelt_fuel_set(plenty);
    wasmelt_trap trap = call(instance, name, argument, &result);
    uint64_t cost = plenty - wasmelt_fuel_left();
    printf("%s %u: %u, %s, %" PRIu64 "\n", name, argument, result, wasmelt_trap_message(trap.code), cost);
    wasmelt_fuel_set(cost);
    wasmelt_instance_free(instance);
    wasmelt_fuel_set(WASMELT_FUEL_WITHOUT_LIMIT);
    make();
    wasmelt_fuel_set(cost);
    CHECK(call(instance, name, argument, &result).code == trap.code && wasmelt_fuel_left() == 0);
    wasmelt_instance_free(instance);
    run_out(name, argument, cost);
}

/* ---- The functions for hosts ---- */

static void start_function(void) {
    wasmelt_fuel_set(1);
    CHECK(make() == WASMELT_TRAPPED && wasmelt_fuel_left() == 1);
    wasmelt_extern started;
    CHECK(wasmelt_export(instance, "started", &started) && *(uint32_t *)started.global == 0);
    wasmelt_instance_free(instance);
    wasmelt_fuel_set(2);
    CHECK(make() == WASMELT_OK && wasmelt_fuel_left() == 0);
    wasmelt_instance_free(instance);
}

static void the_instance_goes_on_after_a_refill(void) {
    uint32_t result;
    make();
    wasmelt_fuel_set(100);
    CHECK(call(instance, "sum", 40, &result).code == WASMELT_TRAP_OUT_OF_FUEL && wasmelt_fuel_left() == 0);
    wasmelt_fuel_set(wasmelt_fuel_left() + 101);
    CHECK(call(instance, "sum", 40, &result).code == WASMELT_TRAP_NONE && wasmelt_fuel_left() == 0);
    wasmelt_instance_free(instance);
}

static void a_host_function_refills(void) {
    uint32_t result;
    wasmelt_fuel_set(10);
    make();
    wasmelt_fuel_set(2);
    refill = 70;
    CHECK(call(instance, "works", 1, &result).code == WASMELT_TRAP_NONE && wasmelt_fuel_left() == 70);
    refill = 0;
    wasmelt_instance_free(instance);
}

/* What a host function cannot pay for is not used. */
static void a_host_function_runs_out(void) {
    uint32_t result;
    make();
    wasmelt_fuel_set(100);
    CHECK(call(instance, "works", 99, &result).code == WASMELT_TRAP_OUT_OF_FUEL && wasmelt_fuel_left() == 98);
    wasmelt_instance_free(instance);
}

static void linked_modules_share(void) {
    wasmelt_import list[32];
    wasmelt_instance *other;
    wasmelt_error error;
    uint32_t result;
    make();
    size_t count = wasmelt_exports_as_imports(instance, "guest", list, 32);
    CHECK(count <= 32 && wasmelt_instantiate(&other_module, list, count, &other, &error) == WASMELT_OK);
    wasmelt_fuel_set(1000);
    CHECK(call(other, "twice", 8, &result).code == WASMELT_TRAP_NONE && wasmelt_fuel_left() == 1000 - 5 - 2 * 21);
    wasmelt_fuel_set(5 + 2 * 21 - 1);
    CHECK(call(other, "twice", 8, &result).code == WASMELT_TRAP_OUT_OF_FUEL);
    wasmelt_instance_free(other);
    wasmelt_instance_free(instance);
}

static void *in_thread(void *unused) {
    uint32_t result;
    CHECK(wasmelt_fuel_left() == WASMELT_FUEL_WITHOUT_LIMIT);
    CHECK(call(instance, "next", 8, &result).code == WASMELT_TRAP_NONE);
    CHECK(wasmelt_fuel_left() == WASMELT_FUEL_WITHOUT_LIMIT - 3);
    return unused;
}

static void threads_have_their_own(void) {
    pthread_t thread;
    make();
    wasmelt_fuel_set(1);
    CHECK(pthread_create(&thread, NULL, in_thread, NULL) == 0 && pthread_join(thread, NULL) == 0);
    CHECK(wasmelt_fuel_left() == 1);
    wasmelt_instance_free(instance);
}

static void outside_of_a_run(void) {
    wasmelt_fuel_set(7);
    wasmelt_fuel_use(7);
    CHECK(wasmelt_fuel_left() == 0);
    wasmelt_fuel_use(0);
}

int main(int argc, char **argv) {
    static void (*const cases[])(void) = {start_function,          the_instance_goes_on_after_a_refill,
                                          a_host_function_refills, a_host_function_runs_out,
                                          linked_modules_share,    threads_have_their_own,
                                          outside_of_a_run};
    prepare();
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
        cases[k]();
    for (int k = 1; k + 1 < argc; k += 2)
        tell_cost(argv[k], (uint32_t)strtoul(argv[k + 1], NULL, 10));
    printf("%016" PRIx64 "\n", hash);
    return 0;
}
