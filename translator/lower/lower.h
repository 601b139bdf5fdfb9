/* From a validated function body to the form that is printed: all the passes, in order (lower.c). */
#ifndef WASMELT_LOWER_LOWER_H
#define WASMELT_LOWER_LOWER_H

#include "base/diag.h"
#include "base/strbuf.h"
#include "lower/plan.h"
#include "lower/structure.h"

/* What a function is behind a pass. */
typedef enum ir_form {
    IR_STATEMENTS, /* an array of statements */
    IR_NODES,      /* these in a nest of nodes */
    IR_COUNTED     /* that too, and references are counted by statements and trees of their own */
} ir_form;

/* A function on its way and at its end. What `shape` consists of lives in the function's arena. */
typedef struct lowered {
    ir_func f;
    structured shape;
} lowered;

/* Lowers function `index`. `l` is zero, or from a call before: its arrays are used again. The trees and nodes live in `a`,
 * which is the caller's to reset. False, with the feature and its offset in `d`, for what cannot be lowered. */
bool lower_func(lowered *l, const lower_plan *plan, arena *a, uint32_t index, diag *d);

/* Whether a function can be lowered: only reads its body. */
bool lower_check(lowered *l, const lower_plan *plan, arena *a, uint32_t index, diag *d);

/* Lowers a function as far as pass number `pass` (pass_names.h), and appends what it is then as text (lower/dump.h). */
bool lower_dump(strbuf *s, lowered *l, const lower_plan *plan, arena *a, uint32_t index, size_t pass, diag *d);

/* Lowers a constant expression: to assignments, which the nodes are, and the value behind them. */
bool lower_const(lowered *l, const lower_plan *plan, arena *a, const const_expr *code, const expr **value, diag *d);

void lowered_free(lowered *l);

#endif
