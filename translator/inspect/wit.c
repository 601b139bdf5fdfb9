/* Types of components as WIT writes them (component-model, WIT.md). WIT has no syntax for a part of what components can have; that is
 * written in words. */
#include <string.h>

#include "base/say.h"
#include "inspect/component.h"

enum { MOST_NAME = 200 };

typedef struct wit {
    strbuf *out;
    uint64_t *room; /* names and types that may still be written: types can be trees much larger than the file */
} wit;

/* Counts a name or type that is to be written. False, after "...", if there have been too many. */
static bool goes_on(wit *w) {
    if (*w->room > 0 && --*w->room > 0)
        return true;
    strbuf_puts(w->out, "...");
    return false;
}

static void put_name(wit *w, span name) {
    say_quoted(w->out, name.bytes, name.length, MOST_NAME);
}

static const char *primitive_name(uint8_t code) {
    static const char *const names[] = {"error-context", "string", "char", "f64", "f32", "u64", "s64",
                                        "u32",           "s32",    "u16",  "s16", "u8",  "s8",  "bool"};
    return code == 0x64 ? names[0] : names[code - 0x73 + 1];
}

static void put_type(wit *w, const ctype *t);

static void put_fields(wit *w, const member_list *list, bool with_types) {
    for (uint32_t k = 0; k < list->count && goes_on(w); k++) {
        const member *m = &list->data[k];
        strbuf_puts(w->out, k > 0 ? ", " : "");
        put_name(w, m->name);
        if (with_types && m->name.length > 0)
            strbuf_puts(w->out, ": ");
        if (with_types)
            put_type(w, m->type);
    }
}

static void put_cases(wit *w, const member_list *list) {
    for (uint32_t k = 0; k < list->count && goes_on(w); k++) {
        strbuf_puts(w->out, k > 0 ? ", " : "");
        put_name(w, list->data[k].name);
        if (!list->data[k].type)
            continue;
        strbuf_put(w->out, '(');
        put_type(w, list->data[k].type);
        strbuf_put(w->out, ')');
    }
}

static void put_result(wit *w, const ctype *t) {
    strbuf_puts(w->out, "result");
    if (!t->first && !t->second)
        return;
    strbuf_put(w->out, '<');
    if (t->first)
        put_type(w, t->first);
    else
        strbuf_put(w->out, '_');
    if (t->second) {
        strbuf_puts(w->out, ", ");
        put_type(w, t->second);
    }
    strbuf_put(w->out, '>');
}

static void put_generic(wit *w, const char *name, const ctype *a, const ctype *b) {
    strbuf_puts(w->out, name);
    if (!a)
        return;
    strbuf_put(w->out, '<');
    put_type(w, a);
    if (b) {
        strbuf_puts(w->out, ", ");
        put_type(w, b);
    }
    strbuf_put(w->out, '>');
}

static void put_list(wit *w, const ctype *t) {
    strbuf_puts(w->out, "list<");
    put_type(w, t->first);
    if (t->length > 0)
        strbuf_printf(w->out, ", %u", (unsigned)t->length);
    strbuf_put(w->out, '>');
}

/* The word for a type that is written with braces, or null. */
static const char *braced_word(ctype_kind k) {
    return k == CTYPE_RECORD ? "record" : k == CTYPE_VARIANT ? "variant" : k == CTYPE_FLAGS ? "flags" : k == CTYPE_ENUM ? "enum" : NULL;
}

static void put_braced(wit *w, const ctype *t) {
    strbuf_puts(w->out, " { ");
    if (t->kind == CTYPE_VARIANT)
        put_cases(w, &t->members);
    else
        put_fields(w, &t->members, t->kind == CTYPE_RECORD);
    strbuf_puts(w->out, " }");
}

/* Writes what the type is, without its name. */
static void put_structure(wit *w, const ctype *t) {
    switch (t->kind) {
    case CTYPE_PRIMITIVE:
        strbuf_puts(w->out, primitive_name(t->code));
        break;
    case CTYPE_RECORD:
    case CTYPE_VARIANT:
    case CTYPE_FLAGS:
    case CTYPE_ENUM:
        strbuf_puts(w->out, braced_word(t->kind));
        put_braced(w, t);
        break;
    case CTYPE_LIST:
        put_list(w, t);
        break;
    case CTYPE_TUPLE:
        strbuf_puts(w->out, "tuple<");
        put_fields(w, &t->members, true);
        strbuf_put(w->out, '>');
        break;
    case CTYPE_OPTION:
        put_generic(w, "option", t->first, NULL);
        break;
    case CTYPE_RESULT:
        put_result(w, t);
        break;
    case CTYPE_MAP:
        put_generic(w, "map", t->first, t->second);
        break;
    case CTYPE_OWN:
        put_type(w, t->first); /* in WIT a resource's name alone is a handle that owns it */
        break;
    case CTYPE_BORROW:
        put_generic(w, "borrow", t->first, NULL);
        break;
    case CTYPE_STREAM:
        put_generic(w, "stream", t->first, NULL);
        break;
    case CTYPE_FUTURE:
        put_generic(w, "future", t->first, NULL);
        break;
    default:
        strbuf_puts(w->out, "resource");
        break;
    }
}

static void put_type(wit *w, const ctype *t) {
    if (!goes_on(w))
        return;
    if (t->name.bytes)
        put_name(w, t->name);
    else
        put_structure(w, t);
}

static void put_func(wit *w, const ctype *t) {
    strbuf_puts(w->out, t->is_async ? "async func(" : "func(");
    put_fields(w, &t->members, true);
    strbuf_put(w->out, ')');
    if (t->first) {
        strbuf_puts(w->out, " -> ");
        put_type(w, t->first);
    }
}

/* ---- Definitions of types ---- */

