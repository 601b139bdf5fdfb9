/* Lowers control instructions: labels, branches and the values that they carry, ends, tail calls. */
#include "lower/build_internal.h"
#include "lower/fold.h"

/* ---- Frames ---- */

frame *frame_at(builder *b, uint32_t depth) {
    return &b->frames.data[b->frames.count - 1 - depth];
}

uint32_t label_new(builder *b, stmt_kind kind) {
    label *l = vec_push(&b->f->labels);
    *l = (label){.kind = (uint8_t)kind, .begin = (uint32_t)b->f->stmts.count};
    return (uint32_t)(b->f->labels.count - 1);
}

static void block_types(builder *b, const block_type *type, frame *fr) {
    fr->params = fr->results = NULL;
    fr->param_count = fr->result_count = 0;
    if (type->kind == BLOCK_VALUE) {
        wasmelt_valtype *one = arena_alloc(b->f->arena, sizeof *one);
        *one = type->value;
        fr->results = one;
        fr->result_count = 1;
    } else if (type->kind == BLOCK_TYPE) {
        const type_def *t = &b->f->m->types[type->type];
        fr->params = t->params;
        fr->param_count = t->param_count;
        fr->results = t->results;
        fr->result_count = t->result_count;
    }
}

static uint32_t vars_new(builder *b, const wasmelt_valtype *types, uint32_t count) {
    uint32_t first = (uint32_t)b->f->vars.count;
    for (uint32_t i = 0; i < count; i++)
        var_new(b, VAR_RESULT, types[i]);
    return first;
}

frame *frame_open(builder *b, stmt_kind kind, const block_type *type) {
    uint32_t label_index = label_new(b, kind);
    stmt_new(b, kind)->label = label_index;
    frame *fr = vec_push(&b->frames);
    uint32_t handler = b->frames.count > 1 ? b->frames.data[b->frames.count - 2].handler : NO_LABEL;
    *fr = (frame){.label = label_index, .kind = kind, .result_vars = NO_VAR, .param_vars = NO_VAR, .handler = handler, .clause = NO_LABEL};
    block_types(b, type, fr);
    fr->height = b->stack.count - fr->param_count;
    return fr;
}

void build_loop(builder *b, const instr *i) {
    stack_settle_all(b, b->stack.count);
    frame probe;
    block_types(b, &i->block, &probe);
    uint32_t first = NO_VAR;
    if (probe.param_count > 0) {
        first = vars_new(b, probe.params, probe.param_count);
        size_t base = b->stack.count - probe.param_count;
        for (uint32_t k = 0; k < probe.param_count; k++) {
            stmt_assign(b, first + k, b->stack.data[base + k]);
            b->stack.data[base + k] = expr_var(b, first + k);
        }
    }
    frame_open(b, STMT_LOOP, &i->block)->param_vars = first;
}

void build_if(builder *b, const instr *i) {
    stack_settle_all(b, b->stack.count - 1);
    expr *condition = fold_condition(b->f->arena, stack_pop(b));
    frame *fr = frame_open(b, STMT_IF, &i->block);
    stmt *s = &vec_last(&b->f->stmts);
    s->args = args_copy(b, 1, &condition);
    s->arg_count = 1;
    fr->entry = args_copy(b, fr->param_count, b->stack.data + fr->height);
}

static uint32_t result_vars(builder *b, frame *fr) {
    if (fr->result_vars == NO_VAR) {
        fr->result_vars = vars_new(b, fr->results, fr->result_count);
        b->f->labels.data[fr->label].results = fr->result_vars;
        b->f->labels.data[fr->label].result_count = fr->result_count;
    }
    return fr->result_vars;
}

/* Assigns the top `count` entries, without popping them, to consecutive variables, as if all at the same time. */
static void assign_parallel(builder *b, uint32_t first, uint32_t count) {
    size_t base = b->stack.count - count;
    for (uint32_t k = 0; k < count; k++) {
        expr *e = b->stack.data[base + k];
        if (count > 1 && !(e->kind == EXPR_VAR && e->index == first + k))
            stack_settle(b, base + k);
        /* Even a settled entry may be one of the variables that are about to be assigned. */
        e = b->stack.data[base + k];
        if (e->kind == EXPR_VAR && e->index >= first && e->index < first + count && e->index != first + k) {
            uint32_t copy = var_new(b, VAR_TEMP, e->type);
            stmt_assign(b, copy, e);
            b->stack.data[base + k] = expr_var(b, copy);
        }
    }
    for (uint32_t k = 0; k < count; k++) {
        expr *e = b->stack.data[base + k];
        if (!(e->kind == EXPR_VAR && e->index == first + k))
            stmt_assign(b, first + k, e);
    }
}

