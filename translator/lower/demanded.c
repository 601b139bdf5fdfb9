#include "lower/demanded.h"

#include "wasm/subtype.h"

#define VECTOR_BITS 128

unsigned value_bits(wasmelt_valtype type) {
    switch (type) {
    case WASMELT_I32:
    case WASMELT_F32:
        return 32;
    case WASMELT_V128:
        return VECTOR_BITS;
    default:
        return 64;
    }
}

static unsigned access_bits(uint16_t op) {
    return 8u << opcode_access_log2((opcode)op);
}

static unsigned least(unsigned a, unsigned b) {
    return a < b ? a : b;
}

/* Whether one of the bits of the highest byte is among them. Then whatever depends on each bit of an operand depends on all of it. */
static bool is_whole(unsigned bits, wasmelt_valtype type) {
    return bits + 8 > value_bits(type);
}

static uint64_t low_bits(unsigned bits) {
    return bits >= 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
}

/* The number of bits up to the highest one that is set. */
static unsigned length_of(uint64_t value) {
    return value ? 64 - (unsigned)__builtin_clzll(value) : 0;
}

static bool is_const(const expr *e) {
    return e->kind == EXPR_CONST; /* NOLINT(clang-analyzer-core.NullDereference): shifts have a count */
}

static uint64_t const_of(const expr *e) {
    return e->value & low_bits(value_bits(e->type));
}

static uint64_t sum_within(uint64_t a, uint64_t b, uint64_t most) {
    return a > most || b > most - a ? most : a + b;
}

static bool loads_zero_extended(const expr *e) {
    switch (e->kind == EXPR_LOAD ? e->op : OPCODE_COUNT) {
    case OP_I32_LOAD8_U:
    case OP_I32_LOAD16_U:
    case OP_I64_LOAD8_U:
    case OP_I64_LOAD16_U:
    case OP_I64_LOAD32_U:
        return true;
    default:
        return false;
    }
}

static bool loads_sign_extended(const expr *e) {
    switch (e->kind == EXPR_LOAD ? e->op : OPCODE_COUNT) {
    case OP_I32_LOAD8_S:
    case OP_I32_LOAD16_S:
    case OP_I64_LOAD8_S:
    case OP_I64_LOAD16_S:
    case OP_I64_LOAD32_S:
        return true;
    default:
        return false;
    }
}

uint64_t largest_value(const expr *e) {
    unsigned bits = value_bits(e->type);
    uint64_t most = low_bits(bits);
    if (expr_is_bool(e))
        return 1;
    if (is_const(e))
        return const_of(e);
    if (loads_zero_extended(e))
        return low_bits(access_bits(e->op));
    if (e->kind != EXPR_OP || !e->args[0] || !valtype_is_integer(e->args[0]->type))
        return most;
    const expr *a = e->args[0], *b = e->args[1];
    unsigned shift = b && is_const(b) ? (unsigned)(b->value & (bits - 1)) : 0;
    uint64_t of_a = largest_value(a), of_b = b ? largest_value(b) : 0;
    switch (e->op) {
    case OP_I64_EXTEND_I32_U:
        return of_a;
    case OP_I32_AND:
    case OP_I64_AND:
        return of_a < of_b ? of_a : of_b;
    case OP_I32_OR:
    case OP_I64_OR:
        return low_bits(length_of(of_a | of_b));
    case OP_I32_ADD:
    case OP_I64_ADD:
        return sum_within(of_a, of_b, most);
    case OP_I32_SHL:
    case OP_I64_SHL:
        return is_const(b) && of_a <= most >> shift ? of_a << shift : most;
    case OP_I32_SHR_U:
    case OP_I64_SHR_U:
        return is_const(b) ? of_a >> shift : most;
    default:
        return most;
    }
}

/* ---- What a value may be ---- */

value_range any_value(wasmelt_valtype type) {
    unsigned bits = value_bits(type);
    return (value_range){.most = low_bits(bits), .low = bits <= 64 ? -(int64_t)low_bits(bits - 1) - 1 : 0, .is_odd = true};
}

static value_range up_to(uint64_t most, bool is_odd) {
    return (value_range){.most = most, .is_odd = is_odd && most > 0};
}

