/* Loads that must be performed where they stand. */
#ifndef WASMELT_LOWER_FORCED_H
#define WASMELT_LOWER_FORCED_H

#include "lower/ir.h"

void loads_force(ir_func *f);

#endif
