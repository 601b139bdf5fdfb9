#include "lower/regions.h"

#define NOWHERE (-1)
#define PATIENT_WALKS 6 /* in later ones, what has become less at the beginning of a loop becomes nothing at once */

static uint32_t lesser(uint32_t a, uint32_t b) {
    return a < b ? a : b;
}

static int greater(int a, int b) {
    return a > b ? a : b;
}

static bool is_loop(const region_walk *w, uint32_t label) {
    return w->f->labels.data[label].kind == STMT_LOOP;
}

static region *innermost(region_walk *w) {
    return &w->open[w->open_count - 1];
}

/* ---- Walks ---- */

void regions_prepare(region_walk *w, const ir_func *f, arena *scratch) {
    size_t labels = f->labels.count;
    *w = (region_walk){.f = f};
    live_begin(&w->space, scratch, f->vars.count, 3 * (labels + 1));
    w->now = live_take(&w->space);
    w->open = arena_array_raw(scratch, labels + 1, sizeof *w->open);
    w->region_of = arena_array_raw(scratch, labels, sizeof *w->region_of);
    w->heads = arena_array(scratch, labels, sizeof *w->heads);
    w->kept_at_head = arena_array(scratch, labels, sizeof *w->kept_at_head);
    for (uint32_t k = 0; k < labels; k++)
        if (is_loop(w, k)) {
            w->heads[k] = live_take(&w->space);
            w->has_loops = true;
        }
}

void regions_assume_all(region_walk *w) {
    for (uint32_t k = 0; k < w->f->labels.count; k++)
        if (is_loop(w, k)) {
            live_assume_all(&w->space, w->heads[k]);
            w->kept_at_head[k] = UINT32_MAX;
        }
}

void regions_assume_nothing(region_walk *w) {
    for (uint32_t k = 0; k < w->f->labels.count; k++)
        if (is_loop(w, k)) {
            live_clear(&w->space, w->heads[k]);
            w->kept_at_head[k] = 0;
        }
}

void regions_begin(region_walk *w) {
    w->changed = false;
    w->open_count = 1;
    w->open[0] = (region){.label = NO_INDEX, .nearest = NOWHERE, .nearest_else = NOWHERE};
    w->loads.count = 0;
    region_at_exit(w);
}

void regions_end(region_walk *w) {
    while (w->open_count > 1)
        region_close(w);
}

/* ---- What compilers keep ---- */

void region_may_keep(region_walk *w) {
    innermost(w)->may_keep = true;
}

void region_keep(region_walk *w) {
    w->kept = w->open_count;
    region_may_keep(w);
}

void region_has_effect(region_walk *w) {
    w->loads.segment++;
    region_keep(w);
}

/* ---- Blocks, loops and ifs ---- */

void region_at_end(region_walk *w, const stmt *end) {
    region *r = &w->open[w->open_count];
    *r = (region){.label = end->label,
                  .falls = end->falls,
                  .nearest = NOWHERE,
                  .nearest_else = NOWHERE,
                  .kept_behind = w->kept,
                  .behind = live_take(&w->space),
                  .stores = w->stores};
    live_copy(&w->space, r->behind, w->now);
    w->region_of[end->label] = w->open_count++;
    w->loads.count = 0;
}

void region_close(region_walk *w) {
    const region *inner = &w->open[--w->open_count];
    region *outer = innermost(w);
    outer->may_keep |= inner->may_keep;
    int nearest = greater(inner->nearest, inner->nearest_else), number = (int)w->open_count - 1;
    if (nearest < number) /* else it is not left by that */
        outer->nearest = greater(outer->nearest, nearest);
    w->kept = lesser(w->kept, w->open_count);
    live_give_back(&w->space, inner->behind);
    live_give_back(&w->space, inner->otherwise);
}

void region_at_loop(region_walk *w, uint32_t label) {
    if (!w->is_last) {
        w->kept = lesser(w->kept, w->kept_at_head[label]);
        w->changed |= w->kept_at_head[label] != w->kept;
        w->changed |= live_take_over(&w->space, w->heads[label], w->now, w->walks >= PATIENT_WALKS);
        w->kept_at_head[label] = w->kept;
    }
    live_limit(&w->space, w->now); /* a loop without an end needs nothing that it does not use */
    w->loads.segment++;
    w->loads.count = 0;
    region_close(w);
}

void region_at_else(region_walk *w) {
    region *r = innermost(w);
    r->otherwise = live_take(&w->space);
    r->kept_otherwise = w->kept;
    r->nearest_else = r->nearest;
    r->nearest = NOWHERE;
    r->stores_otherwise = w->stores;
    live_copy(&w->space, r->otherwise, w->now);
    live_copy(&w->space, w->now, r->behind);
    w->kept = r->kept_behind;
    w->stores = r->stores;
    w->loads.count = 0;
}

/* ---- Branches ---- */

