/* How many bits of an operand vector operators may look at. An operator on lanes looks at the highest byte of an operand for the highest
 * lane of its result, so most demand either all of it or nothing. Those that move bytes, or take some of them by a mask, demand the bytes
 * that are used of their result. */
#include "lower/demanded_internal.h"

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

unsigned demanded_in_lanes(const expr *e, int k, unsigned bits, bool *sparse) {
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
