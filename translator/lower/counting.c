/* Pass `counting`: checks of an index that a loop counts are made before the loop. In come the nodes; out goes
 *
 *     for (;;) {                                          u32 t5 = within(within(l4, p0), p1);
 *         if (l3 >= l4) break;                            for (;;) {
 *         l2 += p0->e[at(p0, l3)] * p1->e[at(p1, l3)];        if (l3 >= t5) break;
 *         l3 += 1;                                            l2 += p0->e[l3] * p1->e[l3];
 *     }                                           ->          l3 += 1;
 *                                                         }
 *                                                         if (l3 < l4) {
 *                                                             (void)p0->e[at(p0, l3)];
 *                                                             (void)p1->e[at(p1, l3)];
 *                                                         }
 *
 * which C compilers can unroll and vectorise. `within` is the lesser of a count and the array's length, which never changes; the length of
 * null counts as 0. Loops that contain calls or other loops stay as they are.
 *
 * Why it is right: every turn of the loop makes the checks that are moved, and before them it only assigns variables and makes other such
 * checks, so that nobody notices if a turn that would trap is not begun. The turn in which a check would fail is left out as a whole.
 * After the loop the checks of that turn are made in their order, and the first that fails traps. Array and limit are variables that the
 * loop does not assign. The index is assigned once, at the end of the turn, so that on every other way out of the loop it has a value for
 * which all checks succeed. If the test compares signed numbers, a negative index is above the length of every array
 * (WASMELT_MOST_ELEMENTS).
 *
 * If a loop tests at its end,      for (;;) { A; l3 += 1; if (l3 >= l4) break; }      the checks of its first turn are made before the
 * loop. */
#include "lower/passes.h"

#include "wasm/objects.h"

/* Limits of what is looked at: nodes in a loop, arrays whose checks are moved. */
#define MOST_NODES 60u
#define MOST_ARRAYS 6u

typedef struct counting {
    ir_func *f;
    node *loop, *test;           /* the loop and its test, which is its first or last node */
    const node *step;            /* the statement that assigns the index */
    const expr *index;           /* a variable */
    const expr *limit;           /* a variable, a constant or an array's length; the loop goes on while the index is below */
    bool is_signed, is_included; /* the comparison is signed; the loop also goes on while the index is equal */
    bool tests_at_end;
    const expr *arrays[MOST_ARRAYS]; /* variables */
    uint32_t types[MOST_ARRAYS];     /* of them */
    uint32_t offsets[MOST_ARRAYS];   /* byte offsets of the checks in the input */
    uint32_t count;
    unsigned nodes; /* seen so far */
} counting;

/* ---- What the loop assigns ---- */

static bool gives(const stmt *s, uint32_t variable) {
    return s->result_count > 0 && variable - s->result < s->result_count;
}

/* Whether the loop may contain the statement. A call takes longer than a check, and the new variable would have to be kept during it. */
static bool is_short(const stmt *s) {
    switch ((stmt_kind)s->kind) {
    case STMT_NOP:
    case STMT_SET:
    case STMT_EVAL:
    case STMT_STORE:
    case STMT_GLOBAL_SET:
    case STMT_TRAP:
    case STMT_RETURN:
        return true;
    case STMT_OP:
        return s->op == OP_ARRAY_SET || s->op == OP_STRUCT_SET;
    default:
        return false;
    }
}

/* Whether a node in the list other than the step assigns the variable. Also true if the loop contains something for which it is left as it
 * is. */
static bool assigns(counting *c, const node_list *list, uint32_t variable) {
    for (const node *n = list->first; n; n = n->next) {
        if (++c->nodes > MOST_NODES || n->kind == NODE_SWITCH || n->kind == NODE_LOOP)
            return true;
        if (n->kind == NODE_STMT ? !is_short(n->stmt) || (n != c->step && gives(n->stmt, variable))
                                 : assigns(c, &n->body, variable) || assigns(c, &n->otherwise, variable))
            return true;
    }
    return false;
}

static bool keeps(counting *c, uint32_t variable) {
    c->nodes = 0;
    return !assigns(c, &c->loop->body, variable) && !gives(c->step->stmt, variable);
}

