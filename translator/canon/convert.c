/* The functions that turn values of C into what a component's code has, and back: for each type those that are needed
 * (wasmelt/code/component.h says what load, store, lift and lower are). They are as deep as types are nested. */
#include "canon/generator.h"

/* ---- Members and cases ---- */

void convert_put_member(strbuf *s, const shape *t, uint32_t k) {
    strbuf_puts(s, "v.");
    if (shape_has_cases(t))
        strbuf_puts(s, t->kind == CTYPE_OPTION ? "val" : "val.");
    if (t->kind == CTYPE_RESULT)
        strbuf_puts(s, k == 0 ? "ok" : "err");
    else if (t->kind == CTYPE_LIST)
        strbuf_puts(s, "items[k]");
    else if (t->members[k].name.bytes)
        names_put_label(s, t->members[k].name);
    else if (t->kind != CTYPE_OPTION)
        strbuf_printf(s, "f%u", (unsigned)k);
}

static const char *suffix_of(const canon_generator *c, const shape *t, uint32_t k) {
    return c->names[t->members[k].shape].suffix;
}

/* Appends the statement that converts a member: `v.x = load_u32(c, at + 4);`, `lower_u32(c, v.x, flat + 1);` */
static void put_member_conversion(canon_generator *c, strbuf *s, const shape *t, uint32_t k, uint8_t how, uint32_t flat) {
    bool in_memory = how == SHAPE_LOAD || how == SHAPE_STORE;
    const char *verb = how == SHAPE_LOAD ? "load" : how == SHAPE_STORE ? "store" : how == SHAPE_LIFT ? "lift" : "lower";
    if (how == SHAPE_LOAD || how == SHAPE_LIFT) {
        convert_put_member(s, t, k);
        strbuf_printf(s, " = %s_%s(c, ", verb, suffix_of(c, t, k));
    } else {
        strbuf_printf(s, "%s_%s(c, ", verb, suffix_of(c, t, k));
        convert_put_member(s, t, k);
        strbuf_puts(s, ", ");
    }
    strbuf_puts(s, in_memory ? "at" : "flat");
    uint32_t place = in_memory ? t->members[k].offset : flat;
    if (t->kind == CTYPE_LIST)
        strbuf_printf(s, " + k * %u",
                      (unsigned)(in_memory ? shape_at(c, t->members[k].shape)->bytes : shape_at(c, t->members[k].shape)->flat_count));
    else if (place > 0)
        strbuf_printf(s, " + %u", (unsigned)place);
    strbuf_puts(s, ");\n");
}

static void put_fields(canon_generator *c, strbuf *s, const shape *t, uint8_t how) {
    for (uint32_t k = 0, flat = 0; k < t->member_count; k++) {
        strbuf_puts(s, "\t");
        put_member_conversion(c, s, t, k, how, flat);
        flat += shape_at(c, t->members[k].shape)->flat_count;
    }
}

static void put_elements(canon_generator *c, strbuf *s, const shape *t, uint8_t how) {
    strbuf_printf(s, "\tfor (size_t k = 0; k < %u; k++)\n\t\t", (unsigned)t->length);
    put_member_conversion(c, s, t, 0, how, 0);
}

/* ---- Variants, options, results ---- */

static uint32_t case_count(const shape *t) {
    return t->kind == CTYPE_VARIANT ? t->member_count : 2;
}

static const char *discriminant_of(const shape *t) {
    return t->kind == CTYPE_VARIANT ? "v.tag" : t->kind == CTYPE_OPTION ? "v.is_some" : "v.is_err";
}

static void put_payloads(canon_generator *c, strbuf *s, const shape *t, uint8_t how) {
    if (t->kind == CTYPE_OPTION) {
        strbuf_puts(s, "\tif (v.is_some)\n\t\t");
        put_member_conversion(c, s, t, 0, how, 1);
        return;
    }
    bool any = false;
    for (uint32_t k = 0; k < t->member_count; k++) {
        if (t->members[k].shape == NO_INDEX)
            continue;
        if (!any)
            strbuf_printf(s, "\tswitch (%s%s) {\n", t->kind == CTYPE_RESULT ? "(int)" : "", discriminant_of(t));
        any = true;
        strbuf_printf(s, "\tcase %u:\n\t\t", (unsigned)k);
        put_member_conversion(c, s, t, k, how, 1);
        strbuf_puts(s, "\t\tbreak;\n");
    }
    if (any)
        strbuf_puts(s, "\t}\n");
}

