/* Prints the header that hosts include: the module's descriptor, its imports and its exports. */
#include <stdio.h>
#include <string.h>

#include "emit/module.h"
#include "emit/names.h"

static void put_declared(strbuf *s, const module *m, wasmelt_valtype t, const char *name) {
    const char *type = representation_of(m, t)->header;
    bool pointer = wasmelt_is_ref(t);
    strbuf_printf(s, "%s%s%s", type, pointer ? "" : " ", name);
}

/* Prints the structs for functions with several results, each once. All modules have the same structs, because modules call each other's
 * functions; each module has names of its own for them. */
static void put_result_structs(const generator *g, out *o) {
    const module *m = g->m;
    for (uint32_t k = 0; k < m->type_count; k++) {
        const type_def *t = &m->types[k];
        if (t->kind != TYPE_FUNC || t->result_count < 2 || t->canonical != k)
            continue;
        strbuf name = {0};
        put_result_type(&name, g, t);
        out_line(o, "#ifndef WASMELT_DEFINED_%s", name.data);
        out_line(o, "#define WASMELT_DEFINED_%s", name.data);
        const char *shape = name.data + strlen(g->name);
        out_line(o, "#ifndef WASMELT%s", shape);
        out_line(o, "#define WASMELT%s", shape);
        out_open(o, "struct wasmelt%s", shape);
        for (uint32_t v = 0; v < t->result_count; v++) {
            out_indent(o);
            char member[16];
            snprintf(member, sizeof member, "v%u", (unsigned)v);
            put_declared(&o->text, m, t->results[v], member);
            strbuf_puts(&o->text, ";\n");
        }
        out_close(o, ";");
        out_line(o, "#endif");
        out_line(o, "typedef struct wasmelt%s %s;", shape, name.data);
        out_line(o, "#endif\n");
        strbuf_free(&name);
    }
}

static void put_public_result(strbuf *s, const generator *g, const type_def *t) {
    if (t->result_count == 1)
        put_declared(s, g->m, t->results[0], "");
    else
        put_result_type(s, g, t);
    if (t->result_count != 1 || wasmelt_is_ref(t->results[0]))
        strbuf_puts(s, t->result_count == 1 ? "" : " ");
}

static void put_public_params(strbuf *s, const module *m, const type_def *t) {
    for (uint32_t k = 0; k < t->param_count; k++) {
        char name[16];
        snprintf(name, sizeof name, "p%u", (unsigned)k);
        strbuf_puts(s, ", ");
        put_declared(s, m, t->params[k], name);
    }
}

static void put_name_comment(out *o, const char *what, span name) {
    out_indent(o);
    strbuf_printf(&o->text, "/* %s \"", what);
    put_comment_text(&o->text, name);
    strbuf_puts(&o->text, "\" */\n");
    out_drain(o);
}

void put_import_comment(out *o, const import *i) {
    strbuf_puts(&o->text, "/* imported from \"");
    put_comment_text(&o->text, i->module);
    strbuf_puts(&o->text, "\": \"");
    put_comment_text(&o->text, i->name);
    strbuf_puts(&o->text, "\" */\n");
}

/* ---- Imports ---- */

static void put_context(out *o, const char *name, span module_name) {
    out_indent(o);
    strbuf_printf(&o->text, "void *%s; ", name);
    o->depth = 0;
    put_name_comment(o, "first argument of the functions of", module_name);
    o->depth = 1;
}

static void put_imports_struct(const generator *g, out *o) {
    const module *m = g->m;
    if (m->import_count == 0)
        return;
    uint32_t *contexts = arena_array(g->arena, m->import_count, sizeof *contexts);
    find_contexts(g, contexts);
    out_line(o, "/* What the host provides. Functions are defined by the host under the names below, and get");
    out_line(o, " * as first argument the context of their module. */");
    out_open(o, "typedef struct %s_imports", g->name);
    for (uint32_t k = 0; k < m->import_count; k++) {
        const import *i = &m->imports[k];
        if (i->kind == EXTERN_FUNC && contexts[k] == k)
            put_context(o, g->context_names[k], i->module);
        else if (i->kind != EXTERN_FUNC && g->import_repeats[k])
            continue;
        else if (i->kind == EXTERN_MEMORY)
            out_line(o, "wasmelt_memory *%s;", g->import_names[k]);
        else if (i->kind == EXTERN_TABLE)
            out_line(o, "wasmelt_table *%s;", g->import_names[k]);
        else if (i->kind == EXTERN_GLOBAL) {
            out_indent(o);
            strbuf_printf(&o->text, "%s *%s;\n", representation_of(m, m->globals[i->index].type)->header, g->import_names[k]);
        } else if (i->kind == EXTERN_TAG) {
            out_line(o, "const wasmelt_tag *%s;", g->import_names[k]);
        }
    }
    o->depth--;
    out_line(o, "} %s_imports;\n", g->name);
}

