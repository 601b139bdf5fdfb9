/* Prints the struct of an instance, and what makes one: the steps of the graph in their order. */
#include <stdio.h>

#include "canon/generator.h"
#include "emit/generator.h"
#include "emit/symbols.h"

enum { STEPS_OF_FUNCTION = 100 };

/* ---- The struct ---- */

void instance_put_struct(canon_generator *c, strbuf *s) {
    const graph *g = c->g;
    strbuf_printf(s, "\nstruct %s {\n\twasmelt_canon_component base;\n", c->prefix);
    if (header_has_imports(c))
        strbuf_printf(s, "\t%s_imports imports;\n", c->prefix);
    if (c->program)
        strbuf_puts(s, "\twasmelt_wasi2 *host;\n");
    for (uint32_t k = 0; k < g->funcs.count; k++)
        if (!g->funcs.data[k].is_import && c->funcs[k].is_called)
            strbuf_printf(s, "\twasmelt_canon lift%u;\n", (unsigned)k);
    for (uint32_t k = 0; k < g->canons.count; k++) {
        if (g->canons.data[k].kind == CANON_LOWER || async_is_built_in(g->canons.data[k].kind))
            strbuf_printf(s, "\twasmelt_canon canon%u;\n", (unsigned)k);
        strbuf_printf(s, "\twasmelt_func func%u;\n", (unsigned)k);
    }
    for (uint32_t k = 0; k < g->resources.count; k++)
        if (g->resources.data[k].destructor.kind != CORE_NONE)
            strbuf_printf(s, g->is_async ? "\twasmelt_canon destructor%u;\n" : "\tconst wasmelt_func *destructor%u;\n", (unsigned)k);
    strbuf_puts(s, "};\n");
}

/* ---- References to members of core instances ---- */

static void put_extern(strbuf *s, const core_ref *r) {
    if (r->kind == CORE_CANON) {
        strbuf_printf(s, "{.kind = WASMELT_EXTERN_FUNC, .func = &self->func%u}", (unsigned)r->index);
        return;
    }
    strbuf_printf(s, "wasmelt_canon_component_export(&self->base, %u, \"", (unsigned)r->index);
    put_string(s, r->name.bytes, r->name.length);
    strbuf_printf(s, "\", %zu)", r->name.length);
}

static void put_func(strbuf *s, const core_ref *r) {
    if (r->kind == CORE_CANON) {
        strbuf_printf(s, "&self->func%u", (unsigned)r->index);
        return;
    }
    put_extern(s, r);
    strbuf_puts(s, ".func");
}

static void put_options(strbuf *s, const char *place, const graph_options *o) {
    static const char *const encodings[] = {"WASMELT_CANON_UTF8", "WASMELT_CANON_UTF16", "WASMELT_CANON_LATIN1_UTF16"};
    strbuf_printf(s, "\t%s.encoding = %s;\n", place, encodings[o->encoding]);
    if (o->memory.kind != CORE_NONE) {
        strbuf_printf(s, "\t%s.memory = ", place);
        put_extern(s, &o->memory);
        strbuf_puts(s, ".memory;\n");
    }
    if (o->realloc.kind != CORE_NONE) {
        strbuf_printf(s, "\t%s.realloc = ", place);
        put_func(s, &o->realloc);
        strbuf_puts(s, ";\n");
    }
    if (o->callback.kind != CORE_NONE) {
        strbuf_printf(s, "\t%s.callback = ", place);
        put_func(s, &o->callback);
        strbuf_puts(s, ";\n");
    }
    if (o->post_return.kind != CORE_NONE) {
        strbuf_printf(s, "\t%s.post_return = ", place);
        put_func(s, &o->post_return);
        strbuf_puts(s, ";\n");
    }
}

/* ---- Steps ---- */

static void put_lift_step(canon_generator *c, strbuf *s, uint32_t k) {
    const graph_func *f = &c->g->funcs.data[k];
    char place[32];
    if (!c->funcs[k].is_called)
        return;
    snprintf(place, sizeof place, "self->lift%u", (unsigned)k);
    strbuf_printf(s, "\t%s.component = &self->base;\n\t%s.part = &self->base.parts[%u];\n\t%s.func = ", place, place, (unsigned)f->part,
                  place);
    put_func(s, &f->core);
    strbuf_puts(s, ";\n");
    put_options(s, place, &f->options);
    if (c->g->is_async)
        async_put_lift_options(c, s, place, k);
}

