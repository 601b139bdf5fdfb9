/* Comparisons that have only one outcome. C compilers fold everything else well, but warn of these. Where
 * an operand may trap it must stay, and the operator with the constant is marked (`value` = 1) to be printed
 * with one that the compiler cannot see. */
#include "lower/fold.h"

typedef enum relation { EQ, NE, LT, GT, LE, GE } relation;

typedef struct comparison {
    relation relation;
    bool is_signed;
    unsigned bits;
} comparison;

#define SIX(type, width)                                                                           \
    case OP_##type##_EQ:                                                                           \
        return *c = (comparison){EQ, false, width}, true;                                          \
    case OP_##type##_NE:                                                                           \
        return *c = (comparison){NE, false, width}, true;                                          \
    case OP_##type##_LT_S:                                                                         \
        return *c = (comparison){LT, true, width}, true;                                           \
    case OP_##type##_LT_U:                                                                         \
        return *c = (comparison){LT, false, width}, true;                                          \
    case OP_##type##_GT_S:                                                                         \
        return *c = (comparison){GT, true, width}, true;                                           \
    case OP_##type##_GT_U:                                                                         \
        return *c = (comparison){GT, false, width}, true;                                          \
    case OP_##type##_LE_S:                                                                         \
        return *c = (comparison){LE, true, width}, true;                                           \
    case OP_##type##_LE_U:                                                                         \
        return *c = (comparison){LE, false, width}, true;                                          \
    case OP_##type##_GE_S:                                                                         \
        return *c = (comparison){GE, true, width}, true;                                           \
    case OP_##type##_GE_U:                                                                         \
        return *c = (comparison){GE, false, width}, true;

static bool as_comparison(uint16_t op, comparison *c) {
    switch (op) {
        SIX(I32, 32)
        SIX(I64, 64)
    default:
        return false;
    }
}

static bool same_value(const expr *a, const expr *b) {
    return (a->kind == EXPR_VAR && b->kind == EXPR_VAR && a->index == b->index);
}

static uint64_t least(const comparison *c) {
    return !c->is_signed ? 0 : UINT64_C(1) << (c->bits - 1);
}

static uint64_t greatest(const comparison *c) {
    uint64_t all = c->bits == 32 ? UINT32_MAX : UINT64_MAX;
    return c->is_signed ? all >> 1 : all;
}

/* What compilers look at when an integer is compared by its bits: what it was before it lost the upper half. */
static const expr *bitwise(const expr *x) {
    return x->kind == EXPR_OP && x->op == OP_I32_WRAP_I64 ? x->args[0] : x;
}

/* x is y & mask without all of the constant's bits, or y | mask with others than those. */
static bool never_equals(const expr *x, uint64_t constant) {
    uint64_t all = x->type == WASMELT_I32 ? UINT32_MAX : UINT64_MAX;
    x = bitwise(x);
    if (x->kind != EXPR_OP)
        return false;
    bool is_and = x->op == OP_I32_AND || x->op == OP_I64_AND;
    bool is_or = x->op == OP_I32_OR || x->op == OP_I64_OR;
    for (int k = 0; k < 2 && (is_and || is_or); k++) {
        if (x->args[k]->kind != EXPR_CONST)
            continue;
        uint64_t mask = x->args[k]->value & all;
        if (is_and ? constant & ~mask : mask & ~constant)
            return true;
    }
    return false;
}

/* x RELATION constant: 0 or 1 if it is always that, else -1. */
static int against_constant(const comparison *c, const expr *x, uint64_t constant) {
    bool lowest = constant == least(c), highest = constant == greatest(c);
    switch (c->relation) {
    case LT:
        return lowest ? 0 : -1;
    case GE:
        return lowest ? 1 : -1;
    case GT:
        return highest ? 0 : -1;
    case LE:
        return highest ? 1 : -1;
    default:
        break;
    }
    return never_equals(x, constant) ? c->relation == NE : -1;
}

static int outcome(const comparison *c, const expr *a, const expr *b) {
    static const relation mirrored[] = {EQ, NE, GT, LT, GE, LE};
    if (same_value(a, b))
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

expr *fold(arena *a, expr *e) {
    if (e->kind != EXPR_OP)
        return e;
    comparison c;
    if (e->op == OP_I32_EQZ || e->op == OP_I64_EQZ) {
        expr *tested = fold_condition(a, e->args[0]);
        return tested == e->args[0] ? e : truth(a, e, 0);
    }
    int known = as_comparison(e->op, &c) ? outcome(&c, e->args[0], e->args[1]) : -1;
    if (known < 0)
        return e;
    if (e->effects & FX_TRAPS) {
        e->value = 1;
        return e;
    }
    return truth(a, e, known);
}

expr *fold_condition(arena *a, expr *e) {
    if (!never_equals(e, 0))
        return e;
    if (e->effects & FX_TRAPS) {
        expr *or = e == bitwise(e) ? e : e->args[0];
        or->value = 1;
        return e;
    }
    return truth(a, e, 1);
}
