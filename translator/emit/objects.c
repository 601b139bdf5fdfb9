/* Prints accesses to structs and arrays, casts and type tests: ((type5 *)p0)->f1, ((type7 *)p0)->e[at(p0, p1)], new_type5(self, p0, p1),
 * cast(p0, is_exactly(p0, number_of_type5)). */
#include "emit/objects.h"

#include "emit/data.h"
#include "wasm/objects.h"

static strbuf *text(body *b) {
    return &b->o->text;
}

static void put_heap(body *b) {
    strbuf_puts(text(b), "self->base.heap");
}

/* ---- Access ---- */

static wasmelt_valtype storage_of(const body *b, const expr *e) {
    const type_def *t = &b->g->m->types[e->index];
    return t->fields[e->kind == EXPR_FIELD ? e->value : 0].type;
}

bool is_object_expr_cast(const body *b, const expr *e) {
    return (e->kind == EXPR_FIELD || e->kind == EXPR_ELEMENT) && storage_is_packed(storage_of(b, e));
}

/* Prints the beginning of ((type5 *)p0), before p0. */
static void begin_pointer(body *b, uint32_t type) {
    strbuf_puts(text(b), "((");
    strbuf_puts(text(b), b->g->type_names[type]);
    strbuf_puts(text(b), " *)");
}

static void put_object_pointer(body *b, uint32_t type, const expr *ref) {
    begin_pointer(b, type);
    put_operand(b, ref, BINDING_CAST);
    strbuf_put(text(b), ')');
}

static void put_field(body *b, uint32_t type, uint64_t field, const expr *ref) {
    put_object_pointer(b, type, ref);
    strbuf_puts(text(b), "->");
    put_field_name(text(b), b->g, type, (uint32_t)field);
}

/* Prints at(p0, p1), or only p1. */
static void put_index(body *b, const expr *a, const expr *index, bool in_bounds) {
    if (in_bounds) {
        put_expr(b, index);
        return;
    }
    strbuf_puts(text(b), wasmelt_is_nullable(a->type) ? "at_nullable(" : "at(");
    put_expr(b, a);
    strbuf_puts(text(b), ", ");
    put_expr(b, index);
    strbuf_put(text(b), ')');
}

static void put_element_access(body *b, uint32_t type, const expr *a, const expr *index, bool in_bounds) {
    put_object_pointer(b, type, a);
    strbuf_puts(text(b), "->e[");
    put_index(b, a, index, in_bounds);
    strbuf_put(text(b), ']');
}

/* ---- Type tests ---- */

/* Prints a test for the abstract type `kind`. */
static void put_kind_test(body *b, const expr *ref, const char *kind, const char *constant, bool has_any) {
    if (b->g->plan.objects.is_closed && !has_any) {
        strbuf_puts(text(b), "false");
        return;
    }
    strbuf_puts(text(b), b->g->plan.objects.is_closed ? "is_among(" : "heap_kind_is(self->base.heap, ");
    put_expr(b, ref);
    if (b->g->plan.objects.is_closed)
        strbuf_printf(text(b), ", %s_first, %s_last)", kind, kind);
    else
        strbuf_printf(text(b), ", %s)", constant);
}

static void put_concrete_test(body *b, const expr *ref, uint32_t goal) {
    const module *m = b->g->m;
    const object_types *t = &b->g->plan.objects;
    strbuf *s = text(b);
    if (m->types[goal].kind == TYPE_FUNC) {
        strbuf_puts(s, "wasmelt_func_is_of_type(");
        put_expr(b, ref);
        strbuf_puts(s, ", ");
        put_type_id(s, m, goal);
        strbuf_put(s, ')');
        return;
    }
    bool is_exact = t->is_closed ? !has_subtypes(t, goal) : m->types[goal].is_final;
    strbuf_puts(s, is_exact ? "is_exactly(" : t->is_closed ? "is_among(" : "heap_type_is(self->base.heap, ");
    put_expr(b, ref);
    strbuf_puts(s, ", ");
    put_object_number(s, b->g, goal);
    if (!is_exact && t->is_closed)
        strbuf_printf(s, ", last_below_%s", b->g->type_names[goal]);
    else if (!is_exact)
        strbuf_printf(s, ", %u", (unsigned)m->types[goal].depth);
    strbuf_put(s, ')');
}

