/* Reads the sections of components. An index space has what was defined before: so each index is checked when it is read, and there are
 * no cycles. Nested components are read by recursion, which is limited. */
#include "component/read.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "component/reader.h"
#include "read/module.h"
#include "validate/validate.h"

enum { MOST_NESTED = 1000 }; /* core modules or components in a file, each */

enum section_id {
    SECTION_CUSTOM,
    SECTION_CORE_MODULE,
    SECTION_CORE_INSTANCE,
    SECTION_CORE_TYPE,
    SECTION_COMPONENT,
    SECTION_INSTANCE,
    SECTION_ALIAS,
    SECTION_TYPE,
    SECTION_CANON,
    SECTION_START,
    SECTION_IMPORT,
    SECTION_EXPORT,
    SECTION_VALUE
};

static const struct {
    uint8_t code;
    bool is_core;
    const char *name;
} sorts[] = {
#define SORT(ID, code, core, name) {code, core, name},
#include "component/sorts.def"
#undef SORT
};

const char *sort_name(sort s) {
    return sorts[s].name;
}

/* ---- Errors ---- */

bool reader_invalid(reader *r, size_t offset, const char *format, ...) {
    char message[sizeof r->c.diag->message];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    r->is_invalid |= !r->c.diag->failed;
    return diag_fail(r->c.diag, offset, "%s", message);
}

bool reader_bad_byte(reader *r, size_t offset, uint8_t byte, const char *where) {
    return diag_fail(r->c.diag, offset, "invalid leading byte (0x%x) for %s", (unsigned)byte, where);
}

/* ---- Small things ---- */

bool reader_bool(reader *r, bool *value) {
    size_t offset = cursor_offset(&r->c);
    uint8_t byte;
    if (!cursor_byte(&r->c, &byte))
        return false;
    *value = byte;
    return byte <= 1 || diag_fail(r->c.diag, offset, "invalid boolean value (0x%x)", (unsigned)byte);
}

bool reader_optional(reader *r, bool *is_there, const char *what) {
    size_t offset = cursor_offset(&r->c);
    uint8_t byte;
    if (!cursor_byte(&r->c, &byte))
        return false;
    *is_there = byte;
    return byte <= 1 || reader_bad_byte(r, offset, byte, what);
}

bool reader_count(reader *r, uint32_t *count) {
    if (!cursor_u32(&r->c, count))
        return false;
    return *count <= (size_t)(r->c.end - r->c.at) || diag_fail(r->c.diag, (size_t)(r->c.end - r->c.file), "unexpected end");
}

bool reader_each(reader *r, bool (*one)(reader *)) {
    uint32_t count;
    if (!reader_count(r, &count))
        return false;
    while (count-- > 0)
        if (!one(r))
            return false;
    return true;
}

static bool find_sort(reader *r, bool is_core, sort *s) {
    size_t offset = cursor_offset(&r->c);
    uint8_t code;
    if (!cursor_byte(&r->c, &code))
        return false;
    for (int k = 0; k < SORT_COUNT; k++)
        if (sorts[k].is_core == is_core && sorts[k].code == code) {
            *s = (sort)k;
            return true;
        }
    return reader_bad_byte(r, offset, code, is_core ? "core sort" : "component outer alias kind");
}

bool reader_core_sort(reader *r, sort *s) {
    return find_sort(r, true, s);
}

bool reader_sort(reader *r, sort *s) {
    if (!cursor_done(&r->c) && *r->c.at == 0) {
        r->c.at++;
        return find_sort(r, true, s);
    }
    return find_sort(r, false, s);
}

/* ---- Index spaces ---- */

bool reader_add(reader *r, sort s, item i) {
    if (++r->items > READER_MOST_ITEMS)
        return diag_unsupported(r->c.diag, i.offset, "this many definitions", NULL);
    if (r->scope->kind == SCOPE_COMPONENT)
        *vec_push(&r->scope->definitions) = (definition){s, (uint32_t)r->scope->spaces[s].count};
    *vec_push(&r->scope->spaces[s]) = i;
    return true;
}

const item *reader_item_at(reader *r, sort s, uint32_t index, size_t offset) {
    if (index < r->scope->spaces[s].count)
        return &r->scope->spaces[s].data[index];
    reader_invalid(r, offset, "unknown %s %u: %s index out of bounds", sort_name(s), (unsigned)index, sort_name(s));
    return NULL;
}