/* Not only the sign-extended numbers of fewer bits. */
static bool may_be_anything(const value_range *r, wasmelt_valtype type) {
    value_range any = any_value(type);
    return r->most == any.most && r->low == any.low;
}

/* A sum, difference, product or combination of bits: if an operand may be anything, so may that. Else one may be zero and leave the other.
 */
static value_range range_of_sum(const value_range *a, const value_range *b, wasmelt_valtype type) {
    if (may_be_anything(a, type) || may_be_anything(b, type))
        return any_value(type);
    return a->most > b->most ? *a : *b;
}

static value_range range_of_and(const value_range *a, const value_range *b) {
    /* The greatest power of two minus one up to what `a` may be, of which each bit may be one. */
    uint64_t ones = a->most & (a->most + 1) ? low_bits(length_of(a->most) - 1) : a->most;
    return up_to(ones & b->most, a->is_odd && b->is_odd);
}

static value_range range_of_operator(const value_range *of_vars, const expr *e) {
    unsigned bits = value_bits(e->type);
    const expr *a = e->args[0], *b = e->args[1];
    if (!a || a->type == WASMELT_V128 || e->type == WASMELT_V128)
        return (value_range){0};
    value_range ra = range_of(of_vars, a), rb = b ? range_of(of_vars, b) : ra;
    unsigned shift = b && is_const(b) ? (unsigned)(b->value & (bits - 1)) : 0;
    switch (opcode_operation(e->op)) {
    case OPERATION_ADD:
    case OPERATION_SUB:
        /* of a narrow number and a constant: with the sum that makes zero, and one less */
        if (b && is_const(b) && !may_be_anything(&ra, e->type)) {
            uint64_t c = opcode_operation(e->op) == OPERATION_SUB ? const_of(b) : (0 - const_of(b)) & low_bits(bits);
            return c > 0 && c <= ra.most ? any_value(e->type) : (value_range){0};
        }
        return is_const(a) || expr_same(a, b) ? (value_range){0} : range_of_sum(&ra, &rb, e->type);
    case OPERATION_XOR:
    case OPERATION_OR:
        if (is_const(a) || is_const(b) || expr_same(a, b))
            return may_be_anything(&ra, e->type) && opcode_operation(e->op) == OPERATION_XOR ? ra : (value_range){0};
        return range_of_sum(&ra, &rb, e->type);
    case OPERATION_AND:
        if (is_const(b))
            rb = (value_range){.most = const_of(b), .is_odd = const_of(b) & 1};
        return range_of_and(&ra, &rb);
    case OPERATION_MUL: /* by an odd constant each number is a product */
        return is_const(b) && (const_of(b) & 1) && may_be_anything(&ra, e->type) ? ra : (value_range){0};
    default:
        break;
    }
    switch (e->op) {
    case OP_I32_SHL:
    case OP_I64_SHL:
        return b && is_const(b) ? up_to(ra.most << shift & low_bits(bits), shift == 0 && ra.is_odd) : (value_range){0};
    case OP_I32_SHR_U:
    case OP_I64_SHR_U:
        return b && is_const(b) ? up_to(ra.most >> shift, ra.most >> shift > 0) : (value_range){0};
    case OP_I32_ROTL:
    case OP_I32_ROTR:
    case OP_I64_ROTL:
    case OP_I64_ROTR:
        return may_be_anything(&ra, e->type) ? ra : (value_range){0};
    case OP_I64_EXTEND_I32_U:
        return up_to(ra.most, ra.is_odd);
    case OP_I32_WRAP_I64:
        return (ra.most & UINT32_MAX) == UINT32_MAX ? any_value(e->type) : up_to(ra.most & UINT32_MAX, ra.is_odd);
    default:
        return (value_range){0};
    }
}

value_range range_of(const value_range *of_vars, const expr *e) {
    switch (e->kind) {
    case EXPR_CONST:
        return (value_range){0};
    case EXPR_VAR:
        return of_vars[e->index];
    case EXPR_LOAD:
        if (loads_zero_extended(e))
            return up_to(low_bits(access_bits(e->op)), true);
        if (loads_sign_extended(e)) {
            value_range any = any_value(e->type);
            any.low = -(int64_t)low_bits(access_bits(e->op) - 1) - 1;
            return any;
        }
        return e->type != WASMELT_V128 || e->op == OP_V128_LOAD ? any_value(e->type) : (value_range){0};
    case EXPR_SELECT: {
        value_range a = range_of(of_vars, e->args[0]), b = range_of(of_vars, e->args[1]);
        return a.most < b.most ? a : b;
    }
    case EXPR_OP:
        return range_of_operator(of_vars, e);
    default: /* no load comes of it */
        return any_value(e->type);
    }
}

