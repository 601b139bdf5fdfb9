/* Trees as C expressions. Operands are printed as primary expressions or in parentheses, so that no
 * template has to know the precedence of what it holds. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emit/body.h"

static strbuf *text(body *b) {
    return &b->o->text;
}

void put_var(body *b, uint32_t index) {
    static const char letters[] = {[VAR_PARAM] = 'p', [VAR_LOCAL] = 'l', [VAR_TEMP] = 't', [VAR_RESULT] = 'r'};
    const var *v = &b->f->vars.data[index];
    /* A parameter that is counted is copied. */
    strbuf_put(text(b), v->kind == VAR_PARAM && v->type == WASMELT_EXNREF ? 'x' : letters[v->kind]);
    strbuf_unsigned(text(b), index);
}

void put_declarator(body *b, const stmt *s, uint32_t index) {
    const var *v = &b->f->vars.data[index];
    if (v->declared != DECLARED_BY_VALUE || v->giver != s)
        return;
    strbuf_puts(text(b), c_type(v->type));
    strbuf_put(text(b), ' ');
}

void put_global(body *b, uint32_t index) {
    strbuf_puts(text(b), b->g->m->globals[index].import != NO_INDEX ? "*self->g" : "self->g");
    strbuf_unsigned(text(b), index);
}

static const opcode_info *info_of(const expr *e) {
    return &opcode_table[e->op];
}

/* Whether the tree's C type is int, as a comparison's. */
static bool is_bool(const expr *e) {
    return e->kind == EXPR_IS_NULL || e->kind == EXPR_UNWINDING || e->kind == EXPR_CAUGHT || (e->kind == EXPR_OP && (info_of(e)->effects & FX_BOOL));
}

/* ---- Constants ---- */

/* By as few digits as give the value again, mostly few or all; where some number of them does, each greater one does. */
static void put_float(body *b, double value, int digits, const char *suffix, bool (*same)(double, const char *)) {
    char buffer[320]; /* GCC, with sanitizers, counts the digits of the largest value with any precision */
    int least = 1, enough = digits;
    while (least < enough) {
        int precision = least <= 3 ? least : (least + enough) / 2;
        snprintf(buffer, sizeof buffer, "%.*g", precision, value);
        if (same(value, buffer))
            enough = precision;
        else
            least = precision + 1;
    }
    snprintf(buffer, sizeof buffer, "%.*g", enough, value);
    strbuf_puts(text(b), buffer);
    if (!strpbrk(buffer, ".e"))
        strbuf_puts(text(b), ".0");
    strbuf_puts(text(b), suffix);
}

static bool same_f32(double value, const char *printed) {
    return strtof(printed, NULL) == (float)value;
}

static bool same_f64(double value, const char *printed) {
    return strtod(printed, NULL) == value;
}

static void put_f32(body *b, uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    if (isfinite(value))
        put_float(b, value, 9, "f", same_f32);
    else
        strbuf_printf(text(b), "f32_bits(0x%xu)", (unsigned)bits);
}

static void put_f64(body *b, uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    if (isfinite(value))
        put_float(b, value, 17, "", same_f64);
    else
        strbuf_printf(text(b), "f64_bits(0x%llxull)", (unsigned long long)bits);
}

/* Of 32 bits: from here on a number reads better as what it is below zero, -1u. */
#define SMALL_NEGATIVE 0xffff0000u

/* `plain`: converted to the right type by its place, so that small numbers need no suffix. */
static void put_constant(body *b, const expr *e, bool plain) {
    strbuf *s = text(b);
    switch (e->type) {
    case WASMELT_I32: {
        uint32_t v = (uint32_t)e->value;
        if (v >= SMALL_NEGATIVE)
            strbuf_put(s, '-'), strbuf_unsigned(s, (uint32_t)(0 - v));
        else if (v <= 0x7fffffff)
            strbuf_unsigned(s, v);
        else
            strbuf_puts(s, "0x"), strbuf_hex(s, v);
        if (!plain || v > 0x7fffffff)
            strbuf_put(s, 'u');
        break;
    }
    case WASMELT_I64:
        if (e->value >= UINT64_MAX - UINT32_MAX + SMALL_NEGATIVE)
            strbuf_put(s, '-'), strbuf_unsigned(s, 0 - e->value);
        else if (e->value <= 0xffffffff)
            strbuf_unsigned(s, e->value);
        else
            strbuf_puts(s, "0x"), strbuf_hex(s, e->value);
        if (!plain || e->value > 0x7fffffff)
            strbuf_puts(s, "ull");
        break;
    case WASMELT_F32:
        put_f32(b, (uint32_t)e->value);
        break;
    case WASMELT_F64:
        put_f64(b, e->value);
        break;
    case WASMELT_V128: /* a local at its beginning, which is zero; others are operations */
        strbuf_puts(s, "(v128){0}");
        break;
    default:
        strbuf_puts(s, "NULL");
    }
}

