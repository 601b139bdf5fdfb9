/* From linear statements to nested C statements without goto (see structure.c for how). */
#ifndef WASMELT_LOWER_STRUCTURE_H
#define WASMELT_LOWER_STRUCTURE_H

#include "lower/ir.h"

typedef enum node_kind {
    NODE_STMT,   /* stmt: any that is not control; also RETURN */
    NODE_IF,     /* if (condition) first else second */
    NODE_LOOP,   /* for (;;) first */
    NODE_BLOCK,  /* switch (0) default: first */
    NODE_SWITCH, /* switch (condition) cases */
    NODE_BREAK,
    NODE_CONTINUE,
    NODE_SET_EXIT, /* br = exit */
    NODE_EVAL      /* evaluate the condition for its trap */
} node_kind;

/* How an if or a switch decides. */
typedef enum test_kind {
    TEST_EXPR,       /* the tree */
    TEST_NOT_EXPR,   /* its negation */
    TEST_EXIT,       /* br == exit; in a switch: the value of br */
    TEST_NOT_EXIT,   /* br != exit */
    TEST_ABOVE_EXIT, /* br > exit */
    TEST_UPTO_EXIT,  /* br <= exit */
    TEST_ANY_EXIT,   /* br != 0 */
    TEST_NO_EXIT     /* br == 0 */
} test_kind;

typedef struct node node;

typedef struct node_list {
    node *first, *last;
} node_list;

/* One group of case labels and what follows it. */
typedef struct switch_case {
    uint32_t *values;
    uint32_t value_count;
    bool is_default;
    bool falls;       /* into the next case */
    bool clears_exit; /* begins with br = 0 */
    node_list body;
} switch_case;

/* What walks look at of every node stands first, as most nodes are statements and jumps. */
struct node {
    uint8_t kind;
    uint8_t test;
    bool expected;   /* an if made of a br_if: taken more often than not if the test is negated, else less often */
    bool is_operand; /* a call that stands inside of the next node (lower/operands.c) */
    bool calls_back; /* a call in it may lead back to the function (lower/frames.c) */
    bool on_line;    /* an if whose body stands behind the condition (lower/lines.c) */
    bool is_goal;    /* a construct whose number a jump says */
    bool is_long;    /* a construct whose end is out of sight of its beginning */
    node *next;
    union {
        stmt *stmt;            /* STMT */
        const expr *condition; /* IF, SWITCH, EVAL; null if an exit decides */
        const node *goal;      /* BREAK, CONTINUE: the construct that it leaves or goes on in, if that is far; else null */
    };
    node_list body, otherwise;
    switch_case *cases;
    uint32_t case_count;
    uint32_t exit;   /* SET_EXIT, TEST_*_EXIT */
    uint32_t ends;   /* SET_EXIT to 0: the exit that goes on here, if nothing else tells it */
    uint32_t number; /* BLOCK, LOOP, SWITCH: counted from the function's beginning */
};

_Static_assert(sizeof(node) <= 80, "larger nodes make each pass over them slower: one of 96 bytes cost a tenth of all cache misses");

typedef struct structured {
    node_list body;
    bool uses_exit;   /* needs the variable `br` */
    bool tests_exit;  /* and reads it: all exits may lead to where control goes anyway */
    bool drops_tests; /* a condition is left out, or evaluated for its traps only: both ways lead to the same point */
    bool flat;        /* one loop around one switch: variables must be declared at the top */
    bool falls_off;   /* control may come to the function's end */
} structured;

/* The last resort of structure_nest(), in dispatch.c: what cannot be nested shallowly becomes a switch in a loop. */
structured structure_flat(ir_func *f);

/* Whether control may come to the end of the list. Errs on the side of yes. */
bool node_list_is_open(const node_list *list);

/* What it decides by or evaluates; null if that is no tree. */
static inline const expr *node_condition(const node *n) {
    return n->kind == NODE_IF || n->kind == NODE_SWITCH || n->kind == NODE_EVAL ? n->condition : NULL;
}

/* The construct whose number the jump says; null if the node is none, or goes no further than can be seen. */
static inline const node *node_goal(const node *n) {
    return n->kind == NODE_BREAK || n->kind == NODE_CONTINUE ? n->goal : NULL;
}

/* Appends a new node. */
static inline node *node_append(ir_func *f, node_list *list, node_kind kind) {
    node *n = arena_alloc(f->arena, sizeof *n);
    n->kind = (uint8_t)kind;
    if (list->last)
        list->last->next = n;
    else
        list->first = n;
    list->last = n;
    return n;
}

/* A node with a statement that is none of the function's array: one that a pass over nodes adds. */
static inline node *node_new_stmt(ir_func *f, stmt_kind kind) {
    node *n = arena_alloc(f->arena, sizeof *n);
    n->kind = NODE_STMT;
    n->stmt = arena_alloc(f->arena, sizeof *n->stmt);
    *n->stmt = (stmt){.kind = (uint8_t)kind, .result = NO_VAR};
    return n;
}

/* Puts such a node before all others of the list. */
static inline void node_prepend_stmt(ir_func *f, node_list *list, stmt_kind kind) {
    node *n = node_new_stmt(f, kind);
    n->next = list->first;
    list->first = n;
    if (!n->next)
        list->last = n;
}

#endif
