/* Prints types of structs and arrays as C structs:
 *
 *     typedef struct type6_rect { object head; u32 f0_id; f64 f1_w; } type6_rect;   followed by a comment: below type5_shape
 *     typedef struct type7_row { array head; f64 e[]; } type7_row;
 *
 * and functions that make objects of them:
 *
 *     INLINE anyref new_type6_rect(app *self, u32 p0_id, f64 p1_w) { ... }
 *
 * A struct begins with the fields of its supertype. The runtime knows where C puts fields (runtime/heap/object_layout.h); sizes are left to
 * the C compiler, as they depend on the machine. */
#include "emit/objects.h"

#include "emit/short_names.h"
#include "wasm/objects.h"

const char *storage_type(const module *m, wasmelt_valtype t) {
    switch (t) {
    case WASMELT_I8:
        return "u8";
    case WASMELT_I16:
        return "u16";
    case WASMELT_V128:
        return "v128_field";
    default:
        return c_type(m, t);
    }
}

static bool is_struct(const module *m, uint32_t type) {
    return m->types[type].kind == TYPE_STRUCT;
}

static wasmelt_valtype element_type(const module *m, uint32_t type) {
    return m->types[type].fields[0].type;
}

void object_names_find(generator *g) {
    const object_types *t = &g->plan.objects;
    if (t->count == 0)
        return;
    g->type_names = arena_array(g->arena, g->m->type_count, sizeof *g->type_names);
    g->field_names = arena_array(g->arena, g->m->type_count, sizeof *g->field_names);
    for (uint32_t k = 0; k < t->count; k++) {
        const type_def *type = &g->m->types[t->order[k]];
        const char *name = short_name(g->arena, type->name);
        strbuf s = {0};
        strbuf_printf(&s, "type%u%s%s", (unsigned)t->order[k], name ? "_" : "", name ? name : "");
        g->type_names[t->order[k]] = arena_string(g->arena, s.data, s.count);
        g->field_names[t->order[k]] = short_names(g->m, g->arena, type->field_names, type->field_count);
        strbuf_free(&s);
    }
}

static void put_field_as(strbuf *s, const generator *g, uint32_t type, uint32_t field, char letter) {
    const char *const *names = g->field_names[type];
    strbuf_put(s, letter);
    strbuf_unsigned(s, field);
    if (names && names[field])
        strbuf_printf(s, "_%s", names[field]);
}

void put_field_name(strbuf *s, const generator *g, uint32_t type, uint32_t field) {
    put_field_as(s, g, type, field, 'f');
}

static const char *type_name(const generator *g, uint32_t type) {
    return g->type_names[type];
}

void put_object_number(strbuf *s, const generator *g, uint32_t type) {
    if (g->plan.objects.is_closed)
        strbuf_printf(s, "number_of_%s", type_name(g, type));
    else
        strbuf_printf(s, "self->heap_numbers[%u]", (unsigned)type);
}

void put_element_layout(strbuf *s, const generator *g, uint32_t type) {
    strbuf_printf(s, "elements_of(%s)", type_name(g, type));
}

/* ---- Declarations ---- */

static void put_struct_type(const generator *g, out *o, uint32_t type) {
    const type_def *t = &g->m->types[type];
    strbuf *s = &o->text;
    strbuf_printf(s, "typedef struct %s { object head; ", type_name(g, type));
    for (uint32_t k = 0; k < t->field_count; k++) {
        strbuf_printf(s, "%s ", storage_type(g->m, t->fields[k].type));
        put_field_name(s, g, type, k);
        strbuf_puts(s, "; ");
    }
    strbuf_printf(s, "} %s;", type_name(g, type));
}

static void put_array_type(const generator *g, out *o, uint32_t type) {
    strbuf_printf(&o->text, "typedef struct %s { array head; %s e[]; } %s;", type_name(g, type),
                  storage_type(g->m, element_type(g->m, type)), type_name(g, type));
}

/* Prints the numbers of an abstract type: from the first to the last of `count`. */
static void put_numbers_of_kind(out *o, const char *kind, uint32_t first, uint32_t count) {
    if (count > 0)
        out_line(o, "enum { %s_first = WASMELT_FIRST_HEAP_TYPE + %u, %s_last = %s_first + %u };", kind, (unsigned)first, kind, kind,
                 (unsigned)(count - 1));
}

