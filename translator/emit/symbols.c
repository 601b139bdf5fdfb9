#include "emit/symbols.h"

#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

static bool is_letter(uint8_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(uint8_t c) {
    return c >= '0' && c <= '9';
}

static bool is_identifier(span text) {
    for (size_t k = 0; k < text.length; k++)
        if (!is_letter(text.bytes[k]) && text.bytes[k] != '_' && (k == 0 || !is_digit(text.bytes[k])))
            return false;
    return text.length > 0;
}

/* ---- Words that are taken ---- */

static int compare(const void *word, const void *row) {
    return strcmp(word, *(const char *const *)row);
}

bool symbol_is_reserved(const char *word) {
    static const char *const words[] = {
#define RESERVED(name) #name,
#include "emit/reserved.def"
#undef RESERVED
    };
    return bsearch(word, words, sizeof words / sizeof *words, sizeof *words, compare) != NULL;
}

/* Whether the name is in capitals, like macros of headers. */
static bool is_macro_name(const char *name) {
    for (; *name; name++)
        if (*name >= 'a' && *name <= 'z')
            return false;
    return true;
}

/* Whether the word is one of the kinds, which end with a null, with a number: params3. */
static bool is_numbered(const char *word, const char *const *kinds) {
    size_t letters = strcspn(word, "0123456789");
    if (!word[letters] || word[letters + strspn(word + letters, "0123456789")])
        return false;
    for (; *kinds; kinds++)
        if (strlen(*kinds) == letters && memcmp(word, *kinds, letters) == 0)
            return true;
    return false;
}

static bool has_meaning(const char *word) {
    /* What the emitted C may call so. */
    static const char *const kinds[] = {"params", "results", "mutability", "elem", "invoke", "type", NULL};
    return symbol_is_reserved(word) || is_macro_name(word) || is_numbered(word, kinds);
}

/* ---- Modules ---- */

#define MARK "wasm"

/* Whether `wasm` has to be appended to the name: because the name means something in C, as `log` does, or because it is the result of
 * appending: `log` becomes `logwasm`, so `logwasm` becomes `logwasmwasm`. Not for a name with a `_`: with `_0` for it, it means nothing in
 * C. */
static bool needs_mark(const char *name) {
    if (strchr(name, '_'))
        return false;
    size_t length = strlen(name), mark = strlen(MARK);
    strbuf word = {0};
    strbuf_puts(&word, name);
    bool needs = has_meaning(word.data);
    while (!needs && length > mark && strcmp(word.data + length - mark, MARK) == 0) {
        length -= mark;
        strbuf_truncate(&word, length);
        needs = has_meaning(word.data);
    }
    strbuf_free(&word);
    return needs;
}

bool symbol_put_module(strbuf *s, const char *name) {
    for (const char *c = name; *c; c++) {
        strbuf_put(s, *c);
        if (*c == '_')
            strbuf_put(s, '0');
    }
    bool mark = needs_mark(name);
    if (mark)
        strbuf_puts(s, MARK);
    return mark;
}

bool symbol_put_component(strbuf *s, const char *name) {
    /* Functions and tables in the C of components (canon/). */
    static const char *const kinds[] = {"call", "copy",    "core", "destroy", "element", "labels", "load",
                                        "make", "resolve", "run",  "start",   "steps",   "store",  NULL};
    if (symbol_put_module(s, name))
        return true;
    bool mark = is_numbered(name, kinds);
    if (mark)
        strbuf_puts(s, MARK);
    return mark;
}

/* ---- Parts ---- */

static void put_escaped(strbuf *s, span text) {
    static const char digits[] = "0123456789ABCDEF";
    for (size_t k = 0; k < text.length; k++) {
        uint8_t c = text.bytes[k];
        if (is_letter(c) || is_digit(c)) {
            strbuf_put(s, (char)c);
        } else {
            strbuf_put(s, '_');
            strbuf_put(s, digits[c >> 4]);
            strbuf_put(s, digits[c & 15]);
        }
    }
}

static void put_text(strbuf *s, span text) {
    strbuf_append(s, (const char *)text.bytes, text.length);
}

/* Limits the length of what follows position `from`. */
static void shorten(strbuf *s, size_t from) {
    enum { DIGITS = 32, BEGINNING = 40 };
    if (s->count - from <= MOST_SYMBOL)
        return;
    uint8_t sum[DIGEST_BYTES];
    char beginning[BEGINNING];
    digest_of_bytes(s->data + from, s->count - from, sum);
    memcpy(beginning, s->data + from, sizeof beginning);
    strbuf_truncate(s, from);
    strbuf_put(s, '3');
    for (int k = 0; k < DIGITS / 2; k++)
        strbuf_printf(s, "%02x", sum[k]);
    strbuf_put(s, '_');
    strbuf_append(s, beginning, sizeof beginning);
}

/* ---- Exports ---- */

/* Whether the name is one of those that every module has. */
static bool is_api_name(span name) {
    static const char results[] = "results_"; /* types of several results: results_iI */
    return span_is(name, "instantiate") || span_is(name, "instantiate_with") || span_is(name, "instance_free") || span_is(name, "module") ||
           span_is(name, "imports") || (name.length >= strlen(results) && memcmp(name.bytes, results, strlen(results)) == 0);
}

void symbol_put_export(strbuf *s, const char *module, span name) {
    size_t start = s->count;
    strbuf_puts(s, module);
    strbuf_put(s, '_');
    size_t own = s->count;
    if (is_identifier(name) && !is_api_name(name)) {
        put_text(s, name);
        if (name.length > MOST_SYMBOL || !symbol_is_reserved(s->data + start)) {
            shorten(s, own);
            return;
        }
    }
    strbuf_truncate(s, start);
    symbol_put_escaped_export(s, module, name);
}

void symbol_put_escaped_export(strbuf *s, const char *module, span name) {
    strbuf_printf(s, "%s_", module);
    size_t own = s->count;
    strbuf_put(s, '1');
    put_escaped(s, name);
    shorten(s, own);
}

/* ---- Imports ---- */

/* Appends a part of a symbol: as it is if `is_plain`, else escaped. */
static void put_part(strbuf *s, span text, bool is_plain) {
    if (is_plain) {
        put_text(s, text);
    } else {
        strbuf_put(s, '1');
        put_escaped(s, text);
    }
}

void symbol_put_from(strbuf *s, span from) {
    size_t start = s->count;
    put_part(s, from, is_identifier(from));
    shorten(s, start);
}

/* Whether there is a "_0" in it. */
static bool has_mark(span name) {
    for (size_t k = 0; k + 1 < name.length; k++)
        if (name.bytes[k] == '_' && name.bytes[k + 1] == '0')
            return true;
    return false;
}

void symbol_put_import(strbuf *s, span from, span name, const char *type) {
    size_t start = s->count;
    if (type)
        strbuf_printf(s, "2%s_", type);
    bool is_plain = is_identifier(from) && !has_mark(from);
    put_part(s, from, is_plain);
    strbuf_puts(s, is_plain ? "_0" : "_x");
    put_part(s, name, is_identifier(name));
    shorten(s, start);
}