unsigned range_length(const value_range *r, wasmelt_valtype type) {
    return type == WASMELT_V128 && r->most ? VECTOR_BITS - 1 : length_of(r->most);
}

value_range range_of_both(const value_range *a, const value_range *b) {
    value_range both = a->most < b->most ? *a : *b;
    both.low = a->low > b->low ? a->low : b->low;
    both.is_odd = a->is_odd && b->is_odd;
    return both;
}

/* ---- Comparisons ---- */

static int64_t signed_const(const expr *e) {
    return e->type == WASMELT_I32 ? (int32_t)e->value : (int64_t)e->value;
}

/* Whether the outcome of comparing a number with a constant may be known without it. */
static bool may_be_known(operation what, const value_range *a, uint64_t u, int64_t s) {
    int64_t high = a->low < 0 ? -(a->low + 1) : (int64_t)a->most;
    switch (what) {
    case OPERATION_LT_U:
    case OPERATION_GE_U:
        return u == 0 || u > a->most;
    case OPERATION_GT_U:
    case OPERATION_LE_U:
        return u >= a->most;
    case OPERATION_LT_S:
    case OPERATION_GE_S:
        return s <= a->low || s > high;
    case OPERATION_GT_S:
    case OPERATION_LE_S:
        return s < a->low || s >= high;
    default:
        return u > a->most || s < a->low || s > high;
    }
}

/* Comparisons need their operands whole, unless they need not compare. */
static unsigned demanded_by_comparison(const value_range *of_vars, const expr *e, operation what, int k) {
    const expr *a = e->args[0], *b = e->args[1];
    unsigned whole = value_bits(e->args[k]->type);
    if (!valtype_is_integer(a->type))
        return whole;
    if (is_const(a) || expr_same(a, b))
        return 0;
    value_range ra = range_of(of_vars, a);
    return is_const(b) && may_be_known(what, &ra, const_of(b), signed_const(b)) ? 0 : whole;
}

/* ---- Integers ---- */

/* In the following, `sparse` says that of the `bits` lowest bits of the result perhaps only the highest one is used; and afterwards the
 * same of the operand. */

/* Whether the value cannot be known, however well a C compiler follows variables, because it comes from memory here. */
static bool is_unknown(const expr *e) {
    return (e->effects & FX_READS_MEMORY) != 0;
}

static unsigned demanded_by_product(const value_range *of_vars, const expr *e, int k, unsigned bits) {
    const expr *other = e->args[1 - k];
    if (!is_const(other)) /* a variable may be known to be zero */
        return expr_same(e->args[0], e->args[1]) || (is_unknown(other) && range_of(of_vars, other).is_odd) ? bits : 0;
    unsigned zeros = const_of(other) ? (unsigned)__builtin_ctzll(const_of(other)) : bits;
    return bits - least(bits, zeros);
}

/* Of an operand of which only the bits in the mask are used, as far as they are among the lowest `bits`. */
static unsigned demanded_by_bits(uint64_t mask, unsigned bits, bool *sparse) {
    mask &= low_bits(bits);
    *sparse |= (mask & (mask + 1)) != 0;
    return length_of(mask);
}

static unsigned demanded_by_and(const value_range *of_vars, const expr *e, int k, unsigned bits, bool *sparse) {
    const expr *other = e->args[1 - k];
    if (!is_const(other) && (*sparse || !is_unknown(other)))
        return 0;
    if (*sparse && !(const_of(other) >> (bits - 1) & 1))
        return 0;
    return demanded_by_bits(is_const(other) ? const_of(other) : range_of(of_vars, other).most, bits, sparse);
}

