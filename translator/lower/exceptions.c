/* Lowers exceptions: try_table and its clauses; the legacy try with catch, delegate and rethrow; throwing; and the check after a call that
 * may throw.
 *
 * A thrown exception is pending until something catches it (wasmelt/code/unwind.h). A try becomes two blocks, of which the inner one holds
 * its body. Whatever throws in the body branches to the end of the inner block, where the handler begins:
 *
 *     block TRY
 *       block HANDLER
 *         body
 *       end
 *       if unwinding        left out if the end of the body is never reached
 *         if caught(tag)    for each clause, or catch
 *           ...
 *         end
 *         branch to the handler of the try around this one, or leave the function
 *       end
 *     end */
#include "lower/build_internal.h"

/* ---- Throwing ---- */

/* Continues unwinding while an exception is pending: branches to the handler or leaves the function. */
static void build_unwind(builder *b, uint32_t handler) {
    if (handler == NO_LABEL)
        stmt_new(b, STMT_UNWIND);
    else
        stmt_branch(b, STMT_BR, handler);
}

static expr *unwinding(builder *b) {
    return expr_new(b, EXPR_UNWINDING, WASMELT_I32);
}

void build_throw(builder *b, const instr *i) {
    const module *m = b->f->m;
    uint32_t count = m->types[m->tags[i->index].type].param_count;
    /* Operands that trap do so before the exception is made. */
    for (size_t k = b->stack.count - count; k < b->stack.count; k++)
        stack_settle(b, k);
    size_t at = build_effect(b, STMT_THROW, i, count);
    b->f->stmts.data[at].index = i->index;
    build_unwind(b, vec_last(&b->frames).handler);
}

void build_throw_ref(builder *b, const instr *i) {
    stack_settle_effects(b, b->stack.count, FX_TRAPS);
    build_effect(b, STMT_THROW_REF, i, 1);
    build_unwind(b, vec_last(&b->frames).handler);
}

void build_rethrow(builder *b, const instr *i) {
    stack_settle_effects(b, b->stack.count, FX_TRAPS);
    const frame *of = frame_at(b, i->index);
    uint32_t handler = vec_last(&b->frames).handler;
    if (!of->stays_pending) {
        expr *exception = expr_var(b, of->caught);
        stmt *s = stmt_with(b, STMT_THROW_REF, 1, &exception);
        s->value = handler == of->handler; /* the catch is not entered again: its variable is not needed any more */
    }
    build_unwind(b, handler);
}

void build_call_check(builder *b, size_t call) {
    uint32_t handler = vec_last(&b->frames).handler;
    if (handler == NO_LABEL) {
        b->f->stmts.data[call].unwinds = true;
        return;
    }
    expr *condition = unwinding(b);
    stmt *s = stmt_branch(b, STMT_BR_IF, handler);
    s->args = args_copy(b, 1, &condition);
    s->arg_count = 1;
}

/* ---- Beginning a try ---- */

void build_try(builder *b, const instr *i) {
    stack_settle_all(b, b->stack.count);
    frame *fr = frame_open(b, STMT_BLOCK, &i->block);
    fr->try_state = TRY_BODY;
    if (i->op == OP_TRY_TABLE) {
        fr->clauses = i->list;
        fr->clause_count = i->count;
    }
    uint32_t handler = label_new(b, STMT_BLOCK);
    b->f->labels.data[handler].is_handler = true;
    stmt_new(b, STMT_BLOCK)->label = handler;
    fr->handler = fr->own_handler = handler;
}

/* ---- Catching ---- */

/* Opens an if and returns its label. */
static uint32_t open_if(builder *b, expr *condition) {
    uint32_t opened = label_new(b, STMT_IF);
    stmt_with(b, STMT_IF, 1, &condition)->label = opened;
    return opened;
}

static void close_if(builder *b, uint32_t opened) {
    if (opened != NO_LABEL)
        label_close(b, opened, false);
}