static void put_cases(canon_generator *c, strbuf *s, const shape *t, uint8_t how) {
    unsigned bits = t->discriminant_bytes * 8, count = case_count(t);
    const char *place = discriminant_of(t);
    bool is_bool = t->kind != CTYPE_VARIANT;
    if (how == SHAPE_LOAD || how == SHAPE_LIFT) {
        strbuf_puts(s, "\tmemset(&v, 0, sizeof v);\n");
        strbuf_printf(s, "\t%s = ", place);
        if (!is_bool)
            strbuf_printf(s, "(u%u)", bits);
        if (how == SHAPE_LOAD)
            strbuf_printf(s, "discriminant(load_u%u(c, at), %u)", bits, count);
        else
            strbuf_printf(s, "discriminant((u32)flat[0], %u)", count);
        strbuf_puts(s, is_bool ? " == 1;\n" : ";\n");
    } else if (how == SHAPE_STORE) {
        strbuf_printf(s, "\tstore_u%u(c, (u%u)discriminant(%s, %u), at);\n", bits, bits, place, count);
    } else {
        strbuf_printf(s, "\tflat[0] = discriminant(%s, %u);\n", place, count);
        if (t->flat_count > 1)
            strbuf_printf(s, "\tmemset(flat + 1, 0, %u * sizeof *flat);\n", (unsigned)t->flat_count - 1);
    }
    put_payloads(c, s, t, how);
}

/* ---- Enums, flags, handles, lists ---- */

/* How a value that is one core value, `flat`, becomes C and comes from it. */
static void put_scalar(strbuf *s, const shape *t, uint8_t how) {
    unsigned bits = t->discriminant_bytes * 8, count = t->member_count;
    unsigned mask = count >= 32 ? UINT32_MAX : (1u << count) - 1;
    bool is_enum = t->kind == CTYPE_ENUM;
    if (how == SHAPE_LOAD || how == SHAPE_LIFT) {
        strbuf_printf(s, "\tv = (u%u)%s(", bits, is_enum ? "discriminant" : "");
        if (how == SHAPE_LOAD)
            strbuf_printf(s, "load_u%u(c, at)", bits);
        else
            strbuf_puts(s, "(u32)flat[0]");
    } else {
        if (how == SHAPE_STORE)
            strbuf_printf(s, "\tstore_u%u(c, (u%u)%s(v", bits, bits, is_enum ? "discriminant" : "");
        else
            strbuf_printf(s, "\tflat[0] = %s(v", is_enum ? "discriminant" : "");
    }
    if (is_enum)
        strbuf_printf(s, ", %u)", count);
    else
        strbuf_printf(s, " & 0x%xu)", mask);
    strbuf_puts(s, how == SHAPE_STORE ? ", at);\n" : ";\n");
}

static void put_handle(canon_generator *c, strbuf *s, const shape *t, uint8_t how) {
    const graph_resource *r = &c->g->resources.data[t->resource];
    unsigned number = (unsigned)t->resource + 1;
    const char *kind = t->kind == CTYPE_OWN ? "own" : "borrow";
    if (how == SHAPE_LOAD || how == SHAPE_LIFT) {
        strbuf_printf(s, "\tv.rep = wasmelt_canon_lift_%s(c, %u, %s);\n", kind, number,
                      how == SHAPE_LOAD ? "load_u32(c, at)" : "(u32)flat[0]");
        return;
    }
    strbuf_puts(s, how == SHAPE_STORE ? "\tstore_u32(c, " : "\tflat[0] = ");
    strbuf_printf(s, "wasmelt_canon_lower_%s(c, %u, ", kind, number);
    if (t->kind == CTYPE_BORROW && r->part == NO_INDEX)
        strbuf_puts(s, "NULL, ");
    else if (t->kind == CTYPE_BORROW)
        strbuf_printf(s, "&c->canon->component->parts[%u], ", (unsigned)r->part);
    strbuf_puts(s, how == SHAPE_STORE ? "v.rep), at);\n" : "v.rep);\n");
}

/* The readable end of a stream or future. */
static void put_end(strbuf *s, const char *kind, unsigned k, uint8_t how) {
    if (how == SHAPE_LOAD || how == SHAPE_LIFT)
        strbuf_printf(s, "\tv = wasmelt_canon_lift_end(c, %s, &element%u, %s);\n", kind, k,
                      how == SHAPE_LOAD ? "load_u32(c, at)" : "(u32)flat[0]");
    else if (how == SHAPE_STORE)
        strbuf_printf(s, "\tstore_u32(c, wasmelt_canon_lower_end(c, %s, v), at);\n", kind);
    else
        strbuf_printf(s, "\tflat[0] = wasmelt_canon_lower_end(c, %s, v);\n", kind);
}

