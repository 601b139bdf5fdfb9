#include "emit/entries.h"

#include "emit/module.h"
#include "emit/names.h"

/* ---- Types: numbers by value, vectors by the address of their 16 bytes, references as pointers ---- */

static void put_plain_param(strbuf *s, const module *m, wasmelt_valtype t, uint32_t k) {
    const representation *r = representation_of(m, t);
    if (r->is_vector)
        strbuf_printf(s, "const void *p%u", (unsigned)k);
    else if (wasmelt_is_ref(t))
        strbuf_printf(s, "void *p%u", (unsigned)k);
    else
        strbuf_printf(s, "%s p%u", r->header, (unsigned)k);
}

static const char *pointer_to(const module *m, wasmelt_valtype t) {
    const representation *r = representation_of(m, t);
    return r->is_vector ? "void *" : wasmelt_is_ref(t) ? "void **" : NULL;
}

static void put_plain_result(strbuf *s, const module *m, wasmelt_valtype t, uint32_t k) {
    const char *pointer = pointer_to(m, t);
    if (pointer)
        strbuf_printf(s, "%sr%u", pointer, (unsigned)k);
    else
        strbuf_printf(s, "%s *r%u", representation_of(m, t)->header, (unsigned)k);
}

static void put_function(strbuf *s, const generator *g, uint32_t export, const type_def *t) {
    strbuf_printf(s, "int %s(wasmelt_ffi *guest", g->export_names[export]);
    for (uint32_t k = 0; k < t->param_count; k++) {
        strbuf_puts(s, ", ");
        put_plain_param(s, g->m, t->params[k], k);
    }
    for (uint32_t k = 0; k < t->result_count; k++) {
        strbuf_puts(s, ", ");
        put_plain_result(s, g->m, t->results[k], k);
    }
    strbuf_puts(s, ")");
}

/* The type of the address of a global's value. */
static void put_address_type(strbuf *s, const module *m, const global *g) {
    const char *pointer = pointer_to(m, g->type), *constant = g->is_mutable ? "" : "const ";
    if (wasmelt_is_ref(g->type))
        strbuf_puts(s, g->is_mutable ? pointer : "void *const *");
    else if (pointer)
        strbuf_printf(s, "%s%s", constant, pointer);
    else
        strbuf_printf(s, "%s%s *", constant, representation_of(m, g->type)->header);
}

/* What an exported table, memory, global or tag is for callers. */
static void put_object_type(strbuf *s, const module *m, const export *e) {
    if (e->kind == EXTERN_MEMORY)
        strbuf_puts(s, "uint8_t *");
    else if (e->kind == EXTERN_TABLE)
        strbuf_puts(s, "wasmelt_table *");
    else if (e->kind == EXTERN_TAG)
        strbuf_puts(s, "const wasmelt_tag *");
    else
        put_address_type(s, m, &m->globals[e->index]);
}

/* Appends the function for an export, without what follows the parameters. */
static void put_entry(strbuf *s, const generator *g, uint32_t k) {
    const module *m = g->m;
    const export *e = &m->exports[k];
    if (e->kind == EXTERN_FUNC) {
        put_function(s, g, k, &m->types[m->funcs[e->index].type]);
        return;
    }
    put_object_type(s, m, e);
    strbuf_printf(s, "%s(wasmelt_ffi *guest%s)", g->export_names[k], e->kind == EXTERN_MEMORY ? ", uint64_t *bytes" : "");
}

/* ---- The header ---- */

/* A function that the host provides has a C type that callers without a compiler can make: no vectors, and one result. */
static bool is_plain_import(const module *m, const type_def *t) {
    bool is_plain = t->result_count < 2;
    for (uint32_t k = 0; k < t->param_count; k++)
        is_plain = is_plain && !representation_of(m, t->params[k])->is_vector;
    for (uint32_t k = 0; k < t->result_count; k++)
        is_plain = is_plain && !representation_of(m, t->results[k])->is_vector;
    return is_plain;
}

