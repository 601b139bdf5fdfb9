/* Places a br_table and the blocks around it as one C switch.
 *
 *     block A                         switch (i) {
 *       block B                       case 0: code behind B    (falls through)
 *         br_table B A      ->        default: code behind A
 *       end   code behind B           }
 *     end   code behind A
 *
 * In comes the position of the br_table in the list being placed. The labels that it names and whose blocks end in that list are the
 * segments. They are sorted by position. The code from the end of each to the end of the next is the body of a case; it falls through into
 * the next case, as it fell into the next block's end. The cases of all other labels are jumps. The switch stops at the point to which most
 * segments jump, so that `break` goes there.
 *
 * Code into which another case jumps by `br` (`outlined`, found by exits.c in an earlier run) cannot be a case of the same switch. Its case
 * only sets `br`, and the code stands in a second switch, on `br`, after the first. */
#include "base/sort.h"
#include "lower/structure_internal.h"

#include <stdlib.h>

typedef struct segment {
    uint32_t end; /* position of the label's END: the segment's code follows it */
    uint32_t label;
} segment;

static int by_end(const void *a, const void *b) {
    uint32_t x = ((const segment *)a)->end, y = ((const segment *)b)->end;
    return x < y ? -1 : x > y;
}

/* Chooses the position where the switch stops: that to which most of its segments jump, so that they end in `break`. */
static uint32_t choose_stop(const placer *p, const stmt *st, const segment *segments, uint32_t count, uint32_t end, const scope *s) {
    enum { CANDIDATES = 8 };
    uint32_t stops[CANDIDATES], votes[CANDIDATES], candidates = 0;
    uint32_t last = segments[count - 1].end;
    for (uint32_t i = 0; i < st->target_count; i++)
        if (label_target(p, st->targets[i]) == s->fall && !ends_before(p, st->targets[i], end) && s->fall != s->cont && s->fall != s->brk)
            return end;
    for (uint32_t k = 0; k + 1 < count; k++) {
        uint32_t stop, point;
        if (!structure_skips_to(p, segments[k + 1].end, last, end, s, &stop, &point))
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

/* Collects the labels of the table: first those whose code is in this list, sorted by position, then the others. Fills p->slots with the
 * index of each label in the result. */
static segment *collect_targets(placer *p, uint32_t at, uint32_t end, uint32_t *near, uint32_t *all) {
    const stmt *st = &p->f->stmts.data[at];
    uint32_t front = 0, total = 0, extras = 0;
    uint32_t stamp = ++p->stamp;
    for (uint32_t i = p->extra_at[at]; i != 0; i = p->extras.data[i - 1].next_of_table)
        extras++;
    segment *found = arena_array(p->f->arena, (size_t)st->target_count + extras, sizeof *found);
    for (uint32_t i = p->extra_at[at]; i != 0; i = p->extras.data[i - 1].next_of_table) {
        uint32_t l = p->extras.data[i - 1].label;
        if (p->stamps[l] == stamp || !ends_before(p, l, end))
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
    sort_stable(found, front, sizeof *found, by_end);
    for (uint32_t i = 0; i < total; i++)
        p->slots[found[i].label] = i;
    *near = front;
    *all = total;
    return found;
}

/* Collects the case values of each target, without those of the default. */
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

uint32_t switch_place(placer *p, node_list *out, uint32_t at, uint32_t end, scope s) {
    ir_func *f = p->f;
    const stmt *st = &f->stmts.data[at];
    uint32_t near, all;
    segment *segments = collect_targets(p, at, end, &near, &all);
    uint32_t stop = near ? choose_stop(p, st, segments, near, end, &s) : end;
    uint32_t exit = stop == end ? s.fall : p->meets[stop];
    if (near && stop != end)
        exit = fall_after(p, stop, end, &s);
    breakable b;
    scope in = scope_inside(p, s, &b, at, exit, exit);
    b.switch_end = near ? stop : 0;

    node *n = node_append(f, out, NODE_SWITCH);
    n->condition = st->args[0];
    n->cases = arena_array(f->arena, all, sizeof *n->cases);
    n->case_count = all;
    collect_values(p, st, n->cases, all);
    for (uint32_t k = near; k < all; k++) {
        if (label_target(p, segments[k].label) == exit)
            node_append(f, &n->cases[k].body, NODE_BREAK);
        else
            exits_jump(p, &n->cases[k].body, segments[k].label, &in);
    }
    bool any_outlined = false;
    for (uint32_t k = 0; k < near; k++) {
        node_list *body = &n->cases[k].body;
        uint32_t next = k + 1 < near ? segments[k + 1].end : stop;
        if (p->outlined[segments[k].label] && segments[k].end < stop) {
            any_outlined = true;
            exits_set(p, body, exit_number(label_target(p, segments[k].label)));
            node_append(f, body, NODE_BREAK);
            continue;
        }
        in.fall = k + 1 < near ? p->meets[next] : exit;
        structure_place(p, body, segments[k].end, next, in);
        n->cases[k].falls = k + 1 < near && body->first && node_list_is_open(body);
    }
    /* The cases that only jump come first, so that the segments are at the end of the switch. */
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
        exits_note(p, &c->values[c->value_count++], exit_number(label_target(p, segments[k].label)));
        c->clears_exit = true;
        in.fall = k + 1 < near ? p->meets[next] : exit;
        structure_place(p, &c->body, segments[k].end, next, in);
        if (k + 1 < near && node_list_is_open(&c->body)) {
            if (!p->outlined[segments[k + 1].label] && segments[k + 1].end < stop)
                p->outlined[segments[k + 1].label] = p->changed = true;
            exits_set(p, &c->body, segments[k + 1].end < stop ? exit_number(label_target(p, segments[k + 1].label)) : 0);
        }
    }
    return exits_send_on(p, out, &b, stop, end, s);
}
