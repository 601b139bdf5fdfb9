/* Addresses that cannot wrap around, written so that a C compiler sees it. */
#ifndef WASMELT_LOWER_ADDRESSES_H
#define WASMELT_LOWER_ADDRESSES_H

#include "lower/ir.h"

/* Before uses_count: it changes which variables are read. */
void addresses_rebase(ir_func *f);

#endif
