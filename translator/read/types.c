#include "read/types.h"

#include <string.h>

#include <wasmelt/code/support.h>

#include "../runtime/facts/heap_types.h"
#include "base/vec.h"
#include "read/later.h"
#include "system/system.h"

#define MAX_TYPES 1000000
#define MAX_FIELDS 10000
#define MAX_DEPTH 63 /* of a chain of supertypes */

/* ---- Value types ---- */

static bool is_abstract(uint8_t code) {
    return heap_type_name(WASMELT_HEAP_ABSTRACT | code) != NULL;
}

bool cursor_type_index(cursor *c, const module *m, uint32_t *index) {
    size_t offset = cursor_offset(c);
    uint32_t raw;
    if (!cursor_u32(c, &raw))
        return false;
    if (raw >= m->type_count)
        return diag_fail(c->diag, offset, "unknown type %u", (unsigned)raw);
    *index = m->types[raw].canonical;
    return true;
}

bool cursor_heap_type(cursor *c, const module *m, uint32_t *heap) {
    size_t offset = cursor_offset(c);
    if (!cursor_done(c) && is_abstract(*c->at)) {
        *heap = WASMELT_HEAP_ABSTRACT | *c->at++;
        return true;
    }
    int64_t raw;
    if (!cursor_s33(c, &raw))
        return false;
    if (raw < 0)
        return later_fail(LATER_HEAP, raw < -64 ? 0 : (uint32_t)raw & 0x7F, offset, "heap type", c->diag);
    if ((uint64_t)raw >= m->type_count)
        return diag_fail(c->diag, offset, "unknown type %lld", (long long)raw);
    *heap = m->types[raw].canonical;
    return true;
}

bool cursor_valtype(cursor *c, const module *m, wasmelt_valtype *type) {
    size_t offset = cursor_offset(c);
    uint8_t code;
    if (!cursor_byte(c, &code))
        return false;
    if (code >= WASMELT_V128 && code <= WASMELT_I32) {
        *type = code;
        return true;
    }
    if (is_abstract(code)) {
        *type = WASMELT_REF_NULL(WASMELT_HEAP_ABSTRACT | code);
        return true;
    }
    uint32_t heap = 0;
    if (code != WASMELT_REF_NULLABLE && code != WASMELT_REF_NON_NULL)
        return later_fail(LATER_HEAP, code, offset, "value type", c->diag);
    if (!cursor_heap_type(c, m, &heap))
        return false;
    *type = heap << 8 | code;
    return true;
}

bool cursor_reftype(cursor *c, const module *m, wasmelt_valtype *type) {
    size_t offset = cursor_offset(c);
    if (!cursor_valtype(c, m, type))
        return false;
    return wasmelt_is_ref(*type) || diag_fail(c->diag, offset, "malformed reference type");
}

/* ---- Definitions ---- */

static bool read_values(cursor *c, module *m, uint32_t *count, wasmelt_valtype **types) {
    size_t offset = cursor_offset(c);
    if (!cursor_u32(c, count))
        return false;
    if (*count > WASMELT_TAIL_VALUES)
        return diag_fail(c->diag, offset, "too many parameters or results: %u, at most %d", (unsigned)*count, WASMELT_TAIL_VALUES);
    *types = arena_array(m->arena, *count, sizeof **types);
    for (uint32_t k = 0; k < *count; k++)
        if (!cursor_valtype(c, m, &(*types)[k]))
            return false;
    return true;
}

static bool read_field(cursor *c, module *m, field *f) {
    if (!cursor_done(c) && (*c->at == WASMELT_I8 || *c->at == WASMELT_I16))
        f->type = *c->at++;
    else if (!cursor_valtype(c, m, &f->type))
        return false;
    size_t offset = cursor_offset(c);
    uint8_t mutability;
    if (!cursor_byte(c, &mutability))
        return false;
    f->is_mutable = mutability;
    return mutability <= 1 || diag_fail(c->diag, offset, "malformed mutability");
}

static bool read_fields(cursor *c, module *m, type_def *t) {
    size_t offset = cursor_offset(c);
    if (!cursor_u32(c, &t->field_count))
        return false;
    if (t->field_count > MAX_FIELDS)
        return diag_fail(c->diag, offset, "too many fields");
    t->fields = arena_array(m->arena, t->field_count, sizeof *t->fields);
    for (uint32_t k = 0; k < t->field_count; k++)
        if (!read_field(c, m, &t->fields[k]))
            return false;
    return true;
}

