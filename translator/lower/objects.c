/* Lowers instructions on structs, arrays and i31 (section 4.6.5): those that read become trees, those that write or allocate statements.
 *
 * A reference that may be null is checked where it is used, by the operator of ref.as_non_null. An access to an array checks the reference
 * itself, after its index has been evaluated. If the C mentions a reference twice, the reference is put into a variable. */
#include "lower/build_internal.h"
#include "wasm/objects.h"
#include "wasm/subtype.h"

static bool may_be_null(const expr *e) {
    return wasmelt_is_nullable(e->type);
}

static expr *top(builder *b) {
    return vec_last(&b->stack);
}

void build_non_null(builder *b) {
    static const instr check = {.op = OP_REF_AS_NON_NULL};
    wasmelt_valtype type = top(b)->type;
    if (representation_of(b->f->m, type)->type != WASMELT_ANYREF)
        build_operator(b, &check, 1, type);
    else if (may_be_null(top(b)))
        build_operator(b, &check, 1, WASMELT_REF(wasmelt_heap_type(type)));
}

/* ---- Casts ---- */

expr *expr_is_type(builder *b, expr *ref, wasmelt_valtype type) {
    type_test_kind kind = type_test_of(b->f->m, ref->type, type).kind;
    if (kind == TEST_ALWAYS || kind == TEST_NEVER)
        return expr_constant(b, WASMELT_I32, kind == TEST_ALWAYS);
    expr *e = expr_new(b, kind == TEST_OF_OBJECT ? EXPR_IS_TYPE : EXPR_IS_NULL, WASMELT_I32);
    e->value = kind == TEST_OF_OBJECT ? type : 0;
    expr_set_arg(e, 0, ref);
    return kind == TEST_OF_NON_NULL ? expr_not(b, e) : e;
}

/* Lowers ref.test. The reference is put into a variable, so that if the answer is known, nothing remains but the reference's own traps. */
static void build_test(builder *b, wasmelt_valtype type) {
    stack_make_variable(b, b->stack.count - 1);
    stack_push(b, expr_is_type(b, stack_pop(b), type));
}

/* Lowers ref.cast. A cast that always succeeds only changes the type by which the reference is known, if the new type says more. */
static void build_cast(builder *b, wasmelt_valtype type) {
    if (valtype_matches(b->f->m, top(b)->type, type))
        return;
    stack_make_variable(b, b->stack.count - 1);
    expr *e = expr_new(b, EXPR_CAST, type);
    e->value = type;
    e->effects = FX_TRAPS_CAST;
    stack_pop_into(b, 1, e);
    stack_push(b, e);
}

/* ---- Reading ---- */

static void build_field(builder *b, const instr *i) {
    const type_def *t = &b->f->m->types[i->index];
    build_non_null(b);
    expr *e = expr_new(b, EXPR_FIELD, storage_unpacked(t->fields[i->index2].type));
    e->index = field_owner(b->f->m, i->index, i->index2);
    e->value = i->index2;
    e->lane = i->op == OP_STRUCT_GET_S;
    e->effects = t->fields[i->index2].is_mutable ? FX_READS_HEAP : 0;
    stack_pop_into(b, 1, e);
    stack_push(b, e);
}

static void build_element(builder *b, const instr *i) {
    const field *f = &b->f->m->types[i->index].fields[0];
    stack_make_variable(b, b->stack.count - 2);
    expr *e = expr_new(b, EXPR_ELEMENT, storage_unpacked(f->type));
    e->index = i->index;
    e->lane = i->op == OP_ARRAY_GET_S;
    stack_pop_into(b, 2, e);
    e->effects |= (f->is_mutable ? FX_READS_HEAP : 0) | expr_own_traps(e);
    stack_push(b, e);
}

/* Lowers an operator on a reference that may be null. */
static void build_of_reference(builder *b, const instr *i) {
    build_non_null(b);
    build_operator(b, i, 1, WASMELT_I32);
}

/* The reference type to `heap` that is nullable if the tree's type is. */
static wasmelt_valtype like(const expr *e, uint32_t heap) {
    return may_be_null(e) ? WASMELT_REF_NULL(heap) : WASMELT_REF(heap);
}

/* ---- Writing ---- */

/* Lowers an instruction that writes. The traps of its operands come before those of the access itself. */
static void build_write(builder *b, const instr *i, uint32_t count) {
    stack_settle_effects(b, b->stack.count, FX_TRAPS);
    stack_make_variable(b, b->stack.count - count);
    build_operation(b, i, count, 0);
}

static void build_struct_set(builder *b, const instr *i) {
    build_write(b, i, 2);
    vec_last(&b->f->stmts).index = field_owner(b->f->m, i->index, i->index2);
}

void build_aggregate(builder *b, const instr *i) {
    const module *m = b->f->m;
    switch (i->op) {
    case OP_REF_EQ:
        build_operator(b, i, 2, WASMELT_I32);
        break;
    case OP_REF_TEST:
    case OP_REF_TEST_NULL:
        build_test(b, i->type);
        break;
    case OP_REF_CAST:
    case OP_REF_CAST_NULL:
        build_cast(b, i->type);
        break;
    case OP_REF_I31:
        build_operator(b, i, 1, WASMELT_REF(WASMELT_HEAP_I31));
        break;
    case OP_I31_GET_S:
    case OP_I31_GET_U:
    case OP_ARRAY_LEN:
        build_of_reference(b, i);
        break;
    case OP_STRUCT_GET:
    case OP_STRUCT_GET_S:
    case OP_STRUCT_GET_U:
        build_field(b, i);
        break;
    case OP_ARRAY_GET:
    case OP_ARRAY_GET_S:
    case OP_ARRAY_GET_U:
        build_element(b, i);
        break;
    case OP_STRUCT_NEW:
        build_operation(b, i, m->types[i->index].field_count, WASMELT_REF(i->index));
        break;
    case OP_STRUCT_NEW_DEFAULT:
        build_operation(b, i, 0, WASMELT_REF(i->index));
        break;
    case OP_ARRAY_NEW_DEFAULT:
        build_operation(b, i, 1, WASMELT_REF(i->index));
        break;
    case OP_ARRAY_NEW_FIXED:
        build_operation(b, i, i->count, WASMELT_REF(i->index));
        break;
    case OP_ARRAY_NEW:
    case OP_ARRAY_NEW_DATA:
    case OP_ARRAY_NEW_ELEM:
        build_operation(b, i, 2, WASMELT_REF(i->index));
        break;
    case OP_ANY_CONVERT_EXTERN:
        build_operation(b, i, 1, like(top(b), WASMELT_HEAP_ANY));
        break;
    case OP_EXTERN_CONVERT_ANY:
        build_operation(b, i, 1, like(top(b), WASMELT_HEAP_EXTERN));
        break;
    case OP_STRUCT_SET:
        build_struct_set(b, i);
        break;
    case OP_ARRAY_SET:
        build_write(b, i, 3);
        break;
    case OP_ARRAY_FILL:
    case OP_ARRAY_INIT_DATA:
    case OP_ARRAY_INIT_ELEM:
        build_write(b, i, 4);
        break;
    case OP_ARRAY_COPY:
        build_write(b, i, 5);
        break;
    default:
        break;
    }
}
