/* Prints NAME.h: what hosts include. */
#include "canon/generator.h"
#include "emit/generator.h"

bool header_has_imports(const canon_generator *c) {
    if (c->program)
        return false;
    if (c->uses_host)
        return true;
    for (uint32_t k = 0; k < c->g->funcs.count; k++)
        if (c->funcs[k].context)
            return true;
    for (size_t k = 0; k < c->g->resources.count; k++)
        if (c->resources[k].context)
            return true;
    return false;
}

const char *header_given(const canon_generator *c) {
    return c->program ? "wasmelt_wasi2 *host, %.0s" : header_has_imports(c) ? "const %s_imports *imports, " : "%.0s";
}

/* ---- Imports ---- */

static void put_contexts(canon_generator *c, strbuf *s) {
    strbuf_printf(s,
                  "\n/* The first arguments of the functions that the host defines, for each interface. */\ntypedef struct %s_imports {\n",
                  c->prefix);
    if (c->uses_host)
        strbuf_puts(s, "\twasmelt_wasi2 *wasi; /* what the instance gets of WASI 0.2; it must outlive it */\n");
    for (uint32_t k = 0; k < c->g->funcs.count; k++)
        if (c->funcs[k].is_first)
            strbuf_printf(s, "\tvoid *%s;\n", c->funcs[k].context);
    for (size_t k = 0; k < c->g->resources.count; k++)
        if (c->resources[k].is_first)
            strbuf_printf(s, "\tvoid *%s;\n", c->resources[k].context);
    strbuf_printf(s, "} %s_imports;\n", c->prefix);
}

/* Appends a comment with the names of an import or export. */
static void put_comment(strbuf *s, span interface, span name) {
    strbuf_puts(s, "\n/* ");
    if (interface.length > 0) {
        put_comment_text(s, interface);
        strbuf_put(s, ' ');
    }
    put_comment_text(s, name);
    strbuf_puts(s, " */\n");
}

static void put_import_functions(canon_generator *c, strbuf *s) {
    strbuf_puts(s, "\n/* The host defines these. What they are passed is the component's until they return; what they return stays the "
                   "host's, and has to be\n"
                   " * there until the component calls the host again or returns to it. */\n");
    for (uint32_t k = 0; k < c->g->funcs.count && has_room(c, s); k++) {
        if (!c->funcs[k].context)
            continue;
        put_comment(s, c->g->funcs.data[k].interface, c->g->funcs.data[k].name);
        strbuf_printf(s, "%s %s(void *context", types_result(c, k), c->funcs[k].name);
        types_put_params(c, s, k, true);
        strbuf_puts(s, ");\n");
    }
    for (size_t k = 0; k < c->g->resources.count; k++) {
        if (!c->resources[k].context)
            continue;
        put_comment(s, c->g->resources.data[k].interface, c->g->resources.data[k].name);
        strbuf_printf(s, "void %s(void *context, uint32_t rep); /* the component has dropped the last handle */\n", c->resources[k].drop);
    }
}

/* ---- Exports ---- */

static void put_export_functions(canon_generator *c, strbuf *s) {
    for (size_t k = 0; k < c->g->exports.count && has_room(c, s); k++) {
        const graph_export *e = &c->g->exports.data[k];
        put_comment(s, e->interface, e->name);
        strbuf_printf(s, "%s %s(%s *self", types_result(c, e->func), c->exports[k], c->prefix);
        types_put_params(c, s, e->func, true);
        strbuf_puts(s, ");\n");
    }
    for (size_t k = 0; k < c->g->resources.count; k++) {
        const resource_name *n = &c->resources[k];
        if (c->g->resources.data[k].part != NO_INDEX && n->drop)
            strbuf_printf(
                s,
                "\n/* Destroys it: the handle, and the same one borrowed, must not be used any more. */\nvoid %s(%s *self, %s handle);\n",
                n->drop, c->prefix, c->names[n->own].type);
    }
}

void header_put(canon_generator *c, strbuf *s) {
    const char *n = c->prefix, *given = header_given(c);
    strbuf_printf(s, "#ifndef WASMELT_COMPONENT_%s_H\n#define WASMELT_COMPONENT_%s_H\n\n", n, n);
    if (c->program)
        strbuf_puts(s, "#include <wasmelt/code/wasi2.h>\n");
    else if (c->uses_host)
        strbuf_puts(s, "#include <wasmelt/wasi2.h>\n");
    strbuf_puts(s, "#include <wasmelt/component.h>\n#include <wasmelt/wasmelt.h>\n\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n");
    strbuf_printf(
        s,
        "\n/* One instance. Calls on it may raise traps: make them inside wasmelt_run (wasmelt/trap.h). After a trap it cannot be called "
        "any more.\n"
        " * One thread at a time may use it. What a call returns is there until the next call on the same instance has returned. */\n"
        "typedef struct %s %s;\n",
        n, n);
    types_put(c, s, true);
    if (header_has_imports(c)) {
        put_contexts(c, s);
        put_import_functions(c, s);
    }
    strbuf_puts(s, "\n/* Makes an instance, with all modules in it; see wasmelt_instantiate for the errors. With options: the host's "
                   "limits, of each module.\n"
                   " * *instance is null after a failure. */\n");
    strbuf_printf(s, "wasmelt_status %s_instantiate(", n);
    strbuf_printf(s, given, n);
    strbuf_printf(s, "struct %s **instance, wasmelt_error *error);\nwasmelt_status %s_instantiate_with(", n, n);
    strbuf_printf(s, given, n);
    strbuf_printf(s, "const wasmelt_options *options, struct %s **instance, wasmelt_error *error);\nvoid %s_instance_free(%s *self);\n", n,
                  n, n);
    streams_put(c, s, false);
    put_export_functions(c, s);
    host_calls_put(c, s, false);
    strbuf_puts(s, "\n#ifdef __cplusplus\n}\n#endif\n#endif\n");
}
