/* The names of a component in C. They follow those that wit-bindgen gives in C: NAMESPACE_PACKAGE_INTERFACE_ITEM in small letters, `_t`
 * behind types, own_ and borrow_ before those of handles, list_u32 and option_string for types without a name; all behind the component's
 * name. */
#include <ctype.h>

#include "canon/generator.h"
#include "canon/program.h"
#include "emit/symbols.h"

enum { MOST_NAME = 100 };

/* ---- Texts ---- */

void names_put_snake(strbuf *s, span text) {
    for (size_t k = 0; k < text.length && text.bytes[k] != '@'; k++) {
        unsigned char b = text.bytes[k];
        if (b == '[')
            continue;
        strbuf_put(s, isalnum(b) && b < 0x80 ? (char)tolower(b) : '_');
    }
}

static bool is_keyword(const char *word) {
    static const char *const words[] = {
#define KEYWORD(word) #word,
#include "canon/keywords.def"
#undef KEYWORD
    };
    for (size_t k = 0; k < sizeof words / sizeof *words; k++)
        if (strcmp(words[k], word) == 0)
            return true;
    return false;
}

/* Whether a member or parameter of this name could hide a type that stands behind it: `void f(uint32_t size_t, size_t n)` is an error, and
 * in C++ a member of the same name as its type is, too. */
static bool may_be_type(const char *word) {
    size_t length = strlen(word);
    return (length > 2 && strcmp(word + length - 2, "_t") == 0) || strcmp(word, "wasmelt_string") == 0;
}

void names_put_label(strbuf *s, span label) {
    size_t start = s->count;
    names_put_snake(s, label);
    const char *word = s->data + start;
    if (is_keyword(word) || may_be_type(word) || strcmp(word, "self") == 0 || strcmp(word, "context") == 0) /* parameters of functions */
        strbuf_put(s, '_');
}

/* ---- Unique names ---- */

static size_t place_of(const canon_generator *c, const char *text) {
    uint64_t hash = 14695981039346656037u;
    for (const char *p = text; *p; p++)
        hash = (hash ^ (unsigned char)*p) * 1099511628211u;
    size_t k = hash % c->taken_room;
    while (c->taken[k].text && strcmp(c->taken[k].text, text) != 0)
        k = (k + 1) % c->taken_room;
    return k;
}

static void make_room(canon_generator *c) {
    if (c->taken_count * 2 < c->taken_room)
        return;
    taken_name *old = c->taken;
    size_t room = c->taken_room;
    c->taken_room = room ? room * 2 : 1024;
    c->taken = arena_array(c->g->arena, c->taken_room, sizeof *c->taken);
    for (size_t k = 0; k < room; k++)
        if (old[k].text)
            c->taken[place_of(c, old[k].text)] = old[k];
}

/* Takes the name; false if it is taken, or means something in C already. */
static bool take(canon_generator *c, const char *text, size_t length) {
    make_room(c);
    taken_name *place = &c->taken[place_of(c, text)];
    if (place->text)
        return false;
    *place = (taken_name){arena_string(c->g->arena, text, length), 2};
    c->taken_count++;
    return !symbol_is_reserved(text);
}

/* Numbers are tried from where the last search for this text has ended, so that many equal names take no longer than others. */
const char *names_claim(canon_generator *c, const strbuf *text) {
    strbuf tried = {0};
    strbuf_append(&tried, text->data, text->count);
    while (!take(c, tried.data, tried.count)) {
        unsigned number = c->taken[place_of(c, text->data)].next++;
        strbuf_truncate(&tried, text->count);
        strbuf_printf(&tried, "_%u", number);
    }
    const char *name = c->taken[place_of(c, tried.data)].text;
    strbuf_free(&tried);
    return name;
}

const char *names_claim_member(canon_generator *c, const char *before, span interface, const char *middle, span name, const char *behind) {
    strbuf s = {0};
    strbuf_puts(&s, before);
    strbuf_puts(&s, c->prefix);
    strbuf_put(&s, '_');
    if (interface.length > 0) {
        names_put_snake(&s, interface);
        strbuf_put(&s, '_');
    }
    strbuf_puts(&s, middle);
    names_put_snake(&s, name);
    strbuf_puts(&s, behind);
    const char *made = names_claim(c, &s);
    strbuf_free(&s);
    return made;
}

static const char *to_upper(canon_generator *c, const char *text) {
    char *upper = arena_string(c->g->arena, text, strlen(text));
    for (char *p = upper; *p; p++)
        *p = (char)toupper((unsigned char)*p);
    return upper;
}

