/* The state of validating one body or constant expression: operand stack, control stack, locals. One validator is used for many bodies, one
 * after the other. */
#ifndef WASMELT_VALIDATE_VALIDATOR_H
#define WASMELT_VALIDATE_VALIDATOR_H

#include "base/vec.h"
#include "read/instr.h"
#include "read/types.h"
#include "wasm/subtype.h"

/* A list of types: the parameters or results of a function type, or the one result of a block. */
typedef struct types {
    const wasmelt_valtype *at; /* null: the list is `single`, or empty */
    uint32_t count;
    wasmelt_valtype single;
} types;

static inline wasmelt_valtype type_at(const types *t, uint32_t k) {
    return t->at ? t->at[k] : t->single;
}

static inline types no_types(void) {
    return (types){0};
}

static inline types one_type(wasmelt_valtype t) {
    return (types){.count = 1, .single = t};
}

static inline types param_types(const type_def *t) {
    return (types){.at = t->params, .count = t->param_count};
}

static inline types result_types(const type_def *t) {
    return (types){.at = t->results, .count = t->result_count};
}

typedef struct control {
    opcode op; /* block, loop, if, else, try, catch, catch_all, try_table; the function's own frame has block */
    types start, end;
    size_t height;      /* of the operand stack when the frame was entered */
    size_t initialized; /* length of `set_inside` when the frame was entered */
    uint32_t loops;     /* around what is in the frame, itself included */
    bool unreachable;
} control;

/* Consecutive locals of one type, with indices from the `end` of the run before up to, but not including, `end`. Locals are kept as
 * runs because four bytes of input can declare fifty thousand of them. */
typedef struct local_run {
    uint32_t end;
    wasmelt_valtype type;
} local_run;

#define FIRST_LOCALS 64

/* Function, type or table indices, with flags. */
typedef VEC(uint32_t) index_list;

/* A try or try_table whose end has not been reached; for bodies.c. */
typedef struct open_try {
    size_t depth;             /* number of control frames, its own included */
    size_t first_call, calls; /* the calls in its body: where they begin in `calls` of the validator, and how many there are */
    bool in_body;             /* no catch has been reached */
    bool catches_all;
    bool rethrows;                             /* one of its catches has a rethrow of what it caught */
    bool throws, throws_outside;               /* the notes on its body, once that has ended */
    bool around_throws, around_throws_outside; /* the notes on the code before it */
} open_try;

/* A local that branches test again and again, with no more than TESTED_LOCALS others in between, and how often they have. */
typedef struct tested_local {
    uint32_t local, count;
} tested_local;

#define TESTED_LOCALS 8

typedef struct validator {
    const module *m;
    diag *d;
    cursor c;
    size_t offset;   /* of the current instruction */
    opcode previous; /* the instruction before it */
    VEC(wasmelt_valtype) operands;
    VEC(control) controls;
    size_t floor; /* height of the innermost control frame: operands below it cannot be popped */
    VEC(local_run) locals;
    wasmelt_valtype first_types[FIRST_LOCALS]; /* types of the first locals, copied from `locals` to be found fast */
    uint32_t first_count;
    /* Locals whose type has no default value. set_in: by local, the number of the function in which it was last set, so that
     * nothing needs clearing between functions. set_inside: those set in this function, to be unset at the end of a block. */
    VEC(uint32_t) set_in;
    VEC(uint32_t) set_inside;
    size_t straight_from; /* offset of the last branch of the body, or of its beginning */
    size_t members;       /* as in body_notes, from there on */
    size_t shifts;
    uint32_t read_local;                /* the local that was read last */
    uint32_t read_before;               /* the one before that */
    size_t read_at;                     /* the offset where; 0: none was in this body */
    uint32_t unset_reads;               /* of the local.gets in a row just before, and local.sets behind them, those whose value is left */
    tested_local tested[TESTED_LOCALS]; /* those that branches have tested last; the last one first, count 0 in free places */
    uint32_t loop_depth;                /* loops around the instruction */
    size_t carried;                     /* values that branches to the labels in scope take, without the function's own label */
    uint32_t body_number;               /* counts the bodies checked, from 1 */
    uint32_t param_count;               /* locals with a lower index are parameters, which always have a value */
    types results;                      /* of the function */
    bool constant;                      /* checks a constant expression */
    uint32_t global_limit;              /* globals that a constant expression may read: those with a lower index */
    /* Notes (bodies.c): `notes` on the body that is being checked, the lists on all bodies checked so far. */
    body_notes notes;
    index_list calls;    /* as in wasm/module.h */
    index_list makes;    /* types of which some instruction makes objects, and how: type << 2 | object_maker */
    index_list writes;   /* tables that some instruction may write; a table may occur more than once */
    VEC(open_try) tries; /* the innermost last */
    bool escapes;        /* the function has a tail call or a delegate. What these throw is not caught by the tries around them, so
                            in this function no try is treated as catching everything */
    uint32_t features;
} validator;

