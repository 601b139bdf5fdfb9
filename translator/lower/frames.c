/* Pass `frames`: keeps recursion at the end of a function a call. In come the nodes; out go the same with KEEP_FRAME statements and framed
 * returns.
 *
 * C compilers turn a call that is the last thing a function does into a jump. If such a call may lead back to the function, an endless
 * recursion would become an endless loop, where WebAssembly requires that the stack is exhausted. The call remains a call if, on each path
 * from it to an end of the function, something follows that compilers cannot drop: a store, or keep_frame():
 *
 *     f(self, p0 - 1);                    f(self, p0 - 1);
 *     return;                 becomes     keep_frame();
 *                                         return;
 *
 * If the function returns after the call when an exception is pending, that path needs no keep_frame(): to find out whether it is taken,
 * the call has to come back, as long as something follows on the other path.
 *
 * keep_frame() is an effect. A function that only computes (computes_apart, lower/recursion.c) shall have none, and returns a number: its
 * result passes through an operation that compilers do not know, framed_u32(f(self, p0 - 1)), which keeps the frame as well.
 *
 * One walk through the nodes, in the order of execution, tracks whether on some path to the present point such a call was made and nothing
 * that compilers cannot drop has followed it. Where the function is left in that state, KEEP_FRAME is put before. */
#include "lower/passes.h"

typedef struct walk {
    lowered *l;
    const lower_plan *plan;
    bool called_back; /* on some path to here such a call was made, and nothing that keeps the frame has followed */
    bool *left;       /* the same at some break that leaves the innermost construct */
    bool in_loop;     /* mark_calls_back has marked the nodes that are being walked through */
} walk;

static void walk_list(walk *w, node_list *list);

/* Sets calls_back of the constructs that contain calls which may lead back to the function. Returns whether there are any. */
static bool mark_calls_back(walk *w, node_list *list) {
    bool any = false;
    for (node *n = list->first; n; n = n->next) {
        if (n->kind == NODE_STMT) {
            any |= (n->stmt->kind == STMT_CALL || n->stmt->kind == STMT_CALL_INDIRECT) && recursion_leads_back(w->l, w->plan, n->stmt);
            continue;
        }
        bool here = false;
        for (uint32_t k = 0; node_part(n, k); k++)
            here |= mark_calls_back(w, node_part(n, k));
        n->calls_back = here;
        any |= here;
    }
    return any;
}

/* Whether no compiler can drop the statement. Compilers drop a store of the value that was loaded from the same address, even through
 * variables, so only a store of a constant counts. They drop an assignment of a global's own value to it, so only a constant or the result
 * of an operation counts, as when the stack pointer is moved. */
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

/* Puts KEEP_FRAME before `n`, which follows `last` in the list. */
static void put_keep_before(walk *w, node_list *list, node *last, node *n) {
    node *keep = node_new_stmt(&w->l->f, STMT_KEEP_FRAME);
    keep->next = n;
    *(last ? &last->next : &list->first) = keep;
}

/* Walks through a statement. `last`: the node before it in the list, or null. */
static void walk_statement(walk *w, node_list *list, node *last, node *n) {
    stmt *s = n->stmt;
    switch (s->kind) {
    case STMT_CALL:
    case STMT_CALL_INDIRECT:
        w->called_back |= recursion_leads_back(w->l, w->plan, s);
        break;
    case STMT_RETURN:
    case STMT_UNWIND:
    case STMT_TAIL_CALL:
    case STMT_TAIL_CALL_INDIRECT:
        if (s->kind == STMT_RETURN && w->l->f.computes_apart)
            s->framed = w->called_back;
        else if (w->called_back)
            put_keep_before(w, list, last, n);
        w->called_back = false;
        break;
    default:
        w->called_back = w->called_back && !cannot_be_dropped(s);
    }
}

/* The variable that the statement behind returns, of a function that computes apart; NO_VAR if it returns something else, or a temporary,
 * which is assigned only once. */
static uint32_t returned_behind(const walk *w, const node *n) {
    const stmt *s = w->l->f.computes_apart && n->next && n->next->kind == NODE_STMT ? n->next->stmt : NULL;
    bool is_variable = s && s->kind == STMT_RETURN && s->args[0]->kind == EXPR_VAR;
    return is_variable && w->l->f.vars.data[s->args[0]->index].kind != VAR_TEMP ? s->args[0]->index : NO_VAR;
}

/* Frames the result at the end of an arm after which it is returned, so that the way past it, which is the end of a recursion, has no
 * operation. */
static void frame_arm(walk *w, node_list *arm, uint32_t result) {
    if (!w->called_back || result == NO_VAR)
        return;
    ir_func *f = &w->l->f;
    node *set = node_new_set(f, result, expr_of_var(f, result));
    set->stmt->framed = true;
    arm->last->next = set;
    arm->last = set;
    w->called_back = false;
}

static void walk_if(walk *w, node *n) {
    bool before = w->called_back;
    uint32_t result = before ? NO_VAR : returned_behind(w, n);
    walk_list(w, &n->body);
    frame_arm(w, &n->body, result);
    bool after = w->called_back;
    w->called_back = before;
    if (n->otherwise.first) {
        walk_list(w, &n->otherwise);
        frame_arm(w, &n->otherwise, result);
    }
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

/* Walks through a loop or block. At the beginning of a loop, a call may have been made in an earlier iteration. */
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
        case NODE_CONTINUE: /* goes to the beginning of a loop, where calls_back of the loop takes account of it */
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
