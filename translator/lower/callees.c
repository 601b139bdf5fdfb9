/* Pass `callees`: decides how each indirect call finds the function to call. In come the statements; out go the `callee` of each indirect
 * call, and the function's `callees`, the kinds that occur in it. */
#include "lower/passes.h"
#include "wasm/type_number.h"

static callee_kind choose(const lower_plan *plan, const stmt *s) {
    if (s->index2 == NO_INDEX)
        return CALLEE_REFERENCE;
    /* Not for a type without a constant number, as elements may have a subtype of it; nor for a tail call, which needs the element's other
     * entry. */
    if (!plan->tables || plan->tables[s->index2].size == 0 || s->kind != STMT_CALL_INDIRECT || !type_number(plan->m, s->index))
        return CALLEE_ELEMENT;
    const fixed_type *type = fixed_type_of(plan->tables, plan->m, s->index2, s->index);
    if (type && type->count == 0)
        return CALLEE_ELEMENT; /* no element has the type: every call traps */
    return type && type->only < SEVERAL_FUNCS ? CALLEE_ONLY : CALLEE_FIXED;
}

void callees_choose(lowered *l, const lower_plan *plan) {
    if (!l->f.calls_indirectly && !l->f.calls_tail)
        return;
    for (size_t k = 0; k < l->f.stmts.count; k++) {
        stmt *s = &l->f.stmts.data[k];
        if (s->kind != STMT_CALL_INDIRECT && s->kind != STMT_TAIL_CALL_INDIRECT)
            continue;
        s->callee = (uint8_t)choose(plan, s);
        l->f.callees[s->callee] = true;
    }
}
