/* Pass `seams`: code is not long without a place where C compilers begin anew. In come the nodes; out go the same with a SEAM statement
 * after every DISTANCE nodes of trees, in C a branch that is never taken, which compilers cannot know:
 *
 *     p0 = (p0 * p0) ^ p1;                    p0 = (p0 * p0) ^ p1;
 *     ... a thousand of these     becomes     ... 600 of these
 *     p0 = (p0 * p0) ^ p1;                    seam();
 *                                             p0 = (p0 * p0) ^ p1; ...
 *
 * Several passes of GCC take the square of the length of code without a label, whatever it does. Values are numbered up to the next label,
 * in a hash table in which p0 after one step has the hash of p0 after any other: both tests for stores and loads that can be left out
 * (RTL's dse, postreload) took 11 of 14 s for 41 KB of the steps above, at each level but -O0, and take 0.5 with seams.
 *
 * Conditions in between do not count, as compilers may know what they are. But a loop without loops in it gets a seam only if its own code
 * is that long, because compilers would not make vectors of it otherwise. */
#include "lower/passes.h"

#define DISTANCE 4000u

typedef struct walk {
    ir_func *f;
    uint32_t size; /* of the trees since the last seam */
} walk;

static bool has_loop(const node_list *list) {
    bool found = false;
    for (const node *n = list->first; n && !found; n = n->next) {
        if (n->kind == NODE_STMT)
            continue;
        found = n->kind == NODE_LOOP || has_loop(&n->body) || has_loop(&n->otherwise);
        for (uint32_t k = 0; k < n->case_count && !found; k++)
            found = has_loop(&n->cases[k].body);
    }
    return found;
}

static uint32_t size_of(const node *n) {
    if (n->kind != NODE_STMT)
        return node_condition(n) ? node_condition(n)->nodes : 0;
    uint32_t size = 1;
    for (uint32_t k = 0; k < n->stmt->arg_count; k++)
        size += n->stmt->args[k]->nodes;
    return size;
}

static void visit_list(walk *w, node_list *list);

static void visit_inside(walk *w, node *n) {
    uint32_t before = w->size;
    bool is_apart = n->kind == NODE_LOOP && !has_loop(&n->body);
    if (is_apart)
        w->size = 0;
    visit_list(w, &n->body);
    visit_list(w, &n->otherwise);
    for (uint32_t k = 0; k < n->case_count; k++)
        visit_list(w, &n->cases[k].body);
    if (is_apart)
        w->size += before;
}

static void visit_list(walk *w, node_list *list) {
    node *last = NULL;
    for (node *n = list->first; n; last = n, n = n->next) {
        if (w->size > DISTANCE && n->kind == NODE_STMT && !(last && last->is_operand)) {
            node *seam = node_new_stmt(w->f, STMT_SEAM);
            seam->next = n;
            *(last ? &last->next : &list->first) = seam;
            w->size = 0;
        }
        w->size += size_of(n);
        if (n->kind != NODE_STMT)
            visit_inside(w, n);
    }
}

void seams_put(lowered *l, const lower_plan *plan) {
    (void)plan;
    walk w = {.f = &l->f};
    visit_list(&w, &l->shape.body);
}
