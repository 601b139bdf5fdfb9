/* The readable part of the C names of locals, fields and types, which follows the part that makes them unique. */
#ifndef WASMELT_EMIT_SHORT_NAMES_H
#define WASMELT_EMIT_SHORT_NAMES_H

#include "wasm/module.h"

/* The part of `name` that can be used; null if there is none. Lives in `a`. */
const char *short_name(arena *a, span name);

/* Decodes a map of names, for a function's locals or a type's fields. Returns an array with a short name or null for each of the `count`
 * items, or null if the map has no names. It lives in `a`. */
const char *const *short_names(const module *m, arena *a, span map, uint32_t count);

#endif
