/* Structured recovery: nested C statements for linear code, without goto.
 *
 * In comes the statement array with its labels; out goes a tree of C statements. Each point of the code
 * has a number, the position of the first statement that does something there (`meet`): labels whose
 * code starts at the same point are the same target. While statements are placed, the scope says which
 * point is reached by falling off the end of the current list, by `break` and by `continue`. A jump is
 * then nothing, `break`, `continue`, or, if none fits, `br = exit; break;`, and a test of `br` after the
 * construct that was left sends it on. `br` is nonzero only while such an exit is in flight.
 *
 *  - Blocks dissolve: their code joins the list around them. A forward `br_if` to the end of a block in
 *    the same list wraps the statements between in `if (!c) { ... }`.
 *  - Where an arm of an `if` ends in a jump over the statements after the `if`, these move into the
 *    other arm, so that the jump needs nothing.
 *  - A block some branch to which cannot be had like this becomes `BLOCK { ... }` (`switch (0) default:`), which
 *    `break` leaves and `continue` passes through.
 *  - A `br_table` is a `switch` whose cases hold the code between the ends of the blocks that it names,
 *    falling through from each to the next. Code that other cases jump into stands in a second switch.
 *  - A loop is `for (;;)`.
 *
 * Which blocks need a construct is found by running the placement until no branch asks for another one;
 * code so tangled or deep that this does not settle soon becomes one flat switch (dispatch.c). Each run
 * is linear in the statements, and the runs are bounded. */
#include "lower/structure.h"

#include <stdlib.h>

#define MAX_RUNS 60
#define MAX_DEPTH 70 /* of nested C statements; clang stops at 256 brackets */
#define MAX_CHAIN 1000 /* of an if in the else of an if ...: passes over the C statements recurse that deep */
#define MAX_EXTRAS 4000 /* searched for each br_table */
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
} extra_case;

typedef struct placer {
    ir_func *f;
    uint32_t count;      /* statements */
    uint32_t *meets;     /* for each position: the point that control at it is at */
    uint32_t *terminals; /* for each position that is not fallen into: the jump before it */
    bool *needs;         /* for each label: wants a construct */
    bool *outlined;      /* for each label: its code goes into a br_table's second switch */
    VEC(extra_case) extras;
    uint32_t *extra_of;  /* for each label: index into extras plus 1 of the latest, or 0 */
    uint32_t *stamps;    /* for each label: the stamp of whoever saw it last */
    uint32_t *slots;     /* for each label: its group in the br_table that stamped it */
    uint32_t stamp;
    bool *placed;        /* for each statement that is not control: stands in the output */
    bool changed;        /* this run asked for another one */
    bool failed;         /* too deep, or a jump that cannot be expressed */
    stmt *void_return;
    bool uses_exit, tests_exit;
} placer;

static void place(placer *p, node_list *out, uint32_t at, uint32_t end, scope s);

node *node_append(ir_func *f, node_list *list, node_kind kind) {
    node *n = arena_alloc(f->arena, sizeof *n);
    n->kind = (uint8_t)kind;
    if (list->last)
        list->last->next = n;
    else
        list->first = n;
    list->last = n;
    return n;
}

/* ---- Facts about positions ---- */

static bool is_void_return(const stmt *s) {
    return s->kind == STMT_RETURN && s->arg_count == 0;
}

static void find_meets(placer *p) {
    const stmt *stmts = p->f->stmts.data;
    const label *labels = p->f->labels.data;
    p->meets[p->count] = p->count;
    for (uint32_t at = p->count; at-- > 0;) {
        const stmt *s = &stmts[at];
        uint32_t meet = at;
        if (s->kind == STMT_BLOCK || s->kind == STMT_END || s->kind == STMT_NOP)
            meet = p->meets[at + 1];
        else if (s->kind == STMT_ELSE)
            meet = p->meets[labels[s->label].end + 1];
        else if (s->kind == STMT_BR && labels[s->label].kind == STMT_LOOP)
            meet = labels[s->label].begin;
        else if (s->kind == STMT_BR)
            meet = p->meets[labels[s->label].end + 1];
        else if (is_void_return(s))
            meet = p->count;
        p->meets[at] = meet;
    }
}

