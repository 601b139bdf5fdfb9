/* What lower/{build,stack,operators,control}.c share: the state of lowering one function.
 *
 * Functions that make a tree or a statement take their operands from the stack of pending trees; see
 * stack.c for what must be settled before. */
#ifndef WASMELT_LOWER_BUILD_INTERNAL_H
#define WASMELT_LOWER_BUILD_INTERNAL_H

#include "lower/callgraph.h"
#include "lower/ir.h"
#include "read/instr.h"
#include "read/types.h"

#define NO_LABEL UINT32_MAX

/* Where a try is. */
typedef enum try_state {
    TRY_NONE, /* the frame is no try */
    TRY_BODY,
    TRY_CATCHES, /* in the legacy encoding's catches */
    TRY_NEVER    /* after a body in which nothing throws */
} try_state;

/* An open block, loop, if, or the function. */
typedef struct frame {
    uint32_t label;
    stmt_kind kind;
    bool has_else, then_falls;
    size_t height; /* of the stack below its parameters */
    const wasmelt_valtype *params, *results;
    uint32_t param_count, result_count;
    uint32_t param_vars;  /* loop: first of its parameters' variables */
    uint32_t result_vars; /* first of its results' variables, made when needed */
    expr **entry;         /* if: its parameters, for the else */
    uint32_t handler;     /* label that exceptions thrown here go to, or NO_LABEL */
    try_state try_state;
    uint32_t own_handler; /* try: label of its body's block */
    cursor clauses;       /* try_table */
    uint32_t clause_count;
    uint32_t clause; /* catch: label of the if on its tag, or NO_LABEL */
    uint32_t caught; /* catch: variable of the exception */
    bool caught_all;
    bool stays_pending;              /* catch_all: only cleans up, the exception being pending all the time */
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
    uint32_t local_count; /* parameters included */
    uint32_t table_stamp;
    const callgraph *calls;
    uint32_t caught;   /* variable that try_table's clauses take exceptions into, or NO_VAR */
    size_t operands;   /* of all statements */
    size_t most_items; /* variables, statements and operands: see build_is_too_large */
} builder;

/* Whether the function has become larger than any that makes sense; build_code then fails. What moves many values at many
 * places by one instruction asks too, and stops. */
bool build_is_too_large(const builder *b);

/* ---- stack.c: trees, statements, and the stack of pending trees ---- */

/* Those that nearly every instruction needs are here, in line. */
static inline expr *expr_new(builder *b, expr_kind kind, wasmelt_valtype type) {
    expr *e = arena_alloc(b->f->arena, sizeof *e);
    e->kind = (uint8_t)kind;
    e->nodes = 1;
    e->type = type;
    e->offset = (uint32_t)b->offset;
    return e;
}

expr *expr_constant(builder *b, wasmelt_valtype type, uint64_t bits);
/* A read of the variable. */
static inline expr *expr_var(builder *b, uint32_t index) {
    const var *v = &b->f->vars.data[index];
    expr *e = expr_new(b, EXPR_VAR, v->declared_type);
    e->index = index;
    e->effects = v->kind == VAR_PARAM || v->kind == VAR_LOCAL ? FX_READS_LOCAL : 0;
    return e;
}

/* Gives a tree its next operand. */
static inline void expr_set_arg(expr *e, uint32_t position, expr *arg) {
    e->args[position] = arg;
    e->nodes = (uint8_t)(e->nodes + arg->nodes);
    e->effects |= arg->effects;
}

/* The codes, FX_TRAPS_*, with which evaluating the tree may trap. */
static inline uint16_t expr_trap_codes(const expr *e) {
    return e->effects & FX_TRAPS;
}

uint32_t var_new(builder *b, var_kind kind, wasmelt_valtype type);

expr **args_copy(builder *b, uint32_t count, expr *const *args);
stmt *stmt_new(builder *b, stmt_kind kind);
stmt *stmt_with(builder *b, stmt_kind kind, uint32_t count, expr *const *args);
void stmt_assign(builder *b, uint32_t variable, expr *value);

/* Computes the entry at `index` into a variable that does not change, unless it is a constant or one already. */
void stack_settle(builder *b, size_t index);
/* Makes the entry at `index` a variable, if it is none. */
void stack_make_variable(builder *b, size_t index);

#define STACK_WINDOW 48 /* entries pending at a time */

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

/* Makes the top `count` entries, which may trap with these codes, fit to be operands of one statement, or of one tree. */
void stack_separate(builder *b, size_t count, uint16_t codes, bool one_tree);

static inline bool is_one_code(uint16_t codes) {
    return (codes & (codes - 1)) == 0;
}

/* The lowest of the top `count` entries; null for none, as the stack may have no memory yet. */
static inline expr *const *stack_top(const builder *b, uint32_t count) {
    return count > 0 ? b->stack.data + (b->stack.count - count) : NULL;
}

/* Takes the top `count` entries as operands of a statement; `args` has room for them. */
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

/* Takes the top `count` entries, at most three, as operands of the tree `e`. */
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

/* Takes the operands of a statement that writes or calls. Entries below them that read what it may change (`effects`), or may
 * trap, are settled before it. */
