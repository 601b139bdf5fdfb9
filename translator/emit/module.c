/* Prints what comes before the functions: the instance struct and prototypes. See definitions.c for what follows the functions. */
#include "emit/module.h"
#include "base/sort.h"
#include "emit/data.h"

#include <stdlib.h>
#include <string.h>

#include "emit/func.h"
#include "emit/names.h"
#include "emit/objects.h"
#include "wasm/type_number.h"

/* ---- Contexts ---- */

typedef struct import_key {
    const import *imports;
    uint32_t index;
} import_key;

static int by_module(const void *a, const void *b) {
    const import_key *x = a, *y = b;
    span s = x->imports[x->index].module, t = y->imports[y->index].module;
    if (s.length != t.length)
        return s.length < t.length ? -1 : 1;
    int order = s.length ? memcmp(s.bytes, t.bytes, s.length) : 0;
    return order ? order : x->index < y->index ? -1 : x->index > y->index;
}

void find_contexts(const generator *g, uint32_t *contexts) {
    const module *m = g->m;
    import_key *keys = arena_array(g->arena, m->import_count, sizeof *keys);
    uint32_t count = 0;
    for (uint32_t k = 0; k < m->import_count; k++) {
        contexts[k] = NO_INDEX;
        if (m->imports[k].kind == EXTERN_FUNC)
            keys[count++] = (import_key){m->imports, k};
    }
    sort_stable(keys, count, sizeof *keys, by_module);
    for (uint32_t k = 0; k < count; k++) {
        bool same = k > 0 && m->imports[keys[k].index].module.length == m->imports[keys[k - 1].index].module.length &&
                    (m->imports[keys[k].index].module.length == 0 ||
                     memcmp(m->imports[keys[k].index].module.bytes, m->imports[keys[k - 1].index].module.bytes,
                            m->imports[keys[k].index].module.length) == 0);
        contexts[keys[k].index] = same ? contexts[keys[k - 1].index] : keys[k].index;
    }
}

/* ---- Types ---- */

/* Prints the types of functions that are called by reference, and those of their numbers that are the same in all modules. */
static void put_function_types(const generator *g, out *o) {
    const module *m = g->m;
    bool has_numbers = false;
    for (uint32_t k = 0; k < m->type_count; k++)
        has_numbers |= m->types[k].kind == TYPE_FUNC && type_number(m, k);
    if (has_numbers) {
        out_line(o,
                 "/* Types of functions, with the numbers that calls by reference compare: 1, an octal digit for each parameter, 0, one");
        out_line(o, " * for each result. 1 to 7: i32 i64 f32 f64 v128 funcref externref. */");
    }
    for (uint32_t k = 0; k < m->type_count; k++) {
        const type_def *t = &m->types[k];
        if (t->kind != TYPE_FUNC || t->canonical != k)
            continue;
        out_indent(o);
        strbuf_puts(&o->text, "typedef ");
        put_result_type(&o->text, g, t);
        strbuf_printf(&o->text, " (*type%u)(void *", (unsigned)k);
        for (uint32_t p = 0; p < t->param_count; p++)
            strbuf_printf(&o->text, ", %s", c_type(m, t->params[p]));
        strbuf_puts(&o->text, ");\n");
        uint32_t number = type_number(m, k);
        if (number)
            out_line(o, "#define TYPE%u 0%ou", (unsigned)k, (unsigned)number);
    }
    out_line(o, "%s", "");
}

/* ---- The instance ---- */

/* If there are more members of one kind than this, they are put into an anonymous struct, which makes no difference to the code that uses
 * them. For each function with a pointer to the instance, GCC goes through all members of the instance struct several times. */
#define MOST_MEMBERS 100

static void begin_members(out *o, uint32_t count) {
    if (count > MOST_MEMBERS)
        out_open(o, "struct");
}

static void end_members(out *o, uint32_t count) {
    if (count > MOST_MEMBERS)
        out_close(o, ";");
}

static void put_function_imports(const generator *g, out *o) {
    const module *m = g->m;
    uint32_t *contexts = arena_array(g->arena, m->import_count, sizeof *contexts), count = 0;
    find_contexts(g, contexts);
    for (uint32_t k = 0; k < m->import_count; k++)
        count += m->imports[k].kind == EXTERN_FUNC && (g->options->bind_imports || contexts[k] == k);
    begin_members(o, count);
    for (uint32_t k = 0; k < m->import_count; k++) {
        if (m->imports[k].kind != EXTERN_FUNC)
            continue;
        if (g->options->bind_imports)
            out_line(o, "const wasmelt_func *import%u;", (unsigned)k);
        else if (contexts[k] == k)
            out_line(o, "void *context%u;", (unsigned)k);
    }
    end_members(o, count);
}