static bool read_composite(cursor *c, module *m, type_def *t) {
    size_t offset = cursor_offset(c);
    uint8_t code;
    if (!cursor_byte(c, &code))
        return false;
    switch (code) {
    case 0x60:
        t->kind = TYPE_FUNC;
        return read_values(c, m, &t->param_count, &t->params) && read_values(c, m, &t->result_count, &t->results);
    case 0x5F:
        t->kind = TYPE_STRUCT;
        return read_fields(c, m, t);
    case 0x5E:
        t->kind = TYPE_ARRAY;
        t->field_count = 1;
        t->fields = arena_alloc(m->arena, sizeof *t->fields);
        return read_field(c, m, t->fields);
    default:
        return later_fail(LATER_COMPOSITE, code, offset, "definition type", c->diag);
    }
}

/* Reads a subtype: whether it is final and its supertypes, then its composite type. `own` is its index. */
static bool read_subtype(cursor *c, module *m, uint32_t own) {
    type_def *t = &m->types[own];
    t->offset = cursor_offset(c);
    t->is_final = true;
    t->supertype = NO_INDEX;
    if (!cursor_done(c) && (*c->at == 0x50 || *c->at == 0x4F)) {
        t->is_final = *c->at++ == 0x4F;
        uint32_t count;
        size_t offset = cursor_offset(c);
        if (!cursor_u32(c, &count))
            return false;
        if (count > 1)
            return diag_fail(c->diag, offset, "more than one supertype");
        if (count == 1) {
            offset = cursor_offset(c);
            uint32_t super;
            if (!cursor_u32(c, &super))
                return false;
            if (super >= own)
                return diag_fail(c->diag, offset, "unknown type %u", (unsigned)super);
            t->supertype = m->types[super].canonical;
            t->depth = m->types[super].depth + 1;
            if (t->depth > MAX_DEPTH)
                return diag_fail(c->diag, offset, "sub type hierarchy too deep");
        }
    }
    return read_composite(c, m, t);
}

/* ---- Canonical recursion groups ---- */

typedef struct group_table {
    uint32_t *slots; /* hash table: index of the first type of a canonical group plus one, or 0 */
    size_t size, count;
} group_table;

/* A type index that occurs in the group at `start`, in a form that is the same for equal groups: relative to `start` if it refers to a type
 * of the group, else absolute. */
static uint64_t relative(uint32_t index, uint32_t start, uint32_t size) {
    bool within = index >= start && index - start < size;
    return within ? (uint64_t)1 << 32 | (index - start) : index;
}

static uint64_t relative_type(wasmelt_valtype t, uint32_t start, uint32_t size) {
    if (!wasmelt_is_ref(t) || !wasmelt_heap_is_concrete(wasmelt_heap_type(t)))
        return (uint64_t)t << 34;
    return relative(wasmelt_heap_type(t), start, size) << 1 | wasmelt_is_nullable(t);
}

static uint64_t relative_super(uint32_t super, uint32_t start, uint32_t size) {
    return super == NO_INDEX ? UINT64_MAX : relative(super, start, size);
}

static uint64_t mix(uint64_t hash, uint64_t value) {
    hash = (hash ^ value) * 0x9E3779B97F4A7C15u;
    return hash ^ hash >> 29;
}

static uint64_t group_hash(const type_def *types, uint32_t start, uint32_t size) {
    uint64_t h = mix(system_seed(), size);
    for (uint32_t k = start; k < start + size; k++) {
        const type_def *t = &types[k];
        h = mix(h, (uint64_t)t->kind << 1 | t->is_final);
        h = mix(h, relative_super(t->supertype, start, size));
        h = mix(h, (uint64_t)t->param_count << 32 | t->result_count);
        h = mix(h, t->field_count);
        for (uint32_t v = 0; v < t->param_count; v++)
            h = mix(h, relative_type(t->params[v], start, size));
        for (uint32_t v = 0; v < t->result_count; v++)
            h = mix(h, relative_type(t->results[v], start, size));
        for (uint32_t v = 0; v < t->field_count; v++)
            h = mix(h, relative_type(t->fields[v].type, start, size) ^ (uint64_t)t->fields[v].is_mutable << 63);
    }
    return h;
}

static bool values_equal(const wasmelt_valtype *a, uint32_t a_start, const wasmelt_valtype *b, uint32_t b_start, uint32_t count,
                         uint32_t size) {
    for (uint32_t k = 0; k < count; k++)
        if (relative_type(a[k], a_start, size) != relative_type(b[k], b_start, size))
            return false;
    return true;
}

static bool types_equal(const type_def *a, uint32_t a_start, const type_def *b, uint32_t b_start, uint32_t size) {
    if (a->kind != b->kind || a->is_final != b->is_final || a->param_count != b->param_count || a->result_count != b->result_count ||
        a->field_count != b->field_count || relative_super(a->supertype, a_start, size) != relative_super(b->supertype, b_start, size))
        return false;
    for (uint32_t k = 0; k < a->field_count; k++)
        if (a->fields[k].is_mutable != b->fields[k].is_mutable ||
            !values_equal(&a->fields[k].type, a_start, &b->fields[k].type, b_start, 1, size))
            return false;
    return values_equal(a->params, a_start, b->params, b_start, a->param_count, size) &&
           values_equal(a->results, a_start, b->results, b_start, a->result_count, size);
}