/* A constant under a cast to a signed type. The least number is no literal of C. */
static void put_signed_constant(body *b, const expr *e) {
    strbuf *s = text(b);
    int64_t v = e->type == WASMELT_I32 ? (int32_t)(uint32_t)e->value : (int64_t)e->value;
    int64_t least = e->type == WASMELT_I32 ? INT32_MIN : INT64_MIN;
    uint64_t magnitude = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    strbuf_puts(s, v < 0 ? "(-" : "");
    strbuf_unsigned(s, v == least ? magnitude - 1 : magnitude);
    strbuf_puts(s, e->type == WASMELT_I32 ? "" : "ll");
    strbuf_puts(s, v == least ? " - 1)" : v < 0 ? ")" : "");
}

/* ---- Operators ---- */

static bool is_primary(const body *b, const expr *e) {
    switch (e->kind) {
    case EXPR_CONST:
        /* A negative float literal is an operator and a number. */
        return !((e->type == WASMELT_F32 && e->value >> 31) || (e->type == WASMELT_F64 && e->value >> 63));
    case EXPR_VAR:
    case EXPR_LOAD:
    case EXPR_TABLE_GET:
        return true;
    case EXPR_GLOBAL:
        return true;
    case EXPR_OP:
        return b->g->templates[e->op].is_call;
    default:
        return false;
    }
}

static void put_operand(body *b, const expr *e) {
    if (is_bool(e)) {
        strbuf_puts(text(b), "(u32)(");
        put_expr(b, e);
        strbuf_put(text(b), ')');
    } else if (e->kind == EXPR_CONST && is_primary(b, e)) {
        put_constant(b, e, false);
    } else if (is_primary(b, e) && !(e->kind == EXPR_GLOBAL && b->g->m->globals[e->index].import != NO_INDEX)) {
        put_expr(b, e);
    } else {
        strbuf_put(text(b), '(');
        put_expr(b, e);
        strbuf_put(text(b), ')');
    }
}

/* An operand under a cast: the cast binds before everything but primaries. */
static void put_cast_operand(body *b, const expr *e) {
    if (is_bool(e)) {
        strbuf_put(text(b), '(');
        put_expr(b, e);
        strbuf_put(text(b), ')');
    } else {
        put_operand(b, e);
    }
}

/* Operators for which a op b op c is (a op b) op c, whatever the grouping. */
static bool chains(uint16_t op) {
    switch (op) {
    case OP_I32_ADD:
    case OP_I32_SUB:
    case OP_I32_MUL:
    case OP_I32_AND:
    case OP_I32_OR:
    case OP_I32_XOR:
    case OP_I64_ADD:
    case OP_I64_SUB:
    case OP_I64_MUL:
    case OP_I64_AND:
    case OP_I64_OR:
    case OP_I64_XOR:
        return true;
    default:
        return false;
    }
}

/* One or minus one. */
static bool is_one_f32(const expr *e) {
    return e->kind == EXPR_CONST && (e->value & 0x7fffffff) == 0x3f800000;
}

static bool is_one_f64(const expr *e) {
    return e->kind == EXPR_CONST && e->value << 1 == UINT64_C(0x3ff0000000000000) << 1;
}

/* Floating-point constants with which C compilers fold an operation away, a NaN's quieting included: adding zero,
 * multiplying or dividing by one or minus one. */