static void put_instance(const generator *g, out *o) {
    const module *m = g->m;
    out_open(o, "struct %s", g->name);
    out_line(o, "wasmelt_instance base;");
    begin_members(o, m->memory_count);
    for (uint32_t k = 0; k < m->memory_count; k++) {
        out_line(o, "u8 *mem%u; /* base of memory %u */", (unsigned)k, (unsigned)k);
        out_line(o, "wasmelt_memory *memory%u;", (unsigned)k);
    }
    end_members(o, m->memory_count);
    begin_members(o, m->table_count);
    for (uint32_t k = 0; k < m->table_count; k++)
        out_line(o, "wasmelt_table *table%u;", (unsigned)k);
    end_members(o, m->table_count);
    begin_members(o, m->global_count);
    for (uint32_t k = 0; k < m->global_count; k++)
        out_line(o, "%s %sg%u;", c_type(m, m->globals[k].type), m->globals[k].import != NO_INDEX ? "*" : "", (unsigned)k);
    end_members(o, m->global_count);
    begin_members(o, m->tag_count);
    for (uint32_t k = 0; k < m->tag_count; k++)
        out_line(o, "const wasmelt_tag *tag%u;", (unsigned)k);
    end_members(o, m->tag_count);
    put_function_imports(g, o);
    begin_members(o, m->elem_count);
    for (uint32_t k = 0; k < m->elem_count; k++)
        if (m->elems[k].mode == SEGMENT_PASSIVE || m->elems[k].exprs)
            out_line(o, "const void *elem%u[%u];", (unsigned)k, m->elems[k].count ? m->elems[k].count : 1);
        else
            out_line(o, "const void *elem%u[1]; /* never used: dropped at the start */", (unsigned)k);
    end_members(o, m->elem_count);
    if (m->elem_count > 0)
        out_line(o, "u64 elem_sizes[%u];", (unsigned)m->elem_count);
    if (g->uses_data_sizes)
        out_line(o, "u64 data_sizes[%u];", (unsigned)m->data_count);
    if (g->record_count > 0)
        out_line(o, "wasmelt_func funcs[%u];", (unsigned)g->record_count);
    if (m->type_count > 0)
        out_line(o, "u32 type_ids[%u];", (unsigned)m->type_count);
    put_object_members(g, o);
    out_close(o, ";\n");
}

/* ---- Functions ---- */

static void put_arguments(strbuf *s, const type_def *t) {
    for (uint32_t k = 0; k < t->param_count; k++)
        strbuf_printf(s, ", p%u", (unsigned)k);
}

/* Prints the function through which the module calls an imported function. A loop may spend nearly all of its time in the
 * host's function, where it is not stopped. */
static void put_import_wrapper(const generator *g, out *o, uint32_t import_index, uint32_t context) {
    const module *m = g->m;
    uint32_t f = m->imports[import_index].index;
    const type_def *t = &m->types[m->funcs[f].type];
    if (!g->options->bind_imports && !g->import_repeats[import_index]) {
        strbuf_puts(&o->text, g->options->interrupt == INTERRUPT_SIGNAL ? "APART " : "");
        put_result_type(&o->text, g, t);
        strbuf_printf(&o->text, " %s(void *context", g->import_names[import_index]);
        for (uint32_t k = 0; k < t->param_count; k++)
            strbuf_printf(&o->text, ", %s p%u", c_type(m, t->params[k]), (unsigned)k);
        strbuf_puts(&o->text, ");\n");
    }
    strbuf_puts(&o->text, "INLINE ");
    put_signature(&o->text, g, f, NULL);
    strbuf_puts(&o->text, g->options->interrupt != INTERRUPT_NEVER ? " {\n\tstop_if_asked();\n\t" : " {\n\t");
    if (t->result_count > 0)
        strbuf_puts(&o->text, "return ");
    if (g->options->bind_imports)
        strbuf_printf(&o->text, "((type%u)self->import%u->code)(self->import%u->instance", (unsigned)t->canonical, (unsigned)import_index,
                      (unsigned)import_index);
    else
        strbuf_printf(&o->text, "%s(self->context%u", g->import_names[import_index], (unsigned)context);
    put_arguments(&o->text, t);
    strbuf_puts(&o->text, ");\n}\n\n");
}