/* ---- The test ---- */

static bool is_index(const counting *c, const expr *e) {
    return e->kind == EXPR_VAR && gives(c->step->stmt, e->index);
}

static bool is_limit(counting *c, const expr *e) {
    if (e->kind == EXPR_OP && e->op == OP_ARRAY_LEN && e->args[0]->kind == EXPR_VAR && !wasmelt_is_nullable(e->args[0]->type))
        e = e->args[0];
    return e->kind == EXPR_CONST || (e->kind == EXPR_VAR && keeps(c, e->index));
}

/* A comparison of index and limit. */
typedef struct comparison {
    opcode op, mirrored;   /* the operator; the one for exchanged operands */
    bool breaks, included; /* whether `index op limit` ends the loop; whether the loop goes on if both are equal */
    bool is_signed;
} comparison;

static const comparison comparisons[] = {
    {OP_I32_GE_U, OP_I32_LE_U, true, false, false}, {OP_I32_LT_U, OP_I32_GT_U, false, false, false},
    {OP_I32_GT_U, OP_I32_LT_U, true, true, false},  {OP_I32_LE_U, OP_I32_GE_U, false, true, false},
    {OP_I32_GE_S, OP_I32_LE_S, true, false, true},  {OP_I32_LT_S, OP_I32_GT_S, false, false, true},
    {OP_I32_GT_S, OP_I32_LT_S, true, true, true},   {OP_I32_LE_S, OP_I32_GE_S, false, true, true},
};

static bool read_comparison(counting *c, const expr *e, bool breaks) {
    if (e->kind != EXPR_OP || expr_arg_count(e) != 2)
        return false;
    int at = is_index(c, e->args[0]) ? 0 : 1;
    c->index = e->args[at];
    c->limit = e->args[1 - at];
    for (size_t k = 0; k < sizeof comparisons / sizeof *comparisons; k++) {
        const comparison *known = &comparisons[k];
        if (e->op != (at == 0 ? known->op : known->mirrored) || known->breaks != breaks)
            continue;
        c->is_signed = known->is_signed;
        c->is_included = known->included;
        return is_index(c, c->index) && is_limit(c, c->limit);
    }
    return false;
}

/* Whether the node is `if (index >= limit) break;` or the like. */
static bool read_test(counting *c, node *n) {
    if (n->kind != NODE_IF || n->test > TEST_NOT_EXPR || n->otherwise.first || !n->body.first || n->body.first->kind != NODE_BREAK)
        return false;
    c->test = n;
    return read_comparison(c, n->condition, n->test == TEST_EXPR);
}

static bool is_step(counting *c, const node *n) {
    c->step = n;
    return n->kind == NODE_STMT && n->stmt->kind == STMT_SET;
}

/* Whether the loop begins with the test and ends with the step, or ends with the step and the test. */
static bool read_loop(counting *c) {
    node *first = c->loop->body.first, *last = c->loop->body.last, *before_last = first;
    if (!first || first == last)
        return false;
    while (before_last->next != last)
        before_last = before_last->next;
    c->tests_at_end = last->kind == NODE_IF;
    bool is_read = is_step(c, c->tests_at_end ? before_last : last) && read_test(c, c->tests_at_end ? last : first);
    c->nodes = 0;
    return is_read && !assigns(c, &c->loop->body, c->index->index);
}

/* ---- The checks ---- */

static bool has_array(const counting *c, const expr *array) {
    for (uint32_t k = 0; k < c->count; k++)
        if (c->arrays[k]->index == array->index)
            return true;
    return false;
}

/* Notes the check, if it can be moved; returns whether it can. */
static bool take(counting *c, uint32_t type, const expr *array, const expr *index, uint32_t offset) {
    if (!is_index(c, index) || array->kind != EXPR_VAR)
        return false;
    if (has_array(c, array))
        return true;
    if (c->count == MOST_ARRAYS || !keeps(c, array->index))
        return false;
    c->types[c->count] = type;
    c->offsets[c->count] = offset;
    c->arrays[c->count++] = array;
    return true;
}

