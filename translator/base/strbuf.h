/* A growing text. Zero-initialised is empty; `data` is zero-terminated after any append. */
#ifndef WASMELT_BASE_STRBUF_H
#define WASMELT_BASE_STRBUF_H

#include <stdarg.h>
#include <stddef.h>

typedef struct strbuf {
    char *data;
    size_t count; /* bytes, without the terminating zero */
    size_t capacity;
} strbuf;

void strbuf_put(strbuf *s, char c);
void strbuf_append(strbuf *s, const char *bytes, size_t length);
/* `at` is at most the count. */
void strbuf_insert(strbuf *s, size_t at, const char *text);
void strbuf_puts(strbuf *s, const char *text);
void strbuf_printf(strbuf *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
void strbuf_vprintf(strbuf *s, const char *format, va_list args);
void strbuf_unsigned(strbuf *s, unsigned long long value); /* decimal; the fast path of emission */
void strbuf_truncate(strbuf *s, size_t count); /* to at most what it has */
void strbuf_clear(strbuf *s); /* keeps the memory */
void strbuf_free(strbuf *s);

#endif
