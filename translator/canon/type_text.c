/* Types as text, without names of types and parameters: those that are equal have the same. As WIT writes them, but for
 *
 *   (u32,own<error>)->result<_,u8>             functions
 *   record{a:u32,b:string}  variant{a,b(u32)}  what has fields or cases
 *   enum{a,b}  flags{a,b} */
#include "canon/program.h"

enum { MOST_TEXT = 4096 }; /* more than the type of any function of WASI */

static void put_label(strbuf *s, span label) {
    strbuf_append(s, (const char *)label.bytes, label.length);
}

static void put_shape(const canon_generator *c, strbuf *s, uint32_t k);

static void put_fields(const canon_generator *c, strbuf *s, const shape *t) {
    for (uint32_t k = 0; k < t->member_count; k++) {
        const shape_member *m = &t->members[k];
        bool has_payload = t->kind == CTYPE_VARIANT && m->shape != NO_INDEX;
        strbuf_puts(s, k > 0 ? "," : "");
        put_label(s, m->name);
        strbuf_puts(s, t->kind == CTYPE_RECORD ? ":" : has_payload ? "(" : "");
        if (t->kind == CTYPE_RECORD || has_payload)
            put_shape(c, s, m->shape);
        strbuf_puts(s, has_payload ? ")" : "");
    }
}

static void put_members(const canon_generator *c, strbuf *s, const shape *t) {
    for (uint32_t k = 0; k < t->member_count; k++) {
        strbuf_puts(s, k > 0 ? "," : "");
        put_shape(c, s, t->members[k].shape);
    }
}

static const char *word_of(ctype_kind kind) {
    switch (kind) {
    case CTYPE_RECORD:
        return "record";
    case CTYPE_VARIANT:
        return "variant";
    case CTYPE_FLAGS:
        return "flags";
    case CTYPE_ENUM:
        return "enum";
    case CTYPE_TUPLE:
        return "tuple";
    case CTYPE_OPTION:
        return "option";
    case CTYPE_RESULT:
        return "result";
    case CTYPE_OWN:
        return "own";
    case CTYPE_BORROW:
        return "borrow";
    case CTYPE_STREAM:
        return "stream";
    case CTYPE_FUTURE:
        return "future";
    default:
        return "list";
    }
}

/* As deep as the type, which CTYPE_MOST_DEPTH bounds. */
static void put_shape(const canon_generator *c, strbuf *s, uint32_t k) {
    static const char *const basic[] = {"string", "char", "f64", "f32", "u64", "s64", "u32", "s32", "u16", "s16", "u8", "s8", "bool"};
    if (k == NO_INDEX || s->count > MOST_TEXT) {
        strbuf_put(s, '_');
        return;
    }
    const shape *t = shape_at(c, k);
    if (t->kind == CTYPE_PRIMITIVE) {
        strbuf_puts(s, t->code == 0x64 ? "error-context" : basic[t->code - 0x73]);
        return;
    }
    bool has_labels = t->kind == CTYPE_RECORD || t->kind == CTYPE_VARIANT || t->kind == CTYPE_FLAGS || t->kind == CTYPE_ENUM;
    strbuf_printf(s, "%s%c", word_of(t->kind), has_labels ? '{' : '<');
    if (has_labels)
        put_fields(c, s, t);
    else if (t->kind == CTYPE_OWN || t->kind == CTYPE_BORROW)
        put_label(s, c->g->resources.data[t->resource].name);
    else
        put_members(c, s, t);
    if (t->length > 0)
        strbuf_printf(s, ",%u", (unsigned)t->length);
    strbuf_put(s, has_labels ? '}' : '>');
}

void type_text_put(const canon_generator *c, strbuf *s, uint32_t func) {
    strbuf_puts(s, c->g->funcs.data[func].type->is_async ? "async(" : "(");
    put_members(c, s, shape_at(c, c->funcs[func].params));
    strbuf_put(s, ')');
    if (c->funcs[func].result != NO_INDEX) {
        strbuf_puts(s, "->");
        put_shape(c, s, c->funcs[func].result);
    }
}

/* ---- What it contains ---- */

/* Appends for each handle, or each stream and future, in the type what it is known by. */
static void put_contents_of(const canon_generator *c, strbuf *s, uint32_t k, bool of_handles) {
    if (k == NO_INDEX)
        return;
    const shape *t = shape_at(c, k);
    const char *comma = s->count > 0 ? ", " : "";
    if (of_handles && (t->kind == CTYPE_OWN || t->kind == CTYPE_BORROW))
        strbuf_printf(s, "%s%u", comma, (unsigned)t->resource + 1);
    if (!of_handles && (t->kind == CTYPE_STREAM || t->kind == CTYPE_FUTURE))
        strbuf_printf(s, "%s&element%u", comma, (unsigned)k);
    for (uint32_t n = 0; n < t->member_count; n++)
        put_contents_of(c, s, t->members[n].shape, of_handles);
}

static void put_contents(const canon_generator *c, strbuf *s, uint32_t func, bool of_handles, const char *type) {
    strbuf list = {0};
    put_contents_of(c, &list, c->funcs[func].params, of_handles);
    put_contents_of(c, &list, c->funcs[func].result, of_handles);
    if (list.count > 0)
        strbuf_printf(s, "(%s[]){%s}", type, list.data);
    else
        strbuf_puts(s, "NULL");
    strbuf_free(&list);
}

void type_resources_put(const canon_generator *c, strbuf *s, uint32_t func) {
    put_contents(c, s, func, true, "const u32");
}

void type_elements_put(const canon_generator *c, strbuf *s, uint32_t func) {
    put_contents(c, s, func, false, "const wasmelt_canon_element *const");
}
