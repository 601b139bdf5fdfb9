/* Pass `structure`: nested C statements, without goto, for linear code.
 *
 * In comes the statement array with its labels; out goes a tree of C statements. Each point of the code has a number: the position of the
 * first statement there that does something (`meet`). Labels whose code begins at the same point are the same target. While statements are
 * placed, a scope says which points are reached by falling off the end of the current list, by `break` and by `continue`. So a jump becomes
 * nothing, `break` or `continue`. If none of these fits, it becomes `br = exit; break;`, and a test of `br` after the construct that was
 * left takes it further (exits.c). `br` is nonzero only while such an exit is on its way.
 *
 *  - Blocks dissolve: their code joins the list around them. A forward `br_if` to the end of a block in the same list puts the statements
 * in between into `if (!c) { ... }`.
 *  - If an arm of an `if` ends in a jump over the statements after the `if`, these statements move into the other arm, so that the jump
 * needs nothing.
 *  - A block to whose end some branch cannot get in these ways becomes a BLOCK { ... } (`switch (0) default:`), which `break` leaves and
 * through which `continue` passes.
 *  - A `br_table` is a `switch`. Its cases hold the code between the ends of the blocks that it names, and each falls through to the next.
 * Code into which other cases jump stands in a second switch (switch.c).
 *  - A loop is `for (;;)`.
 *
 * To find out which blocks need a construct, the statements are placed again until no branch asks for another construct. Each run is linear
 * in the number of statements, and the number of runs is bounded. Code that is so tangled or deep that this does not settle becomes one
 * flat switch (dispatch.c). */
#include "lower/passes.h"
#include "lower/structure_internal.h"

#include <string.h>

#define MAX_RUNS 60
#define MAX_CHAIN 1000 /* the longest chain of ifs in the else of ifs: later passes recurse that deep */

/* ---- Facts about positions ---- */

static bool is_void_return(const stmt *s) {
    return s->kind == STMT_RETURN && s->arg_count == 0;
}

static bool is_control(uint8_t kind) {
    return kind == STMT_NOP || (kind >= STMT_BLOCK && kind <= STMT_BR_TABLE);
}

static void find_meets(placer *p) {
    const stmt *stmts = p->f->stmts.data;
    const label *labels = p->f->labels.data;
    p->meets[p->count] = p->count;
    p->jumps[p->count] = NO_INDEX;
    for (uint32_t at = p->count; at-- > 0;) {
        const stmt *s = &stmts[at];
        uint32_t meet = at, jump = NO_INDEX, next = NO_INDEX; /* the position to which control goes from here without doing anything */
        switch (s->kind) {
        case STMT_BLOCK:
        case STMT_END:
        case STMT_NOP:
            next = at + 1;
            break;
        case STMT_BR:
            jump = s->label;
            if (labels[jump].kind == STMT_LOOP)
                meet = labels[jump].begin;
            else
                next = labels[jump].end + 1;
            break;
        case STMT_ELSE:
            next = labels[s->label].end + 1;
            break;
        case STMT_RETURN:
            meet = s->arg_count == 0 ? p->count : at;
            break;
        default:
            break;
        }
        p->plain_count += !is_control(s->kind);
        p->meets[at] = next != NO_INDEX ? p->meets[next] : meet;
        p->jumps[at] = jump != NO_INDEX || next == NO_INDEX ? jump : p->jumps[next];
    }
}

static void note_target(const label *target, uint32_t *outermost) {
    if (target->kind != STMT_LOOP && target->begin < *outermost)
        *outermost = target->begin;
}

/* Fills `terminals` and `leaves`. Terminal: the jump in which the code before a position ends; in `br 1 end end` it is br 1 for both ends.
 * Leaves: whether a branch inside the label's code goes to a block further out. */
