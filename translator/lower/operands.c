/* Pass `operands`: calls as operands. A call whose result is read once, by the node right after it, is printed where it is read. In come
 * the nodes; out go the same with `is_operand` on such calls:
 *
 *     u32 t3 = f(self, p0);        becomes      if (f(self, p0) != 8) break;
 *     if (t3 != 8) break;
 *
 * Not if C could evaluate something else in the same tree before the call, and that would make a difference: a load, a global, or something
 * that traps. Locals make no difference, because calls do not change them. */
#include "lower/passes.h"

#include <wasmelt/memory.h>

#define MOST_NESTED 2 /* the most calls in the arguments of one call */

static bool is_pure(const expr *e) {
    return (e->effects & ~(unsigned)FX_READS_LOCAL) == 0;
}

/* Whether the tree reads the variable in a place that is always evaluated (not in an arm of a select), and all operands that C may evaluate
 * before it are pure. */
static bool takes(const expr *e, uint32_t variable) {
    if (e->kind == EXPR_VAR)
        return e->index == variable;
    if (e->kind != EXPR_OP && e->kind != EXPR_LOAD && e->kind != EXPR_SELECT)
        return false;
    for (int k = 0; k < 3 && e->args[k]; k++) {
        bool may_come_late =
            (e->kind == EXPR_SELECT && k < 2) || (e->kind == EXPR_LOAD && k > 0); /* it may be evaluated after the load itself */
        if (may_come_late || !takes(e->args[k], variable))
            continue;
        for (int other = 0; other < 3 && e->args[other]; other++)
            if (other != k && !is_pure(e->args[other]))
                return false;
        return true;
    }
    return false;
}

/* Whether one of a statement's trees takes the variable, and the others, which C may evaluate before it, are pure. */
static bool one_takes(expr *const *trees, uint32_t count, uint32_t variable) {
    for (uint32_t k = 0; k < count; k++) {
        if (!takes(trees[k], variable))
            continue;
        for (uint32_t other = 0; other < count; other++)
            if (other != k && !is_pure(trees[other]))
                return false;
        return true;
    }
    return false;
}

static bool statement_takes(const lowered *l, const lower_plan *plan, const stmt *call, const stmt *s) {
    switch (s->kind) {
    case STMT_SET:
    case STMT_GLOBAL_SET:
        return takes(s->args[0], call->result);
    case STMT_STORE:
        /* Not if the access checks its bounds or, on some machines, reads its last byte first: C could do that before the call. */
        return !memory_is_checked(plan, s->index) && s->value < WASMELT_GUARD_BYTES / 2 &&
               (opcode_table[s->op].c.number == 1 || !takes(s->args[1], call->result)) && one_takes(s->args, s->arg_count, call->result);
    case STMT_CALL:
        return one_takes(s->args, s->arg_count, call->result);
    case STMT_RETURN: /* not `return f();` if the call may lead back: compilers would turn it into a jump (frames.c) */
        return s->arg_count == 1 && !plan->calls->tail_calls[l->f.index] && !recursion_leads_back(l, plan, call) &&
               takes(s->args[0], call->result);
    default:
        return false;
    }
}

/* Whether the call can be printed inside of `n`, the node after it. */
static bool goes_into(const lowered *l, const lower_plan *plan, const stmt *call, const node *n) {
    if (call->result_count != 1 || call->unwinds) /* without a result it has no variable */
        return false;
    const var *v = &l->f.vars.data[call->result];
    if (v->owned || v->received || v->kind != VAR_TEMP || v->reads != 1)
        return false;
    if (n->kind == NODE_STMT)
        return statement_takes(l, plan, call, n->stmt);
    return (n->kind == NODE_IF || n->kind == NODE_SWITCH) && n->condition && takes(n->condition, call->result);
}

/* Marks a call if it is to be printed where its result is read; returns whether it is. */
static bool mark_call(lowered *l, const lower_plan *plan, node *n, unsigned nested) {
    n->is_operand = n->next && nested < MOST_NESTED && goes_into(l, plan, n->stmt, n->next);
    if (!n->is_operand)
        return false;
    var *v = &l->f.vars.data[n->stmt->result];
    v->declared = DECLARED_NEVER;
    v->giver = n->stmt;
    return true;
}

static void mark_list(lowered *l, const lower_plan *plan, const node_list *list) {
    unsigned nested = 0; /* number of calls in the arguments of the node */
    for (node *n = list->first; n; n = n->next) {
        bool is_call = n->kind == NODE_STMT && (n->stmt->kind == STMT_CALL || n->stmt->kind == STMT_CALL_INDIRECT);
        nested = is_call && mark_call(l, plan, n, nested) ? nested + 1 : 0;
        if (n->kind == NODE_STMT)
            continue;
        for (uint32_t k = 0; node_part(n, k); k++)
            mark_list(l, plan, node_part(n, k));
    }
}

void operands_find(lowered *l, const lower_plan *plan) {
    if (l->f.calls && !l->shape.flat)
        mark_list(l, plan, &l->shape.body);
}
