/* Jumps, and in particular those that C's falling off the end of a list, `break` and `continue` cannot express.
 *
 * Such a jump becomes `br = exit; break;` and is called an exit. In comes a scope, which says what can be reached from the jump; out go the
 * jump's nodes, and the label is added to the `escapes` of the construct that is left. After that construct, exits_send_on() makes the code
 * that takes each exit on to its point: an if around the statements that it skips, or another `break`. Some exits would not be needed if a
 * block were a BLOCK in C, or some code a case of a switch: the label is marked, and structure.c places the function again. `br` is nonzero
 * only from the jump to its point, where it is reset to 0. */
#include "base/sort.h"
#include "lower/structure_internal.h"

#include <stdlib.h>

/* ---- Jumps ---- */

void exits_note(placer *p, uint32_t *number, uint32_t exit) {
    *number = exit;
    *vec_push(&p->exits) = number;
}

void exits_set(placer *p, node_list *out, uint32_t exit) {
    p->uses_exit = true;
    exits_note(p, &node_append(p->f, out, NODE_SET_EXIT)->exit, exit);
}

void exits_end(placer *p, node_list *out, uint32_t exit) {
    exits_set(p, out, 0);
    exits_note(p, &out->last->ends, exit);
}

/* Whether `b` is the switch of a br_table and the label's code is one of its cases. */
static bool is_case_of(const placer *p, const breakable *b, uint32_t label_index) {
    const label *l = &p->f->labels.data[label_index];
    return b->switch_end != 0 && l->kind != STMT_LOOP && l->begin < b->begin && l->end > b->begin && l->end < b->switch_end;
}

static bool is_extra(const placer *p, uint32_t table, uint32_t label_index) {
    for (uint32_t i = p->extra_of[label_index]; i != 0; i = p->extras.data[i - 1].next)
        if (p->extras.data[i - 1].table == table)
            return true;
    return false;
}

/* Notes of the innermost construct, which a jump leaves, to which label it goes on. Often many jumps in sequence have the same goal. */
static void note_escape(placer *p, const breakable *innermost, uint32_t label_index) {
    if (p->escapes.count == innermost->escapes || vec_last(&p->escapes) != label_index)
        *vec_push(&p->escapes) = label_index;
}

/* Notes that a jump to the label leaves the innermost construct by `br`. Marks what would make that unnecessary: an own case for code into
 * which another case of its br_table jumps, or a BLOCK for a block. If something is marked, the function is placed again. */
static void request_exit(placer *p, uint32_t label_index, const scope *s) {
    breakable *b = s->inner;
    const label *l = &p->f->labels.data[label_index];
    if (b && is_case_of(p, b, label_index)) {
        if (!is_extra(p, b->begin, label_index)) {
            p->outlined[label_index] = p->changed = true;
            *vec_push(&p->extras) = (extra_case){b->begin, label_index, p->extra_of[label_index], p->extra_at[b->begin]};
            p->extra_of[label_index] = p->extra_at[b->begin] = (uint32_t)p->extras.count;
        }
        return;
    }
    bool leaves_construct_inside = b && b->begin > l->begin;
    if (l->kind != STMT_LOOP && !leaves_construct_inside && !p->needs[label_index])
        p->needs[label_index] = p->changed = true;
    if (b)
        note_escape(p, b, label_index);
    else if (!p->changed) /* if the function is to be placed again anyway, this run goes on to find what else is needed */
        p->failed = true;
}

void exits_jump(placer *p, node_list *out, uint32_t label_index, const scope *s) {
    uint32_t point = label_target(p, label_index);
    if (point == p->count) {
        node_append(p->f, out, NODE_STMT)->stmt = p->void_return;
    } else if (point == s->cont) {
        node_append(p->f, out, NODE_CONTINUE);
    } else {
        if (point != s->brk) {
            request_exit(p, label_index, s);
            exits_set(p, out, exit_number(point));
        }
        node_append(p->f, out, NODE_BREAK);
    }
}

/* ---- After a construct ---- */

/* Whether the point after the label's block is in this list, at `at` or later, so that an if around the statements before it can skip them.
 * (A block that ends before `at` lies in the construct just placed.) */
static bool is_ahead(const placer *p, uint32_t label_index, uint32_t at, uint32_t end) {
    return ends_before(p, label_index, end) && p->f->labels.data[label_index].end >= at;
}

#define MAX_BEHIND 16 /* how many jumps to jumps are followed for one exit */

