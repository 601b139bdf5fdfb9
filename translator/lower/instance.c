/* Finds out whether the C of a function uses its instance: the C declares `self` only if it does. In come the nodes at the end of lowering;
 * out goes uses_instance, as far as it follows from the statements and trees that will be printed. */
#include "lower/passes.h"

#include <string.h>

static instance_use most(instance_use a, instance_use b) {
    return a > b ? a : b;
}

static instance_use of_tree(const expr *e) {
    instance_use use = INSTANCE_UNUSED;
    switch ((expr_kind)e->kind) {
    case EXPR_GLOBAL:
    case EXPR_MEMORY_SIZE:
    case EXPR_TABLE_SIZE:
    case EXPR_TABLE_GET:
    case EXPR_REF_FUNC:
    case EXPR_CAUGHT:
    case EXPR_ADOPT:
    case EXPR_LOAD:
        return INSTANCE_USED;
    case EXPR_IS_TYPE: /* needs the instance if the heap is shared, to find the type */
    case EXPR_CAST:
        use = INSTANCE_PERHAPS;
        break;
    default:
        break;
    }
    for (int k = 0; k < 3 && e->args[k] && use != INSTANCE_USED; k++)
        use = most(use, of_tree(e->args[k]));
    return use;
}

/* The use of something that may be left out or printed only in part. */
static instance_use perhaps(instance_use use) {
    return use == INSTANCE_USED ? INSTANCE_PERHAPS : use;
}

static instance_use of_trees(const stmt *s) {
    instance_use use = INSTANCE_UNUSED;
    for (uint32_t k = 0; k < s->arg_count && use != INSTANCE_USED; k++)
        use = most(use, of_tree(s->args[k]));
    return use;
}

static instance_use of_operation(const stmt *s) {
    const c_form *c = &opcode_table[s->op].c;
    switch ((c_form_kind)c->kind) {
    case FORM_STATEMENT:
        return strstr(c->text, "self->") ? INSTANCE_USED : of_trees(s);
    case FORM_ATOMIC:
    case FORM_WAIT:
    case FORM_MEMORY_INIT:
        return INSTANCE_USED;
    case FORM_FENCE:
        return INSTANCE_UNUSED;
    case FORM_WIDE: /* nothing is printed if nobody reads its results */
        return perhaps(of_trees(s));
    default:
        return s->result != NO_VAR ? INSTANCE_USED /* allocates */ : INSTANCE_PERHAPS;
    }
}

/* References that the statement receives from outside: the heap has to adopt them, unless nobody reads them. */
static instance_use of_what_comes_in(const ir_func *f, const stmt *s) {
    if (s->kind == STMT_HOLD_PARAMS)
        return f->m->uses_heap ? INSTANCE_PERHAPS : INSTANCE_UNUSED;
    for (uint32_t k = 0; s->result != NO_VAR && (k == 0 || k < s->result_count); k++)
        if (f->vars.data[s->result + k].received)
            return s->result_count > 1 ? INSTANCE_PERHAPS : INSTANCE_USED;
    return INSTANCE_UNUSED;
}

static instance_use of_statement(const stmt *s) {
    switch ((stmt_kind)s->kind) {
    case STMT_STORE:
    case STMT_GLOBAL_SET:
    case STMT_GLOBAL_HOLD:
    case STMT_CALL:
    case STMT_TAIL_CALL:
    case STMT_THROW:
        return INSTANCE_USED;
    case STMT_CALL_INDIRECT:
    case STMT_TAIL_CALL_INDIRECT:
        return s->index2 != NO_INDEX ? INSTANCE_USED : of_trees(s);
    case STMT_OP:
        return of_operation(s);
    default:
        return of_trees(s);
    }
}

static instance_use of_list(const ir_func *f, const node_list *list) {
    instance_use use = INSTANCE_UNUSED;
    for (const node *n = list->first; n && use != INSTANCE_USED; n = n->next) {
        if (n->kind == NODE_STMT)
            use = most(use, most(of_what_comes_in(f, n->stmt), of_statement(n->stmt)));
        if (node_condition(n))
            use = most(use, of_tree(n->condition));
        for (uint32_t k = 0; node_part(n, k) && use != INSTANCE_USED; k++)
            use = most(use, of_list(f, node_part(n, k)));
    }
    return use;
}

void instance_find_use(lowered *l) {
    l->f.uses_instance = l->f.memories != 0 ? INSTANCE_USED : of_list(&l->f, &l->shape.body);
}