static void find_terminals_and_leaves(placer *p) {
    typedef struct open_label {
        uint32_t index, outermost; /* beginning of the outermost block to which a branch inside goes */
    } open_label;
    label *labels = p->f->labels.data;
    open_label *open = arena_array_raw(p->f->arena, p->f->labels.count + 1, sizeof *open); /* the innermost one */
    *open = (open_label){NO_INDEX, NOWHERE};                                               /* around all labels */
    p->terminals[0] = NOWHERE;
    for (uint32_t at = 0; at < p->count; at++) {
        const stmt *st = &p->f->stmts.data[at];
        uint32_t found = NOWHERE;
        switch (st->kind) {
        case STMT_BLOCK:
        case STMT_LOOP:
        case STMT_IF:
            *++open = (open_label){st->label, NOWHERE};
            break;
        case STMT_END: {
            label *l = &labels[st->label];
            open_label done = *open--;
            l->leaves = done.outermost < l->begin;
            if (done.outermost < open->outermost)
                open->outermost = done.outermost;
            if (l->kind == STMT_BLOCK)
                found = p->terminals[at];
            else if (l->kind == STMT_IF && l->else_at)
                found = p->terminals[l->else_at];
            break;
        }
        case STMT_BR:
            found = at;
            note_target(&labels[st->label], &open->outermost);
            break;
        case STMT_BR_IF:
            note_target(&labels[st->label], &open->outermost);
            break;
        case STMT_BR_TABLE:
            for (uint32_t k = 0; k < st->target_count; k++)
                note_target(&labels[st->targets[k]], &open->outermost);
            break;
        case STMT_RETURN:
            if (is_void_return(st))
                found = at;
            break;
        default:
            break;
        }
        p->terminals[at + 1] = found;
    }
}

/* Whether nothing runs after the statement, which is no control statement: a return, trap, unwind or tail call. */
static bool ends_code(const stmt *s) {
    switch (s->kind) {
    case STMT_RETURN:
    case STMT_UNWIND:
    case STMT_TRAP:
    case STMT_TAIL_CALL:
    case STMT_TAIL_CALL_INDIRECT:
        return true;
    default:
        return false;
    }
}

bool node_list_is_open(const node_list *list) {
    const node *last = list->last;
    if (!last)
        return true;
    if (last->kind == NODE_BREAK || last->kind == NODE_CONTINUE)
        return false;
    if (last->kind == NODE_STMT)
        return !ends_code(last->stmt);
    if (last->kind == NODE_IF)
        return node_list_is_open(&last->body) || node_list_is_open(&last->otherwise);
    return true;
}

node *structure_append_if(placer *p, node_list *out, test_kind test, const expr *condition) {
    node *n = node_append(p->f, out, NODE_IF);
    p->tests_exit |= test != TEST_EXPR && test != TEST_NOT_EXPR;
    p->ifs++;
    n->test = (uint8_t)test;
    n->condition = condition;
    return n;
}

/* Appends an if with these arms. If both are empty, the condition is only evaluated, if it may trap. */
static node *append_arms(placer *p, node_list *out, test_kind test, const expr *condition, node_list body, node_list otherwise) {
    if (!body.first && !otherwise.first) {
        p->drops_tests = true;
        if (condition->effects & FX_TRAPS)
            node_append(p->f, out, NODE_EVAL)->condition = condition;
        return NULL;
    }
    node *n = structure_append_if(p, out, test, condition);
    if (body.first) {
        n->body = body;
        n->otherwise = otherwise;
    } else {
        n->test = test == TEST_EXPR ? TEST_NOT_EXPR : TEST_EXPR;
        n->body = otherwise;
    }
    return n;
}

/* ---- Blocks and loops ---- */

static uint32_t place_block(placer *p, node_list *out, uint32_t at, uint32_t end, scope s) {
    uint32_t label_index = p->f->stmts.data[at].label;
    const label *l = &p->f->labels.data[label_index];
    uint32_t point = label_target(p, label_index);
    if (!p->needs[label_index] || point == s.brk || l->end >= end)
        return at + 1;
    breakable b;
    scope in = scope_inside(p, s, &b, at, point, point);
    node *n = node_append(p->f, out, NODE_BLOCK);
    structure_place(p, &n->body, at + 1, l->end, in);
    return exits_send_on(p, out, &b, l->end, end, s);
}