/* Prints a test of a reference that is not null, and is not an i31 unless i31 is the goal. */
static void put_goal_test(body *b, const expr *ref, uint32_t goal) {
    const object_types *t = &b->g->plan.objects;
    switch (goal) {
    case WASMELT_HEAP_I31:
    case WASMELT_HEAP_EQ:
        strbuf_puts(text(b), "is_i31(");
        put_expr(b, ref);
        strbuf_put(text(b), ')');
        if (goal == WASMELT_HEAP_I31)
            break;
        strbuf_puts(text(b), " || is_struct_or_array(");
        put_expr(b, ref);
        strbuf_put(text(b), ')');
        break;
    case WASMELT_HEAP_STRUCT:
        put_kind_test(b, ref, "structs", "WASMELT_OBJECT_STRUCT", t->struct_count > 0);
        break;
    case WASMELT_HEAP_ARRAY:
        put_kind_test(b, ref, "arrays", "WASMELT_OBJECT_ARRAY", t->count > t->struct_count);
        break;
    default:
        put_concrete_test(b, ref, goal);
    }
}

static void put_null_test(body *b, const expr *ref, bool is_null) {
    put_expr(b, ref);
    strbuf_puts(text(b), is_null ? " == NULL" : " != NULL");
}

static void put_type_test(body *b, const expr *ref, wasmelt_valtype to) {
    type_test t = type_test_of(b->g->m, ref->type, to);
    strbuf *s = text(b);
    if (t.kind == TEST_OF_NULL || t.kind == TEST_OF_NON_NULL) {
        put_null_test(b, ref, t.kind == TEST_OF_NULL);
        return;
    }
    if (t.kind != TEST_OF_OBJECT) {
        strbuf_puts(s, t.kind == TEST_ALWAYS ? "true" : "false");
        return;
    }
    uint32_t goal = wasmelt_heap_type(to);
    bool refuses_null = t.may_be_null && !t.takes_null, accepts_null = t.may_be_null && t.takes_null;
    bool is_sum = goal == WASMELT_HEAP_EQ, is_product = t.may_be_i31;
    if (refuses_null)
        put_null_test(b, ref, false);
    else if (accepts_null)
        put_null_test(b, ref, true);
    strbuf_puts(s, refuses_null ? " && " : accepts_null ? " || " : "");
    bool in_parentheses = (refuses_null && is_sum) || (accepts_null && is_product);
    strbuf_puts(s, in_parentheses ? "(" : "");
    if (t.may_be_i31) {
        strbuf_puts(s, "!is_i31(");
        put_expr(b, ref);
        strbuf_puts(s, ") && ");
    }
    put_goal_test(b, ref, goal);
    strbuf_puts(s, in_parentheses ? ")" : "");
}

void put_object_expr(body *b, const expr *e) {
    strbuf *s = text(b);
    if (is_object_expr_cast(b, e)) {
        bool is_byte = storage_of(b, e) == WASMELT_I8;
        strbuf_puts(s, !e->lane ? "(u32)" : is_byte ? "(u32)(s8)" : "(u32)(s16)");
    }
    switch (e->kind) {
    case EXPR_FIELD:
        put_field(b, e->index, e->value, e->args[0]);
        break;
    case EXPR_ELEMENT:
        put_element_access(b, e->index, e->args[0], e->args[1], e->in_bounds);
        break;
    case EXPR_WITHIN:
        strbuf_puts(s, e->lane & WITHIN_INCLUDED ? "up_to" : "within");
        strbuf_puts(s, e->lane & WITHIN_SIGNED ? "_signed(" : "(");
        put_expr(b, e->args[0]);
        strbuf_puts(s, ", ");
        put_expr(b, e->args[1]);
        strbuf_put(s, ')');
        break;
    case EXPR_IS_TYPE:
        put_type_test(b, e->args[0], (wasmelt_valtype)e->value);
        break;
    default: /* EXPR_CAST */
        strbuf_puts(s, "cast(");
        put_expr(b, e->args[0]);
        strbuf_puts(s, ", ");
        put_type_test(b, e->args[0], (wasmelt_valtype)e->value);
        strbuf_put(s, ')');
    }
}

/* ---- Writing ---- */

/* Whether the collector has to be told that the value is stored: not if it is null, an i31, or of a type that the collector does not
 * trace. */
static bool is_noted(const body *b, wasmelt_valtype storage, const expr *value) {
    if (!wasmelt_is_ref(storage) || value->kind == EXPR_CONST || (value->kind == EXPR_OP && value->op == OP_REF_I31))
        return false;
    wasmelt_valtype as = representation_of(b->g->m, storage)->type;
    return as != WASMELT_FUNCREF && !(as == WASMELT_ANYREF && wasmelt_heap_type(value->type) == WASMELT_HEAP_I31);
}

static void put_stored(body *b, wasmelt_valtype storage, const expr *value) {
    if (storage_is_packed(storage))
        put_narrowed(b, storage == WASMELT_I8 ? 1 : 2, value);
    else
        put_expr(b, value);
    strbuf_puts(text(b), ";\n");
}

