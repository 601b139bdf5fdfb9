/* Pass `fuel`: decides where a function's own copy of the thread's fuel is up to date. C compilers keep the copy in a register, but they
 * cannot know that a store to memory does not change the thread's number. In come the final nodes; out goes each FUEL statement with a mark
 * if something may have changed the number since the copy was made: a call, or an operation of the runtime that may call the host. Then the
 * statement begins with the thread's number. A function in which this is so of all has no copy. Whether fuel is paid, and how much, is
 * decided before, in fuel.c. */
#include "lower/passes.h"

static bool may_change(const stmt *s) {
    switch ((stmt_kind)s->kind) {
    case STMT_CALL:
    case STMT_CALL_INDIRECT:
        return true;
    case STMT_OP: {
        c_form_kind form = (c_form_kind)opcode_table[s->op].c.kind;
        return form != FORM_ATOMIC && form != FORM_FENCE && form != FORM_WIDE && form != FORM_DATA_DROP;
    }
    default:
        return false;
    }
}

static bool any_may_change(const node_list *list) {
    bool found = false;
    for (const node *n = list->first; n && !found; n = n->next) {
        found = n->kind == NODE_STMT && may_change(n->stmt);
        for (uint32_t k = 0; node_part(n, k) && !found; k++)
            found = any_may_change(node_part(n, k));
    }
    return found;
}

static bool visit_list(ir_func *f, const node_list *list, bool is_fresh);

static void visit_cases(ir_func *f, const node *n, bool is_fresh) {
    bool falls_fresh = true;
    for (uint32_t k = 0; k < n->case_count; k++) {
        bool ends_fresh = visit_list(f, &n->cases[k].body, is_fresh && falls_fresh);
        falls_fresh = !n->cases[k].falls || ends_fresh;
    }
}

/* Whether the copy is up to date behind a construct that jumps leave anywhere, and at the beginning of each round of a loop. */
static bool stays_fresh(const node *n, bool is_fresh) {
    bool changes = !is_fresh || any_may_change(&n->body);
    for (uint32_t k = 0; k < n->case_count && !changes; k++)
        changes = any_may_change(&n->cases[k].body);
    return !changes;
}

/* `is_fresh`: whether the copy is up to date before the node. Returns whether it is afterwards. */
static bool visit(ir_func *f, const node *n, bool is_fresh) {
    switch ((node_kind)n->kind) {
    case NODE_STMT:
        if (n->stmt->kind != STMT_FUEL)
            return is_fresh && !may_change(n->stmt);
        n->stmt->index = !is_fresh;
        f->keeps_fuel |= is_fresh;
        return true;
    case NODE_IF: {
        bool first = visit_list(f, &n->body, is_fresh), second = visit_list(f, &n->otherwise, is_fresh);
        return first && second;
    }
    case NODE_LOOP: {
        bool stays = stays_fresh(n, is_fresh);
        visit_list(f, &n->body, stays);
        return stays;
    }
    case NODE_BLOCK:
        visit_list(f, &n->body, is_fresh);
        return stays_fresh(n, is_fresh);
    case NODE_SWITCH:
        visit_cases(f, n, is_fresh);
        return stays_fresh(n, is_fresh);
    default:
        return is_fresh;
    }
}

static bool visit_list(ir_func *f, const node_list *list, bool is_fresh) {
    for (const node *n = list->first; n; n = n->next)
        is_fresh = visit(f, n, is_fresh);
    return is_fresh;
}

void fuel_copy(lowered *l, const lower_plan *plan) {
    if (plan->options->fuel)
        visit_list(&l->f, &l->shape.body, true);
}
