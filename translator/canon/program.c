#include "canon/program.h"

#include <stdio.h>

#include "base/say.h"
#include "emit/generator.h"
#include "emit/main.h"

#define RUN "wasi:cli/run"
#define PROGRAMS "components other than programs of WASI 0.2 and 0.3"
#define INVOKED "--invoke of components that need another host than WASI 0.2 and 0.3"
#define HOST_DEFINES "; --emit=lib makes a C library, whose host defines it"

/* A function of the runtime: wasmelt_ID. */
typedef struct hosted {
    const char *interface, *name, *id, *type;
    unsigned version; /* 2: of WASI 0.2; 3: of 0.3 */
} hosted;

static const hosted functions[] = {
#define WASI2_FUNC(interface, name, id, type, result, parameters) {interface, name, "wasi2_" #id, type, 2},
#include <wasmelt/wasi_0_2.def>
#undef WASI2_FUNC
#define WASI3_SAME(interface, name, id, type) {interface, name, "wasi2_" #id, type, 3},
#define WASI3_FUNC(interface, name, id, type, result, parameters) {interface, name, "wasi3_" #id, type, 3},
#include <wasmelt/wasi_0_3.def>
#undef WASI3_FUNC
#undef WASI3_SAME
};

/* ---- What the host has ---- */

/* The version of WASI in the name, 2 for 0.2 or 3 for 0.3 and its release candidates; 0 if it has another or does not begin with this
 * text. */
static unsigned version_of(span name, const char *text, bool is_whole) {
    size_t length = strlen(text);
    if (name.length < length || memcmp(name.bytes, text, length) != 0)
        return 0;
    const uint8_t *at = memchr(name.bytes, '@', name.length);
    size_t rest = at ? name.length - (size_t)(at - name.bytes) : 0;
    if (rest <= 5 || (is_whole && at != name.bytes + length))
        return 0;
    return memcmp(at, "@0.2.", 5) == 0 ? 2 : memcmp(at, "@0.3.", 5) == 0 ? 3 : 0;
}

/* The function of that interface, of whatever type; or null. */
static const hosted *find(const graph_func *f) {
    for (size_t k = 0; k < sizeof functions / sizeof *functions; k++)
        if (span_is(f->name, functions[k].name) && version_of(f->interface, functions[k].interface, true) == functions[k].version)
            return &functions[k];
    return NULL;
}

/* Whether a program may import functions of the interface that the host does not have: they end it when they are called. */
static bool may_be_missing(span interface) {
    static const char *const beginnings[] = {"wasi:http/", "wasi:clocks/timezone"};
    for (size_t k = 0; k < sizeof beginnings / sizeof *beginnings; k++)
        if (version_of(interface, beginnings[k], false) != 0)
            return true;
    return false;
}

/* ---- Checking ---- */

static bool refuse(diag *d, size_t offset, const char *feature, const char *what, span interface, span name, const char *why) {
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
    diag_unsupported(d, offset, feature, s.data);
    strbuf_free(&s);
    return false;
}

/* Leaves the exports that are the component's own, not imports that it passes on. */
static bool select_own(graph *g) {
    size_t count = 0;
    for (size_t k = 0; k < g->exports.count; k++)
        if (!g->funcs.data[g->exports.data[k].func].is_import)
            g->exports.data[count++] = g->exports.data[k];
    g->exports.count = count;
    return count > 0 || diag_unsupported(g->diag, g->root->offset, "--invoke of a component that exports no functions", NULL);
}

/* A component that has both becomes a program of the newer one. */
bool program_select(graph *g, bool invoke) {
    if (invoke)
        return select_own(g);
    const span nothing = {NULL, 0};
    const graph_export *found = NULL;
    unsigned version = 0;
    for (size_t k = 0; k < g->exports.count; k++) {
        const graph_export *e = &g->exports.data[k];
        const unsigned its = version_of(e->interface, RUN, true);
        if (its > version && span_is(e->name, "run")) {
            found = e;
            version = its;
        }
    }
    if (found) {
        g->exports.data[0] = *found;
        g->exports.count = 1;
        return true;
    }
    if (g->root->export_count == 0)
        return refuse(g->diag, g->root->offset, PROGRAMS, "this one exports nothing", nothing, nothing, "");
    return refuse(g->diag, g->root->exports[0].offset, PROGRAMS, "this one exports", g->root->exports[0].name, nothing,
                  " and no " RUN "@0.2 or @0.3; --emit=lib makes a C library of it");
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
        if (version_of(interface, packages[k], false) != 0)
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
            return refuse(c->g->diag, f->offset, c->program->invoke ? INVOKED : PROGRAMS, "this one imports", f->interface, f->name,
                          h ? " with another type" HOST_DEFINES : HOST_DEFINES);
    }
    if (c->program->invoke)
        return true;
    uint32_t run = c->g->exports.data[0].func;
    const bool is_right = has_type(c, run, "()->result<_,_>") || has_type(c, run, "async()->result<_,_>");
    return is_right || refuse(c->g->diag, c->g->funcs.data[run].offset, PROGRAMS, "this one exports", c->g->exports.data[0].interface,
                              (span){NULL, 0}, " with another type");
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

