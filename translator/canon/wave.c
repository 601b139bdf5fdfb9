/* Prints what `wasmelt run --invoke` needs of a component: for each type functions that read a value from text and print it, for each
 * exported function one that reads its arguments, calls it and prints its result (wasmelt/code/wave.h). */
#include "../runtime/component/wave_begin.h"
#include "canon/program.h"
#include "emit/generator.h"

enum { SHAPE_TEXT = SHAPE_READ | SHAPE_PRINT };

/* ---- Which have text ---- */

/* Whether there is text for all values of the type: for handles, streams, futures and error contexts there is none. As deep as the type; no
 * type is looked at twice. */
static bool has_text(canon_generator *c, uint32_t k) {
    if (k == NO_INDEX)
        return true;
    const shape *t = shape_at(c, k);
    shape_name *n = &c->names[k];
    if (n->text != TEXT_UNKNOWN)
        return n->text == TEXT_YES;
    bool has = t->kind != CTYPE_OWN && t->kind != CTYPE_BORROW && t->kind != CTYPE_STREAM && t->kind != CTYPE_FUTURE &&
               !(t->kind == CTYPE_PRIMITIVE && t->code == 0x64);
    for (uint32_t m = 0; has && m < t->member_count; m++)
        has = has_text(c, t->members[m].shape);
    n->text = has ? TEXT_YES : TEXT_NO;
    return has;
}

static bool is_called(canon_generator *c, uint32_t func) {
    return has_text(c, c->funcs[func].params) && has_text(c, c->funcs[func].result);
}

void wave_mark(canon_generator *c) {
    for (size_t k = 0; k < c->g->exports.count; k++) {
        const uint32_t func = c->g->exports.data[k].func, result = c->funcs[func].result;
        if (!is_called(c, func))
            continue;
        const shape *params = shape_at(c, c->funcs[func].params);
        for (uint32_t m = 0; m < params->member_count; m++)
            c->names[params->members[m].shape].marks |= SHAPE_READ;
        if (result != NO_INDEX)
            c->names[result].marks |= SHAPE_PRINT;
    }
}

/* ---- Members ---- */

static bool has_labels(const shape *t) {
    return t->kind == CTYPE_RECORD || t->kind == CTYPE_VARIANT || t->kind == CTYPE_ENUM || t->kind == CTYPE_FLAGS;
}

static void put_labels(const canon_generator *c, strbuf *s, uint32_t k) {
    const shape *t = shape_at(c, k);
    strbuf_printf(s, "\nstatic const wasmelt_wave_label labels%u[] = {", (unsigned)k);
    for (uint32_t m = 0; m < t->member_count; m++) {
        const bool is_option = t->kind == CTYPE_RECORD && shape_at(c, t->members[m].shape)->kind == CTYPE_OPTION;
        strbuf_puts(s, m > 0 ? ", {\"" : "{\"");
        put_string(s, t->members[m].name.bytes, t->members[m].name.length);
        strbuf_puts(s, is_option ? "\", true}" : "\", false}");
    }
    strbuf_puts(s, "};\n");
}

static const char *suffix_of(const canon_generator *c, const shape *t, uint32_t m) {
    return c->names[t->members[m].shape].suffix;
}

/* Whether a payload may stand alone, for some(...) or ok(...). */
static bool may_be_flat(const canon_generator *c, const shape *t) {
    if (t->members[0].shape == NO_INDEX)
        return false;
    const ctype_kind kind = shape_at(c, t->members[0].shape)->kind;
    return kind != CTYPE_OPTION && kind != CTYPE_RESULT;
}

/* ---- Reading ---- */

/* Appends statements for a payload in brackets. */
static void put_read_payload(const canon_generator *c, strbuf *s, const shape *t, uint32_t m, const char *tabs) {
    strbuf_printf(s, "%swasmelt_wave_open(w, '(');\n%s", tabs, tabs);
    convert_put_member(s, t, m);
    strbuf_printf(s, " = read_%s(w);\n%swasmelt_wave_close(w, ')');\n", suffix_of(c, t, m), tabs);
}

