/* The main function of executables as the translator writes it: it names what the module needs, so that the rest is not linked. */
#ifndef WASMELT_CODE_MAIN_H
#define WASMELT_CODE_MAIN_H

#include <wasmelt/target.h>

#include <wasmelt/wasi.h>

/* Programs that import the function which starts threads; `count` is wasmelt_wasi_thread_count. */
typedef struct wasmelt_main_threads {
    int (*allow)(wasmelt_wasi *wasi, const wasmelt_module *module, const wasmelt_import *imports, size_t import_count,
                 const wasmelt_options *options, void (*end)(void *context, wasmelt_trap trap), void *context);
    uint32_t (*count)(wasmelt_wasi *wasi);
} wasmelt_main_threads;

typedef struct wasmelt_main_parts {
    /* Calls a function with arguments given as text, which end with null, and prints its results. Returns 0, with *trap saying how the call
     * ended, or 2 after a message. wasmelt_main_invoke, or null: only _start can be called. */
    int (*invoke)(const wasmelt_func *function, char **arguments, wasmelt_trap *trap);
    const wasmelt_main_threads *threads; /* wasmelt_main_with_threads, or null: the program has no threads */
} wasmelt_main_parts;

int wasmelt_main_invoke(const wasmelt_func *function, char **arguments, wasmelt_trap *trap);
extern const wasmelt_main_threads wasmelt_main_with_threads;

/* wasmelt_main (wasmelt/wasi.h), of which there is no more than these parts. */
int wasmelt_main_of(const wasmelt_module *module, const wasmelt_main_parts *parts, const wasmelt_command *command, int argc, char **argv);

#endif