const item *reader_item(reader *r, sort s, uint32_t *index) {
    size_t offset = cursor_offset(&r->c);
    return cursor_u32(&r->c, index) ? reader_item_at(r, s, *index, offset) : NULL;
}

const item *component_item(const component *c, sort s, uint32_t index) {
    const item *i = &c->spaces[s].data[index];
    while (i->origin == ITEM_EXPORT)
        i = &c->spaces[s].data[i->index];
    return i;
}

/* ---- Scopes ---- */

void scope_open(reader *r, scope *s, scope_kind kind) {
    *s = (scope){.kind = kind, .parent = r->scope, .low = r->pool.next_resource, .number = r->pool.next_component++};
    r->scope = s;
    r->depth++;
}

void scope_close(reader *r, scope *s) {
    for (int k = 0; k < SORT_COUNT; k++)
        vec_free(&s->spaces[k]);
    vec_free(&s->imports);
    vec_free(&s->exports);
    vec_free(&s->modules);
    vec_free(&s->core_instances);
    vec_free(&s->instances);
    vec_free(&s->components);
    vec_free(&s->canons);
    vec_free(&s->import_list);
    vec_free(&s->export_list);
    vec_free(&s->definitions);
    vec_free(&s->sections);
    r->scope = s->parent;
    r->depth--;
}

bool reader_depth(reader *r) {
    return r->depth <= READER_MOST_SCOPES || diag_unsupported(r->c.diag, cursor_offset(&r->c), "components nested this deep", NULL);
}

/* ---- Core modules and components inside ---- */

/* Reads the rest of the section as a module. Its errors have offsets in the module. */
static bool read_core_module(reader *r) {
    core_module *m = vec_push(&r->scope->modules);
    *m = (core_module){.bytes = {r->c.at, (size_t)(r->c.end - r->c.at)}, .offset = cursor_offset(&r->c)};
    diag *d = r->c.diag;
    r->c.at = r->c.end;
    if (++r->modules > MOST_NESTED)
        return diag_unsupported(d, m->offset, "this many core modules", NULL);
    bool ok = module_read(&m->m, m->bytes, r->pool.arena, d);
    if (ok) {
        ok = module_validate(&m->m, r->threads, d);
        r->is_invalid |= !ok;
    }
    if (!ok) {
        d->offset = d->offset == DIAG_NO_OFFSET ? m->offset : d->offset + m->offset;
        return false;
    }
    const ctype *t = reader_module_type(r, m);
    if (!t)
        return false;
    return reader_add(r, SORT_CORE_MODULE,
                      (item){.origin = ITEM_DEFINED, .index = (uint32_t)r->scope->modules.count - 1, .type = t, .offset = m->offset});
}

static component *read_component(reader *r);

static bool read_nested_component(reader *r) {
    size_t offset = cursor_offset(&r->c);
    if (++r->components > MOST_NESTED)
        return diag_unsupported(r->c.diag, offset, "this many components", NULL);
    component *inner = read_component(r);
    if (!inner)
        return false;
    *vec_push(&r->scope->components) = inner;
    return reader_add(
        r, SORT_COMPONENT,
        (item){.origin = ITEM_DEFINED, .index = (uint32_t)r->scope->components.count - 1, .type = inner->type, .offset = offset});
}

/* ---- Imports and exports ---- */

static bool read_import(reader *r) {
    scope *s = r->scope;
    member m = {0};
    size_t offset = cursor_offset(&r->c);
    if (!reader_extern_name(r, &m.name, &m.offset) || !reader_extern_type(r, &m.sort, &m.is_bound, &m.type) ||
        !reader_check_visible(r, &m, true) || !(m.type = reader_named(r, &m, offset)) || !reader_check_annotation(r, &m, &s->imports))
        return false;
    m.index = (uint32_t)s->spaces[m.sort].count;
    *vec_push(&s->imports) = m;
    *vec_push(&s->import_list) = (component_extern){.name = m.name, .sort = m.sort, .index = m.index, .type = m.type, .offset = offset};
    return reader_add(r, m.sort,
                      (item){.origin = ITEM_IMPORT, .index = (uint32_t)s->import_list.count - 1, .type = m.type, .offset = offset});
}