/* Prints the struct, with a check that it is not null. */
static void put_checked(body *b, const expr *ref) {
    bool may_be_null = wasmelt_is_nullable(ref->type);
    strbuf_puts(text(b), may_be_null ? "non_null(" : "");
    put_expr(b, ref);
    strbuf_puts(text(b), may_be_null ? ")" : "");
}

static void put_struct_set(body *b, const stmt *s) {
    wasmelt_valtype storage = b->g->m->types[s->index].fields[s->index2].type;
    bool noted = is_noted(b, storage, s->args[1]);
    out_indent(b->o);
    if (noted) {
        strbuf_puts(text(b), "note_store(");
        put_heap(b);
        strbuf_puts(text(b), ", ");
        put_checked(b, s->args[0]);
        strbuf_puts(text(b), ");\n");
        out_indent(b->o);
        put_field(b, s->index, s->index2, s->args[0]);
    } else {
        begin_pointer(b, s->index);
        put_checked(b, s->args[0]);
        strbuf_puts(text(b), ")->");
        put_field_name(text(b), b->g, s->index, s->index2);
    }
    strbuf_puts(text(b), " = ");
    put_stored(b, storage, s->args[1]);
}

static void put_array_set(body *b, const stmt *s) {
    wasmelt_valtype storage = b->g->m->types[s->index].fields[0].type;
    out_indent(b->o);
    if (!is_noted(b, storage, s->args[2])) {
        put_element_access(b, s->index, s->args[0], s->args[1], s->in_bounds);
        strbuf_puts(text(b), " = ");
        put_stored(b, storage, s->args[2]);
        return;
    }
    strbuf_puts(text(b), "put_element(");
    put_heap(b);
    strbuf_puts(text(b), ", ");
    put_expr(b, s->args[0]);
    strbuf_puts(text(b), ", ");
    put_index(b, s->args[0], s->args[1], s->in_bounds);
    strbuf_puts(text(b), ", ");
    put_expr(b, s->args[2]);
    strbuf_puts(text(b), ");\n");
}

/* ---- Several elements ---- */

/* Whether the collector has to be told when elements of the array type are stored. */
static bool has_noted_elements(const body *b, uint32_t type) {
    wasmelt_valtype t = b->g->m->types[type].fields[0].type;
    return wasmelt_is_ref(t) && representation_of(b->g->m, t)->type != WASMELT_FUNCREF;
}

static void put_arg_list(body *b, expr *const *args, uint32_t count) {
    for (uint32_t k = 0; k < count; k++) {
        strbuf_puts(text(b), k ? ", " : "");
        put_expr(b, args[k]);
    }
}

static void put_layout(body *b, uint32_t type) {
    strbuf_puts(text(b), ", (element_layout){");
    put_element_layout(text(b), b->g, type);
    strbuf_put(text(b), '}');
}

static void put_array_fill(body *b, const stmt *s) {
    wasmelt_valtype storage = b->g->m->types[s->index].fields[0].type;
    if (has_noted_elements(b, s->index)) {
        out_indent(b->o);
        strbuf_puts(text(b), "wasmelt_array_fill_references(");
        put_heap(b);
        strbuf_puts(text(b), ", ");
        put_arg_list(b, s->args, 4);
        strbuf_puts(text(b), ");\n");
        return;
    }
    out_open(b->o, "%s", "");
    out_indent(b->o);
    strbuf_printf(text(b), "const %s value = ", storage_type(b->g->m, storage));
    put_stored(b, storage, s->args[2]);
    out_indent(b->o);
    strbuf_puts(text(b), "wasmelt_array_fill(");
    put_arg_list(b, s->args, 2);
    strbuf_puts(text(b), ", &value, ");
    put_expr(b, s->args[3]);
    put_layout(b, s->index);
    strbuf_puts(text(b), ");\n");
    out_close(b->o, "");
}

static void put_array_copy(body *b, const stmt *s) {
    out_indent(b->o);
    bool noted = has_noted_elements(b, s->index);
    strbuf_puts(text(b), noted ? "wasmelt_array_copy_references(" : "wasmelt_array_copy(");
    if (noted) {
        put_heap(b);
        strbuf_puts(text(b), ", ");
    }
    put_arg_list(b, s->args, 5);
    if (!noted)
        put_layout(b, s->index);
    strbuf_puts(text(b), ");\n");
}

/* Prints the bytes of a passive segment; an active one has been dropped and has none. */
static void put_data_bytes(body *b, uint32_t segment) {
    bool in_parts = has_data_parts(b->g, segment);
    if (b->g->m->datas[segment].mode != SEGMENT_PASSIVE) {
        strbuf_puts(text(b), ", (data_bytes){0}, ");
        return;
    }
    strbuf_puts(text(b), in_parts ? ", (data_bytes){NULL, " : ", (data_bytes){");
    put_segment_name(b->g, text(b), segment);
    strbuf_printf(text(b), in_parts ? ", self->data_sizes[%u]}, " : ", NULL, self->data_sizes[%u]}, ", (unsigned)segment);
}

