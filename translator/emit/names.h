/* C names for what a module names: clean identifiers, unique, stable between runs. */
#ifndef WASMELT_EMIT_NAMES_H
#define WASMELT_EMIT_NAMES_H

#include "emit/generator.h"
#include "wasm/wasi.h"

/* Fills func_names, import_names, import_repeats, context_names and export_names:
 *   functions  f_NAME from the name section, an import's or an export's name, else fINDEX; where functions are shared
 *              between files with MODULE_2 before it
 *   imports    of functions the C name; for functions of WASI the runtime's; of other things their member of MODULE_imports
 *   contexts   the member of MODULE_imports
 *   exports    the C name
 * What others see is said in emit/symbols.h. */
void names_assign(generator *g);

/* Whether the runtime provides it (wasm/wasi.h), as to a program or to a library, whichever is being emitted. */
bool is_provided_import(const generator *g, const import *i, const char **family);

#endif
