/* Pass `needed`: marks loads that C compilers might leave out, put off or make narrower.
 *
 * A load beyond the end of a memory traps, whether or not anything uses its value. C compilers do not know that a load may end the program
 * and load a value where it is used, only as much of it as is used, and not at all if nothing comes of it:
 *
 *     u32 t2 = I32(p0, 0);                  return (u32)I64(p0, 0);
 *     return p1 ? t2 * 5 : 3;
 *
 * If p1 is 0, nothing is loaded on the left; on the right four bytes of eight. So a load is forced unless something that compilers must
 * keep uses the whole of its value (lower/demanded.h) on each path from it. They keep
 *
 *  - stores, calls, traps, and loads, which have no effect but that they do not know them to be possible: they perform none on a path that
 *    has none;
 *  - a branch, if on each path of one of its ways something is kept, or a variable is set that is needed, before the ways meet. A branch
 *    that only decides what is returned, or what a variable is that nobody needs, they may leave out, and of two branches that decide
 *    together they may choose which one to test first.
 *
 * They see both sides of a direct call, find that a global or a place is set again before anyone reads it, and leave out a store that puts
 * back what was loaded from the same place. So what a function passes on or returns, what a global is set to, and what is stored
 * in such a place is computed in any case: it becomes `used`.
 *
 * No compiler moves a load behind a store or a call of unknown code, which may change what is loaded: a value that is used on some path
 * behind these is loaded before. Nor do they move it into a loop.
 *
 * A load need not be forced, either, if it cannot trap, or if another one traps wherever it does: one before it on each path, or one behind
 * it in straight code with no effect in between. If code checks the bounds, a load traps in its check, whatever becomes of its value.
 *
 * In comes the IR as built, with the callees of indirect calls; out goes the same with `forced` set on such loads, in addition to those
 * that the pass before it has marked, and with `used` values. The statements are walked backwards with what is known of the uses of each
 * variable on each path, and on some. In functions with loops this is repeated until that is right at the heads of loops; if it takes long,
 * nothing is known there. Time and memory are bounded: in a function that takes more, all loads are forced. */
#include <string.h>

#include "lower/demanded.h"
#include "lower/passes.h"

#define MOST_WALKS 10
#define MOST_WORK (UINT64_C(1) << 26) /* words of uses that are copied or joined in a function */
#define MOST_WORDS ((size_t)1 << 22)  /* in all uses that exist at one time */
#define MOST_COMPARED 12              /* stores behind a place that are looked at */

/* What is known at a place in the code of each variable: how many bits of it, from the lowest on, are used on each path from here, and on
 * some path. Of the first only so many count as of the second. */
typedef struct uses {
    uint8_t *always, *sometimes;
    uint8_t *sparse; /* whether perhaps only the highest of these bits is used, on some path: 0 or 1 */
} uses;

/* Stores behind the current place, on some path, to an address that has not changed until then. */
typedef struct later_stores {
    struct {
        const stmt *s;
        uint32_t variable; /* that it stores, or NO_VAR */
    } of[MOST_COMPARED];
    uint32_t count;
} later_stores;

#define NOWHERE (-1)

/* A block, loop or if that is open, from its end up to the current place. */
typedef struct region {
    uint32_t label;
    bool falls;       /* control falls through to its end */
    bool is_entered;  /* a branch from the current place or behind it goes to its end */
    bool may_keep;    /* somewhere in it is something that compilers keep, or a variable is set that is used on some path */
    int nearest;      /* the number of the innermost other region, or 0 for a return, that it is left for; in an if, of the arm */
    int nearest_else; /* IF with an else: the same of its else */
    uint32_t kept_behind, kept_otherwise; /* `kept` at its end, and at the beginning of its else */
    uses behind, otherwise;
    later_stores stores, stores_otherwise; /* behind its end, and at the beginning of its else */
} region;

/* A load behind the current place that compilers perform, and which the current place dominates. */
typedef struct performed {
    expr *load;
    uint32_t segment;  /* where it stands: there are no effects between it and other loads of the same segment */
    uint32_t branches; /* `branches` where it stands */
    bool is_marked;    /* this pass forces it */
} performed;

typedef struct demands {
    const lower_plan *plan;
    ir_func *f;
    arena scratch;          /* for everything here */
    size_t words;           /* for a byte for each variable */
    value_range *ranges;    /* of all variables */
    const bool *are_loaded; /* which variables may have something that was loaded */
    uses now;
    uses *spare;
    size_t spare_count;
    region *open; /* the first is the function */
    uint32_t open_count;
    uint32_t *region_of;    /* for each label, its number in `open` */
    uses *heads;            /* for each label that is a loop's: at its beginning */
    uint32_t *kept_at_head; /* for each such label */
    uint32_t kept; /* on each path from here, in so many of the open regions, there is something that compilers keep before their end */
    later_stores stores; /* the nearest last */
    performed loads[MOST_COMPARED];
    uint32_t load_count, segment;
    uint32_t branches; /* conditions that this walk has come to */
    uint64_t work;
    size_t words_taken;
    int walks;     /* before this one */
    bool changed;  /* a head has changed during this walk */
    bool gives_up; /* too much work */
    bool marks;    /* this walk marks loads: the heads are right */
} demands;

