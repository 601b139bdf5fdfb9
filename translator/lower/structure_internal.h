/* What structure.c, exits.c and switch.c share: the state of placing the statements of one function, and what a jump means from a given
 * place in the C code. */
#ifndef WASMELT_LOWER_STRUCTURE_INTERNAL_H
#define WASMELT_LOWER_STRUCTURE_INTERNAL_H

#include "lower/structure.h"

#define MAX_DEPTH 100 /* of nested C statements; clang stops at 256 brackets */
/* The most tests of br in one function. A jump that leaves n constructs one by one is tested after each, so n jumps may need n * n tests.
 * Code that needs more tests becomes one flat switch. */
#define MAX_TESTS(statements) (1000 + 4 * (size_t)(statements))
#define NOWHERE UINT32_MAX

/* A C construct that `break` leaves. */
typedef struct breakable {
    uint32_t begin;      /* position of the statement that it was made from */
    uint32_t switch_end; /* a switch for a br_table: position where its cases end; else 0 */
    size_t escapes;      /* where those of the construct begin in the placer's `escapes` */
} breakable;

/* Which points jumps reach from the place of the next statement. */
typedef struct scope {
    uint32_t fall; /* point reached by falling off the end of the list */
    uint32_t brk, cont;
    breakable *inner;
    uint32_t depth;
} scope;

/* A label that a br_table does not name, but to whose code one of its cases jumps. So this code needs a case of its own, which stands in a
 * second switch (`outlined`, see switch.c). A label can be extra to several tables, each of which is inside a case of the next. */
typedef struct extra_case {
    uint32_t table; /* position of the br_table */
    uint32_t label;
    uint32_t next; /* the next one of the same label: index into extras plus 1, or 0 */
    uint32_t next_of_table;
} extra_case;

typedef struct placer {
    ir_func *f;
    uint32_t count;      /* number of statements */
    uint32_t *meets;     /* for each position: its point, which is the position of the first statement that does something there */
    uint32_t *jumps;     /* for each position: the label of the first br on the path to that point, or NO_INDEX */
    uint32_t *terminals; /* for each position: the br or void return in which the code before it ends, or NOWHERE */
    bool *needs;         /* for the label of each block: it becomes a BLOCK, so that `break` goes to its end */
    bool *outlined;      /* for each label: its code is put into the second switch of a br_table */
    VEC(extra_case) extras;
    uint32_t *extra_of; /* for each label: index into extras plus 1 of the latest one, or 0 */
    uint32_t *extra_at; /* for the position of each br_table: likewise */
    uint32_t *stamps;   /* for each label: the number of the last search that met it */
    uint32_t *slots;    /* for each label: the index of its case in the br_table whose search met it last */
    uint32_t stamp;
    bool *placed;                       /* for each statement that is not control: it is in the output */
    uint32_t plain_count, placed_count; /* statements that are not control: their number, and how many are in the output */
    VEC(uint32_t) escapes;              /* of each construct that is being placed, the innermost last: the labels for which some jump inside
                                           sets `br` and breaks; `br` is tested for them after the construct */
    uint32_t ifs;                       /* number of ifs in this run */
    size_t tests;                       /* number of tests of br in this run */
    VEC(uint32_t *) exits;              /* all members of nodes that hold the number of an exit: number_exits() changes them */
    bool changed;                       /* this run asked for another run */
    bool failed;                        /* too deep, too many tests, or a jump that cannot be expressed */
    stmt *void_return;
    bool uses_exit, tests_exit, drops_tests; /* see struct structured */
} placer;

/* The point to which branches to the label go. */
static inline uint32_t label_target(const placer *p, uint32_t label_index) {
    const label *l = &p->f->labels.data[label_index];
    return l->kind == STMT_LOOP ? l->begin : p->meets[l->end + 1];
}

/* Whether a branch to the label from inside its code goes to a point in the list that ends at `end`. */
static inline bool ends_before(const placer *p, uint32_t label_index, uint32_t end) {
    const label *l = &p->f->labels.data[label_index];
    return l->kind != STMT_LOOP && l->end < end;
}

/* The point reached by falling off a construct that ends at `after`, in a list that ends at `end`. */
static inline uint32_t fall_after(const placer *p, uint32_t after, uint32_t end, const scope *s) {
    return after >= end || p->meets[after] == p->meets[end] ? s->fall : p->meets[after];
}

/* The value of `br` while control is on its way to the point. Once everything is placed, the numbers become 1, 2, 3 ... in the same
 * order. */
static inline uint32_t exit_number(uint32_t point) {
    return point + 1;
}

static inline scope scope_deeper(scope s, uint32_t fall) {
    s.fall = fall;
    s.depth++;
    return s;
}

/* The scope inside a construct from which `break` goes to the point `brk`, and falling off its end to `fall`. */
static inline scope scope_inside(const placer *p, scope s, breakable *b, uint32_t begin, uint32_t fall, uint32_t brk) {
    *b = (breakable){.begin = begin, .escapes = p->escapes.count};
    s.inner = b;
    s.brk = brk;
    return scope_deeper(s, fall);
}

/* ---- structure.c ---- */

/* Appends the statements from `at` up to `end`. */
void structure_place(placer *p, node_list *out, uint32_t at, uint32_t end, scope s);

/* Whether the code before `at` ends in a jump over the code that follows, to a point after `from` in the list that ends at `end`, and
 * neither `break` nor `continue` goes to that point. Then stores the position where that list goes on in *stop, and the point in *point. */
bool structure_skips_to(const placer *p, uint32_t at, uint32_t from, uint32_t end, const scope *s, uint32_t *stop, uint32_t *point);

node *structure_append_if(placer *p, node_list *out, test_kind test, const expr *condition);

/* ---- exits.c ---- */

/* Appends a jump to the label, whose point is not reached by falling off the end of the list. */
void exits_jump(placer *p, node_list *out, uint32_t label_index, const scope *s);

/* Appends br = exit. */
void exits_set(placer *p, node_list *out, uint32_t exit);

/* Appends br = 0, at the point to which the exit goes. */
void exits_end(placer *p, node_list *out, uint32_t exit);

/* Stores the number of an exit in a member of a node. number_exits() will replace it by the final number. */
void exits_note(placer *p, uint32_t *number, uint32_t exit);

/* Appends, after the construct `b`, which ends at `at`, the tests of `br` that take each of its escapes further. Returns the position at
 * which placing goes on. */
uint32_t exits_send_on(placer *p, node_list *out, breakable *b, uint32_t at, uint32_t end, scope s);

/* ---- switch.c ---- */

/* Places the br_table at `at` with the code of the blocks to which it jumps. Returns the position at which placing goes on. */
uint32_t switch_place(placer *p, node_list *out, uint32_t at, uint32_t end, scope s);

#endif
