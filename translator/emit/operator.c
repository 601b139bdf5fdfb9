/* Prints operators of trees as C, in the form that their rows in opcodes.def give. An operand stands in parentheses if C requires it, if
 * compilers warn without (a sum in a shift or beside |), or if readers would have to think: a shift in a comparison. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "emit/body.h"
#include "emit/objects.h"

static strbuf *text(body *b) {
    return &b->o->text;
}

/* Where an operand stands. */
typedef enum operand_role {
    ROLE_FIRST, /* the left operand of a binary operator */
    ROLE_SECOND,
    ROLE_ARGUMENT, /* a whole argument of a call */
    ROLE_TEXT,
    ROLE_CAST,  /* after a cast */
    ROLE_SIGNED /* printed as a signed number */
} operand_role;

static const c_form *form_of(const expr *e) {
    return &opcode_table[e->op].c;
}

static bool is_boolean(const expr *e) {
    while (e->kind == EXPR_OP && (e->op == OP_I64_EXTEND_I32_U || e->op == OP_I64_EXTEND_I32_S))
        e = e->args[0];
    return e->kind == EXPR_OP && expr_is_bool(e);
}

/* Whether the tree is x ^ -1, which is printed as ~x. Not if x is a comparison: compilers warn about ~ of one. */
static bool is_complement(const expr *e) {
    if (opcode_operation(e->op) != OPERATION_XOR)
        return false;
    const expr *mask = e->args[1];
    uint64_t all = e->type == WASMELT_I32 ? UINT32_MAX : UINT64_MAX;
    return mask->kind == EXPR_CONST && mask->value == all && !is_boolean(e->args[0]);
}

/* Whether the tree is printed as a negative literal, which is a number with a prefix operator. */
static bool is_negative_literal(const expr *e) {
    float f;
    double d;
    uint32_t bits = (uint32_t)e->value;
    memcpy(&f, &bits, sizeof f);
    memcpy(&d, &e->value, sizeof d);
    return (e->type == WASMELT_F32 && isfinite(f) && signbit(f)) || (e->type == WASMELT_F64 && isfinite(d) && signbit(d));
}

static c_binding binding_of(const body *b, const expr *e) {
    if (e->canonical) /* printed as a call */
        return BINDING_PRIMARY;
    if (expr_is_bool(e)) /* as an operand it is printed (u32)(a < b) */
        return BINDING_CAST;
    switch (e->kind) {
    case EXPR_CONST:
        return is_negative_literal(e) ? BINDING_CAST : BINDING_PRIMARY;
    case EXPR_GLOBAL: /* printed *self->g0 */
        return b->g->m->globals[e->index].import != NO_INDEX ? BINDING_CAST : BINDING_PRIMARY;
    case EXPR_MEMORY_SIZE:
    case EXPR_TABLE_SIZE:
    case EXPR_TABLE_GET:
    case EXPR_REF_FUNC:
        return BINDING_CAST;
    case EXPR_FIELD:
    case EXPR_ELEMENT:
        return is_object_expr_cast(b, e) ? BINDING_CAST : BINDING_PRIMARY;
    case EXPR_SELECT:
        return BINDING_SELECTION;
    case EXPR_OP:
        return is_complement(e) ? BINDING_CAST : (c_binding)form_of(e)->binding;
    default:
        return BINDING_PRIMARY;
    }
}

void put_operand(body *b, const expr *e, c_binding least) {
    if (e->kind == EXPR_VAR || e->kind == EXPR_LOAD) { /* most operands are: primary expressions */
        put_expr(b, e);
        return;
    }
    bool in_parentheses = binding_of(b, e) < least;
    if (in_parentheses)
        strbuf_put(text(b), '(');
    if (expr_is_bool(e)) {
        strbuf_puts(text(b), "(u32)(");
        put_expr(b, e);
        strbuf_put(text(b), ')');
    } else if (e->kind == EXPR_CONST) {
        put_constant(b, e, false);
    } else {
        put_expr(b, e);
    }
    if (in_parentheses)
        strbuf_put(text(b), ')');
}

