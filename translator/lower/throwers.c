/* Finds out whether a reference in a module, such as an element of a table, can be to a function of somebody else. The types of imports and
 * exports tell: a reference that cannot have come through any of them was made by ref.func or a segment of the module itself. */
#include "lower/throwers.h"

#include "wasm/representation.h"

/* Whether the type is that of references to functions, or to objects that may contain such references. */
static bool is_func_ref(const module *m, wasmelt_valtype t) {
    wasmelt_valtype as = representation_of(m, t)->type;
    return as == WASMELT_FUNCREF || as == WASMELT_ANYREF || (as == WASMELT_EXTERNREF && m->uses_heap);
}

static bool any_func_ref(const module *m, const wasmelt_valtype *types, uint32_t count) {
    for (uint32_t k = 0; k < count; k++)
        if (is_func_ref(m, types[k]))
            return true;
    return false;
}

/* Whether a reference to somebody else's function can come in through this import (`in`) or export. Through an exported global, for
 * example, only if it is mutable, so that a host can set it. */
static bool come_by(const module *m, extern_kind kind, uint32_t index, bool in) {
    const type_def *t;
    switch (kind) {
    case EXTERN_TABLE:
        return is_func_ref(m, m->tables[index].element);
    case EXTERN_GLOBAL:
        return is_func_ref(m, m->globals[index].type) && (in || m->globals[index].is_mutable);
    case EXTERN_TAG:
        t = &m->types[m->tags[index].type];
        return any_func_ref(m, t->params, t->param_count);
    case EXTERN_FUNC:
        t = &m->types[m->funcs[index].type];
        return in && any_func_ref(m, t->results, t->result_count);
    default:
        return false;
    }
}

bool throwers_come_in(const module *m) {
    for (uint32_t k = 0; k < m->import_count; k++)
        if (come_by(m, m->imports[k].kind, m->imports[k].index, true))
            return true;
    for (uint32_t k = 0; k < m->export_count; k++)
        if (come_by(m, m->exports[k].kind, m->exports[k].index, false))
            return true;
    for (uint32_t k = 0; k < m->func_count; k++) {
        const type_def *t = &m->types[m->funcs[k].type];
        if (m->funcs[k].is_referenced && any_func_ref(m, t->params, t->param_count))
            return true;
    }
    return false;
}
