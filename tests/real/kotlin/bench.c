/* Runs a program for WASI that also tells its host when its measured part begins and ends: bench FOLDER, which is the one that it may read.
 */
#include <inttypes.h>
#include <stdio.h>

#include <wasmelt/names.h>
#include <wasmelt/wasi.h>

#include "program.h"

typedef struct part {
    int begun, ended;
} part;

void WASMELT_IMPORT(program, bench, start)(void *context) {
    ((part *)context)->begun++;
}

void WASMELT_IMPORT(program, bench, end)(void *context) {
    ((part *)context)->ended++;
}

static void start(void *instance) {
    program__start(instance);
}

int main(int argc, char **argv) {
    wasmelt_wasi *wasi = wasmelt_wasi_new();
    if (argc != 2 || !wasi || wasmelt_wasi_set_stdio(wasi, 1, 1) != WASMELT_OK ||
        wasmelt_wasi_preopen(wasi, argv[1], ".", WASMELT_WASI_READ) != WASMELT_OK) {
        fprintf(stderr, "no folder to read\n");
        return 1;
    }
    part measured = {0};
    program_imports imports = {.context_bench = &measured, .context_wasi_snapshot_preview1 = wasi};
    program *instance;
    wasmelt_error error;
    if (program_instantiate(&imports, &instance, &error) != WASMELT_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    wasmelt_trap_code trap = wasmelt_run(start, instance, NULL);
    if (trap != WASMELT_TRAP_NONE)
        fprintf(stderr, "%s\n", wasmelt_trap_message(trap));
    program_instance_free(instance);
    wasmelt_wasi_free(wasi);
    return trap != WASMELT_TRAP_NONE || measured.begun != 1 || measured.ended != 1;
}
