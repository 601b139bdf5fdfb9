/* Printing a function as C. */
#ifndef WASMELT_EMIT_FUNC_H
#define WASMELT_EMIT_FUNC_H

#include "emit/generator.h"

/* Appends a function's definition. */
void emit_func(const generator *g, out *o, const lowered *l);

struct body;

/* Appends "u32 NAME(app *self, u32 p0, u64 p1)", without storage class. `definition`: the function that is being defined by it; null if
 * none of its variables is named. */
void put_signature(strbuf *s, const generator *g, uint32_t index, const struct body *definition);

/* Prints what tells a compiler, where hosts end runs by a signal, in which section the function's code is: STOPPABLE, where it may be
 * stopped between any two instructions, or APART, for a function that is not, and must not be inlined into one that is. */
void put_stoppable(strbuf *s, const generator *g, uint32_t index);

/* What stands before the definition of a function: "static ", or nothing if several files share it. */
const char *code_linkage(const generator *g);
/* What stands before the definition of data: "static ", or its visibility if several files share it. */
const char *data_linkage(const generator *g);

/* The attribute of a constant that perhaps nothing uses, with a blank behind it. */
const char *perhaps_unused(const generator *g);

/* Prints the constant STACK_NEED of plain C, by which functions ask for stack. */
void put_stack_need(const generator *g, out *o);
/* Appends the declarations of a function, and of its second entry if it has one. */
void put_prototype(strbuf *s, const generator *g, uint32_t index);

/* Called before the name of a function is printed, so that the function is declared in this file. */
void mention_function(const generator *g, out *o, uint32_t index);

/* Lowers a constant expression and appends "TARGET = VALUE;". */
bool emit_const(const generator *g, out *o, const char *target, const const_expr *code, diag *d);

#endif
