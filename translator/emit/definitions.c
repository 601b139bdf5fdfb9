/* What follows the functions: segments, initialisation, the descriptor, the typed exports, main. */
#include <stdio.h>
#include <string.h>

#include "emit/func.h"
#include "emit/image.h"
#include "emit/module.h"
#include "emit/names.h"

/* ---- Data ---- */

void put_data(const generator *g, out *o, uint32_t index) {
    span bytes = g->m->datas[index].bytes;
    strbuf *s = &o->text;
    /* Code that is not emitted may have been a passive segment's only use. */
    const char *unused = g->m->datas[index].mode == SEGMENT_PASSIVE ? "__attribute__((unused)) " : "";
    strbuf_printf(s, "%s%sconst u8 %s_data%u[%zu] =", unused, linkage(g), g->name, (unsigned)index,
                  bytes.length + 1);
    put_literal(o, bytes);
    strbuf_puts(s, ";\n\n");
}

/* ---- init ---- */

static bool init_globals(const generator *g, out *o, diag *d) {
    for (uint32_t k = g->m->imported_globals; k < g->m->global_count; k++) {
        char target[32];
        snprintf(target, sizeof target, "self->g%u", (unsigned)k);
        if (!emit_const(g, o, target, &g->m->globals[k].init, d))
            return false;
        if (wasmelt_is_exnref(g->m->globals[k].type))
            out_line(o, "wasmelt_exception_retain(%s);", target);
    }
    return true;
}

static bool init_tables(const generator *g, out *o, diag *d) {
    for (uint32_t k = g->m->imported_tables; k < g->m->table_count; k++) {
        const table *t = &g->m->tables[k];
        if (!t->init.code.bytes)
            continue;
        out_open(o, "%s", "");
        out_line(o, "const void *ref;");
        if (!emit_const(g, o, "ref", &t->init, d))
            return false;
        out_line(o, "wasmelt_table_fill(self->table%u, 0, ref, self->table%u->size);", (unsigned)k, (unsigned)k);
        out_close(o, "");
    }
    return true;
}

/* The counted references that the instance owns. */
static bool has_counted_globals(const generator *g) {
    for (uint32_t k = g->m->imported_globals; k < g->m->global_count; k++)
        if (wasmelt_is_exnref(g->m->globals[k].type))
            return true;
    return false;
}

static void put_fini(const generator *g, out *o) {
    if (!has_counted_globals(g))
        return;
    out_open(o, "static void fini_instance(void *instance)");
    out_line(o, "%s *const self = instance;", g->name);
    for (uint32_t k = g->m->imported_globals; k < g->m->global_count; k++)
        if (wasmelt_is_exnref(g->m->globals[k].type))
            out_line(o, "exn_store(&self->g%u, NULL);", (unsigned)k);
    out_close(o, "\n");
}

