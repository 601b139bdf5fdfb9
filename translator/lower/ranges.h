/* Ranges: what values a number may have, whatever a C compiler knows about it. */
#ifndef WASMELT_LOWER_RANGES_H
#define WASMELT_LOWER_RANGES_H

#include "lower/ir.h"

#define VECTOR_BITS 128

/* The bits of a value of the type; of a reference, those of a pointer. */
unsigned value_bits(wasmelt_valtype type);

/* The bits that a load or a store moves. */
static inline unsigned access_bits(uint16_t op) {
    return 8 * opcode_access_bytes((opcode)op);
}

/* Ones in that many of the lowest bits. */
static inline uint64_t low_bits(unsigned bits) {
    return bits >= 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
}

/* The number of bits up to the highest one that is set. */
static inline unsigned length_of(uint64_t value) {
    return value ? 64 - (unsigned)__builtin_clzll(value) : 0;
}

/* A constant, and its value as an unsigned number. */
static inline bool is_const(const expr *e) {
    return e->kind == EXPR_CONST; /* NOLINT(clang-analyzer-core.NullDereference): shifts have a count */
}

static inline uint64_t const_of(const expr *e) {
    return e->value & low_bits(value_bits(e->type));
}

/* Values that a number may have: 0 and `most`, as unsigned numbers; from `low`, if that is negative, to -low - 1, as signed ones; and odd
 * ones. If `most` is 0, nothing is known to be possible. For a vector, `most` is 0 or all ones. */
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

/* Whether it is a load that adds zeros to what it reads. */
bool loads_zero_extended(const expr *e);

/* Whether no address that the load may have lies beyond a memory of that many bytes. */
bool loads_within(const expr *load, uint64_t size);

#endif
