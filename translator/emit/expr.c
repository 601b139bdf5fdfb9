/* Prints trees as C expressions: variables, memory accesses and conditions. Operators are in operator.c, constants in constant.c. */
#include "emit/body.h"
#include "emit/objects.h"

static strbuf *text(body *b) {
    return &b->o->text;
}

static inline void put_name(body *b, const var *v, uint32_t index) {
    static const char letters[] = {[VAR_PARAM] = 'p', [VAR_LOCAL] = 'l', [VAR_TEMP] = 't', [VAR_RESULT] = 'r'};
    strbuf_letter_number(text(b), letters[v->kind], index);
    if (b->names && (v->kind == VAR_PARAM || v->kind == VAR_LOCAL))
        put_local_name(text(b), b->names[index]);
}

void put_var_name(body *b, uint32_t index) {
    put_name(b, &b->f->vars.data[index], index);
}

void put_var(body *b, uint32_t index) {
    const var *v = &b->f->vars.data[index];
    if (v->owned)
        strbuf_puts(text(b), "own.");
    put_name(b, v, index);
}

void put_declarator(body *b, const stmt *s, uint32_t index) {
    const var *v = &b->f->vars.data[index];
    if (v->declared != DECLARED_BY_VALUE || v->giver != s)
        return;
    strbuf_puts(text(b), c_type(b->g->m, v->type));
    strbuf_put(text(b), ' ');
}

void put_global(body *b, uint32_t index) {
    strbuf_puts(text(b), b->g->m->globals[index].import != NO_INDEX ? "*self->g" : "self->g");
    strbuf_unsigned(text(b), index);
}

/* ---- Memory ---- */

unsigned access_width(uint16_t op) {
    return opcode_table[op].c.number;
}

/* Prints what is added to the base of the memory, as two arguments of a macro: the index and the offset or, if code checks the bounds, the
 * check's result and 0. */
static void put_index_and_offset(body *b, const expr *index, uint32_t memory, uint64_t offset, unsigned width) {
    strbuf *s = text(b);
    bool is_checked = memory_is_checked(&b->g->plan, memory) || offset + width > WASMELT_GUARD_BYTES;
    if (is_checked) {
        bool is_low = offset <= UINT64_MAX - width && offset + width <= memory_least_size(&b->g->plan, memory);
        strbuf_printf(s, "%s(self->memory%u, ", is_low ? "checked_low" : "checked", (unsigned)memory);
    }
    put_expr(b, index);
    strbuf_puts(s, ", ");
    strbuf_unsigned(s, offset);
    strbuf_puts(s, offset > INT64_MAX ? "ull" : "");
    if (is_checked)
        strbuf_printf(s, ", %u), 0", width);
}

/* Prints what follows a macro's name: "(index, offset)" or, for another memory than the first, "_IN(mem1, index, offset)". */
static void put_access_arguments(body *b, const expr *index, uint32_t memory, uint64_t offset, unsigned width) {
    if (memory > 0)
        strbuf_printf(text(b), "_IN(mem%u, ", (unsigned)memory);
    else
        strbuf_put(text(b), '(');
    put_index_and_offset(b, index, memory, offset, width);
    strbuf_put(text(b), ')');
}

void put_pointer(body *b, const expr *index, uint32_t memory, uint64_t offset, unsigned width) {
    strbuf_puts(text(b), "AT");
    put_access_arguments(b, index, memory, offset, width);
}

/* Whether a store is an assignment. In plain C it is a call, as no number stands at any alignment. */
static bool is_assigned(const body *b, const c_form *c) {
    return c->kind == FORM_ACCESS && b->g->options->c == C_GNU;
}

void begin_store(body *b, const stmt *s) {
    const c_form *c = &opcode_table[s->op].c;
    /* If code checks the bounds, what it calls for the trap may read the memory, and compilers keep the order by themselves. */
    bool is_ordered = b->g->options->strict_loads && !memory_is_checked(&b->g->plan, s->index), assigns = is_assigned(b, c);
    if (assigns && !is_ordered) {
        strbuf_append(text(b), c->text, c->length);
        put_access_arguments(b, s->args[0], s->index, s->value, access_width(s->op));
    } else {
        strbuf_printf(text(b), "%s%s%s(", is_ordered ? "ORDERED_" : "", c->text, assigns ? "" : "_STORE");
        put_pointer(b, s->args[0], s->index, s->value, access_width(s->op));
    }
    strbuf_puts(text(b), !assigns ? ", " : is_ordered ? ") = " : " = ");
}

void end_store(body *b, const stmt *s) {
    strbuf_puts(text(b), is_assigned(b, &opcode_table[s->op].c) ? ";\n" : ");\n");
}

/* `forced`: the load must be performed even if its value is not used. */
static void put_pointer_load(body *b, const expr *e, bool forced) {
    const c_form *c = &opcode_table[e->op].c;
    strbuf_puts(text(b), forced ? "V_" : "");
    strbuf_puts(text(b), c->text);
    strbuf_put(text(b), '(');
    put_pointer(b, e->args[0], e->index, e->value, access_width(e->op));
    if (e->args[1]) {
        strbuf_puts(text(b), ", ");
        put_expr(b, e->args[1]);
        strbuf_printf(text(b), ", %u", e->lane);
    }
    strbuf_put(text(b), ')');
}

static void put_load(body *b, const expr *e, bool forced) {
    const c_form *c = &opcode_table[e->op].c;
    if (c->kind != FORM_ACCESS || forced) {
        put_pointer_load(b, e, forced);
        return;
    }
    strbuf_append(text(b), c->text, c->length);
    put_access_arguments(b, e->args[0], e->index, e->value, access_width(e->op));
}