static unsigned demanded_by_or(const expr *e, int k, unsigned bits, bool *sparse) {
    const expr *other = e->args[1 - k];
    if (*sparse && is_const(other) && (const_of(other) >> (bits - 1) & 1))
        return 0;
    return is_const(other) ? demanded_by_bits(~const_of(other), bits, sparse) : is_unknown(other) ? bits : 0;
}

static unsigned range_bits(const value_range *of_vars, const expr *e) {
    value_range r = range_of(of_vars, e);
    return range_length(&r, e->type);
}

/* Of an operand of a sum of which perhaps only the highest bit is used. If that is the highest one that may be set, each operand's highest
 * one decides about it. */
static unsigned demanded_by_highest(const value_range *of_vars, const expr *e, int k, unsigned bits) {
    unsigned of_sum = range_bits(of_vars, e);
    return bits >= of_sum ? least(of_sum, range_bits(of_vars, e->args[k])) : bits;
}

static bool is_left_shift(uint16_t op) {
    return op == OP_I32_SHL || op == OP_I64_SHL;
}

static bool is_right_shift(uint16_t op) {
    return op == OP_I32_SHR_S || op == OP_I32_SHR_U || op == OP_I64_SHR_S || op == OP_I64_SHR_U;
}

static unsigned demanded_by_shift(const value_range *of_vars, const expr *e, int k, unsigned bits, bool *sparse) {
    unsigned width = value_bits(e->type);
    if (k == 1) {
        bool uses_count = !*sparse && is_unknown(e->args[0]); /* which may be known to be zero otherwise */
        *sparse = false;
        return !uses_count ? 0 : width == 32 ? 5 : 6;
    }
    if (!is_const(e->args[1])) {
        if (*sparse || (is_left_shift(e->op) && !(is_unknown(e->args[1]) && range_of(of_vars, e->args[1]).most > 0)))
            return 0;
        *sparse = is_right_shift(e->op); /* the count may be known to be large */
        return is_left_shift(e->op) ? bits : is_right_shift(e->op) || is_whole(bits, e->type) ? width : 0;
    }
    unsigned count = (unsigned)(e->args[1]->value & (width - 1));
    if (is_left_shift(e->op))
        return bits - least(bits, count);
    if (is_right_shift(e->op)) {
        bool is_signed = e->op == OP_I32_SHR_S || e->op == OP_I64_SHR_S;
        if (*sparse && !is_signed && bits + count > width)
            return 0; /* zeros have come in */
        *sparse |= count > 0;
        unsigned used = least(width, bits + count), possible = is_signed ? width : range_bits(of_vars, e->args[0]);
        return used < possible ? used : possible > count ? possible : 0;
    }
    return !*sparse && is_whole(bits, e->type) ? width : 0; /* rotations, which put some bit of the highest byte there */
}

static unsigned demanded_by_remainder(const expr *e, int k, unsigned bits, bool *sparse) {
    const expr *divisor = e->args[1];
    unsigned width = value_bits(e->type);
    if (*sparse)
        return 0;
    if (k == 1 || !is_const(divisor))
        return k == 1 || is_whole(bits, e->type) ? width : 0;
    uint64_t value = const_of(divisor);
    bool is_signed = e->op == OP_I32_REM_S || e->op == OP_I64_REM_S;
    if (value <= 1 || (is_signed && value == low_bits(width)))
        return 0;
    if (!is_signed && (value & (value - 1)) == 0)
        return least(bits, length_of(value - 1));
    return is_whole(bits, e->type) ? width : 0;
}

/* ---- Vectors ---- */

static bool is_vector_const(const expr *e) {
    return e->kind == EXPR_OP && opcode_operation(e->op) == OPERATION_VECTOR;
}

/* The bits up to the highest byte of the constant that differs from `padding`. */
static unsigned vector_length(const expr *e, uint8_t padding) {
    unsigned k = 16;
    while (k > 0 && e->bytes[k - 1] == padding)
        k--;
    return 8 * k;
}

/* Of the operand that is taken where the mask, a constant, has zeros or ones: the bits up to the highest byte that has any. */
static unsigned demanded_by_mask(const expr *mask, bool ones, unsigned bits, bool *sparse) {
    if (!is_vector_const(mask))
        return is_unknown(mask) ? bits : 0;
    bool was_sparse = *sparse;
    *sparse = true;
    unsigned length = vector_length(mask, ones ? 0 : 0xFF);
    return was_sparse && length < bits ? 0 : least(bits, length);
}

