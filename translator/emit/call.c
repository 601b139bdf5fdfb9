/* Calls of all kinds, returns, and the instructions that are calls into the runtime. */
#include <assert.h>
#include <string.h>

#include "emit/body.h"
#include "emit/objects.h"
#include "emit/data.h"
#include "emit/func.h"

static strbuf *text(body *b) {
    return &b->o->text;
}

static const type_def *callee_type(const body *b, const stmt *s) {
    const module *m = b->g->m;
    bool direct = s->kind == STMT_CALL || s->kind == STMT_TAIL_CALL;
    return &m->types[direct ? m->funcs[s->index].type : s->index];
}

static void put_args(body *b, const stmt *s, uint32_t count) {
    for (uint32_t k = 0; k < count; k++) {
        strbuf_puts(text(b), ", ");
        put_expr(b, s->args[k]);
    }
}

/* Whether an indirect call is by a reference, not through a table. */
static bool is_by_reference(const stmt *s) {
    return s->index2 == NO_INDEX;
}

/* The elements of the fixed table that have the type which the call expects; null if they were not collected. */
static const fixed_type *expected_type(const generator *g, const stmt *s) {
    return fixed_type_of(g->tables, g->m, s->index2, s->index);
}

/* Prints "to = fixed_entry(...);" or, if only one function has the type, only the check. */
static void put_fixed_entry(body *b, const stmt *s, uint32_t params) {
    const generator *g = b->g;
    strbuf *t = text(b);
    unsigned table = s->index2;
    const fixed_type *type = expected_type(g, s);
    bool only = s->callee == CALLEE_ONLY;
    if (only && type->count == 1)
        strbuf_printf(t, "only_entry(%u", (unsigned)type->first);
    else if (type && type->separate)
        strbuf_printf(t, "%styped_entry(%s_2table%u_type%u, %u, %u", only ? "(void)" : "to = ", g->name, table,
                      (unsigned)g->m->types[s->index].canonical, (unsigned)type->first, (unsigned)type->length);
    else
        strbuf_printf(t, "%sfixed_entry(%s_2table%u, %u", only ? "(void)" : "to = ", g->name, table, (unsigned)g->tables[table].size);
    strbuf_printf(t, ", self->table%u, ", table);
    put_expr(b, s->args[params]);
    strbuf_puts(t, ", ");
    put_type_id(t, g->m, s->index);
    strbuf_puts(t, ");\n");
}

/* Prints the look-up of the function for an indirect call: "e = entry(...);" for an element, "c = non_null(...);" for a reference. */
static void put_entry(body *b, const stmt *s, uint32_t params) {
    out_indent(b->o);
    if (is_by_reference(s)) {
        strbuf_puts(text(b), "c = non_null(");
        put_expr(b, s->args[params]);
        strbuf_puts(text(b), ");\n");
        return;
    }
    if (s->callee != CALLEE_ELEMENT) {
        put_fixed_entry(b, s, params);
        return;
    }
    strbuf_printf(text(b), "e = entry(self->table%u, ", (unsigned)s->index2);
    put_expr(b, s->args[params]);
    strbuf_puts(text(b), ", ");
    put_type_id(text(b), b->g->m, s->index);
    strbuf_puts(text(b), ");\n");
}

