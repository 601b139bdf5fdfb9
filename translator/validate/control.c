/* Control instructions (sections 3.4.5 and 3.4.6), with the legacy exception instructions. */
#include <string.h>

#include "validate/validator.h"

static void block_types(const validator *v, const block_type *b, types *start, types *end) {
    *start = no_types();
    *end = no_types();
    if (b->kind == BLOCK_VALUE) {
        *end = one_type(b->value);
    } else if (b->kind == BLOCK_TYPE) {
        *start = param_types(&v->m->types[b->type]);
        *end = result_types(&v->m->types[b->type]);
    }
}

static bool enter_block(validator *v, const instr *i) {
    types start, end;
    block_types(v, &i->block, &start, &end);
    if (!operands_pop(v, start))
        return false;
    push_control(v, i->op, start, end);
    return true;
}

static bool validate_else(validator *v) {
    control c;
    if (vec_last(&v->controls).op != OP_IF)
        return report_invalid(v, "else without if");
    if (!pop_control(v, &c))
        return false;
    push_control(v, OP_ELSE, c.start, c.end);
    return true;
}

static bool validate_end(validator *v) {
    control c;
    if (!pop_control(v, &c))
        return false;
    if (c.op == OP_IF) { /* no else: it would pass the parameters on as results */
        control missing;
        push_control(v, OP_ELSE, c.start, c.end);
        if (!pop_control(v, &missing))
            return false;
    }
    operands_push(v, c.end);
    return true;
}

/* ---- Branches ---- */

void note_jump(validator *v, uint32_t label_index, const control *label) {
    v->notes.repeats += label->op == OP_LOOP;
    v->notes.crossed += label_index;
    v->notes.loop_exits += label->loops < v->loop_depth;
}

static bool validate_br(validator *v, const instr *i) {
    control *label;
    if (!find_label(v, i->index, &label) || !operands_pop(v, label_types(label)))
        return false;
    note_jump(v, i->index, label);
    set_unreachable(v);
    return true;
}

static bool validate_br_if(validator *v, const instr *i) {
    control *label;
    if (!operand_pop(v, WASMELT_I32) || !find_label(v, i->index, &label))
        return false;
    note_jump(v, i->index, label);
    return operands_check(v, label_types(label));
}

/* Whether the values on top of the stack match the types, without popping them: different labels of one br_table may require
 * different types of the same values. */
static bool top_matches(validator *v, types t) {
    const control *top = &vec_last(&v->controls);
    for (uint32_t k = 0; k < t.count; k++) {
        size_t have = v->operands.count - top->height;
        if (k >= have)
            return top->unreachable || report_invalid(v, "type mismatch: too few values for the label");
        wasmelt_valtype found = v->operands.data[v->operands.count - 1 - k];
        if (!valtype_matches(v->m, found, type_at(&t, t.count - 1 - k)))
            return report_invalid(v, "type mismatch: br_table carries other types than its label takes");
    }
    return true;
}

static bool validate_br_table(validator *v, const instr *i) {
    if (!operand_pop(v, WASMELT_I32))
        return false;
    uint32_t arity = 0;
    types checked = no_types();
    bool repeats = false, leaves_loop = false;
    cursor list = i->list;
    for (uint32_t k = 0; k <= i->count; k++) {
        control *label;
        if (!find_label(v, instr_next_label(&list), &label))
            return false;
        repeats |= label->op == OP_LOOP;
        leaves_loop |= label->loops < v->loop_depth;
        types t = label_types(label);
        if (k == 0)
            arity = t.count;
        else if (t.count != arity)
            return report_invalid(v, "type mismatch: labels of br_table differ in arity");
        bool same = k > 0 && t.at == checked.at && t.single == checked.single;
        if (!same && !top_matches(v, t))
            return false;
        checked = t;
    }
    v->notes.repeats += repeats;
    v->notes.loop_exits += leaves_loop;
    set_unreachable(v);
    return true;
}

static bool validate_return(validator *v) {
    v->notes.loop_exits += v->loop_depth > 0;
    if (!operands_pop(v, v->results))
        return false;
    set_unreachable(v);
    return true;
}