/* The label itself; but if its block has ended before `at` and a jump stands after it, the label of that jump, and so on. */
static uint32_t label_ahead(placer *p, uint32_t label_index, uint32_t at) {
    for (int k = 0; k < MAX_BEHIND; k++) {
        const label *l = &p->f->labels.data[label_index];
        if (l->kind == STMT_LOOP || l->end >= at || p->jumps[l->end + 1] == NO_INDEX)
            return label_index;
        label_index = p->jumps[l->end + 1];
    }
    p->failed = true;
    return label_index;
}

/* An exit to a point later in the same list. An if around the statements before position `stop` makes it skip them. */
typedef struct stay {
    uint32_t stop, label;
} stay;

/* Whether the numbers of the exits ascend in the order of their stops, so that one test such as br <= 3 covers all nearer ones. They do
 * unless some block ends in a jump, because then the point of its label is elsewhere. */
static bool in_order(const placer *p, const stay *stays, size_t count) {
    for (size_t k = 1; k < count; k++)
        if (label_target(p, stays[k].label) <= label_target(p, stays[k - 1].label))
            return false;
    return true;
}

/* Whether the list has only plain statements and ends by leaving the function, so that br need not be reset before it. */
static bool ends_plainly(const node_list *list) {
    for (const node *n = list->first; n; n = n->next)
        if (n->kind != NODE_STMT)
            return false;
    return !node_list_is_open(list);
}

/* Puts the statements up to each stop into an if, one if after the other. An exit skips the ifs before its stop:
 *
 *     if (br == 0) { A }              exits 1 and 2 skip A
 *     if (br <= 1) { br = 0; B }      exit 2 skips B too
 *     br = 0; */
static void place_segments(placer *p, node_list *out, const stay *stays, size_t count, uint32_t at, scope s) {
    for (size_t k = 0; k < count; k++) {
        node_list body = {0};
        structure_place(p, &body, at, stays[k].stop, scope_deeper(s, label_target(p, stays[k].label)));
        if (body.first) {
            node *n = structure_append_if(p, out, k == 0 ? TEST_NO_EXIT : TEST_UPTO_EXIT, NULL);
            if (k > 0)
                exits_note(p, &n->exit, exit_number(label_target(p, stays[k - 1].label)));
            if (k > 0 && !ends_plainly(&body))
                exits_set(p, &n->body, 0);
            if (n->body.last)
                n->body.last->next = body.first, n->body.last = body.last;
            else
                n->body = body;
        }
        at = stays[k].stop;
    }
}

/* Puts the statements up to each stop into ifs inside each other, where the numbers of the exits do not ascend in the order of their stops,
 * so that no test such as br <= 3 tells which of them go on:      if (br != 2) { if (br == 0) { A } br = 0; B } */
static void nest_segments(placer *p, node_list *out, const stay *stays, size_t count, uint32_t at, scope s) {
    if (s.depth > MAX_DEPTH)
        p->failed = true;
    if (count == 0 || p->failed)
        return;
    const stay *farthest = &stays[count - 1];
    uint32_t point = label_target(p, farthest->label);
    scope in = scope_deeper(s, point);
    node_list skipped = {0};
    nest_segments(p, &skipped, stays, count - 1, at, in);
    structure_place(p, &skipped, count > 1 ? stays[count - 2].stop : at, farthest->stop, in);
    if (skipped.first) {
        node *n = structure_append_if(p, out, count == 1 ? TEST_NO_EXIT : TEST_NOT_EXIT, NULL);
        if (count > 1)
            exits_note(p, &n->exit, exit_number(point));
        n->body = skipped;
    }
    exits_end(p, out, exit_number(point));
}

/* Makes the ifs around the statements that the exits skip. `stays` are in the order of their stops. Returns the position at which placing
 * goes on. */
static uint32_t place_skips(placer *p, node_list *out, const stay *stays, size_t count, uint32_t at, scope s) {
    if (count == 0)
        return at;
    if (in_order(p, stays, count)) {
        place_segments(p, out, stays, count, at, s);
        exits_end(p, out, exit_number(label_target(p, stays[count - 1].label)));
    } else {
        nest_segments(p, out, stays, count, at, s);
    }
    return stays[count - 1].stop;
}

/* Makes the tests that send exits on by `break`. `exits` are in descending order. Those above `highest`, the greatest exit that goes to
 * this list (0 if none does), share one test: if (br > 3) break; */