static uint32_t lesser(uint32_t a, uint32_t b) {
    return a < b ? a : b;
}

/* ---- Uses ---- */

/* At most this many bits are told apart, of which there are one of the highest byte of a vector. */
#define MOST_BITS 127

static void use_bits(uint8_t *bits, unsigned to) {
    if (to > MOST_BITS)
        to = MOST_BITS;
    if (*bits < to)
        *bits = (uint8_t)to;
}

static void worked(demands *d) {
    d->work += d->words;
    d->gives_up |= d->work > MOST_WORK;
}

/* Uses of any content. */
static uses take_uses(demands *d) {
    if (d->spare_count > 0)
        return d->spare[--d->spare_count];
    d->words_taken += 3 * d->words;
    if (d->words_taken > MOST_WORDS) {
        d->gives_up = true;
        return d->now;
    }
    uint64_t *words = arena_array_raw(&d->scratch, 3 * d->words, sizeof *words);
    return (uses){(uint8_t *)words, (uint8_t *)(words + d->words), (uint8_t *)(words + 2 * d->words)};
}

static void give_back(demands *d, uses u) {
    if (u.always && u.always != d->now.always)
        d->spare[d->spare_count++] = u;
}

static void fill(const demands *d, uint8_t *bits, uint8_t value) {
    memset(bits, value, d->words * sizeof(uint64_t));
}

static void copy(demands *d, uses to, uses from) {
    worked(d);
    memcpy(to.always, from.always, d->words * sizeof(uint64_t));
    memcpy(to.sometimes, from.sometimes, d->words * sizeof(uint64_t));
    memcpy(to.sparse, from.sparse, d->words * sizeof(uint64_t));
}

/* In each byte 0x7F if that of `a` is at least that of `b`, else 0. The bytes are less than 128. */
static uint64_t at_least(uint64_t a, uint64_t b) {
    const uint64_t high = UINT64_C(0x8080808080808080);
    uint64_t is = ((a | high) - b) & high;
    return is - (is >> 7);
}

static uint64_t word_at(const uint8_t *bits, size_t k) {
    uint64_t word;
    memcpy(&word, bits + 8 * k, sizeof word);
    return word;
}

/* The lesser of each two of `to` and `other`, or the greater. */
static void lower_all(const demands *d, uint8_t *to, const uint8_t *other) {
    for (size_t k = 0; k < d->words; k++) {
        uint64_t a = word_at(to, k), b = word_at(other, k), take_b = at_least(a, b), least = (b & take_b) | (a & ~take_b);
        memcpy(to + 8 * k, &least, sizeof least);
    }
}

static void raise_all(const demands *d, uint8_t *to, const uint8_t *other) {
    for (size_t k = 0; k < d->words; k++) {
        uint64_t a = word_at(to, k), b = word_at(other, k), take_a = at_least(a, b), most = (a & take_a) | (b & ~take_a);
        memcpy(to + 8 * k, &most, sizeof most);
    }
}

/* Where two paths part. */
static void join(demands *d, uses u, uses other) {
    worked(d);
    lower_all(d, u.always, other.always);
    raise_all(d, u.sometimes, other.sometimes);
    raise_all(d, u.sparse, other.sparse);
}

static unsigned always_used(uses u, uint32_t variable) {
    return u.always[variable] < u.sometimes[variable] ? u.always[variable] : u.sometimes[variable];
}

/* ---- Trees ---- */

static void demand(demands *d, expr *e, unsigned always, unsigned sometimes, bool sparse);

static void demand_whole(demands *d, expr *e) {
    demand(d, e, value_bits(e->type), value_bits(e->type), false);
}

/* Here is something that compilers keep: an effect, or a load that they perform. */
static void keep(demands *d) {
    d->kept = d->open_count;
    d->open[d->open_count - 1].may_keep = true;
}

/* The same, and it is an effect: another one than the trap of a load. */
static void matter(demands *d) {
    d->segment++;
    keep(d);
}

static bool reads_variable(const expr *e, uint32_t variable) {
    if (e->kind == EXPR_VAR)
        return e->index == variable;
    for (int k = 0; k < 3 && e->args[k]; k++)
        if (reads_variable(e->args[k], variable))
            return true;
    return false;
}

/* ---- Loads ---- */

static unsigned access_bytes(uint16_t op) {
    return 1u << opcode_access_log2((opcode)op);
}

static uint64_t end_of(const expr *load) {
    return load->value + access_bytes(load->op);
}

/* Whether the first traps wherever the second does, if both are performed with the same variables. */
static bool traps_like(const expr *first, const expr *second) {
    return first->index == second->index && end_of(first) >= end_of(second) && expr_same(first->args[0], second->args[0]);
}

/* Whether a load behind this one, with no effect between them, traps where this one does. */
static bool is_stood_for(const demands *d, const expr *load) {
    for (uint32_t k = 0; k < d->load_count; k++)
        if (d->loads[k].segment == d->segment && traps_like(d->loads[k].load, load))
            return true;
    return false;
}

/* Notes a load that compilers perform. Those behind it for which it stands need not be forced: as memories do not shrink, they cannot
 * trap. */
