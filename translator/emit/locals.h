/* Names of a function's parameters and locals in its C. */
#ifndef WASMELT_EMIT_LOCALS_H
#define WASMELT_EMIT_LOCALS_H

#include "emit/generator.h"

/* For each of the `count` parameters and locals: the text that follows its letter and number (emit/short_names.h), or null. The array is
 * null if neither the name section nor, with -g, DWARF names any of them. It lives in `a`. */
const char *const *locals_find_names(const generator *g, arena *a, uint32_t func, uint32_t count);

#endif
