/* Pass `declare`: where the C declares the variables. In come the nodes, with calls that are operands marked. Out go whether the instance
 * is needed as a variable (instance.c), and `declared` of each variable:
 *
 *  - a temporary is declared by its one assignment, its `giver`. Exceptions: in a function that is one switch it is declared at the top of
 * the function, because a jump into a case could skip the declaration; without an initial value if all its reads are in the case with the
 *    assignment. An owned temporary is declared at the top, because it is released at the end of the function;
 *  - a local or result is declared by its first assignment if that is one of the statements with which every call of the function begins.
 * It is declared at the top without an initial value if every path to a read of it passes an assignment; otherwise at the top, as zero.
 *
 * And `in_memory` of variables which C compilers must not follow. */
#include "lower/passes.h"

/* What happens first to a variable. */
enum { UNKNOWN, READ, ASSIGNED };

static void note_reads(const expr *e, uint8_t *first) {
    if (e->kind == EXPR_VAR && first[e->index] == UNKNOWN)
        first[e->index] = READ;
    for (int k = 0; k < 3 && e->args[k]; k++)
        note_reads(e->args[k], first);
}

/* Whether the statement can be the variable's declaration, `u32 l0 = 5;`, or allow one without a value, `u32 l0;`. */
static bool gives_value(const stmt *s, const var *v) {
    bool is_declared = (v->kind == VAR_LOCAL || v->kind == VAR_RESULT) && !v->owned && v->reads > 0;
    return is_declared && (s->kind == STMT_SET || s->kind == STMT_CALL || s->kind == STMT_CALL_INDIRECT);
}

static void note_results(ir_func *f, const stmt *s, uint8_t *first, bool on_top) {
    for (uint32_t k = 0; k < s->result_count; k++) {
        var *v = &f->vars.data[s->result + k];
        if (first[s->result + k] != UNKNOWN)
            continue;
        first[s->result + k] = ASSIGNED;
        if (!gives_value(s, v))
            continue;
        v->declared = on_top && s->result_count == 1 ? DECLARED_BY_VALUE : DECLARED_UNSET;
        v->giver = s;
    }
}

/* Examines the statements that every call of the function executes: from its beginning up to the first if, switch or jump, also inside a
 * loop or block that comes before that. */
static void find_first_values(lowered *l) {
    uint8_t *first = arena_array(l->f.arena, l->f.vars.count, sizeof *first);
    bool on_top = true;
    for (const node *n = l->shape.body.first; n;) {
        if (n->kind == NODE_LOOP || n->kind == NODE_BLOCK) {
            on_top = false;
            n = n->body.first;
            continue;
        }
        if (n->kind == NODE_EVAL) {
            note_reads(n->condition, first);
        } else if (n->kind == NODE_STMT) {
            for (uint32_t k = 0; k < n->stmt->arg_count; k++)
                note_reads(n->stmt->args[k], first);
            note_results(&l->f, n->stmt, first, on_top);
        } else {
            return;
        }
        n = n->next;
    }
}

/* ---- Where the function is one switch ----
 *
 * A variable with an initial value has a value in every case, and C compilers carry it through all of them, at all levels of optimisation:
 * that takes time proportional to cases times variables. */

enum { NO_CASE, SEVERAL_CASES };

typedef struct homes {
    uint32_t *of; /* for each variable: the case that mentions it, numbered as in `now`, or one of the values above */
    uint32_t now;
} homes;

static void note_home(homes *h, uint32_t variable) {
    h->of[variable] = h->of[variable] == NO_CASE || h->of[variable] == h->now ? h->now : SEVERAL_CASES;
}

static void note_homes(homes *h, const expr *e) {
    if (e->kind == EXPR_VAR)
        note_home(h, e->index);
    for (int k = 0; k < 3 && e->args[k]; k++)
        note_homes(h, e->args[k]);
}

static void note_list(homes *h, const node_list *list) {
    for (const node *n = list->first; n; n = n->next) {
        for (uint32_t k = 0; n->kind == NODE_STMT && k < n->stmt->arg_count; k++)
            note_homes(h, n->stmt->args[k]);
        for (uint32_t k = 0; n->kind == NODE_STMT && k < n->stmt->result_count; k++)
            note_home(h, n->stmt->result + k);
        if (n->kind == NODE_STMT)
            continue;
        if (node_condition(n))
            note_homes(h, n->condition);
        for (uint32_t k = 0; node_part(n, k); k++)
            note_list(h, node_part(n, k));
    }
}

/* For a function that is one switch in one loop: the one case that mentions each variable. Null for other functions. */
static const uint32_t *find_homes(const lowered *l) {
    homes h = {.of = arena_array(l->f.arena, l->f.vars.count, sizeof *h.of), .now = SEVERAL_CASES};
    for (const node *n = l->shape.body.first; n; n = n->kind == NODE_LOOP ? n->body.first : n->next)
        for (uint32_t k = 0; k < n->case_count; k++) {
            h.now++;
            note_list(&h, &n->cases[k].body);
        }
    return h.of;
}

