/* Pass `forced`: marks loads that C compilers must perform, once and where they stand.
 *
 * A C compiler might move a load behind a trap of another kind. To a C compiler a load has no effect. If its value
 * is not needed when something else traps, clang moves the load behind the check:
 *
 *     u32 t2 = I32(p0, 0);
 *     return t2 + i32_div_u(7, p1);
 *
 * Then the program would end with the division's trap although the load comes first. A load that the check itself needs, for a divisor or
 * an index of a table, comes first anyway. Only straight code and ifs that do nothing but trap are examined: behind other branches the
 * value may be needed on one path only, and compilers rarely move loads past stores and calls (docs/architecture.md).
 * If code checks the bounds, such a load traps in its check and need not be forced.
 *
 * Another thread may change a shared memory between two reads, and a C compiler may read an ordinary object again instead of keeping its
 * value: after the bounds of a table or of a switch have been checked, this would break the sandbox. So all loads of a shared memory are
 * forced; and with --strict-loads those of every memory.
 *
 * In comes the IR as built; out goes the same with `forced` set on such loads. One walk backwards over the statements keeps what is known
 * about the trap that comes next. */
#include "lower/passes.h"

#define MOST_NEEDED 8

/* What is known about the trap that comes next. */
typedef struct next_trap {
    bool follows;
    uint32_t needed[MOST_NEEDED]; /* variables on which its check depends, as far as known */
    uint32_t needed_count;
} next_trap;

static bool traps_otherwise(const expr *e) {
    return (expr_own_traps(e) & FX_TRAPS_OTHERWISE) != 0;
}

/* The operand that the check of a trapping operator examines. */
static expr *checked_operand(const expr *e) {
    return e->args[1] ? e->args[1] : e->args[0]; /* for a division, the divisor */
}

static void force_below(const lower_plan *plan, expr *e, bool trap_follows) {
    if (!(e->effects & FX_READS_MEMORY))
        return;
    if (e->kind == EXPR_LOAD)
        e->forced = trap_follows && !memory_is_checked(plan, e->index);
    bool traps = traps_otherwise(e);
    for (int k = 0; k < 3 && e->args[k]; k++)
        force_below(plan, e->args[k], traps ? e->args[k] != checked_operand(e) : trap_follows);
}

static void need(next_trap *t, const expr *e) {
    if (e->kind == EXPR_VAR && t->needed_count < MOST_NEEDED)
        t->needed[t->needed_count++] = e->index;
    for (int k = 0; k < 3 && e->args[k]; k++)
        need(t, e->args[k]);
}

/* Whether the check depends on the variable, which the current statement assigns. Before this statement the check does not depend on it any
 * more. */
static bool take_needed(next_trap *t, uint32_t variable) {
    bool found = false;
    for (uint32_t k = 0; k < t->needed_count;) {
        if (t->needed[k] == variable) {
            t->needed[k] = t->needed[--t->needed_count];
            found = true;
        } else {
            k++;
        }
    }
    return found;
}

/* The number of operators in the tree that may trap, apart from loads; stores one of them. */
static uint32_t find_traps(const expr *e, const expr **one) {
    if (!(e->effects & FX_TRAPS_OTHERWISE))
        return 0;
    uint32_t count = traps_otherwise(e);
    if (count)
        *one = e;
    for (int k = 0; k < 3 && e->args[k]; k++)
        count += find_traps(e->args[k], one);
    return count;
}

/* Updates `t` for a statement, without its operands: it may trap itself, or be the end of straight code, after which nothing is known to
 * trap. */
static void note_statement(const ir_func *f, const stmt *s, next_trap *t) {
    switch (s->kind) {
    case STMT_IF:
        t->follows = s[1].kind == STMT_TRAP;
        t->needed_count = 0;
        need(t, s->args[0]);
        break;
    case STMT_SET:
    case STMT_EVAL:
    case STMT_NOP:
    case STMT_BLOCK:
        break;
    case STMT_TRAP:
    case STMT_FUEL:
    case STMT_OP: /* on tables, or atomic */
        *t = (next_trap){.follows = true};
        break;
    case STMT_CALL_INDIRECT:
    case STMT_TAIL_CALL_INDIRECT:
        *t = (next_trap){.follows = true};
        need(t, s->args[s->arg_count - 1]);
        break;
    case STMT_END:
        t->follows = t->follows && f->labels.data[s->label].kind == STMT_BLOCK;
        break;
    default:
        t->follows = false;
    }
}

/* Marks loads in the operands of the statement, of which some may trap, or which a trap follows. */
static void visit_operands(const lower_plan *plan, const stmt *s, bool follows, next_trap *t) {
    const expr *one = NULL;
    uint32_t traps = 0;
    for (uint32_t k = 0; k < s->arg_count; k++) {
        force_below(plan, s->args[k], follows);
        traps += find_traps(s->args[k], &one);
    }
    if (traps > 0)
        *t = (next_trap){.follows = true};
    if (traps == 1) /* if there are several, it is not known which comes first */
        need(t, checked_operand(one));
}

static void visit_statement(const lower_plan *plan, const ir_func *f, stmt *s, next_trap *t) {
    if (s->kind != STMT_SET) /* as most are */
        note_statement(f, s, t);
    bool follows = t->follows;
    if (s->kind == STMT_SET && take_needed(t, s->result)) {
        follows = false;
        need(t, s->args[0]);
    }
    bool looks = follows;
    for (uint32_t k = 0; k < s->arg_count && !looks; k++)
        looks = (s->args[k]->effects & FX_TRAPS_OTHERWISE) != 0;
    if (looks)
        visit_operands(plan, s, follows, t);
}

/* ---- Loads that are forced wherever they stand ---- */

static bool is_always_forced(const lower_plan *plan, uint32_t memory) {
    return plan->options->strict_loads || plan->m->memories[memory].type.shared;
}

bool is_any_memory(const lower_plan *plan, bool (*is)(const lower_plan *plan, uint32_t memory)) {
    for (uint32_t k = 0; k < plan->m->memory_count; k++)
        if (is(plan, k))
            return true;
    return false;
}

static void force_in(const lower_plan *plan, expr *e, bool (*is)(const lower_plan *plan, uint32_t memory)) {
    if (!(e->effects & FX_READS_MEMORY))
        return;
    if (e->kind == EXPR_LOAD)
        e->forced |= is(plan, e->index);
    for (int k = 0; k < 3 && e->args[k]; k++)
        force_in(plan, e->args[k], is);
}

void loads_force_in(ir_func *f, const lower_plan *plan, bool (*is)(const lower_plan *plan, uint32_t memory)) {
    for (size_t k = 0; k < f->stmts.count; k++)
        for (uint32_t i = 0; i < f->stmts.data[k].arg_count; i++)
            force_in(plan, f->stmts.data[k].args[i], is);
}

void loads_force(lowered *l, const lower_plan *plan) {
    ir_func *f = &l->f;
    next_trap t = {0};
    for (size_t k = f->stmts.count; k-- > 0;)
        visit_statement(plan, f, &f->stmts.data[k], &t);
    if (is_any_memory(plan, is_always_forced))
        loads_force_in(f, plan, is_always_forced);
}
