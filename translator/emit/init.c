/* Prints the functions for an instance's first contents: init_instance, which fills globals, tables and memories in the order of the
 * specification (4.7.3); start_instance; and fini_instance, which releases counted references. A segment that is in a startup image
 * (image.c) is not written again. */
#include <stdio.h>

#include "emit/data.h"
#include "emit/definitions.h"
#include "emit/func.h"
#include "emit/image.h"
#include "emit/module.h"
#include "emit/names.h"
#include "emit/parts.h"
#include "read/instr.h"

/* ---- Globals ---- */

/* If there are more constant globals than this, tables hold their values. Dynamic linking can give a module ten thousand globals, and C
 * compilers take more than linear time for so many assignments in a row. The order is of no importance, because a constant needs no other
 * global. */
#define MOST_ASSIGNMENTS 100

static bool is_constant(const generator *g, uint32_t index, wasmelt_valtype type, uint64_t *value) {
    const global *gl = &g->m->globals[index];
    return gl->import == NO_INDEX && gl->type == type && const_expr_integer(g->m, &gl->init, value);
}

/* The number of globals of the type whose values are in a table: all constant ones, or none. */
static uint32_t tabled_globals(const generator *g, wasmelt_valtype type) {
    uint32_t count = 0;
    uint64_t value;
    for (uint32_t k = g->m->imported_globals; k < g->m->global_count; k++)
        count += is_constant(g, k, type, &value);
    return count > MOST_ASSIGNMENTS ? count : 0;
}

static bool is_tabled(const generator *g, uint32_t index, bool tabled32, bool tabled64) {
    uint64_t value;
    return (tabled32 && is_constant(g, index, WASMELT_I32, &value)) || (tabled64 && is_constant(g, index, WASMELT_I64, &value));
}

/* Prints the table of constant values for globals of a type, before init_instance. */
static void put_constants(const generator *g, out *o, wasmelt_valtype type) {
    uint64_t value;
    if (tabled_globals(g, type) == 0)
        return;
    out_open(o, "static const struct { u32 at; %s value; } constants%s[] =", c_type(g->m, type), c_type(g->m, type) + 1);
    for (uint32_t k = g->m->imported_globals; k < g->m->global_count; k++)
        if (is_constant(g, k, type, &value))
            out_line(o, "{offsetof(%s, g%u), %lluu},", g->name, (unsigned)k, (unsigned long long)value);
    out_close(o, ";\n");
}

static bool init_constants(const generator *g, parts *init, wasmelt_valtype type) {
    out *o = init->o;
    uint32_t count = tabled_globals(g, type);
    const char *c = c_type(g->m, type);
    if (count > 0) {
        parts_next(init);
        out_line(o, "for (u32 k = 0; k < %u; k++)", (unsigned)count);
        out_line(o, "\t*(%s *)((u8 *)self + constants%s[k].at) = constants%s[k].value;", c, c + 1, c + 1);
    }
    return count > 0;
}

static bool init_globals(const generator *g, parts *init, diag *d) {
    out *o = init->o;
    bool tabled32 = init_constants(g, init, WASMELT_I32), tabled64 = init_constants(g, init, WASMELT_I64);
    for (uint32_t k = g->m->imported_globals; k < g->m->global_count; k++) {
        char target[32];
        if (is_tabled(g, k, tabled32, tabled64))
            continue;
        parts_next_constant(init, &g->m->globals[k].init);
        snprintf(target, sizeof target, "self->g%u", (unsigned)k);
        if (!emit_const(g, o, target, &g->m->globals[k].init, d))
            return false;
        if (is_counted(g->m, g->m->globals[k].type))
            out_line(o, "exn_retain(%s);", target);
    }
    return true;
}

/* ---- Tables ---- */

static bool init_tables(const generator *g, parts *init, diag *d) {
    out *o = init->o;
    for (uint32_t k = g->m->imported_tables; k < g->m->table_count; k++) {
        const table *t = &g->m->tables[k];
        if (!t->init.code.bytes)
            continue;
        parts_next_constant(init, &t->init);
        out_open(o, "%s", "");
        out_line(o, "const void *ref;");
        if (!emit_const(g, o, "ref", &t->init, d))
            return false;
        out_line(o, "wasmelt_table_fill(self->table%u, 0, ref, self->table%u->size);", (unsigned)k, (unsigned)k);
        out_close(o, "");
    }
    return true;
}

bool has_counted_globals(const generator *g) {
    for (uint32_t k = g->m->imported_globals; k < g->m->global_count; k++)
        if (is_counted(g->m, g->m->globals[k].type))
            return true;
    return false;
}

void put_fini(const generator *g, out *o) {
    if (!has_counted_globals(g))
        return;
    parts fini = parts_begin(g, o, "fini_instance", g->m->global_count);
    for (uint32_t k = g->m->imported_globals; k < g->m->global_count; k++) {
        if (!is_counted(g->m, g->m->globals[k].type))
            continue;
        parts_next(&fini);
        out_line(o, "wasmelt_store_exception(&self->g%u, NULL);", (unsigned)k);
    }
    parts_end(&fini);
    out_close(o, "\n");
}

