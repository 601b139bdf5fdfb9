/* Instances where address space is short. Each has guard pages if they fit, or compares addresses; the host calls all by the same names.
 *
 *     clang --target=wasm32 -O1 -nostdlib -Wl,--no-entry -Wl,--max-memory=104857600 ../survive/faults.c -o faults.wasm
 *     wasmelt faults.wasm --emit=lib --bounds=either
 *     cc host.c libfaults.a $(pkg-config --cflags --libs wasmelt) -o host && ./host */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "faults.h"

enum { MANY = 1000 };
#define GIB ((uint64_t)1 << 30)

static void read_outside(void *argument) {
    faults_peek(argument, 0xFFFF0000);
}

static faults *make(const wasmelt_options *options) {
    faults *instance;
    wasmelt_error error;
    if (faults_instantiate_with(options, &instance, &error) == WASMELT_OK)
        return instance;
    printf("%s\n", error.message);
    exit(EXIT_FAILURE);
}

static uint64_t reserved(void) {
    wasmelt_usage usage;
    wasmelt_get_usage(&usage);
    return usage.reserved_bytes;
}

static void show(const char *when, const wasmelt_options *options) {
    faults *instance = make(options);
    uint64_t bytes = reserved();
    printf("%s: %s, %s\n", when, bytes >= 4 * GIB ? "guard pages" : "comparisons",
           wasmelt_trap_message(wasmelt_run(read_outside, instance, NULL)));
    faults_instance_free(instance);
}

int main(void) {
    const wasmelt_options small = {.memory = {.maximum_bytes = 256 << 10}, .without_guard = true};
    show("as a rule", NULL);
    show("without_guard", &small);
    if (setrlimit(RLIMIT_AS, &(struct rlimit){2 * GIB, 2 * GIB}) != 0) /* what `ulimit -v` sets */
        return EXIT_FAILURE;
    show("in 2 GiB of addresses", NULL);
    static faults *all[MANY];
    for (int k = 0; k < MANY; k++)
        all[k] = make(&small);
    printf("%d instances reserve less than 1 GiB: %s\n", MANY, reserved() < GIB ? "yes" : "no");
    for (int k = 0; k < MANY; k++)
        faults_instance_free(all[k]);
    return EXIT_SUCCESS;
}