/* ---- Calls ---- */

/* Common to all calls: pops the arguments, then pushes the results or, for a tail call, checks them against the function's own. */
static bool finish_call(validator *v, const type_def *callee, bool is_tail) {
    types results = result_types(callee);
    if (!operands_pop(v, param_types(callee)))
        return false;
    if (!is_tail) {
        operands_push(v, results);
        return true;
    }
    if (results.count != v->results.count)
        return report_invalid(v, "type mismatch: the callee's results are not the caller's");
    for (uint32_t k = 0; k < results.count; k++)
        if (!valtype_matches(v->m, type_at(&results, k), type_at(&v->results, k)))
            return report_invalid(v, "type mismatch: the callee's results are not the caller's");
    set_unreachable(v);
    return true;
}

static bool validate_call(validator *v, const instr *i) {
    if (!check_func(v, i->index))
        return false;
    return finish_call(v, &v->m->types[v->m->funcs[i->index].type], i->op == OP_RETURN_CALL);
}

static bool validate_call_indirect(validator *v, const instr *i) {
    const type_def *callee;
    if (!check_table(v, i->index2) || !check_type(v, i->index, TYPE_FUNC, &callee))
        return false;
    const table *t = &v->m->tables[i->index2];
    if (!valtype_matches(v->m, t->element, WASMELT_FUNCREF))
        return report_invalid(v, "type mismatch: call_indirect through a table that holds no functions");
    return operand_pop(v, address_type(t->is64)) && finish_call(v, callee, i->op == OP_RETURN_CALL_INDIRECT);
}

static bool validate_call_ref(validator *v, const instr *i) {
    const type_def *callee;
    return check_type(v, i->index, TYPE_FUNC, &callee) && operand_pop(v, WASMELT_REF_NULL(i->index)) &&
           finish_call(v, callee, i->op == OP_RETURN_CALL_REF);
}

/* ---- Exceptions ---- */

static bool validate_throw(validator *v, const instr *i) {
    types params;
    if (!check_tag(v, i->index, &params) || !operands_pop(v, params))
        return false;
    set_unreachable(v);
    return true;
}

/* A catch clause of try_table branches to a label outside it with the payload and, for catch_ref and catch_all_ref, the exception. */
static bool validate_clause(validator *v, catch_clause clause) {
    types sent = no_types();
    control *label;
    if (clause.kind <= 1 && !check_tag(v, clause.tag, &sent))
        return false;
    if (!find_label(v, clause.label, &label))
        return false;
    types taken = label_types(label);
    bool with_exception = clause.kind == 1 || clause.kind == 3;
    if (taken.count != sent.count + with_exception)
        return report_invalid(v, "type mismatch: the label takes another number of values than the clause sends");
    for (uint32_t k = 0; k < taken.count; k++) {
        wasmelt_valtype t = k < sent.count ? type_at(&sent, k) : WASMELT_REF(WASMELT_HEAP_EXN);
        if (!valtype_matches(v->m, t, type_at(&taken, k)))
            return report_invalid(v, "type mismatch: the label takes other types than the clause sends");
    }
    return true;
}

static bool validate_try_table(validator *v, const instr *i) {
    cursor list = i->list;
    for (uint32_t k = 0; k < i->count; k++)
        if (!validate_clause(v, instr_next_catch(&list)))
            return false;
    return enter_block(v, i);
}

static bool validate_catch(validator *v, const instr *i) {
    control c;
    types params = no_types();
    opcode before = vec_last(&v->controls).op;
    if (before != OP_TRY && before != OP_CATCH)
        return report_invalid(v, "catch without try");
    if (i->op == OP_CATCH && !check_tag(v, i->index, &params))
        return false;
    if (!pop_control(v, &c))
        return false;
    push_control(v, i->op, no_types(), c.end);
    operands_push(v, params);
    return true;
}

static bool validate_delegate(validator *v, const instr *i) {
    control c, *label;
    if (vec_last(&v->controls).op != OP_TRY)
        return report_invalid(v, "delegate without try");
    if (!pop_control(v, &c) || !find_label(v, i->index, &label))
        return false;
    operands_push(v, c.end);
    return true;
}