/* Prints the evaluation of the references of an element segment that is kept: it is passive, or consists of expressions. */
static bool init_elem_values(const generator *g, parts *init, uint32_t index, diag *d) {
    out *o = init->o;
    const elem_segment *e = &g->m->elems[index];
    parts_next(init);
    /* The size comes first: a collection while elements are evaluated must find those that are there already. */
    out_line(o, "self->elem_sizes[%u] = %u;", (unsigned)index, (unsigned)e->count);
    if (e->funcs && e->count > 0) {
        out_line(o, "for (u32 k = 0; k < %u; k++)", (unsigned)e->count);
        out_line(o, "\tself->elem%u[k] = &self->funcs[elem%u[k]];", (unsigned)index, (unsigned)index);
    }
    for (uint32_t k = 0; !e->funcs && k < e->count; k++) {
        char target[64];
        parts_next_constant(init, &e->exprs[k]);
        snprintf(target, sizeof target, "self->elem%u[%u]", (unsigned)index, (unsigned)k);
        if (!emit_const(g, o, target, &e->exprs[k], d))
            return false;
    }
    return true;
}

static void put_elem_records(const generator *g, out *o, uint32_t index) {
    const elem_segment *e = &g->m->elems[index];
    strbuf *s = &o->text;
    strbuf_printf(s, "static const u32 elem%u[] = {", (unsigned)index);
    for (uint32_t k = 0; k < e->count; k++) {
        strbuf_puts(s, k % 16 == 0 ? "\n\t" : " ");
        strbuf_printf(s, "%u,", (unsigned)g->records[e->funcs[k]]);
    }
    if (e->count == 0)
        strbuf_put(s, '0');
    strbuf_puts(s, "\n};\n\n");
}

static bool is_kept(const elem_segment *e) {
    return e->mode == SEGMENT_PASSIVE || (e->exprs && e->mode == SEGMENT_ACTIVE);
}

static bool init_elem(const generator *g, parts *init, uint32_t index, diag *d) {
    out *o = init->o;
    const elem_segment *e = &g->m->elems[index];
    if (is_kept(e) && !init_elem_values(g, init, index, d))
        return false;
    if (e->mode != SEGMENT_ACTIVE)
        return true;
    parts_next_constant(init, &e->offset_expr);
    out_open(o, "%s", "");
    bool is64 = g->m->tables[e->table].is64;
    out_line(o, "u%d at;", is64 ? 64 : 32);
    if (!emit_const(g, o, "at", &e->offset_expr, d))
        return false;
    if (e->exprs) {
        out_line(o, "wasmelt_table_init(self->table%u, at, self->elem%u, %u, 0, %u);", (unsigned)e->table, (unsigned)index,
                 (unsigned)e->count, (unsigned)e->count);
        out_line(o, "self->elem_sizes[%u] = 0;", (unsigned)index);
    } else {
        out_line(o, "wasmelt_table_init_funcs(self->table%u, at, %s, elem%u, %u);", (unsigned)e->table,
                 g->record_count ? "self->funcs" : "NULL", (unsigned)index, (unsigned)e->count);
    }
    out_close(o, "");
    return true;
}

static bool init_data(const generator *g, parts *init, uint32_t index, diag *d) {
    out *o = init->o;
    const data_segment *s = &g->m->datas[index];
    if (s->mode == SEGMENT_PASSIVE) {
        parts_next(init);
        if (g->uses_data_sizes)
            out_line(o, "self->data_sizes[%u] = %zu;", (unsigned)index, s->bytes.length);
        return true;
    }
    parts_next_constant(init, &s->offset_expr);
    out_open(o, "%s", "");
    out_line(o, "u%d at;", g->m->memories[s->memory].type.is64 ? 64 : 32);
    if (!emit_const(g, o, "at", &s->offset_expr, d))
        return false;
    out_indent(o);
    strbuf_printf(&o->text, "%s(self->memory%u, at, ", copy_function(g, index), (unsigned)s->memory);
    put_segment_name(g, &o->text, index);
    strbuf_printf(&o->text, ", %zu, 0, %zu);\n", s->bytes.length, s->bytes.length);
    out_close(o, "");
    return true;
}

static void attach_wasi(const generator *g, parts *init, const uint32_t *contexts) {
    const module *m = g->m;
    uint32_t memory_index = wasi_memory(m);
    for (uint32_t k = 0; k < m->import_count; k++) {
        const char *family;
        if (contexts[k] != k)
            continue;
        is_wasi_import(m, &m->imports[k], &family);
        if (!family || memory_index == NO_INDEX || g->options->bind_imports)
            continue;
        parts_next(init);
        out_line(init->o, "wasmelt_wasi_attach(self->context%u, self->memory%u);", (unsigned)k, (unsigned)memory_index);
    }
}

