/* Pass `references`: makes the counting of references explicit (is_counted in wasm/representations.def). In come the nodes; out go the same
 * with statements and trees that count.
 *
 *  - A variable of such a type is `owned`: it keeps its object alive until it is assigned another value or the function ends. An assignment
 * to it counts the new reference and releases the old one; so does an assignment to a global: r1 = global 0        becomes  hold r1 =
 * global 0 global.set 0(r1)     becomes  hold global 0(r1) References that a call returns or a catch takes have been counted already.
 *  - A reference is counted before it is given to code that will release it: to the caller of the function, or to the payload of an
 * exception. return(r1)           becomes  return(retain(r1)) Arguments are not counted: the called function counts its parameters when it
 * begins. Arguments of a tail call are counted in the buffer that passes them, wherever that buffer is filled or read
 * (wasmelt/code/support.h).
 *  - In a module with a heap, exceptions are objects of that heap and variables are not counted, because the collector finds them. The
 *    variables are `received`: an exception that comes from a call, a catch or a parameter, or is read from a global, a table or a payload,
 * is turned into an object of the heap unless it is one: r1 = global 0        becomes  r1 = adopt(global 0)
 *
 * Requires that dead assignments have been removed. After this pass no assignment may be removed. */
#include "lower/passes.h"

/* Marks the variables as owned or received. Returns whether parameters are among them. */
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

/* The tree, adopted if it reads a place where exceptions are counted: the exception may belong to another heap, or to none. */
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
    case STMT_THROW: /* its payload is not counted if exceptions belong to a heap */
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
