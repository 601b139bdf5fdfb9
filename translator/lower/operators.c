/* Lowers instructions that compute, access state or call: to trees if they only compute or read, else to statements. */
#include <string.h>

#include "lower/build_internal.h"
#include "lower/fold.h"

/* ---- Operators ---- */

/* Takes the immediates of a vector instruction; others have none that concern a tree. */
static inline void take_vector_immediates(expr *e, const instr *i, arena *a) {
    const opcode_info *info = &opcode_table[i->op];
    if (info->prefix == 0)
        return;
    if (info->immediates == IMM_LANE || info->immediates == IMM_MEMARG_LANE)
        e->lane = i->lane;
    if (info->immediates == IMM_V128 || info->immediates == IMM_SHUFFLE) {
        uint8_t *bytes = arena_alloc_raw(a, sizeof i->bytes);
        memcpy(bytes, i->bytes, sizeof i->bytes);
        e->bytes = bytes;
    }
}

void build_operator(builder *b, const instr *i, uint32_t count, wasmelt_valtype result) {
    expr *e = expr_new(b, EXPR_OP, result);
    e->op = (uint16_t)i->op;
    uint16_t effects = opcode_facts_table[i->op].effects;
    e->effects = effects & ~(unsigned)(FX_BOOL | FX_TRAPS);
    b->f->operations |= UINT32_C(1) << opcode_operation(i->op);
    stack_pop_into(b, count, e);
    if (effects & FX_TRAPS)
        e->effects |= expr_own_traps(e);
    take_vector_immediates(e, i, b->f->arena);
    stack_push(b, fold_operator(b->f->arena, e));
}

static void note_memory(builder *b, uint32_t memory) {
    b->f->memories |= UINT64_C(1) << (memory < 63 ? memory : 63);
}

/* Settles the value of a store, or the vector of a load into a lane, if it may trap for another reason than a memory access: an access that
 * checks its bounds itself would trap first. */
static void settle_beside_address(builder *b) {
    size_t last = b->stack.count - 1;
    if (expr_trap_codes(b->stack.data[last]) & FX_TRAPS_OTHERWISE)
        stack_settle(b, last);
}

void build_load(builder *b, const instr *i, uint32_t count, wasmelt_valtype result) {
    if (count == 2)
        settle_beside_address(b);
    expr *e = expr_new(b, EXPR_LOAD, result);
    e->op = (uint16_t)i->op;
    e->index = i->index;
    e->value = i->value;
    take_vector_immediates(e, i, b->f->arena);
    e->effects = FX_READS_MEMORY | FX_TRAPS_MEMORY;
    stack_pop_into(b, count, e);
    note_memory(b, i->index);
    stack_push(b, e);
}

void build_store(builder *b, const instr *i) {
    settle_beside_address(b);
    expr **args = stack_pop_statement_args(b, 2, FX_READS_MEMORY);
    stmt *s = stmt_new(b, STMT_STORE);
    s->op = (uint16_t)i->op;
    s->index = i->index;
    s->value = i->value;
    if (opcode_table[i->op].immediates == IMM_MEMARG_LANE)
        s->lane = i->lane;
    s->args = args;
    s->arg_count = 2;
    note_memory(b, i->index);
}

void build_leaf(builder *b, expr_kind kind, uint32_t index, wasmelt_valtype type, uint16_t effects) {
    expr *e = expr_new(b, kind, type);
    e->index = index;
    e->effects = effects;
    stack_push(b, e);
}

void build_unary(builder *b, expr_kind kind, uint32_t index, wasmelt_valtype type, uint16_t effects) {
    expr *e = expr_new(b, kind, type);
    e->index = index;
    e->effects = effects;
    stack_pop_into(b, 1, e);
    stack_push(b, e);
}

void build_select(builder *b, wasmelt_valtype type) {
    /* C evaluates only one arm, so arms that may trap are computed before. */
    for (size_t i = b->stack.count - 3; i < b->stack.count - 1; i++)
        if (expr_trap_codes(b->stack.data[i]))
            stack_settle(b, i);
    vec_last(&b->stack) = fold_condition(b->f->arena, vec_last(&b->stack));
    expr *e = expr_new(b, EXPR_SELECT, type ? type : b->stack.data[b->stack.count - 3]->type);
    stack_pop_into(b, 3, e);
    stack_push(b, e);
}

/* ---- Locals and globals ---- */

/* Whether `value` is a variable that the last statement has just assigned and nothing else reads, so that another variable can replace
 * it. */
static bool just_computed(const builder *b, const expr *value) {
    const stmt *last = &vec_last(&b->f->stmts);
    return value->kind == EXPR_VAR && b->f->vars.data[value->index].kind == VAR_TEMP && last->result == value->index &&
           last->result_count == 1;
}

void build_local_set(builder *b, uint32_t local, bool tee) {
    size_t below = b->stack.count - 1;
    size_t statements = b->f->stmts.count;
    stack_settle_readers(b, below, local);
    if (expr_trap_codes(b->stack.data[below]))
        stack_settle_traps(b, below, expr_trap_codes(b->stack.data[below]));
    expr *value = stack_pop(b);
    if (value->kind == EXPR_VAR && value->index == local)
        ; /* x = x */
    else if (statements == b->f->stmts.count && just_computed(b, value))
        vec_last(&b->f->stmts).result = local;
    else
        stmt_assign(b, local, value);
    if (tee)
        stack_push(b, expr_var(b, local));
}

void build_global_set(builder *b, uint32_t global) {
    expr **args = stack_pop_statement_args(b, 1, FX_READS_GLOBAL);
    stmt *s = stmt_new(b, STMT_GLOBAL_SET);
    s->index = global;
    s->args = args;
    s->arg_count = 1;
}

