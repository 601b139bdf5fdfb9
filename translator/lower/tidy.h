/* C statements with less nesting: see tidy.c. */
#ifndef WASMELT_LOWER_TIDY_H
#define WASMELT_LOWER_TIDY_H

#include "lower/structure.h"

/* `returns_at_end`: falling off the function's end is the same as `return;`. */
void tidy(ir_func *f, structured *shape, bool returns_at_end);

#endif