/* The two functions that the others of a list call: where the elements are, they do not ask. */
static void put_list_contents(canon_generator *c, strbuf *s, const shape *t, const shape_name *n) {
    const shape *element = shape_at(c, t->members[0].shape);
    unsigned bytes = element->bytes, alignment = element->alignment;
    if (n->marks & (SHAPE_LOAD | SHAPE_LIFT)) {
        strbuf_printf(s, "\nstatic %s load_%s(wasmelt_canon_call *c, u32 at, u32 count) {\n", n->type, n->elements);
        strbuf_printf(s, "\tconst u8 *const from = wasmelt_canon_range(c, at, count, %u, %u);\n", bytes, alignment);
        strbuf_printf(s, "\t%s v;\n\tv.ptr = wasmelt_canon_allocate_lifted(c->canon->component, count, sizeof *v.ptr);\n\tv.len = count;\n",
                      n->type);
        if (shape_is_integer(element))
            strbuf_printf(s, "\twasmelt_canon_load_list_%s(v.ptr, from, count);\n", suffix_of(c, t, 0));
        else
            strbuf_printf(s, "\tfor (size_t k = 0; k < count; k++)\n\t\tv.ptr[k] = load_%s(c, from + k * %u);\n", suffix_of(c, t, 0),
                          bytes);
        strbuf_puts(s, "\treturn v;\n}\n");
    }
    if (n->marks & (SHAPE_STORE | SHAPE_LOWER)) {
        strbuf_printf(s, "\nstatic u32 store_%s(wasmelt_canon_call *c, %s v) {\n\tu8 *to;\n", n->elements, n->type);
        strbuf_printf(s, "\tconst u32 at = wasmelt_canon_allocate(c, v.len, %u, %u, &to);\n", bytes, alignment);
        if (shape_is_integer(element))
            strbuf_printf(s, "\twasmelt_canon_store_list_%s(v.ptr, to, v.len);\n", suffix_of(c, t, 0));
        else
            strbuf_printf(s, "\tfor (size_t k = 0; k < v.len; k++)\n\t\tstore_%s(c, v.ptr[k], to + k * %u);\n", suffix_of(c, t, 0), bytes);
        strbuf_puts(s, "\treturn at;\n}\n");
    }
}

static void put_list(strbuf *s, const shape_name *n, uint8_t how) {
    if (how == SHAPE_LOAD)
        strbuf_printf(s, "\tv = load_%s(c, load_u32(c, at), load_u32(c, at + 4));\n", n->elements);
    else if (how == SHAPE_LIFT)
        strbuf_printf(s, "\tv = load_%s(c, (u32)flat[0], (u32)flat[1]);\n", n->elements);
    else if (how == SHAPE_STORE)
        strbuf_printf(s, "\tstore_u32(c, store_%s(c, v), at);\n\tstore_u32(c, (u32)v.len, at + 4);\n", n->elements);
    else
        strbuf_printf(s, "\tflat[0] = store_%s(c, v);\n\tflat[1] = v.len;\n", n->elements);
}

/* ---- Functions ---- */

static void put_conversion(canon_generator *c, strbuf *s, const shape *t, const shape_name *n, uint8_t how) {
    bool makes_value = how == SHAPE_LOAD || how == SHAPE_LIFT;
    if (how == SHAPE_LOAD)
        strbuf_printf(s, "\nstatic %s load_%s(wasmelt_canon_call *c, const u8 *at) {\n", n->type, n->suffix);
    else if (how == SHAPE_STORE)
        strbuf_printf(s, "\nstatic void store_%s(wasmelt_canon_call *c, %s v, u8 *at) {\n", n->suffix, n->type);
    else if (how == SHAPE_LIFT)
        strbuf_printf(s, "\nstatic %s lift_%s(wasmelt_canon_call *c, const u64 *flat) {\n", n->type, n->suffix);
    else
        strbuf_printf(s, "\nstatic void lower_%s(wasmelt_canon_call *c, %s v, u64 *flat) {\n", n->suffix, n->type);
    if (makes_value)
        strbuf_printf(s, "\t%s v;\n", n->type);
    if (shape_has_cases(t))
        put_cases(c, s, t, how);
    else if (t->kind == CTYPE_RECORD || t->kind == CTYPE_TUPLE)
        put_fields(c, s, t, how);
    else if (t->kind == CTYPE_ENUM || t->kind == CTYPE_FLAGS)
        put_scalar(s, t, how);
    else if (t->kind == CTYPE_LIST && t->length > 0)
        put_elements(c, s, t, how);
    else if (t->kind == CTYPE_LIST)
        put_list(s, n, how);
    else if (t->kind == CTYPE_STREAM || t->kind == CTYPE_FUTURE)
        put_end(s, t->kind == CTYPE_STREAM ? "WASMELT_CANON_STREAM_READ" : "WASMELT_CANON_FUTURE_READ", (unsigned)(t - c->shapes.all.data),
                how);
    else
        put_handle(c, s, t, how);
    strbuf_puts(s, makes_value ? "\treturn v;\n}\n" : "}\n");
}

void convert_put(canon_generator *c, strbuf *s) {
    for (uint32_t k = 0; k < c->shapes.all.count && has_room(c, s); k++) {
        const shape *t = shape_at(c, k);
        const shape_name *n = &c->names[k];
        if (t->kind == CTYPE_PRIMITIVE)
            continue;
        if (t->kind == CTYPE_LIST && t->length == 0)
            put_list_contents(c, s, t, n);
        for (unsigned how = SHAPE_LOAD; how <= SHAPE_LOWER; how <<= 1)
            if (n->marks & how)
                put_conversion(c, s, t, n, how);
    }
}
