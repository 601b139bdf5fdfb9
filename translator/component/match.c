/* Matching of types: what may be given where a type is expected; instantiation, which puts the resources of arguments in place of those
 * that a component imports. Resources are compared by their numbers, seen through bindings. */
#include <string.h>

#include "component/ctype.h"

enum { COPY_STEPS = 50 }; /* a copied node counts like so many compared ones: it takes memory, too */

/* Resources with numbers from `low` up to `high` stand for `to`; a null pointer: for themselves. */
typedef struct bindings {
    uint32_t low, high;
    const ctype **to;
} bindings;

typedef struct matcher {
    ctype_pool *p;
    size_t offset;
    bindings sub, super;
} matcher;

static bool mismatch(const matcher *m, const char *what) {
    return ctype_invalid(m->p, m->offset, "type mismatch%s%s", what ? ": " : "", what ? what : "");
}

static int most(span name) {
    return (int)(name.length < 100 ? name.length : 100);
}

/* What a resource of this number stands for; null if it is none of the range. */
static const ctype **binding_of(const bindings *b, uint32_t resource) {
    return b->to && resource >= b->low && resource < b->high ? &b->to[resource - b->low] : NULL;
}

static const ctype *resolve(const bindings *b, const ctype *resource) {
    const ctype **bound = binding_of(b, resource->resource);
    return bound && *bound ? *bound : resource;
}

static bool make_bindings(ctype_pool *p, const ctype *t, bindings *b, size_t offset) {
    *b = (bindings){.low = t->low, .high = t->high};
    if (t->low >= t->high)
        return true;
    if (!ctype_work(p, t->high - t->low, offset))
        return false;
    b->to = arena_array(p->arena, t->high - t->low, sizeof *b->to);
    return true;
}

static bool same_name(span a, span b) {
    return a.length == b.length && (a.length == 0 || memcmp(a.bytes, b.bytes, a.length) == 0);
}

/* ---- Core types ---- */

/* Whether the type means the same in all modules. */
static bool is_portable(wasmelt_valtype t) {
    return !wasmelt_is_ref(t) || !wasmelt_heap_is_concrete(wasmelt_heap_type(t));
}

static bool portable(const matcher *m, wasmelt_valtype t) {
    return is_portable(t) || diag_unsupported(m->p->diag, m->offset, "references of defined types between modules of a component", NULL);
}

static bool match_values(const matcher *m, const wasmelt_valtype *a, uint32_t a_count, const wasmelt_valtype *b, uint32_t b_count) {
    if (a_count != b_count)
        return mismatch(m, "core functions of different types");
    for (uint32_t k = 0; k < a_count; k++) {
        if (!portable(m, a[k]) || !portable(m, b[k]))
            return false;
        if (a[k] != b[k])
            return mismatch(m, "core functions of different types");
    }
    return true;
}

static bool match_core_func(const matcher *m, const type_def *a, const type_def *b) {
    if (a->kind != TYPE_FUNC || b->kind != TYPE_FUNC)
        return mismatch(m, "not a function type");
    return match_values(m, a->params, a->param_count, b->params, b->param_count) &&
           match_values(m, a->results, a->result_count, b->results, b->result_count);
}

static bool limits_fit(uint64_t minimum, bool has_maximum, uint64_t maximum, uint64_t least, bool has_most, uint64_t most) {
    return minimum >= least && (!has_most || (has_maximum && maximum <= most));
}

static bool match_core_table(const matcher *m, const table *a, const table *b) {
    if (!portable(m, a->element) || !portable(m, b->element))
        return false;
    if (a->element != b->element || a->is64 != b->is64)
        return mismatch(m, "tables of different types");
    return limits_fit(a->minimum, a->has_maximum, a->maximum, b->minimum, b->has_maximum, b->maximum) ||
           mismatch(m, "mismatch in table limits");
}

