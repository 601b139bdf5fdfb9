/* The beginning of a call as text: which function it names. And where text is wrong. */
#include "wave_begin.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "../plain.h"

enum { MOST_SHOWN = 24, MOST_LISTED = 20 };

/* ---- Errors ---- */

/* Prints where it is: the number of the character, and what stands there. */
static void print_place(const wasmelt_wave *w, const char *at) {
    const uint8_t *const from = (const uint8_t *)at;
    const size_t rest = strlen(at);
    size_t shown = 0, number = 1;
    uint32_t code;
    for (const char *p = w->start; p < at; number++)
        p += wasmelt_rt_plain_next((const uint8_t *)p, strlen(p), &code);
    if (rest == 0) {
        fputs("at the end: ", stderr);
        return;
    }
    for (size_t k = 0; k < MOST_SHOWN && shown < rest; k++)
        shown += wasmelt_rt_plain_next(from + shown, rest - shown, &code);
    fprintf(stderr, "at character %llu, \"", (unsigned long long)number);
    wasmelt_rt_plain_print(stderr, at, shown);
    fputs(shown < rest ? "...\": " : "\": ", stderr);
}

void wasmelt_rt_wave_fail(wasmelt_wave *w, const char *at, const char *format, ...) {
    va_list more;
    if (w->failed)
        return;
    fputs("wasmelt: --invoke: ", stderr);
    print_place(w, at);
    va_start(more, format);
    vfprintf(stderr, format, more);
    va_end(more);
    if (w->callee)
        fprintf(stderr, "; the function is %s%s", w->callee->name, w->callee->type);
    fputc('\n', stderr);
    w->failed = true;
    w->at += strlen(w->at);
}

/* ---- Names ---- */

/* Takes `part` from the beginning of the text; false if it begins otherwise. */
static bool take(const char **text, size_t *length, const char *part, size_t part_length) {
    if (*length < part_length || memcmp(*text, part, part_length) != 0)
        return false;
    *text += part_length;
    *length -= part_length;
    return true;
}

/* Whether the text names the function: NAME; INTERFACE#NAME; or as WIT does, INTERFACE.NAME, with the interface's version behind it or
 * without. */
static bool is_named(const wasmelt_wave_export *e, const char *text, size_t length) {
    const size_t whole = strlen(e->interface), name = strlen(e->name), plain = strcspn(e->interface, "@");
    const char *rest = text;
    size_t left = length;
    if (take(&rest, &left, e->name, name) && left == 0)
        return true;
    rest = text;
    left = length;
    if (take(&rest, &left, e->interface, whole) && take(&rest, &left, "#", 1) && take(&rest, &left, e->name, name) && left == 0)
        return true;
    rest = text;
    left = length;
    return take(&rest, &left, e->interface, plain) && take(&rest, &left, ".", 1) && take(&rest, &left, e->name, name) &&
           (left == 0 || (take(&rest, &left, e->interface + plain, whole - plain) && left == 0));
}

static void print_name(const wasmelt_wave_export *e) {
    const size_t plain = strcspn(e->interface, "@");
    fprintf(stderr, "%.*s%s%s%s", (int)plain, e->interface, plain > 0 ? "." : "", e->name, e->interface + plain);
}

/* Prints the functions of this name, or all if it is null. */
static void print_exports(const wasmelt_wave_export *exports, size_t count, const char *text, size_t length) {
    size_t listed = 0;
    for (size_t k = 0; k < count && listed <= MOST_LISTED; k++) {
        if (text && !is_named(&exports[k], text, length))
            continue;
        if (listed++ > 0)
            fputs(", ", stderr);
        if (listed > MOST_LISTED)
            fputs("...", stderr);
        else
            print_name(&exports[k]);
    }
    fputc('\n', stderr);
}

/* The function, or null after a message. */
static const wasmelt_wave_export *find(const wasmelt_wave_export *exports, size_t count, const char *text, size_t length) {
    const wasmelt_wave_export *found = NULL;
    size_t matching = 0;
    for (size_t k = 0; k < count; k++)
        if (is_named(&exports[k], text, length)) {
            found = &exports[k];
            matching++;
        }
    if (matching == 1)
        return found;
    fputs("wasmelt: --invoke: ", stderr);
    wasmelt_rt_plain_print(stderr, text, length);
    fputs(matching == 0 ? ": no function is exported under this name; there are " : ": several functions have this name: ", stderr);
    print_exports(exports, count, matching == 0 ? NULL : text, length);
    return NULL;
}

/* ---- The beginning ---- */

static bool is_text(wasmelt_wave *w) {
    size_t left = strlen(w->start);
    for (const char *p = w->start; left > 0;) {
        uint32_t code;
        const size_t length = wasmelt_rt_plain_next((const uint8_t *)p, left, &code);
        if (length == 1 && code == 0xFFFD) {
            wasmelt_rt_wave_fail(w, p, "this is not UTF-8");
            return false;
        }
        p += length;
        left -= length;
    }
    return true;
}

const wasmelt_wave_export *wasmelt_rt_wave_begin(wasmelt_wave *w, const wasmelt_wave_export *exports, size_t count) {
    static const char blanks[] = " \t\r\n";
    const char *const name = w->start + strspn(w->start, blanks);
    size_t length = strcspn(name, "(");
    if (!is_text(w))
        return NULL;
    if (!name[length]) {
        wasmelt_rt_wave_fail(w, name + length, "arguments in brackets are expected, as in add(1, 2) or run()");
        return NULL;
    }
    w->at = name + length;
    while (length > 0 && strchr(blanks, name[length - 1]))
        length--;
    w->callee = find(exports, count, name, length);
    if (w->callee && !w->callee->call) {
        wasmelt_rt_wave_fail(w, name, "cannot be called: there is no text for handles, streams, futures and error contexts");
        return NULL;
    }
    return w->callee;
}
