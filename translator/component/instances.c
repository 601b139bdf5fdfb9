/* Reads instances, core and of components, and aliases (Binary.md, instance definitions, alias definitions). */
#include "component/reader.h"

static span no_name(void) {
    return (span){NULL, 0};
}

/* Reads the sort and index of an argument or export, and finds it. */
static bool read_sort_index(reader *r, bool is_core, member *m) {
    size_t offset = cursor_offset(&r->c);
    if (is_core ? !reader_core_sort(r, &m->sort) : !reader_sort(r, &m->sort))
        return false;
    if (m->sort == SORT_VALUE)
        return diag_unsupported(r->c.diag, offset, "values of components", NULL);
    const item *i = reader_item(r, m->sort, &m->index);
    m->type = i ? i->type : NULL;
    return i != NULL;
}

/* ---- Core instances ---- */

static bool read_core_argument(reader *r, member *m) {
    *m = (member){.offset = cursor_offset(&r->c)};
    if (!cursor_name(&r->c, &m->name))
        return false;
    size_t offset = cursor_offset(&r->c);
    uint8_t code;
    if (!cursor_byte(&r->c, &code))
        return false;
    if (code != 0x12)
        return reader_bad_byte(r, offset, code, "instantiation arg kind");
    m->sort = SORT_CORE_INSTANCE;
    const item *i = reader_item(r, m->sort, &m->index);
    m->type = i ? i->type : NULL;
    return i != NULL;
}

static bool read_core_inline_export(reader *r, member *m) {
    *m = (member){.offset = cursor_offset(&r->c)};
    if (!cursor_name(&r->c, &m->name))
        return false;
    size_t offset = cursor_offset(&r->c);
    if (!read_sort_index(r, true, m))
        return false;
    return m->sort < SORT_CORE_TYPE || reader_invalid(r, offset, "a core instance cannot export a %s", sort_name(m->sort));
}

static bool read_argument(reader *r, member *m) {
    *m = (member){.offset = cursor_offset(&r->c)};
    return cursor_name(&r->c, &m->name) && read_sort_index(r, false, m);
}

/* Core sorts other than modules stay inside a component. */
static bool is_external(sort s) {
    return s < SORT_CORE_FUNC || s == SORT_CORE_MODULE;
}

static bool read_inline_export(reader *r, member *m) {
    *m = (member){0};
    if (!reader_extern_name(r, &m->name, &m->offset))
        return false;
    size_t offset = cursor_offset(&r->c);
    if (!read_sort_index(r, false, m))
        return false;
    if (!is_external(m->sort))
        return reader_invalid(r, offset, "an instance cannot export a %s", sort_name(m->sort));
    return (m->type = reader_named(r, m, m->offset)) != NULL;
}

/* Reads arguments, or exports that are put together as an instance. */
static bool read_list(reader *r, bool (*one)(reader *, member *), const char *what, bool of_component, member_list *list) {
    member_vec members = {0};
    uint32_t count;
    bool ok = reader_count(r, &count);
    for (uint32_t k = 0; ok && k < count; k++) {
        member m;
        ok = one(r, &m) && (!of_component || reader_check_annotation(r, &m, &members));
        if (ok)
            *vec_push(&members) = m;
    }
    ok =
        ok && (!of_component || reader_names_unique(r, &members, what)) && ctype_members(&r->pool, members.data, members.count, what, list);
    vec_free(&members);
    return ok;
}

static bool read_form(reader *r, bool *is_instantiation, const char *where) {
    size_t offset = cursor_offset(&r->c);
    uint8_t code;
    if (!cursor_byte(&r->c, &code))
        return false;
    *is_instantiation = code == 0;
    return code <= 1 || reader_bad_byte(r, offset, code, where);
}

bool reader_core_instance(reader *r) {
    core_instance i = {.offset = cursor_offset(&r->c)};
    ctype node = {.kind = CTYPE_CORE_INSTANCE};
    if (!read_form(r, &i.is_instantiation, "core instance"))
        return false;
    if (i.is_instantiation) {
        const item *module = reader_item(r, SORT_CORE_MODULE, &i.module);
        if (!module || !read_list(r, read_core_argument, "module instantiation argument", false, &i.arguments) ||
            !ctype_link(&r->pool, module->type, &i.arguments, i.offset))
            return false;
        node.members = module->type->members;
    } else {
        if (!read_list(r, read_core_inline_export, "export", false, &i.arguments))
            return false;
        node.members = i.arguments;
    }
    const ctype *t = ctype_make(&r->pool, &node, i.offset);
    if (!t)
        return false;
    *vec_push(&r->scope->core_instances) = i;
    return reader_add(r, SORT_CORE_INSTANCE,
                      (item){.origin = ITEM_DEFINED, .index = (uint32_t)r->scope->core_instances.count - 1, .type = t, .offset = i.offset});
}