static bool folds_away(const expr *e, const expr *arg) {
    switch (e->op) {
    case OP_F32_ADD:
    case OP_F32_SUB:
        return arg->kind == EXPR_CONST && (arg->value & 0x7fffffff) == 0;
    case OP_F32_MUL:
        return is_one_f32(arg);
    case OP_F32_DIV:
        return arg == e->args[1] && is_one_f32(arg);
    case OP_F64_ADD:
    case OP_F64_SUB:
        return arg->kind == EXPR_CONST && arg->value << 1 == 0;
    case OP_F64_MUL:
        return is_one_f64(arg);
    case OP_F64_DIV:
        return arg == e->args[1] && is_one_f64(arg);
    case OP_F32_DEMOTE_F64:
        return arg->kind == EXPR_OP && arg->op == OP_F64_PROMOTE_F32;
    default:
        return false;
    }
}

static void put_opaque(body *b, const expr *e) {
    strbuf_puts(text(b), e->type == WASMELT_F32 ? "f32_opaque(" : "f64_opaque(");
    put_expr(b, e);
    strbuf_put(text(b), ')');
}

/* A comparison whose outcome is known, kept for its operand's trap: see lower/fold.c. */
static void put_hidden_constant(body *b, const expr *e) {
    strbuf_puts(text(b), e->type == WASMELT_I32 ? "i32_opaque(" : "i64_opaque(");
    put_constant(b, e, true);
    strbuf_put(text(b), ')');
}

/* Whether a shuffle takes bytes in a row, from the middle of one operand on into the other. */
static bool is_window(const expr *e) {
    for (unsigned k = 0; k < 16; k++)
        if (e->bytes[k] != e->bytes[0] + k)
            return false;
    return e->bytes[0] > 0 && e->bytes[0] < 16;
}

/* The bytes of the widest lanes that a shuffle keeps whole. */
static unsigned shuffled_lane(const expr *e) {
    unsigned width = 8;
    for (unsigned k = 0; k < 16; k++)
        while (e->bytes[k / width * width] % width != 0 || e->bytes[k] != e->bytes[k / width * width] + k % width)
            width /= 2;
    return width;
}

static void put_shuffle_name(body *b, const expr *e) {
    static const char *const names[] = {[1] = "i8x16_shuffle", [2] = "i16x8_shuffle", [4] = "i32x4_shuffle", [8] = "i64x2_shuffle"};
    strbuf_puts(text(b), is_window(e) ? "v128_window" : names[shuffled_lane(e)]);
}

static void put_shuffle_lanes(body *b, const expr *e) {
    unsigned width = is_window(e) ? 16 : shuffled_lane(e);
    for (unsigned k = 0; k < 16; k += width)
        strbuf_printf(text(b), k ? ", %u" : "%u", width == 16 ? e->bytes[0] : e->bytes[k] / width);
}

/* A vector as its two halves, or the lanes of a shuffle. */
static void put_bytes(body *b, const expr *e) {
    if (e->op == OP_V128_CONST) {
        uint64_t halves[2] = {0, 0};
        for (int k = 0; k < 16; k++)
            halves[k / 8] |= (uint64_t)e->bytes[k] << (8 * (k % 8));
        strbuf_printf(text(b), "((v128){0x%llxull, 0x%llxull})", (unsigned long long)halves[0],
                      (unsigned long long)halves[1]);
        return;
    }
    put_shuffle_lanes(b, e);
}

/* Operators whose two operands have one unsigned type, so that a small number as one of them needs no suffix. */
static bool is_arithmetic(uint16_t op) {
    return chains(op) || (op >= OP_I32_EQ && op <= OP_I32_GE_U) || (op >= OP_I64_EQ && op <= OP_I64_GE_U);
}

static bool is_boolean(const expr *e) {
    while (e->kind == EXPR_OP && (e->op == OP_I64_EXTEND_I32_U || e->op == OP_I64_EXTEND_I32_S))
        e = e->args[0];
    return e->kind == EXPR_OP && e->op >= OP_I32_EQZ && e->op <= OP_F64_GE;
}

/* x ^ -1, unless x is what a comparison gives: compilers take ~ of it for a slip. */
static bool put_complement(body *b, const expr *e) {
    if (e->op != OP_I32_XOR && e->op != OP_I64_XOR)
        return false;
    const expr *mask = e->args[1];
    uint64_t all = e->op == OP_I32_XOR ? UINT32_MAX : UINT64_MAX;
    if (mask->kind != EXPR_CONST || mask->value != all)
        return false;
    if (is_boolean(e->args[0]))
        return false;
    strbuf_put(text(b), '~');
    put_operand(b, e->args[0]);
    return true;
}

