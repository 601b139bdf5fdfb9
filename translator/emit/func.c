/* Prints a function: signature, declarations, body, and the second entry of one that makes tail calls. */
#include "emit/func.h"

#include <string.h>

#include "emit/body.h"
#include "emit/locals.h"
#include "emit/marks.h"

const char *code_linkage(const generator *g) {
    return g->split ? "" : "static ";
}

const char *data_linkage(const generator *g) {
    return g->split ? "WASMELT_HIDDEN " : "static ";
}

const char *perhaps_unused(const generator *g) {
    return g->options->c == C_GNU ? "__attribute__((unused)) " : "";
}

/* Code that is stopped between any two instructions loses what it has in its hands. References to exceptions are counted, and an object's
 * fields are set after it is made: functions that may do either look at places where they have nothing (stop_if_asked). */
static bool looks_itself(const generator *g, uint32_t index) {
    return g->options->interrupt == INTERRUPT_POLL || g->counts_exceptions || g->m->uses_heap || g->m->funcs[index].notes.handles;
}

void put_stoppable(strbuf *s, const generator *g, uint32_t index) {
    if (g->options->interrupt == INTERRUPT_SIGNAL && g->m->funcs[index].import == NO_INDEX)
        strbuf_puts(s, looks_itself(g, index) ? "APART " : "STOPPABLE ");
}

static void put_func_linkage(strbuf *s, const generator *g, uint32_t index) {
    put_stoppable(s, g, index);
    if (g->ends_chain[index])
        strbuf_puts(s, "NOT_INLINED ");
    strbuf_puts(s, g->local && g->local[index] ? "LOCAL " : code_linkage(g));
}

/* Prints what stands before the type of a variable that stays in memory. */
static void put_in_memory(strbuf *s, const var *v) {
    strbuf_puts(s, v->in_memory ? "volatile " : "");
}

/* Prints " NAME(TYPE *". TYPE is that of the instance; for a function that can be called by reference it is void, because the C type by
 * which such a function is called must be its own. */
static void put_name_and_instance(strbuf *s, const generator *g, uint32_t index) {
    strbuf_put(s, ' ');
    strbuf_puts(s, g->func_names[index]);
    strbuf_put(s, '(');
    strbuf_puts(s, g->referred[index] ? "void" : g->name);
    strbuf_puts(s, " *");
}

static void put_params(strbuf *s, const generator *g, const type_def *t, const body *definition) {
    for (uint32_t k = 0; k < t->param_count; k++) {
        strbuf_puts(s, ", ");
        if (definition)
            put_in_memory(s, &definition->f->vars.data[k]);
        strbuf_puts(s, c_type(g->m, t->params[k]));
        strbuf_puts(s, " p");
        strbuf_unsigned(s, k);
        put_local_name(s, definition && definition->names ? definition->names[k] : NULL);
    }
    strbuf_put(s, ')');
}

void put_signature(strbuf *s, const generator *g, uint32_t index, const body *definition) {
    const type_def *t = &g->m->types[g->m->funcs[index].type];
    put_result_type(s, g, t);
    put_name_and_instance(s, g, index);
    strbuf_puts(s, g->referred[index] ? "instance" : "self");
    put_params(s, g, t, definition);
}

/* The attribute for a function that needs less optimisation; empty if the flags of its file say it. */
static const char *effort(const generator *g, uint32_t index) {
    static const char *const words[SPECIAL_FILES + 1] = {
        [FILE_LARGE] = "LESS_OPTIMIZED ", [FILE_HUGE] = "UNOPTIMIZED ", [SPECIAL_FILES] = ""};
    return g->split || g->options->unoptimized ? "" : words[g->kinds[index]];
}

void put_prototype(strbuf *s, const generator *g, uint32_t index) {
    const type_def *t = &g->m->types[g->m->funcs[index].type];
    strbuf_puts(s, effort(g, index));
    put_func_linkage(s, g, index);
    put_result_type(s, g, t);
    put_name_and_instance(s, g, index);
    for (uint32_t k = 0; k < t->param_count; k++) {
        strbuf_puts(s, ", ");
        strbuf_puts(s, c_type(g->m, t->params[k]));
    }
    strbuf_puts(s, ");\n");
    if (g->calls.tail_calls[index]) {
        strbuf_puts(s, effort(g, index));
        put_func_linkage(s, g, index);
        strbuf_printf(s, "void %s_tail(wasmelt_tail *tail);\n", g->func_names[index]);
    }
}

