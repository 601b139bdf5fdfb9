/* Pass `canonical`, for --deterministic: decides where NaNs become canonical. An instruction that makes floats (MAKES_NAN in opcodes.def)
 * may make any of several NaNs, and machines differ in which; the deterministic profile of the specification allows only the positive
 * canonical one. Nobody can tell which one it is before the number is stored, passed on, or taken as bits: other arithmetic does not look.
 * So of `a * b + c` only the sum is made canonical, and a variable that only ever has results of arithmetic may keep any NaN, and becomes
 * canonical where somebody looks:
 *
 *     l3 = l3 + F64(p0, 0) * F64(p1, 0);         in a loop
 *     F64(p2, 0) = f64_canonical(l3);            after it
 *
 * In comes the IR as built; out goes the same with `canonical` set on trees. */
#include "lower/passes.h"
#include "wasm/subtype.h"

/* A variable that is settled may settle others that are assigned from it. After this many rounds all that are assigned from variables are
 * settled, so that the pass takes linear time. */
#define MOST_ROUNDS 4

/* A variable of floats, or of vectors of floats, of this many bits; 0: of anything else, or settled. All that is assigned to a variable
 * that is not settled are results of arithmetic, constants that are no NaNs, and other such variables. */
typedef struct nans {
    ir_func *f;
    uint8_t *bits;
    bool *is_read_by_arithmetic;
    bool settles_copies; /* what is assigned from a variable is settled */
} nans;

/* ---- Which variables may keep any NaN ---- */

static uint8_t float_bits(wasmelt_valtype type) {
    return type == WASMELT_F32 ? 32 : type == WASMELT_F64 ? 64 : 0;
}

static bool is_nan_bits(uint64_t value, unsigned bits) {
    uint64_t magnitude = value & (bits == 32 ? INT32_MAX : INT64_MAX);
    return magnitude > (bits == 32 ? UINT64_C(0x7f800000) : UINT64_C(0x7ff0000000000000));
}

/* Whether some lane of the 16 bytes is a NaN. */
static bool has_nan_lane(const uint8_t *bytes, unsigned bits) {
    for (unsigned k = 0; k < 16; k += bits / 8) {
        uint64_t lane = 0;
        for (unsigned i = bits / 8; i-- > 0;)
            lane = lane << 8 | bytes[k + i];
        if (is_nan_bits(lane, bits))
            return true;
    }
    return false;
}

/* Whether the number is made of an integer, and therefore no NaN. */
static bool is_converted(const expr *e) {
    return float_bits(e->type) && valtype_is_integer(e->args[0]->type) && opcode_operation(e->op) != OPERATION_FLOAT_OF_BITS;
}

/* Whether the value may be made canonical later, as floats of that many bits: whatever NaNs it has are those of arithmetic. */
static bool may_wait(const nans *n, const expr *e, unsigned bits) {
    switch (e->kind) {
    case EXPR_CONST: /* of vectors: zero */
        return e->type == WASMELT_V128 || !is_nan_bits(e->value, bits);
    case EXPR_VAR:
        return !n->settles_copies && n->bits[e->index] == bits;
    case EXPR_SELECT:
        return may_wait(n, e->args[0], bits) && may_wait(n, e->args[1], bits);
    case EXPR_OP:
        if (opcode_table[e->op].c.kind == FORM_VECTOR)
            return !has_nan_lane(e->bytes, bits);
        return opcode_table[e->op].makes_nan == bits || is_converted(e);
    default:
        return false;
    }
}

/* The bits of floats that a tree makes; 0 if it does not say. */
static unsigned made_bits(const expr *e) {
    return e->kind == EXPR_OP ? opcode_table[e->op].makes_nan : 0;
}

/* Takes all variables of floats for such that may keep any NaN, but for parameters: a caller's NaNs stay as they are. Of vectors the first
 * arithmetic that is assigned says of what they are. */