static void put_import_functions(const generator *g, out *o) {
    const module *m = g->m;
    bool has_any = false;
    for (uint32_t k = 0; k < m->import_count; k++) {
        const import *i = &m->imports[k];
        const char *family;
        if (i->kind != EXTERN_FUNC || g->import_repeats[k] || is_provided_import(g, i, &family))
            continue;
        const type_def *t = &m->types[m->funcs[i->index].type];
        put_import_comment(o, i);
        strbuf_puts(&o->text, g->options->interrupt == INTERRUPT_SIGNAL ? "WASMELT_APART " : "");
        put_public_result(&o->text, g, t);
        strbuf_printf(&o->text, "%s(void *context", g->import_names[k]);
        put_public_params(&o->text, m, t);
        strbuf_puts(&o->text, ");\n");
        has_any = true;
    }
    if (has_any)
        out_line(o, "%s", "");
}

/* ---- Exports ---- */

void put_export_comment(const generator *g, out *o, uint32_t k) {
    span name = g->m->exports[k].name;
    if (!span_is(name, g->export_names[k] + strlen(g->name) + 1))
        put_name_comment(o, "exported", name);
}

static void put_export(const generator *g, out *o, uint32_t k) {
    const module *m = g->m;
    const export *e = &m->exports[k];
    const char *name = g->export_names[k];
    put_export_comment(g, o, k);
    if (e->kind == EXTERN_FUNC) {
        const type_def *t = &m->types[m->funcs[e->index].type];
        put_public_result(&o->text, g, t);
        strbuf_printf(&o->text, "%s(%s *self", name, g->name);
        put_public_params(&o->text, m, t);
        strbuf_puts(&o->text, ");\n");
    } else if (e->kind == EXTERN_MEMORY) {
        out_line(o, "wasmelt_memory *%s(%s *self);", name, g->name);
    } else if (e->kind == EXTERN_TABLE) {
        out_line(o, "wasmelt_table *%s(%s *self);", name, g->name);
    } else if (e->kind == EXTERN_GLOBAL) {
        const global *gl = &m->globals[e->index];
        strbuf_printf(&o->text, "%s%s *%s(%s *self);\n", representation_of(m, gl->type)->header, gl->is_mutable ? "" : " const", name,
                      g->name);
    } else if (e->kind == EXTERN_TAG) {
        out_line(o, "const wasmelt_tag *%s(%s *self);", name, g->name);
    }
}

void put_instantiate(const generator *g, out *o, bool with_options) {
    strbuf_printf(&o->text, "wasmelt_status %s_instantiate%s(", g->name, with_options ? "_with" : "");
    if (g->m->import_count > 0)
        strbuf_printf(&o->text, "const %s_imports *imports, ", g->name);
    if (with_options)
        strbuf_puts(&o->text, "const wasmelt_options *options, ");
    strbuf_printf(&o->text, "struct %s **instance, wasmelt_error *error)", g->name);
}

bool has_typed_api(const generator *g) {
    return !g->options->bind_imports && !g->options->emit_main && g->form != FORM_CHECKED;
}

void put_internal_types(const generator *g, out *o) {
    out_line(o, "#include <wasmelt/wasmelt.h>\n");
    out_line(o, "typedef struct %s %s;", g->name, g->name);
    if (g->form == FORM_GUARDED)
        out_line(o, "extern const wasmelt_module %s_module;", g->name);
    put_result_structs(g, o);
    if (has_typed_api(g))
        put_import_functions(g, o);
}

void put_header(const generator *g, out *o) {
    const char *name = g->name;
    out_line(o, "/* %s: made from WebAssembly by wasmelt %s. Do not edit. */", g->options->name, WASMELT_VERSION);
    out_line(o, "#ifndef WASMELT_MODULE_%s_H", g->options->name);
    out_line(o, "#define WASMELT_MODULE_%s_H\n", g->options->name);
    out_line(o, "#include <wasmelt/wasmelt.h>\n");
    out_line(o, "#define WASMELT_NAME_%s %s /* what its names in C begin with: see wasmelt/names.h */\n", g->options->name, name);
    out_line(o, "#ifdef __cplusplus\nextern \"C\" {\n#endif\n");
    out_line(o, "/* One instance. Calls on it may raise traps: make them inside wasmelt_run (wasmelt/trap.h).");
    out_line(o, " * One thread at a time may use it. */");
    out_line(o, "typedef struct %s %s;\n", name, name);
    out_line(o, "/* For linking by name: see wasmelt/module.h. */");
    out_line(o, "extern const wasmelt_module %s_module;\n", name);
    put_result_structs(g, o);
    if (has_typed_api(g)) {
        put_imports_struct(g, o);
        put_import_functions(g, o);
        out_line(o, "/* Makes an instance, runs its start function; see wasmelt_instantiate for the errors. With options: the");
        out_line(o, " * host's limits and hooks. */");
        put_instantiate(g, o, false);
        strbuf_puts(&o->text, ";\n");
        put_instantiate(g, o, true);
        strbuf_puts(&o->text, ";\n");
        out_line(o, "void %s_instance_free(%s *self);\n", name, name);
        for (uint32_t k = 0; k < g->m->export_count; k++)
            put_export(g, o, k);
    }
    out_line(o, "\n#ifdef __cplusplus\n}\n#endif\n#endif");
}
