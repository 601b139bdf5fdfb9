#include "lower/demanded_internal.h"

#include "wasm/subtype.h"

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
    return has_lanes ? demanded_in_lanes(e, k, bits, sparse) : demanded_by_number_operator(of_vars, e, k, bits, sparse);
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
