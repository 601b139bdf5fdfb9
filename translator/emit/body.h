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
    const char *const *names; /* names of parameters and locals (emit/locals.h), or null */
    bool looks;               /* whether the run is to end */
    bool tail;                /* a second entry is being printed, which returns through the tail-call buffer */
} body;

/* ---- constant.c ---- */

/* `plain`: the place where the constant stands converts it to the right type, so that small numbers need no suffix. */
void put_constant(body *b, const expr *e, bool plain);
/* Prints an integer as a signed number. */
void put_signed_constant(body *b, const expr *e);

/* ---- operator.c ---- */

/* Prints an operator, whose NaNs are as the operation makes them, with its operands. */
void put_operator(body *b, const expr *e);

/* Prints any tree as an operand: in parentheses if it binds more weakly than `least`. */
void put_operand(body *b, const expr *e, c_binding least);
/* Prints an assignment of `e` to the variable as x += y or the like; false, and prints nothing, if `e` has not that form. */
bool put_compound(body *b, uint32_t variable, const expr *e);

/* ---- expr.c ---- */

/* Prints a tree that needs no parentheses: the right side of an assignment, an argument, an index. */
void put_expr(body *b, const expr *e);
/* Prints a tree as the condition of an if: true if the value is not zero or, with `negated`, if it is zero. */
void put_condition(body *b, const expr *e, bool negated);
/* Prints the address of a memory access as a `u8 *`. */
void put_pointer(body *b, const expr *index, uint32_t memory, uint64_t offset, unsigned width);
/* Print what comes before and after the value of a store. */
void begin_store(body *b, const stmt *s);
void end_store(body *b, const stmt *s);
/* Prints the variable, as an expression. */
void put_var(body *b, uint32_t index);
/* Prints the variable's name; an owned variable is the member of this name in `own`. */
void put_var_name(body *b, uint32_t index);
/* Prints what stands before the variable's name in the assignment `s`: its type, if `s` declares the variable. */
void put_declarator(body *b, const stmt *s, uint32_t index);
/* Prints a global as an lvalue. */
void put_global(body *b, uint32_t index);

/* The number of bytes that a load or store accesses. */
unsigned access_width(uint16_t op);

/* Prints what the names of functions on numbers of the type begin with: "i32" of i32_used. */
void put_type_prefix(body *b, wasmelt_valtype type);

/* ---- stmt.c ---- */

void put_node_list(body *b, const node_list *list);
/* Prints an i32 or i64 that is assigned to a narrower object of `width` bytes. */
void put_narrowed(body *b, unsigned width, const expr *value);

/* ---- call.c ---- */

void put_call(body *b, const stmt *s);
/* Prints "TYPE t3 = ", without the type if the statement does not declare the variable. */
void put_target(body *b, const stmt *s, uint32_t variable);
/* The same; or "(void)" if nobody reads the variable. */
void put_target_or_nothing(body *b, const stmt *s, uint32_t variable);
/* Prints a call as an operand, where its result is read. put_before_operand_call has been called for it. */
void put_operand_call(body *b, const stmt *s);
/* Prints what has to stand before the statement that contains such a call: the look-up of the function. */
void put_before_operand_call(body *b, const stmt *s);
void put_return(body *b, const stmt *s);
/* Prints a return without results, for an exception that is pending. */
void put_unwind(body *b);
/* Prints assignments of the statement's operands to the members of an array of wasmelt_value. */
void put_slots(body *b, const char *array, const stmt *s, const wasmelt_valtype *types, uint32_t count);
/* Prints "FUNCTION(OWN, &x, ", the beginning of a call that assigns an owned variable. */
void put_owned_target(body *b, const char *function, uint32_t variable);
/* Prints a return that is never taken, so that the compiler believes that the function may end. */
void put_pretended_return(body *b);
/* Prints a return of zeros. */
void put_empty_return(body *b);
void put_tail_call(body *b, const stmt *s);
/* Prints a value that keeps the frame (lower/frames.c). */
void put_framed(body *b, const expr *value);
void put_operation(body *b, const stmt *s);

#endif
