/* Which imports are functions of WASI, and which memory they use. */
#ifndef WASMELT_WASM_WASI_H
#define WASMELT_WASM_WASI_H

#include "wasm/module.h"

/* Whether the name of a module is WASI's alone: preview 1's or its predecessor's. */
bool is_wasi_module(span name);

/* Whether the import is a function of WASI, which the runtime provides: by its names and its type. Some
 * toolchains give the same names to functions of other types, for hosts that cannot pass an i64. "wasi" or
 * "wasi0" is stored as the family if its module is WASI's at all. "wasi" "thread-spawn" is one of them. */
bool is_wasi_import(const module *m, const import *i, const char **family);

/* The same for a program's: also what programs of emscripten import ("emscripten" is the family), which is the host's to
 * give in a library. */
bool is_program_import(const module *m, const import *i, const char **family);

/* Whether its names are those of a function of WASI preview 1 or its predecessor, whatever its type. */
bool has_wasi_name(const import *i);

/* Whether it can start threads: imports "wasi" "thread-spawn". */
bool imports_thread_spawn(const module *m);

/* The memory that WASI's functions use: the one exported as "memory" or, where linkers of LLVM before 16 import the
 * memory and so cannot export it, an imported shared memory that is the only one. NO_INDEX if there is none. */
uint32_t wasi_memory(const module *m);

#endif