void frame_assign_results(builder *b, frame *fr) {
    if (fr->result_count == 0) {
        stack_settle_effects(b, b->stack.count, FX_TRAPS);
        return;
    }
    uint32_t first = result_vars(b, fr);
    size_t base = b->stack.count - fr->result_count;
    for (uint32_t k = 0; k < fr->result_count; k++) {
        stack_settle_traps(b, base, expr_trap_codes(b->stack.data[base + k]));
        stmt_assign(b, first + k, b->stack.data[base + k]);
    }
}

static void note_use(builder *b, uint32_t label_index, uint32_t position) {
    label *l = &b->f->labels.data[label_index];
    l->uses++;
    l->last_use = position;
}

stmt *stmt_branch(builder *b, stmt_kind kind, uint32_t label_index) {
    note_use(b, label_index, (uint32_t)b->f->stmts.count);
    stmt *s = stmt_new(b, kind);
    s->label = label_index;
    return s;
}

/* Whether a return of these results counts a reference beside computing others. Such a return takes several steps in C: the reference is
 * counted for the caller before the other results are computed. If one of these trapped, nobody would release the reference. */
static bool returns_counted_beside_others(const module *m, const type_def *t) {
    return t->result_count > 1 && counted_among(m, t->results, t->result_count) > 0;
}

void build_return(builder *b) {
    uint32_t count = b->f->type->result_count;
    if (returns_counted_beside_others(b->f->m, b->f->type))
        stack_settle_effects(b, b->stack.count, FX_TRAPS);
    expr **args = stack_pop_statement_args(b, count, 0);
    stmt *s = stmt_new(b, STMT_RETURN);
    s->args = args;
    s->arg_count = count;
}

void build_jump(builder *b, frame *fr) {
    if (fr == &b->frames.data[0]) {
        build_return(b);
        return;
    }
    uint32_t count = fr->kind == STMT_LOOP ? fr->param_count : fr->result_count;
    stack_settle_effects(b, b->stack.count - count, FX_TRAPS);
    if (fr->kind == STMT_LOOP && count > 0)
        assign_parallel(b, fr->param_vars, count);
    else if (count > 0)
        frame_assign_results(b, fr);
    stmt_branch(b, STMT_BR, fr->label);
}

void label_close(builder *b, uint32_t label_index, bool falls) {
    b->f->labels.data[label_index].end = (uint32_t)b->f->stmts.count;
    stmt *s = stmt_new(b, STMT_END);
    s->label = label_index;
    s->falls = falls;
}

void build_branch_if(builder *b, uint32_t depth) {
    stack_settle_effects(b, b->stack.count - 1, FX_TRAPS);
    expr *condition = fold_condition(b->f->arena, stack_pop(b));
    frame *fr = frame_at(b, depth);
    bool to_function = fr == &b->frames.data[0];
    uint32_t count = fr->kind == STMT_LOOP ? fr->param_count : fr->result_count;
    size_t base = b->stack.count - count;
    if (count > 0) {
        /* The values are used on both paths, and they are evaluated before the condition. */
        for (size_t i = base; i < b->stack.count; i++)
            stack_settle(b, i);
    }
    if (to_function || (fr->kind == STMT_LOOP && count > 0)) {
        uint32_t label_index = label_new(b, STMT_IF);
        stmt *s = stmt_with(b, STMT_IF, 1, &condition);
        s->label = label_index;
        for (uint32_t k = 0; k < count; k++)
            stack_push(b, b->stack.data[base + k]);
        build_jump(b, frame_at(b, depth));
        stack_truncate(b, base + count);
        label_close(b, label_index, false);
        return;
    }
    if (count > 0)
        frame_assign_results(b, fr);
    stmt *s = stmt_branch(b, STMT_BR_IF, fr->label);
    s->args = args_copy(b, 1, &condition);
    s->arg_count = 1;
}

expr *expr_not(builder *b, expr *condition) {
    expr *e = expr_new(b, EXPR_OP, WASMELT_I32);
    e->op = OP_I32_EQZ;
    expr_set_arg(e, 0, condition);
    return e;
}

static expr *null_test(builder *b, expr *ref) {
    expr *e = expr_new(b, EXPR_IS_NULL, WASMELT_I32);
    expr_set_arg(e, 0, ref);
    return e;
}

/* The reference on top of the stack, settled so that it can be used twice. */
static expr *settled_top(builder *b) {
    stack_settle_effects(b, b->stack.count, FX_TRAPS);
    stack_settle(b, b->stack.count - 1);
    return vec_last(&b->stack);
}

static expr *same_again(builder *b, const expr *e) {
    return e->kind == EXPR_VAR ? expr_var(b, e->index) : expr_constant(b, e->type, e->value);
}

