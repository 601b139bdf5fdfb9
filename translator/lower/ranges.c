#include "lower/ranges.h"

#include "wasm/subtype.h"

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

bool loads_zero_extended(const expr *e) {
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

/* ---- What it cannot be ---- */

static uint64_t sum_within(uint64_t a, uint64_t b, uint64_t most) {
    return a > most || b > most - a ? most : a + b;
}

/* A number that the unsigned value of an integer tree does not exceed. Unlike `most` of a range, it may never be reached. */
static uint64_t largest_value(const expr *e) {
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

bool loads_within(const expr *load, uint64_t size) {
    uint64_t end = load->value + opcode_access_bytes((opcode)load->op), most = largest_value(load->args[0]);
    return end >= load->value && end <= size && most <= size - end;
}
