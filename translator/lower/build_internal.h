/* What the files of the pass `build` share: the state of lowering one function. They are build.c, stack.c, operators.c, control.c,
 * objects.c, exceptions.c and fuel.c.
 *
 * Functions that make a tree or a statement take its operands from the stack of pending trees. stack.c says which pending trees have to be
 * settled before. */
#ifndef WASMELT_LOWER_BUILD_INTERNAL_H
#define WASMELT_LOWER_BUILD_INTERNAL_H

#include "lower/callgraph.h"
#include "lower/ir.h"
#include "read/instr.h"
#include "read/types.h"

#define NO_LABEL UINT32_MAX

/* Which part of a try is being read. */
typedef enum try_state {
    TRY_NONE, /* the frame is no try */
    TRY_BODY,
    TRY_CATCHES, /* a catch of a legacy try */
    TRY_NEVER    /* a catch after a body that cannot throw: it is never reached */
} try_state;

/* A block, loop, if or try whose end has not been reached, or the function itself. */
typedef struct frame {
    uint32_t label;
    stmt_kind kind;
    bool has_else, then_falls;
    size_t height; /* height of the stack below its parameters */
    const wasmelt_valtype *params, *results;
    uint32_t param_count, result_count;
    uint32_t param_vars;  /* loop: the first of the variables of its parameters */
    uint32_t result_vars; /* the first of the variables of its results, made when needed */
    expr **entry;         /* if: its parameters, kept for the else */
    uint32_t handler;     /* label to which exceptions thrown here go, or NO_LABEL */
    try_state try_state;
    uint32_t own_handler; /* try: label of the block that holds its body */
    cursor clauses;       /* try_table: its first clause */
    uint32_t clause_count;
    uint32_t clause; /* catch: label of the if on its tag, or NO_LABEL */
    uint32_t caught; /* catch: the variable that holds the exception */
    bool caught_all;
    bool stays_pending;              /* catch_all that only cleans up: the exception stays pending all the time */
    uint32_t table_mark, table_slot; /* scratch of build_table_with_values */
} frame;

typedef struct builder {
    ir_func *f;
    cursor c;
    diag *d;
    size_t offset; /* of the current instruction */
    VEC(expr *) stack;
    size_t settled;       /* entries below this are constants or variables that do not change */
    VEC(frame) frames;    /* the first is the function's */
    uint32_t local_count; /* including the parameters */
    uint32_t table_stamp;
    const callgraph *calls;
    uint32_t caught; /* the variable in which clauses of try_table put the exception, or NO_VAR */
    size_t operands; /* number of operands of all statements */
    bool counts_fuel;
    size_t fuel_at;    /* position of the FUEL statement that pays for the instructions read; 0: the next one begins a piece */
    size_t most_items; /* limit on variables, statements and operands: see build_is_too_large */
} builder;

/* Whether the function has become larger than any sensible one; then build_code fails. Code that moves many values in many places for one
 * instruction calls this, too, and stops. */
bool build_is_too_large(const builder *b);

/* ---- stack.c: trees, statements, and the stack of pending trees ---- */

/* Functions that nearly every instruction needs are inline. */
static inline expr *expr_new(builder *b, expr_kind kind, wasmelt_valtype type) {
    expr *e = arena_alloc(b->f->arena, sizeof *e);
    e->kind = (uint8_t)kind;
    e->nodes = 1;
    e->type = type;
    e->offset = (uint32_t)b->offset;
    return e;
}

static inline expr *expr_constant(builder *b, wasmelt_valtype type, uint64_t bits) {
    expr *e = expr_new(b, EXPR_CONST, type);
    e->value = bits;
    return e;
}

/* A read of the variable. */
static inline expr *expr_var(builder *b, uint32_t index) {
    const var *v = &b->f->vars.data[index];
    expr *e = expr_new(b, EXPR_VAR, v->declared_type);
    e->index = index;
    e->effects = v->kind == VAR_PARAM || v->kind == VAR_LOCAL ? FX_READS_LOCAL : 0;
    return e;
}

/* Sets an operand of a tree, and adds the operand's nodes and effects to the tree's. */
static inline void expr_set_arg(expr *e, uint32_t position, expr *arg) {
    e->args[position] = arg;
    e->nodes = (uint8_t)(e->nodes + arg->nodes);
    e->effects |= arg->effects;
}

/* The traps, FX_TRAPS_*, that evaluating the tree may cause. */
static inline uint16_t expr_trap_codes(const expr *e) {
    return e->effects & FX_TRAPS;
}

