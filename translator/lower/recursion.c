/* Pass `recursion`: functions that cannot end without calling themselves again. C compilers warn about them, and drop what they do before
 * the endless recursion. In come the nodes; out go the same, beginning with a return that is never taken if no path from the beginning
 * reaches an end of the function. If the function is the head of a recursion (lower/callgraph.h), a path also stops at each direct call
 * that may lead back to it. A search through the statements finds that out.
 *
 * Stopping in heads is enough. Suppose compilers may see of some functions that they do not end: on every path of each is a direct call of
 * one of them. Follow these calls until all that they lead to call each other in cycles. One of these is a head, and each of its paths
 * stops at such a call, which may lead back. So it begins with the return, and is seen to end. Thus of f -> g -> h -> f only one has the
 * return, and of the many functions that may call each other through a table, only those have it that lie on a cycle of direct calls. */
#include "lower/passes.h"

bool recursion_leads_back(const lowered *l, const lower_plan *plan, const stmt *call) {
    bool inside = call->kind == STMT_CALL && plan->m->funcs[call->index].import == NO_INDEX;
    return callgraph_recursive(plan->calls, l->f.index, inside ? call->index : plan->m->func_count);
}

typedef struct search {
    const ir_func *f;
    const callgraph *calls;
    bool *seen; /* for each statement */
    VEC(uint32_t) work;
    bool ends; /* an end of the function was reached */
} search;

static bool stops_at(const ir_func *f, const callgraph *calls, const stmt *s) {
    return calls->heads[f->index] && s->kind == STMT_CALL && f->m->funcs[s->index].import == NO_INDEX &&
           callgraph_recursive(calls, f->index, s->index);
}

static void visit(search *s, uint32_t at) {
    if (at >= s->f->stmts.count) {
        s->ends = true;
    } else if (!s->seen[at]) {
        s->seen[at] = true;
        *vec_push(&s->work) = at;
    }
}

static void branch_to(search *s, uint32_t label_index) {
    const label *l = &s->f->labels.data[label_index];
    visit(s, l->kind == STMT_LOOP ? l->begin + 1 : l->end + 1);
}

static void visit_successors(search *s, uint32_t at) {
    const stmt *st = &s->f->stmts.data[at];
    const label *l = s->f->labels.data + st->label;
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
        if (!stops_at(s->f, s->calls, st))
            visit(s, at + 1);
    }
}

static bool is_endless(const ir_func *f, const callgraph *calls) {
    if (!f->calls_back)
        return false;
    search s = {.f = f, .calls = calls, .seen = arena_array(f->arena, f->stmts.count, sizeof(bool))};
    visit(&s, 0);
    while (s.work.count > 0 && !s.ends)
        visit_successors(&s, vec_pop(&s.work));
    vec_free(&s.work);
    return !s.ends;
}

void recursion_pretend(lowered *l, const lower_plan *plan) {
    ir_func *f = &l->f;
    if (plan->calls->tail_calls[f->index] || !is_endless(f, plan->calls))
        return;
    node_prepend_stmt(f, &l->shape.body, STMT_PRETEND_RETURN);
}
