/* References (section 3.4.4) and the branches on null (section 3.4.6). */
#include "validate/validator.h"

static wasmelt_valtype non_null(wasmelt_valtype t) {
    return t == TYPE_BOTTOM ? TYPE_BOTTOM : WASMELT_REF(wasmelt_heap_type(t));
}

static bool validate_ref_func(validator *v, const instr *i) {
    if (!check_func(v, i->index))
        return false;
    func *f = &v->m->funcs[i->index];
    if (v->constant)
        f->is_referenced = true;
    else if (!f->is_referenced)
        return report_invalid(v, "undeclared function reference %u", (unsigned)i->index);
    operand_push(v, WASMELT_REF(f->type));
    return true;
}

static bool validate_br_on_null(validator *v, const instr *i) {
    control *label;
    wasmelt_valtype ref;
    if (!find_label(v, i->index, &label) || !operand_pop_ref(v, &ref) || !operands_check(v, label_types(label)))
        return false;
    note_jump(v, i->index, label);
    operand_push(v, non_null(ref));
    return true;
}

static bool validate_br_on_non_null(validator *v, const instr *i) {
    control *label;
    wasmelt_valtype ref;
    if (!find_label(v, i->index, &label) || !operand_pop_ref(v, &ref))
        return false;
    note_jump(v, i->index, label);
    types t = label_types(label);
    if (t.count == 0)
        return report_invalid(v, "type mismatch: the label takes no reference");
    operand_push(v, non_null(ref));
    if (!operands_check(v, t))
        return false;
    wasmelt_valtype last;
    return operand_pop_any(v, &last);
}

bool validate_reference(validator *v, const instr *i) {
    wasmelt_valtype ref;
    switch (i->op) {
    case OP_REF_NULL:
        note_type(v, i->type);
        operand_push(v, i->type);
        return true;
    case OP_REF_IS_NULL:
        if (!operand_pop_ref(v, &ref))
            return false;
        operand_push(v, WASMELT_I32);
        return true;
    case OP_REF_FUNC:
        return validate_ref_func(v, i);
    case OP_REF_AS_NON_NULL:
        if (!operand_pop_ref(v, &ref))
            return false;
        operand_push(v, non_null(ref));
        return true;
    case OP_BR_ON_NULL:
        return validate_br_on_null(v, i);
    default:
        return validate_br_on_non_null(v, i);
    }
}
