/* Names of source variables that live in WebAssembly locals, from the module's DWARF 4 or 5: .debug_info, .debug_abbrev and the lists of
 * locations. Debug information proves nothing about the module, and names are optional: parts that are malformed, or that take much more
 * work than those of compilers, are left out. */
#ifndef WASMELT_DEBUG_LOCALS_H
#define WASMELT_DEBUG_LOCALS_H

#include "wasm/module.h"

typedef struct debug_locals debug_locals;

typedef struct debug_local {
    uint32_t func, local;
    span name; /* empty: it holds several variables, one after the other */
} debug_local;

/* Reads the names; null if there are none. To be freed with debug_locals_free. The names point into the module's input. */
debug_locals *debug_locals_read(const module *m);
void debug_locals_free(debug_locals *locals);

/* The named locals of one function. */
const debug_local *debug_locals_of(const debug_locals *locals, uint32_t func, size_t *count);

#endif
