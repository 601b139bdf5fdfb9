/* Numbers struct and array types so that a type and all its subtypes have consecutive numbers: to test whether an object is of a type, its
 * number is compared with the first and the last of these. */
#include "lower/object_types.h"

/* ---- Whether others can see the module's objects ---- */

/* Whether one of the types is a reference. Any reference may be to an object or lead to one: through a host, an exception, or the arguments
 * of a function. */
static bool has_reference(const wasmelt_valtype *types, uint32_t count) {
    for (uint32_t k = 0; k < count; k++)
        if (wasmelt_is_ref(types[k]))
            return true;
    return false;
}

static bool shows_objects(const module *m, extern_kind kind, uint32_t index) {
    const type_def *t;
    switch (kind) {
    case EXTERN_TABLE:
        return wasmelt_is_ref(m->tables[index].element);
    case EXTERN_GLOBAL:
        return wasmelt_is_ref(m->globals[index].type);
    case EXTERN_TAG:
        t = &m->types[m->tags[index].type];
        return has_reference(t->params, t->param_count);
    case EXTERN_FUNC:
        t = &m->types[m->funcs[index].type];
        return has_reference(t->params, t->param_count) || has_reference(t->results, t->result_count);
    default:
        return false;
    }
}

static bool is_closed(const module *m) {
    for (uint32_t k = 0; k < m->import_count; k++)
        if (shows_objects(m, m->imports[k].kind, m->imports[k].index))
            return false;
    for (uint32_t k = 0; k < m->export_count; k++)
        if (shows_objects(m, m->exports[k].kind, m->exports[k].index))
            return false;
    return true;
}

/* ---- Numbers ---- */

static bool is_object_type(const module *m, uint32_t type) {
    return m->types[type].kind != TYPE_FUNC && m->types[type].canonical == type;
}

/* A supertype has a smaller index than its subtypes. So one loop backwards counts the subtypes, and one forwards assigns numbers: each type
 * takes the first number that its supertype has left, and reserves as many as it has subtypes. */
void object_types_find(object_types *t, const module *m, bool is_program, arena *a) {
    uint32_t *size = arena_array(a, m->type_count, sizeof *size), *next = arena_array(a, m->type_count, sizeof *next);
    t->order = arena_array(a, m->type_count, sizeof *t->order);
    t->first = arena_array(a, m->type_count, sizeof *t->first);
    t->last = arena_array(a, m->type_count, sizeof *t->last);
    t->count = t->struct_count = 0;
    t->is_closed = is_program || is_closed(m);
    for (uint32_t k = m->type_count; k-- > 0;) {
        if (!is_object_type(m, k))
            continue;
        size[k]++;
        t->count++;
        t->struct_count += m->types[k].kind == TYPE_STRUCT;
        if (m->types[k].supertype != NO_INDEX)
            size[m->types[k].supertype] += size[k];
    }
    uint32_t next_struct = 0, next_array = t->struct_count;
    for (uint32_t k = 0; k < m->type_count; k++) {
        if (!is_object_type(m, k))
            continue;
        uint32_t super = m->types[k].supertype;
        uint32_t *from = super != NO_INDEX ? &next[super] : m->types[k].kind == TYPE_STRUCT ? &next_struct : &next_array;
        t->first[k] = *from;
        t->last[k] = *from + size[k] - 1;
        t->order[*from] = k;
        next[k] = *from + 1;
        *from += size[k];
    }
}
