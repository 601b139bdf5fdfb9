/* Names of parameters and locals in the C of a function. */
#ifndef WASMELT_EMIT_LOCALS_H
#define WASMELT_EMIT_LOCALS_H

#include "emit/generator.h"

/* Of each parameter and local of the function, `count` in all, what follows its letter and number: `count` of p0_count, or null.
 * The array is null if the module names none of them. It lives in `a`. */
const char *const *locals_find_names(const generator *g, arena *a, uint32_t func, uint32_t count);

#endif
