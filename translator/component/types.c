/* Reads types (Binary.md, type definitions). */
#include "component/reader.h"
#include "read/types.h"

#include <string.h>

/* ---- Types of values ---- */

const ctype *reader_valtype(reader *r) {
    size_t offset = cursor_offset(&r->c);
    if (!cursor_done(&r->c)) {
        const ctype *primitive = ctype_primitive(*r->c.at);
        if (primitive) {
            r->c.at++;
            return primitive;
        }
    }
    int64_t raw;
    if (!cursor_s33(&r->c, &raw))
        return NULL;
    if (raw < 0) {
        diag_fail(r->c.diag, offset, "invalid leading byte (0x%x) for component value type", (unsigned)(raw & 0x7F));
        return NULL;
    }
    const item *i = reader_item_at(r, SORT_TYPE, (uint32_t)raw, offset);
    if (!i)
        return NULL;
    if (i->type->kind > CTYPE_LAST_VALUE) {
        reader_invalid(r, offset, "type index %u is not a defined type", (unsigned)raw);
        return NULL;
    }
    return i->type;
}

/* Reads a byte that says whether a type follows, and the type. */
static bool read_optional(reader *r, const ctype **type) {
    bool is_there;
    *type = NULL;
    return reader_bool(r, &is_there) && (!is_there || (*type = reader_valtype(r)) != NULL);
}

bool reader_result(reader *r, const ctype **result) {
    size_t offset = cursor_offset(&r->c);
    uint8_t code, zero;
    *result = NULL;
    if (!cursor_byte(&r->c, &code))
        return false;
    if (code == 0)
        return (*result = reader_valtype(r)) != NULL;
    if (code != 1)
        return reader_bad_byte(r, offset, code, "component function results");
    offset = cursor_offset(&r->c);
    if (!cursor_byte(&r->c, &zero))
        return false;
    return zero == 0 || reader_bad_byte(r, offset, zero, "number of results");
}

typedef enum member_form { FORM_LABEL, FORM_TYPED, FORM_CASE, FORM_TYPE } member_form;

static bool read_member(reader *r, member_form form, const char *what, member *m) {
    *m = (member){.offset = cursor_offset(&r->c)};
    if (form != FORM_TYPE && !reader_label(r, what, &m->name, &m->offset))
        return false;
    if ((form == FORM_TYPED || form == FORM_TYPE) && !(m->type = reader_valtype(r)))
        return false;
    if (form != FORM_CASE)
        return true;
    if (!read_optional(r, &m->type))
        return false;
    size_t offset = cursor_offset(&r->c);
    uint8_t zero;
    if (!cursor_byte(&r->c, &zero))
        return false;
    return zero == 0 || reader_bad_byte(r, offset, zero, "zero byte required");
}

/* Reads fields, cases, labels or parameters. */
static bool read_members(reader *r, member_form form, const char *what, member_list *list) {
    member_vec members = {0};
    uint32_t count;
    bool ok = reader_count(r, &count);
    for (uint32_t k = 0; ok && k < count; k++) {
        member m;
        ok = read_member(r, form, what, &m);
        if (ok)
            *vec_push(&members) = m;
    }
    ok = ok && (form == FORM_TYPE || reader_labels_unique(r, &members, what)) &&
         ctype_members(&r->pool, members.data, members.count, NULL, list);
    vec_free(&members);
    return ok;
}

static bool read_some(reader *r, member_form form, const char *what, const char *empty, member_list *list) {
    size_t offset = cursor_offset(&r->c);
    if (!read_members(r, form, what, list))
        return false;
    return list->count > 0 || reader_invalid(r, offset, "%s", empty);
}

static bool read_handle(reader *r, ctype *t) {
    size_t offset = cursor_offset(&r->c);
    uint32_t index;
    const item *i = reader_item(r, SORT_TYPE, &index);
    if (!i)
        return false;
    t->first = i->type;
    return i->type->kind == CTYPE_RESOURCE || reader_invalid(r, offset, "type index %u is not a resource type", (unsigned)index);
}