static bool match_core_memory(const matcher *m, const wasmelt_memory_type *a, const wasmelt_memory_type *b) {
    if (a->shared != b->shared)
        return mismatch(m, "mismatch in the shared flag for memories");
    if (a->is64 != b->is64 || a->page_size_log2 != b->page_size_log2)
        return mismatch(m, "memories of different types");
    return limits_fit(a->minimum, a->has_maximum, a->maximum, b->minimum, b->has_maximum, b->maximum) ||
           mismatch(m, "mismatch in memory limits");
}

static bool match_core_global(const matcher *m, const global *a, const global *b) {
    if (!portable(m, a->type) || !portable(m, b->type))
        return false;
    return (a->type == b->type && a->is_mutable == b->is_mutable) || mismatch(m, "globals of different types");
}

/* ---- Lists ---- */

static bool match(matcher *m, const ctype *a, const ctype *b);

static bool match_optional(matcher *m, const ctype *a, const ctype *b) {
    if (!a != !b)
        return mismatch(m, NULL);
    return !a || match(m, a, b);
}

/* Fields, cases, labels and parameters: the same names and types in the same order. */
static bool match_fields(matcher *m, const member_list *a, const member_list *b) {
    if (a->count != b->count)
        return mismatch(m, "a different number of parts");
    for (uint32_t k = 0; k < a->count; k++) {
        if (!same_name(a->data[k].name, b->data[k].name))
            return ctype_invalid(m->p, m->offset, "type mismatch: expected a part named `%.*s`, found `%.*s`", most(b->data[k].name),
                                 (const char *)b->data[k].name.bytes, most(a->data[k].name), (const char *)a->data[k].name.bytes);
        if (!match_optional(m, a->data[k].type, b->data[k].type))
            return false;
    }
    return true;
}

/* Whether import or export `a` can be used for `b`. A resource that `b` lets others choose is bound to that of `a`. */
static bool match_extern(matcher *m, sort a_sort, const ctype *a, const member *b) {
    if (a_sort != b->sort)
        return ctype_invalid(m->p, m->offset, "type mismatch in `%.*s`: expected a %s, found a %s", most(b->name),
                             (const char *)b->name.bytes, sort_name(b->sort), sort_name(a_sort));
    const ctype **bound = b->sort == SORT_TYPE && b->is_bound ? binding_of(&m->super, b->type->resource) : NULL;
    if (bound) {
        if (a->kind != CTYPE_RESOURCE)
            return ctype_invalid(m->p, m->offset, "type mismatch in `%.*s`: expected a resource type", most(b->name),
                                 (const char *)b->name.bytes);
        *bound = resolve(&m->sub, a);
        return true;
    }
    return match(m, a, b->type);
}

static bool match_exports(matcher *m, const member_list *a, const member_list *b) {
    for (uint32_t k = 0; k < b->count; k++) {
        const member *wanted = &b->data[k], *found = ctype_find(a, wanted->module, wanted->name);
        if (!ctype_work(m->p, 1, m->offset))
            return false;
        if (!found)
            return ctype_invalid(m->p, m->offset, "type mismatch: missing expected export `%.*s`", most(wanted->name),
                                 (const char *)wanted->name.bytes);
        if (!match_extern(m, found->sort, found->type, wanted))
            return false;
    }
    return true;
}

/* Component or module `a` may import less than `b`, and export more. */
static bool match_components(matcher *m, const ctype *a, const ctype *b) {
    matcher imports = {.p = m->p, .offset = m->offset, .sub = m->super};
    if (a->kind == CTYPE_COMPONENT && !make_bindings(m->p, a, &imports.super, m->offset))
        return false;
    for (uint32_t k = 0; k < a->imports.count; k++) {
        const member *wanted = &a->imports.data[k], *found = ctype_find(&b->imports, wanted->module, wanted->name);
        if (!ctype_work(m->p, 1, m->offset))
            return false;
        if (!found)
            return ctype_invalid(m->p, m->offset, "type mismatch: missing expected import `%.*s`", most(wanted->name),
                                 (const char *)wanted->name.bytes);
        if (!match_extern(&imports, found->sort, found->type, wanted))
            return false;
    }
    matcher exports = {.p = m->p, .offset = m->offset, .sub = imports.super, .super = m->super};
    if (b->kind == CTYPE_COMPONENT && !m->super.to && !make_bindings(m->p, b, &exports.super, m->offset))
        return false;
    return match_exports(&exports, &a->members, &b->members);
}

