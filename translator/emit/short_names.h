/* Names of locals, fields and types in C, behind what makes them unique. */
#ifndef WASMELT_EMIT_SHORT_NAMES_H
#define WASMELT_EMIT_SHORT_NAMES_H

#include "wasm/module.h"

/* What of the name can stand there; null if nothing. Lives in `a`. */
const char *short_name(arena *a, span name);

/* Of each part, `count` in all, of what has this map of names (a function's locals, a type's fields), such a name, or null.
 * The array is null if the map has none. It lives in `a`. */
const char *const *short_names(const module *m, arena *a, span map, uint32_t count);

#endif