static void find_terminals(placer *p) {
    const stmt *stmts = p->f->stmts.data;
    const label *labels = p->f->labels.data;
    p->terminals[0] = NOWHERE;
    for (uint32_t at = 1; at <= p->count; at++) {
        const stmt *before = &stmts[at - 1];
        uint32_t found = NOWHERE;
        if (before->kind == STMT_BR || is_void_return(before))
            found = at - 1;
        else if (before->kind == STMT_END && labels[before->label].kind == STMT_BLOCK)
            found = p->terminals[at - 1];
        else if (before->kind == STMT_END && labels[before->label].kind == STMT_IF &&
                 labels[before->label].else_at)
            found = p->terminals[labels[before->label].else_at];
        p->terminals[at] = found;
    }
}

/* The point a label's branches go to. */
static uint32_t target(const placer *p, uint32_t label_index) {
    const label *l = &p->f->labels.data[label_index];
    return l->kind == STMT_LOOP ? l->begin : p->meets[l->end + 1];
}

/* Whether a branch to the label, from inside, goes to a place in the list that ends at `end`. */
static bool ends_before(const placer *p, uint32_t label_index, uint32_t end) {
    const label *l = &p->f->labels.data[label_index];
    return l->kind != STMT_LOOP && l->end < end;
}

/* What falling off something that stops at `after` reaches, in a list that stops at `end`. */
static uint32_t fall_after(const placer *p, uint32_t after, uint32_t end, const scope *s) {
    return after >= end || p->meets[after] == p->meets[end] ? s->fall : p->meets[after];
}

/* ---- Jumps ---- */

static uint32_t exit_number(uint32_t point) {
    return point + 1;
}

static void set_exit(placer *p, node_list *out, uint32_t exit) {
    p->uses_exit = true;
    node_append(p->f, out, NODE_SET_EXIT)->exit = exit;
}

/* Whether the label's code is a case of the br_table that `b` is the switch of. */
static bool is_case_of(const placer *p, const breakable *b, uint32_t label_index) {
    const label *l = &p->f->labels.data[label_index];
    return b->switch_end != 0 && l->kind != STMT_LOOP && l->begin < b->begin && l->end > b->begin &&
           l->end < b->switch_end;
}

static bool is_extra(const placer *p, uint32_t table, uint32_t label_index) {
    for (uint32_t i = p->extra_of[label_index]; i != 0; i = p->extras.data[i - 1].next)
        if (p->extras.data[i - 1].table == table)
            return true;
    return false;
}

/* Notes that the innermost construct is left for the label by `br`, and what would have helped. */
static void request_exit(placer *p, uint32_t label_index, const scope *s) {
    breakable *b = s->inner;
    const label *l = &p->f->labels.data[label_index];
    if (b && is_case_of(p, b, label_index)) {
        if (!is_extra(p, b->begin, label_index)) {
            p->outlined[label_index] = p->changed = true;
            *vec_push(&p->extras) = (extra_case){b->begin, label_index, p->extra_of[label_index]};
            p->extra_of[label_index] = (uint32_t)p->extras.count;
        }
        return;
    }
    bool leaves_construct_inside = b && b->begin > l->begin;
    if (l->kind != STMT_LOOP && !leaves_construct_inside && !p->needs[label_index])
        p->needs[label_index] = p->changed = true;
    if (b)
        *vec_push(&b->escapes) = label_index;
    else if (!p->changed) /* a run that asks for another one goes on, to find what else that needs */
        p->failed = true;
}

/* A jump that falling off the end of the list does not do. */
static void place_jump(placer *p, node_list *out, uint32_t label_index, const scope *s) {
    uint32_t point = target(p, label_index);
    if (point == p->count) {
        node_append(p->f, out, NODE_STMT)->stmt = p->void_return;
    } else if (point == s->cont) {
        node_append(p->f, out, NODE_CONTINUE);
    } else {
        if (point != s->brk) {
            request_exit(p, label_index, s);
            set_exit(p, out, exit_number(point));
        }
        node_append(p->f, out, NODE_BREAK);
    }
}

bool node_list_is_open(const node_list *list) {
    const node *last = list->last;
    if (!last)
        return true;
    if (last->kind == NODE_BREAK || last->kind == NODE_CONTINUE)
        return false;
    if (last->kind == NODE_STMT)
        return last->stmt->kind != STMT_RETURN && last->stmt->kind != STMT_UNWIND && last->stmt->kind != STMT_TRAP &&
               last->stmt->kind != STMT_TAIL_CALL && last->stmt->kind != STMT_TAIL_CALL_INDIRECT;
    if (last->kind == NODE_IF)
        return node_list_is_open(&last->body) || node_list_is_open(&last->otherwise);
    return true;
}

