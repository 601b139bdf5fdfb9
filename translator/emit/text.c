/* Text helpers of the emitter: indented lines, names of C types, literals. */
#include <stdarg.h>
#include <string.h>

#include "emit/generator.h"
#include "emit/marks.h"
#include "wasm/type_number.h"

void out_drain(out *o) {
    enum { LONG = 256 * 1024 };
    if (o->drain && o->text.count >= LONG)
        o->drain(o->drain_context, o);
}

void out_indent(out *o) {
    if (o->marks)
        marks_line(o);
    strbuf_repeat(&o->text, '\t', o->depth);
}

void out_line(out *o, const char *format, ...) {
    va_list args;
    va_start(args, format);
    if (format[0])
        out_indent(o);
    strbuf_vprintf(&o->text, format, args);
    strbuf_put(&o->text, '\n');
    va_end(args);
    out_drain(o);
}

void out_text(out *o, const char *text) {
    out_indent(o);
    strbuf_puts(&o->text, text);
    strbuf_put(&o->text, '\n');
    out_drain(o);
}

void out_open(out *o, const char *format, ...) {
    va_list args;
    va_start(args, format);
    out_indent(o);
    size_t before = o->text.count;
    strbuf_vprintf(&o->text, format, args);
    strbuf_puts(&o->text, o->text.count > before ? " {\n" : "{\n");
    va_end(args);
    o->depth++;
}

void out_close(out *o, const char *tail) {
    o->depth--;
    out_line(o, "}%s", tail);
}

void put_local_name(strbuf *s, const char *name) {
    if (!name)
        return;
    strbuf_put(s, '_');
    strbuf_puts(s, name);
}

void put_slot(strbuf *s, const module *m, const char *array, uint32_t index, wasmelt_valtype t) {
    const representation *r = representation_of(m, t);
    strbuf_printf(s, r->is_vector ? "V128(%s[%u].%s)" : "%s[%u].%s", array, (unsigned)index, r->member);
}

void begin_slot(strbuf *s, const module *m, const char *array, uint32_t index, wasmelt_valtype t) {
    const representation *r = representation_of(m, t);
    strbuf_printf(s, r->is_vector ? "V128_STORE(%s[%u].%s, " : "%s[%u].%s = ", array, (unsigned)index, r->member);
}

void end_slot(strbuf *s, const module *m, wasmelt_valtype t) {
    strbuf_puts(s, representation_of(m, t)->is_vector ? ");\n" : ";\n");
}

void put_tail_slot(strbuf *s, const module *m, const type_def *t, uint32_t param) {
    if (is_counted(m, t->params[param]))
        strbuf_printf(s, "tail->exceptions[%u]", (unsigned)counted_among(m, t->params, param));
    else
        put_slot(s, m, "tail->values", param, t->params[param]);
}

void begin_tail_slot(strbuf *s, const module *m, const type_def *t, uint32_t param) {
    if (is_counted(m, t->params[param]))
        strbuf_printf(s, "tail->exceptions[%u] = ", (unsigned)counted_among(m, t->params, param));
    else
        begin_slot(s, m, "tail->values", param, t->params[param]);
}

void put_tail_exceptions(out *o, const module *m, const type_def *t) {
    uint32_t count = counted_among(m, t->params, t->param_count);
    if (count > 0)
        out_line(o, "tail->exception_count = %u;", (unsigned)count);
}

void put_result_type(strbuf *s, const generator *g, const type_def *t) {
    if (t->result_count == 0) {
        strbuf_puts(s, "void");
    } else if (t->result_count == 1) {
        strbuf_puts(s, c_type(g->m, t->results[0]));
    } else {
        strbuf_printf(s, "%s_results_", g->name);
        for (uint32_t i = 0; i < t->result_count; i++)
            strbuf_put(s, type_letter(g->m, t->results[i]));
    }
}

#define MOST_IN_COMMENT 200

void put_comment_text(strbuf *s, span text) {
    char plain[MOST_IN_COMMENT];
    size_t length = text.length < MOST_IN_COMMENT ? text.length : MOST_IN_COMMENT;
    for (size_t k = 0; k < length; k++) {
        uint8_t c = text.bytes[k];
        plain[k] = c >= 0x20 && c < 0x7F && c != '*' && c != '/' && c != '\\' ? (char)c : '.';
    }
    strbuf_append(s, plain, length);
}

/* Whether the byte can stand for itself in a string literal. `?` cannot, as it could begin a trigraph. */
static bool is_plain(uint8_t c) {
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\' && c != '?';
}

#define LONGEST_ESCAPE 4

/* Writes an escaped byte: \" or \12. If a digit follows, \012, because C would take the digit for a part of \12. Returns the end. */
static char *put_escaped(char *to, uint8_t c, bool digit_next) {
    *to++ = '\\';
    if (c == '"' || c == '\\') {
        *to++ = (char)c;
        return to;
    }
    if (c >= 0100 || digit_next)
        *to++ = (char)('0' + (c >> 6));
    if (c >= 010 || digit_next)
        *to++ = (char)('0' + (c >> 3 & 7));
    *to++ = (char)('0' + (c & 7));
    return to;
}

/* Prints a part of a string that has room. `next`: the byte after it, or 0. */
static void put_piece(strbuf *s, const uint8_t *bytes, size_t length, uint8_t next) {
    char *to = strbuf_room(s, LONGEST_ESCAPE * length);
    for (size_t k = 0; k < length; k++) {
        uint8_t after = k + 1 < length ? bytes[k + 1] : next;
        if (is_plain(bytes[k]))
            *to++ = (char)bytes[k];
        else
            to = put_escaped(to, bytes[k], after >= '0' && after <= '9');
    }
    strbuf_filled(s, to);
}

void put_string(strbuf *s, const uint8_t *bytes, size_t length) {
    enum { PIECE = 1024 }; /* so that room for escapes that are not there is small */
    for (size_t at = 0; at < length; at += PIECE) {
        bool is_last = length - at <= PIECE;
        put_piece(s, bytes + at, is_last ? length - at : PIECE, is_last ? 0 : bytes[at + PIECE]);
    }
}

void put_literal(out *o, span bytes) {
    enum { PER_LINE = 96 };
    for (size_t at = 0; at < bytes.length || at == 0; at += PER_LINE) {
        size_t length = bytes.length - at < PER_LINE ? bytes.length - at : PER_LINE;
        strbuf_puts(&o->text, "\n\t\"");
        put_string(&o->text, bytes.bytes + at, length);
        strbuf_put(&o->text, '"');
        out_drain(o);
    }
}

void put_type_id(strbuf *s, const module *m, uint32_t type) {
    if (type_number(m, type))
        strbuf_printf(s, "TYPE%u", (unsigned)m->types[type].canonical);
    else
        strbuf_printf(s, "self->type_ids[%u]", (unsigned)type);
}

bool has_typed_elements(const generator *g, uint32_t table, uint32_t type) {
    const fixed_table *t = &g->tables[table];
    return t->size > 0 && t->types && t->types[type].separate && type_number(g->m, type);
}

bool has_fixed_elements(const generator *g, uint32_t table) {
    const fixed_table *t = &g->tables[table];
    for (uint32_t k = 0; t->size > 0 && t->types && k < g->m->type_count; k++)
        if (t->types[k].count > 1 && !t->types[k].separate && type_number(g->m, k))
            return true;
    return t->size > 0 && !t->types;
}