static void put_numbers(const generator *g, out *o) {
    const object_types *t = &g->plan.objects;
    put_numbers_of_kind(o, "structs", 0, t->struct_count);
    put_numbers_of_kind(o, "arrays", t->struct_count, t->count - t->struct_count);
    for (uint32_t k = 0; k < t->count; k++) {
        uint32_t type = t->order[k];
        out_indent(o);
        strbuf_printf(&o->text, "enum { number_of_%s = WASMELT_FIRST_HEAP_TYPE + %u", type_name(g, type), (unsigned)k);
        if (has_subtypes(t, type))
            strbuf_printf(&o->text, ", last_below_%s = WASMELT_FIRST_HEAP_TYPE + %u", type_name(g, type), (unsigned)t->last[type]);
        strbuf_puts(&o->text, " };\n");
    }
}

void put_object_types(const generator *g, out *o) {
    const object_types *t = &g->plan.objects;
    if (t->count == 0)
        return;
    for (uint32_t k = 0; k < t->count; k++) {
        uint32_t type = t->order[k], super = g->m->types[type].supertype;
        if (is_struct(g->m, type))
            put_struct_type(g, o, type);
        else
            put_array_type(g, o, type);
        if (super != NO_INDEX)
            strbuf_printf(&o->text, " /* below %s */", type_name(g, super));
        strbuf_put(&o->text, '\n');
    }
    if (t->is_closed)
        put_numbers(g, o);
    out_line(o, "%s", "");
}

/* ---- Functions that make objects ---- */

static void begin_maker(const generator *g, out *o, uint32_t type, const char *suffix) {
    strbuf_printf(&o->text, "INLINE anyref new_%s%s(struct %s *self", type_name(g, type), suffix, g->name);
}

static void put_new_struct(const generator *g, out *o, uint32_t type) {
    strbuf_printf(&o->text, "\t%s *o = (%s *)heap_new(self->base.heap, ", type_name(g, type), type_name(g, type));
    put_object_number(&o->text, g, type);
    strbuf_printf(&o->text, ", object_size(%s));\n", type_name(g, type));
}

/* The cast of a value that is stored in a packed field. */
static const char *narrowing(wasmelt_valtype storage) {
    return storage == WASMELT_I8 ? "(u8)" : storage == WASMELT_I16 ? "(u16)" : "";
}

/* The parameter that a field is set to. Its letter is that of all parameters: one called `f32` would hide the type. */
static void put_value_name(strbuf *s, const generator *g, uint32_t type, uint32_t field) {
    put_field_as(s, g, type, field, 'p');
}

static void put_struct_maker(const generator *g, out *o, uint32_t type) {
    const type_def *t = &g->m->types[type];
    begin_maker(g, o, type, "");
    for (uint32_t k = 0; k < t->field_count; k++) {
        strbuf_printf(&o->text, ", %s ", c_type(g->m, storage_unpacked(t->fields[k].type)));
        put_value_name(&o->text, g, type, k);
    }
    strbuf_puts(&o->text, ") {\n");
    put_new_struct(g, o, type);
    for (uint32_t k = 0; k < t->field_count; k++) {
        strbuf_puts(&o->text, "\to->");
        put_field_name(&o->text, g, type, k);
        strbuf_printf(&o->text, " = %s", narrowing(t->fields[k].type));
        put_value_name(&o->text, g, type, k);
        strbuf_puts(&o->text, ";\n");
    }
    strbuf_puts(&o->text, "\treturn &o->head;\n}\n\n");
}

static void put_default_maker(const generator *g, out *o, uint32_t type) {
    const type_def *t = &g->m->types[type];
    begin_maker(g, o, type, "_default");
    strbuf_puts(&o->text, ") {\n");
    put_new_struct(g, o, type);
    if (t->field_count > 0)
        strbuf_puts(&o->text, "\tmemset(&o->head + 1, 0, sizeof *o - sizeof o->head);\n");
    strbuf_puts(&o->text, "\treturn &o->head;\n}\n\n");
}

static void put_new_array(const generator *g, out *o, uint32_t type, const char *function) {
    strbuf_printf(&o->text, "%s(self->base.heap, ", function);
    put_object_number(&o->text, g, type);
    strbuf_puts(&o->text, ", length, ");
    put_element_layout(&o->text, g, type);
    strbuf_puts(&o->text, ");\n");
}

static void put_array_of_values(const generator *g, out *o, uint32_t type) {
    wasmelt_valtype element = element_type(g->m, type);
    begin_maker(g, o, type, "");
    strbuf_printf(&o->text, ", %s value, u32 length) {\n", c_type(g->m, storage_unpacked(element)));
    strbuf_printf(&o->text, "\t%s *a = (%s *)", type_name(g, type), type_name(g, type));
    put_new_array(g, o, type, "heap_new_array");
    strbuf_printf(&o->text, "\tfor (u32 k = 0; k < length; k++)\n\t\ta->e[k] = %svalue;\n", narrowing(element));
    strbuf_puts(&o->text, "\treturn &a->head.head;\n}\n\n");
}

