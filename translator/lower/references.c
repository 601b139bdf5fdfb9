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
 *  - In a module with a heap, exceptions are objects of it, and variables are not counted: the collector looks at them. They are
 *    `received`: what comes in by a call, a catch or a parameter is made such an object if it is none, and so is what a global, a table
 *    or a payload has:
 *                                            r1 = global 0        becomes  r1 = adopt(global 0)
 *
 * Requires that dead assignments are gone; afterwards there are none left that could be dropped. */
#include "lower/passes.h"

/* The variables, and whether the function has parameters among them. */
static bool find_owned(ir_func *f) {
    bool has_params = false;
    for (size_t k = 0; k < f->vars.count; k++) {
        var *v = &f->vars.data[k];
        bool counts = is_counted(f->m, v->type);
        v->owned = counts && !f->m->uses_heap;
        v->received = counts && f->m->uses_heap;
        has_params |= counts && v->kind == VAR_PARAM;
    }
    return has_params;
}

static expr *wrapped(ir_func *f, expr_kind kind, expr *e) {
    expr *around = arena_alloc(f->arena, sizeof *around);
    *around = (expr){
        .kind = (uint8_t)kind, .nodes = (uint8_t)(e->nodes + 1), .effects = e->effects, .type = e->type, .offset = e->offset, .args = {e}};
    return around;
}

/* What is read of where exceptions are counted may be of another heap, or of none. */
static expr *adopted(ir_func *f, expr *e) {
    for (int k = 0; k < 3 && e->args[k]; k++)
        e->args[k] = adopted(f, e->args[k]);
    bool comes_in = e->kind == EXPR_GLOBAL || e->kind == EXPR_TABLE_GET || e->kind == EXPR_PAYLOAD;
    return comes_in && is_counted(f->m, e->type) ? wrapped(f, EXPR_ADOPT, e) : e;
}

static void count_in(ir_func *f, stmt *s) {
    for (uint32_t k = 0; f->m->uses_heap && k < s->arg_count; k++)
        s->args[k] = adopted(f, s->args[k]);
    switch (s->kind) {
    case STMT_SET:
        if (f->vars.data[s->result].owned)
            s->kind = STMT_HOLD;
        break;
    case STMT_GLOBAL_SET:
        if (is_counted(f->m, f->m->globals[s->index].type))
            s->kind = STMT_GLOBAL_HOLD;
        break;
    case STMT_THROW: /* whose payload is not counted in a heap */
    case STMT_RETURN:
        for (uint32_t k = 0; k < s->arg_count; k++)
            if (is_counted(f->m, s->args[k]->type) && (s->kind == STMT_RETURN || !f->m->uses_heap))
                s->args[k] = wrapped(f, EXPR_RETAIN, s->args[k]);
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