static void note_performed(demands *d, expr *load, bool is_marked) {
    uint32_t kept = 0;
    for (uint32_t k = 0; k < d->load_count; k++) {
        performed *p = &d->loads[k];
        if (!traps_like(load, p->load))
            d->loads[kept++] = *p;
        else if (p->is_marked && d->marks && p->branches == d->branches) /* else a branch may depend on its being performed */
            p->load->forced = false;
    }
    if (kept == MOST_COMPARED) /* the farthest is forgotten */
        memmove(d->loads, d->loads + 1, --kept * sizeof *d->loads);
    d->loads[kept++] = (performed){load, d->segment, d->branches, is_marked};
    d->load_count = kept;
}

/* Before this the variable has another value. */
static void forget_addresses_by(demands *d, uint32_t variable) {
    uint32_t kept = 0;
    for (uint32_t k = 0; k < d->load_count; k++)
        if (!reads_variable(d->loads[k].load->args[0], variable))
            d->loads[kept++] = d->loads[k];
    d->load_count = kept;
    kept = 0;
    for (uint32_t k = 0; k < d->stores.count; k++)
        if (!reads_variable(d->stores.of[k].s->args[0], variable)) {
            d->stores.of[kept] = d->stores.of[k];
            if (d->stores.of[kept].variable == variable)
                d->stores.of[kept].variable = NO_VAR;
            kept++;
        }
    d->stores.count = kept;
}

/* Whether no address that the load may have lies beyond the size that the memory has at least. */
static bool is_within_minimum(const demands *d, const expr *load) {
    const wasmelt_memory_type *type = &d->plan->m->memories[load->index].type;
    uint64_t pages = type->minimum < UINT32_MAX ? type->minimum : UINT32_MAX, size = pages << type->page_size_log2;
    uint64_t most = largest_value(load->args[0]);
    return end_of(load) >= load->value && end_of(load) <= size && most <= size - end_of(load);
}

static void demand_load(demands *d, expr *e, unsigned always, unsigned sometimes, bool sparse) {
    bool is_guarded = !memory_is_checked(d->plan, e->index), is_whole = needs_all_bytes(e, lesser(always, sometimes), sparse);
    if (is_guarded && !e->forced && !is_whole && (is_within_minimum(d, e) || is_stood_for(d, e))) {
        demand(d, e->args[0], 0, 0, false);
        return;
    }
    bool is_marked = is_guarded && !e->forced && !is_whole;
    if (is_guarded && !(e->args[0]->effects & ~FX_READS_LOCAL))
        note_performed(d, e, is_marked);
    if (is_marked && d->marks)
        e->forced = true;
    keep(d);
    demand_whole(d, e->args[0]);
    if (e->args[1]) /* the vector that a lane is loaded into */
        demand(d, e->args[1], 0, 0, false);
}

/* What is used of a value of which only so many bits may be set, if perhaps only the highest of `bits` is. */
static unsigned use_of_highest(unsigned bits, unsigned possible) {
    return bits < possible ? 0 : possible;
}

/* Notes the use of a variable. If perhaps only the highest bit is used, that must be the highest one that may be set. */
static void demand_variable(demands *d, uint32_t variable, unsigned always, unsigned sometimes, bool sparse) {
    if (sparse) {
        unsigned possible = range_length(&d->ranges[variable], d->f->vars.data[variable].type);
        always = use_of_highest(always, possible);
        sometimes = use_of_highest(sometimes, possible);
        if (always_used(d->now, variable) >= always && d->now.sometimes[variable] >= sometimes)
            return; /* it is used anyway */
        d->now.sparse[variable] = 1;
    }
    use_bits(&d->now.sometimes[variable], sometimes);
    use_bits(&d->now.always[variable], always);
}

/* The bits of the variable that are used by a tree of which that many are used; 0 if they are used sparsely. */
static unsigned used_bits(const demands *d, const expr *e, uint32_t variable, unsigned bits, bool sparse) {
    if (e->kind == EXPR_VAR)
        return e->index == variable && !sparse ? bits : 0;
    unsigned most = 0;
    for (int k = 0; e->kind == EXPR_OP && k < 3 && e->args[k]; k++) {
        bool of_operand = sparse;
        unsigned demanded = demanded_bits(d->ranges, e, k, bits, &of_operand),
                 used = used_bits(d, e->args[k], variable, demanded, of_operand);
        most = used > most ? used : most;
    }
    return most;
}

/* Of an arm of a select: what the other arm uses, too, is used always. */
static void demand_in_both(demands *d, const expr *e, const expr *other, unsigned bits, unsigned of_other, bool sparse) {
    if (e->kind == EXPR_VAR && !sparse) {
        unsigned used = used_bits(d, other, e->index, of_other, false);
        use_bits(&d->now.always[e->index], used < bits ? used : bits);
    }
    for (int k = 0; e->kind == EXPR_OP && k < 3 && e->args[k]; k++) {
        bool of_operand = sparse;
        unsigned demanded = demanded_bits(d->ranges, e, k, bits, &of_operand);
        demand_in_both(d, e->args[k], other, demanded, of_other, of_operand);
    }
}

