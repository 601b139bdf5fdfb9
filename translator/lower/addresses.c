/* Pass `addresses`: moves constants from 32-bit sums, which wrap around, to the static offsets of accesses, which do not. In comes the IR
 * as built; out goes the same with changed addresses:
 *
 *     l1 = I32(l0, 0);           l1 = I32(l0, 0);              l1 = I32(l0 + 4, 0);      l1 = I32(l0, 4);
 *     l2 = I32(l0 + 4, 0);  ->   l2 = I32(l0, 4);     and      l2 = I32(l0, 0);     ->   l2 = I32(l0, 0);
 *
 * An access of the second form is one addressing mode of the processor, and compilers see that the two are neighbours.
 *
 * Why this is right. A memory that the module defines, with 32-bit indices and pages of 64 KiB, never has the last page of the 4 GiB unless
 * it has had it from the beginning (runtime/memory.c, wasmelt_rt_memory_leave_last_page). So if an access at an index did not trap, the
 * index is below 2^32 - 65536, and adding up to 65536 to it does not wrap. When the second access is reached, the first has been performed,
 * and nothing that its index depends on has changed. A C compiler may drop the first access because its value is not needed. Then the
 * second traps instead: there is no memory from 2^32 - 65536 to 2^32 + 65536.
 *
 * The same holds if the other access comes later but is certain to be performed, and nobody can observe anything in between. This is so
 * within a `run`: a sequence of loads and statements that cannot trap, with at most one store or branch, at its end. If the later index is
 * 2^32 - 65536 or above, the later access would trap; now the earlier one traps instead, by the same reasoning.
 *
 * This pass comes before variables are counted, because it changes which variables are read.
 *
 * One walk forwards keeps what is known at each point: `accesses` that have been performed, and `values` of variables that equal another
 * variable plus a constant. What becomes known inside a block, or inside an arm of an if, is forgotten at its end if a branch from an
 * earlier point may lead there. Inside a loop nothing from before the loop is used, because the assignments in the loop have not been seen
 * yet. Everything else is known until a variable that it reads is assigned. The order of statements is enough to tell whether that has
 * happened: a path from the statement where something became known to the one where it is used may go back to the beginning of a loop, but
 * if that is before the first statement, the path passes the first statement again. */
#include "lower/passes.h"

#include "../runtime/facts/address_space.h"

/* How many of the newest accesses and values are searched, so that the pass is linear. */
#define WINDOW 24
#define MOST_ADDED 65536u

typedef struct memory_access {
    uint32_t memory;
    const expr *base; /* the index is base + plus */
    uint32_t plus;
    const expr *form; /* the index as it was written */
    size_t since;     /* position of the statement that performs the access */
    size_t holds;     /* position of the statement from which on `base` and `form` have had their present values */
    expr **index;     /* where the index stands in the IR */
    uint64_t *offset;
    size_t root; /* once its run is over: the access whose `form` it got, or the access itself */
} memory_access;

/* An access that was given the form of an earlier one. */
typedef struct follower {
    size_t access, since; /* the earlier access; position of this one's statement */
    expr **index;
    uint64_t *offset;
} follower;

typedef struct value {
    uint32_t variable;
    const expr *base;
    uint32_t plus;
    size_t since;
} value;

/* How much was known when a block, loop or if began. */
typedef struct region {
    size_t accesses, values;
    size_t first_access, first_value; /* those of the code around it */
} region;

typedef struct walk {
    ir_func *f;
    size_t at;        /* position of the current statement */
    size_t *assigned; /* for each variable: position plus 1 of the last statement so far that assigns it */
    VEC(memory_access) accesses;
    VEC(value) values;
    VEC(region) regions;
    size_t run;                       /* index of the first access of the current run */
    VEC(follower) followers;          /* accesses of the run that were given the form of another access of the run */
    size_t first_access, first_value; /* older ones are outside of the current loop, and not used */
} walk;

/* Whether the tree may be copied to another access: it is small and consists of parameters, locals, constants and operators only.
 * Temporaries and results of blocks are excluded: they are read exactly where they were made for. */
static inline bool is_pure(const ir_func *f, const expr *e);

