#include "base/say.h"

#include "../runtime/plain.h"

void say_list(FILE *out, const char *format, va_list args) {
    strbuf line = {0};
    strbuf_vprintf(&line, format, args);
    size_t length = line.count;
    bool ends = length > 0 && line.data[length - 1] == '\n';
    wasmelt_rt_plain_print(out, line.data, length - ends);
    if (ends)
        fputc('\n', out);
    strbuf_free(&line);
}

void say(FILE *out, const char *format, ...) {
    va_list args;
    va_start(args, format);
    say_list(out, format, args);
    va_end(args);
}

static void put(strbuf *s, const void *bytes, size_t length, size_t most, const char *also) {
    if (s->capacity - s->count < most + 4)
        strbuf_grow(s, most + 4);
    s->count += wasmelt_rt_plain_put(s->data + s->count, most + 4, bytes, length, also);
}

void say_quoted(strbuf *s, const void *bytes, size_t length, size_t most) {
    put(s, bytes, length, most, "\"\\");
}

void say_plain(strbuf *s, const void *bytes, size_t length) {
    put(s, bytes, length, 3 * length, "");
}