static void demand_operand(demands *d, expr *e, int k, unsigned always, unsigned sometimes, bool sparse) {
    bool of_operand = sparse, same = sparse;
    always = demanded_bits(d->ranges, e, k, always, &of_operand);
    sometimes = demanded_bits(d->ranges, e, k, sometimes, &same);
    demand(d, e->args[k], always, sometimes, of_operand || same);
}

/* Notes what the tree needs, of whose value that many bits are used on each path and on some. */
static void demand(demands *d, expr *e, unsigned always, unsigned sometimes, bool sparse) {
    switch (e->kind) {
    case EXPR_CONST:
    case EXPR_GLOBAL:
    case EXPR_MEMORY_SIZE:
    case EXPR_TABLE_SIZE:
    case EXPR_REF_FUNC:
        return;
    case EXPR_VAR:
        demand_variable(d, e->index, always, sometimes, sparse);
        return;
    case EXPR_LOAD:
        demand_load(d, e, always, sometimes, sparse);
        return;
    case EXPR_SELECT:
        demand_operand(d, e, 2, always, sometimes, sparse);
        demand(d, e->args[0], 0, sometimes, sparse);
        demand(d, e->args[1], 0, sometimes, sparse);
        if (!sparse)
            demand_in_both(d, e->args[0], e->args[1], always, always, false);
        return;
    case EXPR_OP:
        break;
    default: /* on references, tables and objects */
        if (expr_traps(e))
            matter(d);
        for (int k = 0; k < 3 && e->args[k]; k++)
            demand(d, e->args[k], always || expr_traps(e) ? value_bits(e->args[k]->type) : 0,
                   sometimes || expr_traps(e) ? value_bits(e->args[k]->type) : 0, false);
        return;
    }
    int checked = expr_traps(e) ? (e->args[1] ? 1 : 0) : -1; /* for a division, the divisor */
    if (checked >= 0)
        matter(d);
    for (int k = expr_arg_count(e); k-- > 0;) { /* in x >> 7 ^ x, as most write it, the whole of it comes first */
        bool is_checked = k == checked && range_of(d->ranges, e->args[k]).most > 0; /* else the outcome may be known */
        if (is_checked)
            demand_whole(d, e->args[k]);
        else
            demand_operand(d, e, k, always, sometimes, sparse);
    }
}

/* ---- Values that may not be needed ---- */

/* Whether the tree reads one of the variables that may have something that was loaded. */
static bool reads_loaded(const expr *e, const bool *are_loaded) {
    if (e->kind == EXPR_VAR)
        return are_loaded[e->index];
    for (int k = 0; k < 3 && e->args[k]; k++)
        if (reads_loaded(e->args[k], are_loaded))
            return true;
    return false;
}

/* A value that compilers may find not to be needed. If it comes from loads before, it is used here in any case, so that these need not be
 * forced, which may stand in loops; else it needs nothing. */
static void use_value(demands *d, expr **value) {
    expr *e = *value;
    if (!reads_loaded(e, d->are_loaded)) {
        demand(d, e, 0, 0, false);
        return;
    }
    demand_whole(d, e);
    if (!d->marks)
        return;
    expr *used = arena_alloc(d->f->arena, sizeof *used);
    *used = (expr){.kind = EXPR_USED, .nodes = (uint8_t)(e->nodes + 1), .effects = e->effects, .type = e->type, .offset = e->offset};
    used->args[0] = e;
    *value = used;
}

static void use_all(demands *d, const stmt *s, uint32_t count) {
    for (uint32_t k = 0; k < count; k++)
        use_value(d, &s->args[k]);
}

/* ---- Stores ---- */

/* Whether the later store writes all bytes that this one does. */
static bool is_covered(const stmt *s, const stmt *later) {
    return s->index == later->index && later->value <= s->value &&
           s->value + access_bytes(s->op) <= later->value + access_bytes(later->op) && expr_same(s->args[0], later->args[0]);
}

static bool is_covered_later(const demands *d, const stmt *s) {
    for (uint32_t k = 0; k < d->stores.count; k++)
        if (is_covered(s, d->stores.of[k].s))
            return true;
    return false;
}

static bool is_same_place(const expr *load, const stmt *store) {
    return load->index == store->index && load->value == store->value && expr_same(load->args[0], store->args[0]);
}

/* What the tree is, apart from conversions of integers and masks, which may leave the bits that a store writes as they are. */
static const expr *unconverted(const expr *e) {
    while (e->kind == EXPR_OP && e->args[0] &&
           (!e->args[1] || (opcode_operation(e->op) == OPERATION_AND && e->args[1]->kind == EXPR_CONST)))
        e = e->args[0];
    return e;
}

/* Whether the tree is what the place holds that the store writes. */
static bool loads_from(const expr *e, const stmt *store) {
    e = unconverted(e);
    return e->kind == EXPR_LOAD && is_same_place(e, store);
}

/* Whether a later store may put the variable, which is assigned the tree, back where it comes from. */
static bool is_put_back(const demands *d, uint32_t variable, const expr *e) {
    for (uint32_t k = 0; k < d->stores.count; k++)
        if (d->stores.of[k].variable == variable && loads_from(e, d->stores.of[k].s))
            return true;
    return false;
}