static void put_elements(body *b, uint32_t segment) {
    strbuf_printf(text(b), ", self->elem%u, self->elem_sizes[%u], ", (unsigned)segment, (unsigned)segment);
}

static void put_array_init(body *b, const stmt *s) {
    bool is_data = s->op == OP_ARRAY_INIT_DATA;
    out_indent(b->o);
    strbuf_puts(text(b), is_data ? "wasmelt_array_init_data(" : "wasmelt_array_init_elem(");
    if (!is_data) {
        put_heap(b);
        strbuf_puts(text(b), ", ");
    }
    put_arg_list(b, s->args, 2);
    if (is_data)
        put_data_bytes(b, s->index2);
    else
        put_elements(b, s->index2);
    put_arg_list(b, s->args + 2, 2);
    if (is_data)
        put_layout(b, s->index);
    strbuf_puts(text(b), ");\n");
}

/* ---- Allocating ---- */

static void put_maker_name(body *b, uint32_t type, const char *suffix) {
    strbuf_puts(text(b), "new_");
    strbuf_puts(text(b), b->g->type_names[type]);
    strbuf_puts(text(b), suffix);
    strbuf_puts(text(b), "(self");
}

/* Prints the assignment to the variable that receives the object or, if nobody reads it, "(void)". */
static void put_receiver(body *b, const stmt *s) {
    out_indent(b->o);
    put_target_or_nothing(b, s, s->result);
}

/* The elements are assigned one by one, also where nobody reads the array: they may trap, and the collector may see it. */
static void put_array_new_fixed(body *b, const stmt *s) {
    wasmelt_valtype storage = b->g->m->types[s->index].fields[0].type;
    bool is_read = b->f->vars.data[s->result].reads > 0, needs_name = !is_read && s->arg_count > 0;
    if (needs_name) {
        out_line(b->o, "{");
        b->o->depth++;
        out_indent(b->o);
        strbuf_puts(text(b), "anyref unread = ");
    } else {
        put_receiver(b, s);
    }
    put_maker_name(b, s->index, "_unset");
    strbuf_printf(text(b), ", %u);\n", (unsigned)s->arg_count);
    for (uint32_t k = 0; k < s->arg_count; k++) {
        out_indent(b->o);
        begin_pointer(b, s->index);
        if (needs_name)
            strbuf_puts(text(b), "unread");
        else
            put_var(b, s->result);
        strbuf_printf(text(b), ")->e[%u] = ", (unsigned)k);
        put_stored(b, storage, s->args[k]);
    }
    if (needs_name) {
        b->o->depth--;
        out_line(b->o, "}");
    }
}

static void put_array_new_segment(body *b, const stmt *s) {
    bool is_data = s->op == OP_ARRAY_NEW_DATA;
    put_receiver(b, s);
    strbuf_puts(text(b), is_data ? "wasmelt_array_new_data(" : "wasmelt_array_new_elem(");
    put_heap(b);
    strbuf_puts(text(b), ", ");
    put_object_number(text(b), b->g, s->index);
    if (is_data)
        put_data_bytes(b, s->index2);
    else
        put_elements(b, s->index2);
    put_arg_list(b, s->args, 2);
    if (is_data)
        put_layout(b, s->index);
    strbuf_puts(text(b), ");\n");
}

static void put_new(body *b, const stmt *s) {
    bool is_default = s->op == OP_STRUCT_NEW_DEFAULT || s->op == OP_ARRAY_NEW_DEFAULT;
    put_receiver(b, s);
    put_maker_name(b, s->index, is_default ? "_default" : "");
    for (uint32_t k = 0; k < s->arg_count; k++) {
        strbuf_puts(text(b), ", ");
        put_expr(b, s->args[k]);
    }
    strbuf_puts(text(b), ");\n");
}

void put_object_operation(body *b, const stmt *s) {
    switch (s->op) {
    case OP_STRUCT_SET:
        put_struct_set(b, s);
        break;
    case OP_ARRAY_SET:
        put_array_set(b, s);
        break;
    case OP_ARRAY_FILL:
        put_array_fill(b, s);
        break;
    case OP_ARRAY_COPY:
        put_array_copy(b, s);
        break;
    case OP_ARRAY_INIT_DATA:
    case OP_ARRAY_INIT_ELEM:
        put_array_init(b, s);
        break;
    case OP_ARRAY_NEW_FIXED:
        put_array_new_fixed(b, s);
        break;
    case OP_ARRAY_NEW_DATA:
    case OP_ARRAY_NEW_ELEM:
        put_array_new_segment(b, s);
        break;
    default:
        put_new(b, s);
    }
}