void mention_function(const generator *g, out *o, uint32_t index) {
    if (g->declares_locally && g->m->funcs[index].import == NO_INDEX)
        *vec_push(&o->mentions) = (mention){o->function, index, false};
}

/* ---- Declarations ---- */

static void put_memories(body *b) {
    for (uint32_t k = 0; k < b->g->m->memory_count; k++) {
        uint64_t bit = UINT64_C(1) << (k < 63 ? k : 63);
        if (!(b->f->memories & bit))
            continue;
        if (k == 0)
            out_line(b->o, "u8 *mem = self->mem0;");
        else
            out_line(b->o, "u8 *mem%u = self->mem%u;", (unsigned)k, (unsigned)k);
        if (k >= 63)
            out_line(b->o, "(void)mem%u;", (unsigned)k);
    }
}

/* Declares the variables of one type in one declaration, eight on a line; returns how many there are. */
static uint32_t put_variables(body *b, const representation *r) {
    uint32_t on_line = 0, count = 0;
    strbuf *s = &b->o->text;
    for (uint32_t k = 0; k < b->f->vars.count; k++) {
        const var *v = &b->f->vars.data[k];
        if (v->type != r->type || !var_is_declared_on_top(v) || v->owned)
            continue;
        if (on_line == 8) {
            strbuf_puts(s, ";\n");
            on_line = 0;
        }
        if (on_line++ == 0) {
            out_indent(b->o);
            put_in_memory(s, v);
            strbuf_puts(s, r->c);
            strbuf_put(s, ' ');
        } else {
            strbuf_puts(s, ", ");
        }
        put_var(b, k);
        if (v->declared != DECLARED_UNSET)
            strbuf_puts(s, r->is_vector ? " = {0}" : " = 0");
        count++;
    }
    if (on_line > 0)
        strbuf_puts(s, ";\n");
    return count;
}

static void put_null(body *b, uint32_t variable) {
    out_indent(b->o);
    put_var(b, variable);
    strbuf_puts(&b->o->text, " = NULL;\n");
}

/* Declares the owned variables, in a frame that a trap can find to release them. */
static void put_owned(body *b) {
    strbuf *s = &b->o->text;
    uint32_t count = 0;
    for (uint32_t k = 0; k < b->f->vars.count; k++) {
        const var *v = &b->f->vars.data[k];
        if (!v->owned || (v->kind != VAR_PARAM && !var_is_declared_on_top(v)))
            continue;
        if (count % 8 == 0) {
            strbuf_puts(s, count == 0 ? "" : ";\n");
            if (count == 0)
                out_open(b->o, "struct");
            out_indent(b->o);
        }
        strbuf_puts(s, count++ % 8 == 0 ? "exnref " : ", ");
        put_var_name(b, k);
    }
    if (count == 0)
        return;
    strbuf_puts(s, ";\n");
    out_close(b->o, " own;");
    for (uint32_t k = 0; k < b->f->vars.count; k++)
        if (b->f->vars.data[k].owned && b->f->vars.data[k].declared == DECLARED_ON_TOP)
            put_null(b, k);
    bool returns_counted = counted_among(b->g->m, b->f->type->results, b->f->type->result_count) > 0;
    out_line(b->o, "exn_frame frame %s;", returns_counted ? "OWNED_BESIDE_RESULT" : "OWNED");
    out_line(b->o, "frame.count = 0;");
}

