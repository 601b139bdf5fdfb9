/* Prints an inspection as JSON. docs/inspect.md describes every member. SCHEMA is raised when a member is removed or changes its meaning,
 * not when one is added. */
#include "../runtime/facts/address_space.h"
#include "inspect/print.h"
#include "read/instr.h"

#include "../runtime/plain.h"

enum { SCHEMA = 1, MOST_VALUES = 100 };

/* ---- Writing JSON ---- */

typedef struct json {
    strbuf *out;
    unsigned depth;
    bool first; /* the innermost object or array is still empty */
} json;

static void line(json *j) {
    strbuf_put(j->out, '\n');
    for (unsigned k = 0; k < j->depth; k++)
        strbuf_puts(j->out, "  ");
}

static void item(json *j) {
    print_out(j->out, PRINT_OFTEN);
    if (!j->first)
        strbuf_put(j->out, ',');
    if (j->depth > 0)
        line(j);
    j->first = false;
}

/* Characters that a terminal or an editor could mistake for something else are escaped as well. */
static void put_json_string(json *j, span s) {
    strbuf_put(j->out, '"');
    for (size_t at = 0; at < s.length;) {
        uint32_t code;
        size_t length = wasmelt_rt_plain_next(s.bytes + at, s.length - at, &code);
        if (code == '"' || code == '\\')
            strbuf_printf(j->out, "\\%c", (char)code);
        else if (code > 0xFFFF && !wasmelt_rt_plain_shows(code))
            strbuf_printf(j->out, "\\u%04x\\u%04x", 0xD800 + (unsigned)((code - 0x10000) >> 10), 0xDC00 + (unsigned)(code & 0x3FF));
        else if (!wasmelt_rt_plain_shows(code))
            strbuf_printf(j->out, "\\u%04x", (unsigned)code);
        else
            strbuf_append(j->out, (const char *)s.bytes + at, length);
        at += length;
    }
    strbuf_put(j->out, '"');
}

static span text_span(const char *text) {
    size_t length = 0;
    while (text[length])
        length++;
    return (span){(const uint8_t *)text, length};
}

static void key(json *j, const char *name) {
    item(j);
    strbuf_printf(j->out, "\"%s\": ", name);
}

static void open_value(json *j, char bracket) {
    strbuf_put(j->out, bracket);
    j->depth++;
    j->first = true;
}

static void close_value(json *j, char bracket) {
    j->depth--;
    if (!j->first)
        line(j);
    strbuf_put(j->out, bracket);
    j->first = false;
}

static void open_member(json *j, const char *name, char bracket) {
    key(j, name);
    open_value(j, bracket);
}

static void open_item(json *j) {
    item(j);
    open_value(j, '{');
}

static void number(json *j, const char *name, uint64_t value) {
    key(j, name);
    strbuf_unsigned(j->out, value);
}

static void null(json *j, const char *name) {
    key(j, name);
    strbuf_puts(j->out, "null");
}

static void number_or_null(json *j, const char *name, bool known, uint64_t value) {
    if (known)
        number(j, name, value);
    else
        null(j, name);
}

static void boolean(json *j, const char *name, bool value) {
    key(j, name);
    strbuf_puts(j->out, value ? "true" : "false");
}

static void string(json *j, const char *name, span value) {
    key(j, name);
    put_json_string(j, value);
}

static void string_or_null(json *j, const char *name, span value) {
    if (value.bytes)
        string(j, name, value);
    else
        null(j, name);
}

static void word(json *j, const char *name, const char *value) {
    string(j, name, text_span(value));
}

static void value_type(json *j, const char *name, wasmelt_valtype t) {
    key(j, name);
    strbuf_put(j->out, '"');
    describe_valtype(j->out, t);
    strbuf_put(j->out, '"');
}

/* ---- Parts ---- */

static void value_types(json *j, const char *name, const wasmelt_valtype *types, uint32_t count) {
    key(j, name);
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
    open_member(j, "fields", '[');
    for (uint32_t k = 0; k < t->field_count; k++) {
        open_item(j);
        value_type(j, "type", t->fields[k].type);
        boolean(j, "mutable", t->fields[k].is_mutable);
        close_value(j, '}');
    }
    close_value(j, ']');
}

static void types(json *j, const module *m) {
    static const char *const kinds[] = {"func", "struct", "array"};
    open_member(j, "types", '[');
    for (uint32_t k = 0; k < m->type_count; k++) {
        const type_def *t = &m->types[k];
        open_item(j);
        word(j, "kind", kinds[t->kind]);
        if (t->kind == TYPE_FUNC) {
            value_types(j, "params", t->params, t->param_count);
            value_types(j, "results", t->results, t->result_count);
        } else {
            string_or_null(j, "name", t->name);
            number_or_null(j, "supertype", t->supertype != NO_INDEX, t->supertype);
            number(j, "depth", t->depth);
            fields(j, t);
        }
        close_value(j, '}');
    }
    close_value(j, ']');
}