static bool match(matcher *m, const ctype *a, const ctype *b) {
    if (!ctype_work(m->p, 1, m->offset))
        return false;
    if (a->kind != b->kind)
        return mismatch(m, NULL);
    switch (a->kind) {
    case CTYPE_PRIMITIVE:
        return a->code == b->code || mismatch(m, NULL);
    case CTYPE_RESOURCE:
        return resolve(&m->sub, a)->resource == resolve(&m->super, b)->resource || mismatch(m, "resource types are not the same");
    case CTYPE_LIST:
        return a->length == b->length ? match(m, a->first, b->first) : mismatch(m, "lists of different lengths");
    case CTYPE_FUNC:
        if (a->is_async != b->is_async)
            return mismatch(m, "one of the functions is async");
        return match_fields(m, &a->members, &b->members) && match_optional(m, a->first, b->first);
    case CTYPE_INSTANCE:
    case CTYPE_CORE_INSTANCE:
        return match_exports(m, &a->members, &b->members);
    case CTYPE_COMPONENT:
    case CTYPE_CORE_MODULE:
        return match_components(m, a, b);
    case CTYPE_CORE_FUNC:
    case CTYPE_CORE_TAG:
        return match_core_func(m, a->core_func, b->core_func);
    case CTYPE_CORE_TABLE:
        return match_core_table(m, a->core_table, b->core_table);
    case CTYPE_CORE_MEMORY:
        return match_core_memory(m, &a->core_memory->type, &b->core_memory->type);
    case CTYPE_CORE_GLOBAL:
        return match_core_global(m, a->core_global, b->core_global);
    default:
        return match_fields(m, &a->members, &b->members) && match_optional(m, a->first, b->first) &&
               match_optional(m, a->second, b->second);
    }
}

bool ctype_matches(ctype_pool *p, const ctype *sub, const ctype *super, size_t offset) {
    matcher m = {.p = p, .offset = offset};
    if (super->kind == CTYPE_INSTANCE && !make_bindings(p, super, &m.super, offset))
        return false;
    return match(&m, sub, super);
}

/* ---- Copies with other resources ---- */

typedef struct copier {
    ctype_pool *p;
    size_t offset;
    bindings b;
    uint32_t shift; /* added to the numbers of resources in the range that are not bound */
    span interface; /* for copies that have a name and are in no interface yet; null bytes: they stay so */
} copier;

static const ctype *copy(copier *c, const ctype *t);

static bool copy_members(copier *c, member_list *list) {
    member *data = arena_array(c->p->arena, list->count, sizeof *data);
    for (uint32_t k = 0; k < list->count; k++) {
        data[k] = list->data[k];
        if (data[k].type && !(data[k].type = copy(c, data[k].type)))
            return false;
    }
    list->data = data;
    return true;
}

static const ctype *copy_resource(copier *c, const ctype *t) {
    ctype node = *t;
    bool inside = t->resource >= c->b.low && t->resource < c->b.high;
    const ctype *bound = inside && c->b.to ? c->b.to[t->resource - c->b.low] : NULL;
    if (bound) {
        node = *bound;
        node.name = t->name, node.interface = t->interface, node.used_name = t->used_name, node.used_interface = t->used_interface;
    } else if (inside) {
        node.resource += c->shift;
    }
    if (node.name.bytes && !node.interface.bytes)
        node.interface = c->interface;
    return ctype_make(c->p, &node, c->offset);
}