/* How strongly an operand has to bind to stand beside the operator without parentheses. A cast needs parentheses nowhere. */
static c_binding least_binding(c_binding operator, bool is_first) {
    switch (operator) {
    case BINDING_COMPARISON:
        return BINDING_SUM;
    case BINDING_SUM: /* the left operand may be a sum: a - b + c is (a - b) + c */
        return is_first ? BINDING_SUM : BINDING_PRODUCT;
    case BINDING_PRODUCT:
        return is_first ? BINDING_PRODUCT : BINDING_CAST;
    default:
        return BINDING_CAST;
    }
}

/* Prints an operand after a cast. A comparison, which is printed with a cast itself, needs no second one. */
static void put_cast_operand(body *b, const expr *e) {
    if (expr_is_bool(e)) {
        strbuf_put(text(b), '(');
        put_expr(b, e);
        strbuf_put(text(b), ')');
    } else {
        put_operand(b, e, BINDING_CAST);
    }
}

void put_type_prefix(body *b, wasmelt_valtype type) {
    strbuf_puts(text(b), type == WASMELT_V128 ? "v128" : representation_of(b->g->m, type)->member);
}

/* Prints a tree that C compilers must not see as what it is (lower/hide.c). */
static void put_hidden(body *b, const expr *e) {
    put_type_prefix(b, e->type);
    strbuf_puts(text(b), e->kind == EXPR_LOAD ? "_loaded(" : "_opaque(");
    put_expr(b, e);
    strbuf_put(text(b), ')');
}

/* ---- Vectors ---- */

/* Prints a constant vector as its two halves, in parentheses because the comma would separate arguments of a macro. */
static void put_vector(body *b, const expr *e) {
    unsigned long long low = expr_vector_half(e, 0), high = expr_vector_half(e, 1);
    strbuf_printf(text(b), "((v128){0x%llxull, 0x%llxull})", low, high);
}

/* Whether a shuffle takes consecutive bytes, from the middle of one operand on into the other. */
static bool is_window(const expr *e) {
    for (unsigned k = 0; k < 16; k++)
        if (e->bytes[k] != e->bytes[0] + k)
            return false;
    return e->bytes[0] > 0 && e->bytes[0] < 16;
}

/* The size in bytes of the widest lanes that a shuffle moves as a whole. */
static unsigned shuffled_lane(const expr *e) {
    unsigned width = 8;
    for (unsigned k = 0; k < 16; k++)
        while (e->bytes[k / width * width] % width != 0 || e->bytes[k] != e->bytes[k / width * width] + k % width)
            width /= 2;
    return width;
}

/* Bytes at equal distances, with byte 0 in every lane behind them: what LLVM writes for a vector of less than 16 bytes. */
typedef struct {
    unsigned from, step, count;
} stride;

static bool as_strided(const expr *e, stride *s) {
    s->from = e->bytes[0];
    for (s->count = 16; s->count > 0 && e->bytes[s->count - 1] == 0; s->count--)
        ;
    if (s->count == 0 || s->count > 8 || shuffled_lane(e) > 1)
        return false;
    s->step = s->count == 1 ? 1 : (unsigned)e->bytes[1] - s->from;
    for (unsigned k = 1; k < s->count; k++)
        if (e->bytes[k] != s->from + k * s->step)
            return false;
    return s->step >= 1 && s->step <= 16 && (s->step & (s->step - 1)) == 0;
}

static void put_shuffle_name(body *b, const expr *e) {
    static const char *const names[] = {[1] = "i8x16_shuffle", [2] = "i16x8_shuffle", [4] = "i32x4_shuffle", [8] = "i64x2_shuffle"};
    stride s;
    strbuf_puts(text(b), is_window(e) ? "v128_window" : as_strided(e, &s) ? "i8x16_strided" : names[shuffled_lane(e)]);
}

static void put_shuffle_lanes(body *b, const expr *e) {
    stride s;
    if (as_strided(e, &s)) {
        strbuf_printf(text(b), ", %u, %u, %u", s.from, s.step, s.count);
        return;
    }
    unsigned width = is_window(e) ? 16 : shuffled_lane(e);
    for (unsigned k = 0; k < 16; k += width)
        strbuf_printf(text(b), ", %u", width == 16 ? e->bytes[0] : e->bytes[k] / width);
}