const char *names_label_macro(canon_generator *c, const shape_name *n, span label) {
    strbuf s = {0}, low = {0};
    names_put_snake(&low, label);
    strbuf_printf(&s, "%s_%s", n->macro, to_upper(c, low.data));
    const char *name = names_claim(c, &s);
    strbuf_free(&s);
    strbuf_free(&low);
    return name;
}

/* ---- Types ---- */

static const struct {
    const char *type, *suffix;
} basic[] = {{"uint32_t", "char"}, {"double", "f64"},   {"float", "f32"},   {"uint64_t", "u64"}, {"int64_t", "s64"}, {"uint32_t", "u32"},
             {"int32_t", "s32"},   {"uint16_t", "u16"}, {"int16_t", "s16"}, {"uint8_t", "u8"},   {"int8_t", "s8"},   {"bool", "bool"}};

/* The name of a type that has none: after what it consists of. */
static void put_anonymous(canon_generator *c, strbuf *s, const shape *t) {
    switch (t->kind) {
    case CTYPE_LIST:
        strbuf_puts(s, "list");
        if (t->length > 0)
            strbuf_printf(s, "%u", (unsigned)t->length);
        break;
    case CTYPE_TUPLE:
        strbuf_printf(s, "tuple%u", (unsigned)t->member_count);
        break;
    case CTYPE_OPTION:
        strbuf_puts(s, "option");
        break;
    case CTYPE_RESULT:
        strbuf_puts(s, "result");
        break;
    case CTYPE_RECORD:
        strbuf_puts(s, "record");
        break;
    case CTYPE_VARIANT:
        strbuf_puts(s, "variant");
        break;
    case CTYPE_FLAGS:
        strbuf_puts(s, "flags");
        return;
    case CTYPE_STREAM:
        strbuf_puts(s, "stream");
        break;
    case CTYPE_FUTURE:
        strbuf_puts(s, "future");
        break;
    default:
        strbuf_puts(s, "enum");
        return;
    }
    for (uint32_t k = 0; k < t->member_count && s->count < MOST_NAME; k++)
        strbuf_printf(s, "_%s", t->members[k].shape == NO_INDEX ? "void" : c->names[t->members[k].shape].suffix);
    if (s->count > MOST_NAME)
        strbuf_truncate(s, MOST_NAME);
}

/* Appends what stands between PREFIX_ and _t. */
static void put_middle(canon_generator *c, strbuf *s, const shape *t) {
    bool is_handle = t->kind == CTYPE_OWN || t->kind == CTYPE_BORROW;
    const graph_resource *r = is_handle ? &c->g->resources.data[t->resource] : NULL;
    span interface = is_handle ? r->interface : t->interface, name = is_handle ? r->name : t->name;
    if (!is_handle && !name.bytes) {
        put_anonymous(c, s, t);
        return;
    }
    if (interface.length > 0) {
        names_put_snake(s, interface);
        strbuf_put(s, '_');
    }
    if (is_handle)
        strbuf_puts(s, t->kind == CTYPE_OWN ? "own_" : "borrow_");
    if (name.bytes)
        names_put_snake(s, name);
    else
        strbuf_printf(s, "resource%u", (unsigned)t->resource);
}

static void name_shape(canon_generator *c, uint32_t k) {
    const shape *t = shape_at(c, k);
    shape_name *n = &c->names[k];
    if (t->kind == CTYPE_PRIMITIVE && t->code == 0x64) {
        n->type = "wasmelt_canon_error_context";
        n->suffix = "error_context";
        return;
    }
    if (t->kind == CTYPE_PRIMITIVE && t->code != 0x73) {
        n->type = basic[t->code - 0x74].type;
        n->suffix = basic[t->code - 0x74].suffix;
        return;
    }
    strbuf s = {0};
    strbuf_printf(&s, "%s_", c->prefix);
    if (t->kind == CTYPE_PRIMITIVE) {
        n->type = "wasmelt_string";
        n->suffix = "string";
        strbuf_free(&s);
        return;
    }
    size_t start = s.count;
    put_middle(c, &s, t);
    /* The names of types and of functions that convert them are unique together, so that the number behind them is the same. What converts
     * values of a component that is called `load`, load_SUFFIX, is claimed as its name. */
    const char *middle = names_claim(c, &s);
    strbuf_clear(&s);
    strbuf_printf(&s, "%s_t", middle);
    n->suffix = middle + start;
    n->type = names_claim(c, &s);
    if ((t->kind == CTYPE_STREAM || t->kind == CTYPE_FUTURE) && (n->marks & SHAPE_PUBLIC))
        streams_name(c, n);
    if (t->kind == CTYPE_LIST) {
        strbuf_clear(&s);
        strbuf_printf(&s, "%s_elements_%s", c->prefix, n->suffix);
        n->elements = names_claim(c, &s) + start;
    }
    n->macro = to_upper(c, middle);
    strbuf_free(&s);
}

