#include "wasm/representation.h"

#include "wasm/objects.h"
#include "wasm/subtype.h"

const representation representations[REPRESENTATION_COUNT] = {
#define REPRESENTATION(type, c, header, letter, member, is_vector, is_counted)                                                             \
    {c, header, member, WASMELT_##type, letter, is_vector, is_counted},
#include "wasm/representations.def"
#undef REPRESENTATION
};

static const representation *find(wasmelt_valtype t) {
    for (size_t k = 0; k < REPRESENTATION_COUNT; k++)
        if (representations[k].type == t)
            return &representations[k];
    return NULL;
}

/* `t` has no row of its own: the row of the topmost type of its hierarchy, such as ANYREF for (ref $struct). */
const representation *representation_of_reference(const module *m, wasmelt_valtype t) {
    return find(WASMELT_REF_NULL(heap_top(m, wasmelt_heap_type(t))));
}

uint32_t counted_among(const module *m, const wasmelt_valtype *types, uint32_t count) {
    uint32_t counted = 0;
    for (uint32_t k = 0; k < count; k++)
        counted += is_counted(m, types[k]);
    return counted;
}

static bool any_value(const module *m, const wasmelt_valtype *types, uint32_t count, wasmelt_valtype wanted) {
    for (uint32_t k = 0; k < count; k++)
        if (representation_of(m, types[k])->type == wanted)
            return true;
    return false;
}

static bool any_field(const module *m, const type_def *t, wasmelt_valtype wanted) {
    for (uint32_t k = 0; k < t->field_count; k++)
        if (!storage_is_packed(t->fields[k].type) && any_value(m, &t->fields[k].type, 1, wanted))
            return true;
    return false;
}

bool has_values(const module *m, wasmelt_valtype wanted) {
    for (uint32_t k = 0; k < m->type_count; k++) {
        const type_def *t = &m->types[k];
        if (any_value(m, t->params, t->param_count, wanted) || any_value(m, t->results, t->result_count, wanted) || any_field(m, t, wanted))
            return true;
    }
    for (uint32_t k = 0; k < m->global_count; k++)
        if (representation_of(m, m->globals[k].type)->type == wanted)
            return true;
    for (uint32_t k = 0; k < m->table_count; k++)
        if (representation_of(m, m->tables[k].element)->type == wanted)
            return true;
    return false;
}