static uint32_t open_if_caught(builder *b, uint32_t tag) {
    expr *condition = expr_new(b, EXPR_CAUGHT, WASMELT_I32);
    condition->index = tag;
    return open_if(b, condition);
}

/* Takes the pending exception into a variable. */
static void take(builder *b, uint32_t variable) {
    stmt *s = stmt_new(b, STMT_CATCH);
    s->result = variable;
    s->result_count = 1;
}

static void push_payload(builder *b, uint32_t tag, uint32_t exception) {
    const module *m = b->f->m;
    const type_def *t = &m->types[m->tags[tag].type];
    for (uint32_t k = 0; k < t->param_count; k++) {
        expr *of = expr_var(b, exception);
        expr *e = expr_new(b, EXPR_PAYLOAD, t->params[k]);
        e->value = k;
        expr_set_arg(e, 0, of);
        uint32_t variable = var_new(b, VAR_TEMP, t->params[k]);
        stmt_assign(b, variable, e);
        stack_push(b, expr_var(b, variable));
    }
}

/* Ends a try's body. Returns false if nothing can throw in it: then it is a plain block. */
static bool leave_body(builder *b, bool reachable) {
    frame *fr = &vec_last(&b->frames);
    fr->handler = b->frames.data[b->frames.count - 2].handler;
    fr->then_falls = reachable;
    fr->try_state = TRY_CATCHES;
    if (b->f->labels.data[fr->own_handler].uses == 0) {
        fr->try_state = TRY_NEVER;
        label_close(b, fr->own_handler, reachable);
        return false;
    }
    if (reachable) {
        frame_assign_results(b, fr);
        stmt_branch(b, STMT_BR, fr->label);
    }
    stack_truncate(b, fr->height);
    label_close(b, fr->own_handler, false);
    return true;
}

/* Closes a try's frame, whose catches are done. Returns whether the code after it can be reached. */
static bool close_try(builder *b) {
    frame *fr = &vec_last(&b->frames);
    label_close(b, fr->label, false);
    bool after = b->f->labels.data[fr->label].uses > 0;
    stack_truncate(b, fr->height);
    if (after)
        frame_push_results(b, fr);
    (void)vec_pop(&b->frames);
    return after;
}

/* Lowers one clause of try_table: a branch to its label with the payload and, for catch_ref and catch_all_ref, the exception. */
static void build_clause(builder *b, catch_clause clause) {
    bool by_tag = clause.kind <= 1, with_exception = clause.kind == 1 || clause.kind == 3;
    uint32_t opened = by_tag ? open_if_caught(b, clause.tag) : NO_LABEL;
    size_t height = b->stack.count;
    if (!with_exception && b->caught == NO_VAR)
        b->caught = var_new(b, VAR_RESULT, WASMELT_EXNREF);
    uint32_t exception = with_exception ? var_new(b, VAR_TEMP, WASMELT_EXNREF) : b->caught;
    take(b, exception);
    if (by_tag)
        push_payload(b, clause.tag, exception);
    if (with_exception)
        stack_push(b, expr_var(b, exception));
    else
        stmt_assign(b, exception, expr_constant(b, WASMELT_EXNREF, 0));
    build_jump(b, frame_at(b, clause.label + 1));
    stack_truncate(b, height);
    close_if(b, opened);
}

static void build_clauses(builder *b) {
    frame fr = vec_last(&b->frames);
    for (uint32_t k = 0; k < fr.clause_count && !build_is_too_large(b); k++) {
        catch_clause clause = instr_next_catch(&fr.clauses);
        build_clause(b, clause);
        if (clause.kind >= 2)
            return;
    }
    build_unwind(b, fr.handler);
}

/* Ends the code of a legacy catch. */
static void close_catch(builder *b, bool reachable) {
    frame *fr = &vec_last(&b->frames);
    if (reachable) {
        frame_assign_results(b, fr);
        stmt_branch(b, STMT_BR, fr->label);
    }
    stack_truncate(b, fr->height);
    close_if(b, fr->clause);
}

