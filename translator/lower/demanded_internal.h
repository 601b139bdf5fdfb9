/* What demanded.c and demanded_lanes.c share. In their functions, `sparse` says that of the `bits` lowest bits of the result perhaps only
 * the highest one is used; and afterwards the same of the operand. */
#ifndef WASMELT_LOWER_DEMANDED_INTERNAL_H
#define WASMELT_LOWER_DEMANDED_INTERNAL_H

#include "lower/demanded.h"

static inline unsigned least(unsigned a, unsigned b) {
    return a < b ? a : b;
}

/* Whether one of the bits of the highest byte is among them. Then whatever depends on each bit of an operand depends on all of it. */
static inline bool is_whole(unsigned bits, wasmelt_valtype type) {
    return bits + 8 > value_bits(type);
}

/* Whether the value cannot be known, however well a C compiler follows variables, because it comes from memory here. */
static inline bool is_unknown(const expr *e) {
    return (e->effects & FX_READS_MEMORY) != 0;
}

/* demanded_bits() of an operator whose result or operand is a vector, but not of a test. */
unsigned demanded_in_lanes(const expr *e, int k, unsigned bits, bool *sparse);

#endif