/* Reads the optional element of a stream or future. */
static bool read_element(reader *r, ctype *t) {
    size_t offset = cursor_offset(&r->c);
    if (!read_optional(r, &t->first))
        return false;
    if (t->first && t->first->has_borrow)
        return reader_invalid(r, offset, "a stream or future cannot contain a `borrow` type");
    if (t->kind == CTYPE_STREAM && t->first && t->first->kind == CTYPE_PRIMITIVE && t->first->code == 0x74)
        return reader_invalid(r, offset, "`stream<char>` is not valid at this time");
    return true;
}

static bool read_map(reader *r, ctype *t) {
    size_t offset = cursor_offset(&r->c);
    if (!(t->first = reader_valtype(r)))
        return false;
    bool is_key = t->first->kind == CTYPE_PRIMITIVE && t->first->code != 0x76 && t->first->code != 0x75 && t->first->code != 0x64;
    if (!is_key)
        return reader_invalid(r, offset, "invalid type of a map's keys");
    return (t->second = reader_valtype(r)) != NULL;
}

static bool read_fixed_list(reader *r, ctype *t) {
    if (!(t->first = reader_valtype(r)))
        return false;
    size_t offset = cursor_offset(&r->c);
    if (!cursor_u32(&r->c, &t->length))
        return false;
    return t->length > 0 || reader_invalid(r, offset, "the length of a fixed-length list must be greater than zero");
}

static bool read_flags(reader *r, ctype *t) {
    size_t offset = cursor_offset(&r->c);
    if (!read_some(r, FORM_LABEL, "flag", "flags must have at least one entry", &t->members))
        return false;
    return t->members.count <= 32 || reader_invalid(r, offset, "cannot have more than 32 flags");
}

/* ---- Functions and resources ---- */

static bool read_func(reader *r, ctype *t) {
    if (!read_members(r, FORM_TYPED, "function parameter", &t->members))
        return false;
    size_t offset = cursor_offset(&r->c);
    if (!reader_result(r, &t->first))
        return false;
    return !t->first || !t->first->has_borrow || reader_invalid(r, offset, "function result cannot contain a `borrow` type");
}

static bool is_destructor(const ctype *t) {
    return t->core_func->kind == TYPE_FUNC && t->core_func->param_count == 1 && t->core_func->params[0] == WASMELT_I32 &&
           t->core_func->result_count == 0;
}

static bool read_resource(reader *r, ctype *t, size_t start) {
    size_t offset = cursor_offset(&r->c);
    uint8_t representation;
    bool has_destructor;
    if (r->scope->kind != SCOPE_COMPONENT)
        return reader_invalid(r, start, "resources can only be defined within a concrete component");
    if (!cursor_byte(&r->c, &representation))
        return false;
    if (representation != WASMELT_I32)
        return reader_invalid(r, offset, "resources can only be represented by `i32`");
    t->is_defined = true;
    t->owner = r->scope->number;
    t->resource = r->pool.next_resource++;
    if (!reader_bool(r, &has_destructor) || !has_destructor)
        return !r->c.diag->failed;
    uint32_t index;
    offset = cursor_offset(&r->c);
    const item *i = reader_item(r, SORT_CORE_FUNC, &index);
    t->has_destructor = true;
    t->destructor = index;
    return i && (is_destructor(i->type) || reader_invalid(r, offset, "wrong signature for a destructor"));
}

/* ---- Types that are written as components ---- */

static const ctype *read_type(reader *r);

/* Adds an import or export to the type being read, and to its index space. */
static bool declare(reader *r, bool is_import) {
    scope *s = r->scope;
    member m = {0};
    size_t offset = cursor_offset(&r->c);
    if (!reader_extern_name(r, &m.name, &m.offset) || !reader_extern_type(r, &m.sort, &m.is_bound, &m.type))
        return false;
    if (!(m.type = reader_named(r, &m, offset)))
        return false;
    member_vec *list = is_import ? &s->imports : &s->exports;
    if (!reader_check_annotation(r, &m, list))
        return false;
    *vec_push(list) = m;
    return reader_add(
        r, m.sort,
        (item){.origin = is_import ? ITEM_IMPORT : ITEM_EXPORT, .index = (uint32_t)list->count - 1, .type = m.type, .offset = offset});
}

