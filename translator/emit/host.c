/* Prints what is called from outside. For an embedder: the functions that NAME.h declares (header.c), which are instantiation with typed
 * imports, and an accessor or function for each export. */
#include <string.h>

#include "emit/definitions.h"
#include "emit/func.h"
#include "emit/module.h"
#include "emit/names.h"

/* ---- Typed access for hosts ---- */

/* If the module is in several files, an export that would only call a function is an alias of that function, in the function's file. A
 * module made for dynamic linking exports all its functions: compiling seventy thousand functions that only call another takes minutes. */
static void put_export_alias(const generator *g, out *o, uint32_t k) {
    uint32_t f = g->m->exports[k].index;
    const type_def *t = &g->m->types[g->m->funcs[f].type];
    strbuf *s = &o->text;
    put_result_type(s, g, t);
    strbuf_printf(s, " %s(void *", g->export_names[k]); /* the parameters with which the function has been defined */
    for (uint32_t p = 0; p < t->param_count; p++)
        strbuf_printf(s, ", %s", c_type(g->m, t->params[p]));
    strbuf_printf(s, ") __attribute__((alias(\"%s\")));\n", g->func_names[f]);
}

static void put_call(strbuf *s, const char *function, const type_def *t) {
    strbuf_printf(s, "%s(self", function);
    for (uint32_t p = 0; p < t->param_count; p++)
        strbuf_printf(s, ", p%u", (unsigned)p);
    strbuf_put(s, ')');
}

/* The call of the exported function in that form of the module to which the instance belongs. */
static void put_call_in_form(const generator *g, strbuf *s, uint32_t f, const type_def *t) {
    if (g->form == FORM_GUARDED && g->m->funcs[f].import == NO_INDEX) {
        strbuf code = {0};
        strbuf_printf(&code, "((type%u)self->funcs[%u].code)", (unsigned)t->canonical, (unsigned)g->records[f]);
        strbuf_printf(s, "self->base.module != &%s_module ? ", g->name);
        put_call(s, code.data, t);
        strbuf_puts(s, " : ");
        strbuf_free(&code);
    }
    put_call(s, g->func_names[f], t);
}

static void put_export_function(const generator *g, out *o, uint32_t k) {
    const module *m = g->m;
    uint32_t f = m->exports[k].index;
    const type_def *t = &m->types[m->funcs[f].type];
    bool throws = g->calls.throws[f];
    strbuf *s = &o->text;
    put_stoppable(s, g, f);
    put_result_type(s, g, t);
    strbuf_printf(s, " %s(%s *self", g->export_names[k], g->name);
    for (uint32_t p = 0; p < t->param_count; p++)
        strbuf_printf(s, ", %s p%u", c_type(g->m, t->params[p]), (unsigned)p);
    strbuf_puts(s, ") {\n\t");
    if (t->result_count > 0 && throws) {
        put_result_type(s, g, t);
        strbuf_puts(s, " r = ");
    } else if (t->result_count > 0) {
        strbuf_puts(s, "return ");
    }
    put_call_in_form(g, s, f, t);
    strbuf_puts(s, ";\n");
    if (throws)
        strbuf_puts(s, "\tif (unwinding())\n\t\twasmelt_trap_uncaught();\n");
    if (throws && t->result_count > 0)
        strbuf_puts(s, "\treturn r;\n");
    strbuf_puts(s, "}\n\n");
}

static void put_export_object(const generator *g, out *o, uint32_t k) {
    const export *e = &g->m->exports[k];
    const char *name = g->export_names[k];
    if (e->kind == EXTERN_MEMORY)
        out_line(o, "wasmelt_memory *%s(%s *self) {\n\treturn self->memory%u;\n}\n", name, g->name, (unsigned)e->index);
    if (e->kind == EXTERN_TABLE)
        out_line(o, "wasmelt_table *%s(%s *self) {\n\treturn self->table%u;\n}\n", name, g->name, (unsigned)e->index);
    if (e->kind == EXTERN_TAG)
        out_line(o, "const wasmelt_tag *%s(%s *self) {\n\treturn self->tag%u;\n}\n", name, g->name, (unsigned)e->index);
    if (e->kind == EXTERN_GLOBAL) {
        const global *gl = &g->m->globals[e->index];
        const char *type = c_type(g->m, gl->type);
        bool is_pointer = wasmelt_is_ref(gl->type);
        if (gl->is_mutable)
            strbuf_printf(&o->text, "%s *", type);
        else if (is_pointer)
            strbuf_printf(&o->text, "%s const *", type);
        else
            strbuf_printf(&o->text, "const %s *", type);
        out_line(o, "%s(%s *self) {\n\treturn %sself->g%u;\n}\n", name, g->name, gl->import != NO_INDEX ? "" : "&", (unsigned)e->index);
    }
}

/* The name of the import's member of MODULE_imports. */
static const char *import_member(const generator *g, uint32_t k) {
    return g->m->imports[k].kind == EXTERN_FUNC ? g->context_names[k] : g->import_names[k];
}