static node *append_if(placer *p, node_list *out, test_kind test, const expr *condition) {
    node *n = node_append(p->f, out, NODE_IF);
    p->tests_exit |= test != TEST_EXPR && test != TEST_NOT_EXPR;
    n->test = (uint8_t)test;
    n->condition = condition;
    return n;
}

/* An if with these arms; only the condition's traps if both are empty. */
static node *append_arms(placer *p, node_list *out, test_kind test, const expr *condition,
                         node_list body, node_list otherwise) {
    if (!body.first && !otherwise.first) {
        if (condition->effects & FX_TRAPS)
            node_append(p->f, out, NODE_EVAL)->condition = condition;
        return NULL;
    }
    node *n = append_if(p, out, test, condition);
    if (body.first) {
        n->body = body;
        n->otherwise = otherwise;
    } else {
        n->test = test == TEST_EXPR ? TEST_NOT_EXPR : TEST_EXPR;
        n->body = otherwise;
    }
    return n;
}

static scope deeper(scope s, uint32_t fall) {
    s.fall = fall;
    s.depth++;
    return s;
}

/* The scope inside a construct that `break` leaves for the point `brk`. */
static scope inside(scope s, breakable *b, uint32_t begin, uint32_t fall, uint32_t brk) {
    *b = (breakable){.outer = s.inner, .begin = begin};
    s.inner = b;
    s.brk = brk;
    return deeper(s, fall);
}

/* ---- After a construct: sending on what left it by `br` ---- */

/* Labels whose code is further on in the same list, the farthest first (which is not always the one with the farthest
 * point: a block's end may be a jump): wraps what each skips. Returns where placing goes on. */
static uint32_t place_skips(placer *p, node_list *out, const uint32_t *labels, size_t count, uint32_t at,
                            uint32_t end, scope s) {
    if (count == 0 || p->failed)
        return at;
    if (s.depth > MAX_DEPTH) {
        p->failed = true;
        return at;
    }
    uint32_t point = target(p, labels[0]);
    uint32_t stop = ends_before(p, labels[0], end) ? p->f->labels.data[labels[0]].end : end;
    if (point == p->meets[at])
        stop = at;
    scope in = deeper(s, point);
    node_list skipped = {0};
    uint32_t next = place_skips(p, &skipped, labels + 1, count - 1, at, stop, in);
    place(p, &skipped, next, stop, in);
    if (skipped.first) {
        node *n = append_if(p, out, count == 1 ? TEST_NO_EXIT : TEST_NOT_EXIT, NULL);
        n->exit = exit_number(point);
        n->body = skipped;
    }
    set_exit(p, out, 0);
    return stop;
}

static int descending(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? 1 : x > y ? -1 : 0;
}

static uint32_t dispatch(placer *p, node_list *out, breakable *b, uint32_t at, uint32_t end, scope s) {
    if (b->escapes.count == 0 || p->failed) {
        vec_free(&b->escapes);
        return at;
    }
    ir_func *f = p->f;
    /* Each target once. */
    size_t count = 0, kept = 0;
    uint64_t *sorted = arena_array(f->arena, b->escapes.count, sizeof *sorted);
    for (size_t i = 0; i < b->escapes.count; i++) {
        uint32_t l = b->escapes.data[i];
        sorted[i] = (uint64_t)target(p, l) << 32 | l;
    }
    qsort(sorted, b->escapes.count, sizeof *sorted, descending);
    for (size_t i = 0; i < b->escapes.count; i++)
        if (i == 0 || sorted[i] >> 32 != sorted[i - 1] >> 32)
            sorted[count++] = sorted[i];
    vec_free(&b->escapes);

    /* First those that go on by a jump, then those that stay in this list. */
    uint64_t *staying = arena_array(f->arena, count, sizeof *staying); /* position, label */
    uint32_t *further = arena_array(f->arena, count, sizeof *further);
    size_t further_count = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t l = (uint32_t)sorted[i];
        uint32_t point = target(p, l);
        if (point == s.cont || point == s.brk) {
            node *n = append_if(p, out, TEST_EXIT, NULL);
            n->exit = exit_number(point);
            set_exit(p, &n->body, 0);
            node_append(f, &n->body, point == s.cont ? NODE_CONTINUE : NODE_BREAK);
        } else if (ends_before(p, l, end) || point == s.fall || (at < end && point == p->meets[at])) {
            uint32_t stop = point == p->meets[at] ? at : ends_before(p, l, end) ? f->labels.data[l].end : end;
            staying[kept++] = (uint64_t)stop << 32 | l;
        } else {
            further[further_count++] = l;
        }
    }
    for (size_t i = 0; i < further_count; i++) {
        request_exit(p, further[i], &s);
        bool alone = kept == 0 && further_count == 1;
        node *n = append_if(p, out, alone ? TEST_ANY_EXIT : TEST_EXIT, NULL);
        n->exit = exit_number(target(p, further[i]));
        node_append(f, &n->body, NODE_BREAK);
    }
    uint32_t *stay = arena_array(f->arena, kept, sizeof *stay);
    qsort(staying, kept, sizeof *staying, descending);
    for (size_t i = 0; i < kept; i++)
        stay[i] = (uint32_t)staying[i];
    return place_skips(p, out, stay, kept, at, end, s);
}