/* Control leaves the innermost region for the end of the region of that number, or for the beginning if it is a loop. */
static void leave_for(region_walk *w, uint32_t number) {
    region *r = innermost(w);
    if (number + 1 < w->open_count)
        r->nearest = greater(r->nearest, (int)number);
    w->open[number].is_entered = true;
}

void region_at_exit(region_walk *w) {
    live_clear(&w->space, w->now);
    w->stores.count = 0;
    w->kept = 0;
}

void region_at_return(region_walk *w) {
    region_at_exit(w);
    leave_for(w, 0);
}

/* What is known at a label that is branched to. */
typedef struct target {
    live_bits now;
    uint32_t kept;
    const later_stores *stores; /* null at the beginning of a loop */
} target;

static target branch(region_walk *w, uint32_t label) {
    const region *r = &w->open[w->region_of[label]];
    leave_for(w, w->region_of[label]);
    w->loads.segment++;
    return is_loop(w, label) ? (target){w->heads[label], w->kept_at_head[label], NULL} : (target){r->behind, r->kept_behind, &r->stores};
}

void region_at_br(region_walk *w, uint32_t label) {
    target t = branch(w, label);
    live_copy(&w->space, w->now, t.now);
    w->kept = t.kept;
    if (t.stores)
        w->stores = *t.stores;
    else
        w->stores.count = 0;
}

/* Control may go on there, too. */
static void may_continue_at(region_walk *w, target t) {
    live_join(&w->space, w->now, t.now);
    if (t.stores)
        later_stores_join(&w->stores, t.stores);
}

/* `decides`: on each path something that compilers keep depends on the branch. `number`: the outermost region before whose end something
 * may depend on it. */
static branch_need need_of_branch(region_walk *w, bool decides, uint32_t number) {
    bool may_decide = decides;
    for (uint32_t k = number; k < w->open_count && !may_decide; k++) {
        may_decide = w->open[k].may_keep;
        w->space.work++;
    }
    w->loads.branches++;
    return (branch_need){decides, may_decide};
}

/* Whether compilers need to know which of two ways is taken. They meet at the end of the region of that number, or one of them has left it,
 * if it does not fall, for the end of other regions at `nearest` or further out. They do if one of the ways keeps something before that. */
static bool differ(uint32_t kept, uint32_t other_kept, uint32_t number, bool falls, int nearest) {
    return kept > number || other_kept > number || (!falls && nearest != NOWHERE && (int)other_kept > nearest);
}

branch_need region_at_if(region_walk *w, const stmt *s) {
    const region *r = innermost(w);
    uint32_t number = w->open_count - 1, else_at = w->f->labels.data[s->label].else_at;
    uint32_t then = w->kept, otherwise = else_at ? r->kept_otherwise : r->kept_behind;
    bool then_falls = else_at ? w->f->stmts.data[else_at].falls : r->falls, else_falls = else_at ? r->falls : true;
    int nearest = greater(r->nearest, r->nearest_else);
    bool decides = differ(then, otherwise, number, then_falls, r->nearest) || differ(otherwise, then, number, else_falls, r->nearest_else);
    w->loads.segment++;
    live_join(&w->space, w->now, else_at ? r->otherwise : r->behind);
    later_stores_join(&w->stores, else_at ? &r->stores_otherwise : &r->stores);
    w->kept = lesser(then, otherwise);
    return need_of_branch(w, decides, nearest == NOWHERE ? number : 0);
}

/* Whether the code from here on never gets to the end of the region, but leaves it. Finds the nearest region that it is left for. */
static bool never_falls(region_walk *w, uint32_t number, int *nearest) {
    const region *r = &w->open[number];
    if (is_loop(w, r->label) || r->falls || r->is_entered)
        return false;
    for (uint32_t k = number; k < w->open_count; k++) {
        int left_for = greater(w->open[k].nearest, w->open[k].nearest_else);
        if (left_for < (int)number)
            *nearest = greater(*nearest, left_for);
        w->space.work++;
    }
    return true;
}

branch_need region_at_br_if(region_walk *w, const stmt *s) {
    uint32_t number = w->region_of[s->label], on = w->kept;
    int nearest = NOWHERE;
    bool never = never_falls(w, number, &nearest);
    target t = branch(w, s->label);
    may_continue_at(w, t);
    w->kept = lesser(on, t.kept);
    return need_of_branch(w, differ(on, t.kept, number, !never, nearest), number);
}

branch_need region_at_br_table(region_walk *w, const stmt *s) {
    uint32_t most = 0, least = UINT32_MAX, outermost = UINT32_MAX;
    for (uint32_t k = 0; k < s->target_count; k++) {
        target t = branch(w, s->targets[k]);
        if (k == 0)
            region_at_br(w, s->targets[k]);
        else
            may_continue_at(w, t);
        most = t.kept > most ? t.kept : most;
        least = lesser(least, t.kept);
        outermost = lesser(outermost, w->region_of[s->targets[k]]);
    }
    w->kept = least;
    return need_of_branch(w, most > outermost, outermost);
}