/* The same reference where it is known to have this type. */
static expr *narrowed(builder *b, const expr *e, wasmelt_valtype type) {
    expr *again = same_again(b, e);
    if (representation_of(b->f->m, type)->type == WASMELT_ANYREF)
        again->type = type;
    return again;
}

void build_br_on_null(builder *b, uint32_t depth) {
    settled_top(b);
    expr *ref = stack_pop(b);
    stack_push(b, null_test(b, ref));
    build_branch_if(b, depth);
    stack_push(b, narrowed(b, ref, WASMELT_REF(wasmelt_heap_type(ref->type))));
}

/* The reference is the last of the values that the branch carries; if it is null, there is no branch and it is dropped. */
void build_br_on_non_null(builder *b, uint32_t depth) {
    stack_push(b, expr_not(b, null_test(b, same_again(b, settled_top(b)))));
    build_branch_if(b, depth);
    stack_pop(b);
}

/* The reference is the last of the values that the branch carries. It has one type if the branch is taken, and stays on the stack with the
 * other type if not. */
void build_br_on_cast(builder *b, const instr *i) {
    bool on_success = i->op == OP_BR_ON_CAST;
    settled_top(b);
    stack_make_variable(b, b->stack.count - 1);
    expr *ref = stack_pop(b);
    expr *test = expr_is_type(b, same_again(b, ref), i->type2);
    wasmelt_valtype rest = wasmelt_is_nullable(i->type2) ? WASMELT_REF(wasmelt_heap_type(i->type)) : i->type;
    stack_push(b, narrowed(b, ref, on_success ? i->type2 : rest));
    stack_push(b, on_success ? test : expr_not(b, test));
    build_branch_if(b, i->index);
    stack_pop(b);
    stack_push(b, narrowed(b, ref, on_success ? rest : i->type2));
}

/* Lowers a br_table whose targets take values: each target gets a block of its own, after which the values are passed on to it. */
static void build_table_with_values(builder *b, stmt *table, uint32_t count) {
    uint32_t n = table->target_count;
    uint32_t *depths = table->targets;
    uint32_t *blocks = arena_array(b->f->arena, n, sizeof *blocks);
    uint32_t *distinct = arena_array(b->f->arena, n, sizeof *distinct);
    uint32_t distinct_count = 0;
    for (uint32_t k = 0; k < n; k++) {
        frame *fr = frame_at(b, depths[k]);
        if (fr->table_mark != b->table_stamp) {
            fr->table_mark = b->table_stamp;
            fr->table_slot = distinct_count;
            distinct[distinct_count++] = depths[k];
        }
        blocks[k] = fr->table_slot;
    }
    uint32_t *labels = arena_array(b->f->arena, distinct_count, sizeof *labels);
    for (uint32_t k = distinct_count; k-- > 0;) {
        labels[k] = label_new(b, STMT_BLOCK);
        stmt_new(b, STMT_BLOCK)->label = labels[k];
    }
    for (uint32_t k = 0; k < n; k++) {
        table->targets[k] = labels[blocks[k]];
        b->f->labels.data[table->targets[k]].table_target = true;
        note_use(b, table->targets[k], (uint32_t)b->f->stmts.count);
    }
    *vec_push(&b->f->stmts) = *table;
    size_t base = b->stack.count - count;
    for (uint32_t k = 0; k < distinct_count && !build_is_too_large(b); k++) {
        label_close(b, labels[k], false);
        for (uint32_t v = 0; v < count; v++)
            stack_push(b, b->stack.data[base + v]);
        build_jump(b, frame_at(b, distinct[k]));
        stack_truncate(b, base + count);
    }
}

void build_br_table(builder *b, const instr *i) {
    stack_settle_effects(b, b->stack.count - 1, FX_TRAPS);
    expr *index = stack_pop(b);
    stmt table = {.kind = STMT_BR_TABLE, .label = UINT32_MAX, .result = NO_VAR, .offset = (uint32_t)b->offset};
    table.args = args_copy(b, 1, &index);
    table.arg_count = 1;
    table.target_count = i->count + 1;
    table.targets = arena_array(b->f->arena, table.target_count, sizeof(uint32_t));
    cursor list = i->list;
    for (uint32_t k = 0; k < table.target_count; k++)
        table.targets[k] = instr_next_label(&list);
    b->table_stamp++;
    frame *fr = frame_at(b, table.targets[i->count]);
    uint32_t count = fr->kind == STMT_LOOP ? fr->param_count : fr->result_count;
    if (count > 0) {
        for (size_t k = b->stack.count - count; k < b->stack.count; k++)
            stack_settle(b, k);
        build_table_with_values(b, &table, count);
        return;
    }
    for (uint32_t k = 0; k < table.target_count; k++) {
        uint32_t label_index = frame_at(b, table.targets[k])->label;
        table.targets[k] = label_index;
        b->f->labels.data[label_index].table_target = true;
        note_use(b, label_index, (uint32_t)b->f->stmts.count);
    }
    *vec_push(&b->f->stmts) = table;
}