static void put_type_values(strbuf *s, const char *what, uint32_t k, const char *flat) {
    strbuf_printf(s, "static const wasmelt_valtype %s%u[] = {", what, (unsigned)k);
    for (const char *p = flat; *p; p++)
        strbuf_printf(s, "%s%s", p > flat ? ", " : "",
                      *p == 'i'   ? "WASMELT_I32"
                      : *p == 'I' ? "WASMELT_I64"
                      : *p == 'f' ? "WASMELT_F32"
                                  : "WASMELT_F64");
    strbuf_puts(s, "};\n");
}

static void put_types_of_canons(canon_generator *c, strbuf *s) {
    for (uint32_t k = 0; k < c->g->canons.count && has_room(c, s); k++) {
        core_signature g = calls_canon_signature(c, k);
        char result[] = {g.result, 0};
        strbuf_puts(s, "\n");
        if (g.params[0])
            put_type_values(s, "params", k, g.params);
        if (g.result)
            put_type_values(s, "results", k, result);
        strbuf_printf(s, "static const wasmelt_type type%u = {.supertype = WASMELT_NO_TYPE, .is_final = true, .group_size = 1",
                      (unsigned)k);
        if (g.params[0])
            strbuf_printf(s, ", .params = params%u, .param_count = %zu", (unsigned)k, strlen(g.params));
        if (g.result)
            strbuf_printf(s, ", .results = results%u, .result_count = 1", (unsigned)k);
        strbuf_puts(s, "};\n");
    }
}

static void put_canon_step(canon_generator *c, strbuf *s, uint32_t k) {
    const graph_canon *l = &c->g->canons.data[k];
    char place[32];
    snprintf(place, sizeof place, "self->canon%u", (unsigned)k);
    if (l->kind == CANON_LOWER || async_is_built_in(l->kind)) {
        strbuf_printf(s, "\t%s.component = &self->base;\n\t%s.part = &self->base.parts[%u];\n", place, place, (unsigned)l->part);
        put_options(s, place, &l->options);
        if (c->g->is_async)
            async_put_canon_options(c, s, place, k);
        if (l->table.kind != CORE_NONE) {
            strbuf_printf(s, "\t%s.table = ", place);
            put_extern(s, &l->table);
            strbuf_puts(s, ".table;\n");
        }
    }
    strbuf_printf(s, "\tif (!wasmelt_canon_component_func(&self->func%u, (wasmelt_code)core%u, self, &type%u, error))\n\t\treturn false;\n",
                  (unsigned)k, (unsigned)k, (unsigned)k);
}

/* Prints the function that makes a core instance. */
static void put_core(canon_generator *c, strbuf *s, uint32_t k) {
    const graph_core *i = &c->g->cores.data[k];
    const module *m = &c->g->modules.data[i->module]->m;
    strbuf_printf(s, "\nstatic bool make%u(%s *self, const wasmelt_options *options, wasmelt_error *error) {\n", (unsigned)k, c->prefix);
    if (m->import_count > 0)
        strbuf_puts(s, "\tconst wasmelt_import given[] = {\n");
    for (uint32_t n = 0; n < m->import_count; n++) {
        strbuf_puts(s, "\t\t{\"");
        put_string(s, m->imports[n].module.bytes, m->imports[n].module.length);
        strbuf_puts(s, "\", \"");
        put_string(s, m->imports[n].name.bytes, m->imports[n].name.length);
        strbuf_puts(s, "\", ");
        put_extern(s, &i->imports[n]);
        strbuf_puts(s, "},\n");
    }
    if (m->import_count > 0)
        strbuf_puts(s, "\t};\n");
    strbuf name = {0};
    canon_module_name(&name, c->name, i->module);
    strbuf_printf(s, "\treturn wasmelt_canon_component_core(&self->base, %u, &", (unsigned)k);
    symbol_put_module(s, name.data);
    strbuf_printf(s, "_module, %s, %u, options, error);\n}\n", m->import_count > 0 ? "given" : "NULL", (unsigned)m->import_count);
    strbuf_free(&name);
}

static void put_destructor(canon_generator *c, strbuf *s, uint32_t k) {
    const graph_resource *r = &c->g->resources.data[k];
    if (c->g->is_async)
        strbuf_printf(s,
                      "\tself->destructor%u = (wasmelt_canon){.component = &self->base, .part = &self->base.parts[%u], .may_block = %s, "
                      ".run = run_destructor%u};\n\tself->destructor%u.func = ",
                      (unsigned)k, (unsigned)r->part, c->g->parts.data[r->part].may_block ? "true" : "false", (unsigned)k, (unsigned)k);
    else
        strbuf_printf(s, "\tself->destructor%u = ", (unsigned)k);
    put_func(s, &r->destructor);
    strbuf_puts(s, ";\n");
}

