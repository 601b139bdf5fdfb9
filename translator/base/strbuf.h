/* A growing text. A zero-initialised one is empty; `data` ends with a zero byte after any append. */
#ifndef WASMELT_BASE_STRBUF_H
#define WASMELT_BASE_STRBUF_H

#include <stdarg.h>
#include <stddef.h>
#include <string.h>

typedef struct strbuf {
    char *data;
    size_t count; /* bytes, without the terminating zero */
    size_t capacity;
} strbuf;

static inline void strbuf_put(strbuf *s, char c);
static inline void strbuf_append(strbuf *s, const char *bytes, size_t length);
static inline void strbuf_puts(strbuf *s, const char *text);
/* `at` is at most the count. */
void strbuf_insert(strbuf *s, size_t at, const char *text);
void strbuf_printf(strbuf *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
void strbuf_vprintf(strbuf *s, const char *format, va_list args);
static inline void strbuf_unsigned(strbuf *s, unsigned long long value); /* decimal */
void strbuf_hex(strbuf *s, unsigned long long value);
void strbuf_truncate(strbuf *s, size_t count); /* `count` is at most the current one */
void strbuf_clear(strbuf *s);                  /* keeps the memory */
void strbuf_free(strbuf *s);

/* ---- What the emitter does most often, as inline functions ---- */

void strbuf_grow(strbuf *s, size_t extra); /* makes room for `extra` bytes and the zero */

static inline void strbuf_append(strbuf *s, const char *bytes, size_t length) {
    if (s->capacity - s->count <= length)
        strbuf_grow(s, length);
    char *to = s->data + s->count; /* read before the bytes are written, which for all that compilers know could change it */
    s->count += length;
    if (length > 0)
        memcpy(to, bytes, length);
    to[length] = 0;
}

static inline void strbuf_put(strbuf *s, char c) {
    strbuf_append(s, &c, 1);
}

static inline void strbuf_puts(strbuf *s, const char *text) {
    strbuf_append(s, text, strlen(text));
}

static inline void strbuf_repeat(strbuf *s, char c, size_t times) {
    enum { FEW = 16 }; /* blanks that are always written, in two instructions; more than needed are overwritten */
    if (s->capacity - s->count <= (times < FEW ? FEW : times))
        strbuf_grow(s, times < FEW ? FEW : times);
    char *to = s->data + s->count;
    s->count += times;
    memset(to, c, FEW);
    if (times > FEW)
        memset(to, c, times);
    to[times] = 0;
}

/* Room for `most` bytes and the zero, which the caller writes; strbuf_filled() says up to where. */
static inline char *strbuf_room(strbuf *s, size_t most) {
    if (s->capacity - s->count <= most)
        strbuf_grow(s, most);
    return s->data + s->count;
}

static inline void strbuf_filled(strbuf *s, char *end) {
    *end = 0;
    s->count = (size_t)(end - s->data);
}

char *strbuf_put_digits(char *to, unsigned long long value); /* any number of them, at most STRBUF_DIGITS; returns their end */
#define STRBUF_DIGITS 20

/* Writes a number, which mostly has one digit or two, and returns its end. */
static inline char *strbuf_put_number(char *to, unsigned long long value) {
    if (value >= 100)
        return strbuf_put_digits(to, value);
    unsigned small = (unsigned)value;
    if (small >= 10) {
        *to++ = (char)('0' + small / 10);
        small %= 10;
    }
    *to++ = (char)('0' + small);
    return to;
}

static inline void strbuf_unsigned(strbuf *s, unsigned long long value) {
    strbuf_filled(s, strbuf_put_number(strbuf_room(s, STRBUF_DIGITS), value));
}

/* "l12" */
static inline void strbuf_letter_number(strbuf *s, char letter, unsigned number) {
    char *to = strbuf_room(s, 1 + STRBUF_DIGITS);
    *to++ = letter;
    strbuf_filled(s, strbuf_put_number(to, number));
}

#endif