static void put_declarations(body *b) {
    const structured *shape = b->shape;
    put_memories(b);
    put_owned(b);
    uint32_t left = 0;
    for (uint32_t k = 0; k < b->f->vars.count; k++)
        left += var_is_declared_on_top(&b->f->vars.data[k]) && !b->f->vars.data[k].owned;
    for (size_t k = 0; left > 0 && k < REPRESENTATION_COUNT; k++)
        left -= put_variables(b, &representations[k]);
    if (shape->uses_exit)
        out_line(b->o, "u32 br = 0;");
    if (shape->uses_exit && !shape->tests_exit)
        out_line(b->o, "(void)br;");
    if (b->f->callees[CALLEE_ELEMENT])
        out_line(b->o, "const wasmelt_table_entry *e;");
    if (b->f->callees[CALLEE_FIXED])
        out_line(b->o, "wasmelt_code to;");
    if (b->f->callees[CALLEE_REFERENCE])
        out_line(b->o, "funcref c;");
    for (uint32_t k = 0; k < b->f->vars.count; k++) {
        const var *v = &b->f->vars.data[k];
        bool is_assigned = v->writes > 0 && (v->kind == VAR_PARAM || var_is_declared_on_top(v));
        if (!is_assigned || v->reads > 0 || v->owned)
            continue;
        out_indent(b->o);
        strbuf_puts(&b->o->text, "(void)");
        put_var(b, k);
        strbuf_puts(&b->o->text, ";\n");
    }
}

/* ---- Bodies ---- */

/* Declares `self`, from the parameter. */
static void put_self(body *b) {
    bool is_typed = (!b->g->referred[b->f->index] || b->f->computes_apart) && !b->tail; /* then the parameter is called self */
    if (is_typed || b->f->uses_instance == INSTANCE_UNUSED)
        return;
    out_line(b->o, "struct %s *const self = %s;", b->g->name, b->tail ? "tail->instance" : "instance");
    if (b->f->uses_instance == INSTANCE_PERHAPS)
        out_text(b->o, "(void)self;");
}

/* Bytes of stack that plain C needs for a function and one that it calls, where a compiler gives each variable and each value between
 * two instructions a place of its own: such a value takes two bytes of code. */
void put_stack_need(const generator *g, out *o) {
    enum { FIXED = 512, PLACE = 8, CODE_FOR_VALUE = 2 };
    uint64_t largest = 0, results = 1;
    for (uint32_t k = 0; k < g->m->type_count; k++)
        if (g->m->types[k].result_count > results)
            results = g->m->types[k].result_count;
    for (uint32_t k = g->m->imported_funcs; k < g->m->func_count; k++) {
        const func *f = &g->m->funcs[k];
        uint64_t variables = (uint64_t)f->notes.local_count + g->m->types[f->type].param_count;
        uint64_t frame = FIXED + PLACE * (variables + f->body.length / CODE_FOR_VALUE * results);
        largest = g->calls.reachable[k] && frame > largest ? frame : largest;
    }
    bool may_be_known = g->options->system == SYSTEM_SMALL;
    out_line(o, "#define STACK_NEED %s%llu%s /* of a function and of one that it calls, at most */\n",
             may_be_known ? "WASMELT_STACK_NEED_OR(" : "", 2 * (unsigned long long)largest, may_be_known ? ")" : "");
}

static void put_body(body *b) {
    if (asks_for_stack(b->g->options) && (b->f->calls || b->f->calls_tail))
        out_line(b->o, "wasmelt_stack_need(&(u8){0}, STACK_NEED);");
    put_declarations(b);
    if (b->f->keeps_fuel)
        out_line(b->o, "u64 fuel = wasmelt_fuel;");
    if (b->looks && (b->f->calls || b->f->calls_tail))
        out_line(b->o, "stop_if_asked();");
    put_node_list(b, &b->shape->body);
    if (b->f->type->result_count > 0 && !b->tail && b->shape->falls_off)
        out_line(b->o, "wasmelt_trap_unreachable();");
    /* Not every compiler of plain C looks for functions that never return before it says that a value is missing. */
    const node *last = b->shape->body.last;
    if (b->g->options->c == C_PLAIN && b->f->type->result_count > 0 && !b->tail &&
        !(last && last->kind == NODE_STMT && last->stmt->kind == STMT_RETURN))
        put_empty_return(b);
}

/* Prints the first entry of a function that makes tail calls, the one that others call: it fills the buffer, calls one function after the
 * other until the chain of tail calls ends, and takes the result. */
