/* Structures, arrays, scalar references and casts (sections 3.4.4 and 3.4.6). */
#include "validate/validator.h"
#include "wasm/objects.h"

static void note_maker(validator *v, uint32_t type, object_maker maker) {
    *vec_push(&v->makes) = type << 2 | (uint32_t)maker;
}

/* ---- Structures ---- */

static bool validate_struct_new(validator *v, const instr *i) {
    const type_def *t;
    if (!check_type(v, i->index, TYPE_STRUCT, &t))
        return false;
    for (uint32_t k = t->field_count; k-- > 0;) {
        if (i->op == OP_STRUCT_NEW) {
            if (!operand_pop(v, storage_unpacked(t->fields[k].type)))
                return false;
        } else if (!valtype_is_defaultable(t->fields[k].type)) {
            return report_invalid(v, "type mismatch: field %u has no default value", (unsigned)k);
        }
    }
    note_maker(v, i->index, i->op == OP_STRUCT_NEW ? MAKER_VALUES : MAKER_DEFAULT);
    v->members += i->op == OP_STRUCT_NEW ? t->field_count : 0;
    operand_push(v, WASMELT_REF(i->index));
    return true;
}

/* struct.get and array.get are for unpacked fields, the variants _s and _u (`extends`) for packed ones. */
static bool check_extension(validator *v, const field *f, bool extends) {
    return storage_is_packed(f->type) == extends ||
           report_invalid(v, extends ? "type mismatch: the field is not packed" : "type mismatch: the field is packed");
}

static bool validate_struct_access(validator *v, const instr *i) {
    const type_def *t;
    if (!check_type(v, i->index, TYPE_STRUCT, &t))
        return false;
    if (i->index2 >= t->field_count)
        return report_invalid(v, "unknown field %u", (unsigned)i->index2);
    const field *f = &t->fields[i->index2];
    if (i->op == OP_STRUCT_SET)
        return (f->is_mutable || report_invalid(v, "immutable field %u", (unsigned)i->index2)) &&
               operand_pop(v, storage_unpacked(f->type)) && operand_pop(v, WASMELT_REF_NULL(i->index));
    if (!check_extension(v, f, i->op != OP_STRUCT_GET) || !operand_pop(v, WASMELT_REF_NULL(i->index)))
        return false;
    operand_push(v, storage_unpacked(f->type));
    return true;
}

/* ---- Arrays ---- */

static bool check_mutable_array(validator *v, const type_def *t) {
    return t->fields[0].is_mutable || report_invalid(v, "immutable array");
}

static bool check_data_array(validator *v, const type_def *t, uint32_t segment) {
    if (!check_data(v, segment))
        return false;
    return !wasmelt_is_ref(t->fields[0].type) || report_invalid(v, "type mismatch: array type is not numeric or vector");
}

static bool check_elem_array(validator *v, const type_def *t, uint32_t segment) {
    if (!check_elem(v, segment))
        return false;
    return valtype_matches(v->m, v->m->elems[segment].type, t->fields[0].type) ||
           report_invalid(v, "type mismatch: the segment's type is not the array's");
}

static bool validate_array_new(validator *v, const instr *i) {
    const type_def *t;
    if (!check_type(v, i->index, TYPE_ARRAY, &t))
        return false;
    wasmelt_valtype element = storage_unpacked(t->fields[0].type);
    switch (i->op) {
    case OP_ARRAY_NEW:
        if (!operand_pop(v, WASMELT_I32) || !operand_pop(v, element))
            return false;
        note_maker(v, i->index, MAKER_VALUES);
        break;
    case OP_ARRAY_NEW_DEFAULT:
        if (!valtype_is_defaultable(t->fields[0].type))
            return report_invalid(v, "type mismatch: the element has no default value");
        if (!operand_pop(v, WASMELT_I32))
            return false;
        note_maker(v, i->index, MAKER_DEFAULT);
        break;
    case OP_ARRAY_NEW_FIXED:
        note_maker(v, i->index, MAKER_UNSET);
        for (uint32_t k = 0; k < i->count; k++) {
            if (v->operands.count == vec_last(&v->controls).height && vec_last(&v->controls).unreachable)
                break; /* below is only the polymorphic stack, which matches any type: no need to loop over a count that may be huge */
            if (!operand_pop(v, element))
                return false;
            v->members++;
        }
        break;
    case OP_ARRAY_NEW_DATA:
    default: /* array.new_elem */
        if (i->op == OP_ARRAY_NEW_DATA ? !check_data_array(v, t, i->index2) : !check_elem_array(v, t, i->index2))
            return false;
        if (!operand_pop(v, WASMELT_I32) || !operand_pop(v, WASMELT_I32))
            return false;
        break;
    }
    operand_push(v, WASMELT_REF(i->index));
    return true;
}

