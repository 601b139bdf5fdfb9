/* Simplifies two kinds of trees, because C compilers fold everything else well: differences become sums, the only form that later passes
 * look for; and comparisons with only one possible outcome, about which compilers warn, become constants. If an operand of such a
 * comparison may trap, the comparison has to stay, and its constants are hidden from compilers (lower/hide.c). */
#include "lower/fold.h"
#include "wasm/subtype.h"

typedef enum relation { NONE, EQ, NE, LT, GT, LE, GE } relation;

typedef struct comparison {
    relation relation;
    bool is_signed;
    unsigned bits;
} comparison;

/* Describes a comparison of integers; false if the tree is none. */
static bool as_comparison(const expr *e, comparison *c) {
    static const comparison of[OPERATION_COUNT] = {
        [OPERATION_EQ] = {EQ, false, 0},   [OPERATION_NE] = {NE, false, 0},   [OPERATION_LT_S] = {LT, true, 0},
        [OPERATION_LT_U] = {LT, false, 0}, [OPERATION_GT_S] = {GT, true, 0},  [OPERATION_GT_U] = {GT, false, 0},
        [OPERATION_LE_S] = {LE, true, 0},  [OPERATION_LE_U] = {LE, false, 0}, [OPERATION_GE_S] = {GE, true, 0},
        [OPERATION_GE_U] = {GE, false, 0},
    };
    *c = of[opcode_operation(e->op)];
    if (c->relation == NONE || !valtype_is_integer(e->args[0]->type))
        return false;
    c->bits = e->args[0]->type == WASMELT_I32 ? 32 : 64;
    return true;
}

/* The lowest and the highest value that is possible. */
typedef struct range {
    int64_t low, high;
} range;

static range all_of(unsigned bits) {
    return bits == 32 ? (range){INT32_MIN, INT32_MAX} : (range){INT64_MIN, INT64_MAX};
}

/* The range of an integer, taken as signed, that compilers know from the types through which it was converted. */
static range range_of(const expr *x) {
    range all = all_of(x->type == WASMELT_I32 ? 32 : 64), r;
    if (expr_is_bool(x))
        return (range){0, 1};
    if (x->kind != EXPR_OP)
        return all;
    switch (x->op) {
    case OP_I32_EXTEND8_S:
    case OP_I64_EXTEND8_S:
        return (range){INT8_MIN, INT8_MAX};
    case OP_I32_EXTEND16_S:
    case OP_I64_EXTEND16_S:
        return (range){INT16_MIN, INT16_MAX};
    case OP_I64_EXTEND32_S:
        return (range){INT32_MIN, INT32_MAX};
    case OP_I64_EXTEND_I32_S:
        return range_of(x->args[0]);
    case OP_I64_EXTEND_I32_U:
        r = range_of(x->args[0]);
        return r.low >= 0 ? r : (range){0, UINT32_MAX};
    case OP_I32_WRAP_I64:
        r = range_of(x->args[0]);
        return r.low >= all.low && r.high <= all.high ? r : all;
    default:
        return all;
    }
}

/* What compilers examine for warnings about (x & mask) == constant: if x is a 64-bit value cast to 32 bits, that value. */
static const expr *bitwise(const expr *x) {
    return x->kind == EXPR_OP && x->op == OP_I32_WRAP_I64 ? x->args[0] : x;
}

/* Whether x can never equal the constant because it is y & mask and the mask lacks bits of the constant, or y | mask and the mask has other
 * bits. */
static bool never_equals(const expr *x, uint64_t constant) {
    uint64_t all = x->type == WASMELT_I32 ? UINT32_MAX : UINT64_MAX;
    x = bitwise(x);
    if (x->kind != EXPR_OP)
        return false;
    bool is_and = opcode_operation(x->op) == OPERATION_AND, is_or = opcode_operation(x->op) == OPERATION_OR;
    for (int k = 0; k < 2 && (is_and || is_or); k++) {
        if (x->args[k]->kind != EXPR_CONST)
            continue;
        uint64_t mask = x->args[k]->value & all;
        if (is_and ? constant & ~mask : mask & ~constant)
            return true;
    }
    return false;
}

/* Stores whether x < constant and x > constant are possible, given the range of x. In an unsigned comparison, a range that crosses zero,
 * such as -1 to 1, includes both the lowest and the highest value. */
