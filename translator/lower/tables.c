/* Finds tables whose contents never change. In come the module and what the call graph says about its code; out go the contents of these
 * tables. An indirect call through such a table does not read the instance: the functions and their types are constants in the C, and the
 * functions are called with the caller's own instance. */
#include "lower/tables.h"

#include "read/instr.h"
#include "wasm/representation.h"

/* A table of at most this many elements may be mostly null. A longer one is only made fixed if about half of its elements are not null. */
#define SMALL_TABLE 64

/* Puts the functions of a segment into the table. False if the contents are not known when translating: the offset is not a constant, the
 * segment does not fit, or an element is an imported function, which is not called with this instance. */
static bool add_segment(const module *m, const uint32_t *code, const elem_segment *e, fixed_table *f) {
    uint64_t at;
    if (!e->funcs || !const_expr_integer(m, &e->offset_expr, &at) || e->count > f->size || at > f->size - e->count)
        return false;
    for (uint32_t k = 0; k < e->count; k++) {
        if (m->funcs[e->funcs[k]].import != NO_INDEX)
            return false;
        f->funcs[at + k] = code[e->funcs[k]];
    }
    return true;
}

/* Sets the size of tables that could be fixed. None can if a table is imported: a segment may put functions into that table before another
 * segment fails, and these functions can be called although instantiation has failed. */
static void find_candidates(const module *m, fixed_table *tables, arena *a) {
    bool *exported = arena_array(a, m->table_count, sizeof *exported);
    uint64_t *elements = arena_array(a, m->table_count, sizeof *elements);
    for (uint32_t k = 0; k < m->export_count; k++)
        if (m->exports[k].kind == EXTERN_TABLE)
            exported[m->exports[k].index] = true;
    for (uint32_t k = 0; k < m->elem_count; k++)
        if (m->elems[k].mode == SEGMENT_ACTIVE)
            elements[m->elems[k].table] += m->elems[k].count;
    for (uint32_t k = 0; m->imported_tables == 0 && k < m->table_count; k++) {
        const table *t = &m->tables[k];
        if (!t->init.code.bytes && representation_of(m, t->element)->type == WASMELT_FUNCREF && !exported[k] && !t->is_written &&
            elements[k] > 0 && t->minimum <= SMALL_TABLE + 2 * elements[k] && t->minimum < UINT32_MAX)
            tables[k].size = (uint32_t)t->minimum;
    }
}

/* Decides whether a type gets an array of its own: if the array has at most 4 elements for each function of the type, plus 16, so that all
 * arrays together are not longer than a few tables. If within that limit the array can begin at element 0 of the table, it does, so that C
 * indexes it as the table. */
static void measure(fixed_type *t) {
    uint64_t enough = 4 * (uint64_t)t->count + 16;
    if (t->first + (uint64_t)t->length <= enough) {
        t->length += t->first;
        t->first = 0;
    }
    t->separate = t->length <= enough;
}

static void find_types(const module *m, fixed_table *f, arena *a) {
    f->types = arena_array(a, m->type_count, sizeof *f->types);
    for (uint32_t k = 0; k < m->type_count; k++)
        f->types[k].only = NO_INDEX;
    for (uint32_t k = 0; k < f->size; k++) {
        if (f->funcs[k] == NO_INDEX)
            continue;
        fixed_type *t = &f->types[m->funcs[f->funcs[k]].type];
        t->only = t->only == NO_INDEX || t->only == f->funcs[k] ? f->funcs[k] : SEVERAL_FUNCS;
        t->first = t->count == 0 ? k : t->first;
        t->length = k - t->first + 1;
        t->count++;
    }
    for (uint32_t k = 0; k < m->type_count; k++)
        if (f->types[k].count > 1)
            measure(&f->types[k]);
}

fixed_table *fixed_tables_find(const module *m, const uint32_t *code, arena *a) {
    fixed_table *tables = arena_array(a, m->table_count, sizeof *tables);
    find_candidates(m, tables, a);
    for (uint32_t k = 0; k < m->table_count; k++) {
        tables[k].funcs = arena_array(a, tables[k].size, sizeof *tables[k].funcs);
        for (uint32_t i = 0; i < tables[k].size; i++)
            tables[k].funcs[i] = NO_INDEX;
    }
    for (uint32_t k = 0; k < m->elem_count; k++) {
        const elem_segment *e = &m->elems[k];
        if (e->mode == SEGMENT_ACTIVE && !add_segment(m, code, e, &tables[e->table]))
            tables[e->table].size = 0;
    }
    if (m->table_count > 0 && tables[0].size > 0)
        find_types(m, &tables[0], a);
    return tables;
}
