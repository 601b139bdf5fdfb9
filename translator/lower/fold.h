/* Simplification of trees, as they are built. */
#ifndef WASMELT_LOWER_FOLD_H
#define WASMELT_LOWER_FOLD_H

#include "lower/ir.h"

/* Simplifies an operator. Returns a tree of the same value, with no more effects than `e`. */
expr *fold_operator(arena *a, expr *e);

/* Simplifies the condition of an if, br_if or select. The result is zero exactly if `e` is; otherwise its value may differ. */
expr *fold_condition(arena *a, expr *e);

#endif
