/* C names for what a module names: clean identifiers, unique, stable between runs. */
#ifndef WASMELT_EMIT_NAMES_H
#define WASMELT_EMIT_NAMES_H

#include "emit/generator.h"

/* Fills func_names, import_names, import_repeats, context_names and export_names:
 *   functions  f_NAME from the name section, an import's or an export's name, else fINDEX; where functions are shared
 *              between files with MODULE_2 before it
 *   imports    of functions the C name; for functions of WASI the runtime's; of other things their member of MODULE_imports
 *   contexts   the member of MODULE_imports
 *   exports    the C name
 * What others see is said in emit/symbols.h. */
void names_assign(generator *g);

/* Whether the import is a function of WASI, which the runtime provides: by its names and its type. Some
 * toolchains give the same names to functions of other types, for hosts that cannot pass an i64. "wasi" or
 * "wasi0" is stored as the family if its module is WASI's at all. "wasi" "thread-spawn" is one of them. */
bool is_wasi_import(const module *m, const import *i, const char **family);

/* The same for a program's: also what programs of emscripten import ("emscripten" is the family), which is the host's to
 * give in a library. */
bool is_program_import(const module *m, const import *i, const char **family);

/* Which of the two it is for what is being emitted. */
bool is_provided_import(const generator *g, const import *i, const char **family);

/* Whether its names are those of a function of WASI preview 1 or its predecessor, whatever its type. */
bool has_wasi_name(const import *i);

/* The memory that WASI's functions use: the one exported as "memory" or, where linkers of LLVM before 16 import the
 * memory and so cannot export it, an imported shared memory that is the only one. NO_INDEX if there is none. */
uint32_t wasi_memory(const module *m);

#endif
