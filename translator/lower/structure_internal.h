/* What lower/{structure,exits,switch}.c share: the state of placing one function's statements, and what a jump means
 * from a given spot in the C code. */
#ifndef WASMELT_LOWER_STRUCTURE_INTERNAL_H
#define WASMELT_LOWER_STRUCTURE_INTERNAL_H

#include "lower/structure.h"

#define MAX_DEPTH 70 /* of nested C statements; clang stops at 256 brackets */
/* Of br, in one function: a jump that leaves n constructs one by one is tested behind each, so n jumps may need n * n tests.
 * Code that needs more is made flat. */
#define MAX_TESTS(statements) (1000 + 4 * (size_t)(statements))
#define NOWHERE UINT32_MAX

/* A C construct that `break` leaves. */
typedef struct breakable {
    struct breakable *outer;
    uint32_t begin;        /* position of the statement it stands for */
    uint32_t switch_end;   /* a switch on br_table: position where its cases end, else 0 */
    VEC(uint32_t) escapes; /* labels for which some jump inside sets `br` and breaks: they are tested for behind it */
} breakable;

/* What jumps mean where the next statement is put: which points they reach. */
typedef struct scope {
    uint32_t fall; /* point reached by falling off the end of the list */
    uint32_t brk, cont;
    breakable *inner;
    uint32_t depth;
} scope;

/* A label that a br_table does not name, but to whose code one of its cases jumps, so that this code needs a case of its own,
 * which is outlined (switch.c). A label may be extra to several tables, each inside a case of the next. */
typedef struct extra_case {
    uint32_t table; /* position of the br_table */
    uint32_t label;
    uint32_t next; /* another of the same label: index into extras plus 1, or 0 */
    uint32_t next_of_table;
} extra_case;

typedef struct placer {
    ir_func *f;
    uint32_t count;      /* statements */
    uint32_t *meets;     /* for each position: its point, the position of the first statement that does something there */
    uint32_t *jumps;     /* for each position: the label of the first br on the way to that point, or NO_INDEX */
    uint32_t *terminals; /* for each position: the br or void return that the code before it ends in, or NOWHERE */
    bool *needs;         /* for each block's label: becomes a BLOCK, so that `break` goes to its end */
    bool *outlined;      /* for each label: its code goes into a br_table's second switch */
    VEC(extra_case) extras;
    uint32_t *extra_of; /* for each label: index into extras plus 1 of the latest, or 0 */
    uint32_t *extra_at; /* for each br_table's position: the same */
    uint32_t *stamps;   /* for each label: the stamp of whoever saw it last */
    uint32_t *slots;    /* for each label: the index of its case in the br_table that stamped it */
    uint32_t stamp;
    bool *placed;                       /* for each statement that is not control: stands in the output */
    uint32_t plain_count, placed_count; /* statements that are not control: all, and those that stand in the output */
    size_t tests;                       /* of br, in this run */
    VEC(uint32_t *) exits;              /* all members of nodes that hold an exit's number, in this run: number_exits() changes them */
    bool changed;                       /* this run asked for another one */
    bool failed;                        /* too deep, too many tests, or a jump that cannot be expressed */
    stmt *void_return;
    bool uses_exit, tests_exit, drops_tests; /* see struct structured */
} placer;

/* The point a label's branches go to. */
static inline uint32_t target(const placer *p, uint32_t label_index) {
    const label *l = &p->f->labels.data[label_index];
    return l->kind == STMT_LOOP ? l->begin : p->meets[l->end + 1];
}

/* Whether a branch to the label, from inside, goes to a point within the list that ends at `end`. */
static inline bool ends_before(const placer *p, uint32_t label_index, uint32_t end) {
    const label *l = &p->f->labels.data[label_index];
    return l->kind != STMT_LOOP && l->end < end;
}

/* What falling off something that stops at `after` reaches, in a list that stops at `end`. */
static inline uint32_t fall_after(const placer *p, uint32_t after, uint32_t end, const scope *s) {
    return after >= end || p->meets[after] == p->meets[end] ? s->fall : p->meets[after];
}

/* What `br` is while control is on its way to the point. Once all is placed the numbers become 1, 2, 3, in the same order. */
static inline uint32_t exit_number(uint32_t point) {
    return point + 1;
}

static inline scope deeper(scope s, uint32_t fall) {
    s.fall = fall;
    s.depth++;
    return s;
}

/* The scope inside a construct that `break` leaves for the point `brk`; falling off its end reaches `fall`. */
static inline scope inside(scope s, breakable *b, uint32_t begin, uint32_t fall, uint32_t brk) {
    *b = (breakable){.outer = s.inner, .begin = begin};
    s.inner = b;
    s.brk = brk;
    return deeper(s, fall);
}

/* ---- structure.c ---- */

/* Appends the statements from `at` up to `end`. */
void structure_place(placer *p, node_list *out, uint32_t at, uint32_t end, scope s);

/* Whether the code before `at` ends in a jump over what follows it, to somewhere behind `from` in the list that stops at `end`,
 * and no `break` or `continue` goes there. Then *stop is the position where that list goes on, *point the jump's point. */
bool structure_skips_to(const placer *p, uint32_t at, uint32_t from, uint32_t end, const scope *s, uint32_t *stop, uint32_t *point);

node *structure_append_if(placer *p, node_list *out, test_kind test, const expr *condition);

/* ---- exits.c ---- */

/* A jump to the label, which falling off the end of the list does not reach. */
void exits_jump(placer *p, node_list *out, uint32_t label_index, const scope *s);

/* br = exit */
void exits_set(placer *p, node_list *out, uint32_t exit);

/* br = 0, where the exit is at its end. */
void exits_end(placer *p, node_list *out, uint32_t exit);

/* Writes an exit's number to a member of a node, which number_exits() will change to the final one. */
void exits_note(placer *p, uint32_t *number, uint32_t exit);

/* Behind the construct `b`, which stops at `at`: the tests of `br` that send each of its escapes on. Returns the position where
 * placing goes on. */
uint32_t exits_send_on(placer *p, node_list *out, breakable *b, uint32_t at, uint32_t end, scope s);

/* ---- switch.c ---- */

/* The br_table at `at`, with the blocks' code that it jumps to. Returns the position where placing goes on. */
uint32_t switch_place(placer *p, node_list *out, uint32_t at, uint32_t end, scope s);

#endif