/* Notes the checks in the tree. Returns false if it may trap for another reason. */
static bool take_tree(counting *c, const expr *e) {
    if (!(e->effects & FX_TRAPS))
        return true;
    if (e->kind == EXPR_SELECT)
        return false;
    for (int k = 0; k < expr_arg_count(e); k++)
        if (!take_tree(c, e->args[k]))
            return false;
    return !expr_traps(e) || (e->kind == EXPR_ELEMENT && take(c, e->index, e->args[0], e->args[1], e->offset));
}

/* Notes the checks in the statement. Returns whether the checks of the next one can be moved, too: the statement has no other effects. */
static bool take_statement(counting *c, const stmt *s) {
    bool is_store = s->kind == STMT_OP && s->op == OP_ARRAY_SET;
    if (s->kind != STMT_NOP && s->kind != STMT_SET && s->kind != STMT_EVAL && !is_store)
        return false;
    for (uint32_t k = 0; k < s->arg_count; k++)
        if (!take_tree(c, s->args[k]))
            return false;
    if (is_store)
        take(c, s->index, s->args[0], s->args[1], s->offset);
    return !is_store;
}

/* Notes the checks that every turn begins with. */
static void find_checks(counting *c) {
    const node *n = c->tests_at_end ? c->loop->body.first : c->test->next;
    while (n != c->step && n->kind == NODE_STMT && take_statement(c, n->stmt))
        n = n->next;
    if (n->kind == NODE_IF && n != c->test && n->test <= TEST_NOT_EXPR)
        take_tree(c, n->condition);
}

/* ---- What the loop becomes ---- */

static expr *new_expr(ir_func *f, expr_kind kind, wasmelt_valtype type, expr *left, expr *right) {
    expr *e = arena_alloc(f->arena, sizeof *e);
    *e = (expr){.kind = (uint8_t)kind, .type = type, .nodes = 1, .args = {left, right}};
    for (int k = 0; k < 2 && e->args[k]; k++) {
        e->nodes = (uint8_t)(e->nodes + e->args[k]->nodes);
        e->effects |= e->args[k]->effects;
    }
    return e;
}

/* Copies the tree and counts what it reads. */
static expr *copy(ir_func *f, const expr *e) {
    expr *c = arena_alloc(f->arena, sizeof *c);
    *c = *e;
    if (e->kind == EXPR_VAR)
        f->vars.data[e->index].reads++;
    for (int k = 0; k < expr_arg_count(e); k++)
        c->args[k] = copy(f, e->args[k]);
    return c;
}

static node *new_statement(ir_func *f, stmt_kind kind, expr *value, uint32_t offset) {
    node *n = node_new_stmt(f, kind);
    n->stmt->args = arena_array(f->arena, 1, sizeof *n->stmt->args);
    n->stmt->args[0] = value;
    n->stmt->arg_count = 1;
    n->stmt->offset = offset;
    return n;
}

/* Makes statements for the checks of one turn. */
static node_list new_checks(const counting *c) {
    node_list checks = {0};
    for (uint32_t k = 0; k < c->count; k++) {
        const type_def *t = &c->f->m->types[c->types[k]];
        expr *e = new_expr(c->f, EXPR_ELEMENT, storage_unpacked(t->fields[0].type), copy(c->f, c->arrays[k]), copy(c->f, c->index));
        e->index = c->types[k];
        e->offset = c->offsets[k];
        e->effects |= expr_own_traps(e) | FX_READS_HEAP;
        node *n = new_statement(c->f, STMT_EVAL, e, c->offsets[k]);
        c->f->evaluates = true;
        *(checks.last ? &checks.last->next : &checks.first) = n;
        checks.last = n;
    }
    return checks;
}

