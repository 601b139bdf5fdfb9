/* Pass `uses`: removes dead assignments and counts the uses of variables. In comes the IR as built; out goes the same with `reads`,
 * `writes` and `giver` of each variable. If the value of a removed assignment may trap, it stays as an EVAL. In the order of statements,
 * temporaries are assigned before they are read, so one pass backwards finds all dead ones. */
#include "lower/passes.h"

/* By how much a count changes. */
#define MORE 1u
#define LESS UINT32_MAX

static void count_reads_below(ir_func *f, const expr *e, uint32_t own, uint32_t change);

/* Changes the counts of the variables that the tree reads. Inline for a variable or a constant, which most trees are. */
static inline void count_reads(ir_func *f, const expr *e, uint32_t own, uint32_t change) {
    if (e->kind == EXPR_VAR) {
        if (e->index != own)
            f->vars.data[e->index].reads += change;
    } else if (e->args[0]) {
        count_reads_below(f, e, own, change);
    }
}

static void count_reads_below(ir_func *f, const expr *e, uint32_t own, uint32_t change) {
    for (int i = 0; i < 3 && e->args[i]; i++)
        count_reads(f, e->args[i], own, change);
}

/* The same for a tree that is evaluated only for its traps: operations that cannot trap are left out. */
static void count_forced_reads(ir_func *f, const expr *e, uint32_t change) {
    if (!(e->effects & FX_TRAPS))
        return;
    if (expr_traps(e)) {
        count_reads(f, e, NO_VAR, change);
        return;
    }
    for (int i = 0; i < 3 && e->args[i]; i++)
        count_forced_reads(f, e->args[i], change);
}

/* The variable that the statement assigns. Reading it in the value that is assigned to it does not keep it alive. */
static uint32_t own_variable(const stmt *s) {
    return s->kind == STMT_SET ? s->result : NO_VAR;
}

static bool is_test(const stmt *s) {
    return s->kind == STMT_IF || s->kind == STMT_BR_IF || s->kind == STMT_BR_TABLE;
}

static void count_statement(ir_func *f, const stmt *s) {
    for (uint32_t k = 0; k < s->result_count; k++) {
        var *v = &f->vars.data[s->result + k];
        v->writes++;
        v->giver = s;
    }
    if (s->kind == STMT_EVAL) {
        count_forced_reads(f, s->args[0], MORE);
        return;
    }
    for (uint32_t k = 0; k < s->arg_count; k++)
        count_reads(f, s->args[k], own_variable(s), MORE);
}

/* Walks backwards and removes assignments that nobody reads, which may make others dead. */
static void drop_dead(ir_func *f) {
    for (size_t i = f->stmts.count; i-- > 0;) {
        stmt *s = &f->stmts.data[i];
        if (s->kind != STMT_SET || f->vars.data[s->result].reads > 0)
            continue;
        uint32_t own = s->result;
        f->vars.data[own].writes--;
        s->result = NO_VAR;
        s->result_count = 0;
        count_reads(f, s->args[0], own, LESS);
        if (s->args[0]->effects & FX_TRAPS) {
            s->kind = STMT_EVAL;
            f->evaluates = true;
            count_forced_reads(f, s->args[0], MORE);
        } else {
            s->kind = STMT_NOP;
            s->arg_count = 0;
        }
    }
}

void uses_count(lowered *l, const lower_plan *plan) {
    (void)plan;
    ir_func *f = &l->f;
    for (size_t i = 0; i < f->stmts.count; i++)
        count_statement(f, &f->stmts.data[i]);
    drop_dead(f);
}

static void count_conditions(ir_func *f, const node_list *list) {
    for (const node *n = list->first; n; n = n->next) {
        if (n->kind == NODE_STMT)
            continue;
        if (n->kind == NODE_EVAL)
            count_forced_reads(f, n->condition, MORE);
        else if (node_condition(n))
            count_reads(f, n->condition, NO_VAR, MORE);
        for (uint32_t k = 0; node_part(n, k); k++)
            count_conditions(f, node_part(n, k));
    }
}

void uses_recount(lowered *l, const lower_plan *plan) {
    (void)plan;
    if (!l->shape.drops_tests)
        return;
    ir_func *f = &l->f;
    for (size_t i = 0; i < f->stmts.count; i++)
        if (is_test(&f->stmts.data[i]))
            count_reads(f, f->stmts.data[i].args[0], NO_VAR, LESS);
    count_conditions(f, &l->shape.body);
    drop_dead(f);
}