static void remember(demands *d, const stmt *s) {
    const expr *value = unconverted(s->args[1]);
    later_stores *later = &d->stores;
    if (later->count == MOST_COMPARED)
        memmove(later->of, later->of + 1, --later->count * sizeof *later->of);
    later->of[later->count].s = s;
    later->of[later->count++].variable = value->kind == EXPR_VAR ? value->index : NO_VAR;
}

/* Where two paths part. */
static void join_stores(later_stores *to, const later_stores *other) {
    for (uint32_t k = 0; k < other->count && to->count < MOST_COMPARED; k++) {
        bool is_there = false;
        for (uint32_t i = 0; i < to->count; i++)
            is_there |= to->of[i].s == other->of[k].s;
        if (!is_there)
            to->of[to->count++] = other->of[k];
    }
}

/* Loads before this come before it: compilers do not know what it writes. */
static void come_before(demands *d) {
    worked(d);
    raise_all(d, d->now.always, d->now.sometimes);
    matter(d);
}

static bool writes_lane(const stmt *s) {
    return opcode_table[s->op].immediates == IMM_MEMARG_LANE;
}

static unsigned written_bits(const stmt *s) {
    unsigned bits = stored_bits((opcode)s->op);
    return writes_lane(s) ? bits * (s->lane + 1u) : bits;
}

static void visit_store(demands *d, const stmt *s) {
    bool may_vanish = !memory_is_checked(d->plan, s->index) && (is_covered_later(d, s) || loads_from(s->args[1], s));
    if (may_vanish)
        matter(d);
    else
        come_before(d);
    remember(d, s);
    if (may_vanish)
        use_value(d, &s->args[1]);
    else
        demand(d, s->args[1], written_bits(s), written_bits(s), writes_lane(s));
    demand_whole(d, s->args[0]);
}

/* ---- Regions ---- */

static void open_region(demands *d, const stmt *end) {
    region *r = &d->open[d->open_count];
    *r = (region){.label = end->label,
                  .falls = end->falls,
                  .nearest = NOWHERE,
                  .nearest_else = NOWHERE,
                  .kept_behind = d->kept,
                  .behind = take_uses(d),
                  .stores = d->stores};
    copy(d, r->behind, d->now);
    d->region_of[end->label] = d->open_count++;
    d->load_count = 0;
}

static int greater(int a, int b) {
    return a > b ? a : b;
}

static void close_region(demands *d) {
    const region *inner = &d->open[--d->open_count];
    region *outer = &d->open[d->open_count - 1];
    outer->may_keep |= inner->may_keep;
    int nearest = greater(inner->nearest, inner->nearest_else), number = (int)d->open_count - 1;
    if (nearest < number) /* else it is not left by that */
        outer->nearest = greater(outer->nearest, nearest);
    d->kept = lesser(d->kept, d->open_count);
    give_back(d, inner->behind);
    give_back(d, inner->otherwise);
}

/* Control leaves the innermost region for the end of the region of that number, or for the beginning if it is a loop. */
static void leave_for(demands *d, uint32_t number) {
    region *r = &d->open[d->open_count - 1];
    if (number + 1 < d->open_count)
        r->nearest = greater(r->nearest, (int)number);
    d->open[number].is_entered = true;
}

/* Behind this the function is left. */
static void leave(demands *d) {
    fill(d, d->now.always, 0);
    fill(d, d->now.sometimes, 0);
    fill(d, d->now.sparse, 0);
    d->stores.count = 0;
    d->kept = 0;
}

static bool is_loop(const demands *d, uint32_t label) {
    return d->f->labels.data[label].kind == STMT_LOOP;
}

/* What is known at a label that is branched to. */
typedef struct target {
    uses now;
    uint32_t kept;
    const later_stores *stores; /* null at the beginning of a loop */
} target;

static target branch(demands *d, uint32_t label) {
    const region *r = &d->open[d->region_of[label]];
    leave_for(d, d->region_of[label]);
    d->segment++;
    return is_loop(d, label) ? (target){d->heads[label], d->kept_at_head[label], NULL} : (target){r->behind, r->kept_behind, &r->stores};
}

/* Control only goes on at the label. */
static void continue_at(demands *d, uint32_t label) {
    target t = branch(d, label);
    copy(d, d->now, t.now);
    d->kept = t.kept;
    if (t.stores)
        d->stores = *t.stores;
    else
        d->stores.count = 0;
}

/* Control may go on there, too. */
static void may_continue_at(demands *d, target t) {
    join(d, d->now, t.now);
    if (t.stores)
        join_stores(&d->stores, t.stores);
}

/* The condition of a branch. `decides`: on each path something that compilers keep depends on it. `number`: the outermost region before
 * whose end something may depend on it. */
static void demand_condition(demands *d, expr *condition, bool decides, uint32_t number) {
    bool may_decide = decides;
    for (uint32_t k = number; k < d->open_count && !may_decide; k++) {
        may_decide = d->open[k].may_keep;
        d->work++;
    }
    d->branches++;
    unsigned bits = value_bits(condition->type);
    demand(d, condition, decides ? bits : 0, may_decide ? bits : 0, false);
}

