/* Which imports are functions of WASI, and which memory they use. */
#ifndef WASMELT_WASM_WASI_H
#define WASMELT_WASM_WASI_H

#include "wasm/module.h"

/* Whether the name is that of a module which only WASI uses: preview 1's or its predecessor's. */
bool is_wasi_module(span name);

/* Whether the import is a function of WASI, which the runtime provides: its names and its type must both match, because some
 * toolchains use the same names for functions of other types, for hosts that cannot pass an i64. "wasi" "thread-spawn" counts as a
 * function of WASI. Stores in `family` "wasi" or "wasi0" if the import's module is one of WASI's, even if the function is not;
 * else null. */
bool is_wasi_import(const module *m, const import *i, const char **family);

/* The same for what a program may import: also the functions that programs made by Emscripten import, with the family
 * "emscripten". In a library the host has to provide those. */
bool is_program_import(const module *m, const import *i, const char **family);

/* Whether the import's names are those of a function of WASI preview 1 or its predecessor, whatever its type. */
bool has_wasi_name(const import *i);

/* Whether the module can start threads: whether it imports "wasi" "thread-spawn". */
bool imports_thread_spawn(const module *m);

/* The memory that functions of WASI use: the one exported as "memory". Linkers of LLVM before 16 import a shared memory and cannot
 * export it as well: then the imported shared memory, if it is the module's only one. NO_INDEX if there is none. */
uint32_t wasi_memory(const module *m);

#endif