static uint32_t place_loop(placer *p, node_list *out, uint32_t at, uint32_t end, scope s) {
    uint32_t label_index = p->f->stmts.data[at].label;
    const label *l = &p->f->labels.data[label_index];
    uint32_t after = l->end + 1;
    uint32_t exit = fall_after(p, after, end, &s);
    const stmt *last = &p->f->stmts.data[l->end - 1];
    bool own = last->label == label_index && l->end - 1 > at;
    breakable b;
    scope in = scope_inside(p, s, &b, at, exit, exit);
    in.cont = at;
    node *n = node_append(p->f, out, NODE_LOOP);
    if (last->kind == STMT_BR && own) {
        in.fall = at;
        structure_place(p, &n->body, at + 1, l->end - 1, in);
    } else if (last->kind == STMT_BR_IF && own) {
        /* Falling off the end of the C loop goes back to its beginning; the test of an exit stands before that. */
        in.fall = l->end - 1;
        structure_place(p, &n->body, at + 1, l->end - 1, in);
        node *test = structure_append_if(p, &n->body, TEST_NOT_EXPR, last->args[0]);
        node_append(p->f, &test->body, NODE_BREAK);
    } else {
        structure_place(p, &n->body, at + 1, l->end, in);
        if (node_list_is_open(&n->body))
            node_append(p->f, &n->body, NODE_BREAK);
    }
    return exits_send_on(p, out, &b, after, end, s);
}

/* ---- if and br_if ---- */

/* Whether control can reach `at` from the statement before. */
static bool falls_into(const placer *p, uint32_t at) {
    if (at >= p->count)
        return true;
    const stmt *s = &p->f->stmts.data[at];
    return (s->kind != STMT_END && s->kind != STMT_ELSE) || s->falls;
}

/* Whether a jump to a point is a return although falling off the end of the list would do. What follows such a return stays in the list,
 * where otherwise each nests what follows deeper, so that a hundred would be too many. `tidy` makes the first ones returns, too. */
static bool returns_at_once(const placer *p, uint32_t point, const scope *s) {
    return point == p->count && s->depth > MAX_DEPTH / 2;
}

bool structure_skips_to(const placer *p, uint32_t at, uint32_t from, uint32_t end, const scope *s, uint32_t *stop, uint32_t *point) {
    if (falls_into(p, at) || p->terminals[at] == NOWHERE)
        return false;
    const stmt *jump = &p->f->stmts.data[p->terminals[at]];
    if (jump->kind == STMT_RETURN) {
        *point = p->count;
        *stop = end;
        return s->fall == p->count && !returns_at_once(p, *point, s);
    }
    *point = label_target(p, jump->label);
    if (*point == s->cont || *point == s->brk)
        return false;
    *stop = ends_before(p, jump->label, end) ? p->f->labels.data[jump->label].end : end;
    return *stop > from && (*stop < end || *point == s->fall);
}

/* If an else contains nothing but an if: the position of that if; otherwise NOWHERE. */
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

/* Places if (a) ... else if (b) ... else if (c) ...: an if whose else contains only an if, and so on. In C all arms have the same depth, so
 * they share the scope `in`, and a long chain neither recurses nor reaches MAX_DEPTH. */
