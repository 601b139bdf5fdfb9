/* Pass `hide`: decides which operands C compilers must not see as what they are, because of what they would make of them:
 *
 *  - an operation on floats that gives back its operand, such as x + 0.0, they fold away, and with it the quieting of a signalling NaN.
 *    So they must not see the zero:                                x + f64_opaque(0.0)
 *  - a constant vector with signalling NaNs in its lanes they compute with as if NaNs were all the same;
 *  - a load that is multiplied by a constant, clang joins to the product:       i32_loaded(I32(p0, 8)) * 10
 *  - a condition that many ifs in sequence test: clang goes through all of them for each pair, 4 s for 26 KB, and 6 times as long for
 *    twice as many. So from time to time it is another value:                   if (i32_opaque(p0) != 0) ...
 *
 * core.h says of each how compilers are kept from it. lower/fold.c has marked another kind, constants of comparisons whose outcome is
 * known.
 *
 * In come nested statements with counted variables; out go the same with `hidden` set. */
#include "lower/passes.h"

/* ---- Constants ---- */

/* The bits of a constant: of a vector, whichever instruction makes it; a number is in the lowest lane. */
typedef struct constant {
    uint64_t halves[2];
} constant;

static uint64_t repeated(uint64_t lane, unsigned bits) {
    for (; bits < 64; bits *= 2)
        lane = (lane & ((UINT64_C(1) << bits) - 1)) | lane << bits;
    return lane;
}

static bool as_constant(const expr *e, constant *c) {
    if (e->kind == EXPR_CONST)
        return *c = (constant){{e->value, 0}}, true;
    if (e->kind != EXPR_OP)
        return false;
    if (opcode_table[e->op].c.kind == FORM_VECTOR) {
        *c = (constant){{expr_vector_half(e, 0), expr_vector_half(e, 1)}};
        return true;
    }
    operation what = opcode_operation(e->op);
    if ((what != OPERATION_FLOAT_OF_BITS && what != OPERATION_SPLAT) || !as_constant(e->args[0], c))
        return false;
    if (what == OPERATION_SPLAT)
        c->halves[0] = c->halves[1] = repeated(c->halves[0], opcode_table[e->op].lane_bits);
    return true;
}

static bool is_constant(const expr *e) {
    constant c;
    return as_constant(e, &c);
}

static bool is_signalling32(uint64_t bits) {
    return (bits & 0x7fffffff) > 0x7f800000 && (bits & 0x7fffffff) < 0x7fc00000;
}

/* Whether a half of a vector, taken as one or two floats, contains a signalling NaN. */
static bool is_signalling(uint64_t half) {
    uint64_t magnitude = half & INT64_MAX;
    return is_signalling32(half) || is_signalling32(half >> 32) ||
           (magnitude > UINT64_C(0x7ff0000000000000) && magnitude < UINT64_C(0x7ff8000000000000));
}

/* Whether the vector is a constant that contains a signalling NaN if its lanes are taken as floats. */
static bool has_signalling_lane(const expr *e) {
    constant c;
    return as_constant(e, &c) && (is_signalling(c.halves[0]) || is_signalling(c.halves[1]));
}

/* Whether some lane of the constant equals `magnitude`, apart from its sign. */
static bool has_lane(const expr *e, unsigned bits, uint64_t magnitude) {
    constant c;
    if (!as_constant(e, &c))
        return false;
    uint64_t mask = bits == 32 ? INT32_MAX : INT64_MAX;
    unsigned lanes = e->type == WASMELT_V128 ? 128 / bits : 1;
    for (unsigned k = 0; k < lanes; k++)
        if ((c.halves[k * bits / 64] >> (k * bits % 64) & mask) == magnitude)
            return true;
    return false;
}

/* The bit pattern of 1.0 in a float of 32 or 64 bits. */
static uint64_t one(unsigned bits) {
    return bits == 32 ? UINT64_C(0x3f800000) : UINT64_C(0x3ff0000000000000);
}

/* ---- Operands ---- */

/* Whether `address` is the same each time the function comes here: a constant, or a parameter that is never assigned. */
static bool is_fixed(const ir_func *f, const expr *address) {
    if (address->kind == EXPR_CONST)
        return true;
    return address->kind == EXPR_VAR && f->vars.data[address->index].kind == VAR_PARAM && f->vars.data[address->index].writes == 0;
}

/* Whether `arg` loads a whole number from an address that is fixed, to be multiplied by the constant `other`. It may be what the function
 * has stored there before. Other loads may be those of a loop over an array, which compilers should be free to make one of vectors. */
static bool is_loaded_alone(const ir_func *f, const expr *arg, const expr *other) {
    return arg->kind == EXPR_LOAD && !arg->forced && (arg->op == OP_I32_LOAD || arg->op == OP_I64_LOAD) && other->kind == EXPR_CONST &&
           is_fixed(f, arg->args[0]);
}

