/* What the module's DWARF calls parameters and variables that WebAssembly's locals hold: from .debug_info, .debug_abbrev and the lists
 * of locations, of DWARF 4 and 5. Debug information proves nothing about the module, and names are a courtesy: what is malformed, or
 * takes much more work than compilers make, is left out. */
#ifndef WASMELT_DEBUG_LOCALS_H
#define WASMELT_DEBUG_LOCALS_H

#include "wasm/module.h"

typedef struct debug_locals debug_locals;

typedef struct debug_local {
    uint32_t func, local;
    span name; /* empty: it holds several variables, one after the other */
} debug_local;

/* Null if there are none. Lives until freed; the names are the module's bytes. */
debug_locals *debug_locals_read(const module *m);
void debug_locals_free(debug_locals *locals);

/* Those of a function. */
const debug_local *debug_locals_of(const debug_locals *locals, uint32_t func, size_t *count);

#endif