static void place_chain(placer *p, node_list *out, uint32_t at, scope in) {
    VEC(node *) links = {0};
    for (;;) {
        const stmt *st = &p->f->stmts.data[at];
        const label *l = &p->f->labels.data[st->label];
        uint32_t else_begin = l->else_at ? l->else_at + 1 : l->end;
        uint32_t next = l->else_at ? only_if_in(p, else_begin, l->end) : NOWHERE;
        node_list body = {0}, otherwise = {0};
        structure_place(p, &body, at + 1, l->else_at ? l->else_at : l->end, in);
        if (next == NOWHERE || links.count == MAX_CHAIN) {
            p->failed |= next != NOWHERE;
            structure_place(p, &otherwise, else_begin, l->end, in);
            append_arms(p, out, TEST_EXPR, st->args[0], body, otherwise);
            break;
        }
        node *n = structure_append_if(p, out, TEST_EXPR, st->args[0]);
        n->body = body;
        *vec_push(&links) = n;
        out = &n->otherwise;
        at = next;
    }
    /* If both arms are empty, only the condition is evaluated. */
    while (links.count > 0) {
        node *n = vec_pop(&links);
        if (!n->body.first && !n->otherwise.first)
            n->kind = NODE_EVAL, p->drops_tests = true;
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

    if (rest && else_falls && structure_skips_to(p, then_end, after, end, &s, &stop, &point)) {
        structure_place(p, &body, at + 1, then_end, scope_deeper(s, point));
        structure_place(p, &otherwise, else_begin, l->end, scope_deeper(s, p->meets[after]));
        structure_place(p, &otherwise, after, stop, scope_deeper(s, point));
    } else if (rest && l->else_at && falls_into(p, then_end) && structure_skips_to(p, l->end, after, end, &s, &stop, &point)) {
        structure_place(p, &otherwise, else_begin, l->end, scope_deeper(s, point));
        structure_place(p, &body, at + 1, then_end, scope_deeper(s, p->meets[after]));
        structure_place(p, &body, after, stop, scope_deeper(s, point));
    } else {
        place_chain(p, out, at, scope_deeper(s, fall_after(p, after, end, &s)));
        return after;
    }
    append_arms(p, out, TEST_EXPR, st->args[0], body, otherwise);
    return stop;
}

static uint32_t place_br_if(placer *p, node_list *out, uint32_t at, uint32_t end, scope s) {
    const stmt *st = &p->f->stmts.data[at];
    const label *l = &p->f->labels.data[st->label];
    uint32_t point = label_target(p, st->label);
    bool near = ends_before(p, st->label, end);
    node_list body = {0}, otherwise = {0};
    if (point == s.cont || point == s.brk || (!near && point != s.fall) || returns_at_once(p, point, &s)) {
        exits_jump(p, &body, st->label, &s);
        append_arms(p, out, TEST_EXPR, st->args[0], body, otherwise);
        return at + 1;
    }
    uint32_t stop = near ? l->end : end;
    uint32_t skip_stop, skip_point;
    if (near && l->last_use == at && structure_skips_to(p, stop, stop, end, &s, &skip_stop, &skip_point)) {
        structure_place(p, &body, at + 1, stop, scope_deeper(s, skip_point));
        structure_place(p, &otherwise, stop, skip_stop, scope_deeper(s, skip_point));
        stop = skip_stop;
    } else {
        structure_place(p, &body, at + 1, stop, scope_deeper(s, point));
    }
    node *n = append_arms(p, out, TEST_NOT_EXPR, st->args[0], body, otherwise);
    if (n && n->test == TEST_NOT_EXPR)
        n->expected = st->args[0]->kind != EXPR_UNWINDING; /* the test for an exception has its own macro, which says that it is rare */
    return stop;
}

/* ---- All statements ---- */

/* Notes that the statement, which is not control, is in the output. It may be there only once. */
static inline void note_placed(placer *p, uint32_t at) {
    p->failed |= p->placed[at];
    p->placed[at] = true;
    p->placed_count++;
}

void structure_place(placer *p, node_list *out, uint32_t at, uint32_t end, scope s) {
    if (s.depth > MAX_DEPTH)
        p->failed = true;
    while (at < end && !p->failed) {
        stmt *st = &p->f->stmts.data[at];
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
            at = switch_place(p, out, at, end, s);
            break;
        case STMT_BR:
            if (label_target(p, st->label) == s.fall)
                return;
            if (ends_before(p, st->label, end)) {
                at = p->f->labels.data[st->label].end;
                break;
            }
            exits_jump(p, out, st->label, &s);
            return;
        case STMT_RETURN:
        case STMT_UNWIND:
        case STMT_TRAP:
        case STMT_TAIL_CALL:
        case STMT_TAIL_CALL_INDIRECT: /* nothing runs after it */
            note_placed(p, at);
            if (!is_void_return(st) || s.fall != p->count)
                node_append(p->f, out, NODE_STMT)->stmt = st;
            return;
        default:
            note_placed(p, at);
            node_append(p->f, out, NODE_STMT)->stmt = st;
            at++;
        }
    }
}

