/* Messages: one line each, whatever the names and paths in it hold (runtime/plain.h). */
#ifndef WASMELT_BASE_SAY_H
#define WASMELT_BASE_SAY_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include "base/strbuf.h"

/* Prints what the format gives, escaped, but for a line end that is its last character. */
void say(FILE *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
void say_list(FILE *out, const char *format, va_list args);

/* Appends the text escaped, with quotes and backslashes; of a long one at most `most` bytes, and "...". */
void say_quoted(strbuf *s, const void *bytes, size_t length, size_t most);

#endif