static unsigned demanded_by_shuffle(const expr *e, int k, unsigned bits, bool *sparse) {
    unsigned most = 0, used = (bits + 7) / 8; /* of a byte at least one bit */
    for (unsigned i = *sparse && used > 0 ? used - 1 : 0; i < used; i++)
        if (e->bytes[i] / 16 == k && e->bytes[i] % 16 + 1u > most)
            most = e->bytes[i] % 16 + 1u;
    *sparse = true;
    return 8 * most;
}

static unsigned demanded_by_swizzle(const expr *e, int k, bool *sparse) {
    *sparse = k == 0;
    if (k == 1 || !is_vector_const(e->args[1]))
        return VECTOR_BITS;
    unsigned most = 0;
    for (unsigned i = 0; i < 16; i++)
        if (e->args[1]->bytes[i] < 16 && e->args[1]->bytes[i] + 1u > most)
            most = e->args[1]->bytes[i] + 1u;
    return 8 * most;
}

/* The bits of the lanes of an instruction with a lane number. */
static unsigned lane_bits_of(uint16_t op) {
    return VECTOR_BITS / opcode_table[op].c.number;
}

static unsigned demanded_by_replacement(const expr *e, int k, unsigned lane_bits, unsigned bits, bool *sparse) {
    if (*sparse || !is_whole(bits, WASMELT_V128))
        return 0;
    *sparse = k == 0;
    if (k == 1)
        return lane_bits;
    return (e->lane + 1) * lane_bits == VECTOR_BITS ? VECTOR_BITS - lane_bits : VECTOR_BITS;
}

/* Whether C compilers may find the operators's result, or its highest lane's, without the other operand if they know one. */
static bool is_absorbed(opcode op) {
    switch (op) {
    case OP_I8X16_LT_U:
    case OP_I8X16_GT_U:
    case OP_I8X16_LE_U:
    case OP_I8X16_GE_U:
    case OP_I16X8_LT_U:
    case OP_I16X8_GT_U:
    case OP_I16X8_LE_U:
    case OP_I16X8_GE_U:
    case OP_I32X4_LT_U:
    case OP_I32X4_GT_U:
    case OP_I32X4_LE_U:
    case OP_I32X4_GE_U:
    case OP_I8X16_LT_S:
    case OP_I8X16_GT_S:
    case OP_I8X16_LE_S:
    case OP_I8X16_GE_S:
    case OP_I16X8_LT_S:
    case OP_I16X8_GT_S:
    case OP_I16X8_LE_S:
    case OP_I16X8_GE_S:
    case OP_I32X4_LT_S:
    case OP_I32X4_GT_S:
    case OP_I32X4_LE_S:
    case OP_I32X4_GE_S:
    case OP_I64X2_LT_S:
    case OP_I64X2_GT_S:
    case OP_I64X2_LE_S:
    case OP_I64X2_GE_S:
    case OP_I8X16_MIN_S:
    case OP_I8X16_MIN_U:
    case OP_I8X16_MAX_S:
    case OP_I8X16_MAX_U:
    case OP_I16X8_MIN_S:
    case OP_I16X8_MIN_U:
    case OP_I16X8_MAX_S:
    case OP_I16X8_MAX_U:
    case OP_I32X4_MIN_S:
    case OP_I32X4_MIN_U:
    case OP_I32X4_MAX_S:
    case OP_I32X4_MAX_U:
    case OP_I8X16_ADD_SAT_U:
    case OP_I16X8_ADD_SAT_U:
    case OP_I8X16_SUB_SAT_U:
    case OP_I16X8_SUB_SAT_U:
    case OP_I16X8_MUL:
    case OP_I32X4_MUL:
    case OP_I64X2_MUL:
    case OP_I32X4_DOT_I16X8_S:
    case OP_I16X8_Q15MULR_SAT_S:
    case OP_I16X8_EXTMUL_LOW_I8X16_S:
    case OP_I16X8_EXTMUL_LOW_I8X16_U:
    case OP_I32X4_EXTMUL_LOW_I16X8_S:
    case OP_I32X4_EXTMUL_LOW_I16X8_U:
    case OP_I64X2_EXTMUL_LOW_I32X4_S:
    case OP_I64X2_EXTMUL_LOW_I32X4_U:
    case OP_I16X8_EXTMUL_HIGH_I8X16_S:
    case OP_I16X8_EXTMUL_HIGH_I8X16_U:
    case OP_I32X4_EXTMUL_HIGH_I16X8_S:
    case OP_I32X4_EXTMUL_HIGH_I16X8_U:
    case OP_I64X2_EXTMUL_HIGH_I32X4_S:
    case OP_I64X2_EXTMUL_HIGH_I32X4_U:
    case OP_I16X8_RELAXED_Q15MULR_S:
    case OP_I16X8_RELAXED_DOT_I8X16_I7X16_S:
    case OP_I32X4_RELAXED_DOT_I8X16_I7X16_ADD_S:
        return true;
    default:
        return false;
    }
}