/* What has become less, such as the uses of a number that each turn shifts by one bit, becomes nothing. */
static void drop_falling(const demands *d, uint8_t *bits, const uint8_t *before) {
    for (size_t k = 0; k < d->f->vars.count; k++)
        if (bits[k] < before[k])
            bits[k] = 0;
}

/* Takes what holds at the beginning of a loop over to the next walk. What was less in a walk before stays less, so that this comes to an
 * end. */
static void begin_loop(demands *d, uint32_t label) {
    uses head = d->heads[label];
    size_t size = d->words * sizeof(uint64_t);
    if (!d->marks) {
        lower_all(d, d->now.always, head.always);
        raise_all(d, d->now.sparse, head.sparse);
        if (d->walks > MOST_WALKS / 2)
            drop_falling(d, d->now.always, head.always);
        d->kept = lesser(d->kept, d->kept_at_head[label]);
        d->changed |= memcmp(head.always, d->now.always, size) != 0 || memcmp(head.sometimes, d->now.sometimes, size) != 0 ||
                      memcmp(head.sparse, d->now.sparse, size) != 0 || d->kept_at_head[label] != d->kept;
        copy(d, head, d->now);
        d->kept_at_head[label] = d->kept;
    }
    lower_all(d, d->now.always, d->now.sometimes); /* a loop without an end needs nothing that it does not use */
    d->segment++;
    d->load_count = 0;
    close_region(d);
}

/* Whether compilers need to know which of two ways is taken. They meet at the end of the region of that number, or one of them has left it,
 * if it does not fall, for the end of other regions at `nearest` or further out. They do if one of the ways keeps something before that. */
static bool differ(uint32_t kept, uint32_t other_kept, uint32_t number, bool falls, int nearest) {
    return kept > number || other_kept > number || (!falls && nearest != NOWHERE && (int)other_kept > nearest);
}

static void begin_if(demands *d, const stmt *s) {
    const region *r = &d->open[d->open_count - 1];
    uint32_t number = d->open_count - 1, else_at = d->f->labels.data[s->label].else_at;
    uint32_t then = d->kept, otherwise = else_at ? r->kept_otherwise : r->kept_behind;
    bool then_falls = else_at ? d->f->stmts.data[else_at].falls : r->falls, else_falls = else_at ? r->falls : true;
    int nearest = greater(r->nearest, r->nearest_else);
    bool decides = differ(then, otherwise, number, then_falls, r->nearest) || differ(otherwise, then, number, else_falls, r->nearest_else);
    d->segment++;
    join(d, d->now, else_at ? r->otherwise : r->behind);
    join_stores(&d->stores, else_at ? &r->stores_otherwise : &r->stores);
    d->kept = lesser(then, otherwise);
    demand_condition(d, s->args[0], decides, nearest == NOWHERE ? number : 0);
    close_region(d);
}

static void begin_else(demands *d) {
    region *r = &d->open[d->open_count - 1];
    r->otherwise = take_uses(d);
    r->kept_otherwise = d->kept;
    r->nearest_else = r->nearest;
    r->nearest = NOWHERE;
    r->stores_otherwise = d->stores;
    copy(d, r->otherwise, d->now);
    copy(d, d->now, r->behind);
    d->kept = r->kept_behind;
    d->stores = r->stores;
    d->load_count = 0;
}

/* Whether the code from here on never gets to the end of the region, but leaves it. Finds the nearest region that it is left for. */
static bool never_falls(demands *d, uint32_t number, int *nearest) {
    const region *r = &d->open[number];
    if (is_loop(d, r->label) || r->falls || r->is_entered)
        return false;
    for (uint32_t k = number; k < d->open_count; k++) {
        int left_for = greater(d->open[k].nearest, d->open[k].nearest_else);
        if (left_for < (int)number)
            *nearest = greater(*nearest, left_for);
        d->work++;
    }
    return true;
}

static void visit_branch(demands *d, const stmt *s) {
    uint32_t number = d->region_of[s->label], on = d->kept;
    int nearest = NOWHERE;
    bool never = never_falls(d, number, &nearest);
    target t = branch(d, s->label);
    may_continue_at(d, t);
    d->kept = lesser(on, t.kept);
    demand_condition(d, s->args[0], differ(on, t.kept, number, !never, nearest), number);
}

static void visit_branches(demands *d, const stmt *s) {
    uint32_t most = 0, least = UINT32_MAX, outermost = UINT32_MAX;
    for (uint32_t k = 0; k < s->target_count; k++) {
        target t = branch(d, s->targets[k]);
        if (k == 0)
            continue_at(d, s->targets[k]);
        else
            may_continue_at(d, t);
        most = t.kept > most ? t.kept : most;
        least = lesser(least, t.kept);
        outermost = lesser(outermost, d->region_of[s->targets[k]]);
    }
    d->kept = least;
    demand_condition(d, s->args[0], most > outermost, outermost);
}

/* ---- Statements ---- */

static void demand_all(demands *d, const stmt *s) {
    for (uint32_t k = 0; k < s->arg_count; k++)
        demand_whole(d, s->args[k]);
}

static void demand_nothing(demands *d, const stmt *s) {
    for (uint32_t k = 0; k < s->arg_count; k++)
        demand(d, s->args[k], 0, 0, false);
}