static void put_step(canon_generator *c, strbuf *s, const graph_step *step) {
    switch (step->kind) {
    case STEP_RESOURCE:
        put_destructor(c, s, step->index);
        break;
    case STEP_CORE:
        strbuf_printf(s, "\tif (!make%u(self, options, error))\n\t\treturn false;\n", (unsigned)step->index);
        break;
    case STEP_CANON:
        put_canon_step(c, s, step->index);
        break;
    case STEP_LIFT:
        put_lift_step(c, s, step->index);
        break;
    }
}

/* The steps of making an instance, in functions of a bounded length: the time that compilers take for one grows faster than it does. */
static void put_steps(canon_generator *c, strbuf *s) {
    size_t count = c->g->steps.count;
    for (size_t k = 0; k < count && has_room(c, s); k++) {
        if (k % STEPS_OF_FUNCTION == 0)
            strbuf_printf(s, "\nstatic bool steps%zu(%s *self, const wasmelt_options *options, wasmelt_error *error) {\n",
                          k / STEPS_OF_FUNCTION, c->prefix);
        put_step(c, s, &c->g->steps.data[k]);
        if (k % STEPS_OF_FUNCTION == STEPS_OF_FUNCTION - 1 || k == count - 1)
            strbuf_puts(s, "\t(void)options, (void)error;\n\treturn true;\n}\n");
    }
    strbuf_printf(
        s,
        "\nstatic bool make_all(%s *self, const wasmelt_options *options, wasmelt_error *error) {\n\tstatic const uint32_t parents[] = {",
        c->prefix);
    for (size_t k = 0; k < c->g->parts.count; k++)
        strbuf_printf(s, k > 0 ? ", %uu" : "%uu", (unsigned)c->g->parts.data[k].parent);
    strbuf_printf(s, "};\n\tif (!wasmelt_canon_component_init(&self->base, parents, %zu, %zu, error))\n\t\treturn false;\n",
                  c->g->parts.count, c->g->cores.count);
    if (c->counts_fuel)
        strbuf_puts(s, "\tself->base.counts_fuel = true;\n");
    if (c->g->is_async)
        strbuf_puts(s, "\tif (!wasmelt_canon_async_init(&self->base, error))\n\t\treturn false;\n");
    for (size_t k = 0; k < count; k += STEPS_OF_FUNCTION)
        strbuf_printf(s, "\tif (!steps%zu(self, options, error))\n\t\treturn false;\n", k / STEPS_OF_FUNCTION);
    strbuf_puts(s, "\t(void)options;\n\treturn true;\n}\n");
}

void instance_put(canon_generator *c, strbuf *s) {
    const char *n = c->prefix, *given = header_given(c), *passed = c->program ? "host, " : header_has_imports(c) ? "imports, " : "";
    put_types_of_canons(c, s);
    for (uint32_t k = 0; k < c->g->cores.count && has_room(c, s); k++)
        put_core(c, s, k);
    put_steps(c, s);
    strbuf_printf(s, "\nwasmelt_status %s_instantiate_with(", n);
    strbuf_printf(s, given, n);
    strbuf_printf(s, "const wasmelt_options *options, struct %s **instance, wasmelt_error *error) {\n", n);
    strbuf_printf(s,
                  "\twasmelt_error unread;\n\t*instance = NULL;\n\terror = wasmelt_canon_no_error(error ? error : &unread);\n"
                  "\tstruct %s *const self = wasmelt_canon_component_new(sizeof *self, error);\n\tif (!self)\n\t\treturn error->status;\n",
                  n);
    if (header_has_imports(c))
        strbuf_puts(s, "\tself->imports = *imports;\n");
    if (c->uses_host && !c->program)
        strbuf_printf(
            s, "\tif (!wasmelt_wasi2_is_given(self->imports.wasi, error)) {\n\t\t%s_instance_free(self);\n\t\treturn error->status;\n\t}\n",
            n);
    if (c->program)
        strbuf_puts(s, "\tself->host = host;\n");
    strbuf_printf(
        s,
        "\tif (make_all(self, options, error))\n\t\t*instance = self;\n\telse\n\t\t%s_instance_free(self);\n\treturn error->status;\n}\n",
        n);
    strbuf_printf(s, "\nwasmelt_status %s_instantiate(", n);
    strbuf_printf(s, given, n);
    strbuf_printf(s, "struct %s **instance, wasmelt_error *error) {\n\treturn %s_instantiate_with(%sNULL, instance, error);\n}\n", n, n,
                  passed);
    strbuf_printf(s, "\nvoid %s_instance_free(%s *self) {\n\twasmelt_canon_component_free(self ? &self->base : NULL);\n}\n", n, n);
}