/* Makes a statement that assigns the least of the limit and all lengths to a new variable. */
static node *new_limit(const counting *c, uint32_t variable) {
    expr *e = copy(c->f, c->limit);
    for (uint32_t k = 0; k < c->count; k++) {
        e = new_expr(c->f, EXPR_WITHIN, WASMELT_I32, e, copy(c->f, c->arrays[k]));
        e->lane = k > 0 ? 0 : (uint8_t)((c->is_signed ? WITHIN_SIGNED : 0) | (c->is_included ? WITHIN_INCLUDED : 0));
    }
    node *n = new_statement(c->f, STMT_SET, e, c->test->condition->offset);
    n->stmt->result = variable;
    n->stmt->result_count = 1;
    *vec_push(&c->f->vars) =
        (var){.kind = VAR_TEMP, .type = WASMELT_I32, .declared_type = WASMELT_I32, .reads = 1, .writes = 1, .giver = n->stmt};
    return n;
}

/* Makes an if with the checks for after the loop. */
static node *new_last_turn(const counting *c) {
    node_list list = {0};
    node *n = node_append(c->f, &list, NODE_IF);
    expr *condition = copy(c->f, c->test->condition);
    condition->hint = 0;
    n->test = c->test->test == TEST_EXPR ? TEST_NOT_EXPR : TEST_EXPR;
    n->condition = condition;
    n->body = new_checks(c);
    return n;
}

static void change_test(const counting *c, uint32_t variable) {
    expr *read = new_expr(c->f, EXPR_VAR, WASMELT_I32, NULL, NULL), *index = copy(c->f, c->index);
    read->index = variable;
    read->effects = FX_READS_LOCAL;
    expr *e = new_expr(c->f, EXPR_OP, WASMELT_I32, index, read);
    e->op = OP_I32_GE_U;
    e->offset = c->test->condition->offset;
    e->hint = c->test->condition->hint;
    c->test->condition = e;
    c->test->test = TEST_EXPR;
}

static void mark_tree(const counting *c, expr *e) {
    for (int k = 0; k < expr_arg_count(e); k++)
        mark_tree(c, e->args[k]);
    if (e->kind == EXPR_ELEMENT && is_index(c, e->args[1]) && has_array(c, e->args[0]))
        e->in_bounds = true;
}

/* Marks all accesses in the list to one of the arrays at the index. */
static void mark_list(const counting *c, const node_list *list) {
    for (const node *n = list->first; n; n = n->next) {
        if (n->kind != NODE_STMT) {
            if (node_condition(n))
                mark_tree(c, (expr *)(uintptr_t)n->condition);
            mark_list(c, &n->body);
            mark_list(c, &n->otherwise);
            continue;
        }
        stmt *s = n->stmt;
        for (uint32_t k = 0; k < s->arg_count; k++)
            mark_tree(c, s->args[k]);
        if (s->kind == STMT_OP && s->op == OP_ARRAY_SET && is_index(c, s->args[1]) && has_array(c, s->args[0]))
            s->in_bounds = true;
    }
}

static void put_before(node **place, node *n) {
    n->next = *place;
    *place = n;
}

/* Changes the loop, to which `place` points; returns what points to it now. */
static node **change(const counting *c, node_list *list, node **place) {
    uint32_t variable = (uint32_t)c->f->vars.count;
    if (c->tests_at_end) {
        node_list checks = new_checks(c);
        checks.last->next = c->loop;
        *place = checks.first;
        place = &checks.last->next;
    }
    node *limit = new_limit(c, variable), *last_turn = new_last_turn(c);
    mark_list(c, &c->loop->body);
    change_test(c, variable);
    put_before(place, limit);
    put_before(&c->loop->next, last_turn);
    if (list->last == c->loop)
        list->last = last_turn;
    return &limit->next;
}

static void visit_list(ir_func *f, node_list *list) {
    for (node **place = &list->first; *place; place = &(*place)->next) {
        node *n = *place;
        if (n->kind == NODE_STMT)
            continue;
        for (uint32_t k = 0; node_part(n, k); k++)
            visit_list(f, node_part(n, k));
        counting c = {.f = f, .loop = n};
        if (n->kind != NODE_LOOP || !read_loop(&c))
            continue;
        find_checks(&c);
        if (c.count > 0)
            place = change(&c, list, place);
    }
}

void counting_check_before(lowered *l, const lower_plan *plan) {
    if (plan->m->uses_heap && !l->shape.flat)
        visit_list(&l->f, &l->shape.body);
}