static bool read_declaration(reader *r) {
    size_t offset = cursor_offset(&r->c);
    uint8_t code;
    const ctype *t;
    if (!cursor_byte(&r->c, &code))
        return false;
    if (code == 3 && r->scope->kind == SCOPE_COMPONENT_TYPE)
        return declare(r, true);
    switch (code) {
    case 0:
        return reader_core_type(r);
    case 1:
        t = read_type(r);
        return t && reader_add(r, SORT_TYPE, (item){.origin = ITEM_DEFINED, .type = t, .offset = offset});
    case 2:
        return reader_alias(r);
    case 4:
        return declare(r, false);
    default:
        return reader_bad_byte(r, offset, code, "component or instance type declaration");
    }
}

static bool read_scope_type(reader *r, ctype *t) {
    scope s;
    scope_open(r, &s, t->kind == CTYPE_COMPONENT ? SCOPE_COMPONENT_TYPE : SCOPE_INSTANCE_TYPE);
    bool ok = reader_depth(r) && reader_each(r, read_declaration) && reader_names_unique(r, &s.imports, "import") &&
              reader_names_unique(r, &s.exports, "export") &&
              ctype_members(&r->pool, s.imports.data, s.imports.count, "import", &t->imports) &&
              ctype_members(&r->pool, s.exports.data, s.exports.count, "export", &t->members);
    t->low = s.low;
    t->high = r->pool.next_resource;
    scope_close(r, &s);
    return ok;
}

/* ---- A definition ---- */

static bool read_defined(reader *r, uint8_t code, ctype *t, size_t start) {
    switch (code) {
    case 0x72:
        t->kind = CTYPE_RECORD;
        return read_some(r, FORM_TYPED, "record field", "record type must have at least one field", &t->members);
    case 0x71:
        t->kind = CTYPE_VARIANT;
        return read_some(r, FORM_CASE, "variant case", "variant type must have at least one case", &t->members);
    case 0x70:
        t->kind = CTYPE_LIST;
        return (t->first = reader_valtype(r)) != NULL;
    case 0x67:
        t->kind = CTYPE_LIST;
        return read_fixed_list(r, t);
    case 0x6F:
        t->kind = CTYPE_TUPLE;
        return read_some(r, FORM_TYPE, "tuple field", "tuple type must have at least one type", &t->members);
    case 0x6E:
        t->kind = CTYPE_FLAGS;
        return read_flags(r, t);
    case 0x6D:
        t->kind = CTYPE_ENUM;
        return read_some(r, FORM_LABEL, "enum tag", "enum type must have at least one variant", &t->members);
    case 0x6B:
        t->kind = CTYPE_OPTION;
        return (t->first = reader_valtype(r)) != NULL;
    case 0x6A:
        t->kind = CTYPE_RESULT;
        return read_optional(r, &t->first) && read_optional(r, &t->second);
    case 0x69:
    case 0x68:
        t->kind = code == 0x69 ? CTYPE_OWN : CTYPE_BORROW;
        return read_handle(r, t);
    case 0x66:
    case 0x65:
        t->kind = code == 0x66 ? CTYPE_STREAM : CTYPE_FUTURE;
        return read_element(r, t);
    case 0x63:
        t->kind = CTYPE_MAP;
        return read_map(r, t);
    case 0x3F:
        t->kind = CTYPE_RESOURCE;
        return read_resource(r, t, start);
    case 0x40:
    case 0x43:
        t->kind = CTYPE_FUNC;
        t->is_async = code == 0x43;
        return read_func(r, t);
    case 0x41:
    case 0x42:
        t->kind = code == 0x41 ? CTYPE_COMPONENT : CTYPE_INSTANCE;
        return read_scope_type(r, t);
    default:
        return reader_bad_byte(r, start, code, "component defined type");
    }
}

