/* The operand stack and the control stack of the validation algorithm (appendix of the specification), and checks of indices. */
#include <stdarg.h>
#include <stdio.h>

#include "validate/validator.h"

bool report_invalid(validator *v, const char *format, ...) {
    char message[200];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return diag_fail(v->d, v->offset, "%s", message);
}

/* ---- Operands ---- */

bool operand_pop_any(validator *v, wasmelt_valtype *t) {
    if (v->operands.count == v->floor) {
        *t = TYPE_BOTTOM;
        return vec_last(&v->controls).unreachable || report_invalid(v, "type mismatch: the operand stack is empty");
    }
    *t = vec_pop(&v->operands);
    return true;
}

static bool mismatch(validator *v, wasmelt_valtype found, wasmelt_valtype expected) {
    char a[48], b[48];
    return report_invalid(v, "type mismatch: expected %s, found %s", valtype_name(expected, a, sizeof a), valtype_name(found, b, sizeof b));
}

bool operand_pop_match(validator *v, wasmelt_valtype expected) {
    if (v->operands.count == v->floor) {
        char name[48];
        return vec_last(&v->controls).unreachable ||
               report_invalid(v, "type mismatch: expected %s, but the operand stack is empty", valtype_name(expected, name, sizeof name));
    }
    wasmelt_valtype found = vec_pop(&v->operands);
    return valtype_matches(v->m, found, expected) || mismatch(v, found, expected);
}

bool operand_pop_ref(validator *v, wasmelt_valtype *t) {
    char name[48];
    if (!operand_pop_any(v, t))
        return false;
    return *t == TYPE_BOTTOM || wasmelt_is_ref(*t) ||
           report_invalid(v, "type mismatch: expected a reference, found %s", valtype_name(*t, name, sizeof name));
}

/* ---- Control ---- */

void push_control(validator *v, opcode op, types start, types end) {
    control *c = vec_push(&v->controls);
    *c = (control){.op = op, .start = start, .end = end};
    if (v->controls.count > v->notes.depth)
        v->notes.depth = (uint32_t)v->controls.count;
    v->loop_depth += op == OP_LOOP;
    c->loops = v->loop_depth;
    v->notes.given += end.count;
    if (v->loop_depth > v->notes.loop_depth)
        v->notes.loop_depth = v->loop_depth;
    c->height = v->floor = v->operands.count;
    c->initialized = v->set_inside.count;
    if (v->controls.count > 1)
        v->carried += label_types(c).count;
    if (v->carried > v->notes.carried)
        v->notes.carried = v->carried;
    operands_push(v, start);
}

bool pop_control(validator *v, control *out) {
    *out = vec_last(&v->controls);
    if (!operands_pop(v, out->end))
        return false;
    if (v->operands.count != out->height)
        return report_invalid(v, "type mismatch: values remain on the stack at the end of a block");
    while (v->set_inside.count > out->initialized) {
        uint32_t local = vec_pop(&v->set_inside);
        v->set_in.data[local] = 0;
    }
    if (v->controls.count > 1)
        v->carried -= label_types(out).count;
    v->loop_depth -= out->op == OP_LOOP;
    (void)vec_pop(&v->controls);
    v->floor = v->controls.count > 0 ? vec_last(&v->controls).height : 0;
    return true;
}

void set_unreachable(validator *v) {
    control *top = &vec_last(&v->controls);
    v->operands.count = top->height;
    top->unreachable = true;
}

bool find_label(validator *v, uint32_t label_index, control **out) {
    if (label_index >= v->controls.count)
        return report_invalid(v, "unknown label %u", (unsigned)label_index);
    *out = &v->controls.data[v->controls.count - 1 - label_index];
    return true;
}

types label_types(const control *c) {
    return c->op == OP_LOOP ? c->start : c->end;
}

/* ---- Indices ---- */

bool find_local(validator *v, uint32_t index, wasmelt_valtype *type) {
    size_t low = 0, high = v->locals.count;
    if (high == 0 || index >= vec_last(&v->locals).end)
        return report_invalid(v, "unknown local %u", (unsigned)index);
    while (low + 1 < high) {
        size_t middle = low + (high - low) / 2;
        if (v->locals.data[middle - 1].end <= index)
            low = middle;
        else
            high = middle;
    }
    *type = v->locals.data[low].type;
    return true;
}

bool check_table(validator *v, uint32_t index) {
    return check_index(v, index, v->m->table_count, "table");
}

bool check_data(validator *v, uint32_t index) {
    if (!v->m->has_data_count)
        return report_invalid(v, "data count section required");
    return check_index(v, index, v->m->data_count, "data segment");
}

bool check_elem(validator *v, uint32_t index) {
    return check_index(v, index, v->m->elem_count, "elem segment");
}

bool check_global(validator *v, uint32_t index) {
    return check_index(v, index, v->constant ? v->global_limit : v->m->global_count, "global");
}

bool check_func(validator *v, uint32_t index) {
    return check_index(v, index, v->m->func_count, "function");
}

bool check_tag(validator *v, uint32_t index, types *params) {
    if (!check_index(v, index, v->m->tag_count, "tag"))
        return false;
    *params = param_types(&v->m->types[v->m->tags[index].type]);
    return true;
}

bool check_type(validator *v, uint32_t type, type_kind kind, const type_def **t) {
    static const char *const kinds[] = {"function", "struct", "array"};
    *t = &v->m->types[type];
    return (*t)->kind == kind || report_invalid(v, "type mismatch: type %u is no %s type", (unsigned)type, kinds[kind]);
}

void validator_free(validator *v) {
    vec_free(&v->operands);
    vec_free(&v->controls);
    vec_free(&v->tries);
    vec_free(&v->locals);
    vec_free(&v->set_in);
    vec_free(&v->set_inside);
}