static bool validate_array_get(validator *v, const instr *i) {
    const type_def *t;
    if (!check_type(v, i->index, TYPE_ARRAY, &t) || !check_extension(v, &t->fields[0], i->op != OP_ARRAY_GET) ||
        !operand_pop(v, WASMELT_I32) || !operand_pop(v, WASMELT_REF_NULL(i->index)))
        return false;
    v->notes.elements++;
    operand_push(v, storage_unpacked(t->fields[0].type));
    return true;
}

static bool validate_array_copy(validator *v, const instr *i) {
    const type_def *to, *from;
    if (!check_type(v, i->index, TYPE_ARRAY, &to) || !check_type(v, i->index2, TYPE_ARRAY, &from) || !check_mutable_array(v, to))
        return false;
    wasmelt_valtype a = from->fields[0].type, b = to->fields[0].type;
    bool match = storage_is_packed(a) || storage_is_packed(b) ? a == b : valtype_matches(v->m, a, b);
    if (!match)
        return report_invalid(v, "type mismatch: array types do not match");
    return operand_pop(v, WASMELT_I32) && operand_pop(v, WASMELT_I32) && operand_pop(v, WASMELT_REF_NULL(i->index2)) &&
           operand_pop(v, WASMELT_I32) && operand_pop(v, WASMELT_REF_NULL(i->index));
}

static bool validate_array_write(validator *v, const instr *i) {
    const type_def *t;
    if (!check_type(v, i->index, TYPE_ARRAY, &t) || !check_mutable_array(v, t))
        return false;
    wasmelt_valtype element = storage_unpacked(t->fields[0].type);
    switch (i->op) {
    case OP_ARRAY_SET:
        v->notes.elements++;
        return operand_pop(v, element) && operand_pop(v, WASMELT_I32) && operand_pop(v, WASMELT_REF_NULL(i->index));
    case OP_ARRAY_FILL:
        return operand_pop(v, WASMELT_I32) && operand_pop(v, element) && operand_pop(v, WASMELT_I32) &&
               operand_pop(v, WASMELT_REF_NULL(i->index));
    default: /* array.init_data, array.init_elem */
        if (i->op == OP_ARRAY_INIT_DATA ? !check_data_array(v, t, i->index2) : !check_elem_array(v, t, i->index2))
            return false;
        return operand_pop(v, WASMELT_I32) && operand_pop(v, WASMELT_I32) && operand_pop(v, WASMELT_I32) &&
               operand_pop(v, WASMELT_REF_NULL(i->index));
    }
}

static bool validate_array_len(validator *v) {
    if (!operand_pop(v, WASMELT_REF_NULL(WASMELT_HEAP_ARRAY)))
        return false;
    operand_push(v, WASMELT_I32);
    return true;
}

/* ---- Casts ---- */

/* ref.test and ref.cast take a reference of any type in the hierarchy of the goal. */
static bool validate_cast(validator *v, const instr *i) {
    if (!operand_pop(v, WASMELT_REF_NULL(heap_top(v->m, wasmelt_heap_type(i->type)))))
        return false;
    operand_push(v, i->op == OP_REF_TEST || i->op == OP_REF_TEST_NULL ? WASMELT_I32 : i->type);
    return true;
}

/* The type of the references that fail a cast (the specification's "diff"): the source type, made non-null if the goal is nullable, because
 * null then passes the cast. */
static wasmelt_valtype difference(wasmelt_valtype source, wasmelt_valtype goal) {
    return wasmelt_is_nullable(goal) ? WASMELT_REF(wasmelt_heap_type(source)) : source;
}

