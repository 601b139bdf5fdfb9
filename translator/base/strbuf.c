#include "base/strbuf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/vec.h"

void strbuf_grow(strbuf *s, size_t extra) {
    if (extra > SIZE_MAX / 2 - s->count - 1)
        memory_exhausted();
    size_t wanted = s->capacity ? s->capacity * 2 : 256;
    if (wanted < s->count + extra + 1)
        wanted = s->count + extra + 1;
    s->data = memory_resize(s->data, wanted, 1);
    s->capacity = wanted;
}

static void append_formatted(strbuf *s, const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    strbuf_append(s, "", 0);
    size_t room = s->capacity - s->count;
    int length = vsnprintf(s->data + s->count, room, format, args);
    if (length > 0 && (size_t)length >= room) {
        strbuf_grow(s, (size_t)length);
        vsnprintf(s->data + s->count, (size_t)length + 1, format, again);
    }
    va_end(again);
    if (length > 0)
        s->count += (size_t)length;
}

/* Most formats contain only %s, %u and %llu, which are handled here in a tenth of the time. From the first other conversion on, the rest
 * of the format is left to the C library. */
void strbuf_vprintf(strbuf *s, const char *format, va_list args) {
    va_list left;
    va_copy(left, args);
    for (;;) {
        const char *conversion = strchr(format, '%');
        size_t plain = conversion ? (size_t)(conversion - format) : strlen(format);
        strbuf_append(s, format, plain);
        format += plain;
        if (format[0] == 0)
            break;
        if (format[1] == 's') {
            strbuf_puts(s, va_arg(left, const char *));
        } else if (format[1] == 'u') {
            strbuf_unsigned(s, va_arg(left, unsigned));
        } else if (strncmp(format + 1, "llu", 3) == 0) {
            strbuf_unsigned(s, va_arg(left, unsigned long long));
            format += 2;
        } else {
            append_formatted(s, format, left);
            break;
        }
        format += 2;
    }
    va_end(left);
}

void strbuf_printf(strbuf *s, const char *format, ...) {
    va_list args;
    va_start(args, format);
    strbuf_vprintf(s, format, args);
    va_end(args);
}

char *strbuf_put_digits(char *to, unsigned long long value) {
    char digits[STRBUF_DIGITS];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    while (at < sizeof digits)
        *to++ = digits[at++];
    return to;
}

void strbuf_hex(strbuf *s, unsigned long long value) {
    char digits[16];
    size_t at = sizeof digits;
    do {
        digits[--at] = "0123456789abcdef"[value & 15];
        value >>= 4;
    } while (value != 0);
    strbuf_append(s, digits + at, sizeof digits - at);
}

void strbuf_truncate(strbuf *s, size_t count) {
    if (count >= s->count)
        return;
    s->count = count;
    s->data[count] = 0;
}

void strbuf_clear(strbuf *s) {
    s->count = 0;
    if (s->data)
        s->data[0] = 0;
}

void strbuf_free(strbuf *s) {
    free(s->data);
    *s = (strbuf){0};
}

void strbuf_insert(strbuf *s, size_t at, const char *text) {
    size_t length = strlen(text), after = s->count - at;
    strbuf_append(s, text, length); /* makes room */
    memmove(s->data + at + length, s->data + at, after);
    memcpy(s->data + at, text, length);
}
