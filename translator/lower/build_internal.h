/* The state of lower/build.c. */
#ifndef WASMELT_LOWER_BUILD_INTERNAL_H
#define WASMELT_LOWER_BUILD_INTERNAL_H

#include "lower/ir.h"
#include "read/instr.h"
#include "read/types.h"

/* An open block, loop, if, or the function. */
typedef struct frame {
    uint32_t label;
    stmt_kind kind;
    bool has_else, then_falls;
    size_t height;            /* of the stack below its parameters */
    const wasmelt_valtype *params, *results;
    uint32_t param_count, result_count;
    uint32_t param_vars;      /* loop: first of its parameters' variables */
    uint32_t result_vars;     /* first of its results' variables, made when needed */
    expr **entry;             /* if: its parameters, for the else */
    uint32_t table_mark, table_slot; /* scratch of build_table_with_values */
} frame;

typedef struct builder {
    ir_func *f;
    cursor c;
    diag *d;
    size_t offset;            /* of the current instruction */
    VEC(expr *) stack;
    size_t settled;           /* entries below this are constants or variables that do not change */
    VEC(frame) frames;        /* the first is the function's */
    uint32_t local_count;     /* parameters included */
    uint32_t table_stamp;
} builder;

#endif
