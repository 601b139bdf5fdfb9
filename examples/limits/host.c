/* Limits of the host's, below what the module would take: of memory (faults.wasm may have 100 MiB by its own account)
 * and of the stack.
 *
 *     clang --target=wasm32 -O1 -nostdlib -Wl,--no-entry -Wl,--max-memory=104857600 ../survive/faults.c -o faults.wasm
 *     wasmelt faults.wasm --emit=lib
 *     cc host.c libfaults.a $(pkg-config --cflags --libs wasmelt) -o host && ./host */
#include <stdio.h>
#include <stdlib.h>

#include "faults.h"

typedef struct job {
    faults *instance;
    uint32_t argument, result;
} job;

static void hoard(void *argument) {
    job *j = argument;
    j->result = faults_hoard(j->instance);
}

static void recurse(void *argument) {
    job *j = argument;
    j->result = faults_recurse(j->instance, j->argument);
}

/* All the pages that an instance gets within `bytes`; 0: no limit. */
static void show_memory(uint64_t bytes) {
    wasmelt_options options = {.memory = {.maximum_bytes = bytes}};
    wasmelt_error error;
    job j;
    if (bytes)
        printf("within %llu bytes: ", (unsigned long long)bytes);
    else
        printf("without limit: ");
    if (faults_instantiate_with(&options, &j.instance, &error) != WASMELT_OK) {
        printf("%s\n", error.message);
        return;
    }
    wasmelt_run(hoard, &j, NULL);
    printf("%u pages\n", (unsigned)j.result);
    faults_instance_free(j.instance);
}

/* Whether a recursion of this depth fits into `bytes` of stack. */
static void show_stack(size_t bytes, uint32_t depth) {
    job j = {.argument = depth};
    if (faults_instantiate(&j.instance, NULL) != WASMELT_OK)
        exit(EXIT_FAILURE);
    wasmelt_trap_code trap = wasmelt_run_limited(bytes, recurse, &j, NULL);
    printf("within %zu KiB of stack, %u calls deep: %s\n", bytes >> 10, (unsigned)depth, wasmelt_trap_message(trap));
    faults_instance_free(j.instance);
}

int main(void) {
    show_memory(0);
    show_memory((uint64_t)8 << 20);
    show_memory((uint64_t)8 << 30); /* what the module says counts too */
    show_memory(1);                 /* less than it begins with */
    show_stack((size_t)64 << 10, 100);
    show_stack((size_t)64 << 10, 20000);
    show_stack((size_t)4 << 20, 20000);
    return EXIT_SUCCESS;
}