static void put_given(const generator *g, out *o, uint32_t k) {
    const module *m = g->m;
    const import *i = &m->imports[k];
    const char *name = import_member(g, k);
    out_indent(o);
    strbuf_puts(&o->text, "{\"");
    put_string(&o->text, i->module.bytes, i->module.length);
    strbuf_puts(&o->text, "\", \"");
    put_string(&o->text, i->name.bytes, i->name.length);
    strbuf_puts(&o->text, "\", ");
    if (i->kind == EXTERN_FUNC)
        strbuf_printf(&o->text, "{.kind = WASMELT_EXTERN_CONTEXT, .context = imports->%s}},\n", name);
    else if (i->kind == EXTERN_TABLE)
        strbuf_printf(&o->text, "{.kind = WASMELT_EXTERN_TABLE, .table = imports->%s}},\n", name);
    else if (i->kind == EXTERN_MEMORY)
        strbuf_printf(&o->text, "{.kind = WASMELT_EXTERN_MEMORY, .memory = imports->%s}},\n", name);
    else if (i->kind == EXTERN_GLOBAL) {
        strbuf_printf(&o->text, "{.kind = WASMELT_EXTERN_GLOBAL, .global = imports->%s, .global_type = ", name);
        put_global_type(&o->text, &m->globals[i->index]);
        strbuf_puts(&o->text, "}},\n");
    } else {
        strbuf_printf(&o->text, "{.kind = WASMELT_EXTERN_TAG, .tag = imports->%s}},\n", name);
    }
}

/* If there are more imports than this, a loop over a table passes them on: C compilers take more than linear time for so many assignments
 * in a row. */
#define MOST_GIVEN 100

/* Whether C strings can be the names of all imports. A name with a zero byte is given by the pointer in the module's description. */
static bool has_plain_names(const module *m) {
    for (uint32_t k = 0; k < m->import_count; k++) {
        const import *i = &m->imports[k];
        if (memchr(i->module.bytes, 0, i->module.length) || memchr(i->name.bytes, 0, i->name.length))
            return false;
    }
    return true;
}

static void put_given_by_loop(const generator *g, out *o, const uint32_t *contexts, uint32_t count) {
    out_open(o, "static const u32 members[] =");
    for (uint32_t k = 0; k < g->m->import_count; k++)
        if (is_described(g, k, contexts))
            out_line(o, "offsetof(%s_imports, %s),", g->name, import_member(g, k));
    out_close(o, ";");
    out_line(o, "wasmelt_import given[%u];", (unsigned)count);
    out_open(o, "for (u32 k = 0; k < %u; k++)", (unsigned)count);
    out_line(o, "const wasmelt_import_desc *i = &%s_module.imports[k];", g->name);
    out_line(o, "given[k] = (wasmelt_import){i->module.bytes, i->name.bytes, {.kind = i->kind, .global_type = i->global}};");
    out_line(o, "memcpy(&given[k].value.global, (const u8 *)imports + members[k], sizeof(void *)); /* any of the pointers */");
    out_close(o, "");
}

static void put_instantiate_body(const generator *g, out *o) {
    const module *m = g->m;
    uint32_t count = 0;
    uint32_t *contexts = arena_array(g->arena, m->import_count, sizeof *contexts);
    find_contexts(g, contexts);
    for (uint32_t k = 0; k < m->import_count; k++)
        count += is_described(g, k, contexts);
    put_instantiate(g, o, true);
    strbuf_puts(&o->text, " {\n");
    o->depth = 1;
    if (count > MOST_GIVEN || !has_plain_names(m)) {
        put_given_by_loop(g, o, contexts, count);
    } else if (m->import_count > 0) {
        out_open(o, "const wasmelt_import given[] =");
        for (uint32_t k = 0; k < m->import_count; k++)
            if (is_described(g, k, contexts))
                put_given(g, o, k);
        out_close(o, ";");
    }
    out_line(o, "return wasmelt_instantiate_with(&%s_module, %s, %u, options, (wasmelt_instance **)instance, error);", g->name,
             count ? "given" : "NULL", (unsigned)count);
    out_close(o, "\n");
    put_instantiate(g, o, false);
    strbuf_puts(&o->text, " {\n");
    o->depth = 1;
    out_line(o, "return %s_instantiate_with(%sNULL, instance, error);", g->name, m->import_count ? "imports, " : "");
    out_close(o, "\n");
    out_open(o, "void %s_instance_free(%s *self)", g->name, g->name);
    out_line(o, "wasmelt_instance_free(self ? &self->base : NULL);");
    out_close(o, "\n");
}

static bool is_own_function(const generator *g, const export *e) {
    return e->kind == EXTERN_FUNC && e->index >= g->m->imported_funcs;
}

void put_host_api(const generator *g, out *o) {
    put_instantiate_body(g, o);
    for (uint32_t k = 0; k < g->m->export_count; k++) {
        const export *e = &g->m->exports[k];
        if (e->kind != EXTERN_FUNC)
            put_export_object(g, o, k);
        else if (!g->split || !is_own_function(g, e))
            put_export_function(g, o, k);
    }
}

void exports_by_function(const generator *g, uint32_t *first, uint32_t *next) {
    for (uint32_t f = 0; f < g->m->func_count; f++)
        first[f] = NO_INDEX;
    for (uint32_t k = g->m->export_count; k-- > 0;) {
        const export *e = &g->m->exports[k];
        if (!is_own_function(g, e))
            continue;
        uint32_t f = g->calls.code[e->index];
        next[k] = first[f];
        first[f] = k;
    }
}

void put_exports_of(const generator *g, out *o, uint32_t function, const uint32_t *first, const uint32_t *next) {
    for (uint32_t k = first[function]; k != NO_INDEX; k = next[k])
        if (g->calls.throws[g->m->exports[k].index] || g->form == FORM_GUARDED)
            put_export_function(g, o, k);
        else
            put_export_alias(g, o, k);
}
