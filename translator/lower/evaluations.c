/* Pass `evaluations`: of a value that nobody uses, what may trap remains. In come the nodes; out go the same with an EVAL for each
 * topmost operator that may trap in place of those, and of the statements, that evaluate a tree for its traps:
 *
 *     eval i32.add(i32.load(p0), i32.div_s(p1, p2))    becomes    eval forced i32.load(p0)
 *                                                                 eval i32.div_s(p1, p2)
 *
 * Operands that trap do so before the operators that use them, and those of one operator in their order. The loads whose value decides
 * about no trap are marked as forced (lower/forced.c), as C compilers would drop them: those of an EVAL's whole tree, and of an operand
 * which need not matter, like that of a division whose divisor is zero. */
#include "lower/passes.h"

static void force_loads(expr *e) {
    if (!(e->effects & FX_READS_MEMORY))
        return;
    if (e->kind == EXPR_LOAD) {
        e->forced = true;
        return;
    }
    for (int k = 0; k < expr_arg_count(e); k++)
        force_loads(e->args[k]);
}

/* Appends what may trap in the tree. */
static void append_traps(ir_func *f, node_list *out, expr *e) {
    if (!(e->effects & FX_TRAPS))
        return;
    if (expr_traps(e)) {
        force_loads(e);
        node_append(f, out, NODE_EVAL)->condition = e;
        return;
    }
    for (int k = 0; k < expr_arg_count(e); k++)
        append_traps(f, out, e->args[k]);
}

static void visit_list(ir_func *f, node_list *list);

static void visit_inside(ir_func *f, node *n) {
    for (uint32_t k = 0; node_part(n, k); k++)
        visit_list(f, node_part(n, k));
}

static bool evaluates(const node *n) {
    return n->kind == NODE_EVAL || (n->kind == NODE_STMT && n->stmt->kind == STMT_EVAL);
}

/* Puts what may trap in the place of each node that evaluates a tree. */
static void split(ir_func *f, node_list *list) {
    node_list out = {0};
    for (node *n = list->first, *next; n; n = next) {
        next = n->next;
        if (n->kind == NODE_EVAL) {
            append_traps(f, &out, (expr *)(uintptr_t)n->condition); /* the function's own, as all trees are */
        } else if (evaluates(n)) {
            append_traps(f, &out, n->stmt->args[0]);
            n->stmt->kind = STMT_NOP;
            n->stmt->arg_count = 0;
        } else {
            node_list_put(&out, n);
        }
    }
    *list = out;
}

static void visit_list(ir_func *f, node_list *list) {
    bool is_any = false;
    for (node *n = list->first; n; n = n->next) {
        is_any |= evaluates(n);
        if (n->kind != NODE_STMT)
            visit_inside(f, n);
    }
    if (is_any)
        split(f, list);
}

void evaluations_split(lowered *l, const lower_plan *plan) {
    (void)plan;
    if (l->f.evaluates || l->shape.drops_tests)
        visit_list(&l->f, &l->shape.body);
}
