/* Long chains of calls between small functions, which C compilers would inline one into the other. */
#ifndef WASMELT_EMIT_CHAINS_H
#define WASMELT_EMIT_CHAINS_H

#include "emit/generator.h"

/* For each function, whether it must not be inlined because a chain of small functions would become too long. */
const bool *chains_find_ends(const generator *g);

#endif