/* ---- Ends ---- */

void build_else(builder *b, bool reachable) {
    frame *fr = &vec_last(&b->frames);
    if (reachable && fr->result_count > 0)
        frame_assign_results(b, fr);
    stack_truncate(b, fr->height);
    b->f->labels.data[fr->label].else_at = (uint32_t)b->f->stmts.count;
    stmt *s = stmt_new(b, STMT_ELSE);
    s->label = fr->label;
    s->falls = reachable;
    for (uint32_t k = 0; k < fr->param_count; k++)
        stack_push(b, fr->entry[k]);
    fr->has_else = true;
}

void frame_push_results(builder *b, frame *fr) {
    if (fr->result_count == 0)
        return;
    uint32_t first = result_vars(b, fr);
    for (uint32_t k = 0; k < fr->result_count; k++)
        stack_push(b, expr_var(b, first + k));
}

bool build_end(builder *b, bool reachable) {
    frame *fr = &vec_last(&b->frames);
    label *l = &b->f->labels.data[fr->label];
    if (fr->kind == STMT_IF && !fr->has_else && fr->result_count > 0) {
        /* Without an else, the parameters are the results. */
        build_else(b, reachable);
        reachable = true;
        fr = &vec_last(&b->frames);
        l = &b->f->labels.data[fr->label];
    }
    bool merges = fr->kind == STMT_LOOP || fr->kind == STMT_IF || l->uses > 0;
    if (reachable && merges)
        frame_assign_results(b, fr);
    l->end = (uint32_t)b->f->stmts.count;
    stmt *s = stmt_new(b, STMT_END);
    s->label = fr->label;
    s->falls = reachable;
    bool after = reachable || (fr->kind != STMT_LOOP && l->uses > 0) || (fr->kind == STMT_IF && (!fr->has_else || fr->then_falls));
    if (merges) {
        stack_truncate(b, fr->height);
        if (after)
            frame_push_results(b, fr);
    }
    (void)vec_pop(&b->frames);
    return after;
}

bool build_skip_unreachable(builder *b, instr *i) {
    uint32_t depth = 0;
    for (;;) {
        if (!instr_read(&b->c, b->f->m, i))
            return false;
        uint8_t imm = opcode_table[i->op].immediates;
        if (imm == IMM_BLOCK || imm == IMM_TRY_TABLE) {
            depth++;
        } else if (i->op == OP_END || i->op == OP_DELEGATE) {
            if (depth == 0)
                return true;
            depth--;
        } else if (depth == 0 && (i->op == OP_ELSE || i->op == OP_CATCH || i->op == OP_CATCH_ALL)) {
            return true;
        }
    }
}

/* ---- Tail calls ---- */

/* A return_call of the function itself is a jump to its beginning: its body is a loop. */
static void build_self_call(builder *b) {
    ir_func *f = b->f;
    stack_settle_effects(b, b->stack.count - f->type->param_count, FX_TRAPS);
    uint32_t count = f->type->param_count;
    size_t base = b->stack.count - count;
    for (size_t i = base; i < b->stack.count; i++) {
        expr *e = b->stack.data[i];
        if (e->kind == EXPR_VAR && e->index == i - base)
            continue;
        stack_settle(b, i);
    }
    for (uint32_t k = 0; k < count; k++) {
        expr *e = b->stack.data[base + k];
        if (!(e->kind == EXPR_VAR && e->index == k))
            stmt_assign(b, k, e);
    }
    for (uint32_t k = count; k < b->local_count; k++)
        stmt_assign(b, k, expr_constant(b, f->vars.data[k].type, 0));
    stmt_branch(b, STMT_BR, 0);
}

void build_tail_call(builder *b, const instr *i, const type_def *t) {
    bool indirect = i->op != OP_RETURN_CALL;
    if (!indirect && i->index == b->f->index) {
        build_self_call(b);
        return;
    }
    if (indirect)
        stack_settle_effects(b, b->stack.count, FX_TRAPS);
    /* The C mentions the arguments twice, for a callee with a second entry and for one without: make them variables. */
    uint32_t count = t->param_count + indirect;
    for (size_t k = b->stack.count - count; k < b->stack.count; k++)
        stack_settle(b, k);
    size_t at = build_effect(b, indirect ? STMT_TAIL_CALL_INDIRECT : STMT_TAIL_CALL, i, count);
    b->f->stmts.data[at].index = i->index;
    if (indirect)
        b->f->stmts.data[at].index2 = i->index2;
    b->f->calls_tail = true;
}
