/* Validates a module: first everything outside of function bodies (sections 3.2 and 3.5), then all bodies. */
#include "base/sort.h"
#include "validate/validate.h"

#include <stdlib.h>
#include <string.h>

#include "../runtime/facts/address_space.h"
#include "validate/validator.h"
#include "wasm/representation.h"

/* ---- Types ---- */

static bool field_matches(const module *m, const field *sub, const field *super) {
    if (sub->is_mutable != super->is_mutable)
        return false;
    if (sub->type == super->type)
        return true;
    return !sub->is_mutable && wasmelt_is_ref(sub->type) && valtype_matches(m, sub->type, super->type);
}

static bool list_matches(const module *m, const wasmelt_valtype *sub, const wasmelt_valtype *super, uint32_t count) {
    for (uint32_t k = 0; k < count; k++)
        if (!valtype_matches(m, sub[k], super[k]))
            return false;
    return true;
}

static bool composite_matches(const module *m, const type_def *sub, const type_def *super) {
    if (sub->kind != super->kind)
        return false;
    if (sub->kind == TYPE_FUNC)
        return sub->param_count == super->param_count && sub->result_count == super->result_count &&
               list_matches(m, super->params, sub->params, sub->param_count) &&
               list_matches(m, sub->results, super->results, sub->result_count);
    if (sub->field_count < super->field_count)
        return false;
    for (uint32_t k = 0; k < super->field_count; k++)
        if (!field_matches(m, &sub->fields[k], &super->fields[k]))
            return false;
    return true;
}

static bool validate_types(const module *m, diag *d) {
    for (uint32_t k = 0; k < m->type_count; k++) {
        const type_def *t = &m->types[k];
        if (t->supertype == NO_INDEX)
            continue;
        const type_def *super = &m->types[t->supertype];
        if (super->is_final || !composite_matches(m, t, super))
            return diag_fail(d, t->offset, "sub type %u does not match super type %u", (unsigned)k, (unsigned)t->supertype);
    }
    return true;
}

/* ---- Imports and definitions ---- */

static size_t import_offset(const module *m, uint32_t import) {
    return import == NO_INDEX ? DIAG_NO_OFFSET : m->imports[import].offset;
}

static bool validate_funcs(const module *m, diag *d) {
    for (uint32_t k = 0; k < m->func_count; k++)
        if (m->types[m->funcs[k].type].kind != TYPE_FUNC)
            return diag_fail(d, import_offset(m, m->funcs[k].import), "type %u of function %u is no function type",
                             (unsigned)m->funcs[k].type, (unsigned)k);
    return true;
}

static bool validate_tags(const module *m, diag *d) {
    for (uint32_t k = 0; k < m->tag_count; k++) {
        const type_def *t = &m->types[m->tags[k].type];
        size_t offset = import_offset(m, m->tags[k].import);
        if (t->kind != TYPE_FUNC)
            return diag_fail(d, offset, "type of tag %u is no function type", (unsigned)k);
        if (t->result_count != 0)
            return diag_fail(d, offset, "non-empty tag result type of tag %u", (unsigned)k);
    }
    return true;
}

static bool validate_memory_type(const wasmelt_memory_type *t, size_t offset, diag *d) {
    if (t->page_size_log2 != 0 && t->page_size_log2 != 16)
        return diag_fail(d, offset, "invalid custom page size");
    uint64_t bound = memory_index_pages(t);
    if (t->page_size_log2 == 0 && !t->is64)
        bound = UINT32_MAX;
    if (t->minimum > bound || (t->has_maximum && t->maximum > bound))
        return diag_fail(d, offset, t->is64 ? "memory size must be at most 2**48 pages" : "memory size must be at most 65536 pages (4GiB)");
    if (t->has_maximum && t->minimum > t->maximum)
        return diag_fail(d, offset, "size minimum must not be greater than maximum");
    if (t->shared && !t->has_maximum)
        return diag_fail(d, offset, "shared memory must have maximum");
    return true;
}

static bool validate_memories(const module *m, diag *d) {
    for (uint32_t k = 0; k < m->memory_count; k++)
        if (!validate_memory_type(&m->memories[k].type, import_offset(m, m->memories[k].import), d))
            return false;
    return true;
}

static bool validate_table(validator *v, const table *t) {
    size_t offset = t->init.code.bytes ? t->init.offset : import_offset(v->m, t->import);
    if (!t->is64 && (t->minimum > UINT32_MAX || (t->has_maximum && t->maximum > UINT32_MAX)))
        return diag_fail(v->d, offset, "table size must be at most 2**32-1");
    if (t->has_maximum && t->minimum > t->maximum)
        return diag_fail(v->d, offset, "size minimum must not be greater than maximum");
    if (t->init.code.bytes)
        return validate_const(v, &t->init, t->element, v->m->imported_globals);
    if (t->import == NO_INDEX && !valtype_is_defaultable(t->element))
        return diag_fail(v->d, offset, "type mismatch: a table of non-null references needs an initial value");
    return true;
}

static bool validate_tables(validator *v) {
    for (uint32_t k = 0; k < v->m->table_count; k++)
        if (!validate_table(v, &v->m->tables[k]))
            return false;
    return true;
}

