/* Names in modules of WASI and of what programs expect beside it: the rows of wasi_modules.def and wasi_functions.def. */
#ifndef WASMELT_RUNTIME_FACTS_WASI_H
#define WASMELT_RUNTIME_FACTS_WASI_H

#include <stdbool.h>

#include <wasmelt/valtype.h>

/* Names of exports: the memory to which pointers refer; the function that a thread of wasi-threads runs. */
#define WASI_MEMORY "memory"
#define WASI_THREAD_START "wasi_thread_start"

typedef enum wasi_module {
#define WASI_MODULE(ID, name, family, is_own) WASI_##ID,
#include "wasi_modules.def"
#undef WASI_MODULE
    WASI_MODULE_COUNT
} wasi_module;

typedef struct wasi_module_row {
    const char *name, *family;
    bool is_own; /* only WASI has modules of this name */
} wasi_module_row;

static inline const wasi_module_row *wasi_module_of(wasi_module id) {
    static const wasi_module_row rows[] = {
#define WASI_MODULE(ID, name, family, is_own) {name, family, is_own},
#include "wasi_modules.def"
#undef WASI_MODULE
    };
    return &rows[id];
}

/* The value type that a letter of a signature stands for. */
static inline wasmelt_valtype wasi_letter_type(char letter) {
    return letter == 'i' ? WASMELT_I32 : WASMELT_I64;
}

#endif
