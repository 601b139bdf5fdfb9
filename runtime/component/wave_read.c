/* Reads values from text. The text is UTF-8; its syntax is that of the crate wasm-wave. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../allocator.h"
#include "../plain.h"
#include "wave.h"

#define fail wasmelt_rt_wave_fail /* the name without its prefix */

/* ---- Memory ---- */

typedef struct wave_block {
    struct wave_block *next;
    max_align_t bytes[];
} wave_block;

/* Memory until the call has ended; null, with the error reported, if it is short. */
static void *allocate(wasmelt_wave *w, size_t count, size_t size) {
    const bool fits = count <= (SIZE_MAX - sizeof(wave_block)) / size;
    wave_block *const made = fits ? wasmelt_rt_allocate(sizeof(wave_block) + count * size) : NULL;
    if (!made) {
        fail(w, w->at, "there is no memory for this value");
        return NULL;
    }
    made->next = w->blocks;
    w->blocks = made;
    return made->bytes;
}

void wasmelt_rt_wave_free(wasmelt_wave *w) {
    while (w->blocks) {
        wave_block *const next = w->blocks->next;
        wasmelt_rt_release(w->blocks);
        w->blocks = next;
    }
}

/* ---- Tokens ---- */

static void skip_blanks(wasmelt_wave *w) {
    for (;;) {
        w->at += strspn(w->at, " \t\r\n");
        if (w->at[0] != '/' || w->at[1] != '/')
            return;
        w->at += strcspn(w->at, "\n");
    }
}

static bool is_next(wasmelt_wave *w, char c) {
    skip_blanks(w);
    return *w->at == c;
}

static bool take(wasmelt_wave *w, char c) {
    if (!is_next(w, c))
        return false;
    w->at++;
    w->is_first = false;
    return true;
}