static const ctype *read_type(reader *r) {
    size_t start = cursor_offset(&r->c);
    uint8_t code;
    ctype t = {0};
    if (!cursor_byte(&r->c, &code))
        return NULL;
    const ctype *primitive = ctype_primitive(code);
    if (primitive)
        return primitive;
    return read_defined(r, code, &t, start) ? ctype_make(&r->pool, &t, start) : NULL;
}

static bool read_type_definition(reader *r) {
    size_t offset = cursor_offset(&r->c);
    const ctype *t = read_type(r);
    return t && reader_add(r, SORT_TYPE, (item){.origin = ITEM_DEFINED, .type = t, .offset = offset});
}

bool reader_types(reader *r) {
    return reader_each(r, read_type_definition);
}

/* ---- Types of imports and exports ---- */

static bool read_bound(reader *r, bool *is_bound, const ctype **type) {
    size_t offset = cursor_offset(&r->c);
    uint8_t code;
    uint32_t index;
    if (!cursor_byte(&r->c, &code))
        return false;
    if (code > 1)
        return reader_bad_byte(r, offset, code, "type bound");
    if (code == 1) {
        const ctype node = {.kind = CTYPE_RESOURCE, .resource = r->pool.next_resource++};
        *is_bound = true;
        return (*type = ctype_make(&r->pool, &node, offset)) != NULL;
    }
    const item *i = reader_item(r, SORT_TYPE, &index);
    if (!i)
        return false;
    *type = i->type;
    return true;
}

static bool read_typed(reader *r, sort space, ctype_kind kind, const char *what, const ctype **type) {
    size_t offset = cursor_offset(&r->c);
    uint32_t index;
    const item *i = reader_item(r, space, &index);
    if (!i)
        return false;
    *type = i->type;
    return i->type->kind == kind ||
           reader_invalid(r, offset, "%stype index %u is not %s type", space == SORT_CORE_TYPE ? "core " : "", (unsigned)index, what);
}

bool reader_extern_type(reader *r, sort *s, bool *is_bound, const ctype **type) {
    size_t offset = cursor_offset(&r->c);
    uint8_t code, core;
    *is_bound = false;
    if (!cursor_byte(&r->c, &code))
        return false;
    switch (code) {
    case 0:
        *s = SORT_CORE_MODULE;
        offset = cursor_offset(&r->c);
        if (!cursor_byte(&r->c, &core))
            return false;
        if (core != 0x11)
            return reader_bad_byte(r, offset, core, "component external kind");
        return read_typed(r, SORT_CORE_TYPE, CTYPE_CORE_MODULE, "a module", type);
    case 1:
        *s = SORT_FUNC;
        return read_typed(r, SORT_TYPE, CTYPE_FUNC, "a function", type);
    case 2:
        return diag_unsupported(r->c.diag, offset, "values of components", NULL);
    case 3:
        *s = SORT_TYPE;
        return read_bound(r, is_bound, type);
    case 4:
        *s = SORT_COMPONENT;
        return read_typed(r, SORT_TYPE, CTYPE_COMPONENT, "a component", type);
    case 5:
        *s = SORT_INSTANCE;
        return read_typed(r, SORT_TYPE, CTYPE_INSTANCE, "an instance", type);
    default:
        return reader_bad_byte(r, offset, code, "component external kind");
    }
}

const ctype *reader_named(reader *r, const member *m, size_t offset) {
    if (m->sort == SORT_INSTANCE)
        return ctype_fresh(&r->pool, m->type, r->scope->kind == SCOPE_COMPONENT ? m->name : (span){NULL, 0}, offset);
    if (m->sort != SORT_TYPE)
        return m->type;
    ctype node = *m->type;
    node.used_name = node.name;
    node.used_interface = node.interface;
    node.name = m->name;
    node.is_own_export = false;
    node.interface = (span){NULL, 0};
    return ctype_make(&r->pool, &node, offset);
}
