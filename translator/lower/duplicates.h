/* Finds functions that are the same except for their index. */
#ifndef WASMELT_LOWER_DUPLICATES_H
#define WASMELT_LOWER_DUPLICATES_H

#include "base/arena.h"
#include "wasm/module.h"

/* For each function: the first one with the same type and the same bytes of code, which is itself if there is none before it. The same
 * bytes call the same functions, read the same globals and so on, because all of these are named by index: it makes no difference which of
 * the functions runs. Only the code is shared. References to such functions stay different, as each function that can be referred to has
 * its own record in the instance. */
uint32_t *duplicates_find(const module *m, arena *a);

#endif