static bool validate_cast_branch(validator *v, const instr *i) {
    control *label;
    wasmelt_valtype any;
    if (!valtype_matches(v->m, i->type2, i->type))
        return report_invalid(v, "type mismatch: the cast's goal is no subtype of its source");
    if (!find_label(v, i->index, &label))
        return false;
    note_jump(v, i->index, label);
    types t = label_types(label);
    if (t.count == 0)
        return report_invalid(v, "type mismatch: the label takes no reference");
    bool on_success = i->op == OP_BR_ON_CAST;
    wasmelt_valtype rest = difference(i->type, i->type2);
    if (!operand_pop(v, i->type))
        return false;
    operand_push(v, on_success ? i->type2 : rest);
    if (!operands_check(v, t) || !operand_pop_any(v, &any))
        return false;
    operand_push(v, on_success ? rest : i->type2);
    return true;
}

/* any.convert_extern and extern.convert_any keep the nullability of their operand. */
static bool validate_convert(validator *v, uint32_t from, uint32_t to) {
    wasmelt_valtype ref;
    if (!operand_pop_ref(v, &ref))
        return false;
    if (!valtype_matches(v->m, ref, WASMELT_REF_NULL(from)))
        return report_invalid(v, "type mismatch: the reference is of another hierarchy");
    operand_push(v, ref == TYPE_BOTTOM || !wasmelt_is_nullable(ref) ? WASMELT_REF(to) : WASMELT_REF_NULL(to));
    return true;
}

static bool validate_replace(validator *v, wasmelt_valtype from, wasmelt_valtype to) {
    if (!operand_pop(v, from))
        return false;
    operand_push(v, to);
    return true;
}

static bool validate_ref_eq(validator *v) {
    wasmelt_valtype eq = WASMELT_REF_NULL(WASMELT_HEAP_EQ);
    if (!operand_pop(v, eq) || !operand_pop(v, eq))
        return false;
    operand_push(v, WASMELT_I32);
    return true;
}

bool validate_aggregate(validator *v, const instr *i) {
    switch (i->op) {
    case OP_REF_EQ:
        return validate_ref_eq(v);
    case OP_STRUCT_NEW:
    case OP_STRUCT_NEW_DEFAULT:
        return validate_struct_new(v, i);
    case OP_STRUCT_GET:
    case OP_STRUCT_GET_S:
    case OP_STRUCT_GET_U:
    case OP_STRUCT_SET:
        return validate_struct_access(v, i);
    case OP_ARRAY_NEW:
    case OP_ARRAY_NEW_DEFAULT:
    case OP_ARRAY_NEW_FIXED:
    case OP_ARRAY_NEW_DATA:
    case OP_ARRAY_NEW_ELEM:
        return validate_array_new(v, i);
    case OP_ARRAY_GET:
    case OP_ARRAY_GET_S:
    case OP_ARRAY_GET_U:
        return validate_array_get(v, i);
    case OP_ARRAY_SET:
    case OP_ARRAY_FILL:
    case OP_ARRAY_INIT_DATA:
    case OP_ARRAY_INIT_ELEM:
        return validate_array_write(v, i);
    case OP_ARRAY_COPY:
        return validate_array_copy(v, i);
    case OP_ARRAY_LEN:
        return validate_array_len(v);
    case OP_REF_TEST:
    case OP_REF_TEST_NULL:
    case OP_REF_CAST:
    case OP_REF_CAST_NULL:
        return validate_cast(v, i);
    case OP_BR_ON_CAST:
    case OP_BR_ON_CAST_FAIL:
        return validate_cast_branch(v, i);
    case OP_ANY_CONVERT_EXTERN:
        return validate_convert(v, WASMELT_HEAP_EXTERN, WASMELT_HEAP_ANY);
    case OP_EXTERN_CONVERT_ANY:
        return validate_convert(v, WASMELT_HEAP_ANY, WASMELT_HEAP_EXTERN);
    case OP_REF_I31:
        return validate_replace(v, WASMELT_I32, WASMELT_REF(WASMELT_HEAP_I31));
    default: /* i31.get_s, i31.get_u */
        return validate_replace(v, WASMELT_REF_NULL(WASMELT_HEAP_I31), WASMELT_I32);
    }
}