static void put_read_record(const canon_generator *c, strbuf *s, const shape *t, uint32_t k) {
    const unsigned count = (unsigned)t->member_count;
    strbuf_printf(s, "\tbool seen[%u] = {false};\n\twasmelt_wave_open(w, '{');\n", count);
    strbuf_printf(s, "\tfor (u32 k; (k = wasmelt_wave_field(w, labels%u, %u, seen)) < %u;)\n\t\tswitch (k) {\n", (unsigned)k, count, count);
    for (uint32_t m = 0; m < t->member_count; m++) {
        strbuf_printf(s, "\t\tcase %u:\n\t\t\t", (unsigned)m);
        convert_put_member(s, t, m);
        strbuf_printf(s, " = read_%s(w);\n\t\t\tbreak;\n", suffix_of(c, t, m));
    }
    strbuf_puts(s, "\t\t}\n");
}

static void put_read_tuple(const canon_generator *c, strbuf *s, const shape *t) {
    strbuf_puts(s, "\twasmelt_wave_open(w, '(');\n");
    for (uint32_t m = 0; m < t->member_count; m++) {
        strbuf_printf(s, "\twasmelt_wave_item(w, %u);\n\t", (unsigned)m);
        convert_put_member(s, t, m);
        strbuf_printf(s, " = read_%s(w);\n", suffix_of(c, t, m));
    }
    strbuf_puts(s, "\twasmelt_wave_close(w, ')');\n");
}

static void put_read_list(const canon_generator *c, strbuf *s, const shape *t) {
    const shape_name *element = &c->names[t->members[0].shape];
    strbuf_puts(s, "\twasmelt_wave_open(w, '[');\n");
    if (t->length > 0) {
        strbuf_printf(s,
                      "\tfor (u32 k = 0; k < %u; k++) {\n\t\twasmelt_wave_item(w, k);\n\t\tv.items[k] = read_%s(w);\n\t}\n"
                      "\twasmelt_wave_close(w, ']');\n",
                      (unsigned)t->length, element->suffix);
        return;
    }
    strbuf_printf(s,
                  "\twasmelt_wave_list list = {.size = sizeof *v.ptr};\n\tfor (%s *to; (to = wasmelt_wave_element(w, &list)) != NULL;)\n",
                  element->type);
    strbuf_printf(s, "\t\t*to = read_%s(w);\n\tv.ptr = list.ptr;\n\tv.len = list.len;\n", element->suffix);
}

static void put_read_variant(const canon_generator *c, strbuf *s, const shape *t, uint32_t k) {
    strbuf_printf(s, "\tv.tag = (u%u)wasmelt_wave_case(w, labels%u, %u);\n", (unsigned)t->discriminant_bytes * 8, (unsigned)k,
                  (unsigned)t->member_count);
    bool any = false;
    for (uint32_t m = 0; m < t->member_count; m++) {
        if (t->members[m].shape == NO_INDEX)
            continue;
        strbuf_printf(s, any ? "\tcase %u:\n" : "\tswitch (v.tag) {\n\tcase %u:\n", (unsigned)m);
        put_read_payload(c, s, t, m, "\t\t");
        strbuf_puts(s, "\t\tbreak;\n");
        any = true;
    }
    strbuf_puts(s, any ? "\t}\n" : "");
}

static void put_read_option(const canon_generator *c, strbuf *s, const shape *t) {
    strbuf_puts(s, "\tif (wasmelt_wave_word(w, \"none\"))\n\t\treturn v;\n\tv.is_some = true;\n\tif (wasmelt_wave_word(w, \"some\")) {\n");
    put_read_payload(c, s, t, 0, "\t\t");
    if (may_be_flat(c, t))
        strbuf_printf(s, "\t} else {\n\t\tv.val = read_%s(w);\n\t}\n", suffix_of(c, t, 0));
    else
        strbuf_puts(s, "\t} else {\n\t\twasmelt_wave_expected(w, \"some(...) or none\");\n\t}\n");
}