static void put_import_type(const generator *g, out *o, uint32_t k) {
    const module *m = g->m;
    const import *i = &m->imports[k];
    const type_def *t = i->kind == EXTERN_FUNC ? &m->types[m->funcs[i->index].type] : NULL;
    strbuf *s = &o->text;
    put_import_comment(o, i);
    if (!t || !is_plain_import(m, t)) {
        out_line(o, "/* %s */", t ? "only code from a C compiler can provide this function: its type is not plain" : "not a function");
        return;
    }
    const char *result = t->result_count == 0 ? "void " : wasmelt_is_ref(t->results[0]) ? "void *" : NULL;
    strbuf_puts(s, "typedef ");
    if (result)
        strbuf_puts(s, result);
    else
        strbuf_printf(s, "%s ", representation_of(m, t->results[0])->header);
    strbuf_printf(s, "%s(void *context", g->import_names[k]);
    for (uint32_t p = 0; p < t->param_count; p++) {
        strbuf_puts(s, ", ");
        put_plain_param(s, m, t->params[p], p);
    }
    strbuf_puts(s, ");\n");
    out_drain(o);
}

static bool exports(const module *m, extern_kind kind) {
    for (uint32_t k = 0; k < m->export_count; k++)
        if (m->exports[k].kind == kind)
            return true;
    return false;
}

/* What a module that imports something needs of wasmelt/ffi.h and wasmelt/wasi.h. */
static void put_providing(const generator *g, out *o) {
    const module *m = g->m;
    uint32_t from_wasi = 0;
    const char *family;
    for (uint32_t k = 0; k < m->import_count; k++)
        from_wasi += m->imports[k].kind == EXTERN_FUNC && is_provided_import(g, &m->imports[k], &family);
    if (from_wasi > 0) {
        out_line(o, "/* WASI: before the instantiation. The context has nothing at first; it must live as long as the guest. */");
        out_line(o, "typedef struct wasmelt_wasi wasmelt_wasi;");
        out_line(o, "wasmelt_wasi *wasmelt_wasi_new(void);");
        out_line(o, "void wasmelt_wasi_free(wasmelt_wasi *wasi);");
        out_line(o, "int wasmelt_ffi_provide_wasi(wasmelt_ffi *guest, wasmelt_wasi *wasi);\n");
    }
    if (from_wasi == m->import_count)
        return;
    out_line(o,
             "/* Before the instantiation: `code`, which has one of the types below, is what the module imports by these names; `context`");
    out_line(o, " * becomes its first argument. If it fails, it says so by wasmelt_ffi_fail, and returns. */");
    out_line(o, "int wasmelt_ffi_provide(wasmelt_ffi *guest, const char *module, const char *name, void (*code)(void), void *context);");
    out_line(o, "void wasmelt_ffi_fail(wasmelt_ffi *guest, const char *message);\n");
    for (uint32_t k = 0; k < m->import_count; k++)
        if (!g->import_repeats[k] && (m->imports[k].kind != EXTERN_FUNC || !is_provided_import(g, &m->imports[k], &family)))
            put_import_type(g, o, k);
    out_line(o, "%s", "");
}

static void put_lifetime(const generator *g, out *o) {
    out_line(o,
             "/* An instance, with what is provided for it. One thread at a time may use it. Functions that return an int return 0; or 1,");
    out_line(o, " * after a trap or another error, which wasmelt_ffi_error tells; or 2 if the guest has ended itself. */");
    out_line(o, "typedef struct wasmelt_ffi wasmelt_ffi;\n");
    out_line(o, "wasmelt_ffi *%s_" ENTRIES_NEW "(void); /* null: memory is short */", g->name);
    out_line(o, "int %s_instantiate(wasmelt_ffi *guest); /* once, and before all that follows below */", g->name);
    out_line(o, "void %s_instance_free(wasmelt_ffi *guest);", g->name);
    out_line(o, "const char *wasmelt_ffi_error(const wasmelt_ffi *guest);");
    out_line(o, "int32_t wasmelt_ffi_exit_status(const wasmelt_ffi *guest);\n");
}

static void put_export_declarations(const generator *g, out *o) {
    const module *m = g->m;
    if (exports(m, EXTERN_TABLE))
        out_line(o, "typedef struct wasmelt_table wasmelt_table;");
    if (exports(m, EXTERN_TAG))
        out_line(o, "typedef struct wasmelt_tag wasmelt_tag;");
    out_line(
        o,
        "/* The exports. p: arguments; r: where results go, if the call returns 0. A v128 is 16 bytes. A memory is where it begins; its");
    out_line(o, " * size, which may grow, goes to `bytes`. A global is the address of its value. */");
    for (uint32_t k = 0; k < m->export_count; k++) {
        put_export_comment(g, o, k);
        put_entry(&o->text, g, k);
        strbuf_puts(&o->text, ";\n");
        out_drain(o);
    }
}

