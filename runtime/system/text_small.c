/* Messages without the C library's printf, which would be larger than the runtime. */
#include <wasmelt/target.h>

#if WASMELT_SMALL_SYSTEM

#include <stdarg.h>

#include "text.h"

typedef struct writer {
    char *at, *end; /* `end`: where the zero byte goes at the latest */
} writer;

static void put(writer *w, char c) {
    if (w->at < w->end)
        *w->at++ = c;
}

static void put_text(writer *w, const char *text) {
    while (*text)
        put(w, *text++);
}

static void put_number(writer *w, unsigned long long number) {
    char digits[20];
    int count = 0;
    do
        digits[count++] = (char)('0' + number % 10);
    while (number /= 10);
    while (count > 0)
        put(w, digits[--count]);
}

void system_print(char *to, size_t room, const char *format, ...) {
    writer w = {to, to + room - 1};
    va_list list;
    va_start(list, format);
    for (; *format; format++) {
        if (*format != '%') {
            put(&w, *format);
            continue;
        }
        format++;
        if (*format == 's') {
            put_text(&w, va_arg(list, const char *));
            continue;
        }
        put_number(&w, va_arg(list, unsigned long long));
        format += 2; /* "llu" */
    }
    va_end(list);
    *w.at = 0;
}

#endif
