/* The tree IR of one function. lower/build.c makes it from the code of the stack machine, lower/structure.c gives it a shape without goto,
 * and emit/ prints it.
 *
 * A function is an array of statements in the order of the WebAssembly code. Structured control is linear, too: BLOCK, LOOP and IF open a
 * label, ELSE and END refer to it. So input that is nested deeply does not make the IR deep. The operands of statements are expression
 * trees of bounded size. C may evaluate the operands of a tree or statement in any order: where the order matters, build.c has put an
 * operand into a statement of its own before.
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
    EXPR_ADOPT,       /* args[0], a reference to any exception; the result refers to an exception of the module's heap */
    EXPR_RETAIN,      /* args[0], a reference, which is counted for whoever gets it (lower/references.c) */
    EXPR_PAYLOAD,     /* value: number of the payload's value; args[0]: an exception whose tag is known */
    EXPR_FIELD,       /* index: the struct type that declares the field; value: number of the field; lane: 1 if it is sign-extended;
                         args[0]: a struct, not null */
    EXPR_ELEMENT,     /* index: array type; lane: 1 if it is sign-extended; args: array, a variable; index */
    EXPR_WITHIN,      /* the lesser of args[0], a count, and the length of args[1], an array in a variable, which is 0 for null;
                         lane: WITHIN_* */
    EXPR_IS_TYPE,     /* whether args[0], a reference in a variable, is of the type `value`, a reference type */
    EXPR_OPAQUE,      /* args[0], an integer of which C compilers must know nothing (lower/hide.c, lower/chains.c) */
    EXPR_USED,        /* args[0], a number that C compilers must compute, whatever becomes of it (lower/needed.c) */
    EXPR_CAST         /* args[0], a reference in a variable, which must be of the type `value`, or this traps */
} expr_kind;

enum {
    WITHIN_SIGNED = 1,  /* the count may be negative; then the result is 0 */
    WITHIN_INCLUDED = 2 /* the count is one more */
};

/* The most nodes that a tree may have: parts of larger ones are computed into variables. */
#define EXPR_MAX_NODES 24

typedef struct expr expr;
typedef struct ir_func ir_func;
struct expr {
    uint8_t kind;
    uint8_t nodes;    /* number of nodes of the whole tree */
    uint8_t lane;     /* lane number of a vector operation; FIELD, ELEMENT: see above */
    uint8_t hint;     /* condition of an if or br_if: a branch_hint_kind */
    uint16_t op;      /* opcode, for OP and LOAD */
    uint16_t effects; /* FX_* of the whole tree */
    uint32_t index;
    wasmelt_valtype type; /* for a reference, as much as is known, perhaps only its hierarchy */
    uint32_t offset;      /* byte offset of the instruction in the input */
    bool forced;          /* LOAD: the C compiler must neither drop it nor move it behind another trap (lower/forced.c) */
    uint8_t canonical; /* OP, VAR: NaNs among its floats, which have this many bits, become canonical; 0: they stay (lower/canonical.c) */
    bool in_bounds;    /* ELEMENT: array and index have been checked before (lower/counting.c) */
    uint8_t hidden;    /* OP: what C compilers must not see as what it is: hidden_operand(k) for args[k], HIDDEN_ITSELF (lower/hide.c) */
    uint64_t value;
    const uint8_t *bytes; /* the 16 bytes of v128.const and i8x16.shuffle */
    expr *args[3];
};

#define HIDDEN_ITSELF 8

static inline uint8_t hidden_operand(int k) {
    return (uint8_t)(1 << k);
}

/* The low (0) or high (1) half of the vector that v128.const makes. */
static inline uint64_t expr_vector_half(const expr *e, int half) {
    uint64_t value = 0;
    for (int k = 8; k-- > 0;)
        value = value << 8 | e->bytes[8 * half + k];
    return value;
}

/* The traps, FX_TRAPS_*, that evaluating the node itself, without its operands, may cause. */
uint16_t expr_own_traps(const expr *e);

static inline bool expr_traps(const expr *e) {
    return expr_own_traps(e) != 0;
}

