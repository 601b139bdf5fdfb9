/* C names for the functions, imports and exports of a module: they are identifiers, unique, and the same in each run. */
#ifndef WASMELT_EMIT_NAMES_H
#define WASMELT_EMIT_NAMES_H

#include "emit/generator.h"
#include "wasm/wasi.h"

/* Fills func_names, import_names, import_repeats, context_names and export_names of the generator:
 *   functions  f_NAME, with a name from the name section, an import or an export; else fINDEX. If functions are shared between files,
 * MODULE_2 precedes it imports    of functions, the C name, which is the runtime's for functions of WASI; of other things, their member of
 * MODULE_imports contexts   the member of MODULE_imports exports    the C name emit/symbols.h explains the names that others see. */
void names_assign(generator *g);

/* Whether the runtime provides the import (wasm/wasi.h): to a program or to a library, depending on which of them is being emitted. */
bool is_provided_import(const generator *g, const import *i, const char **family);

#endif
