#include "canon/canon.h"

#include "canon/program.h"
#include "emit/generator.h"
#include "emit/symbols.h"

/* The limit on the C that a component may become without its modules: FREE_OUTPUT, and OUTPUT_FOR_BYTE for each of its bytes. A record of a
 * hundred fields is ten times as long in C when it is converted in four ways; a small component can use one that is large often. But one of
 * 1 KB can make thousands of instances with functions between them, and GCC takes 8 s for a megabyte of these. */
#define FREE_OUTPUT ((size_t)4 << 20)
#define OUTPUT_FOR_BYTE 100

void canon_module_name(strbuf *s, const char *name, uint32_t k) {
    strbuf_printf(s, "%s_m%u", name, (unsigned)k);
}

static void put_top(strbuf *s, const canon_generator *c, const char *from) {
    strbuf_printf(s, MADE_BY "%s from ", c->name, WASMELT_VERSION);
    put_comment_text(s, (span){(const uint8_t *)from, strlen(from)});
    strbuf_puts(s, ". Do not edit. */\n");
}

static void put_source(canon_generator *c, strbuf *s) {
    strbuf_puts(
        s, "/* a: arguments; flat: values as core functions are passed them, each in 64 bits; at: a place in the memory of a module. */\n");
    strbuf_printf(
        s, "#include \"%s.h\"\n\n#include <wasmelt/code/%s.h>\n#include <wasmelt/code/quiet.h> /* parameters that are not used */\n\n",
        c->name, c->g->is_async ? "async" : "component");
    if (c->uses_host)
        strbuf_puts(s, "#include <wasmelt/code/wasi2.h>\n");
    if (c->program && c->program->invoke)
        strbuf_puts(s, "#include <wasmelt/code/wave.h>\n");
    for (uint32_t k = 0; k < c->g->modules.count; k++) {
        strbuf_puts(s, "#include \"");
        canon_module_name(s, c->name, k);
        strbuf_puts(s, ".h\"\n");
    }
    types_put(c, s, false);
    instance_put_struct(c, s);
    async_put_elements(c, s, false);
    convert_put(c, s);
    async_put_elements(c, s, true);
    calls_put(c, s);
    streams_put(c, s, true);
    host_calls_put(c, s, true);
    instance_put(c, s);
    if (c->program && c->program->invoke)
        wave_put(c, s);
    if (c->program)
        program_put_main(c, s);
}

bool canon_make(canon_text *text, graph *g, const char *name, const translate_options *options, diag *d) {
    const char *from = options->source, *mark = options->mark;
    *text = (canon_text){0};
    strbuf prefix = {0};
    symbol_put_component(&prefix, name);
    canon_generator c = {.g = g, .name = name, .prefix = prefix.data, .most = FREE_OUTPUT + OUTPUT_FOR_BYTE * g->root->input.length};
    c.program = options->emit_main ? options : NULL;
    c.counts_fuel = options->fuel;
    shapes_init(&c.shapes, g);
    bool ok = (!c.program || program_select(g, options->invoke != NULL)) && names_make(&c) && (!c.program || program_check(&c)) &&
              names_check_public(&c);
    text->is_miscalled = ok && c.program && options->invoke && !wave_names_function(&c);
    if (ok && !text->is_miscalled) {
        put_top(&text->header, &c, from);
        header_put(&c, &text->header);
        put_top(&text->source, &c, from);
        put_source(&c, &text->source);
        if (mark)
            strbuf_printf(&text->source, "\n__asm__(\".ident \\\"" MARK_FORMAT "%s\\\"\");\n", mark, WASMELT_VERSION);
        ok = has_room(&c, &text->header) && has_room(&c, &text->source);
        if (!ok)
            diag_unsupported(d, g->root->offset, "components that become this much C", NULL);
    }
    shapes_free(&c.shapes);
    strbuf_free(&prefix);
    return ok && !text->is_miscalled;
}

void canon_free(canon_text *text) {
    strbuf_free(&text->header);
    strbuf_free(&text->source);
}
