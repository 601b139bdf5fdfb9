/* Pass `lines`: how the printer lays out lines, and which jumps say where they go. In come the final nodes; out go marks on them:
 *
 *  - `on_line` on an if without an else whose body is one short statement, or an exit that is set and taken. The body is printed behind the
 *    condition:                                  if (!p1) break;     if (l4 > 9) { br = 2; break; }
 *  - `goal` on a jump to a place that is out of sight: the construct to whose end or beginning it goes. The jump and that place are printed
 *    with the `number` of the construct.
 *
 * The length of a line is estimated from the operators and variables in its trees. */
#include "lower/passes.h"

#include <string.h>

#define LONGEST 50    /* the most characters of a statement behind its condition */
#define SHORT_BLOCK 6 /* lines: a construct that is this short does not say at its end what ends */
#define FAR 60        /* lines: from this distance on, a reader loses sight of where a jump goes */

/* ---- How long a statement is ---- */

static unsigned width_of(const ir_func *f, const expr *e);

static unsigned width_of_args(const ir_func *f, expr *const *args, uint32_t count) {
    unsigned width = 0;
    for (uint32_t k = 0; k < count && width <= LONGEST; k++)
        width += (k > 0 ? 2 : 0) + width_of(f, args[k]);
    return width;
}

static unsigned width_of_number(uint64_t value) {
    unsigned digits = 1;
    for (; value > 9; value /= 10)
        digits++;
    return digits;
}

static unsigned width_of_var(const ir_func *f, uint32_t index) {
    const var *v = &f->vars.data[index];
    if (v->declared == DECLARED_NEVER) /* a call is printed in its place */
        return 12 + width_of_args(f, v->giver->args, v->giver->arg_count);
    return 1 + width_of_number(index);
}

static unsigned width_of(const ir_func *f, const expr *e) {
    unsigned operands = width_of_args(f, e->args, (uint32_t)expr_arg_count(e));
    const char *text = e->kind == EXPR_OP || e->kind == EXPR_LOAD ? opcode_table[e->op].c.text : NULL;
    switch ((expr_kind)e->kind) {
    case EXPR_CONST:
        return width_of_number(e->value);
    case EXPR_VAR:
        return width_of_var(f, e->index);
    case EXPR_OP:
        return operands + 2 + (text ? (unsigned)strlen(text) : 20);
    case EXPR_LOAD:
        return operands + 4 + (unsigned)strlen(text) + width_of_number(e->value);
    default:
        return operands + 10;
    }
}

/* Whether the statement declares the variable that it assigns: then it cannot be the body of an if. */
static bool declares(const ir_func *f, const stmt *s) {
    const var *v = s->result != NO_VAR ? &f->vars.data[s->result] : NULL;
    return v && v->declared == DECLARED_BY_VALUE && v->giver == s;
}

/* Whether the statement is a single C statement that is short enough to stand behind a condition. */
static bool is_short(const lowered *l, const lower_plan *plan, const stmt *s) {
    const ir_func *f = &l->f;
    unsigned width = 6 + width_of_args(f, s->args, s->arg_count);
    bool is_simple = false;
    switch ((stmt_kind)s->kind) {
    case STMT_SET:
        is_simple = !declares(f, s);
        break;
    case STMT_HOLD:
    case STMT_STORE:
    case STMT_GLOBAL_SET:
    case STMT_GLOBAL_HOLD:
        width += 8;
        is_simple = true;
        break;
    case STMT_CALL: /* each of several results takes a statement */
        width += 10;
        is_simple = !s->unwinds && s->result_count <= 1 && !(declares(f, s) && f->vars.data[s->result].reads > 0);
        break;
    case STMT_OP:
        width += 16;
        is_simple = opcode_table[s->op].c.kind == FORM_STATEMENT && s->result == NO_VAR;
        break;
    case STMT_TRAP:
    case STMT_CATCH:
    case STMT_THROW_REF:
        is_simple = true;
        break;
    case STMT_RETURN:
    case STMT_UNWIND:
        is_simple = !plan->calls->tail_calls[f->index];
        break;
    default:
        break;
    }
    return is_simple && width <= LONGEST;
}