/* ---- Any operator ---- */

/* Whether the tree is integer arithmetic with two operands, for which C has a op= b. */
static bool is_integer_arithmetic(const expr *e) {
    return form_of(e)->kind == FORM_BINARY && valtype_is_integer(e->type) && !expr_is_bool(e);
}

/* Whether `first`, as the left operand of `e`, needs no parentheses because both are the same operator: a & b & c is (a & b) & c. */
static bool continues(const expr *e, const expr *first) {
    return form_of(e)->binding == BINDING_BITS && first->kind == EXPR_OP && first->op == e->op;
}

/* Prints operand `k` of the operator. */
static void put_item(body *b, const expr *e, unsigned k, operand_role role) {
    const expr *arg = e->args[k];
    bool is_hidden = e->hidden & hidden_operand((int)k);
    if (role == ROLE_SIGNED && arg->kind == EXPR_CONST && !is_hidden) {
        put_signed_constant(b, arg);
        return;
    }
    if (role == ROLE_SIGNED)
        strbuf_puts(text(b), arg->type == WASMELT_I32 ? "(s32)" : "(s64)");
    if (is_hidden)
        put_hidden(b, arg);
    else if (role == ROLE_CAST || role == ROLE_SIGNED)
        put_cast_operand(b, arg);
    else if (role == ROLE_ARGUMENT || (role == ROLE_FIRST && continues(e, arg)))
        put_expr(b, arg);
    else if (arg->kind == EXPR_CONST && role != ROLE_TEXT && valtype_is_integer(arg->type) &&
             e->args[role == ROLE_FIRST]->kind != EXPR_CONST)
        put_constant(b, arg, true); /* the other operand has the same unsigned type, so that a small number needs no suffix */
    else
        put_operand(b, arg, least_binding((c_binding)form_of(e)->binding, role != ROLE_SECOND));
}

static void put_shift_count(body *b, const expr *count) {
    unsigned mask = count->type == WASMELT_I32 ? 31 : 63;
    if (count->kind == EXPR_CONST) {
        strbuf_unsigned(text(b), count->value & mask);
        return;
    }
    strbuf_put(text(b), '(');
    put_operand(b, count, BINDING_CAST);
    strbuf_puts(text(b), mask == 31 ? " & 31)" : " & 63)");
}

/* Prints the text of a C_TEXT with its operands. */
static void put_text(body *b, const expr *e, const char *c) {
    while (*c) {
        size_t plain = 0;
        while (c[plain] && c[plain] != '%')
            plain++;
        strbuf_append(text(b), c, plain);
        c += plain;
        if (!*c)
            return;
        char code = c[1];
        bool is_bare = code >= '0' && code <= '2';
        unsigned k = (unsigned)((is_bare ? code : c[2]) - '0');
        assert(k <= 2 && (is_bare || code == 'c' || code == 's' || code == 'n'));
        if (code == 'n')
            put_shift_count(b, e->args[k]);
        else
            put_item(b, e, k, code == 'c' ? ROLE_CAST : code == 's' ? ROLE_SIGNED : ROLE_TEXT);
        c += is_bare ? 2 : 3;
    }
}

static void put_arguments(body *b, const expr *e) {
    for (unsigned k = 0; k < 3 && e->args[k]; k++) {
        strbuf_puts(text(b), k ? ", " : "");
        put_item(b, e, k, ROLE_ARGUMENT);
    }
}

/* A function that takes the place of the text of a conversion in a function that is not optimised; null if there is none. GCC at -O0 takes
 * the square of the number of conversions between calls whose code has branches: 10 s for 13 KB. */
static const char *outlined_conversion(const body *b, const expr *e) {
    bool is_f32 = e->op == OP_F32_CONVERT_I64_U || e->op == OP_F32_CONVERT_I32_U;
    bool is_f64 = e->op == OP_F64_CONVERT_I64_U || e->op == OP_F64_CONVERT_I32_U;
    if (!(is_f32 || is_f64) || b->g->kinds[b->f->index] != FILE_HUGE) /* constants, which are in no function, have no conversions */
        return NULL;
    return is_f32 ? "f32_of_u64" : "f64_of_u64";
}

