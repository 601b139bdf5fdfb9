/* Pass `recursion`: lets C compilers see that calls may exhaust the stack. In come the nodes; out go the same, some functions with one more
 * statement at their beginning, and some marked as computing apart.
 *
 * To C compilers the stack has no end. If a function that calls itself only computes, they do what precedes a call of it after that call,
 * or not at all if what follows it does it again: when the stack is exhausted, it has not been done. And they warn about functions that
 * cannot end without calling themselves again, and drop what these do before the endless recursion. So on each cycle of calls whose callees
 * compilers may know, at least one function is a turn: it begins with STACK_MAY_END, which seems to use all memory, or with PRETEND_RETURN,
 * which in addition seems to leave the function, if no path from its beginning reaches an end of it without such a call.
 *
 * Compilers know the callees of direct calls, and find those of calls through tables that never change (lower/tables.c). A cycle that has a
 * call of the latter kind has a turn where that call is; a cycle of direct calls has one in its head (lower/callgraph.h). So all that is
 * on a cycle calls a turn, and is seen to use memory.
 *
 * The same turns are enough for the end. Suppose compilers may see of some functions that they do not end: on every path of each is a call
 * of one of them. Follow these calls until all that they lead to call each other in cycles. One of these is a turn, and each of its paths
 * stops at such a call, which may lead back. So it begins with the return, and is seen to end. Thus of f -> g -> h -> f only one has the
 * return.
 *
 * A turn that only computes and calls nothing but itself, such as fib, is the exception: a C compiler that sees it to have no effect finds
 * calls with equal arguments, of which one is enough. Inside it there is nothing whose order the end of the stack could show, so it gets no
 * statement. But its code is apart (computes_apart), and everybody else calls a second function, which is never inlined, begins with
 * STACK_MAY_END, and does nothing but call the first: to them the call uses all memory, as that of any other turn. */
#include "lower/passes.h"

bool recursion_leads_back(const lowered *l, const lower_plan *plan, const stmt *call) {
    bool inside = call->kind == STMT_CALL && plan->m->funcs[call->index].import == NO_INDEX;
    return callgraph_recursive(plan->calls, l->f.index, inside ? call->index : plan->m->func_count);
}

typedef struct search {
    const lowered *l;
    const lower_plan *plan;
    bool *seen; /* for each statement */
    VEC(uint32_t) work;
    bool ends; /* an end of the function was reached */
} search;

static bool leads_back_directly(const lowered *l, const lower_plan *plan, const stmt *s) {
    return s->kind == STMT_CALL && plan->m->funcs[s->index].import == NO_INDEX && recursion_leads_back(l, plan, s);
}

static bool leads_back_by_table(const lowered *l, const lower_plan *plan, const stmt *s) {
    return s->kind == STMT_CALL_INDIRECT && (s->callee == CALLEE_FIXED || s->callee == CALLEE_ONLY) && recursion_leads_back(l, plan, s);
}

static bool is_turn(const lowered *l, const lower_plan *plan) {
    bool is = plan->calls->heads[l->f.index], by_table = l->f.callees[CALLEE_FIXED] || l->f.callees[CALLEE_ONLY];
    for (size_t k = 0; by_table && !is && k < l->f.stmts.count; k++)
        is = leads_back_by_table(l, plan, &l->f.stmts.data[k]);
    return is;
}

static void visit(search *s, uint32_t at) {
    if (at >= s->l->f.stmts.count) {
        s->ends = true;
    } else if (!s->seen[at]) {
        s->seen[at] = true;
        *vec_push(&s->work) = at;
    }
}

static void branch_to(search *s, uint32_t label_index) {
    const label *l = &s->l->f.labels.data[label_index];
    visit(s, l->kind == STMT_LOOP ? l->begin + 1 : l->end + 1);
}

static void visit_successors(search *s, uint32_t at) {
    const stmt *st = &s->l->f.stmts.data[at];
    const label *l = s->l->f.labels.data + st->label;
    switch (st->kind) {
    case STMT_TRAP: /* to compilers this is a call that never returns, so the function does not end here */
        break;
    case STMT_RETURN:
    case STMT_UNWIND:
    case STMT_TAIL_CALL:
    case STMT_TAIL_CALL_INDIRECT:
        s->ends = true;
        break;
    case STMT_IF:
        visit(s, at + 1);
        visit(s, l->else_at ? l->else_at + 1 : l->end + 1);
        break;
    case STMT_ELSE:
        visit(s, l->end + 1);
        break;
    case STMT_BR_IF:
        visit(s, at + 1);
        branch_to(s, st->label);
        break;
    case STMT_BR:
        branch_to(s, st->label);
        break;
    case STMT_BR_TABLE:
        for (uint32_t k = 0; k < st->target_count; k++)
            branch_to(s, st->targets[k]);
        break;
    default:
        if (!leads_back_directly(s->l, s->plan, st) && !leads_back_by_table(s->l, s->plan, st))
            visit(s, at + 1);
    }
}

/* Whether no path of a turn ends without a call that leads back. */
static bool is_endless(const lowered *l, const lower_plan *plan) {
    search s = {.l = l, .plan = plan, .seen = arena_array(l->f.arena, l->f.stmts.count, sizeof(bool))};
    visit(&s, 0);
    while (s.work.count > 0 && !s.ends)
        visit_successors(&s, vec_pop(&s.work));
    vec_free(&s.work);
    return !s.ends;
}

/* Whether the statement neither traps nor reads or writes anything but variables, except that it may call the function itself. */
static bool only_computes(const lowered *l, const stmt *s) {
    switch (s->kind) {
    case STMT_CALL:
        if (s->index != l->f.index || s->unwinds)
            return false;
        break;
    case STMT_NOP:
    case STMT_SET:
    case STMT_RETURN:
    case STMT_BLOCK:
    case STMT_LOOP:
    case STMT_IF:
    case STMT_ELSE:
    case STMT_END:
    case STMT_BR:
    case STMT_BR_IF:
    case STMT_BR_TABLE:
        break;
    default:
        return false;
    }
    for (uint32_t k = 0; k < s->arg_count; k++)
        if (s->args[k]->effects & ~(unsigned)(FX_READS_LOCAL | FX_BOOL))
            return false;
    return true;
}

static bool is_number(wasmelt_valtype t) {
    return t == WASMELT_I32 || t == WASMELT_I64 || t == WASMELT_F32 || t == WASMELT_F64;
}

/* Not with -g, where each function is one; nor where code is interrupted anywhere or asks, which is an effect; nor in code that asks how
 * much stack is left. */
static bool can_be_apart(const lowered *l, const lower_plan *plan) {
    const translate_options *o = plan->options;
    bool can = !asks_for_stack(o) && !o->debug && o->interrupt == INTERRUPT_NEVER && l->f.type->result_count == 1 &&
               is_number(l->f.type->results[0]);
    for (size_t k = 0; can && k < l->f.stmts.count; k++)
        can = only_computes(l, &l->f.stmts.data[k]);
    return can;
}

void recursion_reveal(lowered *l, const lower_plan *plan) {
    if (plan->calls->tail_calls[l->f.index] || !is_turn(l, plan))
        return;
    bool endless = is_endless(l, plan);
    l->f.computes_apart = !endless && can_be_apart(l, plan);
    if (l->f.computes_apart)
        return;
    node_prepend_stmt(&l->f, &l->shape.body, endless ? STMT_PRETEND_RETURN : STMT_STACK_MAY_END);
}