static const ctype *copy(copier *c, const ctype *t) {
    if (!ctype_work(c->p, 1, c->offset))
        return NULL;
    bool touched = t->all_low < t->all_high && t->all_low < c->b.high && t->all_high > c->b.low;
    bool is_named = c->interface.bytes && (t->kind == CTYPE_FUNC || t->kind == CTYPE_INSTANCE || (t->name.bytes && !t->interface.bytes));
    if (!touched && !is_named)
        return t;
    if (!ctype_work(c->p, COPY_STEPS, c->offset))
        return NULL;
    if (t->kind == CTYPE_RESOURCE)
        return copy_resource(c, t);
    ctype node = *t;
    if ((node.first && !(node.first = copy(c, node.first))) || (node.second && !(node.second = copy(c, node.second))) ||
        !copy_members(c, &node.members) || !copy_members(c, &node.imports))
        return NULL;
    if (node.low < node.high && node.low >= c->b.low && node.high <= c->b.high)
        node.low += c->shift, node.high += c->shift;
    if (node.name.bytes && !node.interface.bytes)
        node.interface = c->interface;
    return ctype_make(c->p, &node, c->offset);
}

/* Reserves numbers for the resources of a copy. */
static bool reserve(copier *c, uint32_t count) {
    c->shift = c->p->next_resource - c->b.low;
    if (!ctype_work(c->p, count, c->offset))
        return false;
    c->p->next_resource += count; /* cannot overflow: each number counts as a step */
    return true;
}

const ctype *ctype_fresh(ctype_pool *p, const ctype *type, span interface, size_t offset) {
    copier c = {.p = p, .offset = offset, .b = {.low = type->low, .high = type->high}, .interface = interface};
    return reserve(&c, type->high > type->low ? type->high - type->low : 0) ? copy(&c, type) : NULL;
}

/* ---- Instantiation ---- */

const ctype *ctype_instantiate(ctype_pool *p, const ctype *component, const member_list *arguments, size_t offset) {
    matcher m = {.p = p, .offset = offset};
    if (!make_bindings(p, component, &m.super, offset))
        return NULL;
    for (uint32_t k = 0; k < component->imports.count; k++) {
        const member *wanted = &component->imports.data[k];
        const member *given = ctype_find(arguments, wanted->module, wanted->name);
        if (!ctype_work(p, 1, offset))
            return NULL;
        if (!given) {
            ctype_invalid(p, offset, "missing import named `%.*s`", most(wanted->name), (const char *)wanted->name.bytes);
            return NULL;
        }
        m.offset = given->offset;
        if (!match_extern(&m, given->sort, given->type, wanted))
            return NULL;
    }
    copier c = {.p = p, .offset = offset, .b = m.super};
    ctype node = {.kind = CTYPE_INSTANCE, .members = component->members};
    if (!reserve(&c, component->high > component->low ? component->high - component->low : 0) || !copy_members(&c, &node.members))
        return NULL;
    return ctype_make(p, &node, offset);
}

bool ctype_link(ctype_pool *p, const ctype *module, const member_list *arguments, size_t offset) {
    matcher m = {.p = p, .offset = offset};
    for (uint32_t k = 0; k < module->imports.count; k++) {
        const member *wanted = &module->imports.data[k];
        const member *given = ctype_find(arguments, (span){NULL, 0}, wanted->module);
        if (!ctype_work(p, 1, offset))
            return false;
        if (!given)
            return ctype_invalid(p, offset, "missing module instantiation argument `%.*s`", most(wanted->module),
                                 (const char *)wanted->module.bytes);
        const member *found = ctype_find(&given->type->members, (span){NULL, 0}, wanted->name);
        m.offset = given->offset;
        if (!found)
            return ctype_invalid(p, given->offset, "unknown import: the instance has no export `%.*s`", most(wanted->name),
                                 (const char *)wanted->name.bytes);
        if (!match_extern(&m, found->sort, found->type, wanted))
            return false;
    }
    return true;
}