/* Reads the type that an export is to have for those outside, if it is given: one that what is exported can be used for. */
static bool read_ascription(reader *r, member *m) {
    bool is_given, is_bound;
    sort s;
    const ctype *type;
    if (!reader_optional(r, &is_given, "optional component export type") || !is_given)
        return !r->c.diag->failed;
    size_t offset = cursor_offset(&r->c);
    if (!reader_extern_type(r, &s, &is_bound, &type))
        return false;
    if (s != m->sort)
        return reader_invalid(r, offset, "type mismatch: the export is a %s, its type that of a %s", sort_name(m->sort), sort_name(s));
    if (is_bound) {
        if (m->type->kind != CTYPE_RESOURCE)
            return reader_invalid(r, offset, "type mismatch: expected a resource type");
    } else if (!ctype_matches(&r->pool, m->type, type, offset)) {
        return false;
    }
    if (s != SORT_INSTANCE || type->low == type->high)
        m->type = type;
    return true;
}

/* The type that a type's export makes. */
static const ctype *own_export(reader *r, const member *m, size_t offset) {
    const ctype *named = reader_named(r, m, offset);
    if (!named)
        return NULL;
    ctype node = *named;
    node.is_own_export = true;
    return ctype_make(&r->pool, &node, offset);
}

static bool read_export(reader *r) {
    scope *s = r->scope;
    member m = {0};
    size_t offset = cursor_offset(&r->c);
    if (!reader_extern_name(r, &m.name, &m.offset))
        return false;
    size_t at = cursor_offset(&r->c);
    if (!reader_sort(r, &m.sort))
        return false;
    if (m.sort == SORT_VALUE)
        return diag_unsupported(r->c.diag, at, "values of components", NULL);
    const item *i = reader_item(r, m.sort, &m.index);
    if (!i)
        return false;
    if (m.sort >= SORT_CORE_FUNC && m.sort != SORT_CORE_MODULE)
        return reader_invalid(r, at, "a component cannot export a %s", sort_name(m.sort));
    m.type = i->type;
    if (!read_ascription(r, &m) || !reader_check_visible(r, &m, false) || (m.sort == SORT_TYPE && !(m.type = own_export(r, &m, offset))) ||
        !reader_check_annotation(r, &m, &s->exports))
        return false;
    *vec_push(&s->exports) = m;
    *vec_push(&s->export_list) = (component_extern){.name = m.name, .sort = m.sort, .index = m.index, .type = m.type, .offset = offset};
    return reader_add(r, m.sort, (item){.origin = ITEM_EXPORT, .index = m.index, .name = m.name, .type = m.type, .offset = offset});
}

/* ---- Sections ---- */

/* The component's name is in the first subsection of the section "component-name"; nothing follows from an error there. */
static void read_component_name(reader *r, cursor c) {
    diag ignored;
    diag_init(&ignored);
    c.diag = &ignored;
    uint8_t id;
    uint32_t size;
    span name;
    if (cursor_byte(&c, &id) && id == 0 && cursor_u32(&c, &size) && cursor_name(&c, &name))
        r->scope->c->name = name;
}

static bool read_custom(reader *r) {
    span name;
    if (!cursor_name(&r->c, &name))
        return false;
    if (span_is(name, "component-name"))
        read_component_name(r, r->c);
    vec_last(&r->scope->sections).name = name;
    r->c.at = r->c.end;
    return true;
}

static bool read_section(reader *r, uint8_t id) {
    switch (id) {
    case SECTION_CUSTOM:
        return read_custom(r);
    case SECTION_CORE_MODULE:
        return read_core_module(r);
    case SECTION_CORE_INSTANCE:
        return reader_each(r, reader_core_instance);
    case SECTION_CORE_TYPE:
        return reader_each(r, reader_core_type);
    case SECTION_COMPONENT:
        return read_nested_component(r);
    case SECTION_INSTANCE:
        return reader_each(r, reader_instance);
    case SECTION_ALIAS:
        return reader_each(r, reader_alias);
    case SECTION_TYPE:
        return reader_types(r);
    case SECTION_CANON:
        return reader_each(r, reader_canon);
    case SECTION_IMPORT:
        return reader_each(r, read_import);
    case SECTION_EXPORT:
        return reader_each(r, read_export);
    default:
        return diag_unsupported(r->c.diag, cursor_offset(&r->c), "values of components", NULL);
    }
}