/* Whether the result of the operator on twice the same value is the same for each value. */
static bool may_cancel(opcode op) {
    switch (op) {
    case OP_V128_XOR:
    case OP_V128_ANDNOT:
    case OP_I8X16_SUB:
    case OP_I16X8_SUB:
    case OP_I32X4_SUB:
    case OP_I64X2_SUB:
    case OP_I8X16_SUB_SAT_S:
    case OP_I8X16_SUB_SAT_U:
    case OP_I16X8_SUB_SAT_S:
    case OP_I16X8_SUB_SAT_U:
    case OP_I8X16_EQ:
    case OP_I8X16_NE:
    case OP_I16X8_EQ:
    case OP_I16X8_NE:
    case OP_I32X4_EQ:
    case OP_I32X4_NE:
    case OP_I64X2_EQ:
    case OP_I64X2_NE:
        return true;
    default:
        return false;
    }
}

static unsigned demanded_by_vector_operator(const expr *e, int k, unsigned bits, bool *sparse) {
    if (is_absorbed((opcode)e->op) && !is_unknown(e->args[1 - k]))
        return 0;
    if (may_cancel((opcode)e->op) && expr_same(e->args[0], e->args[1]))
        return 0;
    switch (e->op) { /* those that may be of use to a sparse result */
    case OP_V128_XOR:
    case OP_V128_NOT:
        return bits;
    case OP_V128_AND:
        return demanded_by_mask(e->args[1 - k], true, bits, sparse);
    case OP_V128_OR:
        return demanded_by_mask(e->args[1 - k], false, bits, sparse);
    case OP_V128_ANDNOT:
        return demanded_by_mask(e->args[1 - k], k == 1, bits, sparse);
    case OP_V128_BITSELECT:
    case OP_I8X16_RELAXED_LANESELECT:
    case OP_I16X8_RELAXED_LANESELECT:
    case OP_I32X4_RELAXED_LANESELECT:
    case OP_I64X2_RELAXED_LANESELECT:
        return k == 2 ? bits : demanded_by_mask(e->args[2], k == 0, bits, sparse);
    case OP_I8X16_SHUFFLE:
        return demanded_by_shuffle(e, k, bits, sparse);
    default:
        if (*sparse)
            return 0;
    }
    switch (e->op) {
    case OP_I8X16_SWIZZLE:
    case OP_I8X16_RELAXED_SWIZZLE:
        return is_whole(bits, e->type) && !*sparse ? demanded_by_swizzle(e, k, sparse) : 0;
    case OP_I8X16_SPLAT:
        return least(bits, 8);
    case OP_I16X8_SPLAT:
        return least(bits, 16);
    case OP_I32X4_SPLAT:
    case OP_F32X4_SPLAT:
        return least(bits, 32);
    case OP_I64X2_SPLAT:
    case OP_F64X2_SPLAT:
        return least(bits, 64);
    case OP_I8X16_REPLACE_LANE:
    case OP_I16X8_REPLACE_LANE:
    case OP_I32X4_REPLACE_LANE:
    case OP_I64X2_REPLACE_LANE:
    case OP_F32X4_REPLACE_LANE:
    case OP_F64X2_REPLACE_LANE:
        return demanded_by_replacement(e, k, lane_bits_of(e->op), bits, sparse);
    case OP_I8X16_EXTRACT_LANE_S:
    case OP_I8X16_EXTRACT_LANE_U:
    case OP_I16X8_EXTRACT_LANE_S:
    case OP_I16X8_EXTRACT_LANE_U:
    case OP_I32X4_EXTRACT_LANE:
    case OP_I64X2_EXTRACT_LANE:
    case OP_F32X4_EXTRACT_LANE:
    case OP_F64X2_EXTRACT_LANE:
        if (*sparse)
            return 0;
        *sparse = e->lane > 0;
        return e->lane * lane_bits_of(e->op) + least(bits, lane_bits_of(e->op));
    case OP_I8X16_SHR_S:
    case OP_I8X16_SHR_U:
    case OP_I16X8_SHR_S:
    case OP_I16X8_SHR_U:
    case OP_I32X4_SHR_S:
    case OP_I32X4_SHR_U:
    case OP_I64X2_SHR_S:
    case OP_I64X2_SHR_U:
        return k == 0 && is_whole(bits, e->type) ? VECTOR_BITS : 0; /* of the count only some bits matter */
    case OP_I8X16_SHL:
    case OP_I16X8_SHL:
    case OP_I32X4_SHL:
    case OP_I64X2_SHL:
        return k == 0 && is_whole(bits, e->type) && !is_const(e->args[1]) ? VECTOR_BITS : 0;
    case OP_I16X8_EXTEND_LOW_I8X16_S:
    case OP_I16X8_EXTEND_LOW_I8X16_U:
    case OP_I32X4_EXTEND_LOW_I16X8_S:
    case OP_I32X4_EXTEND_LOW_I16X8_U:
    case OP_I64X2_EXTEND_LOW_I32X4_S:
    case OP_I64X2_EXTEND_LOW_I32X4_U:
    case OP_I16X8_EXTMUL_LOW_I8X16_S:
    case OP_I16X8_EXTMUL_LOW_I8X16_U:
    case OP_I32X4_EXTMUL_LOW_I16X8_S:
    case OP_I32X4_EXTMUL_LOW_I16X8_U:
    case OP_I64X2_EXTMUL_LOW_I32X4_S:
    case OP_I64X2_EXTMUL_LOW_I32X4_U:
    case OP_F64X2_PROMOTE_LOW_F32X4:
    case OP_F64X2_CONVERT_LOW_I32X4_S:
    case OP_F64X2_CONVERT_LOW_I32X4_U:
        return bits / 2;
    case OP_I16X8_EXTEND_HIGH_I8X16_S:
    case OP_I16X8_EXTEND_HIGH_I8X16_U:
    case OP_I32X4_EXTEND_HIGH_I16X8_S:
    case OP_I32X4_EXTEND_HIGH_I16X8_U:
    case OP_I64X2_EXTEND_HIGH_I32X4_S:
    case OP_I64X2_EXTEND_HIGH_I32X4_U:
    case OP_I16X8_EXTMUL_HIGH_I8X16_S:
    case OP_I16X8_EXTMUL_HIGH_I8X16_U:
    case OP_I32X4_EXTMUL_HIGH_I16X8_S:
    case OP_I32X4_EXTMUL_HIGH_I16X8_U:
    case OP_I64X2_EXTMUL_HIGH_I32X4_S:
    case OP_I64X2_EXTMUL_HIGH_I32X4_U:
        *sparse = true;
        return is_whole(bits, e->type) ? VECTOR_BITS : 0;
    case OP_F32X4_DEMOTE_F64X2_ZERO:
    case OP_I32X4_TRUNC_SAT_F64X2_S_ZERO:
    case OP_I32X4_TRUNC_SAT_F64X2_U_ZERO:
    case OP_I32X4_RELAXED_TRUNC_F64X2_S_ZERO:
    case OP_I32X4_RELAXED_TRUNC_F64X2_U_ZERO:
        return bits + 8 > VECTOR_BITS / 2 ? VECTOR_BITS : 0;
    default:
        break;
    }
    return is_whole(bits, e->type) ? value_bits(e->args[k]->type) : 0;
}

