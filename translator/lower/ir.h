/* The tree IR of one function: what lower/build.c makes of the stack machine's code, what
 * lower/structure.c gives a goto-free shape, and what emit/ prints.
 *
 * A function is an array of statements in the order of the wasm code. Structured control stays linear
 * in it: BLOCK, LOOP and IF open a label, ELSE and END mark it, so that the array is as deep as the
 * input without being nested. Operands are expression trees of bounded size whose evaluation order is
 * free: build.c has put into statements of their own whatever must come before something else.
 *
 * Everything lives in the function's arena. */
#ifndef WASMELT_LOWER_IR_H
#define WASMELT_LOWER_IR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "wasm/opcodes.h"
#include "wasm/representation.h"

/* ---- Expressions ---- */

typedef enum expr_kind {
    EXPR_CONST,       /* value: bit pattern; for a reference: null */
    EXPR_VAR,         /* index: variable */
    EXPR_OP,          /* op on args, printed as its row in opcodes.def says */
    EXPR_LOAD,        /* op: load; index: memory; value: static offset; args[0]: address */
    EXPR_SELECT,      /* args[2] ? args[0] : args[1] */
    EXPR_GLOBAL,      /* index: global */
    EXPR_MEMORY_SIZE, /* index: memory */
    EXPR_TABLE_SIZE,  /* index: table */
    EXPR_TABLE_GET,   /* index: table; args[0]: element index */
    EXPR_REF_FUNC,    /* index: function */
    EXPR_IS_NULL,     /* args[0]: reference */
    EXPR_UNWINDING,   /* whether an exception is pending */
    EXPR_CAUGHT,      /* index: tag; whether the pending exception has it */
    EXPR_ADOPT,       /* args[0], a reference to an exception, as one to an exception of the module's heap */
    EXPR_RETAIN,      /* args[0], a reference that is counted for whoever is given it (lower/references.c) */
    EXPR_PAYLOAD,     /* value: which; args[0]: an exception whose tag is known */
    EXPR_FIELD,       /* index: the struct type that declares it; value: which; lane: 1 if it is sign-extended;
                         args[0]: a struct, not null */
    EXPR_ELEMENT,     /* index: array type; lane: 1 if it is sign-extended; args: array, a variable; index */
    EXPR_IS_TYPE,     /* value: a reference type; args[0]: reference, a variable; whether it is of that type */
    EXPR_CAST         /* the same; its reference */
} expr_kind;

/* Trees are capped at this many nodes: deeper ones are computed into a variable. */
#define EXPR_MAX_NODES 24

typedef struct expr expr;
struct expr {
    uint8_t kind;
    uint8_t nodes;    /* of the whole tree */
    uint8_t lane;     /* vector operations that have one; FIELD, ELEMENT */
    uint8_t hint;     /* condition of an if or br_if: a branch_hint_kind */
    uint16_t op;      /* opcode, for OP and LOAD */
    uint16_t effects; /* FX_* of the whole tree */
    uint32_t index;
    wasmelt_valtype type; /* of references as much as is known, or only their hierarchy */
    uint32_t offset;      /* of the instruction in the input */
    bool forced;          /* LOAD: the C compiler may neither drop it nor move it behind another trap (lower/forced.c) */
    uint64_t value;
    const uint8_t *bytes; /* the 16 of v128.const and i8x16.shuffle */
    expr *args[3];
};

/* The codes, FX_TRAPS_*, with which evaluating the node itself, apart from its operands, may trap. */
uint16_t expr_own_traps(const expr *e);

static inline bool expr_traps(const expr *e) {
    return expr_own_traps(e) != 0;
}

/* Whether the C of the tree has type int and is 0 or 1. */
static inline bool expr_is_bool(const expr *e) {
    return e->kind == EXPR_IS_NULL || e->kind == EXPR_UNWINDING || e->kind == EXPR_CAUGHT || e->kind == EXPR_IS_TYPE ||
           (e->kind == EXPR_OP && (opcode_table[e->op].effects & FX_BOOL));
}

static inline int expr_arg_count(const expr *e) {
    return !e->args[0] ? 0 : !e->args[1] ? 1 : !e->args[2] ? 2 : 3;
}

/* Whether both are the same operators on the same variables, constants, globals and sizes. They then have the same value,
 * unless something is assigned between them. */
bool expr_same(const expr *a, const expr *b);

/* ---- Variables ---- */

#define NO_VAR UINT32_MAX

typedef enum var_kind {
    VAR_PARAM,
    VAR_LOCAL,
    VAR_TEMP,  /* assigned once; declared where it is assigned */
    VAR_RESULT /* of a block, or parameter of a loop; declared at the function's top */
} var_kind;

/* Where the C declares a variable: found by lower/declare.c and lower/operands.c. */
typedef enum declared_at {
    DECLARED_NOWHERE,  /* a parameter, or not used */
    DECLARED_ON_TOP,   /* of the function, as zero */
    DECLARED_UNSET,    /* on top, without a value: it is assigned before it is read, whatever way control goes */
    DECLARED_BY_VALUE, /* by the assignment that `giver` is */
    DECLARED_NEVER     /* the call that `giver` is stands where the variable is read */
} declared_at;

