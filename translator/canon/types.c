/* The types of a component's interfaces in C. */
#include "canon/generator.h"

const char *types_result(const canon_generator *c, uint32_t func) {
    uint32_t result = c->funcs[func].result;
    return result == NO_INDEX ? "void" : c->names[result].type;
}

void types_put_params(const canon_generator *c, strbuf *s, uint32_t func, bool labels) {
    const shape *params = shape_at(c, c->funcs[func].params);
    for (uint32_t k = 0; k < params->member_count; k++) {
        strbuf_printf(s, ", %s ", c->names[params->members[k].shape].type);
        if (labels)
            names_put_label(s, c->g->funcs.data[func].type->members.data[k].name);
        else
            strbuf_printf(s, "a%u", (unsigned)k);
    }
}

void types_put_arguments(const canon_generator *c, strbuf *s, uint32_t func) {
    for (uint32_t k = 0; k < shape_at(c, c->funcs[func].params)->member_count; k++)
        strbuf_printf(s, ", a%u", (unsigned)k);
}

static const char *number_type(const shape *t) {
    return t->discriminant_bytes == 1 ? "uint8_t" : t->discriminant_bytes == 2 ? "uint16_t" : "uint32_t";
}

static void put_struct_of_fields(canon_generator *c, strbuf *s, const shape *t, const char *type) {
    strbuf_printf(s, "typedef struct %s {\n", type);
    for (uint32_t k = 0; k < t->member_count; k++) {
        strbuf_printf(s, "\t%s ", c->names[t->members[k].shape].type);
        if (t->members[k].name.bytes)
            names_put_label(s, t->members[k].name);
        else
            strbuf_printf(s, "f%u", (unsigned)k);
        strbuf_puts(s, ";\n");
    }
    strbuf_printf(s, "} %s;\n", type);
}

static void put_labels(canon_generator *c, strbuf *s, const shape *t, const shape_name *n) {
    for (uint32_t k = 0; k < t->member_count; k++) {
        const char *macro = names_label_macro(c, n, t->members[k].name);
        if (t->kind == CTYPE_FLAGS)
            strbuf_printf(s, "#define %s ((%s)0x%x)\n", macro, n->type, 1u << k);
        else
            strbuf_printf(s, "#define %s %u\n", macro, (unsigned)k);
    }
}

static void put_payloads(canon_generator *c, strbuf *s, const shape *t) {
    bool any = false;
    for (uint32_t k = 0; k < t->member_count; k++)
        any |= t->members[k].shape != NO_INDEX;
    if (!any)
        return;
    strbuf_puts(s, "\tunion {\n");
    for (uint32_t k = 0; k < t->member_count; k++) {
        if (t->members[k].shape == NO_INDEX)
            continue;
        strbuf_printf(s, "\t\t%s ", c->names[t->members[k].shape].type);
        if (t->kind == CTYPE_RESULT)
            strbuf_puts(s, k == 0 ? "ok" : "err");
        else
            names_put_label(s, t->members[k].name);
        strbuf_puts(s, ";\n");
    }
    strbuf_puts(s, "\t} val;\n");
}

static void put_type(canon_generator *c, strbuf *s, uint32_t k) {
    const shape *t = shape_at(c, k);
    const shape_name *n = &c->names[k];
    const char *element = t->member_count > 0 && t->members[0].shape != NO_INDEX ? c->names[t->members[0].shape].type : NULL;
    strbuf_puts(s, "\n");
    switch (t->kind) {
    case CTYPE_RECORD:
    case CTYPE_TUPLE:
        put_struct_of_fields(c, s, t, n->type);
        break;
    case CTYPE_LIST:
        if (t->length > 0)
            strbuf_printf(s, "typedef struct %s {\n\t%s items[%u];\n} %s;\n", n->type, element, (unsigned)t->length, n->type);
        else
            strbuf_printf(s, "typedef struct %s {\n\t%s *ptr;\n\tsize_t len;\n} %s;\n", n->type, element, n->type);
        break;
    case CTYPE_OPTION:
        strbuf_printf(s, "typedef struct %s {\n\tbool is_some;\n\t%s val;\n} %s;\n", n->type, element, n->type);
        break;
    case CTYPE_RESULT:
        strbuf_printf(s, "typedef struct %s {\n\tbool is_err;\n", n->type);
        put_payloads(c, s, t);
        strbuf_printf(s, "} %s;\n", n->type);
        break;
    case CTYPE_VARIANT:
        strbuf_printf(s, "typedef struct %s {\n\t%s tag;\n", n->type, number_type(t));
        put_payloads(c, s, t);
        strbuf_printf(s, "} %s;\n", n->type);
        put_labels(c, s, t, n);
        break;
    case CTYPE_FLAGS:
    case CTYPE_ENUM:
        strbuf_printf(s, "typedef %s %s;\n", number_type(t), n->type);
        put_labels(c, s, t, n);
        break;
    case CTYPE_OWN:
    case CTYPE_BORROW:
        strbuf_printf(s, "typedef struct %s {\n\tuint32_t rep;\n} %s;\n", n->type, n->type);
        break;
    case CTYPE_STREAM:
    case CTYPE_FUTURE:
        strbuf_printf(s, "typedef wasmelt_canon_shared *%s;\n", n->type);
        break;
    default: /* primitive */
        break;
    }
}

void types_put(canon_generator *c, strbuf *s, bool is_public) {
    for (uint32_t k = 0; k < c->shapes.all.count && has_room(c, s); k++) {
        uint8_t marks = c->names[k].marks;
        if (shape_at(c, k)->kind != CTYPE_PRIMITIVE && (marks & SHAPE_USED) && is_public == ((marks & SHAPE_PUBLIC) != 0))
            put_type(c, s, k);
    }
}