/* ---- Any operator ---- */

static unsigned demanded_by_number_operator(const value_range *of_vars, const expr *e, int k, unsigned bits, bool *sparse) {
    switch (opcode_operation(e->op)) {
    case OPERATION_ADD:
        return *sparse ? demanded_by_highest(of_vars, e, k, bits) : bits;
    case OPERATION_SUB:
    case OPERATION_XOR:
        return expr_same(e->args[0], e->args[1]) ? 0 : bits;
    case OPERATION_MUL:
        return demanded_by_product(of_vars, e, k, bits);
    case OPERATION_AND:
        return demanded_by_and(of_vars, e, k, bits, sparse);
    case OPERATION_OR:
        return demanded_by_or(e, k, bits, sparse);
    case OPERATION_SHIFT:
        return demanded_by_shift(of_vars, e, k, bits, sparse);
    default:
        break;
    }
    switch (e->op) {
    case OP_I32_EXTEND8_S:
    case OP_I64_EXTEND8_S:
        return least(bits, 8);
    case OP_I32_EXTEND16_S:
    case OP_I64_EXTEND16_S:
        return least(bits, 16);
    case OP_I64_EXTEND32_S:
    case OP_I64_EXTEND_I32_S:
        return least(bits, 32);
    case OP_I64_EXTEND_I32_U:
        return *sparse && bits > 32 ? 0 : least(bits, 32);
    case OP_I32_WRAP_I64:
    case OP_I32_REINTERPRET_F32:
    case OP_I64_REINTERPRET_F64:
    case OP_F32_REINTERPRET_I32:
    case OP_F64_REINTERPRET_I64:
        return bits;
    case OP_I32_REM_S:
    case OP_I32_REM_U:
    case OP_I64_REM_S:
    case OP_I64_REM_U:
        return demanded_by_remainder(e, k, bits, sparse);
    case OP_F32_ABS:
    case OP_F64_ABS:
    case OP_F32_COPYSIGN:
    case OP_F64_COPYSIGN: /* of the sign and the other bits each is one operand's */
        *sparse = true;
        if (k == 1)
            return bits >= value_bits(e->type) ? bits : 0; /* the sign is the highest bit */
        return least(bits, value_bits(e->type) - 1);
    default: /* each bit of the result may depend on each of the operands, and depends on some */
        return *sparse ? 0 : is_whole(bits, e->type) ? value_bits(e->args[k]->type) : 1;
    }
}