typedef struct var {
    uint8_t kind;
    uint8_t declared;              /* declared_at */
    bool owned;                    /* keeps what it refers to alive (lower/references.c) */
    bool received;                 /* refers to an exception of the module's heap, whose collector keeps it alive */
    wasmelt_valtype type;          /* the one that stands for its representation */
    wasmelt_valtype declared_type; /* the module's */
    uint32_t reads;                /* in statements other than its own assignment; by uses_count */
    uint32_t writes;               /* assignments; by uses_count */
    const struct stmt *giver;      /* the last assignment, which is a temporary's only one, by uses_count; what `declared` says */
} var;

/* ---- Statements ---- */

typedef enum stmt_kind {
    STMT_NOP,
    STMT_SET,           /* result = args[0] */
    STMT_HOLD,          /* the same for an owned variable: counts the reference, and gives back the one before */
    STMT_HOLD_PARAMS,   /* parameters become owned or received variables */
    STMT_EVAL,          /* args[0], for its trap only */
    STMT_STORE,         /* op; index: memory; value: offset; args: address, value */
    STMT_GLOBAL_SET,    /* index; args[0] */
    STMT_GLOBAL_HOLD,   /* the same, as HOLD is for variables */
    STMT_CALL,          /* index: function */
    STMT_CALL_INDIRECT, /* index: type, index2: table; the last argument is the element index; or without a
                           table (NO_INDEX) the function reference */
    STMT_TAIL_CALL,
    STMT_TAIL_CALL_INDIRECT,
    STMT_OP,             /* op: bulk memory and table instructions, and those of structs and arrays that write or
                            allocate; index, index2, args, result */
    STMT_THROW,          /* index: tag; args: the payload. Only makes the exception pending, as THROW_REF does: an
                            UNWIND or a branch to a handler follows */
    STMT_THROW_REF,      /* args[0]; value: 1 if it is a variable that is done with and hands its reference on */
    STMT_CATCH,          /* result = the pending exception, which is pending no more */
    STMT_TRAP,           /* unreachable */
    STMT_KEEP_FRAME,     /* nothing, but C compilers may not drop it: the frame is needed until here (lower/frames.c) */
    STMT_PRETEND_RETURN, /* a return that is never taken, which C compilers cannot know (lower/recursion.c) */
    STMT_UNWIND,         /* leaves the function with an exception pending */
    STMT_RETURN,         /* args: the results */
    STMT_BLOCK,
    STMT_LOOP,
    STMT_IF, /* args[0]: condition */
    STMT_ELSE,
    STMT_END,
    STMT_BR,
    STMT_BR_IF,   /* args[0]: condition */
    STMT_BR_TABLE /* args[0]: index; targets */
} stmt_kind;

/* How an indirect call finds what it calls: lower/callees.c. */
typedef enum callee_kind {
    CALLEE_UNCHOSEN,
    CALLEE_REFERENCE, /* a function reference */
    CALLEE_ELEMENT,   /* an element of a table */
    CALLEE_FIXED,     /* one of a table that never changes */
    CALLEE_ONLY,      /* the one function that such a table has of the type */
    CALLEE_KINDS
} callee_kind;

typedef struct stmt {
    uint8_t kind;
    bool falls;     /* ELSE, END: control can come from the statement before */
    bool unwinds;   /* calls: leaves the function if an exception is pending after it */
    uint8_t callee; /* indirect calls: a callee_kind */
    uint8_t lane;   /* STORE of a lane */
    uint16_t op;
    uint32_t label; /* control statements */
    uint32_t index, index2;
    uint32_t result; /* first of `result_count` consecutive variables, or NO_VAR */
    uint32_t result_count;
    uint32_t arg_count;
    uint32_t target_count; /* BR_TABLE: labels, the default last */
    uint32_t offset;       /* of the instruction in the input */
    uint64_t value;
    expr **args;
    uint32_t *targets;
} stmt;

typedef struct label {
    uint8_t kind;     /* STMT_BLOCK, STMT_LOOP or STMT_IF */
    uint32_t begin;   /* positions in the statements */
    uint32_t else_at; /* IF with an else, else 0 */
    uint32_t end;
    uint32_t uses;                  /* branches to it */
    uint32_t last_use;              /* position of the last one */
    bool table_target;              /* a br_table names it */
    bool leaves;                    /* a branch inside goes to a block further out */
    uint32_t results, result_count; /* its results' variables, if they were needed */
    bool is_handler;                /* where the exceptions of a try's body go */
} label;

/* Whether the C of a function says `self`. */
typedef enum instance_use {
    INSTANCE_UNUSED,
    INSTANCE_PERHAPS, /* only in what may be printed in part, or in one of two ways */
    INSTANCE_USED
} instance_use;

typedef struct ir_func {
    const module *m;
    arena *arena;
    uint32_t index; /* function index */
    const type_def *type;
    VEC(stmt) stmts;
    VEC(var) vars; /* parameters, locals, then the rest */
    VEC(label) labels;
    bool calls_tail;            /* has tail calls other than to itself */
    bool calls;                 /* has calls that are no tail calls */
    bool calls_indirectly;      /* has calls through tables or references that are no tail calls */
    bool calls_back;            /* has direct calls that may lead back to it */
    bool leads_back;            /* has calls of any kind that may */
    uint64_t memories;          /* bit i: accesses memory i directly (i < 63; bit 63: some other one) */
    bool callees[CALLEE_KINDS]; /* has indirect calls of this kind */
    instance_use uses_instance; /* by lower/instance.c */
} ir_func;

#endif