static void take_out_results(demands *d, const stmt *s) {
    for (uint32_t k = 0; k < s->result_count; k++) {
        d->now.always[s->result + k] = d->now.sometimes[s->result + k] = d->now.sparse[s->result + k] = 0;
        forget_addresses_by(d, s->result + k);
    }
}

static void visit_assignment(demands *d, const stmt *s) {
    uint32_t v = s->result;
    bool vanishes = is_put_back(d, v, s->args[0]), sparse = d->now.sparse[v] != 0;
    /* Not less than all that is known, although it counts only as far as the variable is used at all: at the heads of loops it may turn out
     * to be used later. */
    uint32_t always = lesser(d->now.always[v], value_bits(d->f->vars.data[v].type));
    unsigned sometimes = d->now.sometimes[v];
    if (vanishes)
        always = sometimes = 0;
    d->open[d->open_count - 1].may_keep |= sometimes > 0;
    if (always > 0 && sometimes > 0)
        keep(d);
    take_out_results(d, s);
    demand(d, s->args[0], always, sometimes, sparse);
}

/* The last argument, if `has_callee`, tells what is called. `is_unknown`: C compilers do not see the code. */
static void visit_call(demands *d, const stmt *s, bool is_unknown, bool has_callee) {
    if (s->unwinds)
        fill(d, d->now.always, 0);
    if (is_unknown)
        come_before(d);
    if (is_unknown || (!has_callee && d->plan->m->funcs[s->index].notes.accesses > 0))
        d->stores.count = 0; /* it may read what was stored before */
    matter(d);
    if (is_unknown)
        demand_all(d, s);
    else
        use_all(d, s, s->arg_count - has_callee);
    if (has_callee)
        demand_whole(d, s->args[s->arg_count - 1]);
}

/* Whether the operation is a call of the runtime, or an atomic access, after which memory may be another. */
static bool is_unknown_operation(opcode op) {
    switch (opcode_table[op].c.kind) {
    case FORM_ATOMIC:
    case FORM_WAIT:
    case FORM_MEMORY_INIT:
        return true;
    case FORM_STATEMENT:
        return op != OP_ELEM_DROP;
    default:
        return op == OP_MEMORY_GROW;
    }
}

static void visit_operation(demands *d, const stmt *s) {
    if (opcode_table[s->op].c.kind == FORM_WIDE) {
        bool needed = always_used(d->now, s->result) > 0 && always_used(d->now, s->result + 1) > 56;
        if (needed)
            keep(d);
        take_out_results(d, s);
        if (needed)
            demand_all(d, s);
        else
            demand_nothing(d, s);
        return;
    }
    take_out_results(d, s);
    matter(d);
    if (is_unknown_operation((opcode)s->op)) {
        come_before(d);
        d->stores.count = 0;
    }
    if (is_unknown_operation((opcode)s->op) && s->op != OP_MEMORY_FILL)
        demand_all(d, s);
    else
        demand_nothing(d, s);
}

static bool is_imported(const ir_func *f, uint32_t func) {
    return f->m->funcs[func].import != NO_INDEX;
}

static bool may_be_known_callee(const stmt *s) {
    return s->callee == CALLEE_FIXED || s->callee == CALLEE_ONLY;
}

/* Whether C compilers may see calls of the function: by its name, or through a table that never changes. */
static bool has_known_callers(const demands *d) {
    uint32_t index = d->f->index;
    return d->plan->calls->is_called[index] || (d->plan->has_fixed_tables && d->f->m->funcs[index].is_referenced);
}

static void visit(demands *d, const stmt *s) {
    switch (s->kind) {
    case STMT_SET:
        visit_assignment(d, s);
        break;
    case STMT_STORE:
        visit_store(d, s);
        break;
    case STMT_CALL:
        take_out_results(d, s);
        visit_call(d, s, is_imported(d->f, s->index), false);
        break;
    case STMT_CALL_INDIRECT:
        take_out_results(d, s);
        visit_call(d, s, !may_be_known_callee(s), true);
        break;
    case STMT_TAIL_CALL:
        leave(d);
        visit_call(d, s, is_imported(d->f, s->index), false);
        break;
    case STMT_TAIL_CALL_INDIRECT:
        leave(d);
        visit_call(d, s, true, true);
        break;
    case STMT_OP:
        visit_operation(d, s);
        break;
    case STMT_RETURN:
        leave(d);
        leave_for(d, 0);
        if (has_known_callers(d))
            use_all(d, s, s->arg_count);
        else
            demand_all(d, s);
        break;
    case STMT_GLOBAL_SET:
        matter(d);
        use_all(d, s, 1);
        break;
    case STMT_TRAP:
    case STMT_UNWIND:
        leave(d);
        matter(d);
        break;
    case STMT_BR:
        continue_at(d, s->label);
        break;
    case STMT_BR_IF:
        visit_branch(d, s);
        break;
    case STMT_BR_TABLE:
        visit_branches(d, s);
        break;
    case STMT_END:
        open_region(d, s);
        break;
    case STMT_ELSE:
        begin_else(d);
        break;
    case STMT_IF:
        begin_if(d, s);
        break;
    case STMT_LOOP:
        begin_loop(d, s->label);
        break;
    case STMT_BLOCK:
        close_region(d);
        break;
    case STMT_NOP:
        break;
    default: /* EVAL, CATCH, THROW, THROW_REF, FUEL */
        take_out_results(d, s);
        matter(d);
        demand_nothing(d, s);
    }
}

