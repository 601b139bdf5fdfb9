/* Functions that are the same but for their index. */
#ifndef WASMELT_LOWER_DUPLICATES_H
#define WASMELT_LOWER_DUPLICATES_H

#include "base/arena.h"
#include "wasm/module.h"

/* For each function the first one with the same type and the same bytes of code, itself if there is none before it.
 * The same bytes call the same functions, read the same globals and so on, as all of these are named by index: which of
 * the functions runs makes no difference to it. References to functions stay apart, since each function that can be
 * referred to has its own record in the instance; what becomes one is only the code that the records point to. */
uint32_t *duplicates_find(const module *m, arena *a);

#endif