static void put_first_entry(const generator *g, out *o, const ir_func *f) {
    const type_def *t = f->type;
    const char *name = g->func_names[f->index];
    out_indent(o);
    put_func_linkage(&o->text, g, f->index);
    put_signature(&o->text, g, f->index, NULL);
    strbuf_puts(&o->text, " {\n");
    o->depth++;
    out_line(o, "wasmelt_tail *tail = wasmelt_tail_buffer();");
    out_line(o, "tail->next = %s_tail;", name);
    out_line(o, "tail->instance = %s;", g->referred[f->index] ? "instance" : "self");
    for (uint32_t k = 0; k < t->param_count; k++) {
        out_indent(o);
        begin_tail_slot(&o->text, g->m, t, k);
        strbuf_printf(&o->text, is_counted(g->m, t->params[k]) ? "exn_retain(p%u)" : "p%u", (unsigned)k);
        end_slot(&o->text, g->m, t->params[k]);
    }
    put_tail_exceptions(o, g->m, t);
    out_line(o, "run_tail_calls(tail);");
    if (g->calls.throws[f->index]) {
        body b = {.g = g, .f = f, .o = o};
        out_open(o, "if (unwinding())");
        put_unwind(&b);
        out_close(o, "");
    }
    if (t->result_count == 1) {
        out_indent(o);
        strbuf_puts(&o->text, "return ");
        put_slot(&o->text, g->m, "tail->values", 0, t->results[0]);
        strbuf_puts(&o->text, ";\n");
    } else if (t->result_count > 1) {
        out_indent(o);
        strbuf_puts(&o->text, "return (");
        put_result_type(&o->text, g, t);
        strbuf_puts(&o->text, "){");
        for (uint32_t k = 0; k < t->result_count; k++) {
            strbuf_puts(&o->text, k ? ", " : "");
            put_slot(&o->text, g->m, "tail->values", k, t->results[k]);
        }
        strbuf_puts(&o->text, "};\n");
    }
    out_close(o, "\n");
}

static void put_second_entry_head(body *b) {
    const generator *g = b->g;
    const ir_func *f = b->f;
    const type_def *t = f->type;
    out *o = b->o;
    put_func_linkage(&o->text, g, f->index);
    out_open(o, "void %s_tail(wasmelt_tail *tail)", g->func_names[f->index]);
    put_self(b);
    for (uint32_t k = 0; k < t->param_count; k++) {
        const var *v = &f->vars.data[k];
        if (v->reads == 0 && v->writes == 0 && !v->owned && !v->received)
            continue;
        out_indent(o);
        put_in_memory(&o->text, v);
        strbuf_printf(&o->text, "%s p%u", c_type(g->m, t->params[k]), (unsigned)k);
        put_local_name(&o->text, b->names ? b->names[k] : NULL);
        strbuf_puts(&o->text, " = ");
        put_tail_slot(&o->text, g->m, t, k);
        strbuf_puts(&o->text, ";\n");
    }
}

/* ---- Functions that compute apart (lower/recursion.c) ---- */

static void put_apart_head(body *b) {
    const generator *g = b->g;
    strbuf *s = &b->o->text;
    out_indent(b->o);
    strbuf_puts(s, effort(g, b->f->index));
    strbuf_puts(s, "RECURSIVE static ");
    put_result_type(s, g, b->f->type);
    strbuf_printf(s, " %s" APART_SUFFIX "(%s *self", g->func_names[b->f->index], g->name);
    put_params(s, g, b->f->type, b);
    strbuf_puts(s, " {\n");
    b->o->depth++;
}

/* Prints the function that others call. */
static void put_entry_of_apart(body *b) {
    const generator *g = b->g;
    uint32_t index = b->f->index;
    strbuf *s = &b->o->text;
    out_indent(b->o);
    if (!g->ends_chain[index])
        strbuf_puts(s, "NOT_INLINED ");
    put_func_linkage(s, g, index);
    put_signature(s, g, index, NULL);
    strbuf_puts(s, " {\n");
    b->o->depth++;
    out_line(b->o, "stack_may_end();");
    out_indent(b->o);
    strbuf_printf(s, "return %s" APART_SUFFIX "(%s", g->func_names[index], g->referred[index] ? "instance" : "self");
    for (uint32_t k = 0; k < b->f->type->param_count; k++)
        strbuf_printf(s, ", p%u", (unsigned)k);
    strbuf_puts(s, ");\n");
    out_close(b->o, "\n");
}

