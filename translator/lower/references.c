/* References that are counted (wasm/representations.def): where functions count them. In come the nodes; out go the same with
 * statements and trees that say so.
 *
 *  - A variable of such a type is `owned`: it keeps what it refers to alive until it is given another value or the function ends.
 *    An assignment to it counts the new reference and gives back the one before:
 *                                            r1 = global 0        becomes  hold r1 = global 0
 *    and so does one to a global:            global.set 0(r1)     becomes  hold global 0(r1)
 *    What a call returns, or a catch takes, has been counted already.
 *  - Whoever is given a reference that it will give back gets it counted: the caller of a function, an exception's payload.
 *                                            return(r1)           becomes  return(retain(r1))
 *    Arguments are not counted: a function that begins counts its parameters, which its C has copies of. Those of a tail call are,
 *    in the buffer that they are passed in, wherever that is filled or read (wasmelt/code/support.h).
 *
 * Requires that dead assignments are gone; afterwards there are none left that could be dropped. */
#include "lower/passes.h"

/* The variables, and whether the function has parameters among them. */
static bool find_owned(ir_func *f) {
    bool has_params = false;
    for (size_t k = 0; k < f->vars.count; k++) {
        var *v = &f->vars.data[k];
        v->owned = is_counted(f->m, v->type);
        has_params |= v->owned && v->kind == VAR_PARAM;
    }
    return has_params;
}

static expr *retained(ir_func *f, expr *e) {
    expr *retain = arena_alloc(f->arena, sizeof *retain);
    *retain = (expr){
        .kind = EXPR_RETAIN, .nodes = (uint8_t)(e->nodes + 1), .effects = e->effects, .type = e->type, .offset = e->offset, .args = {e}};
    return retain;
}

static void count_in(ir_func *f, stmt *s) {
    switch (s->kind) {
    case STMT_SET:
        if (f->vars.data[s->result].owned)
            s->kind = STMT_HOLD;
        break;
    case STMT_GLOBAL_SET:
        if (is_counted(f->m, f->m->globals[s->index].type))
            s->kind = STMT_GLOBAL_HOLD;
        break;
    case STMT_RETURN:
    case STMT_THROW:
        for (uint32_t k = 0; k < s->arg_count; k++)
            if (is_counted(f->m, s->args[k]->type))
                s->args[k] = retained(f, s->args[k]);
        break;
    default:
        break;
    }
}

void references_count(lowered *l, const lower_plan *plan) {
    ir_func *f = &l->f;
    if (!plan->calls->counts_references)
        return;
    if (find_owned(f))
        node_prepend_stmt(f, &l->shape.body, STMT_HOLD_PARAMS);
    for (size_t k = 0; k < f->stmts.count; k++)
        count_in(f, &f->stmts.data[k]);
}