static void place_breaks(placer *p, node_list *out, const uint32_t *exits, size_t count, uint32_t highest) {
    size_t above = 0;
    while (above < count && exits[above] > highest)
        above++;
    bool together = above > 1 || (above == count && highest == 0);
    for (size_t k = together && above > 0 ? above - 1 : 0; k < count; k++) {
        bool is_last_above = together && k + 1 == above;
        test_kind test = !is_last_above ? TEST_EXIT : highest == 0 ? TEST_ANY_EXIT : TEST_ABOVE_EXIT;
        node *n = structure_append_if(p, out, test, NULL);
        if (test != TEST_ANY_EXIT)
            exits_note(p, &n->exit, test == TEST_EXIT ? exits[k] : highest);
        node_append(p->f, &n->body, NODE_BREAK);
    }
}

static int descending(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? 1 : x > y ? -1 : 0;
}

#define FEW 16

/* Sorts in descending order. Mostly there are few values. */
static void sort(uint64_t *values, size_t count) {
    if (count > FEW) {
        sort_stable(values, count, sizeof *values, descending);
        return;
    }
    for (size_t k = 1; k < count; k++) {
        uint64_t value = values[k];
        size_t at = k;
        for (; at > 0 && values[at - 1] < value; at--)
            values[at] = values[at - 1];
        values[at] = value;
    }
}

static int by_stop(const void *a, const void *b) {
    uint32_t x = ((const stay *)a)->stop, y = ((const stay *)b)->stop;
    return x < y ? -1 : x > y;
}

/* Mostly farther points have farther stops; then they are in descending order, as the exits are. */
static void sort_by_stop(stay *stays, size_t count) {
    bool descends = true;
    for (size_t k = 1; k < count; k++)
        descends &= stays[k].stop < stays[k - 1].stop;
    if (!descends) {
        sort_stable(stays, count, sizeof *stays, by_stop);
        return;
    }
    for (size_t low = 0, high = count; low + 1 < high; low++) {
        stay farther = stays[low];
        stays[low] = stays[--high];
        stays[high] = farther;
    }
}

uint32_t exits_send_on(placer *p, node_list *out, breakable *b, uint32_t at, uint32_t end, scope s) {
    size_t escapes = p->escapes.count - b->escapes;
    if (escapes == 0 || p->failed)
        return at;
    ir_func *f = p->f;
    /* Keep each target once, in descending order. */
    size_t count = 0, kept = 0;
    uint64_t *sorted = arena_array(f->arena, escapes, sizeof *sorted);
    for (size_t i = 0; i < escapes; i++) {
        uint32_t l = label_ahead(p, p->escapes.data[b->escapes + i], at);
        sorted[i] = (uint64_t)label_target(p, l) << 32 | l;
    }
    sort(sorted, escapes);
    for (size_t i = 0; i < escapes; i++)
        if (i == 0 || sorted[i] >> 32 != sorted[i - 1] >> 32)
            sorted[count++] = sorted[i];
    p->escapes.count = b->escapes;
    p->tests += count;
    if (p->tests > MAX_TESTS(p->count)) {
        p->failed = true;
        return at;
    }

    /* Exits that leave this list, too, are tested first. Then come the ifs around what the others skip. */
    stay *staying = arena_array(f->arena, count, sizeof *staying);
    uint32_t *further = arena_array(f->arena, count, sizeof *further);
    size_t further_count = 0;
    uint32_t fall = fall_after(p, at, end, &s), highest = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t l = (uint32_t)sorted[i];
        uint32_t point = label_target(p, l);
        bool arrives = point == fall, skips = is_ahead(p, l, at, end) || point == s.fall;
        if (!arrives && point == s.cont) {
            node *n = structure_append_if(p, out, count == 1 ? TEST_ANY_EXIT : TEST_EXIT, NULL);
            if (count > 1)
                exits_note(p, &n->exit, exit_number(point));
            exits_end(p, &n->body, exit_number(point));
            node_append(f, &n->body, NODE_CONTINUE);
        } else if (arrives || (skips && point != s.brk)) {
            uint32_t stop = arrives ? at : is_ahead(p, l, at, end) ? f->labels.data[l].end : end;
            staying[kept++] = (stay){stop, l};
            highest = exit_number(point) > highest ? exit_number(point) : highest;
        } else {
            if (point == s.brk) /* `break` reaches the point, but with br set: the test after the outer construct resets br */
                note_escape(p, s.inner, l);
            else
                request_exit(p, l, &s);
            further[further_count++] = exit_number(point);
        }
    }
    place_breaks(p, out, further, further_count, highest);
    sort_by_stop(staying, kept);
    return place_skips(p, out, staying, kept, at, s);
}