static bool is_pure_operator(const ir_func *f, const expr *e) {
    if (e->kind != EXPR_OP || e->nodes > 7 || (e->effects & ~(unsigned)FX_READS_LOCAL) != 0)
        return false;
    for (int k = 0; k < 3 && e->args[k]; k++)
        if (e->args[k]->kind != EXPR_CONST && !is_pure(f, e->args[k]))
            return false;
    return true;
}

/* Inline for a variable, which most indices are. */
static inline bool is_pure(const ir_func *f, const expr *e) {
    if (e->kind == EXPR_VAR) /* NOLINT(clang-analyzer-core.NullDereference): a load has an address */
        return f->vars.data[e->index].kind == VAR_PARAM || f->vars.data[e->index].kind == VAR_LOCAL;
    return is_pure_operator(f, e);
}

/* The position of the first statement at whose beginning the tree had its present value. */
static inline size_t held_since(const walk *w, const expr *e);

static size_t operands_held_since(const walk *w, const expr *e) {
    size_t since = 0;
    for (int k = 0; k < 3 && e->args[k]; k++) {
        size_t s = held_since(w, e->args[k]);
        since = s > since ? s : since;
    }
    return since;
}

static inline size_t held_since(const walk *w, const expr *e) {
    if (e->kind == EXPR_VAR) /* NOLINT(clang-analyzer-core.NullDereference): a load has an address */
        return w->assigned[e->index];
    return operands_held_since(w, e);
}

/* Whether the tree has the same value now as at the beginning of statement `since`. */
static bool holds(const walk *w, const expr *e, size_t since) {
    return held_since(w, e) <= since;
}

/* Returns the base and stores the constant of a value: e == base + plus. */
static const expr *resolve(const walk *w, const expr *e, uint32_t *plus) {
    *plus = 0;
    if (e->kind == EXPR_OP && e->op == OP_I32_ADD) { /* NOLINT(clang-analyzer-core.NullDereference): a load has an address */
        for (int k = 0; k < 2; k++) {
            if (e->args[k]->kind == EXPR_CONST) {
                *plus = (uint32_t)e->args[k]->value;
                e = e->args[1 - k];
                break;
            }
        }
    }
    if (e->kind != EXPR_VAR)
        return e;
    size_t end = w->values.count, first = w->first_value;
    if (end - first > WINDOW)
        first = end - WINDOW;
    for (size_t k = end; k-- > first;) {
        const value *v = &w->values.data[k];
        if (v->variable != e->index || w->assigned[v->variable] > v->since)
            continue;
        if (!holds(w, v->base, v->since))
            break;
        *plus += v->plus;
        return v->base;
    }
    return e;
}

static expr *copy(arena *a, const expr *e) {
    expr *c = arena_alloc(a, sizeof *c);
    *c = *e;
    for (int k = 0; k < 3 && e->args[k]; k++)
        c->args[k] = copy(a, e->args[k]);
    return c;
}

static bool can_add(uint64_t offset, uint32_t added) {
    return added > 0 && added <= MOST_ADDED && offset + added < WASMELT_GUARD_BYTES / 2;
}

/* Whether the memory never has the last page of the 4 GiB. */
static bool can_rebase(const struct memory *m) {
    return m->import == NO_INDEX && memory_leaves_last_page(&m->type);
}

/* Handles the access at `index` + `offset`. If an access has been performed at an index that is lower by at most 65536, this access is
 * given that index and a greater offset. Otherwise it is noted for later ones. Returns whether the index is another tree now. */
static bool rebase(walk *w, uint32_t memory, expr **index, uint64_t *offset) {
    if (!can_rebase(&w->f->m->memories[memory]) || !is_pure(w->f, *index))
        return false;
    uint32_t plus;
    const expr *base = resolve(w, *index, &plus);
    if (base != *index && !is_pure(w->f, base))
        return false;
    size_t end = w->accesses.count, first = w->first_access;
    if (end - first > WINDOW)
        first = end - WINDOW;
    for (size_t k = end; k-- > first;) {
        const memory_access *known = &w->accesses.data[k];
        uint32_t added = plus - known->plus;
        /* A quick test: usually they are different variables. */
        if (known->base->index != base->index) /* NOLINT(clang-analyzer-core.NullDereference): a load has an address */
            continue;
        if (known->memory != memory || added > MOST_ADDED || !expr_same(known->base, base) || !holds(w, known->base, known->since) ||
            !holds(w, known->form, known->since))
            continue;
        if (added > 0 && !can_add(*offset, added))
            return false;
        if (added > 0)
            *index = copy(w->f->arena, known->form);
        *offset += added;
        if (k >= w->run)
            *vec_push(&w->followers) = (follower){k, w->at, index, offset};
        return added > 0;
    }
    size_t of_base = held_since(w, base), of_form = base != *index ? held_since(w, *index) : of_base;
    *vec_push(&w->accesses) =
        (memory_access){memory, base, plus, *index, w->at, of_base > of_form ? of_base : of_form, index, offset, w->accesses.count};
    return false;
}