uint32_t var_new(builder *b, var_kind kind, wasmelt_valtype type);

expr **args_copy(builder *b, uint32_t count, expr *const *args);
static inline stmt *stmt_new(builder *b, stmt_kind kind) {
    stmt *s = vec_push(&b->f->stmts);
    *s = (stmt){.kind = (uint8_t)kind, .label = UINT32_MAX, .result = NO_VAR, .offset = (uint32_t)b->offset};
    return s;
}

stmt *stmt_with(builder *b, stmt_kind kind, uint32_t count, expr *const *args);
void stmt_assign(builder *b, uint32_t variable, expr *value);

/* Settles the entry at `index`: computes it into a variable that does not change, unless it is a constant or such a variable already. */
void stack_settle(builder *b, size_t index);
/* Computes the entry at `index` into a variable, unless it is one already. */
void stack_make_variable(builder *b, size_t index);

#define STACK_WINDOW 48 /* the most entries that are pending at a time */

static inline void stack_push(builder *b, expr *e) {
    *vec_push(&b->stack) = e;
    if (b->stack.count - b->settled > STACK_WINDOW) {
        stack_settle(b, b->settled);
        b->settled++;
    }
}

static inline expr *stack_pop(builder *b) {
    expr *e = vec_pop(&b->stack);
    if (b->settled > b->stack.count)
        b->settled = b->stack.count;
    return e;
}

static inline void stack_truncate(builder *b, size_t height) {
    b->stack.count = height;
    if (b->settled > height)
        b->settled = height;
}

/* Settles entries among the top `count` so that they can be operands of one statement, or of one tree. `codes`: the traps that they may
 * cause. */
void stack_separate(builder *b, size_t count, uint16_t codes, bool one_tree);

static inline bool is_one_code(uint16_t codes) {
    return (codes & (codes - 1)) == 0;
}

/* The address of the lowest of the top `count` entries; null if `count` is 0, as the stack may have no memory yet. */
static inline expr *const *stack_top(const builder *b, uint32_t count) {
    return count > 0 ? b->stack.data + (b->stack.count - count) : NULL;
}

/* Pops the top `count` entries into `args`, the operands of a statement. */
static inline void stack_pop_args(builder *b, uint32_t count, expr **args) {
    expr *const *top = stack_top(b, count);
    uint16_t codes = 0;
    for (uint32_t i = 0; i < count; i++)
        codes |= expr_trap_codes(top[i]);
    if (!is_one_code(codes))
        stack_separate(b, count, codes, false);
    for (uint32_t i = count; i-- > 0;)
        args[i] = top[i];
    stack_truncate(b, b->stack.count - count);
}

/* Pops the top `count` entries, at most three, and makes them operands of the tree `e`. */
static inline void stack_pop_into(builder *b, uint32_t count, expr *e) {
    expr *const *top = stack_top(b, count);
    uint16_t codes = 0;
    unsigned nodes = 1;
    for (uint32_t i = 0; i < count; i++) {
        codes |= expr_trap_codes(top[i]);
        nodes += top[i]->nodes;
    }
    if (!is_one_code(codes) || nodes > EXPR_MAX_NODES)
        stack_separate(b, count, codes, true);
    for (uint32_t i = 0; i < count; i++)
        expr_set_arg(e, i, top[i]);
    stack_truncate(b, b->stack.count - count);
}

/* Pops the operands of a statement that writes or calls. Entries below them are settled first if they read something that the statement may
 * change (`effects`), or may trap. */
expr **stack_pop_statement_args(builder *b, uint32_t count, uint16_t effects);
/* Called before something that may trap with `codes` is evaluated. Settles the entries below `end` that may trap, because their traps come
 * first. If all these traps are of the same kind, nobody can tell which came first, and nothing is settled. */
void stack_settle_traps(builder *b, size_t end, uint16_t codes);
/* Settles the entries below `end` that have any of these effects. */
void stack_settle_effects(builder *b, size_t end, uint16_t effects);
void stack_settle_all(builder *b, size_t end);
void stack_settle_readers(builder *b, size_t end, uint32_t variable);

/* ---- operators.c: instructions other than control ---- */

