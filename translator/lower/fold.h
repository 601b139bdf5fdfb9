/* Simplification of trees, as they are built. */
#ifndef WASMELT_LOWER_FOLD_H
#define WASMELT_LOWER_FOLD_H

#include "lower/ir.h"

/* Returns a tree of the same value, effects at most those of `e`. */
expr *fold_operator(arena *a, expr *e);

/* The same for what an if, br_if or select tests: of the same truth, not of the same value. */
expr *fold_condition(arena *a, expr *e);

#endif