static bool is_jump(const node *n) {
    return n->kind == NODE_BREAK || n->kind == NODE_CONTINUE;
}

static bool stands_on_line(const lowered *l, const lower_plan *plan, const node *n) {
    const node *first = n->body.first;
    while (first && first->is_operand && first->stmt->kind == STMT_CALL) /* is printed elsewhere */
        first = first->next;
    if (!first || n->otherwise.first)
        return false;
    if (first->kind == NODE_SET_EXIT)
        return first->next && first->next == n->body.last && is_jump(first->next);
    return first == n->body.last && (is_jump(first) || (first->kind == NODE_STMT && is_short(l, plan, first->stmt)));
}

/* ---- Where jumps go ---- */

/* A jump to the end of a construct that has not been reached yet. */
typedef struct leaving {
    node *jump;
    uint32_t line;
    struct leaving *next;
} leaving;

/* A construct whose end has not been reached. */
typedef struct open_construct {
    node *n;
    uint32_t begin; /* the line on which it begins */
    leaving *leaving;
    struct open_construct *loop; /* the innermost loop around it, or itself */
} open_construct;

typedef struct walk {
    lowered *l;
    const lower_plan *plan;
    uint32_t line;       /* estimated line of the printer */
    uint32_t constructs; /* number of constructs begun so far */
} walk;

static void walk_list(walk *w, const node_list *list, open_construct *in);

static void give_goal(node *jump, node *goal) {
    jump->goal = goal;
    goal->is_goal = true;
}

/* Whether the last jump met is at the end of the case. */
static bool ends_case(const open_construct *own, const switch_case *c) {
    return own->leaving && own->leaving->jump == c->body.last;
}

static void walk_construct(walk *w, node *n, open_construct *outer) {
    open_construct own = {.n = n, .begin = w->line, .loop = outer ? outer->loop : NULL};
    if (n->kind == NODE_LOOP)
        own.loop = &own;
    n->number = ++w->constructs;
    walk_list(w, &n->body, &own);
    for (uint32_t k = 0; k < n->case_count; k++) {
        w->line++;
        walk_list(w, &n->cases[k].body, &own);
        if (ends_case(&own, &n->cases[k])) /* everybody expects that: no need to say where it goes */
            own.leaving = own.leaving->next;
    }
    for (leaving *at = own.leaving; at; at = at->next)
        if (w->line - at->line > FAR)
            give_goal(at->jump, n);
    n->is_long |= w->line - own.begin > SHORT_BLOCK;
}

static void walk_jump(walk *w, node *n, open_construct *in) {
    if (n->kind == NODE_CONTINUE && in && in->loop && w->line - in->loop->begin > FAR) {
        give_goal(n, in->loop->n);
    } else if (n->kind == NODE_BREAK && in) {
        leaving *l = arena_alloc(w->l->f.arena, sizeof *l);
        *l = (leaving){n, w->line, in->leaving};
        in->leaving = l;
    }
}

static void walk_if(walk *w, node *n, open_construct *in) {
    n->on_line = stands_on_line(w->l, w->plan, n);
    walk_list(w, &n->body, in);
    if (n->otherwise.first)
        walk_list(w, &n->otherwise, in);
    w->line += n->on_line ? 0 : n->otherwise.first ? 2 : 1;
}

static void walk_list(walk *w, const node_list *list, open_construct *in) {
    const node *last = NULL;
    for (node *n = list->first; n; last = n, n = n->next) {
        w->line++;
        switch (n->kind) {
        case NODE_IF:
            walk_if(w, n, in);
            break;
        case NODE_LOOP:
        case NODE_BLOCK:
        case NODE_SWITCH:
            walk_construct(w, n, in);
            break;
        case NODE_BREAK:
        case NODE_CONTINUE:
            if (!last || last->kind != NODE_SET_EXIT) /* the number of the exit says where it goes */
                walk_jump(w, n, in);
            break;
        default:
            break;
        }
    }
}

void lines_lay_out(lowered *l, const lower_plan *plan) {
    walk w = {.l = l, .plan = plan};
    walk_list(&w, &l->shape.body, NULL);
}