static void possible(const comparison *c, const expr *x, uint64_t constant, bool *below, bool *above) {
    range r = range_of(x);
    if (c->is_signed) {
        int64_t k = c->bits == 32 ? (int32_t)constant : (int64_t)constant;
        *below = r.low < k;
        *above = r.high > k;
        return;
    }
    uint64_t all = c->bits == 32 ? UINT32_MAX : UINT64_MAX;
    uint64_t k = constant & all;
    bool crosses = r.low < 0 && r.high >= 0; /* below zero come the highest unsigned values */
    *below = (crosses ? 0 : (uint64_t)r.low & all) < k;
    *above = (crosses ? all : (uint64_t)r.high & all) > k;
}

/* Whether x may equal the constant. */
static bool may_equal(const comparison *c, const expr *x, uint64_t constant) {
    int64_t k = c->bits == 32 ? (int32_t)constant : (int64_t)constant;
    range r = range_of(x);
    return k >= r.low && k <= r.high && !never_equals(x, constant);
}

/* The outcome of x RELATION constant: 0 or 1 if it is always the same, else -1. */
static int against_constant(const comparison *c, const expr *x, uint64_t constant) {
    bool below, above, equal = may_equal(c, x, constant);
    possible(c, x, constant, &below, &above);
    switch (c->relation) {
    case LT:
        return !below ? 0 : !above && !equal ? 1 : -1;
    case GE:
        return !below ? 1 : !above && !equal ? 0 : -1;
    case GT:
        return !above ? 0 : !below && !equal ? 1 : -1;
    case LE:
        return !above ? 1 : !below && !equal ? 0 : -1;
    default:
        return equal ? -1 : c->relation == NE;
    }
}

static int outcome(const comparison *c, const expr *a, const expr *b) {
    static const relation mirrored[] = {NONE, EQ, NE, GT, LT, GE, LE};
    if (expr_same(a, b) && !((a->effects | b->effects) & FX_TRAPS))
        return c->relation == EQ || c->relation == LE || c->relation == GE;
    if (b->kind == EXPR_CONST)
        return against_constant(c, a, b->value);
    if (a->kind == EXPR_CONST) {
        comparison m = *c;
        m.relation = mirrored[c->relation];
        return against_constant(&m, b, a->value);
    }
    return -1;
}

static expr *truth(arena *a, const expr *e, int known) {
    expr *constant = arena_alloc(a, sizeof *constant);
    constant->kind = EXPR_CONST;
    constant->nodes = 1;
    constant->type = WASMELT_I32;
    constant->offset = e->offset;
    constant->value = (uint64_t)known;
    return constant;
}

/* Turns x - constant into x + its negative, so that other code only has to look for sums. */
static void negate_subtrahend(arena *a, expr *e) {
    bool is_long = e->type == WASMELT_I64;
    if (opcode_operation(e->op) != OPERATION_SUB || e->args[1]->kind != EXPR_CONST)
        return;
    expr *constant = arena_alloc(a, sizeof *constant);
    *constant = *e->args[1];
    constant->value = is_long ? 0 - constant->value : (uint32_t)(0 - (uint32_t)constant->value);
    e->op = is_long ? OP_I64_ADD : OP_I32_ADD;
    e->args[1] = constant;
}

/* Whether both operands of an xor are constants: clang warns about 2 ^ 33, which looks like a power. */
static bool is_xor_of_constants(const expr *e) {
    return (e->op == OP_I32_XOR || e->op == OP_I64_XOR) && e->args[0]->kind == EXPR_CONST && e->args[1]->kind == EXPR_CONST;
}

static void hide_constants(expr *e) {
    for (int k = 0; k < expr_arg_count(e); k++)
        if (e->args[k]->kind == EXPR_CONST)
            e->hidden |= hidden_operand(k);
}

static expr *fold_comparison(arena *a, expr *e) {
    comparison c;
    if (opcode_operation(e->op) == OPERATION_EQZ) {
        expr *tested = fold_condition(a, e->args[0]);
        return tested == e->args[0] ? e : truth(a, e, 0);
    }
    int known = as_comparison(e, &c) ? outcome(&c, e->args[0], e->args[1]) : -1;
    if (known < 0)
        return e;
    if (e->effects & FX_TRAPS) {
        hide_constants(e);
        return e;
    }
    return truth(a, e, known);
}

expr *fold_operator(arena *a, expr *e) {
    if (opcode_facts_table[e->op].effects & FX_BOOL)
        return fold_comparison(a, e);
    if (is_xor_of_constants(e)) {
        e->args[0]->value ^= e->args[1]->value;
        return e->args[0];
    }
    negate_subtrahend(a, e);
    return e;
}

expr *fold_condition(arena *a, expr *e) {
    if (!never_equals(e, 0))
        return e;
    if (e->effects & FX_TRAPS) {
        hide_constants(e == bitwise(e) ? e : e->args[0]);
        return e;
    }
    return truth(a, e, 1);
}