void build_drop(builder *b) {
    size_t below = b->stack.count - 1;
    expr *e = b->stack.data[below];
    if (expr_trap_codes(e)) {
        stack_settle_traps(b, below, expr_trap_codes(e));
        stmt_with(b, STMT_EVAL, 1, &e);
        b->f->evaluates = true;
    }
    stack_pop(b);
}

/* ---- Calls and other statements ---- */

#define FX_ANY_STATE (FX_READS_MEMORY | FX_READS_GLOBAL | FX_READS_TABLE | FX_READS_HEAP)

/* Makes the variables for the results of a statement, and pushes them. */
static void push_results(builder *b, size_t statement, const wasmelt_valtype *types, uint32_t count) {
    if (count == 0)
        return;
    uint32_t first = (uint32_t)b->f->vars.count;
    for (uint32_t i = 0; i < count; i++)
        var_new(b, VAR_TEMP, types[i]);
    b->f->stmts.data[statement].result = first;
    b->f->stmts.data[statement].result_count = count;
    for (uint32_t i = 0; i < count; i++)
        stack_push(b, expr_var(b, first + i));
}

size_t build_effect(builder *b, stmt_kind kind, const instr *i, uint32_t count) {
    expr **args = stack_pop_statement_args(b, count, FX_ANY_STATE);
    stmt *s = stmt_new(b, kind);
    s->op = (uint16_t)i->op;
    s->args = args;
    s->arg_count = count;
    return b->f->stmts.count - 1;
}

/* Puts exceptions that are passed to a call into variables first, which count them. If one were passed directly from a global, a host that
 * is called could call back, the global could be set, and the exception would be freed while the host still has it. (Functions of modules
 * count their parameters themselves.) */
static void hold_exceptions(builder *b, const type_def *t, uint32_t beside) {
    size_t first = b->stack.count - beside - t->param_count;
    for (uint32_t k = 0; k < t->param_count; k++) {
        const expr *e = b->stack.data[first + k];
        if (is_counted(b->f->m, t->params[k]) && e->kind != EXPR_VAR && e->kind != EXPR_CONST)
            stack_settle(b, first + k);
    }
}

/* Notes properties of a call in the function, for passes that need to know what kinds of calls it has. `func` is the number of functions
 * for a call through a table or reference. */
static void note_call(builder *b, uint32_t func) {
    ir_func *f = b->f;
    bool is_inside = func < f->m->func_count && f->m->funcs[func].import == NO_INDEX;
    bool leads_back = callgraph_recursive(b->calls, f->index, is_inside ? func : f->m->func_count);
    f->calls = true;
    f->calls_indirectly |= func == f->m->func_count;
    f->calls_back |= leads_back && is_inside;
    f->leads_back |= leads_back;
}

void build_call(builder *b, const instr *i, uint32_t func) {
    const type_def *t = &b->f->m->types[b->f->m->funcs[func].type];
    hold_exceptions(b, t, 0);
    size_t at = build_effect(b, STMT_CALL, i, t->param_count);
    b->f->stmts.data[at].index = func;
    note_call(b, func);
    push_results(b, at, t->results, t->result_count);
    if (b->calls->throws[func])
        build_call_check(b, at);
}

void build_call_indirect(builder *b, const instr *i) {
    const type_def *t = &b->f->m->types[i->index];
    /* The check of the element comes after the operands, whose traps come first, and may trap itself. */
    stack_settle_effects(b, b->stack.count, FX_TRAPS);
    hold_exceptions(b, t, 1);
    size_t at = build_effect(b, STMT_CALL_INDIRECT, i, t->param_count + 1);
    note_call(b, b->f->m->func_count);
    b->f->stmts.data[at].index = i->index;
    b->f->stmts.data[at].index2 = i->index2;
    push_results(b, at, t->results, t->result_count);
    if (b->calls->throws[b->f->m->func_count])
        build_call_check(b, at);
}

void build_operation(builder *b, const instr *i, uint32_t count, wasmelt_valtype result) {
    stack_settle_effects(b, b->stack.count, FX_TRAPS);
    size_t at = build_effect(b, STMT_OP, i, count);
    if (opcode_table[i->op].immediates != IMM_NONE)
        b->f->stmts.data[at].index = i->index;
    if (immediates_have_two_indices(opcode_table[i->op].immediates))
        b->f->stmts.data[at].index2 = i->index2;
    if (result)
        push_results(b, at, &result, 1);
}

void build_wide(builder *b, const instr *i, uint32_t count) {
    static const wasmelt_valtype results[] = {WASMELT_I64, WASMELT_I64};
    expr **args = stack_pop_statement_args(b, count, 0);
    stmt *s = stmt_new(b, STMT_OP);
    s->op = (uint16_t)i->op;
    s->args = args;
    s->arg_count = count;
    push_results(b, b->f->stmts.count - 1, results, 2);
}

/* Lowers an atomic access. It is always a statement, because it orders the accesses around it. */
void build_atomic(builder *b, const instr *i) {
    const opcode_facts *facts = &opcode_facts_table[i->op];
    stack_settle_effects(b, b->stack.count, FX_TRAPS);
    size_t at = build_effect(b, STMT_OP, i, facts->operands);
    if (opcode_table[i->op].immediates == IMM_MEMARG) {
        b->f->stmts.data[at].index = i->index;
        b->f->stmts.data[at].value = i->value;
    }
    if (opcode_table[i->op].c.kind == FORM_ATOMIC)
        note_memory(b, i->index);
    push_results(b, at, facts->types + facts->operands, facts->results);
}
