/* Pass `seams`: code is not long without a place where C compilers begin anew. In come the nodes; out go the same with a SEAM statement
 * after every DISTANCE nodes of trees (vectors count more), in C a branch that is never taken, which compilers cannot know:
 *
 *     p0 = (p0 * p0) ^ p1;                    p0 = (p0 * p0) ^ p1;
 *     ... a thousand of these     becomes     ... 600 of these
 *     p0 = (p0 * p0) ^ p1;                    seam_u32(p0);
 *                                             p0 = (p0 * p0) ^ p1; ...
 *
 * Several passes of GCC take the square of the length of code without a label, whatever it does. Values are numbered up to the next label,
 * in a hash table in which p0 after one step has the hash of p0 after any other: both tests for stores and loads that can be left out
 * (RTL's dse, postreload) took 11 of 14 s for 41 KB of the steps above, at each level but -O0, and take 0.5 with seams.
 * The branch seems to use the number that was assigned last: clang would do what only computes it behind all seams, and take the square of
 * that code's length (96 KB of these steps took it 24 s, and take 2.6).
 *
 * Conditions in between do not count, as compilers may know what they are. But a loop without loops in it gets a seam only if its own code
 * is that long, because compilers would not make vectors of it otherwise. */
#include "lower/passes.h"

#define DISTANCE 4000u

/* What an operator of vectors counts as: it is several instructions, or reads constants. 7 KB of shifts of vectors, or of lanes that are
 * replaced, took GCC 8 s with a seam for each 1,300 of them, and take one with a seam for each 230. */
#define VECTOR_SIZE 16u

typedef struct walk {
    ir_func *f;
    bool has_vectors; /* some function of the module has */
    uint32_t size;    /* of the trees since the last seam */
} walk;

static bool has_loop(const node_list *list) {
    bool found = false;
    for (const node *n = list->first; n && !found; n = n->next) {
        if (n->kind == NODE_STMT)
            continue;
        found = n->kind == NODE_LOOP;
        for (uint32_t k = 0; node_part(n, k) && !found; k++)
            found = has_loop(node_part(n, k));
    }
    return found;
}

static uint32_t vector_operators(const expr *e) {
    uint32_t count = 0;
    bool has_vector = e->type == WASMELT_V128;
    for (int k = 0; k < 3 && e->args[k]; k++) {
        has_vector |= e->args[k]->type == WASMELT_V128;
        count += vector_operators(e->args[k]);
    }
    return count + (e->kind == EXPR_OP && has_vector);
}

static uint32_t size_of_tree(const walk *w, const expr *e) {
    return e->nodes + (w->has_vectors ? vector_operators(e) * (VECTOR_SIZE - 1) : 0);
}

static uint32_t size_of(const walk *w, const node *n) {
    if (n->kind != NODE_STMT)
        return node_condition(n) ? (n->kind == NODE_EVAL) + size_of_tree(w, node_condition(n)) : 0;
    uint32_t size = 1;
    for (uint32_t k = 0; k < n->stmt->arg_count; k++)
        size += size_of_tree(w, n->stmt->args[k]);
    return size;
}

static bool is_number(wasmelt_valtype type) {
    return type == WASMELT_I32 || type == WASMELT_I64 || type == WASMELT_F32 || type == WASMELT_F64;
}

/* A branch that uses the variable, if there is one. */
static node *new_seam(ir_func *f, uint32_t variable) {
    node *n = node_new_stmt(f, STMT_SEAM);
    if (variable == NO_VAR)
        return n;
    f->vars.data[variable].reads++;
    n->stmt->args = arena_array(f->arena, 1, sizeof *n->stmt->args);
    n->stmt->args[0] = expr_of_var(f, variable);
    n->stmt->arg_count = 1;
    return n;
}

static void visit_list(walk *w, node_list *list, uint32_t assigned);

static void visit_inside(walk *w, node *n, uint32_t assigned) {
    uint32_t before = w->size;
    bool is_apart = n->kind == NODE_LOOP && !has_loop(&n->body);
    if (is_apart)
        w->size = 0;
    for (uint32_t k = 0; node_part(n, k); k++)
        visit_list(w, node_part(n, k), assigned);
    if (is_apart)
        w->size += before;
}

/* `assigned`: the variable of a number that was assigned last before the list and is in scope there, or NO_VAR. */
static void visit_list(walk *w, node_list *list, uint32_t assigned) {
    node *last = NULL;
    for (node *n = list->first; n; last = n, n = n->next) {
        if (w->size > DISTANCE && n->kind == NODE_STMT && !(last && last->is_operand)) {
            node *seam = new_seam(w->f, assigned);
            node_list_put_behind(list, last, seam);
            w->size = 0;
        }
        w->size += size_of(w, n);
        if (n->kind != NODE_STMT)
            visit_inside(w, n, assigned);
        else if (n->stmt->kind == STMT_SET && is_number(w->f->vars.data[n->stmt->result].type))
            assigned = n->stmt->result;
    }
}

void seams_put(lowered *l, const lower_plan *plan) {
    bool has_vectors = plan->calls->has_vectors;
    /* Each node has been an instruction of at least a byte, operators of vectors two. */
    if (plan->m->funcs[l->f.index].body.length <= (has_vectors ? DISTANCE / (VECTOR_SIZE / 2) : DISTANCE))
        return;
    walk w = {.f = &l->f, .has_vectors = has_vectors};
    visit_list(&w, &l->shape.body, NO_VAR);
}