/* ---- Variables that stay in memory ----
 *
 * Where many branches meet, such as at the head of a state machine, C compilers join what each brings along for each variable, even at -O0:
 * GCC takes 47 s and 3 GB for 100 KB of blocks around each other whose exits take a value each. Volatile variables stay in memory, where
 * nobody follows them. */

/* Limits of variables times branches for variables that compilers may follow. Programs have at most 52 for each byte (component tools:
 * 20,700 variables in 244 KB). */
#define FEW_FOLLOWED 1000000
#define FOLLOWED_FOR_BYTE 60

/* Whether the variable may be set where others read it: it is declared on top, or a parameter that is assigned. */
static bool may_be_followed(const var *v) {
    return !v->owned && (v->kind == VAR_PARAM ? v->writes > 0 : var_is_declared_on_top(v));
}

static uint64_t count_followed(const ir_func *f) {
    uint64_t followed = 0;
    for (size_t k = 0; k < f->vars.count; k++)
        followed += may_be_followed(&f->vars.data[k]) && f->vars.data[k].writes > 0;
    return followed;
}

/* In a function that is one switch each jump brings along the value of each variable, and may bring it to each test. GCC took over three
 * minutes for a function of 9,500 lines of C (resvg), and takes 7 s with its variables in memory. For a test of a variable with a constant,
 * clang looks through all that may come there, in search of a branch that ends itself: 20 KB of random branches took it over 38 s, and take
 * 1.5. */
typedef struct jump_counts {
    const ir_func *f;
    uint64_t jumps, tests; /* tests: of a followed variable with a constant */
} jump_counts;

/* The variable that is all of the tree but constants and operators; NO_VAR if there is more, or none. */
static uint32_t only_variable(const expr *e) {
    while (e->kind != EXPR_VAR) {
        const expr *next = NULL;
        for (int k = 0; k < 3 && e->args[k]; k++) {
            if (e->args[k]->kind == EXPR_CONST)
                continue;
            if (next)
                return NO_VAR;
            next = e->args[k];
        }
        if (!next || e->kind != EXPR_OP)
            return NO_VAR;
        e = next;
    }
    return e->index;
}

static void count_jumps(jump_counts *c, const node_list *list) {
    for (const node *n = list->first; n; n = n->next) {
        c->jumps += n->kind == NODE_SET_EXIT;
        if (n->kind == NODE_STMT)
            continue;
        uint32_t tested = n->kind == NODE_IF && n->condition ? only_variable(n->condition) : NO_VAR;
        c->tests += tested != NO_VAR && may_be_followed(&c->f->vars.data[tested]);
        for (uint32_t k = 0; node_part(n, k); k++)
            count_jumps(c, node_part(n, k));
    }
}

/* Limit of jumps times variables, and of jumps times tests. Of 73 real modules four (component tools) have functions with more. */
#define MOST_BROUGHT 100000

static bool brings_much(const lowered *l) {
    if (!l->shape.flat)
        return false;
    jump_counts c = {.f = &l->f};
    count_jumps(&c, &l->shape.body);
    uint64_t followed = count_followed(&l->f);
    return c.jumps * (followed > c.tests ? followed : c.tests) > MOST_BROUGHT;
}

/* Functions that are too much for C compilers at other levels are compiled at -O0 (emit/split.c). */
static bool is_compiled_at_0(const lowered *l, const lower_plan *plan) {
    return plan->kinds && l->f.index != DIAG_NO_FUNC && plan->kinds[l->f.index] == FILE_HUGE;
}

static bool is_too_much(const lowered *l, const lower_plan *plan) {
    const func *f = &plan->m->funcs[l->f.index];
    return count_followed(&l->f) * f->notes.branches > FEW_FOLLOWED + f->body.length * FOLLOWED_FOR_BYTE;
}

static void keep_in_memory(lowered *l) {
    for (size_t k = 0; k < l->f.vars.count; k++)
        l->f.vars.data[k].in_memory = may_be_followed(&l->f.vars.data[k]);
}

void declare_variables(lowered *l, const lower_plan *plan) {
    const uint32_t *homes_of = l->shape.flat ? find_homes(l) : NULL;
    for (size_t k = 0; k < l->f.vars.count; k++) {
        var *v = &l->f.vars.data[k];
        if (v->kind == VAR_PARAM || v->declared == DECLARED_NEVER || (v->reads == 0 && v->writes == 0))
            continue;
        bool by_value = v->kind == VAR_TEMP && !l->shape.flat && !v->owned;
        bool has_home = l->shape.flat && v->kind == VAR_TEMP && homes_of[k] > SEVERAL_CASES;
        bool is_unset = v->owned ? v->kind != VAR_LOCAL || v->reads == 0 : has_home;
        v->declared = by_value ? DECLARED_BY_VALUE : is_unset ? DECLARED_UNSET : DECLARED_ON_TOP;
    }
    if (!l->shape.flat)
        find_first_values(l);
    if (is_compiled_at_0(l, plan) ? is_too_much(l, plan) : brings_much(l))
        keep_in_memory(l);
    instance_find_use(l);
}