/* ---- Functions ---- */

static bool memory_has_guards(const lower_plan *plan, uint32_t memory) {
    return !memory_is_checked(plan, memory);
}

/* Whether a load may come to be part of the tree's value. */
static bool is_loaded(const expr *e, const bool *are_loaded) {
    return (e->effects & FX_READS_MEMORY) || reads_loaded(e, are_loaded);
}

/* The variables that may have something that was loaded. If it comes by way of more than two later assignments to earlier ones, this does
 * not find it. */
static const bool *find_loaded(demands *d) {
    const ir_func *f = d->f;
    bool *are_loaded = arena_array(&d->scratch, f->vars.count, sizeof *are_loaded);
    for (int turn = 0; turn < 3; turn++)
        for (size_t k = 0; k < f->stmts.count; k++) {
            const stmt *s = &f->stmts.data[k];
            if (s->kind == STMT_SET && !are_loaded[s->result])
                are_loaded[s->result] = is_loaded(s->args[0], are_loaded);
        }
    return are_loaded;
}

/* Finds what each variable may be, whichever of the assignments that loads come to gave it its value. */
static void find_ranges(demands *d) {
    const ir_func *f = d->f;
    const bool *are_loaded = d->are_loaded = find_loaded(d);
    d->ranges = arena_array_raw(&d->scratch, f->vars.count, sizeof *d->ranges);
    for (size_t k = 0; k < f->vars.count; k++)
        d->ranges[k] = any_value(f->vars.data[k].type);
    for (size_t k = 0; k < f->stmts.count; k++) {
        const stmt *s = &f->stmts.data[k];
        if (s->kind != STMT_SET || !are_loaded[s->result] || !is_loaded(s->args[0], are_loaded))
            continue;
        value_range given = range_of(d->ranges, s->args[0]);
        d->ranges[s->result] = range_of_both(&d->ranges[s->result], &given);
    }
}

static void walk(demands *d) {
    ir_func *f = d->f;
    d->changed = false;
    d->open_count = 1;
    d->open[0] = (region){.label = NO_INDEX, .nearest = NOWHERE, .nearest_else = NOWHERE};
    d->stores.count = 0;
    d->load_count = 0;
    d->kept = 0;
    fill(d, d->now.always, 0);
    fill(d, d->now.sometimes, 0);
    fill(d, d->now.sparse, 0);
    for (size_t k = f->stmts.count; k-- > 0 && !d->gives_up;)
        visit(d, &f->stmts.data[k]);
    while (d->open_count > 1)
        close_region(d);
}

static void fill_heads(demands *d, uint8_t always) {
    for (size_t k = 0; k < d->f->labels.count; k++)
        if (d->heads[k].always) {
            fill(d, d->heads[k].always, always);
            fill(d, d->heads[k].sometimes, 0);
            fill(d, d->heads[k].sparse, 0);
        }
}

/* Walks until the uses at the heads of loops are right. */
static void find_heads(demands *d) {
    bool has_loops = false;
    d->heads = arena_array(&d->scratch, d->f->labels.count, sizeof *d->heads);
    d->kept_at_head = arena_array(&d->scratch, d->f->labels.count, sizeof *d->kept_at_head);
    for (size_t k = 0; k < d->f->labels.count; k++)
        if (d->f->labels.data[k].kind == STMT_LOOP) {
            d->heads[k] = take_uses(d);
            has_loops = true;
        }
    if (!has_loops || d->gives_up)
        return;
    fill_heads(d, MOST_BITS);
    for (size_t k = 0; k < d->f->labels.count; k++)
        d->kept_at_head[k] = UINT32_MAX;
    for (d->walks = 0; d->walks < MOST_WALKS && !d->gives_up; d->walks++) {
        walk(d);
        if (!d->changed)
            return;
    }
    fill_heads(d, 0);
    memset(d->kept_at_head, 0, d->f->labels.count * sizeof *d->kept_at_head);
}

void needed_force(lowered *l, const lower_plan *plan) {
    ir_func *f = &l->f;
    if (f->memories == 0 || plan->options->strict_loads || !is_any_memory(plan, memory_has_guards))
        return;
    demands d = {.plan = plan, .f = f, .words = (f->vars.count + 7) / 8};
    find_ranges(&d);
    d.now = take_uses(&d);
    d.spare = arena_array_raw(&d.scratch, 3 * (f->labels.count + 1), sizeof *d.spare);
    d.open = arena_array_raw(&d.scratch, f->labels.count + 1, sizeof *d.open);
    d.region_of = arena_array_raw(&d.scratch, f->labels.count, sizeof *d.region_of);
    find_heads(&d);
    d.marks = true;
    if (!d.gives_up)
        walk(&d);
    if (d.gives_up) /* before or during that */
        loads_force_in(f, plan, memory_has_guards);
    arena_free(&d.scratch);
}
