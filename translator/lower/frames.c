/* Recursion at a function's end stays a call. In come the nodes; out go the same with KEEP_FRAME statements.
 *
 * C compilers make a jump of a call that is the last thing a function does. If such a call may lead back to the function,
 * endless recursion would become an endless loop, where WebAssembly's exhausts the stack. It stays a call if on each way out
 * of the function something follows it that compilers cannot drop, a store or keep_frame():
 *
 *     f(self, p0 - 1);                    f(self, p0 - 1);
 *     return;                 becomes     keep_frame();
 *                                         return;
 *
 * A call that leaves the function if an exception is pending needs nothing on that way: to find out, compilers have to come back from
 * it, as long as something follows on the other one.
 *
 * One walk through the nodes, in the order in which control goes, keeps whether on some way to here such a call was made with
 * nothing behind it that compilers cannot drop. Where the function is left in that state, KEEP_FRAME is put before. */
#include "lower/passes.h"

typedef struct walk {
    lowered *l;
    const lower_plan *plan;
    bool called_back; /* on some way to here, and nothing since that keeps the frame */
    bool *left;       /* the same, of some break that leaves the innermost construct */
    bool in_loop;     /* what is walked through has been marked by mark_calls_back */
} walk;

static void walk_list(walk *w, node_list *list);

/* Marks the constructs with calls in them that may lead back; whether there are any. */
static bool mark_calls_back(walk *w, node_list *list) {
    bool any = false;
    for (node *n = list->first; n; n = n->next) {
        if (n->kind == NODE_STMT) {
            any |= (n->stmt->kind == STMT_CALL || n->stmt->kind == STMT_CALL_INDIRECT) && recursion_leads_back(w->l, w->plan, n->stmt);
            continue;
        }
        bool here = mark_calls_back(w, &n->body);
        if (n->otherwise.first)
            here |= mark_calls_back(w, &n->otherwise);
        for (uint32_t k = 0; k < n->case_count; k++)
            here |= mark_calls_back(w, &n->cases[k].body);
        n->calls_back = here;
        any |= here;
    }
    return any;
}

/* Whether no compiler can drop the statement. It drops a store that puts back what was loaded from there, maybe through
 * variables, so only stores of constants count; and an assignment of a global's own value to it, so only constants and results
 * of operations count, as when the stack pointer is moved. */
static bool cannot_be_dropped(const stmt *s) {
    switch (s->kind) {
    case STMT_STORE:
        return s->args[1]->kind == EXPR_CONST;
    case STMT_GLOBAL_SET:
    case STMT_GLOBAL_HOLD:
        return s->args[0]->kind == EXPR_CONST || s->args[0]->kind == EXPR_OP;
    default:
        return s->kind == STMT_TRAP;
    }
}

static bool leaves_function(const stmt *s) {
    return s->kind == STMT_RETURN || s->kind == STMT_UNWIND || s->kind == STMT_TAIL_CALL || s->kind == STMT_TAIL_CALL_INDIRECT;
}

/* Before `n`, which follows `last` in the list. */
static void put_keep_before(walk *w, node_list *list, node *last, node *n) {
    node *keep = node_new_stmt(&w->l->f, STMT_KEEP_FRAME);
    keep->next = n;
    *(last ? &last->next : &list->first) = keep;
}

/* `last`: the node before it, or null. */
static void walk_statement(walk *w, node_list *list, node *last, node *n) {
    stmt *s = n->stmt;
    bool is_call = s->kind == STMT_CALL || s->kind == STMT_CALL_INDIRECT;
    bool leads_back = is_call && recursion_leads_back(w->l, w->plan, s);
    if (leaves_function(s) && w->called_back)
        put_keep_before(w, list, last, n);
    if (leaves_function(s) || cannot_be_dropped(s))
        w->called_back = false;
    w->called_back |= leads_back;
}

static void walk_if(walk *w, node *n) {
    bool before = w->called_back;
    walk_list(w, &n->body);
    bool after = w->called_back;
    w->called_back = before;
    if (n->otherwise.first)
        walk_list(w, &n->otherwise);
    w->called_back |= after;
}

static void walk_switch(walk *w, node *n) {
    bool before = w->called_back, left = false, *outer = w->left;
    w->left = &left;
    for (uint32_t k = 0; k < n->case_count; k++) {
        w->called_back |= before;
        walk_list(w, &n->cases[k].body);
    }
    w->called_back |= before | left;
    w->left = outer;
}

/* A loop or block. At a loop's beginning a call may have been made in an earlier round. */
static void walk_breakable(walk *w, node *n) {
    bool left = false, *outer = w->left, is_loop = n->kind == NODE_LOOP, was_in_loop = w->in_loop;
    if (is_loop && !was_in_loop)
        n->calls_back = mark_calls_back(w, &n->body);
    w->left = &left;
    w->in_loop |= is_loop;
    w->called_back |= is_loop && n->calls_back;
    walk_list(w, &n->body);
    w->called_back = left || (!is_loop && w->called_back);
    w->left = outer;
    w->in_loop = was_in_loop;
}

static void walk_list(walk *w, node_list *list) {
    node *last = NULL;
    for (node *n = list->first; n; last = n, n = n->next) {
        switch (n->kind) {
        case NODE_STMT:
            walk_statement(w, list, last, n);
            break;
        case NODE_IF:
            walk_if(w, n);
            break;
        case NODE_SWITCH:
            walk_switch(w, n);
            break;
        case NODE_LOOP:
        case NODE_BLOCK:
            walk_breakable(w, n);
            break;
        case NODE_BREAK:
            *w->left |= w->called_back; /* NOLINT(clang-analyzer-core.NullDereference): a break is in what it leaves */
            w->called_back = false;
            break;
        case NODE_CONTINUE: /* to the beginning of a loop, which is marked */
            w->called_back = false;
            break;
        default:
            break;
        }
    }
}

void frames_keep(lowered *l, const lower_plan *plan) {
    walk w = {.l = l, .plan = plan};
    l->shape.falls_off = node_list_is_open(&l->shape.body);
    if (!l->f.leads_back)
        return;
    walk_list(&w, &l->shape.body);
    if (!w.called_back)
        return;
    node *keep = node_new_stmt(&l->f, STMT_KEEP_FRAME), *last = l->shape.body.last;
    *(last ? &last->next : &l->shape.body.first) = keep;
    l->shape.body.last = keep;
}
