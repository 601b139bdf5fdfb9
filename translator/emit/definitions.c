/* What follows the functions: initialisation (init.c), the descriptor, and code that is called from outside (host.c).
 *
 * The descriptor NAME_module is constant data for the runtime: types, imports, exports, functions that can be referred to, memories, tables
 * and tags; for most of these with the offset of the member in the instance struct. */
#include "wasm/type_number.h"
#include "wasm/wasi.h"
#include "emit/definitions.h"
#include "emit/func.h"
#include "emit/main.h"
#include "emit/module.h"
#include "emit/names.h"
#include "emit/objects.h"

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

/* Prints a function that calls any function of the type, with arguments and results in arrays. */
static void put_invoke(const generator *g, out *o, uint32_t index) {
    const type_def *t = &g->m->types[index];
    strbuf *s = &o->text;
    out_open(o, "static void invoke%u(const wasmelt_func *func, const wasmelt_value *args, wasmelt_value *results)", (unsigned)index);
    out_indent(o);
    if (t->result_count > 0) {
        strbuf_puts(s, "const ");
        put_result_type(s, g, t);
        strbuf_puts(s, " r = ");
    }
    strbuf_printf(s, "((type%u)func->code)(func->instance", (unsigned)index);
    for (uint32_t k = 0; k < t->param_count; k++) {
        strbuf_puts(s, ", ");
        put_slot(s, g->m, "args", k, t->params[k]);
    }
    strbuf_puts(s, ");\n");
    for (uint32_t k = 0; k < t->result_count; k++) {
        out_indent(o);
        begin_slot(s, g->m, "results", k, t->results[k]);
        if (t->result_count == 1)
            strbuf_puts(s, "r");
        else
            strbuf_printf(s, "r.v%u", (unsigned)k);
        end_slot(s, g->m, t->results[k]);
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
        strbuf_printf(s, "\t{%s, %s, ",
                      t->kind == TYPE_FUNC     ? "WASMELT_TYPE_FUNC"
                      : t->kind == TYPE_STRUCT ? "WASMELT_TYPE_STRUCT"
                                               : "WASMELT_TYPE_ARRAY",
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

void put_global_type(strbuf *s, const global *gl) {
    strbuf_printf(s, "{0x%xu, %s}", (unsigned)gl->type, gl->is_mutable ? "true" : "false");
}

bool is_described(const generator *g, uint32_t k, const uint32_t *contexts) {
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
                strbuf_printf(s, ", .kind = WASMELT_EXTERN_CONTEXT, .offset = offsetof(%s, context%u)},\n", g->name, (unsigned)k);
            break;
        case EXTERN_TABLE:
            strbuf_printf(s, ", .kind = WASMELT_EXTERN_TABLE, .table = &import_table%u, .offset = offsetof(%s, table%u)},\n", (unsigned)k,
                          g->name, (unsigned)i->index);
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
        if (e->kind == EXTERN_FUNC || e->kind == EXTERN_GLOBAL) { /* there may be many of these */
            strbuf_puts(s, e->kind == EXTERN_FUNC ? "\tEXPORT_FUNC(\"" : "\tEXPORT_GLOBAL(\"");
            put_string(s, e->name.bytes, e->name.length);
        } else {
            strbuf_puts(s, "\t{.name = ");
            put_name(o, e->name);
        }
        switch (e->kind) {
        case EXTERN_FUNC:
            strbuf_printf(s, "\", %u, %u),\n", (unsigned)m->funcs[index].type, (unsigned)g->records[index]);
            break;
        case EXTERN_TABLE:
            strbuf_printf(s, ", .kind = WASMELT_EXTERN_TABLE, .place = offsetof(%s, table%u)},\n", g->name, index);
            break;
        case EXTERN_MEMORY:
            strbuf_printf(s, ", .kind = WASMELT_EXTERN_MEMORY, .place = offsetof(%s, memory%u)},\n", g->name, index);
            break;
        case EXTERN_GLOBAL:
            strbuf_printf(s, "\", 0x%xu, %s, %s, offsetof(%s, g%u)),\n", (unsigned)m->globals[index].type,
                          m->globals[index].is_mutable ? "true" : "false", m->globals[index].import != NO_INDEX ? "true" : "false", g->name,
                          index);
            break;
        case EXTERN_TAG:
            strbuf_printf(s, ", .kind = WASMELT_EXTERN_TAG, .type = %u, .place = offsetof(%s, tag%u)},\n", (unsigned)m->tags[index].type,
                          g->name, index);
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
            strbuf_printf(s, "\t{NULL, NULL, %u, offsetof(%s, import%u), 0},\n", (unsigned)fn->type, g->name, (unsigned)fn->import);
        else if (fn->import != NO_INDEX)
            strbuf_printf(s, "\t{(wasmelt_code)%s, NULL, %u, 0, offsetof(%s, context%u)},\n", g->import_names[fn->import],
                          (unsigned)fn->type, g->name, (unsigned)contexts[fn->import]);
        else if (g->calls.tail_calls[f])
            strbuf_printf(s, "\t{(wasmelt_code)%s, %s_tail, %u, 0, 0},\n", g->func_names[f], g->func_names[f], (unsigned)fn->type);
        else
            strbuf_printf(s, "\tFUNC(%s, %u),\n", g->func_names[f], (unsigned)fn->type);
    }
    out_close(o, ";\n");
}

static void put_fixed_element(const generator *g, out *o, uint32_t function) {
    uint32_t type = g->m->funcs[function].type;
    out_indent(o);
    strbuf_printf(&o->text, "{(wasmelt_code)%s, ", g->func_names[function]);
    if (type_number(g->m, type))
        put_type_id(&o->text, g->m, type);
    else
        strbuf_puts(&o->text, "0"); /* no call expects this type */
    strbuf_puts(&o->text, "},\n");
}

static void put_fixed_table(const generator *g, out *o, uint32_t table) {
    const fixed_table *t = &g->tables[table];
    out_open(o, "%s%sconst fixed_element %s_2table%u[%u] =", perhaps_unused(g), code_linkage(g), g->name, (unsigned)table,
             (unsigned)t->size);
    for (uint32_t i = 0; i < t->size; i++)
        if (t->funcs[i] == NO_INDEX)
            out_line(o, "{NULL, 0},");
        else
            put_fixed_element(g, o, t->funcs[i]);
    out_close(o, ";\n");
}

/* Prints a constant array of the functions of one type, with null for elements of other types between them. */
static void put_fixed_type(const generator *g, out *o, uint32_t table, uint32_t type) {
    const fixed_table *t = &g->tables[table];
    const fixed_type *f = &t->types[type];
    out_open(o, "%s%sconst wasmelt_code %s_2table%u_type%u[%u] =", perhaps_unused(g), code_linkage(g), g->name, (unsigned)table,
             (unsigned)type, (unsigned)f->length);
    for (uint32_t i = f->first; i < f->first + f->length; i++)
        if (t->funcs[i] != NO_INDEX && g->m->funcs[t->funcs[i]].type == type)
            out_line(o, "[%u] = (wasmelt_code)%s,", (unsigned)(i - f->first), g->func_names[t->funcs[i]]);
    out_close(o, ";\n");
}

static void put_fixed_tables(const generator *g, out *o) {
    for (uint32_t k = 0; k < g->m->table_count; k++) {
        if (has_fixed_elements(g, k))
            put_fixed_table(g, o, k);
        for (uint32_t i = 0; g->tables[k].types && i < g->m->type_count; i++)
            if (has_typed_elements(g, k, i))
                put_fixed_type(g, o, k, i);
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
        out_line(o, "{%u, offsetof(%s, tag%u)},", (unsigned)m->tags[k].type, g->name, (unsigned)k);
    out_close(o, ";\n");
}

/* Names those parts of the runtime that not every module needs. */
static void put_parts(const generator *g, out *o) {
    const module *m = g->m;
    bool links = false, has_groups = false;
    for (uint32_t k = 0; k < m->import_count; k++)
        links |= m->imports[k].kind != EXTERN_FUNC || g->options->bind_imports;
    for (uint32_t k = 0; k < m->type_count; k++)
        has_groups |= type_number(m, k) == 0;
    if (links)
        out_line(o, ".link = wasmelt_link_imports,");
    if (has_groups)
        out_line(o, ".type_groups = wasmelt_type_groups,");
}

static void put_descriptor(const generator *g, out *o, uint32_t import_count) {
    const module *m = g->m;
    uint32_t memories = m->memory_count - m->imported_memories;
    uint32_t tables = m->table_count - m->imported_tables;
    if (g->form == FORM_GUARDED)
        out_line(o, "extern WASMELT_HIDDEN const wasmelt_module " CHECKED_NAME "_module;\n", g->name);
    if (g->options->c == C_PLAIN)
        out_open(o, "const wasmelt_module %s_module =", g->name);
    else
        out_open(o, "%s const wasmelt_module %s_module =",
                 g->form == FORM_CHECKED ? "WASMELT_HIDDEN" : "__attribute__((visibility(\"default\")))", g->name);
    out_line(o, ".abi_version = WASMELT_ABI_VERSION,");
    out_line(o, ".name = \"%s\",", g->options->name);
    out_line(o, ".instance_size = sizeof(%s),", g->name);
    if (m->type_count > 0)
        out_line(o, ".types = types, .type_count = %u, .type_ids_offset = offsetof(%s, type_ids),", (unsigned)m->type_count, g->name);
    if (import_count > 0)
        out_line(o, ".imports = imports, .import_count = %u,", (unsigned)import_count);
    if (m->export_count > 0)
        out_line(o, ".exports = exports, .export_count = %u,", (unsigned)m->export_count);
    if (g->record_count > 0)
        out_line(o, ".funcs = records, .func_count = %u, .funcs_offset = offsetof(%s, funcs),", (unsigned)g->record_count, g->name);
    if (memories > 0)
        out_line(o, ".memories = memories, .memory_count = %u,", (unsigned)memories);
    if (tables > 0)
        out_line(o, ".tables = tables, .table_count = %u,", (unsigned)tables);
    if (m->tag_count > m->imported_tags)
        out_line(o, ".tags = tags, .tag_count = %u,", (unsigned)(m->tag_count - m->imported_tags));
    put_parts(g, o);
    put_heap_descriptor(g, o);
    out_line(o, ".init = init_instance,");
    if (has_counted_globals(g))
        out_line(o, ".fini = fini_instance,");
    if (m->start != NO_INDEX)
        out_line(o, ".start = start_instance,");
    if (g->options->interrupt == INTERRUPT_SIGNAL)
        out_line(o, ".stoppable = __start_wasmelt_guest, .stoppable_end = __stop_wasmelt_guest,");
    if (g->options->fuel)
        out_line(o, ".counts_fuel = true,");
    if (g->form == FORM_GUARDED)
        out_line(o, ".checked_form = &" CHECKED_NAME "_module,", g->name);
    out_close(o, ";\n");
}

/* Whether there is a function to call besides those that are called anyway. */
static bool can_invoke(const module *m) {
    for (uint32_t k = 0; k < m->export_count; k++)
        if (m->exports[k].kind == EXTERN_FUNC && !span_is(m->exports[k].name, "_start") && !span_is(m->exports[k].name, "_initialize"))
            return true;
    return false;
}

static void put_main(const generator *g, out *o) {
    strbuf module = {0};
    out_line(o, "static const wasmelt_main_parts main_parts = {%s, %s};\n", can_invoke(g->m) ? "wasmelt_main_invoke" : "NULL",
             imports_thread_spawn(g->m) ? "&wasmelt_main_with_threads" : "NULL");
    strbuf_printf(&module, "%s_module", g->name);
    main_put(o, g->options, "wasmelt_main_of", module.data, "&main_parts, ");
    strbuf_free(&module);
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
    put_heap_roots(g, o);
    put_fini(g, o);
    put_descriptor(g, o, imports);
    if (g->options->emit_main && g->form != FORM_CHECKED)
        put_main(g, o);
    else if (has_typed_api(g))
        put_host_api(g, o);
    return true;
}