/* ---- Any tree ---- */

/* Prints trees other than variables, constants, operators and loads. Those four are the most frequent, and put_expr prints them without
 * saving registers that only the others need. */
static void put_rare_expr(body *b, const expr *e) {
    strbuf *s = text(b);
    const module *m = b->g->m;
    switch (e->kind) {
    case EXPR_SELECT:
        put_condition(b, e->args[2], false);
        strbuf_puts(s, " ? ");
        put_operand(b, e->args[0], BINDING_BITS);
        strbuf_puts(s, " : ");
        put_operand(b, e->args[1], BINDING_BITS);
        break;
    case EXPR_GLOBAL:
        put_global(b, e->index);
        break;
    case EXPR_MEMORY_SIZE:
        /* Other threads may grow a shared memory, so its size is read atomically. */
        strbuf_printf(s, m->memories[e->index].type.shared ? "(%s)memory_pages(self->memory%u)" : "(%s)self->memory%u->pages",
                      c_type(b->g->m, e->type), (unsigned)e->index);
        break;
    case EXPR_TABLE_SIZE:
        strbuf_printf(s, "(%s)self->table%u->size", c_type(b->g->m, e->type), (unsigned)e->index);
        break;
    case EXPR_TABLE_GET:
        if (representation_of(m, m->tables[e->index].element)->type == WASMELT_FUNCREF)
            strbuf_puts(s, "(funcref)");
        strbuf_printf(s, "wasmelt_table_read(self->table%u, ", (unsigned)e->index);
        put_expr(b, e->args[0]);
        strbuf_put(s, ')');
        break;
    case EXPR_REF_FUNC:
        strbuf_printf(s, "&self->funcs[%u]", (unsigned)b->g->records[e->index]);
        break;
    case EXPR_IS_NULL:
        put_operand(b, e->args[0], BINDING_SUM);
        strbuf_puts(s, " == NULL");
        break;
    case EXPR_FIELD:
    case EXPR_ELEMENT:
    case EXPR_WITHIN:
    case EXPR_IS_TYPE:
    case EXPR_CAST:
        put_object_expr(b, e);
        break;
    case EXPR_UNWINDING:
        strbuf_puts(s, "unwinding()");
        break;
    case EXPR_CAUGHT:
        strbuf_printf(s, "caught(self->tag%u)", (unsigned)e->index);
        break;
    case EXPR_OPAQUE:
        put_type_prefix(b, e->type);
        strbuf_puts(s, "_opaque(");
        put_expr(b, e->args[0]);
        strbuf_put(s, ')');
        break;
    case EXPR_USED:
        put_type_prefix(b, e->type);
        strbuf_puts(s, "_used(");
        put_expr(b, e->args[0]);
        strbuf_put(s, ')');
        break;
    case EXPR_ADOPT:
        strbuf_puts(s, "exn_adopt(self->base.heap, ");
        put_expr(b, e->args[0]);
        strbuf_put(s, ')');
        break;
    case EXPR_RETAIN:
        strbuf_puts(s, "exn_retain(");
        put_expr(b, e->args[0]);
        strbuf_put(s, ')');
        break;
    case EXPR_PAYLOAD: {
        strbuf values = {0};
        size_t from = s->count;
        put_operand(b, e->args[0], BINDING_PRIMARY);
        strbuf_printf(&values, "%.*s->values", (int)(s->count - from), s->data + from);
        s->count = from;
        put_slot(s, m, values.data, (uint32_t)e->value, e->type);
        strbuf_free(&values);
        break;
    }
    }
}

static void put_canonical(body *b, const expr *e);

void put_expr(body *b, const expr *e) {
    if (e->canonical) {
        put_canonical(b, e);
        return;
    }
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
        put_operator(b, e);
        break;
    case EXPR_LOAD:
        put_load(b, e, e->forced || b->g->options->c == C_PLAIN); /* plain C has no other loads */
        break;
    default:
        put_rare_expr(b, e);
    }
}

/* Prints "f64_canonical(...)" around the tree. */
static void put_canonical(body *b, const expr *e) {
    expr plain = *e;
    plain.canonical = 0;
    strbuf_printf(text(b), e->type == WASMELT_V128 ? "f%ux%u_canonical(" : "f%u_canonical(", e->canonical, 128 / e->canonical);
    put_expr(b, &plain);
    strbuf_put(text(b), ')');
}

void put_condition(body *b, const expr *e, bool negated) {
    strbuf *s = text(b);
    if (e->kind == EXPR_OP && opcode_operation(e->op) == OPERATION_EQZ) {
        put_condition(b, e->args[0], !negated);
        return;
    }
    if (e->kind == EXPR_UNWINDING || e->kind == EXPR_CAUGHT) {
        strbuf_puts(s, negated ? "!" : "");
        put_expr(b, e);
        return;
    }
    bool compared = expr_is_bool(e);
    if (compared && negated && e->kind == EXPR_OP && opcode_facts_table[e->op].opposite != e->op) {
        expr other = *e;
        other.op = opcode_facts_table[e->op].opposite;
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
    } else if (e->kind == EXPR_OP && opcode_operation(e->op) == OPERATION_AND) {
        strbuf_puts(s, negated ? "!(" : "");
        put_expr(b, e);
        strbuf_puts(s, negated ? ")" : "");
    } else {
        put_operand(b, e, BINDING_SUM);
        strbuf_puts(s, negated ? " == 0" : " != 0");
    }
}