/* An operand of `e`, in the place that the piece is. */
static void put_item(body *b, const expr *e, const template_piece *piece) {
    const expr *arg = e->args[piece->operand];
    if (folds_away(e, arg))
        put_opaque(b, arg);
    else if (e->value && arg->kind == EXPR_CONST)
        put_hidden_constant(b, arg);
    else if (piece->is_signed && arg->kind == EXPR_CONST)
        put_signed_constant(b, arg);
    else if (arg->kind == EXPR_CONST && is_arithmetic(e->op) && e->args[piece->is_first]->kind != EXPR_CONST)
        put_constant(b, arg, true);
    else if (piece->is_cast)
        put_cast_operand(b, arg);
    else if (piece->is_first && chains(e->op) && arg->kind == EXPR_OP && arg->op == e->op)
        put_expr(b, arg);
    else if (piece->is_argument)
        put_expr(b, arg);
    else
        put_operand(b, arg);
}

static void put_shift_count(body *b, const expr *e) {
    const expr *count = e->args[1];
    unsigned mask = count->type == WASMELT_I32 ? 31 : 63;
    if (count->kind == EXPR_CONST) {
        strbuf_unsigned(text(b), count->value & mask);
        return;
    }
    strbuf_put(text(b), '(');
    put_operand(b, count);
    strbuf_puts(text(b), mask == 31 ? " & 31)" : " & 63)");
}

static void put_template(body *b, const expr *e) {
    for (const template_piece *piece = b->g->templates[e->op].pieces;; piece++) {
        /* A constant under a cast to a signed type is a signed constant. */
        bool is_signed_constant = piece->cast > 0 && e->args[piece->operand]->kind == EXPR_CONST && !e->value;
        strbuf_append(text(b), piece->text, piece->length - (is_signed_constant ? piece->cast : 0u));
        switch (piece->kind) {
        case ITEM_OPERAND:
            if (is_signed_constant)
                put_signed_constant(b, e->args[piece->operand]);
            else
                put_item(b, e, piece);
            break;
        case ITEM_COUNT:
            put_shift_count(b, e);
            break;
        case ITEM_LANE:
            strbuf_unsigned(text(b), e->lane);
            break;
        case ITEM_BYTES:
            put_bytes(b, e);
            break;
        case ITEM_SHUFFLE:
            put_shuffle_name(b, e);
            break;
        default:
            return;
        }
    }
}

/* x + -8 reads better as x - 8, what is far from zero better as it is. */
#define MOST_SUBTRACTED 99999999

/* What the sum is to be printed as subtracting; 0: nothing. */
static uint64_t subtrahend(const expr *e) {
    const expr *c = e->args[1];
    if ((e->op != OP_I32_ADD && e->op != OP_I64_ADD) || c->kind != EXPR_CONST)
        return 0;
    uint64_t less = e->op == OP_I32_ADD ? (uint32_t)(0 - (uint32_t)c->value) : 0 - c->value;
    return less <= MOST_SUBTRACTED ? less : 0;
}

static bool put_subtraction(body *b, const expr *e) {
    uint64_t less = subtrahend(e);
    if (less == 0 || e->value)
        return false;
    put_operand(b, e->args[0]);
    strbuf_puts(text(b), " - ");
    strbuf_unsigned(text(b), less);
    return true;
}

/* ---- Memory ---- */

unsigned access_width(uint16_t op) {
    return 1u << opcode_access_log2((opcode)op);
}

/* What is added to the memory's base. */
static void put_effective_address(body *b, const expr *address, uint32_t memory, uint64_t offset, unsigned width) {
    strbuf *s = text(b);
    if (memory_is_checked(&b->g->plan, memory) || offset + width > WASMELT_GUARD_BYTES) {
        strbuf_printf(s, "checked(self->memory%u, ", (unsigned)memory);
        put_expr(b, address);
        strbuf_printf(s, offset > UINT32_MAX ? ", %lluull, %u)" : ", %lluu, %u)",
                      (unsigned long long)offset, width);
        return;
    }
    if (address->kind == EXPR_CONST) {
        strbuf_unsigned(s, address->value + offset);
        if (address->value + offset > 0x7fffffff)
            strbuf_puts(s, "ull");
        return;
    }
    put_operand(b, address);
    if (offset > 0) {
        strbuf_puts(s, " + ");
        strbuf_unsigned(s, offset);
    }
}

