/* A host that runs a WASI program several times inside itself, each time as if it were another process: with other
 * arguments, variables and directories, its output caught in memory.
 *
 *     clang --target=wasm32-wasi -O2 ../hello/hello.c -o hello.wasm
 *     wasmelt hello.wasm --emit=lib
 *     cc host.c libhello.a $(pkg-config --cflags --libs wasmelt) -o host && ./host DIRECTORY */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wasmelt/wasi.h>

#include "hello.h"

/* What the program writes. */
typedef struct buffer {
    char bytes[1000];
    size_t length;
} buffer;

/* Takes what fits; the program sees how much that was, as with a file. */
static int64_t append(void *context, const void *bytes, size_t length) {
    buffer *b = context;
    size_t room = sizeof b->bytes - b->length;
    if (length > room)
        length = room;
    memcpy(b->bytes + b->length, bytes, length);
    b->length += length;
    return (int64_t)length;
}

static const wasmelt_wasi_stream to_buffer = {.write = append};

static void start(void *instance) {
    hello__start(instance); /* the export "_start" */
}

/* One run; the program's exit status, or -1. */
static int run(wasmelt_wasi *wasi, buffer *output) {
    hello_imports imports = {.context_wasi_snapshot_preview1 = wasi};
    hello *instance;
    wasmelt_error error;
    wasmelt_trap trap = {0};
    output->length = 0;
    if (wasmelt_wasi_set_stream(wasi, 1, &to_buffer, output) != 0 || hello_instantiate(&imports, &instance, &error) != WASMELT_OK)
        return -1;
    wasmelt_run(start, instance, &trap);
    hello_instance_free(instance);
    if (trap.code == WASMELT_TRAP_NONE || trap.code == WASMELT_TRAP_EXIT)
        return trap.exit_status;
    fprintf(stderr, "the program failed: %s\n", wasmelt_trap_message(trap.code));
    return -1;
}

/* The context of a run: arguments, a variable, and a directory that the program sees as /docs. */
static wasmelt_wasi *context(const char *who, const char *variable, const char *directory) {
    wasmelt_wasi *w = wasmelt_wasi_new();
    bool ok = w && wasmelt_wasi_add_arg(w, "hello") && wasmelt_wasi_add_arg(w, who) && wasmelt_wasi_add_arg(w, "/docs/text") &&
              (!variable || wasmelt_wasi_add_env(w, variable)) &&
              (!directory || wasmelt_wasi_preopen(w, directory, "/docs", WASMELT_WASI_READ) == 0);
    if (ok)
        return w;
    fprintf(stderr, "the context cannot be made\n");
    exit(EXIT_FAILURE);
}

int main(int argc, char **argv) {
    const char *directory = argc > 1 ? argv[1] : ".";
    wasmelt_wasi *runs[] = {
        context("first", NULL, NULL),
        context("second", "GREETING=hi", directory),
        context("third", "GREETING=hello again", NULL),
    };
    for (size_t k = 0; k < sizeof runs / sizeof *runs; k++) {
        buffer output;
        int status = run(runs[k], &output);
        printf("run %zu ended with %d and wrote %zu bytes:\n%.*s", k + 1, status, output.length, (int)output.length, output.bytes);
        wasmelt_wasi_free(runs[k]);
    }
    return EXIT_SUCCESS;
}