/* ---- Blocks and loops ---- */

static uint32_t place_block(placer *p, node_list *out, uint32_t at, uint32_t end, scope s) {
    uint32_t label_index = p->f->stmts.data[at].label;
    const label *l = &p->f->labels.data[label_index];
    uint32_t point = target(p, label_index);
    if (!p->needs[label_index] || point == s.brk || l->end >= end)
        return at + 1;
    breakable b;
    scope in = inside(s, &b, at, point, point);
    node *n = node_append(p->f, out, NODE_BLOCK);
    place(p, &n->body, at + 1, l->end, in);
    return dispatch(p, out, &b, l->end, end, s);
}

static uint32_t place_loop(placer *p, node_list *out, uint32_t at, uint32_t end, scope s) {
    uint32_t label_index = p->f->stmts.data[at].label;
    const label *l = &p->f->labels.data[label_index];
    uint32_t after = l->end + 1;
    uint32_t exit = fall_after(p, after, end, &s);
    const stmt *last = &p->f->stmts.data[l->end - 1];
    bool own = last->label == label_index && l->end - 1 > at;
    breakable b;
    scope in = inside(s, &b, at, exit, exit);
    in.cont = at;
    node *n = node_append(p->f, out, NODE_LOOP);
    if (last->kind == STMT_BR && own) {
        in.fall = at;
        place(p, &n->body, at + 1, l->end - 1, in);
    } else if (last->kind == STMT_BR_IF && own) {
        /* The exit test stands last; falling off the end of the C loop is the back edge. */
        in.fall = l->end - 1;
        place(p, &n->body, at + 1, l->end - 1, in);
        node *test = append_if(p, &n->body, TEST_NOT_EXPR, last->args[0]);
        node_append(p->f, &test->body, NODE_BREAK);
    } else {
        place(p, &n->body, at + 1, l->end, in);
        if (node_list_is_open(&n->body))
            node_append(p->f, &n->body, NODE_BREAK);
    }
    return dispatch(p, out, &b, after, end, s);
}

/* ---- if and br_if ---- */

/* Whether control can come to `at` from the statement before. */
static bool falls_into(const placer *p, uint32_t at) {
    if (at >= p->count)
        return true;
    const stmt *s = &p->f->stmts.data[at];
    return (s->kind != STMT_END && s->kind != STMT_ELSE) || s->falls;
}

/* Where the code that stops at `at` without falling jumps to, if that is a later place in the list that
 * stops at `end` (true: position and point are stored) and no `break` or `continue` goes there. */
static bool skips_to(const placer *p, uint32_t at, uint32_t from, uint32_t end, const scope *s,
                     uint32_t *stop, uint32_t *point) {
    if (falls_into(p, at) || p->terminals[at] == NOWHERE)
        return false;
    const stmt *jump = &p->f->stmts.data[p->terminals[at]];
    if (jump->kind == STMT_RETURN) {
        *point = p->count;
        *stop = end;
        return s->fall == p->count;
    }
    *point = target(p, jump->label);
    if (*point == s->cont || *point == s->brk)
        return false;
    *stop = ends_before(p, jump->label, end) ? p->f->labels.data[jump->label].end : end;
    return *stop > from && (*stop < end || *point == s->fall);
}

/* The position of an if that is all that an else holds, or NOWHERE. */
static uint32_t only_if_in(const placer *p, uint32_t begin, uint32_t end) {
    const stmt *stmts = p->f->stmts.data;
    while (begin < end && stmts[begin].kind == STMT_NOP)
        begin++;
    if (begin == end || stmts[begin].kind != STMT_IF)
        return NOWHERE;
    uint32_t after = p->f->labels.data[stmts[begin].label].end + 1;
    while (after < end && stmts[after].kind == STMT_NOP)
        after++;
    return after == end ? begin : NOWHERE;
}