/* Mentions functions whose only callers are in code that is not emitted, so that C compilers do not warn that they are unused. */
static void mention_unused(const generator *g, out *o) {
    for (uint32_t k = g->m->imported_funcs; !g->split && k < g->m->func_count; k++)
        if (g->calls.reachable[k] && !g->called[k] && g->records[k] == NO_INDEX && k != g->m->start)
            out_line(o, "(void)%s;", g->func_names[k]);
}

static size_t bytes_if_long(const const_expr *code) {
    return constant_statements(code) > 1 ? code->code.length : 0;
}

size_t init_constant_bytes(const module *m) {
    size_t bytes = 0;
    for (uint32_t k = m->imported_globals; k < m->global_count; k++)
        bytes += bytes_if_long(&m->globals[k].init);
    for (uint32_t k = m->imported_tables; k < m->table_count; k++)
        bytes += bytes_if_long(&m->tables[k].init);
    for (uint32_t k = 0; k < m->elem_count; k++)
        for (uint32_t e = 0; !m->elems[k].funcs && e < m->elems[k].count; e++)
            bytes += bytes_if_long(&m->elems[k].exprs[e]);
    return bytes;
}

static uint64_t count_elem_statements(const elem_segment *e) {
    uint64_t count = e->mode == SEGMENT_ACTIVE ? constant_statements(&e->offset_expr) : 0;
    if (!is_kept(e))
        return count;
    for (uint32_t k = 0; !e->funcs && k < e->count; k++)
        count += constant_statements(&e->exprs[k]);
    return count + 2;
}

/* An upper bound of the number of statements. */
static uint64_t count_statements(const generator *g, const uint32_t *contexts) {
    const module *m = g->m;
    uint64_t count = (uint64_t)m->memory_count + g->image_count;
    for (uint32_t k = 0; k < m->import_count; k++)
        count += contexts[k] == k;
    bool tabled32 = tabled_globals(g, WASMELT_I32) > 0, tabled64 = tabled_globals(g, WASMELT_I64) > 0;
    for (uint32_t k = m->imported_globals; k < m->global_count; k++)
        count += is_tabled(g, k, tabled32, tabled64) ? 0 : constant_statements(&m->globals[k].init);
    for (uint32_t k = m->imported_tables; k < m->table_count; k++)
        count += constant_statements(&m->tables[k].init);
    for (uint32_t k = 0; k < m->elem_count; k++)
        count += count_elem_statements(&m->elems[k]);
    for (uint32_t k = 0; k < m->data_count; k++)
        count += g->in_image[k] ? 0 : constant_statements(&m->datas[k].offset_expr);
    return count;
}

/* Prints the statements, in the order of the specification (4.7.3). */
static bool put_statements(const generator *g, parts *init, const uint32_t *contexts, diag *d) {
    const module *m = g->m;
    for (uint32_t k = 0; k < m->memory_count; k++) {
        parts_next(init);
        out_line(init->o, "self->mem%u = self->memory%u->base;", (unsigned)k, (unsigned)k);
    }
    attach_wasi(g, init, contexts);
    if (!init_globals(g, init, d) || !init_tables(g, init, d))
        return false;
    for (uint32_t k = 0; k < m->elem_count; k++)
        if (!init_elem(g, init, k, d))
            return false;
    for (uint32_t k = 0; k < g->image_count; k++) {
        parts_next(init);
        put_image_use(g, init->o, k);
    }
    for (uint32_t k = 0; k < m->data_count; k++)
        if (!g->in_image[k] && !init_data(g, init, k, d))
            return false;
    return true;
}

bool put_init(const generator *g, out *o, diag *d) {
    const module *m = g->m;
    uint32_t *contexts = arena_array(g->arena, m->import_count, sizeof *contexts);
    find_contexts(g, contexts);
    for (uint32_t k = 0; k < m->elem_count; k++)
        if (m->elems[k].funcs && (m->elems[k].mode == SEGMENT_ACTIVE || (m->elems[k].mode == SEGMENT_PASSIVE && m->elems[k].count > 0)))
            put_elem_records(g, o, k);
    put_data_definitions(g, o);
    put_constants(g, o, WASMELT_I32);
    put_constants(g, o, WASMELT_I64);
    parts init = parts_begin(g, o, "init_instance", count_statements(g, contexts));
    if (!init.several) {
        out_line(o, "(void)self;");
        mention_unused(g, o);
    }
    if (!put_statements(g, &init, contexts, d))
        return false;
    parts_end(&init);
    if (init.several)
        mention_unused(g, o);
    out_close(o, "\n");
    if (m->start != NO_INDEX) {
        out_indent(o);
        put_stoppable(&o->text, g, m->start);
        out_open(o, "static void start_instance(void *self)");
        out_line(o, "%s(self);", g->func_names[m->start]);
        out_close(o, "\n");
    }
    return true;
}