/* The initial value of a global may read the globals before it. */
static bool validate_globals(validator *v) {
    for (uint32_t k = v->m->imported_globals; k < v->m->global_count; k++)
        if (!validate_const(v, &v->m->globals[k].init, v->m->globals[k].type, k))
            return false;
    return true;
}

/* ---- Exports and start ---- */

static bool validate_export_index(module *m, const export *e, diag *d) {
    static const char *const kinds[] = {"function", "table", "memory", "global", "tag"};
    const uint32_t counts[] = {m->func_count, m->table_count, m->memory_count, m->global_count, m->tag_count};
    if (e->index >= counts[e->kind])
        return diag_fail(d, (size_t)(e->name.bytes - m->input.bytes), "unknown %s %u", kinds[e->kind], (unsigned)e->index);
    if (e->kind == EXTERN_FUNC)
        m->funcs[e->index].is_referenced = true;
    return true;
}

static int compare_names(const void *left, const void *right) {
    const span *a = left, *b = right;
    if (a->length != b->length)
        return a->length < b->length ? -1 : 1;
    return a->length ? memcmp(a->bytes, b->bytes, a->length) : 0;
}

static bool validate_exports(module *m, diag *d) {
    span *names = memory_alloc(m->export_count, sizeof *names);
    bool ok = true;
    for (uint32_t k = 0; ok && k < m->export_count; k++) {
        ok = validate_export_index(m, &m->exports[k], d);
        names[k] = m->exports[k].name;
    }
    if (ok && m->export_count > 1)
        sort_stable(names, m->export_count, sizeof *names, compare_names);
    for (uint32_t k = 1; ok && k < m->export_count; k++)
        if (compare_names(&names[k - 1], &names[k]) == 0)
            ok = diag_fail(d, (size_t)(names[k].bytes - m->input.bytes), "duplicate export name");
    memory_release(names);
    return ok;
}

static bool validate_start(const module *m, diag *d) {
    if (m->start == NO_INDEX)
        return true;
    if (m->start >= m->func_count)
        return diag_fail(d, DIAG_NO_OFFSET, "unknown function %u as start function", (unsigned)m->start);
    const type_def *t = &m->types[m->funcs[m->start].type];
    return (t->param_count == 0 && t->result_count == 0) || diag_fail(d, DIAG_NO_OFFSET, "start function must take and give nothing");
}

/* ---- Segments ---- */

static bool validate_elem_items(validator *v, const elem_segment *s) {
    for (uint32_t k = 0; k < s->count; k++) {
        if (s->exprs) {
            if (!validate_const(v, &s->exprs[k], s->type, v->m->global_count))
                return false;
            continue;
        }
        if (s->funcs[k] >= v->m->func_count)
            return diag_fail(v->d, s->offset, "unknown function %u", (unsigned)s->funcs[k]);
        v->m->funcs[s->funcs[k]].is_referenced = true;
    }
    return true;
}

static bool validate_elem(validator *v, const elem_segment *s) {
    if (!validate_elem_items(v, s))
        return false;
    if (s->mode != SEGMENT_ACTIVE)
        return true;
    if (s->table >= v->m->table_count)
        return diag_fail(v->d, s->offset, "unknown table %u", (unsigned)s->table);
    const table *t = &v->m->tables[s->table];
    if (!valtype_matches(v->m, s->type, t->element))
        return diag_fail(v->d, s->offset, "type mismatch: the segment's type is not the table's");
    return validate_const(v, &s->offset_expr, address_type(t->is64), v->m->global_count);
}

static bool validate_elems(validator *v) {
    for (uint32_t k = 0; k < v->m->elem_count; k++)
        if (!validate_elem(v, &v->m->elems[k]))
            return false;
    return true;
}

static bool validate_datas(validator *v) {
    for (uint32_t k = 0; k < v->m->data_count; k++) {
        const data_segment *s = &v->m->datas[k];
        if (s->mode != SEGMENT_ACTIVE)
            continue;
        if (s->memory >= v->m->memory_count)
            return diag_fail(v->d, s->offset, "unknown memory %u", (unsigned)s->memory);
        if (!validate_const(v, &s->offset_expr, address_type(v->m->memories[s->memory].type.is64), v->m->global_count))
            return false;
    }
    return true;
}

/* ---- Objects ---- */

/* Whether the module can have objects although no instruction of garbage collection occurs in it: it defines a struct or array type, or has
 * values that refer to objects (has_values). */
static bool has_objects(const module *m) {
    for (uint32_t k = 0; k < m->type_count; k++)
        if (m->types[k].kind != TYPE_FUNC)
            return true;
    return has_values(m, WASMELT_ANYREF);
}

bool module_validate(module *m, uint32_t threads, diag *d) {
    validator v = {.m = m, .d = d};
    bool ok = validate_types(m, d) && validate_funcs(m, d) && validate_tags(m, d) && validate_memories(m, d) && validate_tables(&v) &&
              validate_globals(&v) && validate_exports(m, d) && validate_start(m, d) && validate_elems(&v) && validate_datas(&v) &&
              validate_bodies(m, threads, d);
    take_makers(m, &v.makes);
    if (ok)
        m->uses_heap = ((v.features | m->body_features) & (1u << FEATURE_GC)) || has_objects(m);
    validator_free(&v);
    return ok;
}