/* The references of a segment that is kept: passive, or given as expressions. */
static bool init_elem_values(const generator *g, out *o, uint32_t index, diag *d) {
    const elem_segment *e = &g->m->elems[index];
    for (uint32_t k = 0; k < e->count; k++) {
        char target[64];
        snprintf(target, sizeof target, "self->elem%u[%u]", (unsigned)index, (unsigned)k);
        if (e->funcs)
            out_line(o, "%s = &self->funcs[%u];", target, (unsigned)g->records[e->funcs[k]]);
        else if (!emit_const(g, o, target, &e->exprs[k], d))
            return false;
    }
    out_line(o, "self->elem_sizes[%u] = %u;", (unsigned)index, (unsigned)e->count);
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

static bool init_elem(const generator *g, out *o, uint32_t index, diag *d) {
    const elem_segment *e = &g->m->elems[index];
    if (is_kept(e) && !init_elem_values(g, o, index, d))
        return false;
    if (e->mode != SEGMENT_ACTIVE)
        return true;
    out_open(o, "%s", "");
    bool is64 = g->m->tables[e->table].is64;
    out_line(o, "u%d at;", is64 ? 64 : 32);
    if (!emit_const(g, o, "at", &e->offset_expr, d))
        return false;
    if (e->exprs) {
        out_line(o, "wasmelt_table_init(self->table%u, at, self->elem%u, %u, 0, %u);", (unsigned)e->table,
                 (unsigned)index, (unsigned)e->count, (unsigned)e->count);
        out_line(o, "self->elem_sizes[%u] = 0;", (unsigned)index);
    } else {
        out_line(o, "wasmelt_table_init_funcs(self->table%u, at, %s, elem%u, %u);", (unsigned)e->table,
                 g->record_count ? "self->funcs" : "NULL", (unsigned)index, (unsigned)e->count);
    }
    out_close(o, "");
    return true;
}

static bool init_data(const generator *g, out *o, uint32_t index, diag *d) {
    const data_segment *s = &g->m->datas[index];
    if (s->mode == SEGMENT_PASSIVE) {
        if (g->uses_data_sizes)
            out_line(o, "self->data_sizes[%u] = %zu;", (unsigned)index, s->bytes.length);
        return true;
    }
    out_open(o, "%s", "");
    out_line(o, "u%d at;", g->m->memories[s->memory].type.is64 ? 64 : 32);
    if (!emit_const(g, o, "at", &s->offset_expr, d))
        return false;
    out_line(o, "wasmelt_memory_init(self->memory%u, at, %s_data%u, %zu, 0, %zu);", (unsigned)s->memory, g->name,
             (unsigned)index, s->bytes.length, s->bytes.length);
    out_close(o, "");
    return true;
}

static void attach_wasi(const generator *g, out *o, const uint32_t *contexts) {
    const module *m = g->m;
    uint32_t memory_index = wasi_memory(m);
    for (uint32_t k = 0; k < m->import_count; k++) {
        const char *family;
        if (contexts[k] != k)
            continue;
        is_wasi_import(m, &m->imports[k], &family);
        if (family && memory_index != NO_INDEX && !g->options->bind_imports)
            out_line(o, "wasmelt_wasi_attach(self->context%u, self->memory%u);", (unsigned)k,
                     (unsigned)memory_index);
    }
}

/* Mentions functions whose only callers were in dead code, which would be warned of. */
static void mention_unused(const generator *g, out *o) {
    for (uint32_t k = g->m->imported_funcs; !g->split && k < g->m->func_count; k++)
        if (g->calls.reachable[k] && !g->called[k] && g->records[k] == NO_INDEX && k != g->m->start)
            out_line(o, "(void)%s;", g->func_names[k]);
}

static bool put_init(const generator *g, out *o, diag *d) {
    const module *m = g->m;
    uint32_t *contexts = arena_array(g->arena, m->import_count, sizeof *contexts);
    find_contexts(g, contexts);
    for (uint32_t k = 0; k < m->elem_count; k++)
        if (m->elems[k].mode == SEGMENT_ACTIVE && m->elems[k].funcs)
            put_elem_records(g, o, k);
    out_open(o, "static void init_instance(void *instance)");
    out_line(o, "%s *const self = instance;", g->name);
    out_line(o, "(void)self;");
    mention_unused(g, o);
    for (uint32_t k = 0; k < m->memory_count; k++)
        out_line(o, "self->mem%u = self->memory%u->base;", (unsigned)k, (unsigned)k);
    attach_wasi(g, o, contexts);
    if (!init_globals(g, o, d) || !init_tables(g, o, d))
        return false;
    for (uint32_t k = 0; k < m->elem_count; k++)
        if (!init_elem(g, o, k, d))
            return false;
    put_image_uses(g, o);
    for (uint32_t k = 0; k < m->data_count; k++)
        if (!g->in_image[k] && !init_data(g, o, k, d))
            return false;
    out_close(o, "\n");
    if (m->start != NO_INDEX) {
        out_open(o, "static void start_instance(void *self)");
        out_line(o, "%s(self);", g->func_names[m->start]);
        out_close(o, "\n");
    }
    return true;
}

/* ---- Types of the descriptor ---- */

static void put_valtypes(out *o, const char *kind, uint32_t index, const wasmelt_valtype *types, uint32_t count) {
    if (count == 0)
        return;
    strbuf *s = &o->text;
    strbuf_printf(s, "static const wasmelt_valtype %s%u[] = {", kind, (unsigned)index);
    for (uint32_t k = 0; k < count; k++)
        strbuf_printf(s, "%s0x%xu", k ? ", " : "", (unsigned)types[k]);
    strbuf_puts(s, "};\n");
}

/* Calls a function of the type with values in arrays. */
static void put_invoke(const generator *g, out *o, uint32_t index) {
    const type_def *t = &g->m->types[index];
    strbuf *s = &o->text;
    out_open(o, "static void invoke%u(const wasmelt_func *func, const wasmelt_value *args, wasmelt_value *results)",
             (unsigned)index);
    if (t->param_count == 0)
        out_line(o, "(void)args;");
    if (t->result_count == 0)
        out_line(o, "(void)results;");
    out_indent(o);
    if (t->result_count > 0) {
        strbuf_puts(s, "const ");
        put_result_type(s, g, t);
        strbuf_puts(s, " r = ");
    }
    strbuf_printf(s, "((%s_type%u)func->code)(func->instance", g->name, (unsigned)index);
    for (uint32_t k = 0; k < t->param_count; k++) {
        strbuf_puts(s, ", ");
        put_slot(s, "args", k, t->params[k]);
    }
    strbuf_puts(s, ");\n");
    for (uint32_t k = 0; k < t->result_count; k++) {
        out_indent(o);
        put_slot(s, "results", k, t->results[k]);
        if (t->result_count == 1)
            strbuf_puts(s, " = r;\n");
        else
            strbuf_printf(s, " = r.v%u;\n", (unsigned)k);
    }
    out_close(o, "\n");
}

static void put_field_types(const generator *g, out *o, uint32_t index) {
    const type_def *t = &g->m->types[index];
    wasmelt_valtype *types = arena_array(g->arena, t->field_count, sizeof *types);
    for (uint32_t k = 0; k < t->field_count; k++)
        types[k] = t->fields[k].type;
    put_valtypes(o, "params", index, types, t->field_count);
    if (t->field_count == 0)
        return;
    strbuf_printf(&o->text, "static const u8 mutability%u[] = {", (unsigned)index);
    for (uint32_t k = 0; k < t->field_count; k++)
        strbuf_printf(&o->text, "%s%d", k ? ", " : "", t->fields[k].is_mutable);
    strbuf_puts(&o->text, "};\n");
}

static void put_types(const generator *g, out *o) {
    const module *m = g->m;
    if (m->type_count == 0)
        return;
    bool *invoked = arena_array(g->arena, m->type_count, sizeof *invoked);
    for (uint32_t k = 0; k < g->record_count; k++)
        invoked[m->types[m->funcs[g->record_funcs[k]].type].canonical] = true;
    for (uint32_t k = 0; k < m->type_count; k++) {
        const type_def *t = &m->types[k];
        if (t->kind == TYPE_FUNC) {
            put_valtypes(o, "params", k, t->params, t->param_count);
            put_valtypes(o, "results", k, t->results, t->result_count);
        } else {
            put_field_types(g, o, k);
        }
        if (invoked[k])
            put_invoke(g, o, k);
    }
    out_open(o, "static const wasmelt_type types[] =");
    for (uint32_t k = 0; k < m->type_count; k++) {
        const type_def *t = &m->types[k];
        strbuf *s = &o->text;
        uint32_t fields = t->kind == TYPE_FUNC ? t->param_count : t->field_count;
        strbuf_printf(s, "\t{%s, %s, ", t->kind == TYPE_FUNC ? "WASMELT_TYPE_FUNC" : t->kind == TYPE_STRUCT ? "WASMELT_TYPE_STRUCT" : "WASMELT_TYPE_ARRAY",
                      t->is_final ? "true" : "false");
        if (t->supertype == NO_INDEX)
            strbuf_puts(s, "WASMELT_NO_TYPE");
        else
            strbuf_unsigned(s, t->supertype);
        strbuf_printf(s, ", %u, %u, ", (unsigned)t->group, (unsigned)t->group_size);
        strbuf_printf(s, fields ? "params%u, " : "NULL, ", (unsigned)k);
        strbuf_printf(s, t->kind == TYPE_FUNC && t->result_count ? "results%u, " : "NULL, ", (unsigned)k);
        strbuf_printf(s, t->kind != TYPE_FUNC && fields ? "mutability%u, " : "NULL, ", (unsigned)k);
        strbuf_printf(s, "%u, %u, ", (unsigned)fields, (unsigned)t->result_count);
        strbuf_printf(s, invoked[k] ? "invoke%u},\n" : "NULL},\n", (unsigned)k);
    }
    out_close(o, ";\n");
}

/* ---- Imports and exports of the descriptor ---- */

static void put_name(out *o, span name) {
    strbuf_puts(&o->text, "{\"");
    put_string(&o->text, name.bytes, name.length);
    strbuf_printf(&o->text, "\", %zu}", name.length);
}

static void put_limits(strbuf *s, bool has_maximum, uint64_t minimum, uint64_t maximum) {
    strbuf_printf(s, ".minimum = %lluull, ", (unsigned long long)minimum);
    if (has_maximum)
        strbuf_printf(s, ".maximum = %lluull, .has_maximum = true, ", (unsigned long long)maximum);
}

static void put_table_type(strbuf *s, const table *t) {
    strbuf_puts(s, "{");
    put_limits(s, t->has_maximum, t->minimum, t->maximum);
    strbuf_printf(s, ".is64 = %d, .element = 0x%xu}", t->is64, (unsigned)t->element);
}

static void put_memory_type(const generator *g, strbuf *s, const wasmelt_memory_type *t) {
    strbuf_puts(s, "{");
    put_limits(s, t->has_maximum, t->minimum, t->maximum);
    strbuf_printf(s, ".is64 = %d, .shared = %d, .page_size_log2 = %d", t->is64, t->shared, t->page_size_log2);
    strbuf_puts(s, g->options->bounds == BOUNDS_EXPLICIT ? ", .checked = true}" : "}");
}

static void put_global_type(strbuf *s, const global *gl) {
    strbuf_printf(s, "{0x%xu, %s}", (unsigned)gl->type, gl->is_mutable ? "true" : "false");
}

static bool is_described(const generator *g, uint32_t k, const uint32_t *contexts) {
    return g->m->imports[k].kind != EXTERN_FUNC || g->options->bind_imports || contexts[k] == k;
}

static uint32_t put_imports(const generator *g, out *o) {
    const module *m = g->m;
    strbuf *s = &o->text;
    uint32_t count = 0;
    uint32_t *contexts = arena_array(g->arena, m->import_count, sizeof *contexts);
    find_contexts(g, contexts);
    for (uint32_t k = 0; k < m->import_count; k++) {
        const import *i = &m->imports[k];
        count += is_described(g, k, contexts);
        if (i->kind == EXTERN_TABLE) {
            strbuf_printf(s, "static const wasmelt_table_type import_table%u = ", (unsigned)k);
            put_table_type(s, &m->tables[i->index]);
            strbuf_puts(s, ";\n");
        } else if (i->kind == EXTERN_MEMORY) {
            strbuf_printf(s, "static const wasmelt_memory_type import_memory%u = ", (unsigned)k);
            put_memory_type(g, s, &m->memories[i->index].type);
            strbuf_puts(s, ";\n");
        }
    }
    if (count == 0)
        return 0;
    out_open(o, "static const wasmelt_import_desc imports[] =");
    for (uint32_t k = 0; k < m->import_count; k++) {
        const import *i = &m->imports[k];
        if (!is_described(g, k, contexts))
            continue;
        strbuf_puts(s, "\t{.module = ");
        put_name(o, i->module);
        strbuf_puts(s, ", .name = ");
        put_name(o, i->name);
        switch (i->kind) {
        case EXTERN_FUNC:
            if (g->options->bind_imports)
                strbuf_printf(s, ", .kind = WASMELT_EXTERN_FUNC, .type = %u, .offset = offsetof(%s, import%u)},\n",
                              (unsigned)m->funcs[i->index].type, g->name, (unsigned)k);
            else
                strbuf_printf(s, ", .kind = WASMELT_EXTERN_CONTEXT, .offset = offsetof(%s, context%u)},\n", g->name,
                              (unsigned)k);
            break;
        case EXTERN_TABLE:
            strbuf_printf(s, ", .kind = WASMELT_EXTERN_TABLE, .table = &import_table%u, .offset = offsetof(%s, table%u)},\n",
                          (unsigned)k, g->name, (unsigned)i->index);
            break;
        case EXTERN_MEMORY:
            strbuf_printf(s, ", .kind = WASMELT_EXTERN_MEMORY, .memory = &import_memory%u, .offset = offsetof(%s, memory%u)},\n",
                          (unsigned)k, g->name, (unsigned)i->index);
            break;
        case EXTERN_GLOBAL:
            strbuf_puts(s, ", .kind = WASMELT_EXTERN_GLOBAL, .global = ");
            put_global_type(s, &m->globals[i->index]);
            strbuf_printf(s, ", .offset = offsetof(%s, g%u)},\n", g->name, (unsigned)i->index);
            break;
        case EXTERN_TAG:
            strbuf_printf(s, ", .kind = WASMELT_EXTERN_TAG, .type = %u, .offset = offsetof(%s, tag%u)},\n",
                          (unsigned)m->tags[i->index].type, g->name, (unsigned)i->index);
            break;
        }
    }
    out_close(o, ";\n");
    return count;
}

static void put_exports(const generator *g, out *o) {
    const module *m = g->m;
    strbuf *s = &o->text;
    if (m->export_count == 0)
        return;
    out_open(o, "static const wasmelt_export_desc exports[] =");
    for (uint32_t k = 0; k < m->export_count; k++) {
        const export *e = &m->exports[k];
        unsigned index = e->index;
        strbuf_puts(s, "\t{.name = ");
        put_name(o, e->name);
        switch (e->kind) {
        case EXTERN_FUNC:
            strbuf_printf(s, ", .kind = WASMELT_EXTERN_FUNC, .type = %u, .place = %u},\n", (unsigned)m->funcs[index].type,
                          (unsigned)g->records[index]);
            break;
        case EXTERN_TABLE:
            strbuf_printf(s, ", .kind = WASMELT_EXTERN_TABLE, .place = offsetof(%s, table%u)},\n", g->name, index);
            break;
        case EXTERN_MEMORY:
            strbuf_printf(s, ", .kind = WASMELT_EXTERN_MEMORY, .place = offsetof(%s, memory%u)},\n", g->name, index);
            break;
        case EXTERN_GLOBAL:
            strbuf_puts(s, ", .kind = WASMELT_EXTERN_GLOBAL, .global = ");
            put_global_type(s, &m->globals[index]);
            strbuf_printf(s, ", .imported = %s, .place = offsetof(%s, g%u)},\n",
                          m->globals[index].import != NO_INDEX ? "true" : "false", g->name, index);
            break;
        case EXTERN_TAG:
            strbuf_printf(s, ", .kind = WASMELT_EXTERN_TAG, .type = %u, .place = offsetof(%s, tag%u)},\n",
                          (unsigned)m->tags[index].type, g->name, index);
            break;
        }
    }
    out_close(o, ";\n");
}

static void put_records(const generator *g, out *o) {
    const module *m = g->m;
    strbuf *s = &o->text;
    if (g->record_count == 0)
        return;
    uint32_t *contexts = arena_array(g->arena, m->import_count, sizeof *contexts);
    find_contexts(g, contexts);
    out_open(o, "static const wasmelt_func_desc records[] =");
    for (uint32_t k = 0; k < g->record_count; k++) {
        uint32_t f = g->record_funcs[k];
        const func *fn = &m->funcs[f];
        if (fn->import != NO_INDEX && g->options->bind_imports)
            strbuf_printf(s, "\t{NULL, NULL, %u, offsetof(%s, import%u), 0},\n", (unsigned)fn->type, g->name,
                          (unsigned)fn->import);
        else if (fn->import != NO_INDEX)
            strbuf_printf(s, "\t{(wasmelt_code)%s, NULL, %u, 0, offsetof(%s, context%u)},\n",
                          g->import_names[fn->import], (unsigned)fn->type, g->name, (unsigned)contexts[fn->import]);
        else if (g->calls.tail_calls[f])
            strbuf_printf(s, "\t{(wasmelt_code)%s, %s_tail, %u, 0, 0},\n", g->func_names[f], g->func_names[f],
                          (unsigned)fn->type);
        else
            strbuf_printf(s, "\t{(wasmelt_code)%s, NULL, %u, 0, 0},\n", g->func_names[f], (unsigned)fn->type);
    }
    out_close(o, ";\n");
}

static void put_fixed_tables(const generator *g, out *o) {
    const module *m = g->m;
    for (uint32_t k = 0; k < m->table_count; k++) {
        const fixed_table *t = &g->tables[k];
        if (t->size == 0)
            continue;
        out_open(o, "__attribute__((unused)) %s const fixed_element %s_table%u[%u] =", linkage(g), g->name, (unsigned)k,
                 (unsigned)t->size);
        for (uint32_t i = 0; i < t->size; i++)
            if (t->funcs[i] == NO_INDEX)
                out_line(o, "{NULL, 0},");
            else
                out_line(o, "{(wasmelt_code)%s, 0%ou},", g->func_names[t->funcs[i]],
                         (unsigned)static_type_id(m, m->funcs[t->funcs[i]].type));
        out_close(o, ";\n");
    }
}

static void put_stores(const generator *g, out *o) {
    const module *m = g->m;
    strbuf *s = &o->text;
    if (m->memory_count > m->imported_memories) {
        out_open(o, "static const wasmelt_memory_desc memories[] =");
        for (uint32_t k = m->imported_memories; k < m->memory_count; k++) {
            strbuf_puts(s, "\t{");
            put_memory_type(g, s, &m->memories[k].type);
            strbuf_printf(s, ", offsetof(%s, memory%u)},\n", g->name, (unsigned)k);
        }
        out_close(o, ";\n");
    }
    if (m->table_count > m->imported_tables) {
        out_open(o, "static const wasmelt_table_desc tables[] =");
        for (uint32_t k = m->imported_tables; k < m->table_count; k++) {
            strbuf_puts(s, "\t{");
            put_table_type(s, &m->tables[k]);
            strbuf_printf(s, ", offsetof(%s, table%u)},\n", g->name, (unsigned)k);
        }
        out_close(o, ";\n");
    }
}

static void put_tags(const generator *g, out *o) {
    const module *m = g->m;
    if (m->tag_count == m->imported_tags)
        return;
    out_open(o, "static const wasmelt_tag_desc tags[] =");
    for (uint32_t k = m->imported_tags; k < m->tag_count; k++)
        out_line(o, "{%u, offsetof(%s, tag%u), offsetof(%s, own_tags[%u])},", (unsigned)m->tags[k].type, g->name,
                 (unsigned)k, g->name, (unsigned)(k - m->imported_tags));
    out_close(o, ";\n");
}

static void put_descriptor(const generator *g, out *o, uint32_t import_count) {
    const module *m = g->m;
    uint32_t memories = m->memory_count - m->imported_memories;
    uint32_t tables = m->table_count - m->imported_tables;
    out_open(o, "__attribute__((visibility(\"default\"))) const wasmelt_module %s_module =", g->name);
    out_line(o, ".abi_version = WASMELT_ABI_VERSION,");
    out_line(o, ".name = \"%s\",", g->name);
    out_line(o, ".instance_size = sizeof(%s),", g->name);
    if (m->type_count > 0)
        out_line(o, ".types = types, .type_count = %u, .type_ids_offset = offsetof(%s, type_ids),",
                 (unsigned)m->type_count, g->name);
    if (import_count > 0)
        out_line(o, ".imports = imports, .import_count = %u,", (unsigned)import_count);
    if (m->export_count > 0)
        out_line(o, ".exports = exports, .export_count = %u,", (unsigned)m->export_count);
    if (g->record_count > 0)
        out_line(o, ".funcs = records, .func_count = %u, .funcs_offset = offsetof(%s, funcs),",
                 (unsigned)g->record_count, g->name);
    if (memories > 0)
        out_line(o, ".memories = memories, .memory_count = %u,", (unsigned)memories);
    if (tables > 0)
        out_line(o, ".tables = tables, .table_count = %u,", (unsigned)tables);
    if (m->tag_count > m->imported_tags)
        out_line(o, ".tags = tags, .tag_count = %u,", (unsigned)(m->tag_count - m->imported_tags));
    out_line(o, ".init = init_instance,");
    if (has_counted_globals(g))
        out_line(o, ".fini = fini_instance,");
    if (m->start != NO_INDEX)
        out_line(o, ".start = start_instance,");
    out_close(o, ";\n");
}

/* ---- Typed access for hosts ---- */

static void put_export_function(const generator *g, out *o, uint32_t k) {
    const module *m = g->m;
    uint32_t f = m->exports[k].index;
    const type_def *t = &m->types[m->funcs[f].type];
    bool throws = g->calls.throws[f];
    strbuf *s = &o->text;
    put_result_type(s, g, t);
    strbuf_printf(s, " %s(%s *self", g->export_names[k], g->name);
    for (uint32_t p = 0; p < t->param_count; p++)
        strbuf_printf(s, ", %s p%u", c_type(t->params[p]), (unsigned)p);
    strbuf_puts(s, ") {\n\t");
    if (t->result_count > 0 && throws) {
        put_result_type(s, g, t);
        strbuf_puts(s, " r = ");
    } else if (t->result_count > 0) {
        strbuf_puts(s, "return ");
    }
    strbuf_printf(s, "%s(self", g->func_names[f]);
    for (uint32_t p = 0; p < t->param_count; p++)
        strbuf_printf(s, ", p%u", (unsigned)p);
    strbuf_puts(s, ");\n");
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
        out_line(o, "wasmelt_memory *%s(%s *self) {\n\treturn self->memory%u;\n}\n", name, g->name,
                 (unsigned)e->index);
    if (e->kind == EXTERN_TABLE)
        out_line(o, "wasmelt_table *%s(%s *self) {\n\treturn self->table%u;\n}\n", name, g->name,
                 (unsigned)e->index);
    if (e->kind == EXTERN_TAG)
        out_line(o, "const wasmelt_tag *%s(%s *self) {\n\treturn self->tag%u;\n}\n", name, g->name,
                 (unsigned)e->index);
    if (e->kind == EXTERN_GLOBAL) {
        const global *gl = &g->m->globals[e->index];
        const char *type = c_type(gl->type);
        bool is_pointer = wasmelt_is_ref(gl->type);
        if (gl->is_mutable)
            strbuf_printf(&o->text, "%s *", type);
        else if (is_pointer)
            strbuf_printf(&o->text, "%s const *", type);
        else
            strbuf_printf(&o->text, "const %s *", type);
        out_line(o, "%s(%s *self) {\n\treturn %sself->g%u;\n}\n", name, g->name,
                 gl->import != NO_INDEX ? "" : "&", (unsigned)e->index);
    }
}

static void put_instantiate_body(const generator *g, out *o) {
    const module *m = g->m;
    uint32_t count = 0;
    uint32_t *contexts = arena_array(g->arena, m->import_count, sizeof *contexts);
    find_contexts(g, contexts);
    put_instantiate(g, o, true);
    strbuf_puts(&o->text, " {\n");
    o->depth = 1;
    if (m->import_count > 0) {
        out_open(o, "const wasmelt_import given[] =");
        for (uint32_t k = 0; k < m->import_count; k++) {
            const import *i = &m->imports[k];
            if (!is_described(g, k, contexts))
                continue;
            count++;
            out_indent(o);
            strbuf_puts(&o->text, "{\"");
            put_string(&o->text, i->module.bytes, i->module.length);
            strbuf_puts(&o->text, "\", \"");
            put_string(&o->text, i->name.bytes, i->name.length);
            strbuf_puts(&o->text, "\", ");
            const char *name = g->import_names[k];
            if (i->kind == EXTERN_FUNC)
                strbuf_printf(&o->text, "{.kind = WASMELT_EXTERN_CONTEXT, .context = imports->context%u}},\n", (unsigned)k);
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
        out_close(o, ";");
    }
    out_line(o, "return wasmelt_instantiate_with(&%s_module, %s, %u, options, (wasmelt_instance **)instance, error);",
             g->name, count ? "given" : "NULL", (unsigned)count);
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

static void put_host_api(const generator *g, out *o) {
    put_instantiate_body(g, o);
    for (uint32_t k = 0; k < g->m->export_count; k++) {
        if (g->m->exports[k].kind == EXTERN_FUNC)
            put_export_function(g, o, k);
        else
            put_export_object(g, o, k);
    }
}

/* ---- The main function of an executable ---- */

static void put_strings(out *o, const char *name, const char *const *strings, size_t count) {
    if (count == 0)
        return;
    out_open(o, "static const char *const %s[] =", name);
    for (size_t k = 0; k < count; k++) {
        out_indent(o);
        strbuf_put(&o->text, '"');
        put_string(&o->text, (const uint8_t *)strings[k], strlen(strings[k]));
        strbuf_puts(&o->text, "\",\n");
    }
    out_line(o, "NULL,");
    out_close(o, ";\n");
}

static void put_main(const generator *g, out *o) {
    const command_options *c = g->options->command;
    if (c) {
        put_strings(o, "directories", c->dirs, c->dir_count);
        put_strings(o, "variables", c->env, c->env_count);
        out_open(o, "static const wasmelt_command command =");
        out_line(o, ".dirs = %s,", c->dir_count > 0 ? "directories" : "NULL");
        out_line(o, ".env = %s,", c->env_count > 0 ? "variables" : "NULL");
        out_line(o, ".inherit_env = %s,", c->inherit_env ? "true" : "false");
        out_line(o, ".confine = %s,", c->confine ? "true" : "false");
        out_close(o, ";\n");
    }
    out_open(o, "int main(int argc, char **argv)");
    out_line(o, "return wasmelt_main(&%s_module, %s, argc, argv);", g->name, c ? "&command" : "NULL");
    out_close(o, "");
}

bool put_definitions_part(const generator *g, out *o, diag *d) {
    if (!put_init(g, o, d))
        return false;
    put_types(g, o);
    uint32_t imports = put_imports(g, o);
    put_exports(g, o);
    put_records(g, o);
    put_fixed_tables(g, o);
    put_stores(g, o);
    put_tags(g, o);
    put_fini(g, o);
    put_descriptor(g, o, imports);
    if (g->options->emit_main) {
        put_main(g, o);
    } else if (!g->options->bind_imports) {
        put_host_api(g, o);
    }
    return true;
}
