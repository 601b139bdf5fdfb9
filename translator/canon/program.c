#include "canon/program.h"

#include "base/say.h"
#include "emit/generator.h"
#include "emit/main.h"

#define RUN "wasi:cli/run"
#define WHAT "components other than programs of WASI 0.2"

typedef struct hosted {
    const char *interface, *name, *id, *type;
} hosted;

static const hosted functions[] = {
#define WASI2_FUNC(interface, name, id, type, result, parameters) {interface, name, #id, type},
#include <wasmelt/wasi_0_2.def>
#undef WASI2_FUNC
};

/* ---- What the host has ---- */

/* Whether the name begins with this text and has a version of WASI 0.2. */
static bool is_of_wasi(span name, const char *text, bool is_whole) {
    size_t length = strlen(text);
    if (name.length < length || memcmp(name.bytes, text, length) != 0)
        return false;
    const uint8_t *at = memchr(name.bytes, '@', name.length);
    size_t rest = at ? name.length - (size_t)(at - name.bytes) : 0;
    return rest > 5 && memcmp(at, "@0.2.", 5) == 0 && (!is_whole || at == name.bytes + length);
}

/* The function of that interface, of whatever type; or null. */
static const hosted *find(const graph_func *f) {
    for (size_t k = 0; k < sizeof functions / sizeof *functions; k++)
        if (span_is(f->name, functions[k].name) && is_of_wasi(f->interface, functions[k].interface, true))
            return &functions[k];
    return NULL;
}

/* Whether a program may import functions of the interface that the host does not have: they end it when they are called. */
static bool may_be_missing(span interface) {
    static const char *const beginnings[] = {"wasi:http/", "wasi:clocks/timezone"};
    for (size_t k = 0; k < sizeof beginnings / sizeof *beginnings; k++)
        if (is_of_wasi(interface, beginnings[k], false))
            return true;
    return false;
}

/* ---- Checking ---- */

static bool refuse(diag *d, size_t offset, const char *what, span interface, span name, const char *why) {
    strbuf s = {0};
    strbuf_puts(&s, what);
    for (int k = 0; k < 2; k++) {
        span text = k == 0 ? interface : name;
        if (text.length == 0)
            continue;
        strbuf_puts(&s, " \"");
        say_quoted(&s, text.bytes, text.length, 100);
        strbuf_put(&s, '"');
    }
    strbuf_puts(&s, why);
    diag_unsupported(d, offset, WHAT, s.data);
    strbuf_free(&s);
    return false;
}

bool program_select(graph *g) {
    const span nothing = {NULL, 0};
    for (size_t k = 0; k < g->exports.count; k++) {
        const graph_export e = g->exports.data[k];
        if (!is_of_wasi(e.interface, RUN, true) || !span_is(e.name, "run"))
            continue;
        g->exports.data[0] = e;
        g->exports.count = 1;
        return true;
    }
    if (g->root->export_count == 0)
        return refuse(g->diag, g->root->offset, "this one exports nothing", nothing, nothing, "");
    return refuse(g->diag, g->root->exports[0].offset, "this one exports", g->root->exports[0].name, nothing, " and no " RUN "@0.2");
}

static bool has_type(const canon_generator *c, uint32_t func, const char *type) {
    strbuf s = {0};
    type_text_put(c, &s, func);
    bool has = strcmp(s.data, type) == 0;
    strbuf_free(&s);
    return has;
}

bool program_has_func(const canon_generator *c, uint32_t func) {
    const graph_func *f = &c->g->funcs.data[func];
    if (!f->is_import || c->program)
        return f->is_import;
    for (size_t k = 0; k < c->g->exports.count; k++)
        if (c->g->exports.data[k].func == func)
            return false; /* whoever calls it would need a typed function */
    const hosted *h = find(f);
    return h && has_type(c, func, h->type);
}

bool program_has_resource(const canon_generator *c, span interface) {
    static const char *const packages[] = {"wasi:cli/", "wasi:io/", "wasi:clocks/", "wasi:random/", "wasi:filesystem/", "wasi:sockets/"};
    for (size_t k = 0; k < sizeof packages / sizeof *packages; k++)
        if (is_of_wasi(interface, packages[k], false))
            return true;
    return c->program;
}