static void put_read_result(const canon_generator *c, strbuf *s, const shape *t) {
    strbuf_puts(s, "\tif (wasmelt_wave_word(w, \"err\")) {\n\t\tv.is_err = true;\n");
    if (t->members[1].shape != NO_INDEX)
        put_read_payload(c, s, t, 1, "\t\t");
    strbuf_puts(s, "\t} else if (wasmelt_wave_word(w, \"ok\")) {\n");
    if (t->members[0].shape != NO_INDEX)
        put_read_payload(c, s, t, 0, "\t\t");
    if (may_be_flat(c, t))
        strbuf_printf(s, "\t} else {\n\t\tv.val.ok = read_%s(w);\n\t}\n", suffix_of(c, t, 0));
    else
        strbuf_puts(s, "\t} else {\n\t\twasmelt_wave_expected(w, \"ok or err\");\n\t}\n");
}

static void put_read(const canon_generator *c, strbuf *s, uint32_t k) {
    const shape *t = shape_at(c, k);
    const shape_name *n = &c->names[k];
    strbuf_printf(s, "\nstatic %s read_%s(wasmelt_wave *w) {\n", n->type, n->suffix);
    if (t->kind == CTYPE_ENUM || t->kind == CTYPE_FLAGS) {
        strbuf_printf(s, "\treturn (%s)wasmelt_wave_%s(w, labels%u, %u);\n}\n", n->type, t->kind == CTYPE_ENUM ? "case" : "flags",
                      (unsigned)k, (unsigned)t->member_count);
        return;
    }
    strbuf_printf(s, "\t%s v;\n\tmemset(&v, 0, sizeof v);\n", n->type);
    switch (t->kind) {
    case CTYPE_RECORD:
        put_read_record(c, s, t, k);
        break;
    case CTYPE_TUPLE:
        put_read_tuple(c, s, t);
        break;
    case CTYPE_LIST:
        put_read_list(c, s, t);
        break;
    case CTYPE_VARIANT:
        put_read_variant(c, s, t, k);
        break;
    case CTYPE_OPTION:
        put_read_option(c, s, t);
        break;
    default:
        put_read_result(c, s, t);
        break;
    }
    strbuf_puts(s, "\treturn v;\n}\n");
}

/* ---- Printing ---- */

static void put_print_member(const canon_generator *c, strbuf *s, const shape *t, uint32_t m) {
    strbuf_printf(s, "print_%s(", suffix_of(c, t, m));
    convert_put_member(s, t, m);
    strbuf_puts(s, ");\n");
}

static void put_print_record(const canon_generator *c, strbuf *s, const shape *t, uint32_t k) {
    strbuf_puts(s, "\tbool is_first = true;\n");
    for (uint32_t m = 0; m < t->member_count; m++) {
        const bool is_option = shape_at(c, t->members[m].shape)->kind == CTYPE_OPTION;
        const char *tabs = is_option ? "\t\t" : "\t";
        if (is_option) {
            strbuf_puts(s, "\tif (");
            convert_put_member(s, t, m);
            strbuf_puts(s, ".is_some) {\n");
        }
        strbuf_printf(s, "%swasmelt_wave_put_field(labels%u, %u, &is_first);\n%s", tabs, (unsigned)k, (unsigned)m, tabs);
        put_print_member(c, s, t, m);
        strbuf_puts(s, is_option ? "\t}\n" : "");
    }
    strbuf_puts(s, "\twasmelt_wave_put_end(is_first);\n");
}

static void put_print_tuple(const canon_generator *c, strbuf *s, const shape *t) {
    for (uint32_t m = 0; m < t->member_count; m++) {
        strbuf_puts(s, m > 0 ? "\twasmelt_wave_put(\", \");\n\t" : "\twasmelt_wave_put(\"(\");\n\t");
        put_print_member(c, s, t, m);
    }
    strbuf_puts(s, "\twasmelt_wave_put(\")\");\n");
}

static void put_print_list(const canon_generator *c, strbuf *s, const shape *t) {
    strbuf_puts(s, "\twasmelt_wave_put(\"[\");\n");
    if (t->length > 0)
        strbuf_printf(s, "\tfor (size_t k = 0; k < %u; k++) {\n", (unsigned)t->length);
    else
        strbuf_puts(s, "\tfor (size_t k = 0; k < v.len; k++) {\n");
    strbuf_printf(s, "\t\twasmelt_wave_put_comma(k);\n\t\tprint_%s(v.%s[k]);\n\t}\n\twasmelt_wave_put(\"]\");\n", suffix_of(c, t, 0),
                  t->length > 0 ? "items" : "ptr");
}

