/* Demanded bits: how much of an operand an operator may look at.
 *
 * A C compiler computes no more of a value than is used. Of i32.wrap_i64(i64.load(p0)) it loads four bytes of eight, and if the memory ends
 * behind those four, nothing traps. So it matters whether a bit of the highest byte that a load reads is used: then the load reads up to
 * there. What is not known to use it is taken not to.
 *
 * Uses are given as a number of bits, from the lowest on. They are `sparse` if perhaps only the highest of these is used. */
#ifndef WASMELT_LOWER_DEMANDED_H
#define WASMELT_LOWER_DEMANDED_H

#include "lower/ranges.h"

/* How many bits of operand k are used if that many are of the result of an OP or SELECT; at most as many as are. `sparse` is changed from
 * what holds for the result to what holds for the operand. */
unsigned demanded_bits(const value_range *of_vars, const expr *e, int k, unsigned bits, bool *sparse);

/* Whether a LOAD has to read up to its last byte if that many bits of its result are used. */
bool needs_all_bytes(const expr *load, unsigned bits, bool sparse);

#endif