/* Prints an operator in the form that its row says. */
static void put_form(body *b, const expr *e) {
    const c_form *c = form_of(e);
    const char *outlined = outlined_conversion(b, e);
    if (outlined) {
        strbuf_printf(text(b), "%s(", outlined);
        put_arguments(b, e);
        strbuf_put(text(b), ')');
        return;
    }
    switch ((c_form_kind)c->kind) {
    case FORM_BINARY:
        put_item(b, e, 0, ROLE_FIRST);
        strbuf_put(text(b), ' ');
        strbuf_append(text(b), c->text, c->length);
        strbuf_put(text(b), ' ');
        put_item(b, e, 1, ROLE_SECOND);
        break;
    case FORM_TEXT:
        put_text(b, e, c->text);
        break;
    case FORM_CALL:
    case FORM_RELAXED:
    case FORM_LANE:
        if (c->strict && b->g->options->deterministic)
            strbuf_puts(text(b), c->strict);
        else
            strbuf_append(text(b), c->text, c->length);
        strbuf_put(text(b), '(');
        put_arguments(b, e);
        if (c->kind == FORM_LANE)
            strbuf_printf(text(b), ", %u", e->lane);
        strbuf_put(text(b), ')');
        break;
    case FORM_SHUFFLE:
        put_shuffle_name(b, e);
        strbuf_put(text(b), '(');
        put_arguments(b, e);
        put_shuffle_lanes(b, e);
        strbuf_put(text(b), ')');
        break;
    case FORM_VECTOR:
        put_vector(b, e);
        break;
    default:
        assert(!"an operator");
    }
}

/* x + -8 is printed as x - 8. But a number such as 0x80000000, rather an address or a mask than a negative number, is printed as it is. */
#define MOST_SUBTRACTED 99999999

/* If x + -8 is to be printed as x - 8: the 8. 0 if the sum is printed as it is. */
static uint64_t subtrahend(const expr *e) {
    const expr *c = e->args[1];
    if (opcode_operation(e->op) != OPERATION_ADD || c->kind != EXPR_CONST)
        return 0;
    uint64_t less = e->type == WASMELT_I32 ? (uint32_t)(0 - (uint32_t)c->value) : 0 - c->value;
    return less <= MOST_SUBTRACTED ? less : 0;
}

static bool put_subtraction(body *b, const expr *e) {
    uint64_t less = subtrahend(e);
    if (less == 0 || e->hidden)
        return false;
    put_operand(b, e->args[0], BINDING_SUM);
    strbuf_puts(text(b), " - ");
    strbuf_unsigned(text(b), less);
    return true;
}

/* Prints x = x + 1 as x += 1. */
bool put_compound(body *b, uint32_t variable, const expr *e) {
    if (e->kind != EXPR_OP || !is_integer_arithmetic(e) || e->hidden || e->args[0]->kind != EXPR_VAR || e->args[0]->index != variable)
        return false;
    if (e->args[1]->kind == EXPR_VAR && e->args[1]->index == variable) /* compilers warn about x |= x */
        return false;
    uint64_t less = subtrahend(e);
    put_var(b, variable);
    strbuf_put(text(b), ' ');
    strbuf_puts(text(b), less ? "-" : form_of(e)->text);
    strbuf_puts(text(b), "= ");
    if (less)
        strbuf_unsigned(text(b), less);
    else
        put_expr(b, e->args[1]);
    return true;
}

void put_operator(body *b, const expr *e) {
    if (e->hidden & HIDDEN_ITSELF) {
        strbuf_puts(text(b), "v128_opaque(");
        put_form(b, e);
        strbuf_put(text(b), ')');
    } else if (is_complement(e)) {
        strbuf_put(text(b), '~');
        put_operand(b, e->args[0], BINDING_CAST);
    } else if (!put_subtraction(b, e)) {
        put_form(b, e);
    }
}