/* For each operation that C compilers fold away, whether they must not see its operand `k`: `arg`, of an operation on lanes of `bits`.
 * These are adding zero, multiplying or dividing by one or minus one, and demoting a promoted number (wasmelt/code/core.h). A product of
 * constants in a sum is included, because it may be zero. */
#define FOLDED_OPERATIONS(X)                                                                                                               \
    X(FLOAT_SUM, has_lane(arg, bits, 0))                                                                                                   \
    X(FLOAT_PRODUCT, has_lane(arg, bits, one(bits)))                                                                                       \
    X(FLOAT_QUOTIENT, k == 1 && has_lane(arg, bits, one(bits)))                                                                            \
    X(FLOAT_SUM_OF_PRODUCT, k == 2 ? has_lane(arg, bits, 0) : k == 0 && is_constant(arg) && is_constant(e->args[1]))                       \
    X(DEMOTE, arg->kind == EXPR_OP && opcode_operation(arg->op) == OPERATION_PROMOTE)                                                      \
    X(MUL, e->type != WASMELT_V128 && is_loaded_alone(f, arg, e->args[1 - k]))

#define BIT(operation) (UINT32_C(1) << OPERATION_##operation)
#define OR_BIT(operation, is_hidden) | BIT(operation)

/* These and what makes constant vectors: many functions have none of them. */
#define CONCERNED (BIT(SPLAT) | BIT(VECTOR) FOLDED_OPERATIONS(OR_BIT))

static bool is_operand_hidden(const ir_func *f, const expr *e, int k) {
    const expr *arg = e->args[k];
    unsigned bits = opcode_table[e->op].lane_bits;
    switch (opcode_operation(e->op)) {
#define CASE(operation, is_hidden)                                                                                                         \
    case OPERATION_##operation:                                                                                                            \
        return is_hidden;
        FOLDED_OPERATIONS(CASE)
#undef CASE
    default:
        return false;
    }
}

/* Does nothing for variables and constants, which most trees are. */
static inline void hide_in(const ir_func *f, expr *e);

static void hide_in_operator(const ir_func *f, expr *e) {
    if (e->type == WASMELT_V128 && has_signalling_lane(e))
        e->hidden |= HIDDEN_ITSELF;
    for (int k = 0; k < 3 && e->args[k]; k++)
        if (is_operand_hidden(f, e, k))
            e->hidden |= hidden_operand(k);
}

static void hide_below(const ir_func *f, expr *e) {
    if (e->kind == EXPR_OP && (UINT32_C(1) << opcode_operation(e->op) & CONCERNED))
        hide_in_operator(f, e);
    for (int k = 0; k < 3 && e->args[k]; k++)
        hide_in(f, e->args[k]);
}

static inline void hide_in(const ir_func *f, expr *e) {
    if (e->kind != EXPR_VAR && e->kind != EXPR_CONST)
        hide_below(f, e);
}

/* ---- Conditions ---- */

/* The number of ifs with the same condition, one after another, of which the last one's is hidden. Programs have fewer. */
#define MOST_SAME 64

static bool looks_same(const expr *a, const expr *b) {
    if (a->kind != b->kind || a->op != b->op || a->type != b->type || a->index != b->index || a->value != b->value || a->lane != b->lane ||
        a->bytes != b->bytes)
        return false;
    for (int k = 0; k < 3 && (a->args[k] || b->args[k]); k++)
        if (!a->args[k] || !b->args[k] || !looks_same(a->args[k], b->args[k]))
            return false;
    return true;
}

static void hide_conditions(ir_func *f, node_list *list) {
    const expr *last = NULL;
    uint32_t count = 0;
    for (node *n = list->first; n; n = n->next) {
        if (n->kind == NODE_STMT)
            continue;
        for (uint32_t k = 0; node_part(n, k); k++)
            hide_conditions(f, node_part(n, k));
        if (n->kind != NODE_IF || !n->condition)
            continue;
        count = last && looks_same(last, n->condition) ? count + 1 : 1;
        last = n->condition;
        if (count % MOST_SAME == 0)
            n->condition = expr_around(f, EXPR_OPAQUE, n->condition);
    }
}

void operands_hide(lowered *l, const lower_plan *plan) {
    (void)plan;
    for (size_t k = 0; (l->f.operations & CONCERNED) && k < l->f.stmts.count; k++) {
        const stmt *s = &l->f.stmts.data[k];
        for (uint32_t i = 0; i < s->arg_count; i++)
            hide_in(&l->f, s->args[i]);
    }
    if (l->shape.ifs >= MOST_SAME)
        hide_conditions(&l->f, &l->shape.body);
}
