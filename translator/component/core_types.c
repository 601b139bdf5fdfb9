/* Reads core types in components: of functions, and of modules. Modules of their own are read by read/. */
#include <string.h>

#include "component/reader.h"
#include "read/storage.h"
#include "read/types.h"

enum { MOST_VALUES = 1000 };

/* Core types in components do not refer to other types. */
static const module no_types = {0};

static bool read_values(reader *r, uint32_t *count, wasmelt_valtype **types) {
    size_t offset = cursor_offset(&r->c);
    if (!reader_count(r, count))
        return false;
    if (*count > MOST_VALUES)
        return diag_fail(r->c.diag, offset, "too many parameters or results");
    *types = arena_array(r->pool.arena, *count, sizeof **types);
    for (uint32_t k = 0; k < *count; k++)
        if (!cursor_valtype(&r->c, &no_types, &(*types)[k]))
            return false;
    return true;
}

static const ctype *read_core_func(reader *r, size_t start) {
    type_def *f = arena_alloc(r->pool.arena, sizeof *f);
    *f = (type_def){.kind = TYPE_FUNC, .is_final = true, .supertype = NO_INDEX, .offset = start};
    if (!read_values(r, &f->param_count, &f->params) || !read_values(r, &f->result_count, &f->results))
        return NULL;
    const ctype node = {.kind = CTYPE_CORE_FUNC, .core_func = f};
    return ctype_make(&r->pool, &node, start);
}

/* ---- Types of modules ---- */

/* Reads the index of a function type. */
static const ctype *read_func_index(reader *r) {
    size_t offset = cursor_offset(&r->c);
    uint32_t index;
    const item *i = reader_item(r, SORT_CORE_TYPE, &index);
    if (i && i->type->kind != CTYPE_CORE_FUNC) {
        reader_invalid(r, offset, "core type index %u is not a function type", (unsigned)index);
        return NULL;
    }
    return i ? i->type : NULL;
}

static const ctype *read_tag_type(reader *r) {
    size_t offset = cursor_offset(&r->c);
    uint8_t attribute;
    if (!cursor_byte(&r->c, &attribute))
        return NULL;
    if (attribute != 0) {
        reader_bad_byte(r, offset, attribute, "tag");
        return NULL;
    }
    const ctype *func = read_func_index(r);
    if (!func)
        return NULL;
    const ctype node = {.kind = CTYPE_CORE_TAG, .core_func = func->core_func};
    return ctype_make(&r->pool, &node, offset);
}

static bool check_memory(reader *r, const wasmelt_memory_type *t, size_t offset) {
    uint64_t most = t->is64 ? UINT64_C(1) << 48 : UINT64_C(1) << 16;
    if (t->page_size_log2 == 16 && (t->minimum > most || (t->has_maximum && t->maximum > most)))
        return reader_invalid(r, offset, "memory size must be at most %llu pages", (unsigned long long)most);
    if (t->has_maximum && t->maximum < t->minimum)
        return reader_invalid(r, offset, "size minimum must not be greater than maximum");
    return true;
}

static bool read_storage(reader *r, ctype *node, size_t offset) {
    table *t = arena_alloc(r->pool.arena, sizeof *t);
    memory *mem = arena_alloc(r->pool.arena, sizeof *mem);
    global *g = arena_alloc(r->pool.arena, sizeof *g);
    switch (node->kind) {
    case CTYPE_CORE_TABLE:
        node->core_table = t;
        if (!cursor_table_type(&r->c, &no_types, t))
            return false;
        return !t->has_maximum || t->maximum >= t->minimum || reader_invalid(r, offset, "size minimum must not be greater than maximum");
    case CTYPE_CORE_MEMORY:
        node->core_memory = mem;
        return cursor_memory_type(&r->c, mem) && check_memory(r, &mem->type, offset);
    default:
        node->core_global = g;
        return cursor_global_type(&r->c, &no_types, g);
    }
}

/* Reads the type of a core import or export. */
static bool read_core_extern(reader *r, member *m) {
    static const ctype_kind kinds[] = {CTYPE_CORE_FUNC, CTYPE_CORE_TABLE, CTYPE_CORE_MEMORY, CTYPE_CORE_GLOBAL, CTYPE_CORE_TAG};
    static const sort sorts[] = {SORT_CORE_FUNC, SORT_CORE_TABLE, SORT_CORE_MEMORY, SORT_CORE_GLOBAL, SORT_CORE_TAG};
    size_t offset = cursor_offset(&r->c);
    uint8_t code;
    if (!cursor_byte(&r->c, &code))
        return false;
    if (code > 4)
        return reader_bad_byte(r, offset, code, "external kind");
    m->sort = sorts[code];
    ctype node = {.kind = kinds[code]};
    if (node.kind == CTYPE_CORE_FUNC)
        m->type = read_func_index(r);
    else if (node.kind == CTYPE_CORE_TAG)
        m->type = read_tag_type(r);
    else
        m->type = read_storage(r, &node, offset) ? ctype_make(&r->pool, &node, offset) : NULL;
    return m->type != NULL;
}

static bool read_core_import(reader *r) {
    member m = {.offset = cursor_offset(&r->c)};
    if (!cursor_name(&r->c, &m.module) || !cursor_name(&r->c, &m.name) || !read_core_extern(r, &m))
        return false;
    *vec_push(&r->scope->imports) = m;
    return true;
}

static bool read_core_export(reader *r) {
    member m = {.offset = cursor_offset(&r->c)};
    if (!cursor_name(&r->c, &m.name) || !read_core_extern(r, &m))
        return false;
    *vec_push(&r->scope->exports) = m;
    return true;
}