static bool validate_rethrow(validator *v, const instr *i) {
    control *label;
    if (!find_label(v, i->index, &label))
        return false;
    if (label->op != OP_CATCH && label->op != OP_CATCH_ALL)
        return report_invalid(v, "invalid rethrow label: it names no catch");
    set_unreachable(v);
    return true;
}

static bool validate_throw_ref(validator *v) {
    if (!operand_pop(v, WASMELT_REF_NULL(WASMELT_HEAP_EXN)))
        return false;
    set_unreachable(v);
    return true;
}

void note_branch(validator *v, size_t offset) {
    uint32_t length = (uint32_t)(offset - v->straight_from);
    if (length > v->notes.straight)
        v->notes.straight = length;
    if (v->members > v->notes.members)
        v->notes.members = v->members;
    if (v->shifts > v->notes.shifts)
        v->notes.shifts = v->shifts;
    v->straight_from = offset;
    v->members = v->shifts = 0;
}

/* Longest code, in bytes, from the reading of a local to the branch that is said to test it: a comparison with a constant. */
#define LONGEST_TEST 12

/* Notes which local an if or br_if tests. */
static void note_test(validator *v, const instr *i) {
    if (v->read_at == 0 || i->offset - v->read_at > LONGEST_TEST)
        return;
    size_t at = 0;
    while (at < TESTED_LOCALS - 1 && !(v->tested[at].count > 0 && v->tested[at].local == v->read_local))
        at++;
    tested_local t = v->tested[at];
    if (t.count == 0 || t.local != v->read_local)
        t = (tested_local){v->read_local, 0};
    v->notes.tests++;
    v->notes.retests += t.count++;
    memmove(v->tested + 1, v->tested, at * sizeof *v->tested);
    v->tested[0] = t;
}

bool validate_control(validator *v, const instr *i) {
    if (i->op == OP_IF || i->op == OP_BR_IF)
        note_test(v, i);
    if (i->op == OP_IF || i->op == OP_BR_IF || i->op == OP_BR_TABLE) /* for `straight`; C compilers remove unconditional branches */
        note_branch(v, i->offset);
    switch (i->op) {
    case OP_UNREACHABLE:
        set_unreachable(v);
        return true;
    case OP_LOOP:
        v->notes.loops++;
        return enter_block(v, i);
    case OP_BLOCK:
        return enter_block(v, i);
    case OP_TRY:
        return enter_block(v, i) && note_instr(v, i);
    case OP_IF:
        return operand_pop(v, WASMELT_I32) && enter_block(v, i);
    case OP_TRY_TABLE:
        v->notes.branches += 2 * i->count; /* each clause compares a tag, and a call takes the exception */
        return validate_try_table(v, i) && note_instr(v, i);
    case OP_ELSE:
        return validate_else(v);
    case OP_CATCH:
    case OP_CATCH_ALL:
        return validate_catch(v, i) && note_instr(v, i);
    case OP_DELEGATE:
        return validate_delegate(v, i) && note_instr(v, i);
    case OP_END:
        return validate_end(v) && (v->tries.count == 0 || note_instr(v, i));
    case OP_BR:
        return validate_br(v, i);
    case OP_BR_IF:
        return validate_br_if(v, i);
    case OP_BR_TABLE:
        v->notes.branches += i->count;
        return validate_br_table(v, i);
    case OP_RETURN:
        return validate_return(v);
    case OP_CALL:
    case OP_RETURN_CALL:
        return validate_call(v, i) && note_instr(v, i);
    case OP_CALL_INDIRECT:
    case OP_RETURN_CALL_INDIRECT:
        return validate_call_indirect(v, i) && note_instr(v, i);
    case OP_CALL_REF:
    case OP_RETURN_CALL_REF:
        return validate_call_ref(v, i) && note_instr(v, i);
    case OP_THROW:
        return validate_throw(v, i) && note_instr(v, i);
    case OP_RETHROW:
        return validate_rethrow(v, i) && note_instr(v, i);
    default:
        return validate_throw_ref(v) && note_instr(v, i);
    }
}