/* Appends statements for a payload in brackets. */
static void put_print_payload(const canon_generator *c, strbuf *s, const shape *t, uint32_t m) {
    strbuf_puts(s, "\t\twasmelt_wave_put(\"(\");\n\t\t");
    put_print_member(c, s, t, m);
    strbuf_puts(s, "\t\twasmelt_wave_put(\")\");\n");
}

static void put_print_variant(const canon_generator *c, strbuf *s, const shape *t, uint32_t k) {
    strbuf_printf(s, "\twasmelt_wave_put_case(labels%u, v.tag);\n", (unsigned)k);
    bool any = false;
    for (uint32_t m = 0; m < t->member_count; m++) {
        if (t->members[m].shape == NO_INDEX)
            continue;
        strbuf_printf(s, any ? "\tcase %u:\n" : "\tswitch (v.tag) {\n\tcase %u:\n", (unsigned)m);
        put_print_payload(c, s, t, m);
        strbuf_puts(s, "\t\tbreak;\n");
        any = true;
    }
    strbuf_puts(s, any ? "\t}\n" : "");
}

static void put_print_option(const canon_generator *c, strbuf *s, const shape *t) {
    strbuf_puts(s, "\tif (v.is_some) {\n\t\twasmelt_wave_put(\"some\");\n");
    put_print_payload(c, s, t, 0);
    strbuf_puts(s, "\t} else {\n\t\twasmelt_wave_put(\"none\");\n\t}\n");
}

static void put_print_result(const canon_generator *c, strbuf *s, const shape *t) {
    strbuf_puts(s, "\tif (v.is_err) {\n\t\twasmelt_wave_put(\"err\");\n");
    if (t->members[1].shape != NO_INDEX)
        put_print_payload(c, s, t, 1);
    strbuf_puts(s, "\t} else {\n\t\twasmelt_wave_put(\"ok\");\n");
    if (t->members[0].shape != NO_INDEX)
        put_print_payload(c, s, t, 0);
    strbuf_puts(s, "\t}\n");
}

static void put_print(const canon_generator *c, strbuf *s, uint32_t k) {
    const shape *t = shape_at(c, k);
    const shape_name *n = &c->names[k];
    strbuf_printf(s, "\nstatic void print_%s(%s v) {\n", n->suffix, n->type);
    switch (t->kind) {
    case CTYPE_RECORD:
        put_print_record(c, s, t, k);
        break;
    case CTYPE_TUPLE:
        put_print_tuple(c, s, t);
        break;
    case CTYPE_LIST:
        put_print_list(c, s, t);
        break;
    case CTYPE_VARIANT:
        put_print_variant(c, s, t, k);
        break;
    case CTYPE_OPTION:
        put_print_option(c, s, t);
        break;
    case CTYPE_RESULT:
        put_print_result(c, s, t);
        break;
    case CTYPE_ENUM:
        strbuf_printf(s, "\twasmelt_wave_put_case(labels%u, v);\n", (unsigned)k);
        break;
    default:
        strbuf_printf(s, "\twasmelt_wave_put_flags(labels%u, %u, v);\n", (unsigned)k, (unsigned)t->member_count);
        break;
    }
    strbuf_puts(s, "}\n");
}

/* ---- Functions ---- */

/* The number of the first of the last parameters that are all options: they may be missing. */
static uint32_t first_optional(const canon_generator *c, const shape *params) {
    uint32_t k = params->member_count;
    while (k > 0 && shape_at(c, params->members[k - 1].shape)->kind == CTYPE_OPTION)
        k--;
    return k;
}

