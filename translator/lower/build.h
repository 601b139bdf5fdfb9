/* From the bytes of a validated function body, or constant expression, to the tree IR. */
#ifndef WASMELT_LOWER_BUILD_H
#define WASMELT_LOWER_BUILD_H

#include "base/diag.h"
#include "lower/callgraph.h"
#include "lower/ir.h"

/* Fills `f` (zero-initialised; its arrays are reused when not) with the IR of function `index`; `calls` tells who
 * throws.
 * Returns false, with the feature and the offset in `d`, for what cannot be lowered. */
bool build_func(ir_func *f, const module *m, const callgraph *calls, arena *a, uint32_t index, diag *d);

/* The same for a constant expression, which ends in a RETURN of its value. */
bool build_const(ir_func *f, const module *m, arena *a, const const_expr *code, diag *d);

void ir_free(ir_func *f);

#endif
