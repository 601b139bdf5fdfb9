/* The stack machine becomes trees. In comes a validated body; out go statements whose operands are
 * expression trees (lower/ir.h).
 *
 * The operand stack holds trees that have not been evaluated yet. What an instruction does may not
 * overtake what they read, nor they each other's traps, so before a statement is made those concerned
 * are settled: computed into a variable.
 *
 *  - A store settles pending loads and traps; a call those and reads of globals and tables as well.
 *  - local.set settles readers of the local.
 *  - Operands of one tree or statement are evaluated by C in any order, so at most one kind of trap may
 *    come from them; of several, the earlier operands are settled.
 *  - A block's entry settles everything but constants; a branch settles pending traps, which must
 *    happen whether it is taken or not.
 *
 * At most WINDOW entries are pending at a time, and trees are bounded, so all this is linear. Code that
 * cannot be reached is skipped. */
#include "lower/build.h"

#include <string.h>

#include "lower/build_internal.h"
#include "lower/fold.h"
#include "wasm/subtype.h"

#define WINDOW 48

/* ---- Expressions ---- */

static expr *expr_new(builder *b, expr_kind kind, wasmelt_valtype type) {
    expr *e = arena_alloc(b->f->arena, sizeof *e);
    e->kind = (uint8_t)kind;
    e->nodes = 1;
    e->type = type;
    return e;
}

static expr *constant(builder *b, wasmelt_valtype type, uint64_t bits) {
    expr *e = expr_new(b, EXPR_CONST, type);
    e->value = bits;
    return e;
}

static expr *var_read(builder *b, uint32_t index) {
    const var *v = &b->f->vars.data[index];
    expr *e = expr_new(b, EXPR_VAR, v->type);
    e->index = index;
    e->effects = v->kind == VAR_PARAM || v->kind == VAR_LOCAL ? FX_READS_LOCAL : 0;
    return e;
}

static uint32_t var_new(builder *b, var_kind kind, wasmelt_valtype type) {
    var *v = vec_push(&b->f->vars);
    *v = (var){.kind = (uint8_t)kind, .type = representation(type)};
    return (uint32_t)(b->f->vars.count - 1);
}

