/* Printing of one function's trees and statements. */
#ifndef WASMELT_EMIT_BODY_H
#define WASMELT_EMIT_BODY_H

#include "emit/generator.h"
#include "lower/structure.h"

/* The function being printed. */
typedef struct body {
    const generator *g;
    const ir_func *f;
    out *o;
    bool flat;      /* from structured.flat: variables are declared at the top */
    bool tail;      /* prints a second entry, which returns through the tail-call buffer */
    const stmt **operand_calls; /* of each variable: the call that is printed where it is read, or null; null: none */
    bool called_back; /* a call that may lead back to the function has been made on some way to here, and nothing since
                         that keeps it from being the last thing that the function does */
    bool *left_called_back; /* the same where the innermost construct is left by break */
} body;

/* ---- expr.c ---- */

/* As the whole right side of an assignment, an argument, an index. */
void put_expr(body *b, const expr *e);
/* As an assignment with an operation, if it is one that changes the variable by something; else prints nothing. */
bool put_compound(body *b, uint32_t variable, const expr *e);
/* As a condition of if: true if the value is not zero, or with `negated` if it is. */
void put_condition(body *b, const expr *e, bool negated);
/* The address of a memory access, as a `u8 *`. */
void put_address(body *b, const expr *address, uint32_t memory, uint64_t offset, unsigned width);
/* The same inside the macro that loads or stores there, but for its closing parenthesis. */
void put_place(body *b, uint16_t op, const expr *address, uint32_t memory, uint64_t offset);
/* Evaluates a tree for its traps alone, as statements. */
void put_forced(body *b, const expr *e);
/* The variable's name. */
void put_var(body *b, uint32_t index);
/* Before the name where the variable is assigned: its type, if that declares it. */
void put_declarator(body *b, uint32_t index);
/* The name of a global as an lvalue. */
void put_global(body *b, uint32_t index);

/* Bytes that a load or store touches. */
unsigned access_width(uint16_t op);

/* ---- stmt.c ---- */

void put_list(body *b, const node_list *list);
/* Before each way out of the function. */
void put_keep_frame(body *b);

/* ---- operands.c ---- */

/* Marks the calls that are printed as operands, and what has calls that may lead back. Returns whether the list has any. */
bool find_operand_calls(body *b, const node_list *list);

/* ---- call.c ---- */

/* How an indirect call finds what it calls. */
typedef enum callee_kind {
    CALLEE_REFERENCE, /* a function reference, in the variable c */
    CALLEE_ELEMENT,   /* an element of a table, in e */
    CALLEE_FIXED,     /* one of a table that never changes; its code in `to` */
    CALLEE_ONLY       /* the one function that such a table has of the type */
} callee_kind;

callee_kind indirect_callee(const generator *g, const stmt *s);

/* Whether the call may lead back to the function that it is in. */
bool may_lead_back(const body *b, const stmt *s);

void put_call(body *b, const stmt *s);
/* The same where its result is read. What has to stand before it has been printed. */
void put_operand_call(body *b, const stmt *s);
/* What has to stand before it, and what has to be known after it. */
void put_before_operand_call(body *b, const stmt *s);
void put_return(body *b, const stmt *s);
/* Leaves the function without results. */
void put_unwind(body *b);
/* The statement's operands into an array of wasmelt_value; references to exceptions counted by `retain`. */
void put_slots(body *b, const char *array, const stmt *s, const wasmelt_valtype *types, uint32_t count,
               const char *retain);
/* "FUNCTION(&x, ", which gives a counted variable a value. */
void put_counted(body *b, const char *function, uint32_t variable);
/* A way to return that is never taken, for the compiler to believe that the function may end. */
void put_pretended_return(body *b);
void put_tail_call(body *b, const stmt *s);
void put_operation(body *b, const stmt *s);

#endif
