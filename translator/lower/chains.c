/* Pass `chains`: C compilers do not follow a variable from loop to loop for long. In come the nodes; out go the same with
 *
 *     p0 = i32_opaque(p0);
 *
 * before a loop that computes with p0, if what is known of p0 comes through MOST loops before.
 *
 * What clang knows of a variable behind a loop, such as `the greater of what it was before, plus one, and p1`, goes into what it finds out
 * about each loop behind that uses it, and that into the next: 2 KB of a hundred loops that each go on where the one before has ended took
 * it 17 s, and half as much with two such variables 10 s. Calls of functions with loops count as loops, because compilers may put small
 * ones in the place of the call: 1 KB of calls of one took clang 26 s.
 *
 * The depth of a variable is the number of loops that what is known of it comes through. An assignment gives it the greatest depth of what
 * it computes with; what is loaded, and results of other functions, have none. Behind a loop all that it computes is deeper by one than
 * it was, and than its conditions. Of several ways to a place the last one in the order of the code counts, since of what comes by one of
 * several ways hardly anything is known. In programs it is rarely deeper than that: there are 6 such assignments in SQLite, 23 in
 * TensorFlow's kernels. */
#include "lower/passes.h"

#include "wasm/subtype.h"

#define MOST 16u

/* Loops around each other in which nothing is looked for: functions with more of them are compiled at -O0. Without a limit the time would
 * be the square of their number. */
#define MOST_AROUND 20u

/* Bytes of a function with loops that compilers may put in the place of its call. */
#define INLINED_LOOPS 512u

typedef struct chains {
    ir_func *f;
    const module *m;
    uint32_t *depths; /* of all variables */
    uint32_t around;  /* loops around the current place */
} chains;

static bool is_followed(const chains *c, uint32_t variable) {
    const var *v = &c->f->vars.data[variable];
    return v->kind != VAR_TEMP && valtype_is_integer(v->type);
}

/* Whether compilers may know the value from those of variables. If it has to do with memory or other functions, they do not. */
static bool is_computed(const expr *e) {
    return (e->effects & FX_READS_LOCAL) && !(e->effects & ~(FX_READS_LOCAL | FX_BOOL));
}

static uint32_t depth_of(const chains *c, const expr *e) {
    if (e->kind == EXPR_VAR)
        return c->depths[e->index];
    uint32_t most = 0;
    for (int k = 0; k < 3 && e->args[k]; k++) {
        uint32_t depth = depth_of(c, e->args[k]);
        most = depth > most ? depth : most;
    }
    return most;
}

static uint32_t depth_of_value(const chains *c, const expr *e) {
    return is_computed(e) ? depth_of(c, e) : 0;
}

static void set_results(chains *c, const stmt *s, uint32_t depth) {
    for (uint32_t k = 0; k < s->result_count; k++)
        c->depths[s->result + k] = depth;
}

/* ---- Loops ---- */

/* Where nodes are put. */
typedef struct place {
    node_list *list;
    node *last; /* the node before it, or null */
} place;

/* Makes the variable another one to compilers at the place, if it is deep. */
static void cut(chains *c, uint32_t variable, place *p) {
    if (c->depths[variable] < MOST || !is_followed(c, variable))
        return;
    c->depths[variable] = 0;
    node *n = node_new_set(c->f, variable, expr_around(c->f, EXPR_OPAQUE, expr_of_var(c->f, variable)));
    node_list_put_behind(p->list, p->last, n);
    p->last = n;
}

/* Makes the variables of the tree others to compilers, if they are deep. */
static void cut_in(chains *c, const expr *e, place *p) {
    if (e->kind == EXPR_VAR)
        cut(c, e->index, p);
    for (int k = 0; k < 3 && e->args[k]; k++)
        cut_in(c, e->args[k], p);
}

static void cut_in_list(chains *c, const node_list *list, place *p) {
    for (const node *n = list->first; n; n = n->next) {
        if (n->kind == NODE_STMT) {
            if (n->stmt->kind == STMT_SET && is_computed(n->stmt->args[0]))
                cut_in(c, n->stmt->args[0], p);
            continue;
        }
        if (node_condition(n) && is_computed(n->condition))
            cut_in(c, n->condition, p);
        for (uint32_t k = 0; node_part(n, k); k++)
            cut_in_list(c, node_part(n, k), p);
    }
}

