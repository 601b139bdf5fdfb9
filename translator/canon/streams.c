/* The functions by which hosts of a library read and write its streams and futures. */
#include <stdio.h>

#include "canon/generator.h"

enum { NEW, READ, WRITE, IS_OPEN, DROP };

static bool is_for_hosts(const canon_generator *c, uint32_t k) {
    ctype_kind kind = shape_at(c, k)->kind;
    return (kind == CTYPE_STREAM || kind == CTYPE_FUTURE) && (c->names[k].marks & SHAPE_PUBLIC);
}

bool streams_any(const canon_generator *c) {
    for (uint32_t k = 0; k < c->shapes.all.count; k++)
        if (is_for_hosts(c, k))
            return true;
    return false;
}

void streams_name(canon_generator *c, shape_name *n) {
    static const char *const verbs[STREAM_VERBS] = {"new", "read", "write", "is_open", "drop"};
    for (int k = 0; k < STREAM_VERBS; k++) {
        strbuf s = {0};
        strbuf_printf(&s, "%s_%s_%s", c->prefix, n->suffix, verbs[k]);
        n->verbs[k] = names_claim(c, &s);
        strbuf_free(&s);
    }
}

static void put_function(canon_generator *c, strbuf *s, uint32_t k, int verb, bool has_body) {
    const shape *t = shape_at(c, k);
    const shape_name *n = &c->names[k];
    const uint32_t of = t->members[0].shape;
    const char *element = of == NO_INDEX ? NULL : c->names[of].type, *self = has_body ? "&self->base" : "";
    const bool is_future = t->kind == CTYPE_FUTURE, copies = verb == READ || verb == WRITE;
    const char *result = verb == NEW ? n->type : verb == DROP ? "void" : verb == IS_OPEN || is_future ? "bool" : "size_t";
    strbuf_printf(s, "%s%s %s(%s *self", has_body ? "\n" : "", result, n->verbs[verb], c->prefix);
    if (verb != NEW)
        strbuf_printf(s, ", %s end", n->type);
    if (copies && element)
        strbuf_printf(s, verb == READ ? ", %s *to" : is_future ? ", %s value" : ", const %s *from", element);
    if (copies && !is_future)
        strbuf_puts(s, ", size_t count");
    if (!has_body) {
        strbuf_puts(s, ");\n");
        return;
    }
    strbuf_puts(s, ") {\n\t");
    const char *items = !element ? "NULL" : verb == READ ? "to" : is_future ? "&value" : "from";
    if (verb == NEW)
        strbuf_printf(s, "return wasmelt_canon_host_new(%s, &element%u, %s);\n", self, (unsigned)k, is_future ? "true" : "false");
    else if (copies)
        strbuf_printf(s, "return wasmelt_canon_host_%s(%s, end, %s, %s)%s;\n", verb == READ ? "read" : "write", self, items,
                      is_future ? "1" : "count", is_future ? " == 1" : "");
    else if (verb == IS_OPEN)
        strbuf_puts(s, "return wasmelt_canon_host_is_open(end);\n");
    else
        strbuf_printf(s, "wasmelt_canon_host_drop(%s, end);\n", self);
    strbuf_puts(s, "}\n");
}

void streams_put(canon_generator *c, strbuf *s, bool bodies) {
    if (!streams_any(c))
        return;
    if (!bodies)
        strbuf_puts(
            s, "\n/* Streams and futures. `new` makes one: its value is passed on once, as the readable end, and written to by the "
               "host. One that the host\n * has been passed it reads. Copying lets the component go on until values are copied; fewer "
               "than wanted, or false: the other end is gone,\n * or nothing goes on. The host drops each end that it has, once. */\n");
    for (uint32_t k = 0; k < c->shapes.all.count && has_room(c, s); k++)
        for (int verb = 0; verb < STREAM_VERBS && is_for_hosts(c, k); verb++)
            put_function(c, s, k, verb, bodies);
}