static void put_array_maker(const generator *g, out *o, uint32_t type, const char *suffix, const char *function) {
    begin_maker(g, o, type, suffix);
    strbuf_puts(&o->text, ", u32 length) {\n\treturn ");
    put_new_array(g, o, type, function);
    strbuf_puts(&o->text, "}\n\n");
}

static void put_maker(const generator *g, out *o, uint32_t type, object_maker maker) {
    switch (maker) {
    case MAKER_VALUES:
        if (is_struct(g->m, type))
            put_struct_maker(g, o, type);
        else
            put_array_of_values(g, o, type);
        break;
    case MAKER_DEFAULT:
        if (is_struct(g->m, type))
            put_default_maker(g, o, type);
        else
            put_array_maker(g, o, type, "_default", "heap_new_array_zeroed");
        break;
    case MAKER_UNSET:
        put_array_maker(g, o, type, "_unset", "heap_new_array");
        break;
    }
}

void put_object_makers(const generator *g, out *o) {
    const object_types *t = &g->plan.objects;
    for (uint32_t k = 0; k < t->count; k++)
        for (int maker = MAKER_VALUES; maker <= MAKER_UNSET; maker++)
            if (g->m->types[t->order[k]].makers >> maker & 1)
                put_maker(g, o, t->order[k], (object_maker)maker);
}

/* ---- The instance and the descriptor ---- */

void put_object_members(const generator *g, out *o) {
    if (g->m->uses_heap && !g->plan.objects.is_closed && g->m->type_count > 0)
        out_line(o, "u32 heap_numbers[%u];", (unsigned)g->m->type_count);
}

static bool is_traced(const module *m, wasmelt_valtype t) {
    if (!wasmelt_is_ref(t))
        return false;
    wasmelt_valtype as = representation_of(m, t)->type;
    return as == WASMELT_ANYREF || as == WASMELT_EXTERNREF; /* not exceptions: those in globals and tables are counted */
}

static bool is_root_global(const module *m, uint32_t k) {
    return m->globals[k].import == NO_INDEX && is_traced(m, m->globals[k].type);
}

static bool is_root_segment(const module *m, uint32_t k) {
    const elem_segment *e = &m->elems[k];
    return e->mode != SEGMENT_DECLARATIVE && e->exprs && is_traced(m, e->type);
}

static uint32_t root_count(const module *m) {
    uint32_t count = 0;
    for (uint32_t k = 0; k < m->global_count; k++)
        count += is_root_global(m, k);
    for (uint32_t k = 0; k < m->elem_count; k++)
        count += is_root_segment(m, k);
    return count;
}

void put_heap_roots(const generator *g, out *o) {
    const module *m = g->m;
    const object_types *t = &g->plan.objects;
    if (!m->uses_heap)
        return;
    if (t->count > 0) {
        strbuf_puts(&o->text, "static const u32 heap_types[] = {");
        for (uint32_t k = 0; k < t->count; k++)
            strbuf_printf(&o->text, k % 16 ? " %u," : "\n\t%u,", (unsigned)t->order[k]);
        strbuf_puts(&o->text, "\n};\n\n");
    }
    if (root_count(m) == 0)
        return;
    out_open(o, "static const wasmelt_root_desc roots[] =");
    for (uint32_t k = 0; k < m->global_count; k++)
        if (is_root_global(m, k))
            out_line(o, "{offsetof(%s, g%u), WASMELT_ROOT_REFERENCE, 0},", g->name, (unsigned)k);
    for (uint32_t k = 0; k < m->elem_count; k++)
        if (is_root_segment(m, k))
            out_line(o, "{offsetof(%s, elem%u), WASMELT_ROOT_ELEMENTS, offsetof(%s, elem_sizes[%u])},", g->name, (unsigned)k, g->name,
                     (unsigned)k);
    out_close(o, ";\n");
}

void put_heap_descriptor(const generator *g, out *o) {
    const module *m = g->m;
    const object_types *t = &g->plan.objects;
    if (!m->uses_heap)
        return;
    out_line(o, ".collector = wasmelt_collector, .heap_is_closed = %s,", t->is_closed ? "true" : "false");
    if (t->count > 0)
        out_line(o, ".heap_types = heap_types, .heap_type_count = %u,", (unsigned)t->count);
    if (!t->is_closed && m->type_count > 0)
        out_line(o, ".heap_numbers_offset = offsetof(%s, heap_numbers),", g->name);
    if (root_count(m) > 0)
        out_line(o, ".roots = roots, .root_count = %u,", (unsigned)root_count(m));
}