/* Asks for BLOCKs that make code easier to read than nested ifs: for a block that three or more br_ifs leave and no branch inside leaves
 * for a block further out; and for the body of a try that throws, or calls functions that may throw, in two or more places. */
static void prefer_constructs(placer *p) {
    for (size_t i = 0; i < p->f->labels.count; i++) {
        const label *l = &p->f->labels.data[i];
        if (l->is_handler && l->uses >= 2)
            p->needs[i] = true;
        if (l->kind == STMT_BLOCK && l->uses >= 3 && !l->leaves && !l->table_target)
            p->needs[i] = true;
    }
}

/* Replaces the numbers of exits by 1, 2, 3 ... in the order of their points. 0 (no exit) stays. */
static void number_exits(placer *p) {
    if (p->exits.count == 0)
        return;
    uint32_t *ranks = arena_array(p->f->arena, exit_number(p->count) + 1, sizeof *ranks);
    for (size_t k = 0; k < p->exits.count; k++)
        ranks[*p->exits.data[k]] = 1;
    ranks[0] = 0;
    for (uint32_t exit = 1; exit <= exit_number(p->count); exit++)
        ranks[exit] += ranks[exit - 1];
    for (size_t k = 0; k < p->exits.count; k++)
        *p->exits.data[k] = *p->exits.data[k] ? ranks[*p->exits.data[k]] : 0;
}

static void free_lists(placer *p) {
    vec_free(&p->extras);
    vec_free(&p->escapes);
    vec_free(&p->exits);
}

void structure_nest(lowered *l, const lower_plan *plan) {
    (void)plan;
    ir_func *f = &l->f;
    size_t labels = f->labels.count;
    placer p = {.f = f, .count = (uint32_t)f->stmts.count};
    p.meets = arena_array_raw(f->arena, p.count + 1, sizeof *p.meets);
    p.jumps = arena_array_raw(f->arena, p.count + 1, sizeof *p.jumps);
    p.terminals = arena_array_raw(f->arena, p.count + 1, sizeof *p.terminals);
    p.needs = arena_array(f->arena, labels, sizeof *p.needs);
    p.outlined = arena_array(f->arena, labels, sizeof *p.outlined);
    p.extra_of = arena_array(f->arena, labels, sizeof *p.extra_of);
    p.extra_at = arena_array(f->arena, p.count, sizeof *p.extra_at);
    p.stamps = arena_array(f->arena, labels, sizeof *p.stamps);
    p.slots = arena_array(f->arena, labels, sizeof *p.slots);
    p.placed = arena_array_raw(f->arena, p.count, sizeof *p.placed);
    p.void_return = arena_alloc(f->arena, sizeof *p.void_return);
    *p.void_return = (stmt){.kind = STMT_RETURN, .result = NO_VAR};
    find_meets(&p);
    find_terminals_and_leaves(&p);
    prefer_constructs(&p);

    arena_mark before_runs = arena_position(f->arena);
    for (int run = 0; run < MAX_RUNS; run++) {
        structured result = {0};
        arena_rewind(f->arena, before_runs);
        p.changed = p.failed = p.uses_exit = p.tests_exit = p.drops_tests = false;
        p.tests = 0;
        p.ifs = 0;
        vec_clear(&p.exits);
        vec_clear(&p.escapes);
        p.placed_count = 0;
        memset(p.placed, 0, p.count * sizeof *p.placed);
        scope s = {.fall = p.count, .brk = NOWHERE, .cont = NOWHERE};
        structure_place(&p, &result.body, 0, p.count, s);
        if (p.changed)
            continue;
        /* The input has no unreachable statements, so each must occur in the output. */
        if (p.failed || p.placed_count != p.plain_count)
            break;
        result.ifs = p.ifs;
        result.uses_exit = p.uses_exit;
        result.tests_exit = p.tests_exit;
        result.drops_tests = p.drops_tests;
        number_exits(&p);
        free_lists(&p);
        l->shape = result;
        return;
    }
    free_lists(&p);
    l->shape = structure_flat(f);
}