static void put_call(const canon_generator *c, strbuf *s, size_t k) {
    const uint32_t func = c->g->exports.data[k].func, result = c->funcs[func].result;
    const shape *params = shape_at(c, c->funcs[func].params);
    const uint32_t optional = first_optional(c, params);
    strbuf_printf(s, "\nstatic void invoke%zu(void *instance, wasmelt_wave *w) {\n\twasmelt_wave_open(w, '(');\n", k);
    for (uint32_t m = 0; m < params->member_count; m++) {
        const shape_name *n = &c->names[params->members[m].shape];
        const unsigned number = (unsigned)m;
        if (m < optional)
            strbuf_printf(s, "\twasmelt_wave_item(w, %u);\n\tconst %s a%u = read_%s(w);\n", number, n->type, number, n->suffix);
        else
            strbuf_printf(s, "\t%s a%u;\n\tmemset(&a%u, 0, sizeof a%u);\n\tif (wasmelt_wave_another(w, %u, ')'))\n\t\ta%u = read_%s(w);\n",
                          n->type, number, number, number, number, number, n->suffix);
    }
    strbuf_puts(s, "\twasmelt_wave_close(w, ')');\n\tif (!wasmelt_wave_may_call(w))\n\t\treturn;\n\t");
    if (result != NO_INDEX)
        strbuf_printf(s, "const %s result = ", c->names[result].type);
    strbuf_printf(s, "%s(instance", c->exports[k]);
    types_put_arguments(c, s, func);
    if (result != NO_INDEX)
        strbuf_printf(s, ");\n\tprint_%s(result);\n}\n", c->names[result].suffix);
    else
        strbuf_puts(s, ");\n\twasmelt_wave_put(\"()\");\n}\n");
}

static const char *text_of(const canon_generator *c, span s) {
    return arena_string(c->g->arena, (const char *)s.bytes, s.length);
}

/* What stands for a function of the executable, which is not here. */
static void no_call(void *instance, struct wasmelt_wave *w) {
    (void)instance;
    (void)w;
}

bool wave_names_function(canon_generator *c) {
    const size_t count = c->g->exports.count;
    wasmelt_wave_export *exports = arena_array(c->g->arena, count, sizeof *exports);
    for (size_t k = 0; k < count; k++) {
        const graph_export *e = &c->g->exports.data[k];
        strbuf type = {0};
        type_text_put(c, &type, e->func);
        exports[k].interface = text_of(c, e->interface);
        exports[k].name = text_of(c, e->name);
        exports[k].type = text_of(c, (span){(const uint8_t *)type.data, type.count});
        exports[k].call = is_called(c, e->func) ? no_call : NULL;
        strbuf_free(&type);
    }
    wasmelt_wave w = {.start = c->program->invoke, .at = c->program->invoke};
    return wasmelt_rt_wave_begin(&w, exports, count) != NULL;
}

static void put_row(canon_generator *c, strbuf *s, size_t k) {
    const graph_export *e = &c->g->exports.data[k];
    strbuf type = {0};
    strbuf_puts(s, "\t{\"");
    put_string(s, e->interface.bytes, e->interface.length);
    strbuf_puts(s, "\", \"");
    put_string(s, e->name.bytes, e->name.length);
    strbuf_puts(s, "\", \"");
    type_text_put(c, &type, e->func);
    put_string(s, (const uint8_t *)type.data, type.count);
    if (is_called(c, e->func))
        strbuf_printf(s, "\", invoke%zu},\n", k);
    else
        strbuf_puts(s, "\", NULL},\n");
    strbuf_free(&type);
}

void wave_put(canon_generator *c, strbuf *s) {
    for (uint32_t k = 0; k < c->shapes.all.count && has_room(c, s); k++) {
        const uint8_t marks = c->names[k].marks;
        if (shape_at(c, k)->kind == CTYPE_PRIMITIVE || !(marks & SHAPE_TEXT))
            continue;
        if (has_labels(shape_at(c, k)))
            put_labels(c, s, k);
        if (marks & SHAPE_READ)
            put_read(c, s, k);
        if (marks & SHAPE_PRINT)
            put_print(c, s, k);
    }
    for (size_t k = 0; k < c->g->exports.count && has_room(c, s); k++)
        if (is_called(c, c->g->exports.data[k].func))
            put_call(c, s, k);
    strbuf_printf(s, "\nstatic const wasmelt_wave_export %s_exports[] = {\n", c->prefix);
    for (size_t k = 0; k < c->g->exports.count && has_room(c, s); k++)
        put_row(c, s, k);
    strbuf_printf(s, "};\n\nstatic const wasmelt_wave_calls %s_calls = {wasmelt_wave_invoke, %s_exports, %zu};\n", c->prefix, c->prefix,
                  c->g->exports.count);
}
