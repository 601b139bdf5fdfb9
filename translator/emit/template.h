/* The operators' C text, taken apart once for all functions: see the column in opcodes.def. */
#ifndef WASMELT_EMIT_TEMPLATE_H
#define WASMELT_EMIT_TEMPLATE_H

#include "base/arena.h"
#include "wasm/opcodes.h"

typedef enum item_kind {
    ITEM_NONE,    /* the end */
    ITEM_OPERAND, /* %0 %1 %2 */
    ITEM_COUNT,   /* (%1 & 31): a shift count, whose remainder is known if it is a constant */
    ITEM_LANE,    /* %l */
    ITEM_BYTES,   /* %b */
    ITEM_SHUFFLE  /* %s */
} item_kind;

/* Some text and what is printed behind it. */
typedef struct template_piece {
    const char *text;
    uint8_t length;
    uint8_t cast;     /* bytes at the end of the text that are "(s32)" or "(s64)", a cast of the operand */
    uint8_t kind;     /* item_kind */
    uint8_t operand;
    bool is_first;    /* the operand begins the text */
    bool is_cast;     /* a cast stands before the operand */
    bool is_signed;   /* to a signed type, of more than eight bits */
    bool is_argument; /* the operand is all of an argument of a call */
} template_piece;

typedef struct operator_template {
    const template_piece *pieces; /* the last is ITEM_NONE */
    bool is_call;                 /* f(...), which needs no parentheses as an operand */
} operator_template;

/* For each opcode, those without C text included. */
const operator_template *templates_make(arena *a);

#endif