static bool groups_equal(const type_def *types, uint32_t a, uint32_t b, uint32_t size) {
    if (types[b].group_size != size)
        return false;
    for (uint32_t k = 0; k < size; k++)
        if (!types_equal(&types[a + k], a, &types[b + k], b, size))
            return false;
    return true;
}

static void group_insert(group_table *table, const type_def *types, uint32_t start) {
    uint64_t h = group_hash(types, start, types[start].group_size);
    size_t at = h & (table->size - 1);
    while (table->slots[at])
        at = (at + 1) & (table->size - 1);
    table->slots[at] = start + 1;
}

static void group_table_grow(group_table *table, const type_def *types) {
    uint32_t *old = table->slots;
    size_t old_size = table->size;
    table->size = old_size ? old_size * 2 : 64;
    table->slots = memory_alloc(table->size, sizeof *table->slots);
    for (size_t k = 0; k < old_size; k++)
        if (old[k])
            group_insert(table, types, old[k] - 1);
    memory_release(old);
}

/* The first type of the earliest group that equals the group at `start`; `start` itself if there is none before. */
static uint32_t group_find(group_table *table, const type_def *types, uint32_t start, uint32_t size) {
    if (table->count * 2 >= table->size)
        group_table_grow(table, types);
    size_t at = group_hash(types, start, size) & (table->size - 1);
    for (; table->slots[at]; at = (at + 1) & (table->size - 1))
        if (groups_equal(types, start, table->slots[at] - 1, size))
            return table->slots[at] - 1;
    table->slots[at] = start + 1;
    table->count++;
    return start;
}

static void redirect(uint32_t *index, uint32_t from, uint32_t to, uint32_t size) {
    if (*index != NO_INDEX && *index >= from && *index - from < size)
        *index = *index - from + to;
}

static void redirect_type(wasmelt_valtype *t, uint32_t from, uint32_t to, uint32_t size) {
    if (!wasmelt_is_ref(*t) || !wasmelt_heap_is_concrete(wasmelt_heap_type(*t)))
        return;
    uint32_t heap = wasmelt_heap_type(*t);
    redirect(&heap, from, to, size);
    *t = heap << 8 | (*t & 0xFF);
}

/* Makes all type indices in the group canonical: those that refer to the group itself refer to the equal group at `to`. */
static void canonicalize(type_def *types, uint32_t start, uint32_t size, uint32_t to) {
    for (uint32_t k = start; k < start + size; k++) {
        type_def *t = &types[k];
        t->canonical = k - start + to;
        if (to == start)
            continue;
        redirect(&t->supertype, start, to, size);
        for (uint32_t v = 0; v < t->param_count; v++)
            redirect_type(&t->params[v], start, to, size);
        for (uint32_t v = 0; v < t->result_count; v++)
            redirect_type(&t->results[v], start, to, size);
        for (uint32_t v = 0; v < t->field_count; v++)
            redirect_type(&t->fields[v].type, start, to, size);
    }
}

/* ---- The section ---- */

typedef VEC(type_def) type_vec;

static bool read_group(cursor *c, module *m, type_vec *types, group_table *table) {
    uint32_t start = (uint32_t)types->count, size = 1;
    size_t offset = cursor_offset(c);
    if (!cursor_done(c) && *c->at == 0x4E) {
        c->at++;
        if (!cursor_u32(c, &size))
            return false;
    }
    if (size > (size_t)(c->end - c->at) || size > MAX_TYPES - types->count)
        return diag_fail(c->diag, offset, size > (size_t)(c->end - c->at) ? "unexpected end" : "too many types");
    for (uint32_t k = 0; k < size; k++)
        *vec_push(types) = (type_def){.group = start, .group_size = size, .canonical = start + k};
    m->types = types->data;
    m->type_count = (uint32_t)types->count;
    for (uint32_t k = 0; k < size; k++)
        if (!read_subtype(c, m, start + k))
            return false;
    if (size > 0)
        canonicalize(types->data, start, size, group_find(table, types->data, start, size));
    return true;
}

bool read_types(cursor *c, module *m) {
    type_vec types = {0};
    group_table table = {0};
    uint32_t groups;
    bool ok = cursor_u32(c, &groups);
    while (ok && groups-- > 0)
        ok = read_group(c, m, &types, &table);
    m->types = arena_array(m->arena, types.count, sizeof *m->types);
    if (types.count)
        memcpy(m->types, types.data, types.count * sizeof *m->types);
    m->type_count = (uint32_t)types.count;
    vec_free(&types);
    memory_release(table.slots);
    return ok;
}