/* Whether the C of the tree has type int and the value 0 or 1. */
static inline bool expr_is_bool(const expr *e) {
    return e->kind == EXPR_IS_NULL || e->kind == EXPR_UNWINDING || e->kind == EXPR_CAUGHT || e->kind == EXPR_IS_TYPE ||
           (e->kind == EXPR_OP && (opcode_table[e->op].effects & FX_BOOL));
}

static inline int expr_arg_count(const expr *e) {
    return !e->args[0] ? 0 : !e->args[1] ? 1 : !e->args[2] ? 2 : 3;
}

/* Makes a tree that reads the variable. Its reads are not counted. */
expr *expr_of_var(const ir_func *f, uint32_t variable);

/* Makes a tree of that kind, OPAQUE or USED, around this one. */
expr *expr_around(const ir_func *f, expr_kind kind, const expr *e);

/* Whether two trees are the same operators on the same variables, constants, globals and sizes. They have the same value unless something
 * is assigned between their evaluations. */
bool expr_same(const expr *a, const expr *b);

/* ---- Variables ---- */

#define NO_VAR UINT32_MAX

typedef enum var_kind {
    VAR_PARAM,
    VAR_LOCAL,
    VAR_TEMP,  /* assigned once; declared where it is assigned */
    VAR_RESULT /* a result of a block or a parameter of a loop */
} var_kind;

/* Where the C declares a variable. The passes declare and operands decide it. */
typedef enum declared_at {
    DECLARED_NOWHERE,  /* it is a parameter, or not used */
    DECLARED_ON_TOP,   /* at the top of the function, as zero */
    DECLARED_UNSET,    /* at the top, without a value: every path to a read of it passes an assignment */
    DECLARED_BY_VALUE, /* by the assignment `giver` */
    DECLARED_NEVER     /* it is not declared: the call `giver` is printed where the variable is read */
} declared_at;

typedef struct var {
    uint8_t kind;
    uint8_t declared;              /* declared_at */
    bool owned;                    /* keeps what it refers to alive (lower/references.c) */
    bool received;                 /* refers to an exception of the module's heap, which the collector keeps alive */
    bool in_memory;                /* is volatile, so that C compilers do not follow its value (lower/declare.c) */
    wasmelt_valtype type;          /* the type that stands for its representation (wasm/representations.def) */
    wasmelt_valtype declared_type; /* its type in the module */
    uint32_t reads;                /* number of reads, without those in its own assignment; counted by uses_count */
    uint32_t writes;               /* number of assignments; counted by uses_count */
    const struct stmt *giver;      /* after uses_count: the last assignment, which is a temporary's only one; after declare: see
                                      `declared` */
} var;

static inline bool var_is_declared_on_top(const var *v) {
    return v->declared == DECLARED_ON_TOP || v->declared == DECLARED_UNSET;
}

/* ---- Statements ---- */

