/* Pass `tidy`: less nesting. In come the C statements of a function as structure.c placed them; out goes the same code in a form that reads
 * from top to bottom instead of from outside in:
 *
 *  - the contents of an else after an arm that ends in a jump follow the if:    if (c) { ...; break; } else { A }
 *    becomes                                                                   if (c) { ...; break; } A
 *  - an if around all that is left of a list leaves the list instead:           for (;;) { if (c) { A } }
 *    becomes                                                                   for (;;) { if (!c) continue; A }
 *    and likewise if a jump follows that the arm does not reach:                if (c) { A; continue; } break;
 *    becomes                                                                   if (!c) break; A; continue;
 *  - a jump to where control goes at the end of the list anyway is left out;
 *  - the last case of a switch ends as the others do, by a jump;
 *  - a block that is left early only by one exit, to skip some statements, becomes an if around these statements:
 *                                                                               BLOCK { A; if (br > 3) break; B }
 *    becomes                                                                   A; if (br <= 3) { B }
 *
 * Nothing is evaluated in another order, or more or less often. */
#include "lower/passes.h"

/* Which jump has the same effect as falling off the end of a list. */
typedef enum list_end { END_OTHER, END_BREAK, END_CONTINUE, END_RETURN } list_end;

static void tidy_list(ir_func *f, node_list *list, list_end end);

static uint8_t opposite(uint8_t test) {
    static const uint8_t of[] = {
        [TEST_EXPR] = TEST_NOT_EXPR,    [TEST_NOT_EXPR] = TEST_EXPR,        [TEST_EXIT] = TEST_NOT_EXIT,
        [TEST_NOT_EXIT] = TEST_EXIT,    [TEST_ABOVE_EXIT] = TEST_UPTO_EXIT, [TEST_UPTO_EXIT] = TEST_ABOVE_EXIT,
        [TEST_ANY_EXIT] = TEST_NO_EXIT, [TEST_NO_EXIT] = TEST_ANY_EXIT,
    };
    return of[test];
}

/* Puts the nodes of `inner` after `n`, which is in `list`. */
static void splice(node_list *list, node *n, node_list *inner) {
    if (!inner->first)
        return;
    inner->last->next = n->next;
    n->next = inner->first;
    if (list->last == n)
        list->last = inner->last;
    *inner = (node_list){0};
}

static bool is_construct(const node *n) {
    return n->kind == NODE_IF || n->kind == NODE_LOOP || n->kind == NODE_BLOCK || n->kind == NODE_SWITCH;
}

/* Whether the list is too long to be read behind a condition. */
static bool is_long(const node_list *list) {
    return list->first && (list->first != list->last || is_construct(list->first));
}

/* Appends the jump that has the same effect as falling off the end of the list. */
static void append_end(ir_func *f, node_list *list, list_end end) {
    if (end == END_RETURN) {
        node *n = node_new_stmt(f, STMT_RETURN);
        *(list->last ? &list->last->next : &list->first) = n;
        list->last = n;
    } else {
        node_append(f, list, end == END_BREAK ? NODE_BREAK : NODE_CONTINUE);
    }
}

/* Whether the rest of the list is only a jump that leaves it, of one or two nodes. */
static bool only_leaves(const node *rest) {
    if (rest->kind == NODE_SET_EXIT && rest->next)
        rest = rest->next;
    bool is_return = rest->kind == NODE_STMT && rest->stmt->kind == STMT_RETURN;
    return !rest->next && (rest->kind == NODE_BREAK || rest->kind == NODE_CONTINUE || is_return);
}

/* Inverts the if: its body is replaced by `instead`, and the old body follows the if. */
static void turn_around(node_list *list, node *n, node_list instead) {
    node_list body = n->body;
    n->test = opposite(n->test);
    n->body = instead;
    n->otherwise = (node_list){0};
    splice(list, n, &body);
}

