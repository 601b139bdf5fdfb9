/* Writes JSON, item by item, to a stream. */
#include "inspect/json_writer.h"

#include "inspect/print.h"

#include "../runtime/plain.h"

static void line(json *j) {
    if (j->in_page)
        return;
    strbuf_put(j->out, '\n');
    for (unsigned k = 0; k < j->depth; k++)
        strbuf_puts(j->out, "  ");
}

void json_item(json *j) {
    print_out(j->out, j->to, PRINT_OFTEN);
    if (!j->first)
        strbuf_put(j->out, ',');
    if (j->depth > 0)
        line(j);
    j->first = false;
}

/* Characters that a terminal or an editor could mistake for something else are escaped as well. */
static void put_string(json *j, span s) {
    strbuf_put(j->out, '"');
    for (size_t at = 0; at < s.length;) {
        uint32_t code;
        size_t length = wasmelt_rt_plain_next(s.bytes + at, s.length - at, &code);
        if (code == '"' || code == '\\')
            strbuf_printf(j->out, "\\%c", (char)code);
        else if (j->in_page && code == '<')
            strbuf_puts(j->out, "\\u003c");
        else if (code > 0xFFFF && !wasmelt_rt_plain_shows(code))
            strbuf_printf(j->out, "\\u%04x\\u%04x", 0xD800 + (unsigned)((code - 0x10000) >> 10), 0xDC00 + (unsigned)(code & 0x3FF));
        else if (!wasmelt_rt_plain_shows(code))
            strbuf_printf(j->out, "\\u%04x", (unsigned)code);
        else
            strbuf_append(j->out, (const char *)s.bytes + at, length);
        at += length;
    }
    strbuf_put(j->out, '"');
}

static span text_span(const char *text) {
    size_t length = 0;
    while (text[length])
        length++;
    return (span){(const uint8_t *)text, length};
}

void json_key(json *j, const char *name) {
    json_item(j);
    strbuf_printf(j->out, "\"%s\": ", name);
}

void json_open(json *j, char bracket) {
    strbuf_put(j->out, bracket);
    j->depth++;
    j->first = true;
}

void json_close(json *j, char bracket) {
    j->depth--;
    if (!j->first)
        line(j);
    strbuf_put(j->out, bracket);
    j->first = false;
}

void json_open_member(json *j, const char *name, char bracket) {
    json_key(j, name);
    json_open(j, bracket);
}

void json_open_item(json *j) {
    json_item(j);
    json_open(j, '{');
}

void json_number(json *j, const char *name, uint64_t value) {
    json_key(j, name);
    strbuf_unsigned(j->out, value);
}

void json_null(json *j, const char *name) {
    json_key(j, name);
    strbuf_puts(j->out, "null");
}

void json_number_or_null(json *j, const char *name, bool known, uint64_t value) {
    if (known)
        json_number(j, name, value);
    else
        json_null(j, name);
}

void json_boolean(json *j, const char *name, bool value) {
    json_key(j, name);
    strbuf_puts(j->out, value ? "true" : "false");
}

void json_string(json *j, const char *name, span value) {
    json_key(j, name);
    put_string(j, value);
}

void json_string_or_null(json *j, const char *name, span value) {
    if (value.bytes)
        json_string(j, name, value);
    else
        json_null(j, name);
}

void json_word(json *j, const char *name, const char *value) {
    json_string(j, name, text_span(value));
}