static void signature(json *j, const module *m, uint32_t type) {
    number(j, "type", type);
    key(j, "signature");
    strbuf_put(j->out, '"');
    describe_signature(j->out, &m->types[type], MOST_VALUES);
    strbuf_put(j->out, '"');
}

static void memory_members(json *j, const memory *mem) {
    const wasmelt_memory_type *t = &mem->type;
    number(j, "minimum", t->minimum);
    number_or_null(j, "maximum", t->has_maximum, t->maximum);
    number(j, "page_size", UINT64_C(1) << t->page_size_log2);
    word(j, "index_type", t->is64 ? "i64" : "i32");
    boolean(j, "shared", t->shared);
}

static void table_members(json *j, const table *t) {
    value_type(j, "element", t->element);
    number(j, "minimum", t->minimum);
    number_or_null(j, "maximum", t->has_maximum, t->maximum);
    word(j, "index_type", t->is64 ? "i64" : "i32");
}

static void global_members(json *j, const global *g) {
    value_type(j, "value_type", g->type);
    boolean(j, "mutable", g->is_mutable);
}

/* Prints the kind, index and type of an import or export. */
static void entity(json *j, const module *m, extern_kind kind, uint32_t index) {
    word(j, "kind", extern_name(kind));
    number(j, "index", index);
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
    open_member(j, "imports", '[');
    for (uint32_t k = 0; k < m->import_count; k++) {
        open_item(j);
        string(j, "module", m->imports[k].module);
        string(j, "name", m->imports[k].name);
        entity(j, m, m->imports[k].kind, m->imports[k].index);
        close_value(j, '}');
    }
    close_value(j, ']');
    open_member(j, "exports", '[');
    for (uint32_t k = 0; k < m->export_count; k++) {
        open_item(j);
        string(j, "name", m->exports[k].name);
        entity(j, m, m->exports[k].kind, m->exports[k].index);
        close_value(j, '}');
    }
    close_value(j, ']');
}

static void sections(json *j, const inspection *i) {
    open_member(j, "sections", '[');
    for (size_t k = 0; k < i->section_count; k++) {
        const section *s = &i->sections[k];
        open_item(j);
        number(j, "id", s->id);
        word(j, "section", section_name(s->id));
        string_or_null(j, "name", s->name);
        number(j, "offset", s->offset);
        number(j, "size", s->size);
        close_value(j, '}');
    }
    close_value(j, ']');
}

static void features(json *j, const inspection *i) {
    open_member(j, "features", '[');
    for (unsigned k = 0; k < FEATURE_COUNT; k++) {
        const feature_use *u = &i->features[k];
        if (!u->used || k == FEATURE_MVP)
            continue;
        open_item(j);
        word(j, "name", feature_names[k]);
        number(j, "instructions", u->instructions);
        number_or_null(j, "offset", u->offset != DIAG_NO_OFFSET, u->offset);
        number_or_null(j, "function", u->func != NO_INDEX, u->func);
        close_value(j, '}');
    }
    close_value(j, ']');
}

static void storage(json *j, const module *m) {
    open_member(j, "memories", '[');
    for (uint32_t k = 0; k < m->memory_count; k++) {
        const memory *mem = &m->memories[k];
        open_item(j);
        boolean(j, "imported", mem->import != NO_INDEX);
        memory_members(j, mem);
        number(j, "reserved_bytes", memory_wanted_bytes(&mem->type, memory_type_limit(&mem->type)));
        word(j, "bounds", memory_has_guard(&mem->type) ? "guard" : "explicit");
        close_value(j, '}');
    }
    close_value(j, ']');
    open_member(j, "tables", '[');
    for (uint32_t k = 0; k < m->table_count; k++) {
        open_item(j);
        boolean(j, "imported", m->tables[k].import != NO_INDEX);
        table_members(j, &m->tables[k]);
        close_value(j, '}');
    }
    close_value(j, ']');
    open_member(j, "globals", '[');
    for (uint32_t k = 0; k < m->global_count; k++) {
        const global *g = &m->globals[k];
        uint64_t value = 0;
        open_item(j);
        string_or_null(j, "name", g->name);
        boolean(j, "imported", g->import != NO_INDEX);
        global_members(j, g);
        bool known = const_expr_integer(m, &g->init, &value);
        number_or_null(j, "value", known, value);
        close_value(j, '}');
    }
    close_value(j, ']');
    open_member(j, "tags", '[');
    for (uint32_t k = 0; k < m->tag_count; k++) {
        open_item(j);
        boolean(j, "imported", m->tags[k].import != NO_INDEX);
        signature(j, m, m->tags[k].type);
        close_value(j, '}');
    }
    close_value(j, ']');
}