void entries_put_header(const generator *g, out *o) {
    const char *name = g->options->name;
    out_line(o, "#ifndef WASMELT_MODULE_%s_FFI_H", name);
    out_line(o, "#define WASMELT_MODULE_%s_FFI_H\n", name);
    out_line(o, "#include <stdint.h>\n");
    out_line(o, "#define WASMELT_NAME_%s %s /* what its names in C begin with: see wasmelt/names.h */\n", name, g->name);
    out_line(o, "#ifdef __cplusplus\nextern \"C\" {\n#endif\n");
    put_lifetime(g, o);
    put_providing(g, o);
    put_export_declarations(g, o);
    out_line(o, "\n#ifdef __cplusplus\n}\n#endif\n#endif");
}

/* ---- The functions ---- */

static void put_argument(out *o, const module *m, wasmelt_valtype t, uint32_t k) {
    const representation *r = representation_of(m, t);
    out_line(o, r->is_vector ? "memcpy(v[%u].%s, p%u, 16);" : "v[%u].%s = p%u;", (unsigned)k, r->member, (unsigned)k);
}

static void put_taken(out *o, const module *m, wasmelt_valtype t, uint32_t k) {
    const representation *r = representation_of(m, t);
    if (r->is_vector)
        out_line(o, "memcpy(r%u, v[%u].%s, 16);", (unsigned)k, (unsigned)k, r->member);
    else
        out_line(o, "*r%u = %sv[%u].%s;", (unsigned)k, wasmelt_is_ref(t) ? "(void *)" : "", (unsigned)k, r->member);
}

static void put_call(const generator *g, out *o, uint32_t func) {
    const module *m = g->m;
    const type_def *t = &m->types[m->funcs[func].type];
    unsigned record = g->records[func], most = t->param_count > t->result_count ? t->param_count : t->result_count;
    if (most > 0)
        out_line(o, "wasmelt_value v[%u];", most);
    for (uint32_t k = 0; k < t->param_count; k++)
        put_argument(o, m, t->params[k], k);
    if (t->result_count == 0) {
        out_line(o, "return wasmelt_ffi_enter(guest, %u, %s);", record, most > 0 ? "v" : "NULL");
        return;
    }
    out_line(o, "int status = wasmelt_ffi_enter(guest, %u, v);", record);
    out_line(o, "if (status != 0)\n\t\treturn status;");
    for (uint32_t k = 0; k < t->result_count; k++)
        put_taken(o, m, t->results[k], k);
    out_line(o, "return 0;");
}

static void put_definition(const generator *g, out *o, uint32_t k) {
    const export *e = &g->m->exports[k];
    put_entry(&o->text, g, k);
    strbuf_puts(&o->text, " {\n");
    o->depth++;
    if (e->kind == EXTERN_FUNC)
        put_call(g, o, e->index);
    else if (e->kind == EXTERN_MEMORY)
        out_line(o, "return wasmelt_ffi_enter_memory(guest, %u, bytes);", (unsigned)k);
    else
        out_line(o, "return wasmelt_ffi_enter_object(guest, %u);", (unsigned)k);
    out_close(o, "\n");
}

void entries_put(const generator *g, out *o) {
    bool can_hide = g->options->c == C_GNU; /* plain C hides nothing */
    out_line(o, "#include <string.h>\n");
    out_line(o, "#include <wasmelt/code/ffi.h>\n");
    if (can_hide)
        out_line(o, "#pragma GCC visibility push(default)");
    out_line(o, "#include \"%s_ffi.h\"", g->options->name);
    if (can_hide)
        out_line(o, "#pragma GCC visibility pop");
    out_line(o, "\nextern const wasmelt_module %s_module;\n", g->name);
    out_line(o, "wasmelt_ffi *%s_" ENTRIES_NEW "(void) {\n\treturn wasmelt_ffi_new(&%s_module);\n}\n", g->name, g->name);
    out_line(o, "int %s_instantiate(wasmelt_ffi *guest) {\n\treturn wasmelt_ffi_start(guest);\n}\n", g->name);
    out_line(o, "void %s_instance_free(wasmelt_ffi *guest) {\n\twasmelt_ffi_free(guest);\n}\n", g->name);
    for (uint32_t k = 0; k < g->m->export_count; k++)
        put_definition(g, o, k);
}
