/* The passes over one function, in order. `build` reads the body; each other pass works on what the pass before it left. The top of each
 * pass's file says what the pass requires and what holds after it. */
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
    ir_form gives; /* the form of the function after it */
} pass;

static const pass passes[] = {
    {"build", NULL, IR_STATEMENTS},                  /* turns the stack machine's code into statements with trees */
    {"addresses", addresses_rebase, IR_STATEMENTS},  /* moves constants of sums that cannot wrap to offsets of accesses */
    {"callees", callees_choose, IR_STATEMENTS},      /* decides how each indirect call finds the function to call */
    {"forced", loads_force, IR_STATEMENTS},          /* marks loads that must not move behind another trap */
    {"needed", needed_force, IR_STATEMENTS},         /* marks loads that C compilers might leave out, put off or make narrower */
    {"uses", uses_count, IR_STATEMENTS},             /* drops dead assignments and counts uses of variables */
    {"coalesce", coalesce_results, IR_STATEMENTS},   /* makes results that a block passes on to the block around it one variable */
    {"canonical", nans_canonicalize, IR_STATEMENTS}, /* decides where NaNs become canonical */
    {"structure", structure_nest, IR_NODES},         /* turns jumps into nesting */
    {"recount", uses_recount, IR_NODES},             /* counts uses again, because nesting has dropped conditions */
    {"hide", operands_hide, IR_NODES},               /* decides what C compilers must not see as what it is */
    {"chains", chains_cut, IR_NODES},                /* keeps C compilers from following variables from loop to loop */
    {"tidy", tidy_nesting, IR_NODES},                /* reduces nesting */
    {"counting", counting_check_before, IR_NODES},   /* makes checks of indices that loops count before the loops */
    {"recursion", recursion_reveal, IR_NODES},       /* lets C compilers see that recursion may exhaust the stack */
    {"evaluations", evaluations_split, IR_NODES},    /* keeps what may trap of values that are not used */
    {"references", references_count, IR_COUNTED},    /* makes counting and releasing of references explicit */
    {"operands", operands_find, IR_COUNTED},         /* puts calls where their results are read */
    {"declare", declare_variables, IR_COUNTED},      /* decides where variables are declared, and which with their first value */
    {"frames", frames_keep, IR_COUNTED},             /* keeps recursion at the end of a function a call */
    {"seams", seams_put, IR_COUNTED},                /* puts never taken branches into long code */
    {"fuel", fuel_copy, IR_COUNTED},                 /* decides where the copy of the thread's fuel is up to date */
    {"lines", lines_lay_out, IR_COUNTED}, /* decides what stands on the line of its condition, and which jumps say where they go */
};

#define PASS_COUNT (sizeof passes / sizeof *passes)

bool memory_is_checked(const lower_plan *plan, uint32_t memory) {
    wasmelt_memory_type type = plan->m->memories[memory].type;
    type.checked = plan->options->bounds == BOUNDS_EXPLICIT;
    return !memory_has_guard(&type);
}

uint64_t memory_least_size(const lower_plan *plan, uint32_t memory) {
    return memory_least_bytes(&plan->m->memories[memory].type);
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

/* Runs the passes up to number `last`. */
static bool run_until(lowered *l, const lower_plan *plan, arena *a, uint32_t index, size_t last, diag *d) {
    if (!build_func(&l->f, plan, a, index, d))
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
    l->shape = (structured){0};
    uses_count(l, plan);
    operands_hide(l, plan);
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