const char *program_host(const canon_generator *c) {
    return c->program ? "self->host" : "self->imports.wasi";
}

bool program_check(const canon_generator *c) {
    for (uint32_t k = 0; k < c->g->funcs.count; k++) {
        const graph_func *f = &c->g->funcs.data[k];
        if (!f->is_import || !c->funcs[k].is_called)
            continue;
        const hosted *h = find(f);
        if (h ? !has_type(c, k, h->type) : !may_be_missing(f->interface))
            return refuse(c->g->diag, f->offset, "this one imports", f->interface, f->name, h ? " with another type" : "");
    }
    uint32_t run = c->g->exports.data[0].func;
    return has_type(c, run, "()->result<_,_>") || refuse(c->g->diag, c->g->funcs.data[run].offset, "this one exports",
                                                         c->g->exports.data[0].interface, (span){NULL, 0}, " with another type");
}

/* ---- Calls of the host ---- */

/* Prints what ends the program where a function is called that the host does not have. */
static void put_missing(strbuf *s, uint32_t canon, const graph_func *f, const core_signature *g) {
    strbuf_printf(s, "\twasmelt_canon_may_leave(self->canon%u.part);\n\twasmelt_wasi2_missing(\"", (unsigned)canon);
    put_string(s, f->interface.bytes, f->interface.length);
    strbuf_puts(s, "\", \"");
    put_string(s, f->name.bytes, f->name.length);
    strbuf_puts(s, "\");\n");
    if (g->result)
        strbuf_puts(s, "\treturn 0;\n");
}

void program_put_body(const canon_generator *c, strbuf *s, uint32_t canon, const core_signature *g) {
    const uint32_t func = c->g->canons.data[canon].func;
    const graph_func *f = &c->g->funcs.data[func];
    const hosted *h = find(f);
    if (!h) {
        put_missing(s, canon, f, g);
        return;
    }
    strbuf_printf(s, "\twasmelt_canon_call c = wasmelt_canon_begin(&self->canon%u);\n", (unsigned)canon);
    strbuf_printf(s, "\tconst wasmelt_wasi2_call w = {%s, &c, ", program_host(c));
    type_resources_put(c, s, func);
    strbuf_puts(s, "};\n\t");
    if (g->result)
        strbuf_printf(s, "const %s result = ", calls_core_type(g->result));
    strbuf_printf(s, "wasmelt_wasi2_%s(&w", h->id);
    for (size_t k = 0; g->params[k]; k++)
        strbuf_printf(s, ", p%zu", k);
    strbuf_puts(s, ");\n\twasmelt_canon_end(&c);\n");
    if (g->result)
        strbuf_puts(s, "\treturn result;\n");
}

/* ---- main ---- */

void program_put_main(const canon_generator *c, strbuf *s) {
    const char *n = c->prefix;
    strbuf program = {0};
    strbuf_printf(&program, "%s_program", n);
    strbuf_printf(s,
                  "\nstatic wasmelt_status %s_make(wasmelt_wasi2 *host, const wasmelt_options *options, void **made, wasmelt_error *error) "
                  "{\n\tstruct %s *self;\n\tconst wasmelt_status status = %s_instantiate_with(host, options, &self, error);\n\t*made = "
                  "self;\n\treturn status;\n}\n",
                  program.data, n, n);
    strbuf_printf(s, "\nstatic bool %s_run(void *made) {\n\treturn !%s(made).is_err;\n}\n", program.data, c->exports[0]);
    strbuf_printf(s, "\nstatic void %s_free(void *made) {\n\t%s_instance_free(made);\n}\n\n", program.data, n);
    strbuf_printf(s, "static const wasmelt_wasi2_program %s = {%s_make, %s_run, %s_free, %s};\n\n", program.data, program.data,
                  program.data, program.data, c->program->fuel ? "true" : "false");
    out o = {.text = *s};
    main_put(&o, c->program, "wasmelt_wasi2_main", program.data, "");
    *s = o.text;
    strbuf_free(&program);
}