/* Prints the call as an expression. */
static void put_callee(body *b, const stmt *s, const type_def *t) {
    if (s->kind == STMT_CALL || s->kind == STMT_TAIL_CALL) {
        if (s->index != b->f->index) /* to a C compiler, a function that only calls itself is unused */
            __atomic_store_n(&b->g->called[s->index], true, __ATOMIC_RELAXED); /* several threads may do so */
        mention_function(b->g, b->o, s->index);
        strbuf_puts(text(b), b->g->func_names[s->index]);
        strbuf_puts(text(b), b->f->computes_apart ? APART_SUFFIX "(self" : "(self");
        put_args(b, s, t->param_count);
        strbuf_put(text(b), ')');
        return;
    }
    switch ((callee_kind)s->callee) {
    case CALLEE_ONLY:
        mention_function(b->g, b->o, expected_type(b->g, s)->only);
        strbuf_printf(text(b), "%s(self", b->g->func_names[expected_type(b->g, s)->only]);
        break;
    case CALLEE_FIXED:
        strbuf_printf(text(b), "((type%u)to)(self", (unsigned)t->canonical);
        break;
    case CALLEE_ELEMENT:
        strbuf_printf(text(b), "((type%u)e->code)(e->instance", (unsigned)t->canonical);
        break;
    case CALLEE_REFERENCE:
        strbuf_printf(text(b), "((type%u)c->code)(c->instance", (unsigned)t->canonical);
        break;
    case CALLEE_UNCHOSEN:
    case CALLEE_KINDS:
        break;
    }
    put_args(b, s, t->param_count);
    strbuf_put(text(b), ')');
}

void put_owned_target(body *b, const char *function, uint32_t variable) {
    strbuf_printf(text(b), "%s(OWN, &", function);
    put_var(b, variable);
    strbuf_puts(text(b), ", ");
}

/* Prints the beginning of the statement's assignment to the variable. */
void put_target(body *b, const stmt *s, uint32_t variable) {
    put_declarator(b, s, variable);
    put_var(b, variable);
    strbuf_puts(text(b), " = ");
}

static void put_return_of_nothing(body *b) {
    const type_def *own = b->f->type;
    if (b->tail || own->result_count == 0) {
        strbuf_puts(text(b), "return;\n");
        return;
    }
    bool braces = own->result_count > 1 || representation_of(b->g->m, own->results[0])->is_vector;
    strbuf_puts(text(b), braces ? "return (" : "return 0;\n");
    if (braces) {
        put_result_type(text(b), b->g, own);
        strbuf_puts(text(b), "){0};\n");
    }
}

void put_empty_return(body *b) {
    out_indent(b->o);
    put_return_of_nothing(b);
}

void put_pretended_return(body *b) {
    out_indent(b->o);
    strbuf_puts(text(b), "if (!always()) ");
    put_return_of_nothing(b);
}

void put_unwind(body *b) {
    if (b->tail)
        out_text(b->o, "tail->next = NULL;");
    put_empty_return(b);
}

void put_before_operand_call(body *b, const stmt *s) {
    if (s->kind == STMT_CALL_INDIRECT)
        put_entry(b, s, callee_type(b, s)->param_count);
}

void put_operand_call(body *b, const stmt *s) {
    put_callee(b, s, callee_type(b, s));
}

void put_target_or_nothing(body *b, const stmt *s, uint32_t variable) {
    if (b->f->vars.data[variable].reads > 0)
        put_target(b, s, variable);
    else
        strbuf_puts(text(b), "(void)");
}

/* Whether the caller has to take the reference that a call returns, even if nobody reads it. */
static bool is_taken(const var *v) {
    return v->owned || v->received;
}

