/* The state of checking one body or constant expression: operand stack, control stack, locals. */
#ifndef WASMELT_VALIDATE_VALIDATOR_H
#define WASMELT_VALIDATE_VALIDATOR_H

#include "base/vec.h"
#include "read/instr.h"
#include "wasm/subtype.h"

/* A list of types that something else owns. */
typedef struct types {
    const wasmelt_valtype *at;
    uint32_t count;
} types;

typedef struct control {
    opcode op; /* block, loop, if, else, try, catch, catch_all, try_table; block for the function */
    types start, end;
    wasmelt_valtype own[1]; /* storage for a single result */
    size_t height;          /* of the operand stack */
    size_t initialized;     /* of the list of locals set inside */
    bool unreachable;
} control;

typedef struct validator {
    const module *m;
    diag *d;
    cursor c;
    size_t offset; /* of the current instruction */
    VEC(wasmelt_valtype) operands;
    VEC(control) controls;
    VEC(wasmelt_valtype) locals;
    VEC(bool) is_set;         /* of each local: has a value */
    VEC(uint32_t) set_inside; /* locals that got their first value, to be undone at the end of a block */
    types results;            /* of the function */
    bool constant;            /* checks a constant expression */
    uint32_t global_limit;    /* constant expressions see globals below this */
} validator;

bool invalid(validator *v, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- Operands ---- */
void push(validator *v, wasmelt_valtype t);
void push_types(validator *v, types t);
/* Pops anything; TYPE_BOTTOM where the stack is polymorphic. */
bool pop_any(validator *v, wasmelt_valtype *t);
bool pop(validator *v, wasmelt_valtype expected);
bool pop_types(validator *v, types t);
/* Pops a reference of any type, or the bottom type. */
bool pop_ref(validator *v, wasmelt_valtype *t);

/* ---- Control ---- */
void push_control(validator *v, opcode op, types start, types end);
bool pop_control(validator *v, control *out);
void set_unreachable(validator *v);
/* The frame that a label names. */
bool find_label(validator *v, uint32_t label_index, control **out);
/* The types a branch to it carries. */
types label_types(const control *c);

/* ---- Things named by index ---- */
bool check_local(validator *v, uint32_t index);
bool check_table(validator *v, uint32_t index);
bool check_memory(validator *v, uint32_t index);
bool check_data(validator *v, uint32_t index);
bool check_elem(validator *v, uint32_t index);
bool check_func_type(validator *v, uint32_t type, const type_def **t);

/* ---- Instructions by family; each handles all of one feature ---- */
bool validate_control(validator *v, const instr *i);
bool validate_reference(validator *v, const instr *i);
bool validate_aggregate(validator *v, const instr *i);
bool validate_by_signature(validator *v, const instr *i);

/* Checks the instructions up to the end of the outermost frame. */
bool validate_code(validator *v);

/* A constant expression that gives `type`; see validate_code. */
bool validate_const(validator *v, const const_expr *e, wasmelt_valtype type, uint32_t global_limit);
/* The body of a function. */
bool validate_body(validator *v, uint32_t func_index);

void validator_free(validator *v);

#endif
