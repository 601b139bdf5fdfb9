/* From the bytes of a validated function body or constant expression to the tree IR. */
#ifndef WASMELT_LOWER_BUILD_H
#define WASMELT_LOWER_BUILD_H

#include "base/diag.h"
#include "lower/ir.h"
#include "lower/plan.h"

/* Fills `f` with the IR of function `index`. `f` is zero-initialised, or has been used for another function: then its arrays are reused.
 * The plan's `calls` tell which functions may throw. False, with the feature and the offset in `d`, if something cannot be lowered. */
bool build_func(ir_func *f, const lower_plan *plan, arena *a, uint32_t index, diag *d);

/* The same for a constant expression, which becomes statements that end with a RETURN of its value. */
bool build_const(ir_func *f, const module *m, arena *a, const const_expr *code, diag *d);

void ir_free(ir_func *f);

#endif