/* An if, the if that its else consists of, that one's, and so on: in C they stand side by side, so all arms are in the
 * scope `in`. */
static void place_chain(placer *p, node_list *out, uint32_t at, scope in) {
    VEC(node *) links = {0};
    for (;;) {
        const stmt *st = &p->f->stmts.data[at];
        const label *l = &p->f->labels.data[st->label];
        uint32_t else_begin = l->else_at ? l->else_at + 1 : l->end;
        uint32_t next = l->else_at ? only_if_in(p, else_begin, l->end) : NOWHERE;
        node_list body = {0}, otherwise = {0};
        place(p, &body, at + 1, l->else_at ? l->else_at : l->end, in);
        if (next == NOWHERE || links.count == MAX_CHAIN) {
            p->failed |= next != NOWHERE;
            place(p, &otherwise, else_begin, l->end, in);
            append_arms(p, out, TEST_EXPR, st->args[0], body, otherwise);
            break;
        }
        node *n = append_if(p, out, TEST_EXPR, st->args[0]);
        n->body = body;
        *vec_push(&links) = n;
        out = &n->otherwise;
        at = next;
    }
    /* What is left of a link without arms is its condition's traps. */
    while (links.count > 0) {
        node *n = vec_pop(&links);
        if (!n->body.first && !n->otherwise.first)
            n->kind = NODE_EVAL;
    }
    vec_free(&links);
}

static uint32_t place_if(placer *p, node_list *out, uint32_t at, uint32_t end, scope s) {
    const stmt *st = &p->f->stmts.data[at];
    const label *l = &p->f->labels.data[st->label];
    uint32_t after = l->end + 1;
    uint32_t then_end = l->else_at ? l->else_at : l->end;
    uint32_t else_begin = l->else_at ? l->else_at + 1 : l->end;
    node_list body = {0}, otherwise = {0};
    uint32_t stop = after, point = 0;
    bool rest = after < end && p->meets[after] != p->meets[end] && l->uses == 0;
    bool else_falls = !l->else_at || falls_into(p, l->end);

    if (rest && else_falls && skips_to(p, then_end, after, end, &s, &stop, &point)) {
        place(p, &body, at + 1, then_end, deeper(s, point));
        place(p, &otherwise, else_begin, l->end, deeper(s, p->meets[after]));
        place(p, &otherwise, after, stop, deeper(s, point));
    } else if (rest && l->else_at && falls_into(p, then_end) &&
               skips_to(p, l->end, after, end, &s, &stop, &point)) {
        place(p, &otherwise, else_begin, l->end, deeper(s, point));
        place(p, &body, at + 1, then_end, deeper(s, p->meets[after]));
        place(p, &body, after, stop, deeper(s, point));
    } else {
        place_chain(p, out, at, deeper(s, fall_after(p, after, end, &s)));
        return after;
    }
    append_arms(p, out, TEST_EXPR, st->args[0], body, otherwise);
    return stop;
}

static uint32_t place_br_if(placer *p, node_list *out, uint32_t at, uint32_t end, scope s) {
    const stmt *st = &p->f->stmts.data[at];
    const label *l = &p->f->labels.data[st->label];
    uint32_t point = target(p, st->label);
    bool near = ends_before(p, st->label, end);
    node_list body = {0}, otherwise = {0};
    if (point == s.cont || point == s.brk || (!near && point != s.fall)) {
        place_jump(p, &body, st->label, &s);
        append_arms(p, out, TEST_EXPR, st->args[0], body, otherwise);
        return at + 1;
    }
    uint32_t stop = near ? l->end : end;
    uint32_t skip_stop, skip_point;
    if (near && l->last_use == at && skips_to(p, stop, stop, end, &s, &skip_stop, &skip_point)) {
        place(p, &body, at + 1, stop, deeper(s, skip_point));
        place(p, &otherwise, stop, skip_stop, deeper(s, skip_point));
        stop = skip_stop;
    } else {
        place(p, &body, at + 1, stop, deeper(s, point));
    }
    node *n = append_arms(p, out, TEST_NOT_EXPR, st->args[0], body, otherwise);
    if (n && n->test == TEST_NOT_EXPR)
        n->expected = true;
    return stop;
}

