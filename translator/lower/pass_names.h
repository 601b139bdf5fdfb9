/* The names of the passes in lower.c, for --dump. */
#ifndef WASMELT_LOWER_PASS_NAMES_H
#define WASMELT_LOWER_PASS_NAMES_H

#include <stddef.h>

/* The name of pass number `k`, in order; null after the last. */
const char *lower_pass_name(size_t k);

/* The number of the pass of that name, or SIZE_MAX. */
size_t lower_find_pass(const char *name);

#endif
