/* From a validated function body to the form that is printed: runs all passes (lower.c). */
#ifndef WASMELT_LOWER_LOWER_H
#define WASMELT_LOWER_LOWER_H

#include "base/diag.h"
#include "base/strbuf.h"
#include "lower/plan.h"
#include "lower/structure.h"

/* The form of a function after a pass. */
typedef enum ir_form {
    IR_STATEMENTS, /* an array of statements */
    IR_NODES,      /* statements in a nest of nodes */
    IR_COUNTED     /* the same, and statements and trees that count references are explicit */
} ir_form;

/* A function while it is lowered and afterwards. The nodes of `shape` live in the function's arena. */
typedef struct lowered {
    ir_func f;
    structured shape;
} lowered;

/* Lowers function `index`. `l` is zero-initialised, or has been used for another function: its arrays are reused. Trees and nodes live in
 * `a`, which the caller resets. False, with the feature and its offset in `d`, if something cannot be lowered. */
bool lower_func(lowered *l, const lower_plan *plan, arena *a, uint32_t index, diag *d);

/* Whether a function can be lowered. Only runs the pass `build`. */
bool lower_check(lowered *l, const lower_plan *plan, arena *a, uint32_t index, diag *d);

/* Lowers a function up to pass number `pass` (pass_names.h), and appends the result as text (lower/dump.h). */
bool lower_dump(strbuf *s, lowered *l, const lower_plan *plan, arena *a, uint32_t index, size_t pass, diag *d);

/* Lowers a constant expression to nodes that are assignments, and a tree for its value, to be evaluated after them. */
bool lower_const(lowered *l, const lower_plan *plan, arena *a, const const_expr *code, const expr **value, diag *d);

void lowered_free(lowered *l);

#endif
