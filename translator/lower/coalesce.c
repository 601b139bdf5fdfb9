/* Pass `coalesce`: one variable for results that are only passed on. A block that ends where the block around it ends only copies its
 * results to those of the outer block:
 *
 *     block A (result r1)
 *       block B (result r2)  ...  end
 *       r1 = r2
 *     end
 *
 * r2 is replaced by r1, and the copy is removed. This is right because nothing reads r1 before the end of A, and code that assigns r2 then
 * goes to the end of B, where the copy stands. Deeply nested blocks share one variable that way; and without copies between their ends, all
 * these ends are one point, so that jumps to them are the same jump. */
#include "lower/passes.h"

/* Whether position `at` is inside the label's code. */
static bool is_open(const label *l, uint32_t at) {
    return l->begin < at && at < l->end;
}

static bool is_result_of(const label *l, uint32_t variable) {
    return variable >= l->results && variable - l->results < l->result_count;
}

/* The variable that replaces this one, after any number of steps (r3 -> r2 -> r1). Halves the path for the next search. */
static uint32_t find(uint32_t *stands_for, uint32_t variable) {
    while (stands_for[variable] != variable) {
        stands_for[variable] = stands_for[stands_for[variable]];
        variable = stands_for[variable];
    }
    return variable;
}

/* Whether the statement, which follows the end of `inner`, only copies a result of `inner` to a result of the block around it. */
static bool hands_on(const ir_func *f, const uint32_t *owner, uint32_t at, const label *inner) {
    const stmt *s = &f->stmts.data[at];
    if (s->kind != STMT_SET || s->args[0]->kind != EXPR_VAR)
        return false;
    uint32_t from = s->args[0]->index, to = s->result;
    return is_result_of(inner, from) && f->vars.data[from].reads == 1 && owner[to] != NO_VAR && is_open(&f->labels.data[owner[to]], at);
}

static uint32_t *owners(const ir_func *f) {
    uint32_t *owner = arena_array_raw(f->arena, f->vars.count, sizeof *owner);
    for (size_t k = 0; k < f->vars.count; k++)
        owner[k] = NO_VAR;
    for (size_t k = 0; k < f->labels.count; k++)
        for (uint32_t r = 0; r < f->labels.data[k].result_count; r++)
            owner[f->labels.data[k].results + r] = (uint32_t)k;
    return owner;
}

/* Removes the copies that follow the label's end. */
static bool coalesce_at_end(ir_func *f, const uint32_t *owner, uint32_t *stands_for, const label *ended) {
    bool any = false;
    for (uint32_t at = ended->end + 1; at < f->stmts.count; at++) {
        stmt *s = &f->stmts.data[at];
        if (s->kind == STMT_NOP)
            continue;
        if (!hands_on(f, owner, at, ended))
            break;
        stands_for[s->args[0]->index] = s->result;
        f->vars.data[s->args[0]->index].reads = 0;
        f->vars.data[s->result].writes--;
        s->kind = STMT_NOP;
        s->arg_count = 0;
        s->result = NO_VAR;
        s->result_count = 0;
        any = true;
    }
    return any;
}

static bool has_results(const ir_func *f) {
    for (size_t k = 0; k < f->labels.count; k++)
        if (f->labels.data[k].result_count > 0)
            return true;
    return false;
}

void coalesce_results(lowered *l, const lower_plan *plan) {
    (void)plan;
    ir_func *f = &l->f;
    if (!has_results(f))
        return;
    uint32_t *owner = owners(f);
    uint32_t *stands_for = arena_array_raw(f->arena, f->vars.count, sizeof *stands_for);
    bool any = false;
    for (size_t k = 0; k < f->vars.count; k++)
        stands_for[k] = (uint32_t)k;
    for (size_t k = 0; k < f->labels.count; k++)
        if (f->labels.data[k].result_count > 0)
            any |= coalesce_at_end(f, owner, stands_for, &f->labels.data[k]);
    for (size_t at = 0; any && at < f->stmts.count; at++) {
        stmt *s = &f->stmts.data[at];
        if (s->kind != STMT_SET)
            continue;
        f->vars.data[s->result].writes--;
        s->result = find(stands_for, s->result);
        f->vars.data[s->result].writes++;
    }
}