bool reader_instance(reader *r) {
    instance i = {.offset = cursor_offset(&r->c)};
    const ctype *t = NULL;
    if (!read_form(r, &i.is_instantiation, "instance"))
        return false;
    if (i.is_instantiation) {
        const item *component = reader_item(r, SORT_COMPONENT, &i.component);
        if (!component || !read_list(r, read_argument, "component instantiation argument", false, &i.arguments))
            return false;
        t = ctype_instantiate(&r->pool, component->type, &i.arguments, i.offset);
    } else {
        if (!read_list(r, read_inline_export, "export", true, &i.arguments))
            return false;
        const ctype node = {.kind = CTYPE_INSTANCE, .members = i.arguments};
        t = ctype_make(&r->pool, &node, i.offset);
    }
    if (!t)
        return false;
    *vec_push(&r->scope->instances) = i;
    return reader_add(r, SORT_INSTANCE,
                      (item){.origin = ITEM_DEFINED, .index = (uint32_t)r->scope->instances.count - 1, .type = t, .offset = i.offset});
}

/* ---- Aliases ---- */

static bool alias_export(reader *r, sort s, size_t offset, bool is_core) {
    item i = {.origin = ITEM_ALIAS, .offset = offset};
    const item *from = reader_item(r, is_core ? SORT_CORE_INSTANCE : SORT_INSTANCE, &i.index);
    if (!from || !cursor_name(&r->c, &i.name))
        return false;
    if (!ctype_work(&r->pool, 1, offset))
        return false;
    const member *m = ctype_find(&from->type->members, no_name(), i.name);
    int length = (int)(i.name.length < 100 ? i.name.length : 100);
    if (!m)
        return reader_invalid(r, offset, "%sinstance %u has no export named `%.*s`", is_core ? "core " : "", (unsigned)i.index, length,
                              (const char *)i.name.bytes);
    if (m->sort != s)
        return reader_invalid(r, offset, "export `%.*s` is not a %s", length, (const char *)i.name.bytes, sort_name(s));
    i.type = m->type;
    return reader_add(r, s, i);
}

/* Types that refer to resources stay in the component to which these belong. */
static bool alias_outer(reader *r, sort s, size_t offset) {
    item i = {.origin = ITEM_OUTER, .offset = offset};
    uint32_t out, index;
    if (!cursor_u32(&r->c, &out) || !cursor_u32(&r->c, &index))
        return false;
    if (s != SORT_TYPE && s != SORT_COMPONENT && s != SORT_CORE_TYPE && s != SORT_CORE_MODULE)
        return reader_bad_byte(r, offset, 0, "component outer alias kind");
    scope *from = r->scope;
    bool leaves_component = false;
    i.outer = out;
    for (uint32_t k = 0; from && k < out; k++) {
        leaves_component |= from->kind == SCOPE_COMPONENT;
        from = from->parent;
    }
    if (!from)
        return reader_invalid(r, offset, "invalid outer alias count of %u", (unsigned)out);
    if (index >= from->spaces[s].count)
        return reader_invalid(r, offset, "unknown %s %u: %s index out of bounds", sort_name(s), (unsigned)index, sort_name(s));
    i.index = index;
    i.type = from->spaces[s].data[index].type;
    if (leaves_component && i.type->free_low < i.type->free_high)
        return reader_invalid(r, offset,
                              "cannot alias outer type which transitively refers to resources not defined in the current component");
    return reader_add(r, s, i);
}

bool reader_alias(reader *r) {
    size_t offset = cursor_offset(&r->c);
    sort s;
    uint8_t how;
    if (!reader_sort(r, &s))
        return false;
    size_t at = cursor_offset(&r->c);
    if (!cursor_byte(&r->c, &how))
        return false;
    bool in_type = r->scope->kind != SCOPE_COMPONENT;
    if (in_type && (how == 1 || (how == 0 && s != SORT_INSTANCE && s != SORT_TYPE)))
        return reader_invalid(r, offset, "an alias in a type may only refer to types or instances");
    if (in_type && how == 2 && s != SORT_TYPE && s != SORT_CORE_TYPE)
        return reader_invalid(r, offset, "an outer alias in a type may only refer to types");
    switch (how) {
    case 0:
        if (!is_external(s))
            return reader_invalid(r, offset, "an instance does not export a %s", sort_name(s));
        return alias_export(r, s, offset, false);
    case 1:
        if (s < SORT_CORE_FUNC || s > SORT_CORE_TAG)
            return reader_invalid(r, offset, "a core instance does not export a %s", sort_name(s));
        return alias_export(r, s, offset, true);
    case 2:
        return alias_outer(r, s, offset);
    default:
        return reader_bad_byte(r, at, how, "alias");
    }
}
