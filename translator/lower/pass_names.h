/* What the passes of lower.c are called, for the command line. */
#ifndef WASMELT_LOWER_PASS_NAMES_H
#define WASMELT_LOWER_PASS_NAMES_H

#include <stddef.h>

/* In order; null behind the last. */
const char *lower_pass_name(size_t k);

/* The number of the pass of that name, or SIZE_MAX. */
size_t lower_find_pass(const char *name);

#endif