/* Gives a tree its operands. */
static void set_args(expr *e, uint32_t count, expr **args) {
    for (uint32_t i = 0; i < count; i++) {
        e->args[i] = args[i];
        e->nodes = (uint8_t)(e->nodes + args[i]->nodes);
        e->effects |= args[i]->effects;
    }
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

static stmt *stmt_new(builder *b, stmt_kind kind) {
    stmt *s = vec_push(&b->f->stmts);
    *s = (stmt){.kind = (uint8_t)kind, .label = UINT32_MAX, .result = NO_VAR, .offset = b->offset};
    return s;
}

static expr **copy_args(builder *b, uint32_t count, expr *const *args) {
    expr **copy = arena_array(b->f->arena, count ? count : 1, sizeof *copy);
    if (count)
        memcpy(copy, args, count * sizeof *copy);
    return copy;
}

static stmt *stmt_with(builder *b, stmt_kind kind, uint32_t count, expr *const *args) {
    expr **copy = copy_args(b, count, args);
    stmt *s = stmt_new(b, kind);
    s->args = copy;
    s->arg_count = count;
    return s;
}

static void assign(builder *b, uint32_t variable, expr *value) {
    stmt *s = stmt_with(b, STMT_SET, 1, &value);
    s->result = variable;
    s->result_count = 1;
}

/* ---- The stack of pending trees ---- */

static uint16_t traps(const expr *e) {
    return e->effects & FX_TRAPS;
}

static bool one_kind(uint16_t kinds) {
    return (kinds & (kinds - 1)) == 0;
}

static bool is_settled(const expr *e) {
    return e->kind == EXPR_CONST || (e->kind == EXPR_VAR && e->effects == 0);
}

static void compute(builder *b, size_t index) {
    expr *e = b->stack.data[index];
    uint32_t variable = var_new(b, VAR_TEMP, e->type);
    assign(b, variable, e);
    b->stack.data[index] = var_read(b, variable);
}

/* Before something that traps by `kinds` is evaluated: the entries below `end` whose traps would have
 * come first, unless all are of one kind, so that they cannot be told apart. */
static void settle_traps(builder *b, size_t end, uint16_t kinds) {
    uint16_t all = kinds;
    for (size_t i = b->settled; i < end; i++)
        all |= traps(b->stack.data[i]);
    if (one_kind(all))
        return;
    for (size_t i = b->settled; i < end; i++)
        if (traps(b->stack.data[i]))
            compute(b, i);
}

/* Computes the entry at `index` into a variable. */
static void settle(builder *b, size_t index) {
    expr *e = b->stack.data[index];
    if (is_settled(e))
        return;
    if (traps(e))
        settle_traps(b, index, traps(e));
    compute(b, index);
}

/* Settles the entries below `end` that have any of these effects. */
static void settle_effects(builder *b, size_t end, uint16_t effects) {
    for (size_t i = b->settled; i < end; i++)
        if (b->stack.data[i]->effects & effects)
            settle(b, i);
}

static void settle_all(builder *b, size_t end) {
    for (size_t i = b->settled; i < end; i++)
        settle(b, i);
    if (b->settled < end)
        b->settled = end;
}

static void settle_readers(builder *b, size_t end, uint32_t variable) {
    for (size_t i = b->settled; i < end; i++)
        if (reads_var(b->stack.data[i], variable))
            settle(b, i);
}

static void push(builder *b, expr *e) {
    *vec_push(&b->stack) = e;
    if (b->stack.count - b->settled > WINDOW) {
        settle(b, b->settled);
        b->settled++;
    }
}

static expr *pop(builder *b) {
    expr *e = vec_pop(&b->stack);
    if (b->settled > b->stack.count)
        b->settled = b->stack.count;
    return e;
}

/* Makes the top `count` entries fit to be operands of one tree or statement. */
static void separate(builder *b, size_t count, bool one_tree) {
    size_t base = b->stack.count - count;
    uint16_t kinds = 0;
    for (size_t i = base; i < b->stack.count; i++)
        kinds |= traps(b->stack.data[i]);
    if (!one_kind(kinds)) {
        size_t last = b->stack.count;
        while (!traps(b->stack.data[--last])) {
        }
        for (size_t i = base; i < last; i++)
            if (traps(b->stack.data[i]))
                settle(b, i);
    }
    unsigned nodes = 1;
    for (size_t i = base; i < b->stack.count; i++)
        nodes += b->stack.data[i]->nodes;
    while (one_tree && nodes > EXPR_MAX_NODES) {
        size_t largest = base;
        for (size_t i = base; i < b->stack.count; i++)
            if (b->stack.data[i]->nodes > b->stack.data[largest]->nodes)
                largest = i;
        nodes -= b->stack.data[largest]->nodes - 1u;
        settle(b, largest);
    }
}

/* Takes the top `count` entries as operands; `args` has room for them. */
static void pop_args(builder *b, uint32_t count, expr **args, bool one_tree) {
    separate(b, count, one_tree);
    for (uint32_t i = count; i-- > 0;)
        args[i] = pop(b);
}

/* Takes the operands of a statement that writes or calls: what is below must not see it. */
static expr **pop_statement_args(builder *b, uint32_t count, uint16_t effects) {
    settle_effects(b, b->stack.count - count, effects | FX_TRAPS);
    expr **args = arena_array(b->f->arena, count ? count : 1, sizeof *args);
    pop_args(b, count, args, false);
    return args;
}

/* A letter of a signature in the opcode table. */
static wasmelt_valtype type_of(char c) {
    return c == 'i'   ? WASMELT_I32
           : c == 'I' ? WASMELT_I64
           : c == 'f' ? WASMELT_F32
           : c == 'F' ? WASMELT_F64
                      : WASMELT_V128;
}

/* ---- Operators ---- */

static void build_operator(builder *b, const instr *i, uint32_t count, wasmelt_valtype result) {
    const opcode_info *info = &opcode_table[i->op];
    expr *args[3] = {0};
    pop_args(b, count, args, true);
    expr *e = expr_new(b, EXPR_OP, result);
    e->op = (uint16_t)i->op;
    e->effects = info->effects & ~(unsigned)FX_BOOL;
    e->lane = i->lane;
    if (info->immediates == IMM_V128 || info->immediates == IMM_SHUFFLE) {
        uint8_t *bytes = arena_alloc(b->f->arena, sizeof i->bytes);
        memcpy(bytes, i->bytes, sizeof i->bytes);
        e->bytes = bytes;
    }
    set_args(e, count, args);
    push(b, fold(b->f->arena, e));
}

static void note_memory(builder *b, uint32_t memory) {
    b->f->memories |= UINT64_C(1) << (memory < 63 ? memory : 63);
}

/* `count`: 2 for a load into a lane, whose vector comes after the address. */
static void build_load(builder *b, const instr *i, uint32_t count, wasmelt_valtype result) {
    expr *args[3] = {0};
    pop_args(b, count, args, true);
    expr *e = expr_new(b, EXPR_LOAD, result);
    e->op = (uint16_t)i->op;
    e->index = i->index;
    e->value = i->value;
    e->lane = i->lane;
    e->effects = FX_READS_MEMORY | FX_TRAPS_MEMORY;
    set_args(e, count, args);
    note_memory(b, i->index);
    push(b, e);
}

static void build_store(builder *b, const instr *i) {
    expr **args = pop_statement_args(b, 2, FX_READS_MEMORY);
    stmt *s = stmt_new(b, STMT_STORE);
    s->op = (uint16_t)i->op;
    s->index = i->index;
    s->value = i->value;
    s->lane = i->lane;
    s->args = args;
    s->arg_count = 2;
    note_memory(b, i->index);
}

static void build_leaf(builder *b, expr_kind kind, uint32_t index, wasmelt_valtype type,
                       uint16_t effects) {
    expr *e = expr_new(b, kind, type);
    e->index = index;
    e->effects = effects;
    push(b, e);
}

static void build_unary(builder *b, expr_kind kind, uint32_t index, wasmelt_valtype type,
                        uint16_t effects) {
    expr *args[3] = {0};
    pop_args(b, 1, args, true);
    expr *e = expr_new(b, kind, type);
    e->index = index;
    e->effects = effects;
    set_args(e, 1, args);
    push(b, e);
}

static void build_select(builder *b) {
    /* C evaluates one arm only, so arms that trap are computed before. */
    for (size_t i = b->stack.count - 3; i < b->stack.count - 1; i++)
        if (traps(b->stack.data[i]))
            settle(b, i);
    expr *args[3] = {0};
    pop_args(b, 3, args, true);
    expr *e = expr_new(b, EXPR_SELECT, args[0]->type);
    set_args(e, 3, args);
    push(b, e);
}

/* ---- Locals and globals ---- */

/* Whether the last statement made `value`, a variable nothing else reads, so that it can be renamed. */
static bool just_computed(const builder *b, const expr *value) {
    const stmt *last = &vec_last(&b->f->stmts);
    return value->kind == EXPR_VAR && b->f->vars.data[value->index].kind == VAR_TEMP &&
           last->result == value->index && last->result_count == 1;
}

static void build_local_set(builder *b, uint32_t local, bool tee) {
    size_t below = b->stack.count - 1;
    size_t statements = b->f->stmts.count;
    settle_readers(b, below, local);
    if (traps(b->stack.data[below]))
        settle_traps(b, below, traps(b->stack.data[below]));
    expr *value = pop(b);
    if (value->kind == EXPR_VAR && value->index == local)
        ; /* x = x */
    else if (statements == b->f->stmts.count && just_computed(b, value))
        vec_last(&b->f->stmts).result = local;
    else
        assign(b, local, value);
    if (tee)
        push(b, var_read(b, local));
}

static void build_global_set(builder *b, uint32_t global) {
    expr **args = pop_statement_args(b, 1, FX_READS_GLOBAL);
    stmt *s = stmt_new(b, STMT_GLOBAL_SET);
    s->index = global;
    s->args = args;
    s->arg_count = 1;
}

static void build_drop(builder *b) {
    size_t below = b->stack.count - 1;
    expr *e = b->stack.data[below];
    if (traps(e)) {
        settle_traps(b, below, traps(e));
        stmt_with(b, STMT_EVAL, 1, &e);
    }
    pop(b);
}

/* ---- Calls and other statements ---- */

#define FX_ANY_STATE (FX_READS_MEMORY | FX_READS_GLOBAL | FX_READS_TABLE)

/* Makes the results' variables and pushes them. */
static void push_results(builder *b, size_t statement, const wasmelt_valtype *types, uint32_t count) {
    if (count == 0)
        return;
    uint32_t first = (uint32_t)b->f->vars.count;
    for (uint32_t i = 0; i < count; i++)
        var_new(b, VAR_TEMP, types[i]);
    b->f->stmts.data[statement].result = first;
    b->f->stmts.data[statement].result_count = count;
    for (uint32_t i = 0; i < count; i++)
        push(b, var_read(b, first + i));
}

static size_t build_effect(builder *b, stmt_kind kind, const instr *i, uint32_t count) {
    expr **args = pop_statement_args(b, count, FX_ANY_STATE);
    stmt *s = stmt_new(b, kind);
    s->op = (uint16_t)i->op;
    s->index = i->index;
    s->index2 = i->index2;
    s->args = args;
    s->arg_count = count;
    return b->f->stmts.count - 1;
}

static void build_call(builder *b, const instr *i) {
    const type_def *t = &b->f->m->types[b->f->m->funcs[i->index].type];
    size_t at = build_effect(b, STMT_CALL, i, t->param_count);
    push_results(b, at, t->results, t->result_count);
}

/* call_ref is an indirect call without a table. */
static instr without_table(const instr *i) {
    instr by_reference = *i;
    by_reference.index2 = NO_INDEX;
    return by_reference;
}

static void build_call_indirect(builder *b, const instr *i) {
    const type_def *t = &b->f->m->types[i->index];
    /* The check of the element comes after the operands' traps, and has traps of its own. */
    settle_effects(b, b->stack.count, FX_TRAPS);
    size_t at = build_effect(b, STMT_CALL_INDIRECT, i, t->param_count + 1);
    push_results(b, at, t->results, t->result_count);
}

/* An instruction that writes state and has at most one result. */
static void build_operation(builder *b, const instr *i, uint32_t count, wasmelt_valtype result) {
    settle_effects(b, b->stack.count, FX_TRAPS);
    size_t at = build_effect(b, STMT_OP, i, count);
    if (result)
        push_results(b, at, &result, 1);
}

/* An instruction of 128-bit arithmetic: two results, no effects. */
static void build_wide(builder *b, const instr *i, uint32_t count) {
    static const wasmelt_valtype results[] = {WASMELT_I64, WASMELT_I64};
    expr **args = pop_statement_args(b, count, 0);
    stmt *s = stmt_new(b, STMT_OP);
    s->op = (uint16_t)i->op;
    s->args = args;
    s->arg_count = count;
    push_results(b, b->f->stmts.count - 1, results, 2);
}

/* An atomic access orders others around it: it is a statement, whatever it reads. */
static void build_atomic(builder *b, const instr *i) {
    const char *signature = opcode_table[i->op].signature;
    const char *colon = strchr(signature, ':');
    settle_effects(b, b->stack.count, FX_TRAPS);
    size_t at = build_effect(b, STMT_OP, i, (uint32_t)(colon - signature));
    b->f->stmts.data[at].value = i->value;
    if (i->op > OP_ATOMIC_FENCE) /* the runtime waits and wakes */
        note_memory(b, i->index);
    if (colon[1]) {
        wasmelt_valtype result = type_of(colon[1]);
        push_results(b, at, &result, 1);
    }
}

/* ---- Control ---- */

static frame *frame_at(builder *b, uint32_t depth) {
    return &b->frames.data[b->frames.count - 1 - depth];
}

static uint32_t label_new(builder *b, stmt_kind kind) {
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

static frame *frame_open(builder *b, stmt_kind kind, const block_type *type) {
    uint32_t label_index = label_new(b, kind);
    stmt_new(b, kind)->label = label_index;
    frame *fr = vec_push(&b->frames);
    *fr = (frame){.label = label_index, .kind = kind, .result_vars = NO_VAR, .param_vars = NO_VAR};
    block_types(b, type, fr);
    fr->height = b->stack.count - fr->param_count;
    return fr;
}

static void build_loop(builder *b, const instr *i) {
    settle_all(b, b->stack.count);
    frame probe;
    block_types(b, &i->block, &probe);
    uint32_t first = NO_VAR;
    if (probe.param_count > 0) {
        first = vars_new(b, probe.params, probe.param_count);
        size_t base = b->stack.count - probe.param_count;
        for (uint32_t k = 0; k < probe.param_count; k++) {
            assign(b, first + k, b->stack.data[base + k]);
            b->stack.data[base + k] = var_read(b, first + k);
        }
    }
    frame_open(b, STMT_LOOP, &i->block)->param_vars = first;
}

static void build_if(builder *b, const instr *i) {
    settle_all(b, b->stack.count - 1);
    expr *condition = pop(b);
    frame *fr = frame_open(b, STMT_IF, &i->block);
    stmt *s = &vec_last(&b->f->stmts);
    s->args = copy_args(b, 1, &condition);
    s->arg_count = 1;
    fr->entry = copy_args(b, fr->param_count, b->stack.data + fr->height);
}

static uint32_t result_vars(builder *b, frame *fr) {
    if (fr->result_vars == NO_VAR)
        fr->result_vars = vars_new(b, fr->results, fr->result_count);
    return fr->result_vars;
}

/* Assigns the top `count` entries, which stay, to consecutive variables, as if all at once. */
static void assign_parallel(builder *b, uint32_t first, uint32_t count) {
    size_t base = b->stack.count - count;
    for (uint32_t k = 0; k < count; k++) {
        expr *e = b->stack.data[base + k];
        if (count > 1 && !(e->kind == EXPR_VAR && e->index == first + k))
            settle(b, base + k);
        /* A settled entry may still be one of the variables that are about to change. */
        e = b->stack.data[base + k];
        if (e->kind == EXPR_VAR && e->index >= first && e->index < first + count && e->index != first + k) {
            uint32_t copy = var_new(b, VAR_TEMP, e->type);
            assign(b, copy, e);
            b->stack.data[base + k] = var_read(b, copy);
        }
    }
    for (uint32_t k = 0; k < count; k++) {
        expr *e = b->stack.data[base + k];
        if (!(e->kind == EXPR_VAR && e->index == first + k))
            assign(b, first + k, e);
    }
}

/* Assigns the top entries, which stay, to a block's result variables, which no tree reads yet. */
static void assign_results(builder *b, frame *fr) {
    uint32_t first = result_vars(b, fr);
    size_t base = b->stack.count - fr->result_count;
    for (uint32_t k = 0; k < fr->result_count; k++) {
        settle_traps(b, base, traps(b->stack.data[base + k]));
        assign(b, first + k, b->stack.data[base + k]);
    }
}

static void truncate_stack(builder *b, size_t height) {
    b->stack.count = height;
    if (b->settled > height)
        b->settled = height;
}

static void note_use(builder *b, uint32_t label_index, uint32_t position) {
    label *l = &b->f->labels.data[label_index];
    l->uses++;
    l->last_use = position;
}

static stmt *branch_stmt(builder *b, stmt_kind kind, uint32_t label_index) {
    note_use(b, label_index, (uint32_t)b->f->stmts.count);
    stmt *s = stmt_new(b, kind);
    s->label = label_index;
    return s;
}

static void build_return(builder *b) {
    uint32_t count = b->f->type->result_count;
    expr **args = pop_statement_args(b, count, 0);
    stmt *s = stmt_new(b, STMT_RETURN);
    s->args = args;
    s->arg_count = count;
}

/* What a branch to the frame takes with it, by the top entries; the jump itself. */
static void build_jump(builder *b, frame *fr) {
    if (fr == &b->frames.data[0]) {
        build_return(b);
        return;
    }
    uint32_t count = fr->kind == STMT_LOOP ? fr->param_count : fr->result_count;
    settle_effects(b, b->stack.count - count, FX_TRAPS);
    if (fr->kind == STMT_LOOP && count > 0)
        assign_parallel(b, fr->param_vars, count);
    else if (count > 0)
        assign_results(b, fr);
    branch_stmt(b, STMT_BR, fr->label);
}

static void close_label(builder *b, uint32_t label_index, bool falls) {
    b->f->labels.data[label_index].end = (uint32_t)b->f->stmts.count;
    stmt *s = stmt_new(b, STMT_END);
    s->label = label_index;
    s->falls = falls;
}

/* br_if, or any conditional branch with this condition. */
static void build_branch_if(builder *b, uint32_t depth) {
    settle_effects(b, b->stack.count - 1, FX_TRAPS);
    expr *condition = pop(b);
    frame *fr = frame_at(b, depth);
    bool to_function = fr == &b->frames.data[0];
    uint32_t count = fr->kind == STMT_LOOP ? fr->param_count : fr->result_count;
    size_t base = b->stack.count - count;
    if (count > 0) {
        /* The values are used here or there; the condition comes after them. */
        for (size_t i = base; i < b->stack.count; i++)
            settle(b, i);
    }
    if (to_function || (fr->kind == STMT_LOOP && count > 0)) {
        uint32_t label_index = label_new(b, STMT_IF);
        stmt *s = stmt_with(b, STMT_IF, 1, &condition);
        s->label = label_index;
        for (uint32_t k = 0; k < count; k++)
            push(b, b->stack.data[base + k]);
        build_jump(b, frame_at(b, depth));
        truncate_stack(b, base + count);
        close_label(b, label_index, false);
        return;
    }
    if (count > 0)
        assign_results(b, fr);
    stmt *s = branch_stmt(b, STMT_BR_IF, fr->label);
    s->args = copy_args(b, 1, &condition);
    s->arg_count = 1;
}

static expr *null_test(builder *b, expr *ref) {
    expr *e = expr_new(b, EXPR_IS_NULL, WASMELT_I32);
    set_args(e, 1, &ref);
    return e;
}

/* The reference on top, computed so that it can be used twice. */
static expr *settled_top(builder *b) {
    settle_effects(b, b->stack.count, FX_TRAPS);
    settle(b, b->stack.count - 1);
    return vec_last(&b->stack);
}

static expr *same_again(builder *b, const expr *e) {
    return e->kind == EXPR_VAR ? var_read(b, e->index) : constant(b, e->type, e->value);
}

static void build_br_on_null(builder *b, uint32_t depth) {
    settled_top(b);
    expr *ref = pop(b);
    push(b, null_test(b, ref));
    build_branch_if(b, depth);
    push(b, same_again(b, ref));
}

/* The reference is the last of the label's values, and goes if it is null. */
static void build_br_on_non_null(builder *b, uint32_t depth) {
    expr *is_null = null_test(b, same_again(b, settled_top(b)));
    expr *e = expr_new(b, EXPR_OP, WASMELT_I32);
    e->op = OP_I32_EQZ;
    set_args(e, 1, &is_null);
    push(b, e);
    build_branch_if(b, depth);
    pop(b);
}

/* br_table whose targets take values: each target gets a block of its own that passes them on. */
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
    for (uint32_t k = 0; k < distinct_count; k++) {
        close_label(b, labels[k], false);
        for (uint32_t v = 0; v < count; v++)
            push(b, b->stack.data[base + v]);
        build_jump(b, frame_at(b, distinct[k]));
        truncate_stack(b, base + count);
    }
}

static void build_br_table(builder *b, const instr *i) {
    settle_effects(b, b->stack.count - 1, FX_TRAPS);
    expr *index = pop(b);
    stmt table = {.kind = STMT_BR_TABLE, .label = UINT32_MAX, .result = NO_VAR, .offset = b->offset};
    table.args = copy_args(b, 1, &index);
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
            settle(b, k);
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

static void build_else(builder *b, bool reachable) {
    frame *fr = &vec_last(&b->frames);
    if (reachable && fr->result_count > 0)
        assign_results(b, fr);
    truncate_stack(b, fr->height);
    b->f->labels.data[fr->label].else_at = (uint32_t)b->f->stmts.count;
    stmt *s = stmt_new(b, STMT_ELSE);
    s->label = fr->label;
    s->falls = reachable;
    for (uint32_t k = 0; k < fr->param_count; k++)
        push(b, fr->entry[k]);
    fr->has_else = true;
}

/* Returns whether the code after the frame can be reached. */
static bool build_end(builder *b, bool reachable) {
    frame *fr = &vec_last(&b->frames);
    label *l = &b->f->labels.data[fr->label];
    if (fr->kind == STMT_IF && !fr->has_else && fr->result_count > 0) {
        /* Without else the parameters are the results. */
        build_else(b, reachable);
        reachable = true;
        fr = &vec_last(&b->frames);
        l = &b->f->labels.data[fr->label];
    }
    bool merges = fr->kind == STMT_LOOP || fr->kind == STMT_IF || l->uses > 0;
    if (reachable && merges) {
        if (fr->result_count > 0)
            assign_results(b, fr);
        else
            settle_effects(b, b->stack.count, FX_TRAPS);
    }
    l->end = (uint32_t)b->f->stmts.count;
    stmt *s = stmt_new(b, STMT_END);
    s->label = fr->label;
    s->falls = reachable;
    bool after = reachable || (fr->kind != STMT_LOOP && l->uses > 0) ||
                 (fr->kind == STMT_IF && (!fr->has_else || fr->then_falls));
    if (merges) {
        truncate_stack(b, fr->height);
        if (after && fr->result_count > 0) {
            uint32_t first = result_vars(b, fr);
            for (uint32_t k = 0; k < fr->result_count; k++)
                push(b, var_read(b, first + k));
        }
    }
    (void)vec_pop(&b->frames);
    return after;
}

/* Skips to the `else` or `end` that makes code reachable again or closes the current frame. */
static bool skip_unreachable(builder *b, instr *i) {
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

/* return_call of the function itself: its body is a loop. */
static void build_self_call(builder *b) {
    ir_func *f = b->f;
    settle_effects(b, b->stack.count - f->type->param_count, FX_TRAPS);
    uint32_t count = f->type->param_count;
    size_t base = b->stack.count - count;
    for (size_t i = base; i < b->stack.count; i++) {
        expr *e = b->stack.data[i];
        if (e->kind == EXPR_VAR && e->index == i - base)
            continue;
        settle(b, i);
    }
    for (uint32_t k = 0; k < count; k++) {
        expr *e = b->stack.data[base + k];
        if (!(e->kind == EXPR_VAR && e->index == k))
            assign(b, k, e);
    }
    for (uint32_t k = count; k < b->local_count; k++)
        assign(b, k, constant(b, f->vars.data[k].type, 0));
    branch_stmt(b, STMT_BR, 0);
}

static void build_tail_call(builder *b, const instr *i, const type_def *t) {
    bool indirect = i->op != OP_RETURN_CALL;
    if (!indirect && i->index == b->f->index) {
        build_self_call(b);
        return;
    }
    if (indirect)
        settle_effects(b, b->stack.count, FX_TRAPS);
    /* The arguments may be written twice: for a callee that has a tail entry and for one without. */
    uint32_t count = t->param_count + indirect;
    for (size_t k = b->stack.count - count; k < b->stack.count; k++)
        settle(b, k);
    build_effect(b, indirect ? STMT_TAIL_CALL_INDIRECT : STMT_TAIL_CALL, i, count);
    b->f->calls_tail = true;
}

/* ---- One instruction ---- */

/* Instructions described by their row in the opcode table alone. */
static bool build_by_table(builder *b, const instr *i) {
    const opcode_info *info = &opcode_table[i->op];
    if (info->feature == FEATURE_THREADS) {
        build_atomic(b, i);
        return true;
    }
    const char *colon = info->c[0] ? strchr(info->signature, ':') : NULL;
    if (!colon)
        return diag_unsupported(b->d, i->offset, feature_names[info->feature]);
    wasmelt_valtype result = colon[1] ? type_of(colon[1]) : 0;
    bool accesses = info->immediates == IMM_MEMARG || info->immediates == IMM_MEMARG_LANE;
    if (accesses && result)
        build_load(b, i, (uint32_t)(colon - info->signature), result);
    else if (accesses)
        build_store(b, i);
    else
        build_operator(b, i, (uint32_t)(colon - info->signature), result);
    return true;
}

static wasmelt_valtype index_type(bool is64) {
    return is64 ? WASMELT_I64 : WASMELT_I32;
}

bool type_is_lowered(const module *m, wasmelt_valtype t, feature *missing) {
    if (!wasmelt_is_ref(t))
        return true;
    uint32_t top = heap_top(m, wasmelt_heap(t));
    *missing = top == WASMELT_HEAP_EXN ? FEATURE_EXCEPTIONS : FEATURE_GC;
    return top == WASMELT_HEAP_FUNC || top == WASMELT_HEAP_EXTERN;
}

static bool check_type(builder *b, wasmelt_valtype t) {
    feature missing;
    return type_is_lowered(b->f->m, t, &missing) || diag_unsupported(b->d, b->offset, feature_names[missing]);
}

static bool check_types(builder *b, const wasmelt_valtype *types, uint32_t count) {
    for (uint32_t k = 0; k < count; k++)
        if (!check_type(b, types[k]))
            return false;
    return true;
}

static bool check_func_type(builder *b, const type_def *t) {
    return check_types(b, t->params, t->param_count) && check_types(b, t->results, t->result_count);
}

static bool check_block(builder *b, const block_type *t) {
    if (t->kind == BLOCK_VALUE)
        return check_type(b, t->value);
    return t->kind == BLOCK_EMPTY || check_func_type(b, &b->f->m->types[t->type]);
}

/* Lowers one reachable instruction other than else and end; `*reachable` tells about what follows. */
static bool build_instr(builder *b, const instr *i, bool *reachable) {
    const module *m = b->f->m;
    switch (i->op) {
    case OP_NOP:
        return true;
    case OP_UNREACHABLE:
        settle_effects(b, b->stack.count, FX_TRAPS);
        stmt_new(b, STMT_TRAP);
        *reachable = false;
        return true;
    case OP_BLOCK:
    case OP_LOOP:
    case OP_IF:
        if (!check_block(b, &i->block))
            return false;
        if (i->op == OP_IF) {
            build_if(b, i);
        } else if (i->op == OP_LOOP) {
            build_loop(b, i);
        } else {
            settle_all(b, b->stack.count);
            frame_open(b, STMT_BLOCK, &i->block);
        }
        return true;
    case OP_BR:
        build_jump(b, frame_at(b, i->index));
        *reachable = false;
        return true;
    case OP_BR_IF:
        build_branch_if(b, i->index);
        return true;
    case OP_BR_TABLE:
        build_br_table(b, i);
        *reachable = false;
        return true;
    case OP_RETURN:
        build_return(b);
        *reachable = false;
        return true;
    case OP_CALL:
        if (!check_func_type(b, &m->types[m->funcs[i->index].type]))
            return false;
        build_call(b, i);
        return true;
    case OP_CALL_INDIRECT:
        if (!check_func_type(b, &m->types[i->index]) || !check_type(b, m->tables[i->index2].element))
            return false;
        build_call_indirect(b, i);
        return true;
    case OP_CALL_REF: {
        instr by_reference = without_table(i);
        if (!check_func_type(b, &m->types[i->index]))
            return false;
        build_call_indirect(b, &by_reference);
        return true;
    }
    case OP_RETURN_CALL_REF: {
        instr by_reference = without_table(i);
        if (!check_func_type(b, &m->types[i->index]))
            return false;
        build_tail_call(b, &by_reference, &m->types[i->index]);
        *reachable = false;
        return true;
    }
    case OP_RETURN_CALL:
    case OP_RETURN_CALL_INDIRECT: {
        const type_def *t = &m->types[i->op == OP_RETURN_CALL ? m->funcs[i->index].type : i->index];
        if (!check_func_type(b, t))
            return false;
        if (i->op == OP_RETURN_CALL_INDIRECT && !check_type(b, m->tables[i->index2].element))
            return false;
        build_tail_call(b, i, t);
        *reachable = false;
        return true;
    }
    case OP_DROP:
        build_drop(b);
        return true;
    case OP_SELECT:
    case OP_SELECT_T:
        build_select(b);
        return true;
    case OP_LOCAL_GET:
        push(b, var_read(b, i->index));
        return true;
    case OP_LOCAL_SET:
        build_local_set(b, i->index, false);
        return true;
    case OP_LOCAL_TEE:
        build_local_set(b, i->index, true);
        return true;
    case OP_GLOBAL_GET:
        if (!check_type(b, m->globals[i->index].type))
            return false;
        build_leaf(b, EXPR_GLOBAL, i->index, m->globals[i->index].type,
                   m->globals[i->index].is_mutable ? FX_READS_GLOBAL : 0);
        return true;
    case OP_GLOBAL_SET:
        build_global_set(b, i->index);
        return true;
    case OP_TABLE_GET:
        if (!check_type(b, m->tables[i->index].element))
            return false;
        build_unary(b, EXPR_TABLE_GET, i->index, m->tables[i->index].element,
                    FX_READS_TABLE | FX_TRAPS_OTHER);
        return true;
    case OP_TABLE_SET:
        build_operation(b, i, 2, 0);
        return true;
    case OP_TABLE_SIZE:
        build_leaf(b, EXPR_TABLE_SIZE, i->index, index_type(m->tables[i->index].is64), FX_READS_TABLE);
        return true;
    case OP_TABLE_GROW:
        if (!check_type(b, m->tables[i->index].element))
            return false;
        build_operation(b, i, 2, index_type(m->tables[i->index].is64));
        return true;
    case OP_MEMORY_SIZE:
        build_leaf(b, EXPR_MEMORY_SIZE, i->index, index_type(m->memories[i->index].type.is64),
                   FX_READS_MEMORY);
        return true;
    case OP_MEMORY_GROW:
        build_operation(b, i, 1, index_type(m->memories[i->index].type.is64));
        return true;
    case OP_MEMORY_COPY:
    case OP_MEMORY_FILL:
    case OP_MEMORY_INIT:
    case OP_TABLE_COPY:
    case OP_TABLE_FILL:
    case OP_TABLE_INIT:
        build_operation(b, i, 3, 0);
        return true;
    case OP_DATA_DROP:
    case OP_ELEM_DROP:
        build_operation(b, i, 0, 0);
        return true;
    case OP_I32_CONST:
    case OP_I64_CONST:
    case OP_F32_CONST:
    case OP_F64_CONST:
        push(b, constant(b, type_of(opcode_table[i->op].signature[1]), i->value));
        return true;
    case OP_REF_NULL:
        if (!check_type(b, i->type))
            return false;
        push(b, constant(b, i->type, 0));
        return true;
    case OP_REF_FUNC:
        build_leaf(b, EXPR_REF_FUNC, i->index, WASMELT_FUNCREF, 0);
        return true;
    case OP_REF_AS_NON_NULL:
        build_operator(b, i, 1, vec_last(&b->stack)->type);
        return true;
    case OP_BR_ON_NULL:
        build_br_on_null(b, i->index);
        return true;
    case OP_BR_ON_NON_NULL:
        build_br_on_non_null(b, i->index);
        return true;
    case OP_I64_ADD128:
    case OP_I64_SUB128:
        build_wide(b, i, 4);
        return true;
    case OP_I64_MUL_WIDE_S:
    case OP_I64_MUL_WIDE_U:
        build_wide(b, i, 2);
        return true;
    case OP_REF_IS_NULL:
        if (vec_last(&b->stack)->kind == EXPR_REF_FUNC) { /* never: compilers warn of the comparison */
            pop(b);
            push(b, constant(b, WASMELT_I32, 0));
        } else {
            build_unary(b, EXPR_IS_NULL, 0, WASMELT_I32, 0);
        }
        return true;
    default:
        return build_by_table(b, i);
    }
}

/* ---- Whole bodies ---- */

static bool build_code(builder *b) {
    bool reachable = true;
    while (b->frames.count > 0) {
        instr i;
        if (!reachable ? !skip_unreachable(b, &i) : !instr_read(&b->c, b->f->m, &i))
            return false;
        b->offset = i.offset;
        if (i.op == OP_ELSE) {
            vec_last(&b->frames).then_falls = reachable;
            build_else(b, reachable);
            reachable = true;
        } else if (i.op == OP_END) {
            reachable = build_end(b, reachable);
        } else if (!build_instr(b, &i, &reachable)) {
            return false;
        }
    }
    if (reachable)
        build_return(b);
    return true;
}

static bool read_locals(builder *b) {
    uint32_t groups;
    if (!cursor_u32(&b->c, &groups))
        return false;
    for (uint32_t g = 0; g < groups; g++) {
        uint32_t count;
        wasmelt_valtype type;
        b->offset = cursor_offset(&b->c);
        if (!cursor_u32(&b->c, &count) || !cursor_valtype(&b->c, b->f->m, &type) ||
            !check_type(b, type))
            return false;
        for (uint32_t k = 0; k < count; k++)
            var_new(b, VAR_LOCAL, type);
    }
    return true;
}

static void builder_begin(builder *b, ir_func *f, const module *m, arena *a, span code, diag *d) {
    vec_clear(&f->stmts);
    vec_clear(&f->vars);
    vec_clear(&f->labels);
    f->m = m;
    f->arena = a;
    f->calls_tail = false;
    f->memories = 0;
    *b = (builder){.f = f, .d = d};
    b->c = (cursor){code.bytes, code.bytes + code.length, m->input.bytes, d};
}

/* The function as a loop, for tail calls to itself, and as a block, for br_table. */
static void open_function(builder *b) {
    label_new(b, STMT_LOOP);
    stmt_new(b, STMT_NOP)->label = 0;
    block_type none = {.kind = BLOCK_EMPTY};
    frame *fr = frame_open(b, STMT_BLOCK, &none);
    fr->results = b->f->type->results;
    fr->result_count = b->f->type->result_count;
}

static void close_function(builder *b) {
    if (b->f->labels.data[0].uses == 0)
        return;
    b->f->stmts.data[0].kind = STMT_LOOP;
    b->f->labels.data[0].end = (uint32_t)b->f->stmts.count;
    stmt_new(b, STMT_END)->label = 0;
}

static bool builder_end(builder *b, bool ok) {
    vec_free(&b->stack);
    vec_free(&b->frames);
    return ok;
}

bool build_func(ir_func *f, const module *m, arena *a, uint32_t index, diag *d) {
    builder b;
    builder_begin(&b, f, m, a, m->funcs[index].body, d);
    d->func = index;
    f->index = index;
    f->type = &m->types[m->funcs[index].type];
    b.offset = m->funcs[index].offset;
    if (!check_func_type(&b, f->type))
        return builder_end(&b, false);
    for (uint32_t k = 0; k < f->type->param_count; k++)
        var_new(&b, VAR_PARAM, f->type->params[k]);
    if (!read_locals(&b))
        return builder_end(&b, false);
    b.local_count = (uint32_t)f->vars.count;
    open_function(&b);
    bool ok = build_code(&b);
    if (ok)
        close_function(&b);
    return builder_end(&b, ok);
}

bool build_const(ir_func *f, const module *m, arena *a, const const_expr *code, diag *d) {
    builder b;
    builder_begin(&b, f, m, a, code->code, d);
    type_def *type = arena_alloc(a, sizeof *type);
    type->result_count = 1;
    type->results = arena_alloc(a, sizeof *type->results);
    f->index = DIAG_NO_FUNC;
    f->type = type;
    b.offset = code->offset;
    open_function(&b);
    bool ok = build_code(&b);
    if (ok)
        type->results[0] = vec_last(&f->stmts).args[0]->type;
    return builder_end(&b, ok);
}

void ir_free(ir_func *f) {
    vec_free(&f->stmts);
    vec_free(&f->vars);
    vec_free(&f->labels);
}