/* ---- Functions ---- */

static void mark(canon_generator *c, uint32_t shape, uint8_t marks) {
    if (shape != NO_INDEX)
        c->names[shape].marks |= marks;
}

/* `lowered`: values are lifted from parameters and lowered for the result; else the other way round. `is_async`: by a canonical definition
 * with that option. */
static void mark_func(canon_generator *c, uint32_t func, bool lowered, bool is_async, uint8_t more) {
    const shape *params = shape_at(c, c->funcs[func].params);
    bool in_memory = params->flat_count > (lowered && is_async ? MOST_FLAT_ASYNC_PARAMS : CTYPE_MOST_FLAT);
    uint8_t lift = in_memory ? SHAPE_LOAD : SHAPE_LIFT, lower = in_memory ? SHAPE_STORE : SHAPE_LOWER;
    for (uint32_t k = 0; k < params->member_count; k++)
        mark(c, params->members[k].shape, SHAPE_USED | more | (lowered ? lift : lower));
    if (c->funcs[func].result == NO_INDEX)
        return;
    if (is_async && !lowered) { /* task.return lifts it */
        mark(c, c->funcs[func].result, SHAPE_USED | more);
        return;
    }
    in_memory = is_async || shape_at(c, c->funcs[func].result)->flat_count > MOST_FLAT_RESULTS;
    lift = in_memory ? SHAPE_LOAD : SHAPE_LIFT, lower = in_memory ? SHAPE_STORE : SHAPE_LOWER;
    mark(c, c->funcs[func].result, SHAPE_USED | more | (lowered ? lower : lift));
}

/* An import that is exported again: hosts pass its values to themselves. */
static void mark_only_types(canon_generator *c, uint32_t func) {
    const shape *params = shape_at(c, c->funcs[func].params);
    for (uint32_t k = 0; k < params->member_count; k++)
        mark(c, params->members[k].shape, SHAPE_USED | SHAPE_PUBLIC);
    mark(c, c->funcs[func].result, SHAPE_USED | SHAPE_PUBLIC);
}

/* What the conversions of a type need of those of its members: those of a list need its elements in memory. */
static uint8_t marks_of_members(const shape *t, uint8_t marks) {
    if (t->kind == CTYPE_STREAM || t->kind == CTYPE_FUTURE) /* its values are copied between two memories */
        return (marks & SHAPE_PUBLIC) | (marks ? SHAPE_USED | SHAPE_LOAD | SHAPE_STORE : 0);
    if (t->kind != CTYPE_LIST || t->length > 0)
        return marks;
    uint8_t load = marks & (SHAPE_LOAD | SHAPE_LIFT) ? SHAPE_LOAD : 0, store = marks & (SHAPE_STORE | SHAPE_LOWER) ? SHAPE_STORE : 0;
    return (marks & (SHAPE_USED | SHAPE_PUBLIC | SHAPE_READ | SHAPE_PRINT)) | load | store;
}

static void mark_lifted(canon_generator *c, uint32_t func, uint8_t more) {
    mark_func(c, func, false, c->g->funcs.data[func].options.is_async, more);
}

static void mark_streams(canon_generator *c, uint32_t k) {
    if (k == NO_INDEX)
        return;
    const shape *t = shape_at(c, k);
    if (t->kind == CTYPE_STREAM || t->kind == CTYPE_FUTURE) {
        mark(c, k, SHAPE_USED);
        c->g->is_async = true;
    }
    for (uint32_t n = 0; n < t->member_count; n++)
        mark_streams(c, t->members[n].shape);
}

