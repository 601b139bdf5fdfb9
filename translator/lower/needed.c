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
#include "lower/demanded.h"
#include "lower/passes.h"
#include "lower/regions.h"

#define MOST_WALKS 10

typedef struct demands {
    const lower_plan *plan;
    ir_func *f;
    arena scratch;          /* for everything here */
    value_range *ranges;    /* of all variables */
    const bool *are_loaded; /* which variables may have something that was loaded */
    region_walk walk;       /* the last one marks loads */
} demands;

static void demand(demands *d, expr *e, unsigned always, unsigned sometimes, bool sparse);

static void demand_whole(demands *d, expr *e) {
    demand(d, e, value_bits(e->type), value_bits(e->type), false);
}

/* ---- Loads ---- */

/* Whether no address that the load may have lies beyond the size that the memory has at least. */
static bool is_within_minimum(const demands *d, const expr *load) {
    return loads_within(load, memory_least_size(d->plan, load->index));
}

static void demand_load(demands *d, expr *e, unsigned always, unsigned sometimes, bool sparse) {
    bool is_guarded = !memory_is_checked(d->plan, e->index), is_whole = needs_all_bytes(e, always < sometimes ? always : sometimes, sparse);
    if (is_guarded && !e->forced && !is_whole && (is_within_minimum(d, e) || later_loads_stand_for(&d->walk.loads, e))) {
        demand(d, e->args[0], 0, 0, false);
        return;
    }
    bool is_marked = is_guarded && !e->forced && !is_whole;
    if (is_guarded && !(e->args[0]->effects & ~FX_READS_LOCAL))
        later_loads_note(&d->walk.loads, e, is_marked, d->walk.is_last);
    if (is_marked && d->walk.is_last)
        e->forced = true;
    region_keep(&d->walk);
    demand_whole(d, e->args[0]);
    if (e->args[1]) /* the vector that a lane is loaded into */
        demand(d, e->args[1], 0, 0, false);
}

/* ---- Trees ---- */

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
        if (live_always(d->walk.now, variable) >= always && d->walk.now.sometimes[variable] >= sometimes)
            return; /* it is used anyway */
        d->walk.now.sparse[variable] = 1;
    }
    live_use(d->walk.now, variable, always, sometimes);
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
        live_use(d->walk.now, e->index, used < bits ? used : bits, 0);
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
            region_has_effect(&d->walk);
        for (int k = 0; k < 3 && e->args[k]; k++)
            demand(d, e->args[k], always || expr_traps(e) ? value_bits(e->args[k]->type) : 0,
                   sometimes || expr_traps(e) ? value_bits(e->args[k]->type) : 0, false);
        return;
    }
    int checked = expr_traps(e) ? (e->args[1] ? 1 : 0) : -1; /* for a division, the divisor */
    if (checked >= 0)
        region_has_effect(&d->walk);
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
    if (d->walk.is_last)
        *value = expr_around(d->f, EXPR_USED, e);
}

static void use_all(demands *d, const stmt *s, uint32_t count) {
    for (uint32_t k = 0; k < count; k++)
        use_value(d, &s->args[k]);
}

/* ---- Stores ---- */

/* Loads before this come before it: compilers do not know what it writes. */
static void come_before(demands *d) {
    live_use_always(&d->walk.space, d->walk.now);
    region_has_effect(&d->walk);
}

static bool writes_lane(const stmt *s) {
    return opcode_table[s->op].immediates == IMM_MEMARG_LANE;
}

static unsigned written_bits(const stmt *s) {
    unsigned bits = access_bits(s->op);
    return writes_lane(s) ? bits * (s->lane + 1u) : bits;
}

static void visit_store(demands *d, const stmt *s) {
    bool may_vanish = !memory_is_checked(d->plan, s->index) && (later_stores_cover(&d->walk.stores, s) || store_puts_back(s));
    if (may_vanish)
        region_has_effect(&d->walk);
    else
        come_before(d);
    later_stores_note(&d->walk.stores, s);
    if (may_vanish)
        use_value(d, &s->args[1]);
    else
        demand(d, s->args[1], written_bits(s), written_bits(s), writes_lane(s));
    demand_whole(d, s->args[0]);
}

/* ---- Branches ---- */

static void demand_condition(demands *d, expr *condition, branch_need need) {
    unsigned bits = value_bits(condition->type);
    demand(d, condition, need.always ? bits : 0, need.sometimes ? bits : 0, false);
}

static void visit_if(demands *d, const stmt *s) {
    demand_condition(d, s->args[0], region_at_if(&d->walk, s));
    region_close(&d->walk);
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
        live_kill(d->walk.now, s->result + k);
        later_accesses_forget(&d->walk.loads, &d->walk.stores, s->result + k);
    }
}

