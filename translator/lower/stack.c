/* Trees, statements, and the operand stack, which holds trees that have not been evaluated yet ("pending").
 *
 * A statement must not overtake what pending trees read, and traps must keep their order. So before a statement is made, the pending trees
 * that it could disturb are settled, that is, computed into variables.
 *
 *  - A store settles pending loads and pending trees that may trap. A call also settles reads of globals and tables.
 *  - local.set settles trees that read the local.
 *  - C evaluates the operands of a tree or statement in any order. So they may have only one kind of trap among them, or only one of them
 * may trap; otherwise the earlier ones are settled. An access that checks its bounds itself may do so before the operand beside its address
 * is evaluated: that operand is settled if it may trap for another reason.
 *  - The beginning of a block settles everything but constants. A branch settles trees that may trap, because they must trap whether the
 *    branch is taken or not.
 *
 * At most STACK_WINDOW entries are pending at a time, and the size of trees is bounded, so all this takes linear time. */
#include "lower/build_internal.h"

/* ---- Expressions ---- */

uint32_t var_new(builder *b, var_kind kind, wasmelt_valtype type) {
    var *v = vec_push(&b->f->vars);
    *v = (var){.kind = (uint8_t)kind, .type = representation_of(b->f->m, type)->type, .declared_type = type};
    return (uint32_t)(b->f->vars.count - 1);
}

static bool reads_var(const expr *e, uint32_t index) {
    if (!(e->effects & FX_READS_LOCAL))
        return false;
    if (e->kind == EXPR_VAR)
        return e->index == index;
    for (int i = 0; i < 3 && e->args[i]; i++)
        if (reads_var(e->args[i], index))
            return true;
    return false;
}

/* ---- Statements ---- */

static expr **args_new(builder *b, uint32_t count) {
    b->operands += count;
    return arena_array_raw(b->f->arena, count ? count : 1, sizeof(expr *));
}

expr **args_copy(builder *b, uint32_t count, expr *const *args) {
    expr **copy = args_new(b, count);
    for (uint32_t k = 0; k < count; k++)
        copy[k] = args[k];
    return copy;
}

stmt *stmt_with(builder *b, stmt_kind kind, uint32_t count, expr *const *args) {
    expr **copy = args_copy(b, count, args);
    stmt *s = stmt_new(b, kind);
    s->args = copy;
    s->arg_count = count;
    return s;
}

void stmt_assign(builder *b, uint32_t variable, expr *value) {
    expr **args = arena_alloc_raw(b->f->arena, sizeof *args);
    args[0] = value;
    b->operands++;
    stmt *s = stmt_new(b, STMT_SET);
    s->args = args;
    s->arg_count = 1;
    s->result = variable;
    s->result_count = 1;
    s->offset = value->offset;
}

/* ---- The stack of pending trees ---- */

static bool is_settled(const expr *e) {
    return e->kind == EXPR_CONST || (e->kind == EXPR_VAR && e->effects == 0);
}

static void compute(builder *b, size_t index) {
    expr *e = b->stack.data[index];
    uint32_t variable = var_new(b, VAR_TEMP, e->type);
    stmt_assign(b, variable, e);
    b->stack.data[index] = expr_var(b, variable);
}

void stack_settle_traps(builder *b, size_t end, uint16_t codes) {
    uint16_t all = codes;
    for (size_t i = b->settled; i < end; i++)
        all |= expr_trap_codes(b->stack.data[i]);
    if (is_one_code(all))
        return;
    for (size_t i = b->settled; i < end; i++)
        if (expr_trap_codes(b->stack.data[i]))
            compute(b, i);
}

void stack_make_variable(builder *b, size_t index) {
    expr *e = b->stack.data[index];
    if (e->kind == EXPR_VAR)
        return;
    if (expr_trap_codes(e))
        stack_settle_traps(b, index, expr_trap_codes(e));
    compute(b, index);
}

void stack_settle(builder *b, size_t index) {
    expr *e = b->stack.data[index];
    if (is_settled(e))
        return;
    if (expr_trap_codes(e))
        stack_settle_traps(b, index, expr_trap_codes(e));
    compute(b, index);
}

/* Settles the entries below `end` that have one of these effects. */
void stack_settle_effects(builder *b, size_t end, uint16_t effects) {
    for (size_t i = b->settled; i < end; i++)
        if (b->stack.data[i]->effects & effects)
            stack_settle(b, i);
}

void stack_settle_all(builder *b, size_t end) {
    for (size_t i = b->settled; i < end; i++)
        stack_settle(b, i);
    if (b->settled < end)
        b->settled = end;
}

void stack_settle_readers(builder *b, size_t end, uint32_t variable) {
    for (size_t i = b->settled; i < end; i++)
        if (reads_var(b->stack.data[i], variable))
            stack_settle(b, i);
}

/* Settles the entries from `base` on that may trap, except the last of them. */
static void settle_but_last_trap(builder *b, size_t base) {
    size_t last = b->stack.count;
    while (!expr_trap_codes(b->stack.data[--last])) {
    }
    for (size_t i = base; i < last; i++)
        if (expr_trap_codes(b->stack.data[i]))
            stack_settle(b, i);
}

/* Settles the largest entries from `base` on, one by one, until the rest fits into one tree. */
static void settle_large(builder *b, size_t base) {
    unsigned nodes = 1;
    for (size_t i = base; i < b->stack.count; i++)
        nodes += b->stack.data[i]->nodes;
    while (nodes > EXPR_MAX_NODES) {
        size_t largest = base;
        for (size_t i = base; i < b->stack.count; i++)
            if (b->stack.data[i]->nodes > b->stack.data[largest]->nodes)
                largest = i;
        nodes -= b->stack.data[largest]->nodes - 1u;
        stack_settle(b, largest);
    }
}

void stack_separate(builder *b, size_t count, uint16_t codes, bool one_tree) {
    size_t base = b->stack.count - count;
    if (!is_one_code(codes))
        settle_but_last_trap(b, base);
    if (one_tree)
        settle_large(b, base);
}

/* Pops the operands of a statement that writes or calls. Entries below must not be affected by the statement. */
expr **stack_pop_statement_args(builder *b, uint32_t count, uint16_t effects) {
    stack_settle_effects(b, b->stack.count - count, effects | FX_TRAPS);
    expr **args = args_new(b, count);
    stack_pop_args(b, count, args);
    return args;
}
