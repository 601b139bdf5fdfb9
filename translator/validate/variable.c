/* drop, select, and the instructions of locals and globals (sections 3.4.1 and 3.4.9). */
#include "validate/validator.h"

static bool validate_select(validator *v) {
    wasmelt_valtype a, b;
    v->notes.selects++;
    if (!operand_pop(v, WASMELT_I32) || !operand_pop_any(v, &a) || !operand_pop_any(v, &b))
        return false;
    if (wasmelt_is_ref(a) || wasmelt_is_ref(b))
        return report_invalid(v, "type mismatch: select of references needs a type");
    if (a != b && a != TYPE_BOTTOM && b != TYPE_BOTTOM)
        return report_invalid(v, "type mismatch: the operands of select differ in type");
    operand_push(v, a == TYPE_BOTTOM ? b : a);
    return true;
}

static bool validate_typed_select(validator *v, const instr *i) {
    v->notes.selects++;
    if (i->count != 1)
        return report_invalid(v, "invalid result arity");
    if (!operand_pop(v, WASMELT_I32) || !operand_pop(v, i->type) || !operand_pop(v, i->type))
        return false;
    operand_push(v, i->type);
    return true;
}

/* Whether a local whose type has no default value has been set by this point. */
static bool is_set(const validator *v, uint32_t local) {
    return local < v->param_count || (local < v->set_in.count && v->set_in.data[local] == v->body_number);
}

static void mark_set(validator *v, uint32_t local) {
    while (v->set_in.count <= local)
        *vec_push(&v->set_in) = 0;
    v->set_in.data[local] = v->body_number;
    *vec_push(&v->set_inside) = local;
}

bool use_valueless_local(validator *v, const instr *i) {
    bool is = is_set(v, i->index);
    if (i->op == OP_LOCAL_GET)
        return is || report_invalid(v, "uninitialized local %u", (unsigned)i->index);
    if (!is)
        mark_set(v, i->index);
    return true;
}

static bool validate_global(validator *v, const instr *i) {
    if (!check_global(v, i->index))
        return false;
    const global *g = &v->m->globals[i->index];
    v->members++;
    if (i->op == OP_GLOBAL_SET)
        return (g->is_mutable || report_invalid(v, "immutable global %u", (unsigned)i->index)) && operand_pop(v, g->type);
    operand_push(v, g->type);
    return true;
}

bool validate_variable(validator *v, const instr *i) {
    wasmelt_valtype any;
    switch (i->op) {
    case OP_DROP:
        return operand_pop_any(v, &any);
    case OP_SELECT:
        return validate_select(v);
    case OP_SELECT_T:
        return validate_typed_select(v, i);
    default:
        return validate_global(v, i);
    }
}