expr **stack_pop_statement_args(builder *b, uint32_t count, uint16_t effects);
/* Before something that may trap with `codes` is evaluated: settles the entries below `end` that may trap, as their traps come
 * first. If they and `codes` are all of one code nobody can tell which came first, and nothing is done. */
void stack_settle_traps(builder *b, size_t end, uint16_t codes);
/* Settles the entries below `end` that have any of these effects. */
void stack_settle_effects(builder *b, size_t end, uint16_t effects);
void stack_settle_all(builder *b, size_t end);
void stack_settle_readers(builder *b, size_t end, uint32_t variable);

/* ---- operators.c: instructions other than control ---- */

void build_operator(builder *b, const instr *i, uint32_t count, wasmelt_valtype result);
/* `count`: 2 for a load into a lane, whose vector comes after the address. */
void build_load(builder *b, const instr *i, uint32_t count, wasmelt_valtype result);
void build_store(builder *b, const instr *i);
void build_leaf(builder *b, expr_kind kind, uint32_t index, wasmelt_valtype type, uint16_t effects);
void build_unary(builder *b, expr_kind kind, uint32_t index, wasmelt_valtype type, uint16_t effects);
/* `type`: of both arms, or 0 for that of either. */
void build_select(builder *b, wasmelt_valtype type);
void build_local_set(builder *b, uint32_t local, bool tee);
void build_global_set(builder *b, uint32_t global);
void build_drop(builder *b);
/* `func`: which function has the code of the one that the instruction names. */
void build_call(builder *b, const instr *i, uint32_t func);
/* By reference if there is no table: i->index2 is NO_INDEX. */
void build_call_indirect(builder *b, const instr *i);
/* A statement of `count` operands that may change any state; returns its position. */
size_t build_effect(builder *b, stmt_kind kind, const instr *i, uint32_t count);
/* An instruction that writes state and has at most one result. */
void build_operation(builder *b, const instr *i, uint32_t count, wasmelt_valtype result);
/* An instruction of 128-bit arithmetic: two results, no effects. */
void build_wide(builder *b, const instr *i, uint32_t count);
void build_atomic(builder *b, const instr *i);

/* ---- control.c: control instructions ---- */

/* The frame that a label names; 0 is the innermost. */
frame *frame_at(builder *b, uint32_t depth);
frame *frame_open(builder *b, stmt_kind kind, const block_type *type);
uint32_t label_new(builder *b, stmt_kind kind);
void label_close(builder *b, uint32_t label_index, bool falls);
/* A branch statement without operands. */
stmt *stmt_branch(builder *b, stmt_kind kind, uint32_t label_index);
/* Assigns the top entries, which stay, to a block's result variables, which no tree reads yet. */
void frame_assign_results(builder *b, frame *fr);
/* Pushes a block's results, after its end. */
void frame_push_results(builder *b, frame *fr);
void build_loop(builder *b, const instr *i);
void build_if(builder *b, const instr *i);
void build_return(builder *b);
/* A branch to the frame: assigns the top entries to what it takes (a loop's parameters, a block's results), then jumps. */
void build_jump(builder *b, frame *fr);
/* br_if, or another branch that is taken if the top of the stack is not zero. */
void build_branch_if(builder *b, uint32_t depth);
void build_br_on_null(builder *b, uint32_t depth);
void build_br_on_non_null(builder *b, uint32_t depth);
/* Whether the condition is 0. */
expr *expr_not(builder *b, expr *condition);
/* br_on_cast and br_on_cast_fail. */
void build_br_on_cast(builder *b, const instr *i);
void build_br_table(builder *b, const instr *i);
void build_else(builder *b, bool reachable);
/* Returns whether the code after the frame can be reached. */
bool build_end(builder *b, bool reachable);
/* Skips to the `else`, `catch` or `end` that makes code reachable again or closes the current frame. */
bool build_skip_unreachable(builder *b, instr *i);
void build_tail_call(builder *b, const instr *i, const type_def *t);

/* ---- objects.c ---- */

/* Instructions of structs, arrays, i31, casts and conversions. */
void build_aggregate(builder *b, const instr *i);
/* The top of the stack becomes what is checked not to be null, if it may be. */
void build_non_null(builder *b);
/* Whether the reference, a variable, is of the type. */
expr *expr_is_type(builder *b, expr *ref, wasmelt_valtype type);

/* ---- exceptions.c ---- */

/* throw, throw_ref, rethrow: what follows is not reached. */
void build_throw(builder *b, const instr *i);
void build_throw_ref(builder *b, const instr *i);
void build_rethrow(builder *b, const instr *i);
/* After the call at this position, which may have thrown. */
void build_call_check(builder *b, size_t call);
/* try and try_table. */
void build_try(builder *b, const instr *i);
/* catch, catch_all, delegate and the end of a try. `reachable`: the code before; returns whether what follows
 * is. */
bool build_catch(builder *b, const instr *i, bool reachable);
bool build_delegate(builder *b, const instr *i, bool reachable);
bool build_try_end(builder *b, bool reachable);

#endif
