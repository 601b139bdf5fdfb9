/* Messages: each is one line, whatever bytes the names and paths in it contain (runtime/plain.h). */
#ifndef WASMELT_BASE_SAY_H
#define WASMELT_BASE_SAY_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include "base/strbuf.h"

/* Prints a formatted message with control characters escaped, except a line end as the last character. */
void say(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
void say_list(FILE *out, const char *format, va_list args);

/* Appends the text with control characters, quotes and backslashes escaped. Of a longer text, the first `most` bytes and "...". */
void say_quoted(strbuf *s, const void *bytes, size_t length, size_t most);

/* Appends the whole text with control characters escaped. */
void say_plain(strbuf *s, const void *bytes, size_t length);

#endif