typedef enum stmt_kind {
    STMT_NOP,
    STMT_SET,           /* result = args[0] */
    STMT_HOLD,          /* the same for an owned variable: counts the new reference and releases the old one */
    STMT_HOLD_PARAMS,   /* parameters become owned or received variables */
    STMT_EVAL,          /* evaluates args[0] for its trap only */
    STMT_STORE,         /* op; index: memory; value: offset; args: address, value */
    STMT_GLOBAL_SET,    /* index; args[0] */
    STMT_GLOBAL_HOLD,   /* the same, as HOLD is for variables */
    STMT_CALL,          /* index: function */
    STMT_CALL_INDIRECT, /* index: type; index2: table, and the last argument is the element's index; or NO_INDEX, and the last
                           argument is the function reference */
    STMT_TAIL_CALL,
    STMT_TAIL_CALL_INDIRECT,
    STMT_OP,             /* op: bulk memory and table instructions, and those of structs and arrays that write or
                            allocate; index, index2, args, result */
    STMT_THROW,          /* index: tag; args: the payload. Only makes the exception pending, as THROW_REF does: an
                            UNWIND or a branch to a handler follows */
    STMT_THROW_REF,      /* args[0]; value: 1 if it is a variable that is not read any more and passes its reference on */
    STMT_CATCH,          /* result = the pending exception, which is not pending any more */
    STMT_TRAP,           /* unreachable */
    STMT_KEEP_FRAME,     /* does nothing, but C compilers cannot drop it: the frame is needed up to here (lower/frames.c) */
    STMT_SEAM,           /* does nothing, but is a branch to C compilers, which uses args[0], if it has it (lower/seams.c) */
    STMT_STACK_MAY_END,  /* does nothing, but seems to use all memory (lower/recursion.c) */
    STMT_PRETEND_RETURN, /* the same, and a return that is never taken, which C compilers cannot know */
    STMT_FUEL,           /* pays `value` units of fuel; with args[0], a length, a unit for each `value` of it (lower/fuel.c);
                            index: 1 if the function's copy of the fuel may be out of date (lower/fuel_copy.c) */
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

/* How an indirect call finds the function to call: lower/callees.c. */
typedef enum callee_kind {
    CALLEE_UNCHOSEN,
    CALLEE_REFERENCE, /* by a function reference */
    CALLEE_ELEMENT,   /* by an element of a table */
    CALLEE_FIXED,     /* by a constant copy of a table that never changes */
    CALLEE_ONLY,      /* directly: such a table has only one function of the type */
    CALLEE_KINDS
} callee_kind;

typedef struct stmt {
    uint8_t kind;
    bool falls;     /* ELSE, END: control can reach it from the statement before */
    bool unwinds;   /* calls: leaves the function if an exception is pending after the call */
    uint8_t callee; /* indirect calls: a callee_kind */
    uint8_t lane;   /* STORE of a lane: its number */
    bool in_bounds; /* OP array.set: array and index have been checked before */
    bool framed;    /* RETURN, SET: keeps the frame as KEEP_FRAME does, by its value (lower/frames.c) */
    uint16_t op;
    uint32_t label; /* control statements */
    uint32_t index, index2;
    uint32_t result; /* first of `result_count` consecutive variables, or NO_VAR */
    uint32_t result_count;
    uint32_t arg_count;
    uint32_t target_count; /* BR_TABLE: labels, the default last */
    uint32_t offset;       /* byte offset of the instruction in the input */
    uint64_t value;
    expr **args;
    uint32_t *targets;
} stmt;

typedef struct label {
    uint8_t kind;     /* STMT_BLOCK, STMT_LOOP or STMT_IF */
    uint32_t begin;   /* position of the statement that opens it */
    uint32_t else_at; /* IF: position of the else, or 0 */
    uint32_t end;
    uint32_t uses;                  /* number of branches to it */
    uint32_t last_use;              /* position of the last one */
    bool table_target;              /* a br_table names it */
    bool leaves;                    /* a branch inside it goes to a block further out */
    uint32_t results, result_count; /* the variables of its results, if they were needed */
    bool is_handler;                /* exceptions thrown in the body of a try go to it */
} label;

/* Whether the C of a function says `self`. */
typedef enum instance_use {
    INSTANCE_UNUSED,
    INSTANCE_PERHAPS, /* only in code that may be left out, or printed in one of two ways */
    INSTANCE_USED
} instance_use;

struct ir_func {
    const module *m;
    arena *arena;
    uint32_t index; /* function index */
    const type_def *type;
    VEC(stmt) stmts;
    VEC(var) vars; /* parameters, locals, then temporaries and results */
    VEC(label) labels;
    bool keeps_fuel;            /* has a copy of the fuel; filled by lower/fuel_copy.c */
    bool calls_tail;            /* has tail calls, other than to itself */
    bool calls;                 /* has calls that are not tail calls */
    bool calls_indirectly;      /* has calls through tables or references that are not tail calls */
    bool calls_back;            /* has direct calls that may lead back to this function */
    bool leads_back;            /* has calls of any kind that may lead back to this function */
    bool evaluates;             /* may have EVAL statements */
    bool computes_apart;        /* has no effect but to call itself: its code is apart from an entry for others (lower/recursion.c) */
    uint32_t operations;        /* bit i: has operators whose `operation` is i */
    uint64_t memories;          /* bit i: has accesses to memory i (i < 63; bit 63: to another one) */
    bool callees[CALLEE_KINDS]; /* has indirect calls of this kind */
    instance_use uses_instance; /* filled by lower/instance.c */
};

#endif