static void expect(wasmelt_wave *w, char c) {
    if (!take(w, c))
        fail(w, w->at, "\"%c\" is expected", c);
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The length of the label, without %, at the beginning of the text; 0: there is none. */
static size_t label_length(const char *text) {
    size_t length = 0;
    if (!is_letter(*text))
        return 0;
    while (is_letter(text[length]) || is_digit(text[length]) || text[length] == '-')
        length++;
    return length;
}

bool wasmelt_wave_word(wasmelt_wave *w, const char *word) {
    skip_blanks(w);
    const size_t length = label_length(w->at);
    if (length == 0 || length != strlen(word) || memcmp(w->at, word, length) != 0)
        return false;
    w->at += length;
    w->is_first = false;
    return true;
}

void wasmelt_wave_expected(wasmelt_wave *w, const char *what) {
    skip_blanks(w);
    fail(w, w->at, "%s is expected", what);
}

/* ---- Brackets ---- */

void wasmelt_wave_open(wasmelt_wave *w, char bracket) {
    expect(w, bracket);
    w->is_first = true;
}

void wasmelt_wave_item(wasmelt_wave *w, u32 k) {
    if (k > 0)
        expect(w, ',');
    w->is_first = false;
}

bool wasmelt_wave_another(wasmelt_wave *w, u32 k, char closing) {
    if (w->failed || is_next(w, closing))
        return false;
    wasmelt_wave_item(w, k);
    return !w->failed && !is_next(w, closing);
}

void wasmelt_wave_close(wasmelt_wave *w, char bracket) {
    if (!w->is_first)
        take(w, ',');
    expect(w, bracket);
}

/* Whether there is another thing before the bracket, which is taken if there is not. */
static bool more(wasmelt_wave *w, char closing) {
    const bool is_first = w->is_first;
    if (take(w, closing))
        return false;
    if (!is_first) {
        expect(w, ',');
        if (take(w, closing))
            return false;
    }
    w->is_first = false;
    return !w->failed;
}

bool wasmelt_wave_may_call(wasmelt_wave *w) {
    skip_blanks(w);
    if (*w->at)
        fail(w, w->at, "nothing is expected after the call");
    return !w->failed && !w->only_checks;
}

void *wasmelt_wave_element(wasmelt_wave *w, wasmelt_wave_list *list) {
    if (!more(w, ']'))
        return NULL;
    if (list->len == list->room) {
        const size_t room = list->room == 0 ? 4 : list->room * 2;
        void *const moved = allocate(w, room, list->size);
        if (!moved)
            return NULL;
        if (list->len > 0)
            memcpy(moved, list->ptr, list->len * list->size);
        list->ptr = moved;
        list->room = room;
    }
    return (char *)list->ptr + list->len++ * list->size;
}

/* ---- Labels ---- */

/* Reports that one of the labels is expected. */
static void expect_label(wasmelt_wave *w, const char *at, const wasmelt_wave_label *labels, u32 count) {
    char list[400] = "";
    size_t length = 0;
    for (u32 k = 0; k < count; k++) {
        const bool fits = length + strlen(labels[k].name) + sizeof ", , ..." <= sizeof list;
        length += (size_t)snprintf(list + length, sizeof list - length, "%s%s", k > 0 ? ", " : "", fits ? labels[k].name : "...");
        if (!fits)
            break;
    }
    fail(w, at, "%s%s is expected", count > 1 ? "one of " : "", list);
}

/* The number of the label that is next; `count`, after a message, if there is none of them. */
static u32 label(wasmelt_wave *w, const wasmelt_wave_label *labels, u32 count) {
    skip_blanks(w);
    const char *const start = w->at, *const text = start + (*start == '%');
    const size_t length = label_length(text);
    for (u32 k = 0; length > 0 && k < count; k++)
        if (strlen(labels[k].name) == length && memcmp(labels[k].name, text, length) == 0) {
            w->at = text + length;
            w->is_first = false;
            return k;
        }
    expect_label(w, start, labels, count);
    return count;
}

/* The end of a record: all fields have to be there. */
static u32 end_record(wasmelt_wave *w, const wasmelt_wave_label *labels, u32 count, const bool *seen) {
    for (u32 k = 0; k < count; k++)
        if (!seen[k] && !labels[k].may_be_missing)
            fail(w, w->at, "the field %s is missing before this", labels[k].name);
    return count;
}

u32 wasmelt_wave_field(wasmelt_wave *w, const wasmelt_wave_label *labels, u32 count, bool *seen) {
    if (w->is_first && take(w, ':')) { /* {:} */
        expect(w, '}');
        return end_record(w, labels, count, seen);
    }
    if (w->is_first && is_next(w, '}')) {
        fail(w, w->at, "a field is expected (a record whose fields are all none is {:})");
        return count;
    }
    if (!more(w, '}'))
        return end_record(w, labels, count, seen);
    skip_blanks(w);
    const char *const start = w->at;
    const u32 k = label(w, labels, count);
    if (k < count && seen[k])
        fail(w, start, "the field is there twice");
    if (k < count)
        seen[k] = true;
    expect(w, ':');
    return w->failed ? count : k;
}

u32 wasmelt_wave_case(wasmelt_wave *w, const wasmelt_wave_label *labels, u32 count) {
    const u32 k = label(w, labels, count);
    return k < count ? k : 0;
}

u32 wasmelt_wave_flags(wasmelt_wave *w, const wasmelt_wave_label *labels, u32 count) {
    u32 mask = 0;
    wasmelt_wave_open(w, '{');
    while (!w->failed && more(w, '}')) {
        skip_blanks(w);
        const char *const start = w->at;
        const u32 k = label(w, labels, count);
        if (k < count && (mask >> k & 1))
            fail(w, start, "the flag is there twice");
        if (k < count)
            mask |= UINT32_C(1) << k;
    }
    return mask;
}

/* ---- Numbers ---- */

/* The length of the number at the beginning of the text, which may be an integer; 0: there is none. */
static size_t number_length(const char *text, bool *is_integer) {
    const char *p = text;
    *is_integer = true;
    if (*p == '-')
        p++;
    if (!is_digit(*p))
        return 0;
    if (*p == '0')
        p++;
    else
        p += strspn(p, "0123456789");
    if (*p == '.' && is_digit(p[1])) {
        *is_integer = false;
        p++;
        p += strspn(p, "0123456789");
    }
    const char *const exponent = p + 1 + (*p && (p[1] == '-' || p[1] == '+'));
    if ((*p == 'e' || *p == 'E') && is_digit(*exponent)) {
        *is_integer = false;
        p = exponent + strspn(exponent, "0123456789");
    }
    return (size_t)(p - text);
}

/* An integer without its sign, which is at most `most`, or `most_below` with a sign. */
static u64 integer(wasmelt_wave *w, char kind, unsigned bits, u64 most, u64 most_below, bool *is_below) {
    bool is_integer;
    u64 value = 0;
    skip_blanks(w);
    const char *const start = w->at;
    const size_t length = number_length(start, &is_integer);
    *is_below = *start == '-';
    const u64 limit = *is_below ? most_below : most;
    if (length == 0 || !is_integer) {
        fail(w, start, "an integer is expected, of type %c%u", kind, bits);
        return 0;
    }
    for (const char *p = start + *is_below; p < start + length; p++) {
        const unsigned digit = (unsigned)(*p - '0');
        if (digit > limit || value > (limit - digit) / 10) {
            fail(w, start, "this is too %s for %c%u", *is_below ? "small" : "large", kind, bits);
            return 0;
        }
        value = value * 10 + digit;
    }
    w->at += length;
    w->is_first = false;
    return value;
}

u64 wasmelt_wave_unsigned(wasmelt_wave *w, unsigned bits) {
    bool is_below;
    return integer(w, 'u', bits, UINT64_MAX >> (64 - bits), 0, &is_below);
}

s64 wasmelt_wave_signed(wasmelt_wave *w, unsigned bits) {
    bool is_below;
    const u64 most = (UINT64_MAX >> 1) >> (64 - bits);
    const u64 value = integer(w, 's', bits, most, most + 1, &is_below);
    return is_below ? (s64)(0 - value) : (s64)value;
}

/* Whether a floating-point number is next that has digits, which strtof and strtod read alike; else stores what it is. */
static bool has_digits(wasmelt_wave *w, const char *type, size_t *length, f64 *special) {
    bool is_integer;
    skip_blanks(w);
    const char *const start = w->at;
    *length = number_length(start, &is_integer);
    *special = 0;
    if (*length > 0)
        return true;
    const bool is_below = *start == '-';
    if (wasmelt_wave_word(w, "nan")) {
        *special = (f64)NAN;
    } else if (label_length(start + is_below) == 3 && memcmp(start + is_below, "inf", 3) == 0) {
        *special = is_below ? -(f64)INFINITY : (f64)INFINITY;
        w->at += 3 + is_below;
        w->is_first = false;
    } else {
        fail(w, start, "a number is expected, of type %s", type);
    }
    return false;
}

/* Goes on behind the number, of which strto... has read so much. */
static void take_number(wasmelt_wave *w, size_t length, const char *end) {
    if (end != w->at + length) {
        fail(w, w->at, "a decimal number is expected");
        return;
    }
    w->at += length;
    w->is_first = false;
}

f32 wasmelt_wave_f32(wasmelt_wave *w) {
    size_t length;
    f64 special;
    char *end;
    if (!has_digits(w, "f32", &length, &special))
        return (f32)special;
    const f32 value = strtof(w->at, &end);
    take_number(w, length, end);
    return value;
}

f64 wasmelt_wave_f64(wasmelt_wave *w) {
    size_t length;
    f64 special;
    char *end;
    if (!has_digits(w, "f64", &length, &special))
        return special;
    const f64 value = strtod(w->at, &end);
    take_number(w, length, end);
    return value;
}

bool wasmelt_wave_bool(wasmelt_wave *w) {
    if (wasmelt_wave_word(w, "true"))
        return true;
    if (!wasmelt_wave_word(w, "false"))
        wasmelt_wave_expected(w, "true or false");
    return false;
}

/* ---- Characters ---- */

static int hex_digit(char c) {
    return is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The character of \u{...}, with `*p` behind the u. */
static u32 escaped_code(wasmelt_wave *w, const char *start, const char **p) {
    enum { MOST_DIGITS = 6 };
    u32 code = 0;
    unsigned digits = 0;
    if (**p == '{')
        for (++*p; hex_digit(**p) >= 0 && digits < MOST_DIGITS; digits++)
            code = code * 16 + (u32)hex_digit(*(*p)++);
    if (digits == 0 || **p != '}' || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) {
        fail(w, start, "a character is written \\u{...}, with one to six hexadecimal digits, and is no surrogate");
        return 0;
    }
    ++*p;
    return code;
}

/* The character at `*p`, which is not the end of the text, and goes on behind it. */
static u32 character_at(wasmelt_wave *w, const char **p) {
    static const char letters[] = "'\"\\tnr", meanings[] = "'\"\\\t\n\r";
    const char *const start = *p;
    u32 code;
    if (*start != '\\') {
        *p += wasmelt_rt_plain_next((const uint8_t *)start, strlen(start), &code);
        return code;
    }
    const char *const letter = start[1] ? strchr(letters, start[1]) : NULL;
    *p += start[1] ? 2 : 1;
    if (start[1] == 'u')
        return escaped_code(w, start, p);
    if (letter)
        return (u32)meanings[letter - letters];
    fail(w, start, "after a backslash one of ' \" \\ t n r u{...} is expected");
    return 0;
}

u32 wasmelt_wave_char(wasmelt_wave *w) {
    skip_blanks(w);
    const char *const start = w->at;
    if (*start != '\'' || !start[1] || strchr("'\n", start[1])) {
        fail(w, start, "a character is expected, such as 'x'");
        return 0;
    }
    const char *p = start + 1;
    const u32 code = character_at(w, &p);
    if (w->failed)
        return 0;
    if (*p != '\'') {
        fail(w, p, "' is expected, after one character");
        return 0;
    }
    w->at = p + 1;
    w->is_first = false;
    return code;
}

/* ---- Strings ---- */

/* Where the string ends that begins at `p`: its quote; or null. */
static const char *find_quote(const char *p) {
    while (*p && *p != '"' && *p != '\n')
        p += *p == '\\' && p[1] ? 2 : 1;
    return *p == '"' ? p : NULL;
}

/* Decodes the characters up to `end`; a character takes at least as many bytes in the text. */
static u8 *decode(wasmelt_wave *w, const char *p, const char *end, u8 *to) {
    while (p < end && !w->failed)
        to += wave_put_utf8(to, character_at(w, &p));
    return to;
}

/* A string of several lines, which begins behind its three quotes: what is between the first and the last line end, without as many blanks
 * at the beginning of each line as are in front of the quotes at its end. */
static wasmelt_string lines(wasmelt_wave *w, const char *p) {
    wasmelt_string v = {NULL, 0};
    const char *const end = strstr(p, "\"\"\"");
    const char *last = end;
    p += *p == '\r' && p[1] == '\n';
    while (last && last > p && last[-1] == ' ')
        last--;
    if (!end || *p != '\n' || last == p || last[-1] != '\n') {
        fail(w, w->at, "after \"\"\" a new line is expected, and a line with blanks and \"\"\" at the end");
        return v;
    }
    const size_t indent = (size_t)(end - last);
    const char *const first = p + 1, *const stop = last - 1; /* the first line; the last line end */
    u8 *to = v.ptr = allocate(w, (size_t)(end - p), 1);
    for (const char *line = first, *line_end; to && !w->failed && line <= stop; line = line_end + 1) {
        line_end = strchr(line, '\n');
        if (strspn(line, " ") < indent) {
            fail(w, line, "at least %llu blanks are expected, as before the \"\"\" at the end", (unsigned long long)indent);
            return v;
        }
        if (line > first)
            *to++ = '\n';
        to = decode(w, line + indent, line_end - (line_end[-1] == '\r'), to);
    }
    if (!w->failed) {
        v.len = (size_t)(to - v.ptr);
        w->at = end + 3;
    }
    w->is_first = false;
    return v;
}

wasmelt_string wasmelt_wave_string(wasmelt_wave *w) {
    wasmelt_string v = {NULL, 0};
    skip_blanks(w);
    if (strncmp(w->at, "\"\"\"", 3) == 0)
        return lines(w, w->at + 3);
    const char *const end = *w->at == '"' ? find_quote(w->at + 1) : NULL;
    if (!end) {
        fail(w, w->at, "a string is expected, such as \"text\"");
        return v;
    }
    v.ptr = allocate(w, (size_t)(end - w->at), 1);
    if (v.ptr)
        v.len = (size_t)(decode(w, w->at + 1, end, v.ptr) - v.ptr);
    if (!w->failed)
        w->at = end + 1;
    w->is_first = false;
    return v;
}
