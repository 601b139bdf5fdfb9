/* Calls of every kind through pointers to functions, for control-flow integrity to watch. */
#include <stdio.h>
#include <stdlib.h>

#include <wasmelt/wasi.h>

#include "first.h"
#include "second.h"

static first *one;
static second *two;

static uint32_t doubled(void *context, uint32_t a) {
    return 2 * a + *(uint32_t *)context;
}

uint32_t WASMELT_IMPORT(first, env, add)(void *context, uint32_t a, uint32_t b) {
    return a + b + (context != NULL);
}

static void check(bool ok, const char *what) {
    if (!ok) {
        printf("%s\n", what);
        exit(1);
    }
}

static void typed(void *unused) {
    (void)unused;
    check(first_indirect(one, 0, 5) == 5 && first_indirect(one, 1, 5) == 6, "indirect");
    check(first_indirect(one, 2, 5) == 5 + 7, "an imported function by reference");
    check(first_fixed(one, 1, 5) == 6, "a table that never changes");
    check(first_tail(one, 1000) == 42, "tail calls");
    check(first_started(one) == 1, "start function");
    first_say(one);
    check(second_pair(two, 3) == 3 + 4, "several results, from another module");
    check(second_single(two, 1, 5) == 6, "a function of another module");
    check(second_single(two, 3, 5) == 11, "a function of the host's in a table");
}

static void call_by_name(const char *name, uint32_t a, uint32_t b, uint32_t expected) {
    wasmelt_extern e;
    wasmelt_value args[2] = {{.i32 = a}, {.i32 = b}}, results[1];
    check(wasmelt_export((wasmelt_instance *)one, name, &e) && wasmelt_call(e.func, args, results, NULL) == WASMELT_TRAP_NONE &&
              results[0].i32 == expected,
          name);
}

int main(void) {
    static const wasmelt_valtype i32[] = {WASMELT_I32};
    static const wasmelt_type type = {.params = i32, .param_count = 1, .results = i32, .result_count = 1};
    static uint32_t context = 1;
    static wasmelt_func host;
    wasmelt_error error;
    wasmelt_wasi *wasi = wasmelt_wasi_new();
    check(wasi && wasmelt_wasi_set_stdio(wasi, 1, 1) == 0, "wasi");
    wasmelt_import imports[8] = {{"env", "", {.kind = WASMELT_EXTERN_CONTEXT, .context = &context}},
                                 {"wasi_snapshot_preview1", "", {.kind = WASMELT_EXTERN_CONTEXT, .context = wasi}}};
    check(wasmelt_instantiate(&first_module, imports, 2, (wasmelt_instance **)&one, &error) == WASMELT_OK, error.message);
    check(wasmelt_func_init(&host, (wasmelt_code)doubled, &context, &type), "a function of the host's");
    wasmelt_table_set(first_table(one), 3, &host);
    size_t count = wasmelt_exports_as_imports((wasmelt_instance *)one, "first", imports, 8);
    check(wasmelt_instantiate(&second_module, imports, count < 8 ? count : 8, (wasmelt_instance **)&two, &error) == WASMELT_OK,
          error.message);
    check(wasmelt_run(typed, NULL, NULL) == WASMELT_TRAP_NONE, "a trap");
    call_by_name("indirect", 1, 5, 6);
    call_by_name("tail", 10, 0, 42);
    wasmelt_instance_free((wasmelt_instance *)two);
    wasmelt_instance_free((wasmelt_instance *)one);
    wasmelt_wasi_free(wasi);
    puts("ok");
    return 0;
}