/* Prints the call, whose value, of a function that has one, is the result. */
static void put_call(strbuf *s, const hosted *h, const core_signature *own, const core_signature *g) {
    strbuf_printf(s, "wasmelt_%s(&w", h->id);
    size_t count = 0;
    for (; own->params[count] && !(own->result_in_memory && !own->params[count + 1]); count++) {
        char element[16];
        strbuf_puts(s, ", ");
        if (g->params_in_memory) {
            snprintf(element, sizeof element, "flat[%zu]", count);
            calls_put_from_bits(s, own->params[count], element);
        } else {
            strbuf_printf(s, "p%zu", count);
        }
    }
    if (own->result_in_memory)
        strbuf_printf(s, ", p%zu", strlen(g->params) - 1);
    strbuf_puts(s, ")");
}

void program_put_body(const canon_generator *c, strbuf *s, uint32_t canon, const core_signature *g) {
    const uint32_t func = c->g->canons.data[canon].func;
    const graph_func *f = &c->g->funcs.data[func];
    const hosted *h = find(f);
    if (!h) {
        put_missing(s, canon, f, g);
        return;
    }
    const bool is_async = c->g->canons.data[canon].options.is_async, may_wait = f->type->is_async;
    const core_signature own = calls_signature(c, func, false);
    strbuf_printf(s, "\twasmelt_canon_call c = wasmelt_canon_begin(&self->canon%u);\n", (unsigned)canon);
    if (may_wait)
        strbuf_puts(s, "\tc.is_async = true;\n");
    if (g->params_in_memory)
        flatten_put(c, s, func);
    strbuf_printf(s, "\twasmelt_wasi2_call w = {%s, &c, ", program_host(c));
    type_resources_put(c, s, func);
    strbuf_puts(s, ", ");
    if (c->g->is_async)
        type_elements_put(c, s, func);
    else
        strbuf_puts(s, "NULL");
    strbuf_printf(s, ", %s, NULL};\n\t", h->version == 3 ? "true" : "false");
    if (own.result) {
        const shape *result = shape_at(c, c->funcs[func].result);
        strbuf_printf(s, "const %s result = ", calls_core_type(own.result));
        put_call(s, h, &own, g);
        strbuf_puts(s, ";\n");
        if (g->result_in_memory)
            strbuf_printf(s, "\tstore_u%u(&c, (u%u)result, wasmelt_canon_range(&c, p%zu, 1, %u, %u));\n", (unsigned)result->bytes * 8,
                          (unsigned)result->bytes * 8, strlen(g->params) - 1, (unsigned)result->bytes, (unsigned)result->alignment);
    } else {
        put_call(s, h, &own, g);
        strbuf_puts(s, ";\n");
    }
    if (may_wait)
        strbuf_puts(s, is_async ? "\treturn wasmelt_wasi3_end(&w);\n" : "\twasmelt_wasi3_end_waiting(&w);\n");
    else
        strbuf_puts(s, "\twasmelt_canon_end(&c);\n");
    if (is_async && !may_wait)
        strbuf_puts(s, "\treturn WASMELT_CANON_RETURNED;\n");
    else if (!is_async && own.result)
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
    if (!c->program->invoke)
        strbuf_printf(s, "\nstatic bool %s_run(void *made) {\n\treturn !%s(made).is_err;\n}\n", program.data, c->exports[0]);
    strbuf_printf(s, "\nstatic void %s_free(void *made) {\n\t%s_instance_free(made);\n}\n\n", program.data, n);
    strbuf_printf(s, "static const wasmelt_wasi2_program %s = {%s_make, ", program.data, program.data);
    strbuf_printf(s, c->program->invoke ? "NULL" : "%s_run", program.data);
    strbuf_printf(s, ", %s_free, %s, ", program.data, c->program->fuel ? "true" : "false");
    strbuf_printf(s, c->program->invoke ? "&%s_calls};\n\n" : "NULL};\n\n", n);
    out o = {.text = *s};
    main_put(&o, c->program, "wasmelt_wasi2_main", program.data, "");
    *s = o.text;
    strbuf_free(&program);
}