unsigned demanded_bits(const value_range *of_vars, const expr *e, int k, unsigned bits, bool *sparse) {
    if (bits == 0)
        return 0;
    if (e->kind == EXPR_SELECT) {
        *sparse = *sparse && k < 2;
        return k < 2 ? bits : expr_same(e->args[0], e->args[1]) ? 0 : 32;
    }
    bool has_lanes = e->type == WASMELT_V128 || e->args[0]->type == WASMELT_V128;
    if (expr_is_bool(e)) {
        if (*sparse && bits > 1)
            return 0;
        *sparse = false;
        return e->args[1] && !has_lanes ? demanded_by_comparison(of_vars, e, opcode_operation(e->op), k) : value_bits(e->args[k]->type);
    }
    return has_lanes ? demanded_by_vector_operator(e, k, bits, sparse) : demanded_by_number_operator(of_vars, e, k, bits, sparse);
}

bool needs_all_bytes(const expr *load, unsigned bits, bool sparse) {
    if (sparse && load->type == WASMELT_V128 && load->op != OP_V128_LOAD)
        return false;
    if (sparse && loads_zero_extended(load) && bits > access_bits(load->op))
        return false; /* a zero */
    switch (load->op) {
    case OP_V128_LOAD8X8_S:
    case OP_V128_LOAD8X8_U:
    case OP_V128_LOAD16X4_S:
    case OP_V128_LOAD16X4_U:
    case OP_V128_LOAD32X2_S:
    case OP_V128_LOAD32X2_U:
    case OP_V128_LOAD8_LANE:
    case OP_V128_LOAD16_LANE:
    case OP_V128_LOAD32_LANE:
    case OP_V128_LOAD64_LANE:
        return is_whole(bits, load->type);
    default:
        return bits + 8 > access_bits(load->op) && bits > 0; /* one of the highest byte */
    }
}

unsigned stored_bits(opcode store) {
    return access_bits(store);
}
