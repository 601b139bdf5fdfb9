/* The nested C statements of a function: a tree of nodes, which structure.c makes from the linear statements. */
#ifndef WASMELT_LOWER_STRUCTURE_H
#define WASMELT_LOWER_STRUCTURE_H

#include "lower/ir.h"

typedef enum node_kind {
    NODE_STMT,   /* stmt: any that is not control, and RETURN */
    NODE_IF,     /* if (condition) first else second */
    NODE_LOOP,   /* for (;;) first */
    NODE_BLOCK,  /* switch (0) default: first */
    NODE_SWITCH, /* switch (condition) cases */
    NODE_BREAK,
    NODE_CONTINUE,
    NODE_SET_EXIT, /* br = exit */
    NODE_EVAL      /* evaluates the condition for its trap */
} node_kind;

/* What an if or a switch tests. */
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

/* One group of case labels and the statements that follow it. */
typedef struct switch_case {
    uint32_t *values;
    uint32_t value_count;
    bool is_default;
    bool falls;       /* it falls through into the next case */
    bool clears_exit; /* it begins with br = 0 */
    node_list body;
} switch_case;

/* Members that are needed for every node come first, because most nodes are statements and jumps. */
struct node {
    uint8_t kind;
    uint8_t test;
    bool expected;   /* an if made from a br_if, which is assumed to be taken rarely */
    bool is_operand; /* a call that is printed inside of the next node (lower/operands.c) */
    bool calls_back; /* a call in it may lead back to the function (lower/frames.c) */
    bool on_line;    /* an if whose body is printed behind the condition (lower/lines.c) */
    bool is_goal;    /* a construct that is the `goal` of a jump */
    bool is_long;    /* a construct whose end is out of sight of its beginning */
    node *next;
    union {
        stmt *stmt;            /* STMT */
        const expr *condition; /* IF, SWITCH, EVAL; null if an exit decides */
        const node *goal;      /* BREAK, CONTINUE: the construct to whose end or beginning it goes, if that is out of sight; else null */
    };
    node_list body, otherwise;
    switch_case *cases;
    uint32_t case_count;
    uint32_t exit;   /* SET_EXIT, TEST_*_EXIT: the exit's number */
    uint32_t ends;   /* SET_EXIT to 0: the exit that ends here, if no test before says so */
    uint32_t number; /* BLOCK, LOOP, SWITCH: counted from the beginning of the function */
};

_Static_assert(sizeof(node) <= 80, "larger nodes make each pass over them slower: one of 96 bytes cost a tenth of all cache misses");

typedef struct structured {
    node_list body;
    bool uses_exit;   /* needs the variable `br` */
    bool tests_exit;  /* and reads it: otherwise all exits lead to where control goes anyway */
    bool drops_tests; /* some condition is left out, or only evaluated for its traps, because both paths lead to the same point */
    bool flat;        /* one loop around one switch: variables must be declared at the top */
    bool falls_off;   /* control may reach the end of the function */
    uint32_t ifs;     /* so many ifs, or fewer */
} structured;

/* The last resort of structure_nest(), in dispatch.c: code that cannot be nested shallowly becomes a switch in a loop. */
structured structure_flat(ir_func *f);

/* Whether control may reach the end of the list. If in doubt, yes. */
bool node_list_is_open(const node_list *list);

/* The condition that the node tests or evaluates; null if it has none, or tests an exit. */
static inline const expr *node_condition(const node *n) {
    return n->kind == NODE_IF || n->kind == NODE_SWITCH || n->kind == NODE_EVAL ? n->condition : NULL;
}

/* The k-th list of nodes in a construct, in the order of the code: its body, the other arm of an if, then its cases. Null behind the last.
 */
static inline node_list *node_part(const node *n, uint32_t k) {
    node *of = (node *)n;
    return k == 0 ? &of->body : k == 1 ? &of->otherwise : k - 2 < n->case_count ? &of->cases[k - 2].body : NULL;
}

/* The construct to which the jump goes; null if the node is no jump, or what it goes to is in sight. */
static inline const node *node_goal(const node *n) {
    return n->kind == NODE_BREAK || n->kind == NODE_CONTINUE ? n->goal : NULL;
}

/* Puts a node, which is in no list, at the end of the list. */
static inline void node_list_put(node_list *list, node *n) {
    n->next = NULL;
    if (list->last)
        list->last->next = n;
    else
        list->first = n;
    list->last = n;
}

/* Puts a node, which is in no list, behind `last`, a node of the list that is not its last one; or before all, if `last` is null. */
static inline void node_list_put_behind(node_list *list, node *last, node *n) {
    node **place = last ? &last->next : &list->first;
    n->next = *place;
    *place = n;
}

/* Appends a new node. */
static inline node *node_append(ir_func *f, node_list *list, node_kind kind) {
    node *n = arena_alloc(f->arena, sizeof *n);
    n->kind = (uint8_t)kind;
    node_list_put(list, n);
    return n;
}

/* Makes a node with a new statement, which is not in the function's array: for passes over nodes that add statements. */
static inline node *node_new_stmt(ir_func *f, stmt_kind kind) {
    node *n = arena_alloc(f->arena, sizeof *n);
    n->kind = NODE_STMT;
    n->stmt = arena_alloc(f->arena, sizeof *n->stmt);
    *n->stmt = (stmt){.kind = (uint8_t)kind, .result = NO_VAR};
    return n;
}

/* The same, which assigns the value to the variable. */
static inline node *node_new_set(ir_func *f, uint32_t variable, expr *value) {
    node *n = node_new_stmt(f, STMT_SET);
    n->stmt->args = arena_array(f->arena, 1, sizeof *n->stmt->args);
    n->stmt->args[0] = value;
    n->stmt->arg_count = n->stmt->result_count = 1;
    n->stmt->result = variable;
    f->vars.data[variable].writes++;
    return n;
}

/* Puts a node with a new statement at the beginning of the list. */
static inline void node_prepend_stmt(ir_func *f, node_list *list, stmt_kind kind) {
    node *n = node_new_stmt(f, kind);
    n->next = list->first;
    list->first = n;
    if (!n->next)
        list->last = n;
}

#endif