static bool read_sections(reader *r) {
    const uint8_t *end = r->c.end;
    while (!cursor_done(&r->c)) {
        size_t offset = cursor_offset(&r->c);
        uint8_t id;
        uint32_t size;
        if (!cursor_byte(&r->c, &id))
            return false;
        if (id > SECTION_VALUE)
            return diag_fail(r->c.diag, offset, "malformed section id");
        if (!cursor_u32(&r->c, &size))
            return false;
        if (size > (size_t)(end - r->c.at))
            return diag_fail(r->c.diag, cursor_offset(&r->c), "length out of bounds");
        r->c.end = r->c.at + size;
        *vec_push(&r->scope->sections) = (component_section){.id = id, .offset = cursor_offset(&r->c), .size = size};
        if (!read_section(r, id))
            return false;
        if (!cursor_done(&r->c))
            return diag_fail(r->c.diag, cursor_offset(&r->c), "section size mismatch");
        r->c.end = end;
    }
    return true;
}

/* ---- The component ---- */

static bool read_header(reader *r) {
    span header;
    size_t offset = cursor_offset(&r->c);
    if (!cursor_bytes(&r->c, 8, &header))
        return false;
    if (memcmp(header.bytes, "\0asm", 4) != 0)
        return diag_fail(r->c.diag, offset, "magic header not detected: not a WebAssembly binary");
    if (memcmp(header.bytes + 4, "\x0d\0\1\0", 4) == 0)
        return true;
    if (memcmp(header.bytes + 6, "\1\0", 2) == 0)
        return diag_fail(r->c.diag, offset + 4, "unknown binary version: a component in a format older or newer than 0x0d");
    return diag_fail(r->c.diag, offset + 4, "unknown binary version");
}

static void *keep(arena *a, const void *data, size_t count, size_t size) {
    void *copy = arena_array(a, count, size);
    if (count > 0)
        memcpy(copy, data, count * size);
    return copy;
}

#define KEEP(c, s, vec, array, number)                                                                                                     \
    ((c)->array = keep(r->pool.arena, (s)->vec.data, (s)->vec.count, sizeof *(s)->vec.data), (c)->number = (uint32_t)(s)->vec.count)

/* Copies what was read to the arena. */
static void finish(reader *r, component *c, const scope *s) {
    for (int k = 0; k < SORT_COUNT; k++)
        KEEP(c, s, spaces[k], spaces[k].data, spaces[k].count);
    KEEP(c, s, modules, modules, module_count);
    KEEP(c, s, core_instances, core_instances, core_instance_count);
    KEEP(c, s, instances, instances, instance_count);
    KEEP(c, s, components, components, component_count);
    KEEP(c, s, canons, canons, canon_count);
    KEEP(c, s, import_list, imports, import_count);
    KEEP(c, s, export_list, exports, export_count);
    KEEP(c, s, definitions, definitions, definition_count);
    KEEP(c, s, sections, sections, section_count);
    for (uint32_t k = 0; k < c->component_count; k++)
        c->components[k]->parent = c;
}

static bool finish_type(reader *r, component *c, const scope *s) {
    ctype node = {.kind = CTYPE_COMPONENT, .low = s->low, .high = r->pool.next_resource};
    return reader_names_unique(r, &s->imports, "import") && reader_names_unique(r, &s->exports, "export") &&
           ctype_members(&r->pool, s->imports.data, s->imports.count, "import", &node.imports) &&
           ctype_members(&r->pool, s->exports.data, s->exports.count, "export", &node.members) &&
           (c->type = ctype_make(&r->pool, &node, c->offset)) != NULL;
}

static component *read_component(reader *r) {
    component *c = arena_alloc(r->pool.arena, sizeof *c);
    scope s;
    c->input = (span){r->c.at, (size_t)(r->c.end - r->c.at)};
    c->offset = cursor_offset(&r->c);
    scope_open(r, &s, SCOPE_COMPONENT);
    s.c = c;
    bool ok = reader_depth(r) && read_header(r) && read_sections(r) && finish_type(r, c, &s);
    if (ok)
        finish(r, c, &s);
    scope_close(r, &s);
    return ok ? c : NULL;
}

bool component_is(span input) {
    return input.length >= 8 && memcmp(input.bytes, "\0asm", 4) == 0 && memcmp(input.bytes + 6, "\1\0", 2) == 0;
}

const component *component_read(span input, uint32_t threads, arena *a, bool *is_invalid, diag *d) {
    reader r = {.pool = {.arena = a, .diag = d}, .threads = threads};
    r.c = (cursor){input.bytes, input.bytes + input.length, input.bytes, d};
    component *c = read_component(&r);
    *is_invalid = r.is_invalid || r.pool.is_invalid;
    return c;
}
