/* Prints an inspection as JSON. docs/inspect.md describes every member. SCHEMA is raised when a member is removed or changes its meaning,
 * not when one is added. */
#include <stdlib.h>

#include "../runtime/facts/address_space.h"
#include "base/sort.h"
#include "base/vec.h"
#include "inspect/json_writer.h"
#include "inspect/print.h"
#include "inspect/program.h"
#include "read/instr.h"

enum { SCHEMA = 1, MOST_VALUES = 100 };

static void value_type(json *j, const char *name, wasmelt_valtype t) {
    json_key(j, name);
    strbuf_put(j->out, '"');
    describe_valtype(j->out, t);
    strbuf_put(j->out, '"');
}

/* ---- Parts ---- */

static void value_types(json *j, const char *name, const wasmelt_valtype *types, uint32_t count) {
    json_key(j, name);
    strbuf_put(j->out, '[');
    for (uint32_t k = 0; k < count; k++) {
        strbuf_puts(j->out, k > 0 ? ", \"" : "\"");
        describe_valtype(j->out, types[k]);
        strbuf_put(j->out, '"');
    }
    strbuf_put(j->out, ']');
}

/* Prints the fields of a struct type, or the element of an array type. */
static void fields(json *j, const type_def *t) {
    json_open_member(j, "fields", '[');
    for (uint32_t k = 0; k < t->field_count; k++) {
        json_open_item(j);
        value_type(j, "type", t->fields[k].type);
        json_boolean(j, "mutable", t->fields[k].is_mutable);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void types(json *j, const module *m) {
    static const char *const kinds[] = {"func", "struct", "array"};
    json_open_member(j, "types", '[');
    for (uint32_t k = 0; k < m->type_count; k++) {
        const type_def *t = &m->types[k];
        json_open_item(j);
        json_word(j, "kind", kinds[t->kind]);
        if (t->kind == TYPE_FUNC) {
            value_types(j, "params", t->params, t->param_count);
            value_types(j, "results", t->results, t->result_count);
        } else {
            json_string_or_null(j, "name", t->name);
            json_number_or_null(j, "supertype", t->supertype != NO_INDEX, t->supertype);
            json_number(j, "depth", t->depth);
            fields(j, t);
        }
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void signature(json *j, const module *m, uint32_t type) {
    json_number(j, "type", type);
    json_key(j, "signature");
    strbuf_put(j->out, '"');
    describe_signature(j->out, &m->types[type], MOST_VALUES);
    strbuf_put(j->out, '"');
}

static void memory_members(json *j, const memory *mem) {
    const wasmelt_memory_type *t = &mem->type;
    json_number(j, "minimum", t->minimum);
    json_number_or_null(j, "maximum", t->has_maximum, t->maximum);
    json_number(j, "page_size", UINT64_C(1) << t->page_size_log2);
    json_word(j, "index_type", t->is64 ? "i64" : "i32");
    json_boolean(j, "shared", t->shared);
}

static void table_members(json *j, const table *t) {
    value_type(j, "element", t->element);
    json_number(j, "minimum", t->minimum);
    json_number_or_null(j, "maximum", t->has_maximum, t->maximum);
    json_word(j, "index_type", t->is64 ? "i64" : "i32");
}

static void global_members(json *j, const global *g) {
    value_type(j, "value_type", g->type);
    json_boolean(j, "mutable", g->is_mutable);
}

/* Prints the kind, index and type of an import or export. */
static void entity(json *j, const module *m, extern_kind kind, uint32_t index) {
    json_word(j, "kind", extern_name(kind));
    json_number(j, "index", index);
    switch (kind) {
    case EXTERN_FUNC:
        signature(j, m, m->funcs[index].type);
        break;
    case EXTERN_TABLE:
        table_members(j, &m->tables[index]);
        break;
    case EXTERN_MEMORY:
        memory_members(j, &m->memories[index]);
        break;
    case EXTERN_GLOBAL:
        global_members(j, &m->globals[index]);
        break;
    case EXTERN_TAG:
        signature(j, m, m->tags[index].type);
        break;
    }
}

static void imports_and_exports(json *j, const module *m) {
    json_open_member(j, "imports", '[');
    for (uint32_t k = 0; k < m->import_count; k++) {
        json_open_item(j);
        json_string(j, "module", m->imports[k].module);
        json_string(j, "name", m->imports[k].name);
        json_word(j, "provided_by", program_provides(m, &m->imports[k]) ? "wasmelt" : "host");
        entity(j, m, m->imports[k].kind, m->imports[k].index);
        json_close(j, '}');
    }
    json_close(j, ']');
    json_open_member(j, "exports", '[');
    for (uint32_t k = 0; k < m->export_count; k++) {
        json_open_item(j);
        json_string(j, "name", m->exports[k].name);
        entity(j, m, m->exports[k].kind, m->exports[k].index);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void sections(json *j, const inspection *i) {
    json_open_member(j, "sections", '[');
    for (size_t k = 0; k < i->section_count; k++) {
        const section *s = &i->sections[k];
        json_open_item(j);
        json_number(j, "id", s->id);
        json_word(j, "section", section_name(s->id));
        json_string_or_null(j, "name", s->name);
        json_number(j, "offset", s->offset);
        json_number(j, "size", s->size);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void features(json *j, const inspection *i) {
    json_open_member(j, "features", '[');
    for (unsigned k = 0; k < FEATURE_COUNT; k++) {
        const feature_use *u = &i->features[k];
        if (!u->used || k == FEATURE_MVP)
            continue;
        json_open_item(j);
        json_word(j, "name", feature_names[k]);
        json_number(j, "instructions", u->instructions);
        json_number_or_null(j, "offset", u->offset != DIAG_NO_OFFSET, u->offset);
        json_number_or_null(j, "function", u->func != NO_INDEX, u->func);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void storage(json *j, const module *m) {
    json_open_member(j, "memories", '[');
    for (uint32_t k = 0; k < m->memory_count; k++) {
        const memory *mem = &m->memories[k];
        json_open_item(j);
        json_boolean(j, "imported", mem->import != NO_INDEX);
        memory_members(j, mem);
        json_number(j, "reserved_bytes", memory_wanted_bytes(&mem->type, memory_type_limit(&mem->type)));
        json_word(j, "bounds", memory_has_guard(&mem->type) ? "guard" : "explicit");
        json_close(j, '}');
    }
    json_close(j, ']');
    json_open_member(j, "tables", '[');
    for (uint32_t k = 0; k < m->table_count; k++) {
        json_open_item(j);
        json_boolean(j, "imported", m->tables[k].import != NO_INDEX);
        table_members(j, &m->tables[k]);
        json_close(j, '}');
    }
    json_close(j, ']');
    json_open_member(j, "globals", '[');
    for (uint32_t k = 0; k < m->global_count; k++) {
        const global *g = &m->globals[k];
        uint64_t value = 0;
        json_open_item(j);
        json_string_or_null(j, "name", g->name);
        json_boolean(j, "imported", g->import != NO_INDEX);
        global_members(j, g);
        bool known = const_expr_integer(m, &g->init, &value);
        json_number_or_null(j, "value", known, value);
        json_close(j, '}');
    }
    json_close(j, ']');
    json_open_member(j, "tags", '[');
    for (uint32_t k = 0; k < m->tag_count; k++) {
        json_open_item(j);
        json_boolean(j, "imported", m->tags[k].import != NO_INDEX);
        signature(j, m, m->tags[k].type);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void stack(json *j, const shadow_stack *s) {
    if (!s->found_by) {
        json_null(j, "shadow_stack");
        return;
    }
    json_open_member(j, "shadow_stack", '{');
    json_number(j, "global", s->global);
    json_word(j, "found_by", s->found_by);
    json_number_or_null(j, "low", s->has_low, s->low);
    json_boolean(j, "low_is_exact", s->low_is_exact);
    json_number_or_null(j, "high", s->has_top, s->top);
    json_word(j, "overflow", overflow_name(s->overflow));
    json_close(j, '}');
}

static int by_index(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Prints the functions that a body calls directly, each once. */
static void callees(json *j, const uint32_t *calls, uint32_t count) {
    VEC(uint32_t) list = {0};
    for (uint32_t k = 0; k < count; k++)
        *vec_push(&list) = calls[k] & ~CALL_CAUGHT;
    if (count > 1)
        sort_stable(list.data, count, sizeof *list.data, by_index);
    json_key(j, "calls");
    strbuf_put(j->out, '[');
    for (uint32_t k = 0; k < count; k++)
        if (k == 0 || list.data[k] != list.data[k - 1])
            strbuf_printf(j->out, k == 0 ? "%u" : ", %u", (unsigned)list.data[k]);
    strbuf_put(j->out, ']');
    vec_free(&list);
}

static void function(json *j, const module *m, uint32_t index) {
    json_number(j, "index", index);
    json_string_or_null(j, "name", m->funcs[index].name);
    json_number(j, "offset", m->funcs[index].offset);
    json_number(j, "bytes", m->funcs[index].body.length);
}

static void all_functions(json *j, const module *m) {
    const uint32_t *calls = m->calls;
    json_open_member(j, "list", '[');
    for (uint32_t k = m->imported_funcs; k < m->func_count; k++) {
        uint32_t count = m->funcs[k].notes.call_count;
        json_open_item(j);
        function(j, m, k);
        callees(j, calls, count);
        json_close(j, '}');
        calls += count;
    }
    json_close(j, ']');
}

static void all_data(json *j, const module *m) {
    json_open_member(j, "list", '[');
    for (uint32_t k = 0; k < m->data_count; k++) {
        const data_segment *s = &m->datas[k];
        uint64_t address = 0;
        bool is_active = s->mode == SEGMENT_ACTIVE, known = is_active && const_expr_integer(m, &s->offset_expr, &address);
        json_open_item(j);
        json_number(j, "offset", (size_t)(s->bytes.bytes - m->input.bytes));
        json_number(j, "bytes", s->bytes.length);
        json_number_or_null(j, "memory", is_active, s->memory);
        json_number_or_null(j, "address", known, address);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void functions(json *j, const inspection *i) {
    const module *m = i->m;
    json_open_member(j, "functions", '{');
    json_number(j, "imported", m->imported_funcs);
    json_number(j, "defined", m->func_count - m->imported_funcs);
    json_number(j, "bytes", i->code_bytes);
    json_number_or_null(j, "start", m->start != NO_INDEX, m->start);
    json_open_member(j, "largest", '[');
    for (size_t k = 0; k < i->largest_count; k++) {
        json_open_item(j);
        function(j, m, i->largest[k]);
        json_close(j, '}');
    }
    json_close(j, ']');
    all_functions(j, m);
    json_close(j, '}');
    json_open_member(j, "data", '{');
    json_number(j, "segments", m->data_count);
    json_number(j, "bytes", i->data_bytes);
    all_data(j, m);
    json_close(j, '}');
    json_open_member(j, "allocators", '[');
    for (size_t k = 0; k < i->allocator_count; k++) {
        const export *e = &m->exports[i->allocators[k].export_index];
        json_open_item(j);
        json_string(j, "name", e->name);
        json_word(j, "role", i->allocators[k].role);
        json_number(j, "index", e->index);
        signature(j, m, m->funcs[e->index].type);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void origin(json *j, const inspection *i) {
    json_open_member(j, "producers", '[');
    for (size_t k = 0; k < i->producer_count; k++) {
        json_open_item(j);
        json_string(j, "field", i->producers[k].field);
        json_string(j, "name", i->producers[k].name);
        json_string(j, "version", i->producers[k].version);
        json_close(j, '}');
    }
    json_close(j, ']');
    json_open_member(j, "target_features", '[');
    for (size_t k = 0; k < i->target_feature_count; k++) {
        const char prefix[] = {i->target_features[k].prefix, '\0'};
        json_open_item(j);
        json_word(j, "prefix", prefix);
        json_string(j, "name", i->target_features[k].name);
        json_close(j, '}');
    }
    json_close(j, ']');
}

static void verdict(json *j, const inspection *i) {
    const diag *d = &i->problem;
    json_open_member(j, "wasmelt", '{');
    json_boolean(j, "translates", !d->failed);
    if (d->failed) {
        json_open_member(j, "problem", '{');
        json_word(j, "message", d->message);
        json_number_or_null(j, "offset", d->offset != DIAG_NO_OFFSET, d->offset);
        json_number_or_null(j, "function", d->func != DIAG_NO_FUNC, d->func);
        json_close(j, '}');
    } else {
        json_null(j, "problem");
    }
    json_word(j, "use", use_name(i->use));
    json_word(j, "linkage", linkage_name(i->linkage));
    json_boolean(j, "dwarf", i->has_dwarf);
    json_number(j, "host_imports", i->needed_imports);
    json_open_member(j, "host_modules", '[');
    for (size_t k = 0; k < i->needed_count; k++) {
        json_open_item(j);
        json_string(j, "name", i->needed[k].name);
        json_number(j, "imports", i->needed[k].count);
        json_close(j, '}');
    }
    json_close(j, ']');
    json_close(j, '}');
}

static void document(json *j, const inspection *i) {
    json_open(j, '{');
    json_number(j, "schema", SCHEMA);
    json_word(j, "file", i->path);
    json_number(j, "bytes", i->m->input.length);
    json_string_or_null(j, "name", i->m->name);
    verdict(j, i);
    sections(j, i);
    features(j, i);
    types(j, i->m);
    imports_and_exports(j, i->m);
    storage(j, i->m);
    stack(j, &i->stack);
    json_number_or_null(j, "heap_base", i->has_heap_base, i->heap_base);
    functions(j, i);
    origin(j, i);
    json_close(j, '}');
}

void inspect_json(const inspection *i, bool in_page, FILE *to) {
    strbuf out = {0};
    json j = {.to = to, .out = &out, .first = true, .in_page = in_page};
    document(&j, i);
    strbuf_put(&out, '\n');
    print_out(&out, to, 0);
    strbuf_free(&out);
}