void put_address(body *b, const expr *address, uint32_t memory, uint64_t offset, unsigned width) {
    strbuf_puts(text(b), "mem");
    if (memory > 0)
        strbuf_unsigned(text(b), memory);
    strbuf_puts(text(b), " + ");
    put_effective_address(b, address, memory, offset, width);
}

void put_place(body *b, uint16_t op, const expr *address, uint32_t memory, uint64_t offset) {
    const template_piece *name = b->g->templates[op].pieces;
    strbuf_append(text(b), name->text, name->length);
    bool has_short_form = opcode_table[op].c[0] != 'V'; /* not the vector forms */
    if (has_short_form && memory == 0) {
        strbuf_put(text(b), '(');
        put_effective_address(b, address, memory, offset, access_width(op));
    } else {
        strbuf_puts(text(b), has_short_form ? "_AT(" : "(");
        put_address(b, address, memory, offset, access_width(op));
    }
}

/* The access macro with its arguments; `forced`: performed whatever becomes of the value. */
static void put_access(body *b, const expr *e, bool forced) {
    if (forced) {
        strbuf_puts(text(b), "V_");
        strbuf_puts(text(b), info_of(e)->c);
        strbuf_put(text(b), '(');
        put_address(b, e->args[0], e->index, e->value, access_width(e->op));
    } else {
        put_place(b, e->op, e->args[0], e->index, e->value);
    }
    if (e->args[1]) {
        strbuf_puts(text(b), ", ");
        put_expr(b, e->args[1]);
        strbuf_printf(text(b), ", %u", e->lane);
    }
    strbuf_put(text(b), ')');
}

/* Other threads may change a shared memory between two reads. A C compiler that finds an ordinary access may read again
 * instead of keeping the value: after the bounds of a table or of a switch have been checked that would be the end of
 * the sandbox. Where the bounds are checked, a load that comes before another trap (lower/forced.c) traps there. */
static bool is_forced(const body *b, const expr *e) {
    return b->g->options->strict_loads || b->g->m->memories[e->index].type.shared ||
           (e->forced && !memory_is_checked(&b->g->plan, e->index));
}

void put_forced(body *b, const expr *e) {
    if (!(e->effects & FX_TRAPS))
        return;
    if (e->kind == EXPR_LOAD) {
        out_indent(b->o);
        strbuf_puts(text(b), "(void)");
        put_access(b, e, true);
        strbuf_puts(text(b), ";\n");
        return;
    }
    for (int i = 0; i < 3 && e->args[i]; i++)
        put_forced(b, e->args[i]);
    if (expr_traps(e)) {
        out_indent(b->o);
        strbuf_puts(text(b), "(void)");
        put_operand(b, e);
        strbuf_puts(text(b), ";\n");
    }
}

/* x = x + 1 as x += 1: where the template is two operands around an operator. */
bool put_compound(body *b, uint32_t variable, const expr *e) {
    if (e->kind != EXPR_OP || !chains(e->op) || e->value || e->args[0]->kind != EXPR_VAR || e->args[0]->index != variable)
        return false;
    uint64_t less = subtrahend(e);
    put_var(b, variable);
    strbuf_put(text(b), ' ');
    strbuf_put(text(b), less ? '-' : info_of(e)->c[3]);
    strbuf_puts(text(b), "= ");
    if (less)
        strbuf_unsigned(text(b), less);
    else
        put_expr(b, e->args[1]);
    return true;
}

/* ---- Any tree ---- */

