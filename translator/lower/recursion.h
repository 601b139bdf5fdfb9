/* Functions that cannot end without calling themselves again: C compilers warn of them, and drop what they do
 * before the endless recursion. */
#ifndef WASMELT_LOWER_RECURSION_H
#define WASMELT_LOWER_RECURSION_H

#include "lower/callgraph.h"
#include "lower/ir.h"

/* Whether every way from the beginning to an end of the function goes through a direct call that may lead back
 * to it. */
bool recursion_is_endless(const ir_func *f, const callgraph *calls);

#endif