/* Whether the name is "[ANNOTATION]resource" or begins with "[ANNOTATION]resource." */
static bool is_of_resource(span name, const char *annotation, span resource) {
    size_t length = strlen(annotation), end = length + resource.length;
    return name.length >= end && memcmp(name.bytes, annotation, length) == 0 &&
           memcmp(name.bytes + length, resource.bytes, resource.length) == 0 && (name.length == end || name.bytes[end] == '.');
}

static void put_line(wit *w, unsigned indent) {
    strbuf_put(w->out, '\n');
    strbuf_repeat(w->out, ' ', indent);
}

/* Writes the parameters of a method without `self`. */
static void put_method(wit *w, const ctype *t) {
    ctype rest = *t;
    rest.members.data++;
    rest.members.count--;
    put_func(w, &rest);
}

/* Writes a function of a resource as it stands in the resource's braces. False if the function is none of it. */
static bool put_resource_func(wit *w, const member *m, span resource, unsigned indent) {
    size_t dot = resource.length + 1;
    if (is_of_resource(m->name, "[constructor]", resource)) {
        put_line(w, indent);
        strbuf_puts(w->out, "constructor(");
        put_fields(w, &m->type->members, true);
        strbuf_put(w->out, ')');
        if (m->type->first->kind == CTYPE_RESULT) {
            strbuf_puts(w->out, " -> ");
            put_type(w, m->type->first);
        }
    } else if (is_of_resource(m->name, "[method]", resource)) {
        put_line(w, indent);
        put_name(w, (span){m->name.bytes + strlen("[method]") + dot, m->name.length - strlen("[method]") - dot});
        strbuf_puts(w->out, ": ");
        put_method(w, m->type);
    } else if (is_of_resource(m->name, "[static]", resource)) {
        put_line(w, indent);
        put_name(w, (span){m->name.bytes + strlen("[static]") + dot, m->name.length - strlen("[static]") - dot});
        strbuf_puts(w->out, ": static ");
        put_func(w, m->type);
    } else {
        return false;
    }
    strbuf_put(w->out, ';');
    return true;
}

/* Writes a resource with the functions that `around`, an interface, has for it. */
static void put_resource(wit *w, span name, const member_list *around, unsigned indent) {
    bool has_functions = false;
    strbuf_puts(w->out, "resource ");
    put_name(w, name);
    size_t end = w->out->count;
    strbuf_puts(w->out, " {");
    for (uint32_t k = 0; around && k < around->count && goes_on(w); k++)
        if (around->data[k].sort == SORT_FUNC)
            has_functions |= put_resource_func(w, &around->data[k], name, indent + 2);
    if (has_functions) {
        put_line(w, indent);
        strbuf_put(w->out, '}');
    } else {
        strbuf_truncate(w->out, end);
        strbuf_put(w->out, ';');
    }
}

static void put_type_definition(wit *w, span name, const ctype *t, const member_list *around, unsigned indent) {
    if (t->used_name.bytes && t->used_interface.bytes) {
        strbuf_puts(w->out, "use ");
        put_name(w, t->used_interface);
        strbuf_puts(w->out, ".{");
        put_name(w, t->used_name);
        if (t->used_name.length != name.length || memcmp(t->used_name.bytes, name.bytes, name.length) != 0) {
            strbuf_puts(w->out, " as ");
            put_name(w, name);
        }
        strbuf_puts(w->out, "};");
    } else if (t->used_name.bytes) {
        strbuf_puts(w->out, "type ");
        put_name(w, name);
        strbuf_puts(w->out, " = ");
        put_name(w, t->used_name);
        strbuf_put(w->out, ';');
    } else if (t->kind == CTYPE_RESOURCE) {
        put_resource(w, name, around, indent);
    } else if (braced_word(t->kind)) {
        strbuf_printf(w->out, "%s ", braced_word(t->kind));
        put_name(w, name);
        put_braced(w, t);
    } else {
        strbuf_puts(w->out, "type ");
        put_name(w, name);
        strbuf_puts(w->out, " = ");
        put_structure(w, t);
        strbuf_put(w->out, ';');
    }
}

/* ---- Imports and exports ---- */

static void put_interface(wit *w, const ctype *t, unsigned indent);

/* `around`: the interface that it is in, or null. */
static void put_extern(wit *w, span name, sort sort, const ctype *t, const member_list *around, unsigned indent) {
    if (sort == SORT_TYPE && t->kind <= CTYPE_RESOURCE) {
        put_type_definition(w, name, t, around, indent);
        return;
    }
    put_name(w, name);
    strbuf_puts(w->out, ": ");
    switch (sort) {
    case SORT_FUNC:
        put_func(w, t);
        break;
    case SORT_INSTANCE:
        put_interface(w, t, indent);
        return;
    default:
        strbuf_puts(w->out, sort_name(sort));
        break;
    }
    strbuf_put(w->out, ';');
}

/* Instances in an instance are indented further; types are not nested deeper than a limit (component/ctype.h). */
static void put_interface(wit *w, const ctype *t, unsigned indent) {
    strbuf_puts(w->out, "interface {");
    for (uint32_t k = 0; k < t->members.count && goes_on(w); k++) {
        const member *m = &t->members.data[k];
        if (m->name.length > 0 && m->name.bytes[0] == '[')
            continue; /* with its resource */
        put_line(w, indent + 2);
        put_extern(w, m->name, m->sort, m->type, &t->members, indent + 2);
    }
    if (t->members.count > 0)
        put_line(w, indent);
    strbuf_put(w->out, '}');
}

void describe_extern(strbuf *s, const component_extern *e, unsigned indent, uint64_t *room) {
    wit w = {.out = s, .room = room};
    put_extern(&w, e->name, e->sort, e->type, NULL, indent);
}