/* Finds the depth of the loop's conditions, which may tell how often it turns. Returns whether there are any. */
static bool find_count(const chains *c, const node_list *list, uint32_t *most) {
    bool found = false;
    for (const node *n = list->first; n; n = n->next) {
        if (n->kind == NODE_STMT || n->kind == NODE_LOOP)
            continue;
        if (node_condition(n) && is_computed(n->condition)) {
            uint32_t depth = depth_of(c, n->condition);
            *most = depth > *most ? depth : *most;
            found = true;
        }
        for (uint32_t k = 0; node_part(n, k); k++)
            found |= find_count(c, node_part(n, k), most);
    }
    return found;
}

/* Behind a loop whose turns compilers may count: what it computes has become deeper. */
static void deepen(chains *c, const node_list *list, uint32_t most) {
    for (const node *n = list->first; n; n = n->next) {
        if (n->kind == NODE_STMT) {
            uint32_t v = n->stmt->result;
            if (n->stmt->kind == STMT_SET && is_computed(n->stmt->args[0]))
                c->depths[v] = 1 + (c->depths[v] > most ? c->depths[v] : most);
            continue;
        }
        for (uint32_t k = 0; node_part(n, k); k++)
            deepen(c, node_part(n, k), most);
    }
}

static void walk(chains *c, node_list *list);

static void walk_loop(chains *c, node *loop, place before) {
    cut_in_list(c, &loop->body, &before);
    c->around++;
    walk(c, &loop->body);
    c->around--;
    uint32_t most = 0;
    if (find_count(c, &loop->body, &most))
        deepen(c, &loop->body, most);
}

/* ---- Statements ---- */

static bool calls_loops(const module *m, const stmt *s) {
    if (s->kind != STMT_CALL)
        return false;
    const func *callee = &m->funcs[s->index];
    return callee->notes.loops > 0 && callee->body.length <= INLINED_LOOPS;
}

/* What the arguments of a call of loops were before is not known in it. */
static void walk_call(chains *c, const stmt *s) {
    uint32_t most = 0;
    for (uint32_t k = 0; k < s->arg_count; k++) {
        expr *e = s->args[k];
        uint32_t depth = depth_of_value(c, e);
        if (depth >= MOST && valtype_is_integer(e->type))
            s->args[k] = expr_around(c->f, EXPR_OPAQUE, e);
        else if (depth > most)
            most = depth;
    }
    set_results(c, s, most + 1);
}

static void walk_stmt(chains *c, const stmt *s) {
    if (calls_loops(c->m, s))
        walk_call(c, s);
    else
        set_results(c, s, s->kind == STMT_SET ? depth_of_value(c, s->args[0]) : 0);
}

static void walk(chains *c, node_list *list) {
    node *last = NULL;
    for (node *n = list->first; n; last = n, n = n->next) {
        if (n->kind == NODE_STMT) {
            walk_stmt(c, n->stmt);
        } else if (n->kind == NODE_LOOP && c->around < MOST_AROUND) {
            walk_loop(c, n, (place){list, last});
        } else {
            for (uint32_t k = 0; node_part(n, k); k++)
                walk(c, node_part(n, k));
        }
    }
}

/* Whether the function has so many loops, and calls of loops. */
static bool has_loops(const ir_func *f, uint32_t wanted) {
    uint32_t count = f->index == DIAG_NO_FUNC ? 0 : f->m->funcs[f->index].notes.loops;
    for (size_t k = 0; f->calls && k < f->stmts.count && count < wanted; k++)
        count += calls_loops(f->m, &f->stmts.data[k]);
    return count >= wanted;
}

void chains_cut(lowered *l, const lower_plan *plan) {
    (void)plan;
    if (l->shape.flat || !has_loops(&l->f, MOST))
        return;
    chains c = {.f = &l->f, .m = l->f.m, .depths = arena_array(l->f.arena, l->f.vars.count, sizeof *c.depths)};
    walk(&c, &l->shape.body);
}