static void visit_assignment(demands *d, const stmt *s) {
    uint32_t v = s->result;
    live_bits now = d->walk.now;
    bool vanishes = later_stores_put_back(&d->walk.stores, v, s->args[0]), sparse = now.sparse[v] != 0;
    /* Not less than all that is known, although it counts only as far as the variable is used at all: at the heads of loops it may turn out
     * to be used later. */
    unsigned whole = value_bits(d->f->vars.data[v].type), always = now.always[v] < whole ? now.always[v] : whole;
    unsigned sometimes = now.sometimes[v];
    if (vanishes)
        always = sometimes = 0;
    if (always > 0 && sometimes > 0)
        region_keep(&d->walk);
    else if (sometimes > 0)
        region_may_keep(&d->walk);
    take_out_results(d, s);
    demand(d, s->args[0], always, sometimes, sparse);
}

/* The last argument, if `has_callee`, tells what is called. `is_unknown`: C compilers do not see the code. */
static void visit_call(demands *d, const stmt *s, bool is_unknown, bool has_callee) {
    if (s->unwinds)
        live_use_nothing_always(&d->walk.space, d->walk.now);
    if (is_unknown)
        come_before(d);
    if (is_unknown || (!has_callee && d->plan->m->funcs[s->index].notes.accesses > 0))
        d->walk.stores.count = 0; /* it may read what was stored before */
    region_has_effect(&d->walk);
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
        bool needed = live_always(d->walk.now, s->result) > 0 && live_always(d->walk.now, s->result + 1) > 56;
        if (needed)
            region_keep(&d->walk);
        take_out_results(d, s);
        if (needed)
            demand_all(d, s);
        else
            demand_nothing(d, s);
        return;
    }
    take_out_results(d, s);
    region_has_effect(&d->walk);
    if (is_unknown_operation((opcode)s->op)) {
        come_before(d);
        d->walk.stores.count = 0;
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
        region_at_exit(&d->walk);
        visit_call(d, s, is_imported(d->f, s->index), false);
        break;
    case STMT_TAIL_CALL_INDIRECT:
        region_at_exit(&d->walk);
        visit_call(d, s, true, true);
        break;
    case STMT_OP:
        visit_operation(d, s);
        break;
    case STMT_RETURN:
        region_at_return(&d->walk);
        if (has_known_callers(d))
            use_all(d, s, s->arg_count);
        else
            demand_all(d, s);
        break;
    case STMT_GLOBAL_SET:
        region_has_effect(&d->walk);
        use_all(d, s, 1);
        break;
    case STMT_TRAP:
    case STMT_UNWIND:
        region_at_exit(&d->walk);
        region_has_effect(&d->walk);
        break;
    case STMT_BR:
        region_at_br(&d->walk, s->label);
        break;
    case STMT_BR_IF:
        demand_condition(d, s->args[0], region_at_br_if(&d->walk, s));
        break;
    case STMT_BR_TABLE:
        demand_condition(d, s->args[0], region_at_br_table(&d->walk, s));
        break;
    case STMT_END:
        region_at_end(&d->walk, s);
        break;
    case STMT_ELSE:
        region_at_else(&d->walk);
        break;
    case STMT_IF:
        visit_if(d, s);
        break;
    case STMT_LOOP:
        region_at_loop(&d->walk, s->label);
        break;
    case STMT_BLOCK:
        region_close(&d->walk);
        break;
    case STMT_NOP:
        break;
    default: /* EVAL, CATCH, THROW, THROW_REF, FUEL */
        take_out_results(d, s);
        region_has_effect(&d->walk);
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
    const ir_func *f = d->f;
    regions_begin(&d->walk);
    for (size_t k = f->stmts.count; k-- > 0 && !d->walk.space.is_exhausted;)
        visit(d, &f->stmts.data[k]);
    regions_end(&d->walk);
}

/* Walks until what is known at the beginnings of loops is right. */
static void walk_loops(demands *d) {
    region_walk *w = &d->walk;
    regions_assume_all(w);
    for (w->walks = 0; w->walks < MOST_WALKS && !w->space.is_exhausted; w->walks++) {
        walk(d);
        if (!w->changed)
            return;
    }
    regions_assume_nothing(w);
}

void needed_force(lowered *l, const lower_plan *plan) {
    ir_func *f = &l->f;
    if (f->memories == 0 || plan->options->strict_loads || !is_any_memory(plan, memory_has_guards))
        return;
    demands d = {.plan = plan, .f = f};
    find_ranges(&d);
    regions_prepare(&d.walk, f, &d.scratch);
    const region_walk *w = &d.walk;
    if (w->has_loops && !w->space.is_exhausted)
        walk_loops(&d);
    d.walk.is_last = true;
    if (!w->space.is_exhausted)
        walk(&d);
    if (w->space.is_exhausted) /* before or during that */
        loads_force_in(f, plan, memory_has_guards);
    arena_free(&d.scratch);
}