/* ---- br_table ---- */

typedef struct segment {
    uint32_t end;   /* position of the label's END: the segment's code follows it */
    uint32_t label;
} segment;

static int by_end(const void *a, const void *b) {
    uint32_t x = ((const segment *)a)->end, y = ((const segment *)b)->end;
    return x < y ? -1 : x > y;
}

/* Where the switch stops: at the place that most of its segments jump to, so that `break` goes there. */
static uint32_t choose_stop(const placer *p, const stmt *st, const segment *segments, uint32_t count,
                            uint32_t end, const scope *s) {
    enum { CANDIDATES = 8 };
    uint32_t stops[CANDIDATES], votes[CANDIDATES], candidates = 0;
    uint32_t last = segments[count - 1].end;
    for (uint32_t i = 0; i < st->target_count; i++)
        if (target(p, st->targets[i]) == s->fall && !ends_before(p, st->targets[i], end) &&
            s->fall != s->cont && s->fall != s->brk)
            return end;
    for (uint32_t k = 0; k + 1 < count; k++) {
        uint32_t stop, point;
        if (!skips_to(p, segments[k + 1].end, last, end, s, &stop, &point))
            continue;
        uint32_t c = 0;
        while (c < candidates && stops[c] != stop)
            c++;
        if (c == CANDIDATES)
            continue;
        if (c == candidates) {
            stops[candidates] = stop;
            votes[candidates++] = 0;
        }
        votes[c]++;
    }
    uint32_t best = last, best_votes = 0;
    for (uint32_t c = 0; c < candidates; c++)
        if (votes[c] > best_votes) {
            best = stops[c];
            best_votes = votes[c];
        }
    return best;
}

/* Collects the labels of the table: first those whose code is in this list, by position, then the
 * others. Fills p->slots with each label's place. */
static segment *collect_targets(placer *p, uint32_t at, uint32_t end, uint32_t *near, uint32_t *all) {
    const stmt *st = &p->f->stmts.data[at];
    segment *found = arena_array(p->f->arena, st->target_count + p->extras.count, sizeof *found);
    uint32_t front = 0, total = 0;
    uint32_t stamp = ++p->stamp;
    for (size_t i = 0; i < p->extras.count; i++) {
        uint32_t l = p->extras.data[i].label;
        if (p->extras.data[i].table != at || p->stamps[l] == stamp || !ends_before(p, l, end))
            continue;
        p->stamps[l] = stamp;
        found[total++] = (segment){p->f->labels.data[l].end, l};
        front = total;
    }
    for (int pass = 0; pass < 2; pass++)
        for (uint32_t i = 0; i < st->target_count; i++) {
            uint32_t l = st->targets[i];
            if (p->stamps[l] == stamp || ends_before(p, l, end) != (pass == 0))
                continue;
            p->stamps[l] = stamp;
            found[total++] = (segment){p->f->labels.data[l].end, l};
            if (pass == 0)
                front = total;
        }
    qsort(found, front, sizeof *found, by_end);
    for (uint32_t i = 0; i < total; i++)
        p->slots[found[i].label] = i;
    *near = front;
    *all = total;
    return found;
}

/* The case values of each target, those of the default's left out. */
static void collect_values(placer *p, const stmt *st, switch_case *cases, uint32_t count) {
    uint32_t default_slot = p->slots[st->targets[st->target_count - 1]];
    cases[default_slot].is_default = true;
    for (uint32_t i = 0; i + 1 < st->target_count; i++)
        cases[p->slots[st->targets[i]]].value_count++;
    cases[default_slot].value_count = 0;
    for (uint32_t c = 0; c < count; c++) {
        cases[c].values = arena_array(p->f->arena, cases[c].value_count, sizeof(uint32_t));
        cases[c].value_count = 0;
    }
    for (uint32_t i = 0; i + 1 < st->target_count; i++) {
        switch_case *c = &cases[p->slots[st->targets[i]]];
        if (!c->is_default)
            c->values[c->value_count++] = i;
    }
}

