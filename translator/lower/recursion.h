/* Functions that cannot end without calling themselves: C compilers warn of them. */
#ifndef WASMELT_LOWER_RECURSION_H
#define WASMELT_LOWER_RECURSION_H

#include "lower/ir.h"

/* Whether every way from the beginning to an end of the function goes through a call to itself. */
bool recursion_is_endless(const ir_func *f);

#endif