void build_operator(builder *b, const instr *i, uint32_t count, wasmelt_valtype result);
/* `count`: the number of operands, 2 for a load into a lane: the address and the vector. */
void build_load(builder *b, const instr *i, uint32_t count, wasmelt_valtype result);
void build_store(builder *b, const instr *i);
void build_leaf(builder *b, expr_kind kind, uint32_t index, wasmelt_valtype type, uint16_t effects);
void build_unary(builder *b, expr_kind kind, uint32_t index, wasmelt_valtype type, uint16_t effects);
/* `type`: the type of the result; 0: that of the operands. */
void build_select(builder *b, wasmelt_valtype type);
void build_local_set(builder *b, uint32_t local, bool tee);
void build_global_set(builder *b, uint32_t global);
void build_drop(builder *b);
/* `func`: the function to call, which is another than the instruction names if that is a duplicate. */
void build_call(builder *b, const instr *i, uint32_t func);
/* If i->index2 is NO_INDEX, there is no table and the call is by reference. */
void build_call_indirect(builder *b, const instr *i);
/* Makes a statement of `count` operands that may change any state; returns its position. */
size_t build_effect(builder *b, stmt_kind kind, const instr *i, uint32_t count);
/* Lowers an instruction that writes state and has at most one result. */
void build_operation(builder *b, const instr *i, uint32_t count, wasmelt_valtype result);
/* Lowers an instruction of 128-bit arithmetic: two results, no effects. */
void build_wide(builder *b, const instr *i, uint32_t count);
void build_atomic(builder *b, const instr *i);

/* ---- control.c: control instructions ---- */

/* The frame that a label names; 0 is the innermost. */
frame *frame_at(builder *b, uint32_t depth);
frame *frame_open(builder *b, stmt_kind kind, const block_type *type);
uint32_t label_new(builder *b, stmt_kind kind);
void label_close(builder *b, uint32_t label_index, bool falls);
/* Makes a branch statement without operands. */
stmt *stmt_branch(builder *b, stmt_kind kind, uint32_t label_index);
/* Assigns the top entries, without popping them, to the variables of a block's results, which no tree reads yet. */
void frame_assign_results(builder *b, frame *fr);
/* Pushes the results of a block after its end. */
void frame_push_results(builder *b, frame *fr);
void build_loop(builder *b, const instr *i);
void build_if(builder *b, const instr *i);
void build_return(builder *b);
/* Makes a branch to the frame: assigns the top entries to the loop's parameters or the block's results, then jumps. */
void build_jump(builder *b, frame *fr);
/* Makes a branch that is taken if the top of the stack is not zero: br_if, for example. */
void build_branch_if(builder *b, uint32_t depth);
void build_br_on_null(builder *b, uint32_t depth);
void build_br_on_non_null(builder *b, uint32_t depth);
/* A tree for the opposite of a condition. */
expr *expr_not(builder *b, expr *condition);
/* Lowers br_on_cast and br_on_cast_fail. */
void build_br_on_cast(builder *b, const instr *i);
void build_br_table(builder *b, const instr *i);
void build_else(builder *b, bool reachable);
/* Lowers an end. Returns whether the code after it can be reached. */
bool build_end(builder *b, bool reachable);
/* Skips unreachable code up to the `else`, `catch` or `end` that belongs to the current frame. */
bool build_skip_unreachable(builder *b, instr *i);
void build_tail_call(builder *b, const instr *i, const type_def *t);

/* ---- objects.c ---- */

/* Lowers instructions on structs, arrays and i31, casts and conversions. */
void build_aggregate(builder *b, const instr *i);
/* Adds a check to the reference on top of the stack that it is not null, unless its type says so. */
void build_non_null(builder *b);
/* A tree for whether the reference, a variable, is of the type. */
expr *expr_is_type(builder *b, expr *ref, wasmelt_valtype type);

/* ---- exceptions.c ---- */

/* Lowers throw, throw_ref and rethrow. The code after them is not reached. */
void build_throw(builder *b, const instr *i);
void build_throw_ref(builder *b, const instr *i);
void build_rethrow(builder *b, const instr *i);
/* Called after the call at this position: if it may throw, makes the check whether an exception is pending. */
void build_call_check(builder *b, size_t call);
/* Lowers try and try_table. */
void build_try(builder *b, const instr *i);
/* Lowers catch, catch_all, delegate and the end of a try. `reachable`: whether the end of the code before is reached. Returns whether the
 * code after is reached. */
bool build_catch(builder *b, const instr *i, bool reachable);
bool build_delegate(builder *b, const instr *i, bool reachable);
bool build_try_end(builder *b, bool reachable);

/* ---- fuel.c ---- */

/* Called before and after an instruction that can be reached is lowered, if fuel is counted. */
void fuel_before(builder *b, const instr *i);
void fuel_after(builder *b, const instr *i);

#endif