/* Whether the C name, which begins with the module's, contains the number or the name of the function. */
static bool name_tells(const generator *g, const func *f, uint32_t index) {
    const char *name = g->func_names[index] + strlen(g->name) + strlen("_2");
    size_t mark = f->name.length > 0 ? 2 : 1; /* the length of f_ or f */
    return f->name.length == 0 || (strlen(name) == mark + f->name.length && memcmp(name + mark, f->name.bytes, f->name.length) == 0);
}

/* Prints the comment that says where the function comes from. If there are several files, only with what does not change when other
 * functions of the module do. */
static void put_comment(const generator *g, out *o, uint32_t index) {
    const func *f = &g->m->funcs[index];
    if (g->split && g->calls.copies[index] == 0 && name_tells(g, f, index))
        return;
    out_indent(o);
    strbuf_puts(&o->text, "/* function");
    if (!g->split || f->name.length == 0)
        strbuf_printf(&o->text, " %u", (unsigned)index);
    if (f->name.length > 0) {
        strbuf_puts(&o->text, " \"");
        put_comment_text(&o->text, f->name);
        strbuf_put(&o->text, '"');
    }
    if (g->calls.copies[index] > 0)
        strbuf_printf(&o->text, " and %u more with the same code", (unsigned)g->calls.copies[index]);
    if (!g->split)
        strbuf_printf(&o->text, ", byte 0x%zx", f->offset);
    strbuf_puts(&o->text, " */\n");
}

void emit_func(const generator *g, out *o, const lowered *l) {
    uint32_t index = l->f.index;
    body b = {.g = g, .f = &l->f, .shape = &l->shape, .o = o, .tail = g->calls.tail_calls[index]};
    b.looks = g->options->interrupt != INTERRUPT_NEVER && looks_itself(g, index);
    b.names = locals_find_names(g, l->f.arena, index, l->f.type->param_count + g->m->funcs[index].notes.local_count);
    o->function = o->text.count;
    if (g->declares_locally)
        *vec_push(&o->mentions) = (mention){o->function, index, true};
    put_comment(g, o, index);
    marks_begin_function(o, index);
    if (b.tail) {
        put_second_entry_head(&b);
    } else if (l->f.computes_apart) {
        put_apart_head(&b);
    } else {
        out_indent(o);
        put_func_linkage(&o->text, g, index);
        put_signature(&o->text, g, index, &b);
        strbuf_puts(&o->text, " {\n");
        o->depth++;
        put_self(&b);
    }
    put_body(&b);
    if (b.tail && l->shape.falls_off)
        out_line(o, "tail->next = NULL;");
    marks_at(o, g->m->funcs[index].offset + g->m->funcs[index].body.length - 1);
    out_close(o, "\n");
    if (b.tail)
        put_first_entry(g, o, &l->f);
    if (l->f.computes_apart)
        put_entry_of_apart(&b);
    marks_end_function(o);
}

bool emit_const(const generator *g, out *o, const char *target, const const_expr *code, diag *d) {
    lowered l = {0};
    arena a = {0};
    const expr *value;
    bool ok = lower_const(&l, &g->plan, &a, code, &value, d);
    if (ok) {
        body b = {.g = g, .f = &l.f, .shape = &l.shape, .o = o};
        if (l.shape.body.first)
            out_open(o, "%s", "");
        put_node_list(&b, &l.shape.body);
        out_indent(o);
        strbuf_printf(&o->text, "%s = ", target);
        put_expr(&b, value);
        strbuf_puts(&o->text, ";\n");
        if (l.shape.body.first)
            out_close(o, "");
    }
    lowered_free(&l);
    arena_free(&a);
    return ok;
}
