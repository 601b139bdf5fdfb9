/* Fewer variables for the results of nested blocks. */
#ifndef WASMELT_LOWER_COALESCE_H
#define WASMELT_LOWER_COALESCE_H

#include "lower/ir.h"

/* After uses_count, whose counts it takes and keeps up. */
void coalesce_results(ir_func *f);

#endif