void put_call(body *b, const stmt *s) {
    const type_def *t = callee_type(b, s);
    bool direct = s->kind == STMT_CALL;
    if (!direct)
        put_entry(b, s, t->param_count);
    bool several = s->result_count > 1;
    bool used = false;
    for (uint32_t k = 0; k < s->result_count; k++)
        used |= b->f->vars.data[s->result + k].reads > 0 || is_taken(&b->f->vars.data[s->result + k]);
    bool is_owned = !several && s->result_count == 1 && b->f->vars.data[s->result].owned;
    bool is_received = !several && s->result_count == 1 && b->f->vars.data[s->result].received;
    out_indent(b->o);
    if (used && several) {
        strbuf_puts(text(b), "const ");
        put_result_type(text(b), b->g, t);
        strbuf_printf(text(b), " m%u = ", (unsigned)s->result);
    } else if (is_owned) {
        put_owned_target(b, "exn_result", s->result);
    } else if (used) {
        put_target_or_nothing(b, s, s->result);
    }
    strbuf_puts(text(b), is_received ? "exn_receive(self->base.heap, " : "");
    put_callee(b, s, t);
    strbuf_puts(text(b), is_owned || is_received ? ");\n" : ";\n");
    for (uint32_t k = 0; used && several && k < s->result_count; k++) {
        const var *v = &b->f->vars.data[s->result + k];
        if (v->reads == 0 && !is_taken(v))
            continue;
        out_indent(b->o);
        if (v->owned)
            put_owned_target(b, "exn_result", s->result + k);
        else
            put_target_or_nothing(b, s, s->result + k);
        strbuf_puts(text(b), v->received ? "exn_receive(self->base.heap, " : "");
        strbuf_printf(text(b), v->owned || v->received ? "m%u.v%u);\n" : "m%u.v%u;\n", (unsigned)s->result, (unsigned)k);
    }
    if (s->unwinds && b->tail) {
        out_open(b->o, "if (unwinding())");
        put_unwind(b);
        out_close(b->o, "");
    } else if (s->unwinds) {
        out_indent(b->o);
        strbuf_puts(text(b), "if (unwinding()) ");
        put_return_of_nothing(b);
    }
}

/* ---- Returns ---- */

void put_slots(body *b, const char *array, const stmt *s, const wasmelt_valtype *types, uint32_t count) {
    for (uint32_t k = 0; k < count; k++) {
        out_indent(b->o);
        begin_slot(text(b), b->g->m, array, k, types[k]);
        put_expr(b, s->args[k]);
        end_slot(text(b), b->g->m, types[k]);
    }
}

void put_framed(body *b, const expr *value) {
    strbuf_printf(text(b), "framed_%s(", c_type(b->g->m, value->type));
    put_expr(b, value);
    strbuf_put(text(b), ')');
}

void put_return(body *b, const stmt *s) {
    const type_def *t = b->f->type;
    if (b->tail) {
        put_slots(b, "tail->values", s, t->results, s->arg_count);
        out_text(b->o, "tail->next = NULL;");
        out_text(b->o, "return;");
        return;
    }
    out_indent(b->o);
    strbuf_puts(text(b), "return");
    if (s->arg_count > 1) {
        strbuf_puts(text(b), " (");
        put_result_type(text(b), b->g, t);
        strbuf_puts(text(b), "){");
    }
    for (uint32_t k = 0; k < s->arg_count; k++) {
        strbuf_puts(text(b), k == 0 && s->arg_count > 1 ? "" : k == 0 ? " " : ", ");
        if (s->framed)
            put_framed(b, s->args[k]);
        else
            put_expr(b, s->args[k]);
    }
    strbuf_puts(text(b), s->arg_count > 1 ? "};\n" : ";\n");
}

/* ---- Tail calls; these are printed only in second entries ---- */

/* Prints a call followed by a return of its results, for a callee without a second entry. */
static void put_call_and_return(body *b, const stmt *s, const type_def *t) {
    out_indent(b->o);
    if (t->result_count > 1) {
        strbuf_puts(text(b), "const ");
        put_result_type(text(b), b->g, t);
        strbuf_puts(text(b), " m = ");
    } else if (t->result_count == 1) {
        strbuf_printf(text(b), "const %s m = ", c_type(b->g->m, t->results[0]));
    }
    put_callee(b, s, t);
    strbuf_puts(text(b), ";\n");
    for (uint32_t k = 0; k < t->result_count; k++) {
        out_indent(b->o);
        begin_slot(text(b), b->g->m, "tail->values", k, t->results[k]);
        if (t->result_count > 1)
            strbuf_printf(text(b), "m.v%u", (unsigned)k);
        else
            strbuf_puts(text(b), "m");
        end_slot(text(b), b->g->m, t->results[k]);
    }
    out_text(b->o, "tail->next = NULL;");
    out_text(b->o, "return;");
}

