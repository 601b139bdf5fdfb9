/* Checks what is true of the IR after every pass:
 *
 *  - a tree has the operands that its operator takes, and these have the right types; its node count and its effects include those of
 *    its operands;
 *  - a tree belongs to one statement or condition, and occurs there once;
 *  - variables that are read or assigned exist, and have the type of what is assigned to them; a temporary is assigned by one statement;
 *  - functions, globals, memories, tables, tags and labels that statements name exist;
 *  - from pass `structure` on, each statement that is not control occurs in the nodes exactly once, except returns without a value; and
 *    each exit that is set belongs to an exit of the function;
 *  - from pass `references` on, and not before, counting of references is explicit: owned variables and globals are assigned by statements
 *    that hold, and only a reference that the function returns or throws is in a tree that retains. */
#include "lower/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/sort.h"
#include "lower/dump.h"

typedef struct checker {
    const lowered *l;
    const ir_func *f;
    const lower_plan *plan;
    const char *pass;
    VEC(const expr *) trees; /* all trees met so far */
    uint32_t *assigned;      /* for each variable: the number of statements that assign it */
    uint32_t *placed;        /* for each statement: the number of nodes that hold it */
    ir_form form;
    const stmt *at; /* what is being checked, or null */
} checker;

static _Noreturn void broken(const checker *c, const char *what) {
    strbuf s = {0};
    if (c->at)
        dump_stmt(&s, c->f, c->at);
    fprintf(stderr, "wasmelt: a mistake of its own: function %u behind pass '%s': %s: %s\n", (unsigned)c->f->index, c->pass, what,
            s.data ? s.data : "");
    s.count = 0;
    dump_func(&s, c->l, c->form);
    fputs(s.data, stderr);
    abort();
}

static void expect(const checker *c, bool holds, const char *what) {
    if (!holds)
        broken(c, what);
}

/* ---- Trees ---- */

static bool same_representation(const checker *c, wasmelt_valtype a, wasmelt_valtype b) {
    return representation_of(c->f->m, a) == representation_of(c->f->m, b);
}

static void check_operator(const checker *c, const expr *e) {
    const opcode_facts *facts = &opcode_facts_table[e->op];
    if (opcode_table[e->op].family != TYPING_SIGNATURE)
        return;
    expect(c, expr_arg_count(e) == facts->operands, "an operator has too few or too many operands");
    for (int k = 0; k < facts->operands; k++)
        expect(c, !facts->types[k] || same_representation(c, e->args[k]->type, facts->types[k]), "an operand's type");
    expect(c, facts->results == 1 && same_representation(c, e->type, facts->types[facts->operands]), "an operator's type");
}

static void check_leaf(const checker *c, const expr *e) {
    const module *m = c->f->m;
    switch ((expr_kind)e->kind) {
    case EXPR_VAR:
        expect(c, e->index < c->f->vars.count, "a variable that is not there");
        expect(c, same_representation(c, e->type, c->f->vars.data[e->index].type), "a variable read as another type");
        break;
    case EXPR_GLOBAL:
        expect(c, e->index < m->global_count, "a global that is not there");
        break;
    case EXPR_LOAD:
    case EXPR_MEMORY_SIZE:
        expect(c, e->index < m->memory_count, "a memory that is not there");
        break;
    case EXPR_TABLE_SIZE:
    case EXPR_TABLE_GET:
        expect(c, e->index < m->table_count, "a table that is not there");
        break;
    case EXPR_REF_FUNC:
        expect(c, e->index < m->func_count, "a function that is not there");
        break;
    case EXPR_FIELD:
        expect(c, e->index < m->type_count && e->value < m->types[e->index].field_count, "a field that is not there");
        expect(c, expr_arg_count(e) == 1, "a field of nothing");
        break;
    case EXPR_ELEMENT:
        expect(c, e->index < m->type_count && m->types[e->index].kind == TYPE_ARRAY, "an array type that is not there");
        expect(c, expr_arg_count(e) == 2 && e->args[0]->kind == EXPR_VAR, "an array that is not in a variable");
        break;
    case EXPR_WITHIN:
        expect(c, expr_arg_count(e) == 2 && e->args[1]->kind == EXPR_VAR, "the length of what is not in a variable");
        break;
    case EXPR_IS_TYPE:
    case EXPR_CAST:
        expect(c, expr_arg_count(e) == 1 && e->args[0]->kind == EXPR_VAR, "a reference tested that is not in a variable");
        break;
    case EXPR_CAUGHT:
        expect(c, e->index < m->tag_count, "a tag that is not there");
        break;
    default:
        break;
    }
}