void put_expr(body *b, const expr *e) {
    strbuf *s = text(b);
    const module *m = b->g->m;
    switch (e->kind) {
    case EXPR_CONST:
        put_constant(b, e, true);
        break;
    case EXPR_VAR:
        if (b->f->vars.data[e->index].declared == DECLARED_NEVER)
            put_operand_call(b, b->f->vars.data[e->index].giver);
        else
            put_var(b, e->index);
        break;
    case EXPR_OP:
        if (!put_subtraction(b, e) && !put_complement(b, e))
            put_template(b, e);
        break;
    case EXPR_LOAD:
        put_access(b, e, is_forced(b, e));
        break;
    case EXPR_SELECT:
        put_condition(b, e->args[2], false);
        strbuf_puts(s, " ? ");
        put_operand(b, e->args[0]);
        strbuf_puts(s, " : ");
        put_operand(b, e->args[1]);
        break;
    case EXPR_GLOBAL:
        put_global(b, e->index);
        break;
    case EXPR_MEMORY_SIZE:
        /* Other threads may grow a shared memory. */
        strbuf_printf(s, m->memories[e->index].type.shared ? "(%s)memory_pages(self->memory%u)" : "(%s)self->memory%u->pages",
                      c_type(e->type), (unsigned)e->index);
        break;
    case EXPR_TABLE_SIZE:
        strbuf_printf(s, "(%s)self->table%u->size", c_type(e->type), (unsigned)e->index);
        break;
    case EXPR_TABLE_GET:
        if (representation(m->tables[e->index].element) == WASMELT_FUNCREF)
            strbuf_printf(s, "((funcref)wasmelt_table_read(self->table%u, ", (unsigned)e->index);
        else
            strbuf_printf(s, "(wasmelt_table_read(self->table%u, ", (unsigned)e->index);
        put_expr(b, e->args[0]);
        strbuf_puts(s, "))");
        break;
    case EXPR_REF_FUNC:
        strbuf_printf(s, "&self->funcs[%u]", (unsigned)b->g->records[e->index]);
        break;
    case EXPR_IS_NULL:
        put_operand(b, e->args[0]);
        strbuf_puts(s, " == NULL");
        break;
    case EXPR_UNWINDING:
        strbuf_puts(s, "unwinding()");
        break;
    case EXPR_CAUGHT:
        strbuf_printf(s, "caught(self->tag%u)", (unsigned)e->index);
        break;
    case EXPR_PAYLOAD: {
        strbuf values = {0};
        size_t from = s->count;
        put_operand(b, e->args[0]);
        strbuf_printf(&values, "%.*s->values", (int)(s->count - from), s->data + from);
        s->count = from;
        put_slot(s, values.data, (uint32_t)e->value, e->type);
        strbuf_free(&values);
        break;
    }
    }
}

/* The comparison that is true where this one is false, or the same: with NaNs only (un)equal has one. */
static uint16_t opposite(uint16_t op) {
    enum { COUNT = OP_I32_GE_U - OP_I32_EQ + 1 }; /* eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u */
    static const uint8_t of[COUNT] = {1, 0, 8, 9, 6, 7, 4, 5, 2, 3};
    if (op >= OP_I32_EQ && op <= OP_I32_GE_U)
        return OP_I32_EQ + of[op - OP_I32_EQ];
    if (op >= OP_I64_EQ && op <= OP_I64_GE_U)
        return OP_I64_EQ + of[op - OP_I64_EQ];
    return op == OP_F32_EQ || op == OP_F64_EQ ? op + 1 : op == OP_F32_NE || op == OP_F64_NE ? op - 1 : op;
}

void put_condition(body *b, const expr *e, bool negated) {
    strbuf *s = text(b);
    if (e->kind == EXPR_OP && (e->op == OP_I32_EQZ || e->op == OP_I64_EQZ)) {
        put_condition(b, e->args[0], !negated);
        return;
    }
    if (e->kind == EXPR_UNWINDING || e->kind == EXPR_CAUGHT) {
        strbuf_puts(s, negated ? "!" : "");
        put_expr(b, e);
        return;
    }
    bool compared = is_bool(e);
    if (compared && negated && e->kind == EXPR_OP && opposite(e->op) != e->op) {
        expr other = *e;
        other.op = opposite(e->op);
        put_expr(b, &other);
    } else if (compared && negated) {
        strbuf_puts(s, "!(");
        put_expr(b, e);
        strbuf_put(s, ')');
    } else if (compared) {
        put_expr(b, e);
    } else if (e->kind == EXPR_VAR || e->kind == EXPR_LOAD) {
        strbuf_puts(s, negated ? "!" : "");
        put_expr(b, e);
    } else if (e->kind == EXPR_OP && (e->op == OP_I32_AND || e->op == OP_I64_AND)) {
        strbuf_puts(s, negated ? "!(" : "");
        put_expr(b, e);
        strbuf_puts(s, negated ? ")" : "");
    } else {
        put_operand(b, e);
        strbuf_puts(s, negated ? " == 0" : " != 0");
    }
}