/* Whether the access can be given the form of a later one in the same run. */
static bool can_have_form(const memory_access *a, const memory_access *later) {
    return a->memory == later->memory && can_add(*a->offset, a->plus - later->plus) && later->holds <= a->since &&
           expr_same(a->base, later->base);
}

/* The access at the lowest index among those later in the run whose form the access at position `at` can be given. */
static size_t root_of(const walk *w, size_t at) {
    const memory_access *all = w->accesses.data;
    size_t root = at, end = w->accesses.count;
    if (end - at > WINDOW)
        end = at + WINDOW;
    for (size_t k = at + 1; k < end; k++) {
        size_t candidate = can_have_form(&all[at], &all[all[k].root]) ? all[k].root : k;
        if (can_have_form(&all[at], &all[candidate]) && all[at].plus - all[candidate].plus > all[at].plus - all[root].plus)
            root = candidate;
    }
    return root;
}

static void count_nodes(expr *e) {
    unsigned nodes = 1;
    for (int k = 0; k < 3 && e->args[k]; k++)
        nodes += e->args[k]->nodes;
    e->nodes = (uint8_t)nodes;
}

/* Counts the nodes of the tree again after an address in it has lost a sum. */
static void recount(expr *e) {
    if (!(e->effects & FX_READS_MEMORY))
        return;
    for (int k = 0; k < 3 && e->args[k]; k++)
        recount(e->args[k]);
    count_nodes(e);
}

/* Does so for all statements from `first` up to the current one. */
static void recount_from(const walk *w, size_t first) {
    for (size_t k = first; k <= w->at && k < w->f->stmts.count; k++)
        for (uint32_t i = 0; i < w->f->stmts.data[k].arg_count; i++)
            recount(w->f->stmts.data[k].args[i]);
}

/* Gives an access that has the form of `from` the form of `to`; returns whether that was possible. */
static bool move(walk *w, expr **index, uint64_t *offset, const memory_access *from, const memory_access *to) {
    if (!can_add(*offset, from->plus - to->plus))
        return false;
    *index = copy(w->f->arena, to->form);
    *offset += from->plus - to->plus;
    return true;
}

/* Ends the run, at something that others can observe, such as a store. Each of its accesses may be given the form of a later one at a lower
 * index: nobody can tell which of them trapped. */
static void settle_run(walk *w) {
    memory_access *all = w->accesses.data;
    bool moved = false;
    for (size_t k = w->accesses.count; k-- > w->run;)
        all[k].root = root_of(w, k);
    for (size_t k = w->run; k < w->accesses.count; k++)
        moved |= move(w, all[k].index, all[k].offset, &all[k], &all[all[k].root]);
    for (size_t k = 0; k < w->followers.count; k++) {
        const follower *one = &w->followers.data[k];
        const memory_access *of = &all[one->access], *root = &all[of->root];
        if (one->since <= root->since)
            moved |= move(w, one->index, one->offset, of, root);
    }
    if (moved)
        recount_from(w, all[w->run].since);
    w->followers.count = 0;
    w->run = w->accesses.count;
}

static inline void end_run(walk *w) {
    if (w->run < w->accesses.count)
        settle_run(w);
}

/* Handles the loads in the tree. Returns whether there may be other trees in it now. */
static bool visit(walk *w, expr *e) {
    bool changed = false;
    for (int k = 0; k < 3 && e->args[k]; k++)
        if (e->args[k]->effects & FX_READS_MEMORY) /* it contains a load */
            changed |= visit(w, e->args[k]);
    if (e->kind == EXPR_LOAD)
        changed |= rebase(w, e->index, &e->args[0], &e->value);
    if (changed)
        count_nodes(e);
    return changed;
}

