/* The passes over one function. `build` reads the body; each of the others takes the function as the one before left it.
 * What a pass requires and what holds behind it stands at the top of its file. */
#include "lower/lower.h"

#include <string.h>

#include "../runtime/facts/address_space.h"
#include "lower/build.h"
#include "lower/check.h"
#include "lower/dump.h"
#include "lower/pass_names.h"
#include "lower/passes.h"

typedef struct pass {
    const char *name;
    void (*run)(lowered *l, const lower_plan *plan);
    ir_form gives; /* what the function is then */
} pass;

static const pass passes[] = {
    {"build", NULL, IR_STATEMENTS},                 /* the stack machine's code becomes statements over trees */
    {"addresses", addresses_rebase, IR_STATEMENTS}, /* constants of sums that cannot wrap become offsets of accesses */
    {"forced", loads_force, IR_STATEMENTS},         /* loads that must not move behind another trap are marked */
    {"uses", uses_count, IR_STATEMENTS},            /* dead assignments go; variables are counted */
    {"coalesce", coalesce_results, IR_STATEMENTS},  /* results that a block hands on to the one around it are one variable */
    {"callees", callees_choose, IR_STATEMENTS},     /* how each indirect call finds what it calls */
    {"structure", structure_nest, IR_NODES},        /* jumps become nesting */
    {"recount", uses_recount, IR_NODES},            /* as `uses`, for tests that nesting has dropped */
    {"tidy", tidy_nesting, IR_NODES},               /* less nesting */
    {"recursion", recursion_pretend, IR_NODES},     /* a function that only ends by exhausting the stack may return, to C compilers */
    {"references", references_count, IR_COUNTED},   /* where references are counted and given back */
    {"operands", operands_find, IR_COUNTED},        /* calls stand where their results are read */
    {"declare", declare_variables, IR_COUNTED},     /* where variables are declared, and which by their first value */
    {"frames", frames_keep, IR_COUNTED},            /* recursion at a function's end stays a call */
    {"lines", lines_lay_out, IR_COUNTED},           /* what stands on the line of its condition, which jumps say where they go */
};

#define PASS_COUNT (sizeof passes / sizeof *passes)

bool memory_is_checked(const lower_plan *plan, uint32_t memory) {
    wasmelt_memory_type type = plan->m->memories[memory].type;
    type.checked = plan->checks_bounds;
    return !memory_has_guard(&type);
}

const char *lower_pass_name(size_t k) {
    return k < PASS_COUNT ? passes[k].name : NULL;
}

size_t lower_find_pass(const char *name) {
    for (size_t k = 0; k < PASS_COUNT; k++)
        if (strcmp(passes[k].name, name) == 0)
            return k;
    return SIZE_MAX;
}

/* The passes up to number `last`. */
static bool run_until(lowered *l, const lower_plan *plan, arena *a, uint32_t index, size_t last, diag *d) {
    if (!build_func(&l->f, plan->m, plan->calls, a, index, d))
        return false;
    for (size_t k = 0; k <= last; k++) {
        if (passes[k].run)
            passes[k].run(l, plan);
#ifdef WASMELT_CHECK_IR
        ir_check(l, plan, passes[k].gives, passes[k].name);
#endif
    }
    d->func = DIAG_NO_FUNC;
    return true;
}

bool lower_check(lowered *l, const lower_plan *plan, arena *a, uint32_t index, diag *d) {
    return run_until(l, plan, a, index, 0, d);
}

bool lower_func(lowered *l, const lower_plan *plan, arena *a, uint32_t index, diag *d) {
    return run_until(l, plan, a, index, PASS_COUNT - 1, d);
}

bool lower_dump(strbuf *s, lowered *l, const lower_plan *plan, arena *a, uint32_t index, size_t pass, diag *d) {
    if (!run_until(l, plan, a, index, pass, d))
        return false;
    dump_func(s, l, passes[pass].gives);
    return true;
}

bool lower_const(lowered *l, const lower_plan *plan, arena *a, const const_expr *code, const expr **value, diag *d) {
    if (!build_const(&l->f, plan->m, a, code, d))
        return false;
    uses_count(l, plan);
    l->shape = (structured){0};
    for (size_t k = 0; k < l->f.stmts.count; k++) {
        stmt *s = &l->f.stmts.data[k];
        if (s->kind == STMT_RETURN)
            *value = s->args[0];
        else if (s->kind == STMT_SET || s->kind == STMT_OP)
            node_append(&l->f, &l->shape.body, NODE_STMT)->stmt = s;
    }
    declare_variables(l, plan);
    return true;
}

void lowered_free(lowered *l) {
    ir_free(&l->f);
}