static void tidy_if(ir_func *f, node_list *list, node *n, list_end end) {
    bool goes_on = node_list_is_open(&n->body);
    if (n->otherwise.first && !goes_on) {
        splice(list, n, &n->otherwise);
    } else if (n->otherwise.first && !node_list_is_open(&n->otherwise)) {
        turn_around(list, n, n->otherwise);
    } else if (!n->otherwise.first && is_long(&n->body)) {
        node_list jump = {0};
        if (n->next && !goes_on && only_leaves(n->next)) {
            jump = (node_list){n->next, list->last};
            n->next = NULL;
            list->last = n;
        } else if (!n->next && end != END_OTHER) {
            append_end(f, &jump, end);
        }
        if (jump.first)
            turn_around(list, n, jump);
    }
    list_end inner = n->next ? END_OTHER : end;
    tidy_list(f, &n->body, inner);
    tidy_list(f, &n->otherwise, inner);
    if (!n->body.first && inner != END_OTHER) /* an if needs a statement: put back the jump that tidy_list has just left out */
        append_end(f, &n->body, inner);
}

/* Whether the node is a jump with the same effect as falling off the end of its list. */
static bool is_end(const node *n, list_end end) {
    return !n->next && ((n->kind == NODE_BREAK && end == END_BREAK) || (n->kind == NODE_CONTINUE && end == END_CONTINUE));
}

#define MOST_WRAPPED 6 /* the most statements that are put into an if */

/* Whether a `break` in the nodes before `end` leaves the construct around them. */
static bool breaks(const node *n, const node *end) {
    for (; n != end; n = n->next)
        if (n->kind == NODE_BREAK || (n->kind == NODE_IF && (breaks(n->body.first, NULL) || breaks(n->otherwise.first, NULL))))
            return true;
    return false;
}

static bool sends_exits_on(const node *n) {
    return n->kind == NODE_IF && !n->otherwise.first && n->body.first && n->body.first->kind == NODE_BREAK &&
           (n->test == TEST_EXIT || n->test == TEST_ANY_EXIT || n->test == TEST_ABOVE_EXIT);
}

static bool is_short(const node *n) {
    unsigned count = 0;
    for (; n; n = n->next)
        if (++count > MOST_WRAPPED || (n->kind != NODE_STMT && n->kind != NODE_SET_EXIT))
            return false;
    return count > 0;
}

/* Replaces the block `n` by its statements, the last of them inside an if, if that is all that the block is for. Returns the last node that
 * came from the block. */
static node *dissolve(node_list *list, node *n) {
    node *sender = n->body.first;
    while (sender && !sends_exits_on(sender))
        sender = sender->next;
    if (!sender || sender == n->body.first || !is_short(sender->next) || breaks(n->body.first, sender))
        return n;
    sender->test = opposite(sender->test);
    sender->body = (node_list){sender->next, n->body.last};
    sender->next = n->next;
    if (list->last == n)
        list->last = sender;
    *n = *n->body.first; /* the list's node is now the block's first statement */
    return sender;
}

/* Whether a case has neither labels nor statements, so that it can be removed. */
static bool is_nothing(const switch_case *c) {
    return c->value_count == 0 && !c->is_default && !c->body.first;
}

static void end_last_case(ir_func *f, node *n) {
    uint32_t k = n->case_count;
    while (k > 0 && is_nothing(&n->cases[k - 1]))
        k--;
    if (k > 0 && node_list_is_open(&n->cases[k - 1].body))
        node_append(f, &n->cases[k - 1].body, NODE_BREAK);
}

static void tidy_list(ir_func *f, node_list *list, list_end end) {
    node *last = NULL;
    for (node *n = list->first; n; last = n, n = n->next) {
        if (is_end(n, end)) {
            if (last)
                last->next = NULL;
            else
                list->first = NULL;
            list->last = last;
            return;
        }
        if (n->kind == NODE_STMT)
            continue;
        if (n->kind == NODE_IF) {
            tidy_if(f, list, n, end);
        } else if (n->kind == NODE_LOOP) {
            tidy_list(f, &n->body, END_CONTINUE);
        } else if (n->kind == NODE_BLOCK) {
            tidy_list(f, &n->body, END_BREAK);
            n = dissolve(list, n);
        }
        for (uint32_t k = 0; k < n->case_count; k++)
            tidy_list(f, &n->cases[k].body, END_OTHER);
        if (n->kind == NODE_SWITCH)
            end_last_case(f, n);
    }
}

void tidy_nesting(lowered *l, const lower_plan *plan) {
    bool returns_at_end = l->f.type->result_count == 0 && !plan->calls->tail_calls[l->f.index];
    if (!l->shape.flat)
        tidy_list(&l->f, &l->shape.body, returns_at_end ? END_RETURN : END_OTHER);
}