/* Records the error, with the function and the offset of the current instruction. Returns false. */
bool report_invalid(validator *v, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- Operands ---- */
static inline void operand_push(validator *v, wasmelt_valtype t) {
    *vec_push(&v->operands) = t;
}

static inline void operands_push(validator *v, types t) {
    for (uint32_t k = 0; k < t.count; k++)
        operand_push(v, type_at(&t, k));
}

/* Pops anything; TYPE_BOTTOM where the stack is polymorphic. */
bool operand_pop_any(validator *v, wasmelt_valtype *t);
/* Pops a value whose type matches the expected one, and mostly is that very type. */
bool operand_pop_match(validator *v, wasmelt_valtype expected);
static inline bool operand_pop(validator *v, wasmelt_valtype expected) {
    bool is_same = v->operands.count > v->floor && vec_last(&v->operands) == expected;
    v->operands.count -= is_same;
    return is_same || operand_pop_match(v, expected);
}

static inline bool operands_pop(validator *v, types t) {
    for (uint32_t k = t.count; k-- > 0;)
        if (!operand_pop(v, type_at(&t, k)))
            return false;
    return true;
}

/* Pops the list and pushes it again: what br_if and its like do. */
static inline bool operands_check(validator *v, types t) {
    if (!operands_pop(v, t))
        return false;
    operands_push(v, t);
    return true;
}

/* Pops a reference of any type, or the bottom type. */
bool operand_pop_ref(validator *v, wasmelt_valtype *t);

/* ---- Control ---- */
void push_control(validator *v, opcode op, types start, types end);
bool pop_control(validator *v, control *out);
void set_unreachable(validator *v);
/* The frame that a label names. */
bool find_label(validator *v, uint32_t label_index, control **out);
/* Notes a branch to it, other than that of br_table. */
void note_jump(validator *v, uint32_t label_index, const control *label);
/* The types a branch to it carries. */
types label_types(const control *c);

/* ---- Things named by index ---- */
bool find_local(validator *v, uint32_t index, wasmelt_valtype *type);
static inline bool check_local(validator *v, uint32_t index, wasmelt_valtype *type) {
    if (index >= v->first_count)
        return find_local(v, index, type);
    *type = v->first_types[index];
    return true;
}
static inline bool check_index(validator *v, uint32_t index, size_t count, const char *what) {
    return index < count || report_invalid(v, "unknown %s %u", what, (unsigned)index);
}
static inline bool check_memory(validator *v, uint32_t index) {
    return check_index(v, index, v->m->memory_count, "memory");
}
bool check_table(validator *v, uint32_t index);
bool check_global(validator *v, uint32_t index);
bool check_func(validator *v, uint32_t index);
bool check_tag(validator *v, uint32_t index, types *params);
bool check_data(validator *v, uint32_t index);
bool check_elem(validator *v, uint32_t index);
/* `type` is a canonical type index of whatever kind. */
bool check_type(validator *v, uint32_t type, type_kind kind, const type_def **t);

/* The type of addresses and sizes. */
static inline wasmelt_valtype address_type(bool is64) {
    return is64 ? WASMELT_I64 : WASMELT_I32;
}

/* ---- Instructions by family ---- */
bool validate_control(validator *v, const instr *i);
/* local.get, set or tee of a local whose type has no default value: get is an error before a set, set and tee note it. */
bool use_valueless_local(validator *v, const instr *i);
bool validate_variable(validator *v, const instr *i);  /* drop, select, globals */
bool validate_storage(validator *v, const instr *i);   /* memories, tables and their segments */
bool validate_reference(validator *v, const instr *i); /* ref.*, br_on_null ... */
bool validate_aggregate(validator *v, const instr *i); /* struct, array, i31, casts */

/* Notes that there are values of the type: their C needs what that of a feature's instructions does, even where none of those occurs. */
void note_type(validator *v, wasmelt_valtype type);

/* Checks the instructions from the cursor to its end, which must give `results` and nothing else. */
bool validate_code(validator *v, types results);
/* A constant expression that gives `type`; it sees globals below `global_limit`. Marks the functions it
 * names as referenced. */
bool validate_const(validator *v, const const_expr *e, wasmelt_valtype type, uint32_t global_limit);
/* The body of a function; notes what it does. */
bool validate_body(validator *v, uint32_t func_index);
/* ---- bodies.c ---- */
/* Notes what a call, a throw or an instruction on tables does, once it is valid. Returns true. */
bool note_instr(validator *v, const instr *i);
/* There is a branch, or the body's end. */
void note_branch(validator *v, size_t offset);
/* All bodies, by several threads; in `m` goes what is noted of them. */
/* Puts the notes into the types, and frees them. */
void take_makers(module *m, index_list *makes);
bool validate_bodies(module *m, uint32_t threads, diag *d);

void validator_free(validator *v);

#endif
