/* Printing of one function's trees and statements. */
#ifndef WASMELT_EMIT_BODY_H
#define WASMELT_EMIT_BODY_H

#include "emit/generator.h"
#include "lower/lower.h"

/* The function being printed. */
typedef struct body {
    const generator *g;
    const ir_func *f;
    const structured *shape;
    out *o;
    const char *const *names; /* of parameters and locals (emit/locals.h), or null */
    bool tail;                /* prints a second entry, which returns through the tail-call buffer */
} body;

/* ---- constant.c ---- */

/* `plain`: converted to the right type by its place, so that small numbers need no suffix. */
void put_constant(body *b, const expr *e, bool plain);
/* An integer as a signed number. */
void put_signed_constant(body *b, const expr *e);

/* ---- operator.c ---- */

/* An operator with its operands. */
void put_operator(body *b, const expr *e);
/* Any tree as an operand of an operator: in parentheses if it binds less than that. */
void put_operand(body *b, const expr *e, c_binding least);
/* As an assignment with an operation, if it is one that changes the variable by something; else prints nothing. */
bool put_compound(body *b, uint32_t variable, const expr *e);

/* ---- expr.c ---- */

/* As the whole right side of an assignment, an argument, an index. */
void put_expr(body *b, const expr *e);
/* As a condition of if: true if the value is not zero, or with `negated` if it is. */
void put_condition(body *b, const expr *e, bool negated);
/* Where a memory access goes, as a `u8 *`. */
void put_pointer(body *b, const expr *index, uint32_t memory, uint64_t offset, unsigned width);
/* What a store assigns to. */
void put_stored_to(body *b, const stmt *s);
/* Evaluates a tree for its traps alone, as statements. */
void put_forced(body *b, const expr *e);
/* The variable's name. */
void put_var(body *b, uint32_t index);
/* The same as a member of those that hold counted references. */
void put_var_name(body *b, uint32_t index);
/* Before the name where the variable is assigned by `s`: its type, if that declares it. */
void put_declarator(body *b, const stmt *s, uint32_t index);
/* The name of a global as an lvalue. */
void put_global(body *b, uint32_t index);

/* Bytes that a load or store touches. */
unsigned access_width(uint16_t op);

/* ---- stmt.c ---- */

void put_list(body *b, const node_list *list);
/* An i32 or i64 that is assigned to a narrower place of `width` bytes. */
void put_narrowed(body *b, unsigned width, const expr *value);

/* ---- call.c ---- */

void put_call(body *b, const stmt *s);
/* "TYPE t3 = ", or without the type where the variable is not declared by the statement. */
void put_target(body *b, const stmt *s, uint32_t variable);
/* The same, or where nobody reads the variable, that the value is not used. */
void put_target_or_nothing(body *b, const stmt *s, uint32_t variable);
/* The same where its result is read. What has to stand before it has been printed. */
void put_operand_call(body *b, const stmt *s);
/* That. */
void put_before_operand_call(body *b, const stmt *s);
void put_return(body *b, const stmt *s);
/* Leaves the function without results. */
void put_unwind(body *b);
/* The statement's operands into an array of wasmelt_value. */
void put_slots(body *b, const char *array, const stmt *s, const wasmelt_valtype *types, uint32_t count);
/* "FUNCTION(OWN, &x, ", which gives an owned variable a value. */
void put_owned_target(body *b, const char *function, uint32_t variable);
/* A way to return that is never taken, for the compiler to believe that the function may end. */
void put_pretended_return(body *b);
void put_tail_call(body *b, const stmt *s);
void put_operation(body *b, const stmt *s);

#endif
