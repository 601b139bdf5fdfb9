/* gc_host EXPORT A B [MAXIMUM]: calls the export of the linked module `gc`, (i32, i32) -> i64, prints the result, and on standard error
 * "pauses MINOR FULL", the longest of either in ns. MAXIMUM: bytes of the heap. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <wasmelt/wasmelt.h>

extern const wasmelt_module gc_module;

int main(int argc, char **argv) {
    wasmelt_instance *instance;
    wasmelt_error error;
    wasmelt_extern function;
    wasmelt_heap_statistics heap;
    wasmelt_trap trap;
    if (argc < 4)
        return 2;
    wasmelt_options options = {.heap = {.maximum_bytes = argc > 4 ? strtoull(argv[4], NULL, 10) : 0}};
    if (wasmelt_instantiate_with(&gc_module, NULL, 0, &options, &instance, &error) != WASMELT_OK ||
        !wasmelt_export(instance, argv[1], &function))
        return 2;
    wasmelt_value args[2] = {{.i32 = (uint32_t)strtoul(argv[2], NULL, 10)}, {.i32 = (uint32_t)strtoul(argv[3], NULL, 10)}}, result;
    if (wasmelt_call(function.func, args, &result, &trap) != WASMELT_TRAP_NONE) {
        fprintf(stderr, "%s\n", wasmelt_trap_message(trap.code));
        return 1;
    }
    printf("%" PRIu64 "\n", result.i64);
    wasmelt_heap_get_statistics(instance->heap, &heap);
    fprintf(stderr, "pauses %" PRIu64 " %" PRIu64 "\n", heap.longest_minor, heap.longest_full);
    wasmelt_instance_free(instance);
    return 0;
}