static uint32_t place_table(placer *p, node_list *out, uint32_t at, uint32_t end, scope s) {
    ir_func *f = p->f;
    const stmt *st = &f->stmts.data[at];
    uint32_t near, all;
    segment *segments = collect_targets(p, at, end, &near, &all);
    uint32_t stop = near ? choose_stop(p, st, segments, near, end, &s) : end;
    uint32_t exit = stop == end ? s.fall : p->meets[stop];
    if (near && stop != end)
        exit = fall_after(p, stop, end, &s);
    breakable b;
    scope in = inside(s, &b, at, exit, exit);
    b.switch_end = near ? stop : 0;

    node *n = node_append(f, out, NODE_SWITCH);
    n->condition = st->args[0];
    n->cases = arena_array(f->arena, all, sizeof *n->cases);
    n->case_count = all;
    collect_values(p, st, n->cases, all);
    for (uint32_t k = near; k < all; k++) {
        if (target(p, segments[k].label) == exit)
            node_append(f, &n->cases[k].body, NODE_BREAK);
        else
            place_jump(p, &n->cases[k].body, segments[k].label, &in);
    }
    bool any_outlined = false;
    for (uint32_t k = 0; k < near; k++) {
        node_list *body = &n->cases[k].body;
        uint32_t next = k + 1 < near ? segments[k + 1].end : stop;
        if (p->outlined[segments[k].label] && segments[k].end < stop) {
            any_outlined = true;
            set_exit(p, body, exit_number(target(p, segments[k].label)));
            node_append(f, body, NODE_BREAK);
            continue;
        }
        in.fall = k + 1 < near ? p->meets[next] : exit;
        place(p, body, segments[k].end, next, in);
        n->cases[k].falls = k + 1 < near && body->first && node_list_is_open(body);
    }
    /* The other groups come first, so that the segments end the switch. */
    switch_case *ordered = arena_array(f->arena, all, sizeof *ordered);
    for (uint32_t k = 0; k < all; k++)
        ordered[k] = n->cases[(near + k) % all];
    n->cases = ordered;

    for (uint32_t k = 0; any_outlined && k < near; k++) {
        if (!p->outlined[segments[k].label] || segments[k].end >= stop)
            continue;
        uint32_t next = k + 1 < near ? segments[k + 1].end : stop;
        node *again = node_append(f, out, NODE_SWITCH);
        again->test = TEST_EXIT;
        p->tests_exit = true;
        again->case_count = 1;
        again->cases = arena_array(f->arena, 1, sizeof *again->cases);
        switch_case *c = again->cases;
        c->values = arena_array(f->arena, 1, sizeof(uint32_t));
        c->values[c->value_count++] = exit_number(target(p, segments[k].label));
        c->clears_exit = true;
        in.fall = k + 1 < near ? p->meets[next] : exit;
        place(p, &c->body, segments[k].end, next, in);
        if (k + 1 < near && node_list_is_open(&c->body)) {
            if (!p->outlined[segments[k + 1].label] && segments[k + 1].end < stop)
                p->outlined[segments[k + 1].label] = p->changed = true;
            set_exit(p, &c->body, segments[k + 1].end < stop
                                      ? exit_number(target(p, segments[k + 1].label))
                                      : 0);
        }
    }
    return dispatch(p, out, &b, stop, end, s);
}

/* ---- The walk ---- */

static void place(placer *p, node_list *out, uint32_t at, uint32_t end, scope s) {
    if (s.depth > MAX_DEPTH)
        p->failed = true;
    while (at < end && !p->failed) {
        const stmt *st = &p->f->stmts.data[at];
        switch (st->kind) {
        case STMT_NOP:
        case STMT_END:
        case STMT_ELSE:
            at++;
            break;
        case STMT_BLOCK:
            at = place_block(p, out, at, end, s);
            break;
        case STMT_LOOP:
            at = place_loop(p, out, at, end, s);
            break;
        case STMT_IF:
            at = place_if(p, out, at, end, s);
            break;
        case STMT_BR_IF:
            at = place_br_if(p, out, at, end, s);
            break;
        case STMT_BR_TABLE:
            at = place_table(p, out, at, end, s);
            break;
        case STMT_BR:
            if (target(p, st->label) == s.fall)
                return;
            if (ends_before(p, st->label, end)) {
                at = p->f->labels.data[st->label].end;
                break;
            }
            place_jump(p, out, st->label, &s);
            return;
        default:
            if (p->placed[at])
                p->failed = true;
            p->placed[at] = true;
            if (is_void_return(st) && s.fall == p->count)
                return;
            node_append(p->f, out, NODE_STMT)->stmt = st;
            if (st->kind == STMT_RETURN || st->kind == STMT_UNWIND || st->kind == STMT_TRAP || st->kind == STMT_TAIL_CALL ||
                st->kind == STMT_TAIL_CALL_INDIRECT)
                return;
            at++;
        }
    }
}