/* Prints an argument that is stored in the tail-call buffer. References in the buffer are counted: see wasmelt/code/support.h. */
static void put_passed(body *b, const expr *e) {
    bool is_retained = is_counted(b->g->m, e->type);
    if (is_retained)
        strbuf_puts(text(b), "exn_retain(");
    put_expr(b, e);
    if (is_retained)
        strbuf_put(text(b), ')');
}

/* Prints a tail call of the callee's second entry: fills the buffer, and returns to the loop that calls the next function. */
static void put_hand_over(body *b, const stmt *s, const type_def *t, const char *instance, const char *next) {
    for (uint32_t k = 0; k < t->param_count; k++) {
        out_indent(b->o);
        begin_tail_slot(text(b), b->g->m, t, k);
        put_passed(b, s->args[k]);
        end_slot(text(b), b->g->m, t->params[k]);
    }
    put_tail_exceptions(b->o, b->g->m, t);
    out_line(b->o, "tail->instance = %s;", instance);
    out_line(b->o, "tail->next = %s;", next);
    out_text(b->o, "return;");
}

void put_tail_call(body *b, const stmt *s) {
    const generator *g = b->g;
    const type_def *t = callee_type(b, s);
    if (s->kind == STMT_TAIL_CALL_INDIRECT) {
        put_entry(b, s, t->param_count);
        const char *tail = is_by_reference(s) ? "c->tail" : "e->func->tail";
        out_open(b->o, "if (%s)", tail);
        put_hand_over(b, s, t, is_by_reference(s) ? "c->instance" : "e->instance", tail);
        out_close(b->o, "");
        put_call_and_return(b, s, t);
        return;
    }
    const func *callee = &g->m->funcs[s->index];
    strbuf next = {0};
    if (callee->import == NO_INDEX && g->calls.tail_calls[s->index]) {
        mention_function(g, b->o, s->index);
        strbuf_printf(&next, "%s_tail", g->func_names[s->index]);
        put_hand_over(b, s, t, "self", next.data);
    } else if (callee->import != NO_INDEX && g->options->bind_imports) {
        strbuf_printf(&next, "self->import%u->", (unsigned)callee->import);
        out_open(b->o, "if (%stail)", next.data);
        strbuf instance = {0};
        strbuf_printf(&instance, "%sinstance", next.data);
        strbuf_puts(&next, "tail");
        put_hand_over(b, s, t, instance.data, next.data);
        strbuf_free(&instance);
        out_close(b->o, "");
        put_call_and_return(b, s, t);
    } else {
        put_call_and_return(b, s, t);
    }
    strbuf_free(&next);
}

/* ---- Instructions of the runtime ---- */

static void put_further_args(body *b, const stmt *s) {
    for (uint32_t k = 1; k < s->arg_count; k++) {
        strbuf_puts(text(b), ", ");
        put_expr(b, s->args[k]);
    }
}

/* Prints an operation that gives 128 bits, and assignments of its two halves. */
static void put_wide(body *b, const stmt *s) {
    strbuf *t = text(b);
    const var *v = &b->f->vars.data[s->result];
    if (v[0].reads == 0 && v[1].reads == 0)
        return;
    out_indent(b->o);
    strbuf_printf(t, "const u128 m%u = %s(", (unsigned)s->result, opcode_table[s->op].c.text);
    for (uint32_t k = 0; k < s->arg_count; k++) {
        strbuf_puts(t, k ? ", " : "");
        put_expr(b, s->args[k]);
    }
    strbuf_puts(t, ");\n");
    for (uint32_t k = 0; k < 2; k++) {
        if (v[k].reads == 0)
            continue;
        out_indent(b->o);
        put_target(b, s, s->result + k);
        strbuf_printf(t, k ? "wide_high(m%u);\n" : "wide_low(m%u);\n", (unsigned)s->result);
    }
}