static void check_expr(checker *c, const expr *e) {
    *vec_push(&c->trees) = e;
    check_leaf(c, e);
    if (e->kind == EXPR_OP || e->kind == EXPR_LOAD)
        check_operator(c, e);
    unsigned nodes = 1, effects = expr_own_traps(e);
    for (int k = 0; k < expr_arg_count(e); k++) {
        expect(c, e->args[k]->kind != EXPR_RETAIN, "a reference that is retained for an operator");
        check_expr(c, e->args[k]);
        nodes += e->args[k]->nodes;
        effects |= e->args[k]->effects;
    }
    expect(c, e->nodes == nodes, "a tree's number of nodes");
    expect(c, (effects & ~(unsigned)e->effects) == 0, "an effect that a tree does not say");
}

static int by_address(const void *a, const void *b) {
    const expr *const *x = a, *const *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* Checks that no tree has two owners. Leaves may be shared, because nothing changes them. */
static void check_owners(checker *c) {
    if (c->trees.count == 0)
        return;
    sort_stable(c->trees.data, c->trees.count, sizeof *c->trees.data, by_address);
    for (size_t k = 1; k < c->trees.count; k++)
        expect(c, c->trees.data[k] != c->trees.data[k - 1] || expr_arg_count(c->trees.data[k]) == 0, "a tree that stands twice");
}

/* ---- Statements ---- */

static void check_named(const checker *c, const stmt *st) {
    const module *m = c->f->m;
    switch ((stmt_kind)st->kind) {
    case STMT_CALL:
    case STMT_TAIL_CALL:
        expect(c, st->index < m->func_count, "a function that is not there");
        break;
    case STMT_CALL_INDIRECT:
    case STMT_TAIL_CALL_INDIRECT:
        expect(c, st->index < m->type_count && (st->index2 == NO_INDEX || st->index2 < m->table_count),
               "a type or table that is not there");
        break;
    case STMT_STORE:
        expect(c, st->index < m->memory_count && st->arg_count == 2, "a store's memory or operands");
        break;
    case STMT_GLOBAL_SET:
    case STMT_GLOBAL_HOLD:
        expect(c, st->index < m->global_count && st->arg_count == 1, "a global that is not there");
        expect(c, same_representation(c, st->args[0]->type, m->globals[st->index].type), "a global's type");
        break;
    case STMT_THROW:
        expect(c, st->index < m->tag_count, "a tag that is not there");
        break;
    case STMT_BLOCK:
    case STMT_LOOP:
    case STMT_IF:
    case STMT_ELSE:
    case STMT_END:
    case STMT_BR:
    case STMT_BR_IF:
        expect(c, st->label < c->f->labels.count, "a label that is not there");
        break;
    case STMT_BR_TABLE:
        for (uint32_t k = 0; k < st->target_count; k++)
            expect(c, st->targets[k] < c->f->labels.count, "a label that is not there");
        break;
    default:
        break;
    }
}

/* Whether the statement passes its operands on to code that will release the references among them. */
static bool hands_over(const module *m, const stmt *st) {
    return st->kind == STMT_RETURN || (st->kind == STMT_THROW && !m->uses_heap);
}

static void check_counting(const checker *c, const stmt *st) {
    bool is_done = c->form == IR_COUNTED;
    bool holds = st->kind == STMT_HOLD || st->kind == STMT_GLOBAL_HOLD;
    const module *m = c->f->m;
    if (st->kind == STMT_SET || st->kind == STMT_HOLD)
        expect(c, holds == (is_done && !m->uses_heap && is_counted(m, c->f->vars.data[st->result].type)),
               "an assignment that does not count, or should not");
    if (st->kind == STMT_GLOBAL_SET || st->kind == STMT_GLOBAL_HOLD)
        expect(c, holds == (is_done && is_counted(m, m->globals[st->index].type)),
               "a global whose reference is not counted, or should not be");
    for (uint32_t k = 0; k < st->result_count; k++)
        expect(c,
               c->f->vars.data[st->result + k].owned == (is_done && !m->uses_heap && is_counted(m, c->f->vars.data[st->result + k].type)),
               "a variable that is not owned, or should not be");
    for (uint32_t k = 0; k < st->arg_count; k++)
        expect(c, (st->args[k]->kind == EXPR_RETAIN) == (is_done && hands_over(m, st) && is_counted(m, st->args[k]->type)),
               "a reference that is not retained, or should not be");
}

static void check_stmt(checker *c, const stmt *st) {
    c->at = st;
    expect(c, (st->result == NO_VAR) == (st->result_count == 0), "results without variables");
    for (uint32_t k = 0; k < st->result_count; k++) {
        expect(c, st->result + k < c->f->vars.count, "a variable that is not there");
        c->assigned[st->result + k]++;
    }
    if (st->kind == STMT_SET || st->kind == STMT_HOLD)
        expect(c, same_representation(c, c->f->vars.data[st->result].type, st->args[0]->type), "a variable's type");
    check_named(c, st);
    check_counting(c, st);
    for (uint32_t k = 0; k < st->arg_count; k++)
        check_expr(c, st->args[k]);
}

static bool is_control(const stmt *st) {
    return st->kind == STMT_NOP || st->kind >= STMT_BLOCK;
}

static bool may_be_left_out(const stmt *st) {
    return is_control(st) || (st->kind == STMT_RETURN && st->arg_count == 0);
}

/* ---- Nodes ---- */

static bool is_of_function(const checker *c, const stmt *st) {
    return st >= c->f->stmts.data && st < c->f->stmts.data + c->f->stmts.count;
}

static void check_nodes(checker *c, const node_list *list) {
    const node *last = NULL;
    for (const node *n = list->first; n; last = n, n = n->next) {
        c->at = n->kind == NODE_STMT ? n->stmt : NULL;
        expect(c, n->kind != NODE_STMT || !is_control(n->stmt) || n->stmt->kind == STMT_NOP, "control as a node");
        if (n->kind == NODE_STMT && is_of_function(c, n->stmt))
            c->placed[n->stmt - c->f->stmts.data]++;
        for (uint32_t k = 0; node_part(n, k); k++)
            check_nodes(c, node_part(n, k));
    }
    c->at = NULL;
    expect(c, list->last == last, "a list whose last node is another");
}

static void check_nest(checker *c) {
    check_nodes(c, &c->l->shape.body);
    for (size_t k = 0; k < c->f->stmts.count; k++) {
        c->at = &c->f->stmts.data[k];
        expect(c, may_be_left_out(c->at) || c->placed[k] == 1, "a statement that does not stand once");
    }
}

void ir_check(const lowered *l, const lower_plan *plan, ir_form form, const char *pass) {
    checker c = {.l = l, .f = &l->f, .plan = plan, .pass = pass, .form = form};
    c.assigned = calloc(l->f.vars.count + 1, sizeof *c.assigned);
    c.placed = calloc(l->f.stmts.count + 1, sizeof *c.placed);
    if (!c.assigned || !c.placed)
        abort();
    for (size_t k = 0; k < l->f.stmts.count; k++)
        check_stmt(&c, &l->f.stmts.data[k]);
    c.at = NULL;
    check_owners(&c);
    for (size_t k = 0; k < l->f.vars.count; k++)
        expect(&c, l->f.vars.data[k].kind != VAR_TEMP || c.assigned[k] <= 1, "a temporary that is assigned twice");
    if (form != IR_STATEMENTS)
        check_nest(&c);
    vec_free(&c.trees);
    free(c.assigned);
    free(c.placed);
}