static void assume(nans *n) {
    for (size_t k = 0; k < n->f->vars.count; k++)
        n->bits[k] = n->f->vars.data[k].kind == VAR_PARAM ? 0 : float_bits(n->f->vars.data[k].type);
    for (size_t k = 0; k < n->f->stmts.count; k++) {
        const stmt *s = &n->f->stmts.data[k];
        if (s->kind != STMT_SET)
            continue;
        const var *v = &n->f->vars.data[s->result];
        if (v->kind != VAR_PARAM && v->type == WASMELT_V128 && !n->bits[s->result])
            n->bits[s->result] = (uint8_t)made_bits(s->args[0]);
    }
}

static void note_reads(nans *n, const expr *e, bool by_arithmetic) {
    if (e->kind == EXPR_VAR)
        n->is_read_by_arithmetic[e->index] |= by_arithmetic;
    bool takes = e->kind == EXPR_OP && opcode_table[e->op].takes_nan;
    for (int k = 0; k < 3 && e->args[k]; k++)
        note_reads(n, e->args[k], takes);
}

/* Settles variables that are assigned something else; returns whether there were any. */
static bool settle(nans *n) {
    bool settled = false;
    for (size_t k = 0; k < n->f->stmts.count; k++) {
        const stmt *s = &n->f->stmts.data[k];
        for (uint32_t i = 0; i < s->result_count; i++) {
            uint8_t *bits = &n->bits[s->result + i];
            if (*bits && !(s->kind == STMT_SET && may_wait(n, s->args[0], *bits))) {
                *bits = 0;
                settled = true;
            }
        }
    }
    return settled;
}

static void find_variables(nans *n) {
    assume(n);
    for (size_t k = 0; k < n->f->stmts.count; k++)
        for (uint32_t i = 0; i < n->f->stmts.data[k].arg_count; i++)
            note_reads(n, n->f->stmts.data[k].args[i], false);
    for (size_t k = 0; k < n->f->vars.count; k++)
        if (!n->is_read_by_arithmetic[k]) /* all who read it look: it may as well be canonical */
            n->bits[k] = 0;
    for (int round = 0; settle(n); round++)
        n->settles_copies = round >= MOST_ROUNDS;
}

/* ---- Where NaNs become canonical ---- */

/* Marks what has to become canonical in a tree. `unseen`: whoever gets its value takes it as floats of that many bits and does not care
 * which NaN a NaN is; 0: it may matter. */
static void mark(const nans *n, expr *e, unsigned unseen) {
    if (e->kind == EXPR_VAR) {
        e->canonical = n->bits[e->index] == unseen ? 0 : n->bits[e->index];
        return;
    }
    if (e->kind == EXPR_SELECT) {
        mark(n, e->args[0], unseen);
        mark(n, e->args[1], unseen);
        mark(n, e->args[2], 0);
        return;
    }
    unsigned inside = 0;
    if (e->kind == EXPR_OP) {
        const opcode_info *info = &opcode_table[e->op];
        e->canonical = info->makes_nan == unseen ? 0 : info->makes_nan;
        inside = info->takes_nan ? info->takes_nan : info->passes_nan == unseen ? unseen : 0;
    }
    for (int k = 0; k < 3 && e->args[k]; k++)
        mark(n, e->args[k], inside);
}

void nans_canonicalize(lowered *l, const lower_plan *plan) {
    if (!plan->options->deterministic)
        return;
    ir_func *f = &l->f;
    nans n = {.f = f};
    n.bits = arena_array(f->arena, f->vars.count, sizeof *n.bits);
    n.is_read_by_arithmetic = arena_array(f->arena, f->vars.count, sizeof *n.is_read_by_arithmetic);
    find_variables(&n);
    for (size_t k = 0; k < f->stmts.count; k++) {
        stmt *s = &f->stmts.data[k];
        unsigned unseen = s->kind == STMT_SET ? n.bits[s->result] : 0;
        for (uint32_t i = 0; i < s->arg_count; i++)
            mark(&n, s->args[i], unseen);
    }
}
