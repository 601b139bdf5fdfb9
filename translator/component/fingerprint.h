/* Recognising functions: what a function of a module does, as a number that does not depend on how the module is numbered. Tools that take
 * unused functions out of a module change all indices in it, but not the instructions. */
#ifndef WASMELT_COMPONENT_FINGERPRINT_H
#define WASMELT_COMPONENT_FINGERPRINT_H

#include "wasm/module.h"

/* A hash of the function's type and instructions, and of all functions and globals that these lead to. Imports count by their names,
 * without versions ("wasi:io/streams"). Calls of `realloc` (NO_INDEX: none) count as calls of the main module's allocator, which
 * wit-component puts in its place or the other way round. False if the function uses anything that adapters have no use for, such as
 * tables. */
bool fingerprint_of(const module *m, uint32_t func, uint32_t realloc, uint64_t *result);

/* A name in the list of what adapters consist of (adapters.def): whether `fingerprint` is one of those listed under this name. */
bool fingerprint_is_known(span name, uint64_t fingerprint);

/* A name of an interface or function without the version: up to "@", and what follows the version, as in "wasi:cli/run@0.2.0#run". */
typedef struct unversioned {
    span before, after;
} unversioned;

unversioned name_without_version(span name);
bool names_match(span a, span b); /* but for versions of WASI 0.2, or equal */

#endif