static void begin_region(walk *w, bool is_loop) {
    *vec_push(&w->regions) = (region){w->accesses.count, w->values.count, w->first_access, w->first_value};
    if (is_loop) {
        w->first_access = w->accesses.count;
        w->first_value = w->values.count;
    }
}

/* Forgets what became known in the region. Called at an else, and at an end to which a branch leads past code of the region. */
static void forget_region(walk *w) {
    const region *r = &vec_last(&w->regions);
    w->accesses.count = r->accesses; /* NOLINT(clang-analyzer-core.NullDereference): what ends has begun */
    w->values.count = r->values;
    w->run = w->accesses.count;
}

/* Ends a region. A loop, and a block to which nothing branches, is only left at its end, so what was known there still is. */
static void end_region(walk *w, const label *l) {
    if (l->kind == STMT_IF || (l->kind == STMT_BLOCK && l->uses > 0))
        forget_region(w);
    region r = vec_pop(&w->regions); /* NOLINT(clang-analyzer-core.NullDereference): what ends has begun */
    w->first_access = r.first_access;
    w->first_value = r.first_value;
}

static bool may_be_sum(const expr *e) {
    return (e->kind == EXPR_VAR && e->type == WASMELT_I32) || (e->kind == EXPR_OP && e->op == OP_I32_ADD);
}

/* Notes which variables the statement assigns and, if it assigns one, what its value is. */
static void assign(walk *w, const stmt *s) {
    const expr *base = NULL;
    uint32_t plus = 0;
    if (s->kind == STMT_SET && may_be_sum(s->args[0]) && is_pure(w->f, s->args[0]))
        base = resolve(w, s->args[0], &plus);
    for (uint32_t k = 0; k < s->result_count; k++)
        w->assigned[s->result + k] = w->at + 1;
    bool is_sum = base && (base->kind == EXPR_VAR || base != s->args[0]);
    if (is_sum && is_pure(w->f, base) && holds(w, base, w->at))
        *vec_push(&w->values) = (value){s->result, base, plus, w->at + 1};
}

static void visit_statement(walk *w, stmt *s) {
    uint16_t effects = 0;
    for (uint32_t k = 0; k < s->arg_count; k++)
        effects |= s->args[k]->effects;
    bool traps_otherwise = effects & FX_TRAPS_OTHERWISE;
    bool is_within_run = !traps_otherwise && (s->kind == STMT_SET || s->kind == STMT_EVAL || s->kind == STMT_BLOCK || s->kind == STMT_NOP);
    if (traps_otherwise)
        end_run(w);
    for (uint32_t k = 0; (effects & FX_READS_MEMORY) && k < s->arg_count; k++)
        if (s->args[k]->effects & FX_READS_MEMORY)
            visit(w, s->args[k]);
    if (s->kind == STMT_STORE)
        rebase(w, s->index, &s->args[0], &s->value);
    if (!is_within_run)
        end_run(w);
    if (s->result_count > 0)
        assign(w, s);
    switch (s->kind) {
    case STMT_BLOCK:
    case STMT_LOOP:
    case STMT_IF:
        begin_region(w, s->kind == STMT_LOOP);
        break;
    case STMT_ELSE:
        forget_region(w);
        break;
    case STMT_END:
        end_region(w, &w->f->labels.data[s->label]);
        break;
    default:
        break;
    }
}

static bool any_can(const module *m) {
    for (uint32_t k = 0; k < m->memory_count; k++)
        if (can_rebase(&m->memories[k]))
            return true;
    return false;
}

void addresses_rebase(lowered *l, const lower_plan *plan) {
    (void)plan;
    ir_func *f = &l->f;
    if (!any_can(f->m))
        return;
    walk w = {.f = f};
    w.assigned = arena_array(f->arena, f->vars.count, sizeof *w.assigned);
    for (w.at = 0; w.at < f->stmts.count; w.at++)
        visit_statement(&w, &f->stmts.data[w.at]);
    end_run(&w);
    vec_free(&w.accesses);
    vec_free(&w.values);
    vec_free(&w.regions);
    vec_free(&w.followers);
}