static void mark_all(canon_generator *c) {
    for (size_t k = 0; k < c->g->exports.count; k++) {
        uint32_t func = c->g->exports.data[k].func;
        c->funcs[func].is_called = true;
        if (c->g->funcs.data[func].is_import)
            mark_only_types(c, func);
        else
            mark_lifted(c, func, SHAPE_PUBLIC);
    }
    for (size_t k = 0; k < c->g->canons.count; k++) {
        const graph_canon *l = &c->g->canons.data[k];
        if (l->kind == CANON_TASK_RETURN && c->canon_shapes[k] != NO_INDEX)
            mark(c, c->canon_shapes[k],
                 SHAPE_USED | (shape_at(c, c->canon_shapes[k])->flat_count > CTYPE_MOST_FLAT ? SHAPE_LOAD : SHAPE_LIFT));
        else if (l->kind != CANON_LOWER)
            mark(c, c->canon_shapes[k], SHAPE_USED);
        if (l->kind != CANON_LOWER)
            continue;
        bool is_import = c->g->funcs.data[l->func].is_import;
        c->funcs[l->func].is_called = true;
        if (c->funcs[l->func].is_hosted) { /* the host converts its values itself, but for what its streams carry */
            mark_streams(c, c->funcs[l->func].params);
            mark_streams(c, c->funcs[l->func].result);
            continue;
        }
        mark_func(c, l->func, true, l->options.is_async, is_import ? SHAPE_PUBLIC : 0);
        if (!is_import)
            mark_lifted(c, l->func, 0);
    }
    if (c->program && c->program->invoke)
        wave_mark(c);
    for (size_t k = c->shapes.all.count; k-- > 0;) {
        const shape *t = shape_at(c, (uint32_t)k);
        for (uint32_t n = 0; n < t->member_count; n++)
            mark(c, t->members[n].shape, marks_of_members(t, c->names[k].marks));
    }
}

static bool find_shapes(canon_generator *c) {
    for (uint32_t k = 0; k < c->g->funcs.count; k++) {
        const graph_func *f = &c->g->funcs.data[k];
        func_name *n = &c->funcs[k];
        n->result = NO_INDEX;
        if ((n->params = shape_of_params(&c->shapes, f->scope, f->type, f->offset)) == NO_INDEX)
            return false;
        if (f->type->first && (n->result = shape_of(&c->shapes, f->scope, f->type->first, f->offset)) == NO_INDEX)
            return false;
    }
    c->canon_shapes = arena_array(c->g->arena, c->g->canons.count, sizeof *c->canon_shapes);
    for (size_t k = 0; k < c->g->canons.count; k++) {
        const graph_canon *l = &c->g->canons.data[k];
        c->canon_shapes[k] = NO_INDEX;
        bool has_shape = l->type && (l->kind == CANON_TASK_RETURN || l->type->kind == CTYPE_STREAM || l->type->kind == CTYPE_FUTURE);
        if (has_shape && (c->canon_shapes[k] = shape_of(&c->shapes, l->scope, l->type, l->offset)) == NO_INDEX)
            return false;
        if (l->kind != CANON_LOWER)
            continue;
        uint32_t params = shape_of_params(&c->shapes, l->scope, l->type, l->offset);
        if (params == NO_INDEX)
            return false;
        uint32_t result = NO_INDEX;
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): what is lowered has a type */
        if (l->type->first && (result = shape_of(&c->shapes, l->scope, l->type->first, l->offset)) == NO_INDEX)
            return false;
        if (params != c->funcs[l->func].params || result != c->funcs[l->func].result)
            return diag_unsupported(c->g->diag, l->offset, "a function that is given as one of another type", NULL);
    }
    return true;
}

static void claim_text(canon_generator *c, const char *format) {
    strbuf s = {0};
    strbuf_printf(&s, "%s_%s", c->prefix, format);
    names_claim(c, &s);
    strbuf_free(&s);
}

static void claim_fixed(canon_generator *c) {
    static const char *const fixed[] = {"instantiate", "instantiate_with", "instance_free", "imports", "string"};
    for (size_t k = 0; k < sizeof fixed / sizeof *fixed; k++)
        claim_text(c, fixed[k]);
    static const char *const of_programs[] = {"program", "program_make", "program_run", "program_free", "exports", "calls"};
    for (size_t k = 0; c->program && k < sizeof of_programs / sizeof *of_programs; k++)
        claim_text(c, of_programs[k]);
    for (size_t k = 0; k < sizeof basic / sizeof *basic; k++)
        claim_text(c, basic[k].suffix);
    static const char *const others[] = {"make_all", "SIG_ATOMIC_MIN", "SIG_ATOMIC_MAX"}; /* in the source; in <stdint.h> */
    for (size_t k = 0; k < sizeof others / sizeof *others; k++)
        take(c, others[k], strlen(others[k]));
}

