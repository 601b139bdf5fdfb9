/* Simplification of trees, as they are built. */
#ifndef WASMELT_LOWER_FOLD_H
#define WASMELT_LOWER_FOLD_H

#include "lower/ir.h"

/* Returns a tree of the same value, effects at most those of `e`. */
expr *fold(arena *a, expr *e);

#endif