/* Whether the branch leaves the code of the block that is `depth` blocks further out. */
static bool branches_out(const instr *i, uint32_t depth) {
    if (opcode_table[i->op].immediates != IMM_LABELS)
        return i->index >= depth;
    cursor labels = i->list;
    for (uint32_t k = 0; k <= i->count; k++)
        if (instr_next_label(&labels) >= depth)
            return true;
    return false;
}

/* Whether the code of a catch_all, which begins at the cursor, can only end by rethrowing, and nothing in it can read the pending
 * exception. Then the exception stays pending instead of being caught and thrown again. C++ compilers make such code to run the destructors
 * of a function's variables. The search ends at the next try, so that no code is read twice for it. */
static bool only_cleans_up(const builder *b) {
    const module *m = b->f->m;
    cursor c = b->c;
    uint32_t depth = 0; /* number of blocks open inside the catch */
    bool ends = false;  /* the rest of the catch's own code is not reached */
    for (;;) {
        instr i;
        if (!instr_read(&c, m, &i))
            return false;
        switch (i.op) {
        case OP_BLOCK:
        case OP_LOOP:
        case OP_IF:
            depth++;
            break;
        case OP_END:
            if (depth-- == 0)
                return ends;
            break;
        case OP_UNREACHABLE:
            ends |= depth == 0;
            break;
        case OP_RETHROW:
            if (i.index != depth)
                return false;
            ends |= depth == 0;
            break;
        case OP_CALL:
            if (b->calls->reads_pending[i.index])
                return false;
            break;
        case OP_CALL_INDIRECT:
        case OP_CALL_REF:
        case OP_RETURN:
        case OP_RETURN_CALL:
        case OP_RETURN_CALL_INDIRECT:
        case OP_RETURN_CALL_REF:
        case OP_MEMORY_GROW:
        case OP_TABLE_GROW:
            return false;
        default: {
            const opcode_info *of = &opcode_table[i.op];
            if (of->feature == FEATURE_EXCEPTIONS || of->feature == FEATURE_LEGACY_EXCEPTIONS || of->feature == FEATURE_GC)
                return false;
            if ((of->immediates == IMM_LABEL || of->immediates == IMM_LABELS) && branches_out(&i, depth))
                return false;
        }
        }
    }
}

bool build_catch(builder *b, const instr *i, bool reachable) {
    frame *fr = &vec_last(&b->frames);
    if (fr->try_state == TRY_BODY) {
        if (!leave_body(b, reachable))
            return false;
        fr = &vec_last(&b->frames);
        fr->caught = NO_VAR;
    } else if (fr->try_state == TRY_NEVER) {
        return false;
    } else {
        close_catch(b, reachable);
    }
    fr->clause = i->op == OP_CATCH ? open_if_caught(b, i->index) : NO_LABEL;
    fr->caught_all = i->op == OP_CATCH_ALL;
    fr->stays_pending = fr->caught_all && only_cleans_up(b);
    if (fr->stays_pending)
        return true;
    if (fr->caught == NO_VAR)
        fr->caught = var_new(b, VAR_RESULT, WASMELT_EXNREF);
    take(b, fr->caught);
    if (i->op == OP_CATCH)
        push_payload(b, i->index, fr->caught);
    return true;
}

bool build_delegate(builder *b, const instr *i, bool reachable) {
    if (!leave_body(b, reachable))
        return build_end(b, reachable);
    build_unwind(b, frame_at(b, i->index + 1)->handler);
    return close_try(b);
}

bool build_try_end(builder *b, bool reachable) {
    frame *fr = &vec_last(&b->frames);
    if (fr->try_state == TRY_BODY) {
        if (!leave_body(b, reachable))
            return build_end(b, reachable);
        build_clauses(b);
        return close_try(b);
    }
    if (fr->try_state == TRY_NEVER)
        return build_end(b, fr->then_falls);
    close_catch(b, reachable);
    if (!fr->caught_all)
        build_unwind(b, fr->handler);
    return close_try(b);
}