/* Declares the constants for tables that never change; definitions.c defines them. */
static void declare_fixed_tables(const generator *g, out *o) {
    const char *storage = g->split ? "extern WASMELT_HIDDEN " : "";
    for (uint32_t k = 0; k < g->m->table_count; k++) {
        if (has_fixed_elements(g, k))
            out_line(o, "%s%sconst fixed_element %s_2table%u[%u];", storage, code_linkage(g), g->name, (unsigned)k,
                     (unsigned)g->tables[k].size);
        for (uint32_t i = 0; g->tables[k].types && i < g->m->type_count; i++)
            if (has_typed_elements(g, k, i))
                out_line(o, "%s%sconst wasmelt_code %s_2table%u_type%u[%u];", storage, code_linkage(g), g->name, (unsigned)k, (unsigned)i,
                         (unsigned)g->tables[k].types[i].length);
    }
}

static void put_prototypes(const generator *g, out *o) {
    const module *m = g->m;
    uint32_t *contexts = arena_array(g->arena, m->import_count, sizeof *contexts);
    find_contexts(g, contexts);
    for (uint32_t k = 0; k < m->import_count; k++)
        if (m->imports[k].kind == EXTERN_FUNC && g->calls.reachable[m->imports[k].index])
            put_import_wrapper(g, o, k, contexts[k]);
    if (g->split) /* visible only to the module's own files */
        out_line(o, "#pragma GCC visibility push(hidden)");
    for (uint32_t k = m->imported_funcs; !g->declares_locally && k < m->func_count; k++)
        if (g->calls.reachable[k])
            put_prototype(&o->text, g, k);
    if (g->split)
        put_data_declarations(g, o);
    if (g->split)
        out_line(o, "#pragma GCC visibility pop");
    out_line(o, "%s", "");
}

void put_declarations_part(const generator *g, out *o) {
    out_line(
        o,
        "/* p, l: parameters and locals of the wasm function, by number; t: a value computed once; r: a block's result; mem: base of the");
    out_line(
        o, " * linear memory; br: the exit that is being taken. br = 5 goes on at case 5, if (br <= 5), or br = 0 with a 5 beside it. */");
    if (g->split || g->form == FORM_CHECKED)
        put_internal_types(g, o);
    else
        out_line(o, "#include \"%s.h\"\n", g->files);
    if (asks_for_stack(g->options))
        out_line(o, "#define WASMELT_ASKS_FOR_STACK");
    if (g->options->bounds == BOUNDS_EXPLICIT)
        out_line(o, "#define WASMELT_EXPLICIT_BOUNDS");
    if (g->options->c == C_PLAIN)
        out_line(o, "#include <wasmelt/code/plain.h>");
    out_line(o, "#include <wasmelt/code/%s.h>", g->uses_vectors ? "simd" : "core");
    if (g->calls.has_atomics)
        out_line(o, "#include <wasmelt/code/atomics.h>");
    if (g->options->debug)
        out_line(o, "#include <wasmelt/code/debug.h>");
    if (g->m->uses_heap)
        out_line(o, "#include <wasmelt/code/objects.h>");
    if (g->uses_exceptions && g->options->c == C_GNU)
        out_line(o, "#include <wasmelt/code/unwind.h>");
    if (g->options->interrupt != INTERRUPT_NEVER)
        out_line(o, "#include <wasmelt/code/interrupt.h>");
    if (g->options->fuel)
        out_line(o, "#include <wasmelt/code/fuel.h>");
    if (g->options->emit_main && g->options->debug)
        out_line(o, "#include <wasmelt/backtrace.h>");
    if (g->options->emit_main)
        out_line(o, "#include <wasmelt/code/main.h>");
    out_line(o, "#include <wasmelt/wasi.h>");
    out_line(o, "#include <wasmelt/code/quiet.h> /* no warnings of what always comes out the same */\n");
    if (asks_for_stack(g->options))
        put_stack_need(g, o);
    put_function_types(g, o);
    put_object_types(g, o);
    put_instance(g, o);
    put_object_makers(g, o);
    put_prototypes(g, o);
    declare_fixed_tables(g, o);
}