static const char *context_of(canon_generator *c, span interface) {
    strbuf s = {0};
    strbuf_puts(&s, "context");
    if (interface.length > 0)
        strbuf_put(&s, '_');
    names_put_snake(&s, interface);
    const char *name = arena_string(c->g->arena, s.data, s.count);
    strbuf_free(&s);
    return name;
}

/* Whether it is asked for this context for the first time. */
static bool is_first_of(canon_generator *c, const char *context) {
    strbuf s = {0};
    strbuf_printf(&s, "member %s", context); /* no name has a blank */
    bool is_first = take(c, s.data, s.count);
    strbuf_free(&s);
    return is_first;
}

static void name_funcs(canon_generator *c) {
    for (uint32_t k = 0; k < c->g->funcs.count; k++) {
        const graph_func *f = &c->g->funcs.data[k];
        if (!f->is_import || !c->funcs[k].is_called)
            continue;
        if (c->funcs[k].is_hosted) {
            c->uses_host = true;
            continue;
        }
        c->funcs[k].name = names_claim_member(c, "wasmelt_import_", f->interface, "", f->name, "");
        c->funcs[k].context = context_of(c, f->interface);
        c->funcs[k].is_first = is_first_of(c, c->funcs[k].context);
    }
    c->exports = arena_array(c->g->arena, c->g->exports.count, sizeof *c->exports);
    for (size_t k = 0; k < c->g->exports.count; k++)
        c->exports[k] = names_claim_member(c, "", c->g->exports.data[k].interface, "", c->g->exports.data[k].name, "");
}

static void name_resources(canon_generator *c) {
    c->resources = arena_array(c->g->arena, c->g->resources.count, sizeof *c->resources);
    for (size_t k = 0; k < c->g->resources.count; k++)
        c->resources[k].own = NO_INDEX;
    for (size_t k = 0; k < c->g->canons.count; k++)
        if (c->g->canons.data[k].kind == CANON_RESOURCE_DROP)
            c->resources[c->g->canons.data[k].resource].is_dropped = true;
    for (uint32_t k = 0; k < c->shapes.all.count; k++)
        if (shape_at(c, k)->kind == CTYPE_OWN && (c->names[k].marks & SHAPE_PUBLIC))
            c->resources[shape_at(c, k)->resource].own = k;
    for (size_t k = 0; k < c->g->resources.count; k++) {
        const graph_resource *r = &c->g->resources.data[k];
        resource_name *n = &c->resources[k];
        span name = r->name.bytes ? r->name : (span){(const uint8_t *)"resource", 8};
        n->is_hosted = r->part == NO_INDEX && program_has_resource(c, r->interface);
        if (n->is_hosted) {
            c->uses_host |= n->is_dropped;
        } else if (r->part == NO_INDEX && n->is_dropped) {
            n->drop = names_claim_member(c, "wasmelt_import_", r->interface, "drop_", name, "");
            n->context = context_of(c, r->interface);
            n->is_first = is_first_of(c, n->context);
        } else if (r->part != NO_INDEX && n->own != NO_INDEX) {
            n->drop = names_claim_member(c, "", r->interface, "drop_", name, "");
        }
    }
}

/* Hosts have no error contexts. */
bool names_check_public(const canon_generator *c) {
    for (uint32_t k = 0; k < c->shapes.all.count; k++) {
        const shape *t = shape_at(c, k);
        bool is_error = t->kind == CTYPE_PRIMITIVE && t->code == 0x64;
        if ((c->names[k].marks & SHAPE_PUBLIC) && is_error)
            return diag_unsupported(c->g->diag, t->offset, "passing to or from the host a value of type", "error-context");
    }
    return true;
}

bool names_make(canon_generator *c) {
    c->funcs = arena_array(c->g->arena, c->g->funcs.count, sizeof *c->funcs);
    if (!find_shapes(c))
        return false;
    c->names = arena_array(c->g->arena, c->shapes.all.count, sizeof *c->names);
    claim_fixed(c);
    for (uint32_t k = 0; k < c->g->funcs.count; k++)
        c->funcs[k].is_hosted = program_has_func(c, k);
    mark_all(c);
    c->g->is_async |= streams_any(c);
    if (streams_any(c) || host_calls_any(c)) {
        strbuf s = {0};
        strbuf_printf(&s, "%s_go_on", c->prefix);
        c->go_on = names_claim(c, &s);
        strbuf_free(&s);
    }
    name_funcs(c);
    name_resources(c);
    host_calls_name(c);
    for (uint32_t k = 0; k < c->shapes.all.count; k++)
        if (c->names[k].marks)
            name_shape(c, k);
    return true;
}