static void put_atomic(body *b, const stmt *s) {
    strbuf *t = text(b);
    out_indent(b->o);
    if (s->result != NO_VAR && b->f->vars.data[s->result].reads > 0)
        put_target(b, s, s->result);
    const c_form *c = &opcode_table[s->op].c;
    strbuf_puts(t, c->text);
    if (c->kind == FORM_FENCE) {
        strbuf_put(t, '(');
    } else if (c->kind == FORM_WAIT) {
        strbuf_printf(t, "(self->memory%u, ", (unsigned)s->index);
        put_expr(b, s->args[0]);
        strbuf_printf(t, ", %lluull", (unsigned long long)s->value);
        put_further_args(b, s);
    } else {
        strbuf_put(t, '(');
        put_pointer(b, s->args[0], s->index, s->value, access_width(s->op));
        put_further_args(b, s);
    }
    strbuf_puts(t, ");\n");
}

static void put_memory_init(body *b, const stmt *s) {
    strbuf *t = text(b);
    bool is_dropped =
        b->g->m->datas[s->index].mode != SEGMENT_PASSIVE; /* an active or declarative segment is dropped when the module is instantiated */
    out_indent(b->o);
    strbuf_printf(t, "%s(self->memory%u, ", is_dropped ? "wasmelt_memory_init" : copy_function(b->g, s->index), (unsigned)s->index2);
    put_expr(b, s->args[0]);
    strbuf_puts(t, ", ");
    if (is_dropped) {
        strbuf_puts(t, "(const u8 *)\"\", 0");
    } else {
        put_segment_name(b->g, t, s->index);
        strbuf_printf(t, ", self->data_sizes[%u]", (unsigned)s->index);
    }
    put_further_args(b, s);
    strbuf_puts(t, ");\n");
}

/* Prints the text of a C_STATEMENT, and the assignment of its result if somebody reads that. */
static void put_text_statement(body *b, const stmt *s, const char *c) {
    strbuf *t = text(b);
    out_indent(b->o);
    if (s->result != NO_VAR && b->f->vars.data[s->result].reads > 0) {
        put_target(b, s, s->result);
        strbuf_puts(t, b->f->vars.data[s->result].type == WASMELT_I32 ? "(u32)" : "");
    }
    for (; *c; c++) {
        if (*c != '%') {
            strbuf_put(t, *c);
            continue;
        }
        c++;
        assert(*c == 'i' || *c == 'j' || (*c >= '0' && *c < '0' + (int)s->arg_count));
        if (*c == 'i' || *c == 'j')
            strbuf_unsigned(t, *c == 'i' ? s->index : s->index2);
        else
            put_expr(b, s->args[*c - '0']);
    }
    strbuf_puts(t, ";\n");
}

/* A loop may be in what the runtime does for it nearly all of its time, where it is not stopped. */
static bool may_take_long(const c_form *c) {
    return c->kind == FORM_STATEMENT || c->kind == FORM_MEMORY_INIT;
}

/* Prints an operation in the form that its row in opcodes.def says. */
void put_operation(body *b, const stmt *s) {
    const c_form *c = &opcode_table[s->op].c;
    if (b->g->options->interrupt != INTERRUPT_NEVER && may_take_long(c))
        out_line(b->o, "stop_if_asked();");
    switch ((c_form_kind)c->kind) {
    case FORM_STATEMENT:
        put_text_statement(b, s, c->text);
        break;
    case FORM_ATOMIC:
    case FORM_WAIT:
    case FORM_FENCE:
        put_atomic(b, s);
        break;
    case FORM_WIDE:
        put_wide(b, s);
        break;
    case FORM_MEMORY_INIT:
        put_memory_init(b, s);
        break;
    case FORM_DATA_DROP:
        if (b->g->uses_data_sizes)
            out_line(b->o, "self->data_sizes[%u] = 0;", (unsigned)s->index);
        break;
    default:
        put_object_operation(b, s);
    }
}
