/* Counts reads and writes of variables and drops assignments that nothing reads. */
#ifndef WASMELT_LOWER_USES_H
#define WASMELT_LOWER_USES_H

#include "lower/ir.h"

void uses_count(ir_func *f);

#endif