/* An alias of a type of a scope around the module type: the bytes 0x10 and 1, how many scopes out, and the index. */
static bool read_core_alias(reader *r) {
    size_t offset = cursor_offset(&r->c);
    uint8_t sort_code, how;
    uint32_t out, index;
    if (!cursor_byte(&r->c, &sort_code))
        return false;
    if (sort_code != 0x10)
        return reader_bad_byte(r, offset, sort_code, "outer alias kind");
    if (!cursor_byte(&r->c, &how))
        return false;
    if (how != 1)
        return reader_bad_byte(r, offset + 1, how, "outer alias target");
    if (!cursor_u32(&r->c, &out) || !cursor_u32(&r->c, &index))
        return false;
    scope *s = r->scope;
    for (uint32_t k = 0; s && k < out; k++)
        s = s->parent;
    if (!s)
        return reader_invalid(r, offset, "invalid outer alias count of %u", (unsigned)out);
    if (index >= s->spaces[SORT_CORE_TYPE].count)
        return reader_invalid(r, offset, "unknown type %u: type index out of bounds", (unsigned)index);
    item i = s->spaces[SORT_CORE_TYPE].data[index];
    if (i.type->kind != CTYPE_CORE_FUNC)
        return reader_invalid(r, offset, "only the outer core type of a function may be aliased in a module type");
    i.origin = ITEM_OUTER;
    return reader_add(r, SORT_CORE_TYPE, i);
}

static bool read_module_declaration(reader *r) {
    size_t offset = cursor_offset(&r->c);
    uint8_t code;
    if (!cursor_byte(&r->c, &code))
        return false;
    switch (code) {
    case 0:
        return read_core_import(r);
    case 1:
        return reader_core_type(r);
    case 2:
        return read_core_alias(r);
    case 3:
        return read_core_export(r);
    default:
        return reader_bad_byte(r, offset, code, "type definition");
    }
}

static const ctype *read_module_type(reader *r, size_t start) {
    scope s;
    ctype node = {.kind = CTYPE_CORE_MODULE};
    scope_open(r, &s, SCOPE_MODULE_TYPE);
    bool ok = reader_each(r, read_module_declaration) &&
              ctype_members(&r->pool, s.imports.data, s.imports.count, "import", &node.imports) &&
              ctype_members(&r->pool, s.exports.data, s.exports.count, "export", &node.members);
    scope_close(r, &s);
    return ok ? ctype_make(&r->pool, &node, start) : NULL;
}

bool reader_core_type(reader *r) {
    size_t start = cursor_offset(&r->c);
    uint8_t code;
    const ctype *t;
    if (!cursor_byte(&r->c, &code))
        return false;
    if (code == 0x60)
        t = read_core_func(r, start);
    else if (code == 0x50 && r->scope->kind == SCOPE_MODULE_TYPE)
        return reader_invalid(r, start, "a module type cannot be defined inside a module type");
    else if (code == 0x50)
        t = read_module_type(r, start);
    else if (code == 0 || (code >= 0x4E && code <= 0x5F))
        return diag_unsupported(r->c.diag, start, "core types other than functions and modules in components", NULL);
    else
        return reader_bad_byte(r, start, code, "type definition");
    return t && reader_add(r, SORT_CORE_TYPE, (item){.origin = ITEM_DEFINED, .type = t, .offset = start});
}

/* ---- Types of modules that are there ---- */

static span no_module(void) {
    return (span){NULL, 0};
}

static const ctype *extern_ctype(reader *r, const module *m, extern_kind kind, uint32_t index, size_t offset, sort *s) {
    static const sort sorts[] = {SORT_CORE_FUNC, SORT_CORE_TABLE, SORT_CORE_MEMORY, SORT_CORE_GLOBAL, SORT_CORE_TAG};
    ctype node = {0};
    *s = sorts[kind];
    switch (kind) {
    case EXTERN_FUNC:
        node.kind = CTYPE_CORE_FUNC;
        node.core_func = &m->types[m->funcs[index].type];
        break;
    case EXTERN_TABLE:
        node.kind = CTYPE_CORE_TABLE;
        node.core_table = &m->tables[index];
        break;
    case EXTERN_MEMORY:
        node.kind = CTYPE_CORE_MEMORY;
        node.core_memory = &m->memories[index];
        break;
    case EXTERN_GLOBAL:
        node.kind = CTYPE_CORE_GLOBAL;
        node.core_global = &m->globals[index];
        break;
    case EXTERN_TAG:
        node.kind = CTYPE_CORE_TAG;
        node.core_func = &m->types[m->tags[index].type];
        break;
    }
    return ctype_make(&r->pool, &node, offset);
}

/* Fills `list` with the module's imports or exports. */
static bool list_externs(reader *r, const core_module *m, bool imports, member_list *list) {
    member_vec all = {0};
    uint32_t count = imports ? m->m.import_count : m->m.export_count;
    bool ok = true;
    for (uint32_t k = 0; ok && k < count; k++) {
        const import *i = imports ? &m->m.imports[k] : NULL;
        const export *e = imports ? NULL : &m->m.exports[k];
        member x = {.module = imports ? i->module : no_module(), .name = imports ? i->name : e->name, .offset = m->offset};
        x.type = extern_ctype(r, &m->m, imports ? i->kind : e->kind, imports ? i->index : e->index, m->offset, &x.sort);
        ok = x.type != NULL;
        if (ok)
            *vec_push(&all) = x;
    }
    ok = ok && ctype_members(&r->pool, all.data, all.count, imports ? "import" : "export", list);
    vec_free(&all);
    return ok;
}

const ctype *reader_module_type(reader *r, const core_module *m) {
    ctype node = {.kind = CTYPE_CORE_MODULE};
    if (!list_externs(r, m, true, &node.imports) || !list_externs(r, m, false, &node.members))
        return NULL;
    return ctype_make(&r->pool, &node, m->offset);
}
