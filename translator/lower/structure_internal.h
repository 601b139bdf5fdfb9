/* What lower/{structure,exits,switch}.c share: the state of placing one function's statements, and what a jump means
 * at a place in the C code. */
#ifndef WASMELT_LOWER_STRUCTURE_INTERNAL_H
#define WASMELT_LOWER_STRUCTURE_INTERNAL_H

#include "lower/structure.h"

#define MAX_DEPTH 70 /* of nested C statements; clang stops at 256 brackets */
/* Of br: each of many jumps may leave many constructs one by one, with a test behind each. */
#define MAX_TESTS(statements) (1000 + 4 * (size_t)(statements))
#define NOWHERE UINT32_MAX

/* A C construct that `break` leaves. */
typedef struct breakable {
    struct breakable *outer;
    uint32_t begin;        /* position of the statement it stands for */
    uint32_t switch_end;   /* a switch on br_table: position where its cases end, else 0 */
    VEC(uint32_t) escapes; /* labels that are left to by `br` and not reached inside */
} breakable;

/* What jumps mean at a place in the C code. */
typedef struct scope {
    uint32_t fall; /* point reached by falling off the end of the list */
    uint32_t brk, cont;
    breakable *inner;
    uint32_t depth;
} scope;

/* A label that a br_table does not name, but to whose code its cases jump, so that this must be a case of its
 * own: outlined. A label may be one of several tables, each inside a case of the next. */
typedef struct extra_case {
    uint32_t table; /* position of the br_table */
    uint32_t label;
    uint32_t next;  /* another of the same label: index into extras plus 1, or 0 */
    uint32_t next_of_table;
} extra_case;

typedef struct placer {
    ir_func *f;
    uint32_t count;      /* statements */
    uint32_t *meets;     /* for each position: the point that control at it is at */
    uint32_t *jumps;     /* for each position: the label of the first jump on the way to that point, or NO_INDEX */
    uint32_t *terminals; /* for each position that is not fallen into: the jump before it */
    bool *needs;         /* for each label: wants a construct */
    bool *outlined;      /* for each label: its code goes into a br_table's second switch */
    VEC(extra_case) extras;
    uint32_t *extra_of;  /* for each label: index into extras plus 1 of the latest, or 0 */
    uint32_t *extra_at;  /* for each br_table's position: the same */
    uint32_t *stamps;    /* for each label: the stamp of whoever saw it last */
    uint32_t *slots;     /* for each label: its group in the br_table that stamped it */
    uint32_t stamp;
    bool *placed;        /* for each statement that is not control: stands in the output */
    uint32_t plain_count, placed_count; /* statements that are not control: all, and those that stand in the output */
    size_t tests;        /* of br, in this run */
    VEC(uint32_t *) exits; /* where numbers of exits stand, in this run */
    bool changed;        /* this run asked for another one */
    bool failed;         /* too deep, too many tests, or a jump that cannot be expressed */
    stmt *void_return;
    bool uses_exit, tests_exit, drops_tests; /* see struct structured */
} placer;

/* The point a label's branches go to. */
static inline uint32_t target(const placer *p, uint32_t label_index) {
    const label *l = &p->f->labels.data[label_index];
    return l->kind == STMT_LOOP ? l->begin : p->meets[l->end + 1];
}

/* Whether a branch to the label, from inside, goes to a place in the list that ends at `end`. */
static inline bool ends_before(const placer *p, uint32_t label_index, uint32_t end) {
    const label *l = &p->f->labels.data[label_index];
    return l->kind != STMT_LOOP && l->end < end;
}

/* What falling off something that stops at `after` reaches, in a list that stops at `end`. */
static inline uint32_t fall_after(const placer *p, uint32_t after, uint32_t end, const scope *s) {
    return after >= end || p->meets[after] == p->meets[end] ? s->fall : p->meets[after];
}

/* What `br` is while control is on its way to the point; in the end they are numbered anew, in the same order. */
static inline uint32_t exit_number(uint32_t point) {
    return point + 1;
}

static inline scope deeper(scope s, uint32_t fall) {
    s.fall = fall;
    s.depth++;
    return s;
}

/* The scope inside a construct that `break` leaves for the point `brk`. */
static inline scope inside(scope s, breakable *b, uint32_t begin, uint32_t fall, uint32_t brk) {
    *b = (breakable){.outer = s.inner, .begin = begin};
    s.inner = b;
    s.brk = brk;
    return deeper(s, fall);
}

/* ---- structure.c ---- */

/* Appends the statements from `at` up to `end`. */
void place(placer *p, node_list *out, uint32_t at, uint32_t end, scope s);

/* Where the code that stops at `at` without falling jumps to, if that is a later place in the list that
 * stops at `end` (true: position and point are stored) and no `break` or `continue` goes there. */
bool skips_to(const placer *p, uint32_t at, uint32_t from, uint32_t end, const scope *s, uint32_t *stop,
              uint32_t *point);

node *append_if(placer *p, node_list *out, test_kind test, const expr *condition);

/* ---- exits.c ---- */

/* A jump that falling off the end of the list does not do. */
void place_jump(placer *p, node_list *out, uint32_t label_index, const scope *s);

void set_exit(placer *p, node_list *out, uint32_t exit);

/* Writes the number of an exit to a place where it stays. */
void note_exit(placer *p, uint32_t *place, uint32_t exit);

/* After the construct `b`, which stops at `at`: sends on what left it by `br`. Returns where placing goes on. */
uint32_t place_exits(placer *p, node_list *out, breakable *b, uint32_t at, uint32_t end, scope s);

/* ---- switch.c ---- */

/* The br_table at `at`, with the blocks' code that it jumps to. Returns where placing goes on. */
uint32_t place_table(placer *p, node_list *out, uint32_t at, uint32_t end, scope s);

#endif
