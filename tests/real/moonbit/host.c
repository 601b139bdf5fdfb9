/* Runs a program that MoonBit compiled: host [BYTES]. It prints by calling its host with one UTF-16 unit at a time; they go out as they
 * are. With BYTES, which may be allocated between two collections, the number of collections goes to standard error. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <wasmelt/names.h>

#include "program.h"

void WASMELT_IMPORT(program, spectest, print_char)(void *context, uint32_t unit) {
    (void)context;
    putchar((int)(unit & 0xff));
    putchar((int)(unit >> 8 & 0xff));
}

static void start(void *instance) {
    program__start(instance);
}

int main(int argc, char **argv) {
    wasmelt_options options = {0};
    if (argc > 1)
        options.heap.round_bytes = strtoull(argv[1], NULL, 10);
    program_imports imports = {0};
    program *instance;
    wasmelt_error error;
    if (program_instantiate_with(&imports, &options, &instance, &error) != WASMELT_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    wasmelt_trap_code trap = wasmelt_run(start, instance, NULL);
    if (trap != WASMELT_TRAP_NONE)
        fprintf(stderr, "%s\n", wasmelt_trap_message(trap));
    wasmelt_heap_statistics statistics;
    wasmelt_heap_get_statistics(((wasmelt_instance *)instance)->heap, &statistics);
    if (argc > 1)
        fprintf(stderr, "%" PRIu64 "\n", statistics.minor_collections + statistics.full_collections);
    program_instance_free(instance);
    return trap != WASMELT_TRAP_NONE;
}
