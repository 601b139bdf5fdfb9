/* The last resort of lower/structure.c: one loop around one switch, whose cases are the positions that code jumps to. The result is always
 * right and never deep, but slower, so it is only for code that cannot be nested shallowly. `br` holds the position at which to go on. */
#include "lower/structure.h"

typedef struct flattener {
    ir_func *f;
    VEC(switch_case) cases;
    node_list *out;  /* the nodes of the case being filled */
    uint32_t *slots; /* for each label, while a br_table is flattened: 1 + the case that leads to it, or 0 */
} flattener;

/* Begins the case for `position`, unless it has one already: an else that begins with a loop, for example. The case before falls into the
 * new one. */
static void begin_case(flattener *w, uint32_t position) {
    if (w->cases.count > 0 && vec_last(&w->cases).values[0] == position)
        return;
    if (w->cases.count > 0)
        vec_last(&w->cases).falls = vec_last(&w->cases).body.first && node_list_is_open(&vec_last(&w->cases).body);
    switch_case *c = vec_push(&w->cases);
    *c = (switch_case){.values = arena_array(w->f->arena, 1, sizeof(uint32_t)), .value_count = 1};
    c->values[0] = position;
}

static node_list *current(flattener *w) {
    return &vec_last(&w->cases).body;
}

static void jump(flattener *w, node_list *out, uint32_t position) {
    node_append(w->f, out, NODE_SET_EXIT)->exit = position;
    node_append(w->f, out, NODE_CONTINUE);
}

static uint32_t target(const flattener *w, uint32_t label_index) {
    const label *l = &w->f->labels.data[label_index];
    return l->kind == STMT_LOOP ? l->begin : l->end;
}

static void jump_if(flattener *w, test_kind test, const expr *condition, uint32_t position) {
    node *n = node_append(w->f, current(w), NODE_IF);
    n->test = (uint8_t)test;
    n->condition = condition;
    jump(w, &n->body, position);
}

/* Indices with the same target share a case. */
static void jump_table(flattener *w, const stmt *st) {
    node *n = node_append(w->f, current(w), NODE_SWITCH);
    n->condition = st->args[0];
    n->cases = arena_array(w->f->arena, st->target_count, sizeof *n->cases);
    for (uint32_t i = 0; i < st->target_count; i++) {
        uint32_t *slot = &w->slots[st->targets[i]];
        if (*slot == 0) {
            jump(w, &n->cases[n->case_count].body, target(w, st->targets[i]));
            *slot = ++n->case_count;
        }
        n->cases[*slot - 1].value_count++;
    }
    for (uint32_t i = 0; i < n->case_count; i++) {
        n->cases[i].values = arena_array(w->f->arena, n->cases[i].value_count, sizeof(uint32_t));
        n->cases[i].value_count = 0;
    }
    n->cases[w->slots[st->targets[st->target_count - 1]] - 1].is_default = true;
    for (uint32_t i = 0; i < st->target_count; i++) {
        switch_case *c = &n->cases[w->slots[st->targets[i]] - 1];
        if (!c->is_default)
            c->values[c->value_count++] = i;
    }
    for (uint32_t i = 0; i < st->target_count; i++)
        w->slots[st->targets[i]] = 0;
}

/* The label of a statement that has one. */
static const label *label_of(const ir_func *f, const stmt *st) {
    return &f->labels.data[st->label];
}

structured structure_flat(ir_func *f) {
    flattener w = {.f = f, .slots = arena_array(f->arena, f->labels.count, sizeof(uint32_t))};
    begin_case(&w, 0);
    for (uint32_t at = 0; at < f->stmts.count; at++) {
        stmt *st = &f->stmts.data[at];
        const label *l;
        switch (st->kind) {
        case STMT_NOP:
        case STMT_BLOCK:
            break;
        case STMT_LOOP:
            if (at > 0)
                begin_case(&w, at);
            break;
        case STMT_IF:
            l = label_of(f, st);
            jump_if(&w, TEST_NOT_EXPR, st->args[0], l->else_at ? l->else_at + 1 : l->end);
            break;
        case STMT_ELSE:
            if (st->falls)
                jump(&w, current(&w), label_of(f, st)->end);
            begin_case(&w, at + 1);
            break;
        case STMT_END:
            l = label_of(f, st);
            if (l->kind != STMT_LOOP && (l->uses > 0 || l->kind == STMT_IF))
                begin_case(&w, at);
            break;
        case STMT_BR:
            jump(&w, current(&w), target(&w, st->label));
            break;
        case STMT_BR_IF:
            jump_if(&w, TEST_EXPR, st->args[0], target(&w, st->label));
            break;
        case STMT_BR_TABLE:
            jump_table(&w, st);
            break;
        default:
            node_append(f, current(&w), NODE_STMT)->stmt = st;
        }
    }
    if (node_list_is_open(current(&w)))
        node_append(f, current(&w), NODE_BREAK);
    structured result = {.uses_exit = true, .tests_exit = true, .flat = true, .ifs = (uint32_t)f->stmts.count};
    node *loop = node_append(f, &result.body, NODE_LOOP);
    node *n = node_append(f, &loop->body, NODE_SWITCH);
    n->test = TEST_EXIT;
    n->case_count = (uint32_t)w.cases.count;
    n->cases = arena_array(f->arena, w.cases.count, sizeof *n->cases);
    for (size_t i = 0; i < w.cases.count; i++)
        n->cases[i] = w.cases.data[i];
    vec_free(&w.cases);
    node_append(f, &loop->body, NODE_BREAK);
    return result;
}