static void stack(json *j, const shadow_stack *s) {
    if (!s->found_by) {
        null(j, "shadow_stack");
        return;
    }
    open_member(j, "shadow_stack", '{');
    number(j, "global", s->global);
    word(j, "found_by", s->found_by);
    number_or_null(j, "low", s->has_low, s->low);
    boolean(j, "low_is_exact", s->low_is_exact);
    number_or_null(j, "high", s->has_top, s->top);
    word(j, "overflow", overflow_name(s->overflow));
    close_value(j, '}');
}

static void functions(json *j, const inspection *i) {
    const module *m = i->m;
    open_member(j, "functions", '{');
    number(j, "imported", m->imported_funcs);
    number(j, "defined", m->func_count - m->imported_funcs);
    number(j, "bytes", i->code_bytes);
    number_or_null(j, "start", m->start != NO_INDEX, m->start);
    open_member(j, "largest", '[');
    for (size_t k = 0; k < i->largest_count; k++) {
        const func *f = &m->funcs[i->largest[k]];
        open_item(j);
        number(j, "index", i->largest[k]);
        string_or_null(j, "name", f->name);
        number(j, "offset", f->offset);
        number(j, "bytes", f->body.length);
        close_value(j, '}');
    }
    close_value(j, ']');
    close_value(j, '}');
    open_member(j, "data", '{');
    number(j, "segments", m->data_count);
    number(j, "bytes", i->data_bytes);
    close_value(j, '}');
    open_member(j, "allocators", '[');
    for (size_t k = 0; k < i->allocator_count; k++) {
        const export *e = &m->exports[i->allocators[k].export_index];
        open_item(j);
        string(j, "name", e->name);
        word(j, "role", i->allocators[k].role);
        number(j, "index", e->index);
        signature(j, m, m->funcs[e->index].type);
        close_value(j, '}');
    }
    close_value(j, ']');
}

static void origin(json *j, const inspection *i) {
    open_member(j, "producers", '[');
    for (size_t k = 0; k < i->producer_count; k++) {
        open_item(j);
        string(j, "field", i->producers[k].field);
        string(j, "name", i->producers[k].name);
        string(j, "version", i->producers[k].version);
        close_value(j, '}');
    }
    close_value(j, ']');
    open_member(j, "target_features", '[');
    for (size_t k = 0; k < i->target_feature_count; k++) {
        const char prefix[] = {i->target_features[k].prefix, '\0'};
        open_item(j);
        word(j, "prefix", prefix);
        string(j, "name", i->target_features[k].name);
        close_value(j, '}');
    }
    close_value(j, ']');
}

static void verdict(json *j, const inspection *i) {
    const diag *d = &i->problem;
    open_member(j, "wasmelt", '{');
    boolean(j, "translates", !d->failed);
    if (d->failed) {
        open_member(j, "problem", '{');
        word(j, "message", d->message);
        number_or_null(j, "offset", d->offset != DIAG_NO_OFFSET, d->offset);
        number_or_null(j, "function", d->func != DIAG_NO_FUNC, d->func);
        close_value(j, '}');
    } else {
        null(j, "problem");
    }
    word(j, "use", use_name(i->use));
    word(j, "linkage", linkage_name(i->linkage));
    boolean(j, "dwarf", i->has_dwarf);
    number(j, "host_imports", i->needed_imports);
    open_member(j, "host_modules", '[');
    for (size_t k = 0; k < i->needed_count; k++) {
        open_item(j);
        string(j, "name", i->needed[k].name);
        number(j, "imports", i->needed[k].count);
        close_value(j, '}');
    }
    close_value(j, ']');
    close_value(j, '}');
}

void inspect_json(const inspection *i) {
    strbuf out = {0};
    json j = {.out = &out, .first = true};
    open_value(&j, '{');
    number(&j, "schema", SCHEMA);
    word(&j, "file", i->path);
    number(&j, "bytes", i->m->input.length);
    string_or_null(&j, "name", i->m->name);
    verdict(&j, i);
    sections(&j, i);
    features(&j, i);
    types(&j, i->m);
    imports_and_exports(&j, i->m);
    storage(&j, i->m);
    stack(&j, &i->stack);
    functions(&j, i);
    origin(&j, i);
    close_value(&j, '}');
    strbuf_put(&out, '\n');
    print_out(&out, 0);
    strbuf_free(&out);
}