/* Which labels have a branch inside that goes to a block further out. */
static void find_leaves(placer *p) {
    typedef struct open_label {
        uint32_t index, outermost; /* begin of the outermost target inside */
    } open_label;
    VEC(open_label) open = {0};
    label *labels = p->f->labels.data;
    for (uint32_t at = 0; at < p->count; at++) {
        const stmt *st = &p->f->stmts.data[at];
        if (st->kind == STMT_BLOCK || st->kind == STMT_LOOP || st->kind == STMT_IF) {
            *vec_push(&open) = (open_label){st->label, NOWHERE};
        } else if (st->kind == STMT_END) {
            open_label done = vec_pop(&open);
            labels[done.index].leaves = done.outermost < labels[done.index].begin;
            if (open.count > 0 && done.outermost < vec_last(&open).outermost)
                vec_last(&open).outermost = done.outermost;
        } else if (open.count > 0 && (st->kind == STMT_BR || st->kind == STMT_BR_IF)) {
            if (labels[st->label].kind != STMT_LOOP && labels[st->label].begin < vec_last(&open).outermost)
                vec_last(&open).outermost = labels[st->label].begin;
        } else if (open.count > 0 && st->kind == STMT_BR_TABLE) {
            for (uint32_t k = 0; k < st->target_count; k++) {
                const label *l = &labels[st->targets[k]];
                if (l->kind != STMT_LOOP && l->begin < vec_last(&open).outermost)
                    vec_last(&open).outermost = l->begin;
            }
        }
    }
    vec_free(&open);
}

/* Blocks that many br_ifs leave and nothing inside leaves further read better as a construct, and so do bodies of
 * try in which several calls may throw. */
static void prefer_constructs(placer *p) {
    for (size_t i = 0; i < p->f->labels.count; i++) {
        const label *l = &p->f->labels.data[i];
        if (l->is_handler && l->uses >= 2)
            p->needs[i] = true;
        if (l->kind == STMT_BLOCK && l->uses >= 3 && !l->leaves && !l->table_target)
            p->needs[i] = true;
    }
}

static bool is_control(uint8_t kind) {
    return kind == STMT_NOP || (kind >= STMT_BLOCK && kind <= STMT_BR_TABLE);
}

/* The input has no dead statements, so every one must stand in the output. */
static bool all_placed(const placer *p) {
    for (uint32_t i = 0; i < p->count; i++)
        if (!is_control(p->f->stmts.data[i].kind) && !p->placed[i])
            return false;
    return true;
}

structured structure(ir_func *f) {
    size_t labels = f->labels.count;
    placer p = {.f = f, .count = (uint32_t)f->stmts.count};
    p.meets = arena_array(f->arena, p.count + 1, sizeof *p.meets);
    p.terminals = arena_array(f->arena, p.count + 1, sizeof *p.terminals);
    p.needs = arena_array(f->arena, labels, sizeof *p.needs);
    p.outlined = arena_array(f->arena, labels, sizeof *p.outlined);
    p.extra_of = arena_array(f->arena, labels, sizeof *p.extra_of);
    p.stamps = arena_array(f->arena, labels, sizeof *p.stamps);
    p.slots = arena_array(f->arena, labels, sizeof *p.slots);
    p.placed = arena_array(f->arena, p.count, sizeof *p.placed);
    p.void_return = arena_alloc(f->arena, sizeof *p.void_return);
    *p.void_return = (stmt){.kind = STMT_RETURN, .result = NO_VAR};
    find_meets(&p);
    find_terminals(&p);
    find_leaves(&p);
    prefer_constructs(&p);

    arena_mark before_runs = arena_position(f->arena);
    for (int run = 0; run < MAX_RUNS; run++) {
        structured result = {0};
        arena_rewind(f->arena, before_runs);
        p.changed = p.failed = p.uses_exit = p.tests_exit = false;
        for (uint32_t i = 0; i < p.count; i++)
            p.placed[i] = false;
        scope s = {.fall = p.count, .brk = NOWHERE, .cont = NOWHERE};
        place(&p, &result.body, 0, p.count, s);
        if (p.extras.count > MAX_EXTRAS)
            break;
        if (p.changed)
            continue;
        if (p.failed || !all_placed(&p))
            break;
        result.uses_exit = p.uses_exit;
        result.tests_exit = p.tests_exit;
        vec_free(&p.extras);
        return result;
    }
    vec_free(&p.extras);
    return structure_flat(f);
}
