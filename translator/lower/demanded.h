/* Demanded bits: how much of an operand an operator may look at.
 *
 * A C compiler computes no more of a value than is used. Of i32.wrap_i64(i64.load(p0)) it loads four bytes of eight, and if the memory ends
 * behind those four, nothing traps. So it matters whether a bit of the highest byte that a load reads is used: then the load reads up to
 * there. What is not known to use it is taken not to.
 *
 * Uses are given as a number of bits, from the lowest on. They are `sparse` if perhaps only the highest of these is used. */
#ifndef WASMELT_LOWER_DEMANDED_H
#define WASMELT_LOWER_DEMANDED_H

#include "lower/ir.h"

/* The bits of a value of the type; of a reference, those of a pointer. */
unsigned value_bits(wasmelt_valtype type);

/* Values that a number may have, whatever a C compiler knows about it: 0 and `most`, as unsigned numbers; from `low`, if that is negative,
 * to -low - 1, as signed ones; and odd ones. If `most` is 0, nothing is known to be possible. For a vector, `most` is 0 or all ones. */
typedef struct value_range {
    uint64_t most;
    int64_t low;
    bool is_odd;
} value_range;

/* The number of bits up to the highest one that may be set. Of a vector it may be any, or 0. */
unsigned range_length(const value_range *r, wasmelt_valtype type);

/* It may be anything. */
value_range any_value(wasmelt_valtype type);

/* What the tree may be, if its loads may load anything; `of_vars` has a range for each variable. */
value_range range_of(const value_range *of_vars, const expr *e);

/* What is possible in both cases. */
value_range range_of_both(const value_range *a, const value_range *b);

/* How many bits of operand k are used if that many are of the result of an OP or SELECT; at most as many as are. `sparse` is changed from
 * what holds for the result to what holds for the operand. */
unsigned demanded_bits(const value_range *of_vars, const expr *e, int k, unsigned bits, bool *sparse);

/* Whether a LOAD has to read up to its last byte if that many bits of its result are used. */
bool needs_all_bytes(const expr *load, unsigned bits, bool sparse);

/* A number that the unsigned value of an integer tree does not exceed. */
uint64_t largest_value(const expr *e);

/* The bits that a store writes of its value. */
unsigned stored_bits(opcode store);

#endif
