/* Names of imports and exports, and labels (Explainer.md, import and export definitions). */
#include <stdlib.h>
#include <string.h>

#include "base/sort.h"
#include "component/reader.h"

/* ---- Parts of names ---- */

static bool is_lower(uint8_t c) {
    return c >= 'a' && c <= 'z';
}

static bool is_upper(uint8_t c) {
    return c >= 'A' && c <= 'Z';
}

static bool is_digit(uint8_t c) {
    return c >= '0' && c <= '9';
}

/* Whether the text is words joined by hyphens, the first of which begins with a letter. An acronym is all upper case. */
static bool are_words(span s, bool acronyms) {
    bool lower = false, upper = false;
    for (size_t k = 0; k < s.length; k++) {
        uint8_t c = s.bytes[k];
        bool starts = k == 0 || s.bytes[k - 1] == '-';
        if (starts)
            lower = upper = false;
        lower |= is_lower(c);
        upper |= is_upper(c);
        if (c == '-' ? starts : !is_lower(c) && !is_digit(c) && !(acronyms && is_upper(c)))
            return false;
        if ((k == 0 && is_digit(c)) || (lower && upper))
            return false;
    }
    return s.length > 0 && s.bytes[s.length - 1] != '-';
}

bool name_is_label(span text) {
    return are_words(text, true);
}

static span part(span s, size_t from, size_t to) {
    return (span){s.bytes + from, to - from};
}

static size_t find(span s, char c) {
    const uint8_t *at = s.length > 0 ? memchr(s.bytes, c, s.length) : NULL;
    return at ? (size_t)(at - s.bytes) : s.length;
}

static bool begins(span s, const char *text) {
    size_t length = strlen(text);
    return s.length >= length && memcmp(s.bytes, text, length) == 0;
}

/* Digits without needless zeros. */
static bool is_number(span s) {
    for (size_t k = 0; k < s.length; k++)
        if (!is_digit(s.bytes[k]))
            return false;
    return s.length > 0 && (s.length == 1 || s.bytes[0] != '0');
}

static bool is_identifier_character(uint8_t c) {
    return is_lower(c) || is_upper(c) || is_digit(c) || c == '-';
}

/* Identifiers joined by dots, as a pre-release or build of a version. */
static bool are_identifiers(span s, bool numbers) {
    for (;;) {
        size_t end = find(s, '.');
        span one = part(s, 0, end);
        bool digits = one.length > 0;
        for (size_t k = 0; k < one.length; k++) {
            if (!is_identifier_character(one.bytes[k]))
                return false;
            digits &= is_digit(one.bytes[k]);
        }
        if (one.length == 0 || (numbers && digits && !is_number(one)))
            return false;
        if (end == s.length)
            return true;
        s = part(s, end + 1, s.length);
    }
}

/* A version as semver.org defines it, or the part of one that stands for all compatible ones: "1", "0.2", "0.0.3". */
static bool is_version(span s) {
    size_t build = find(s, '+'), release = find(part(s, 0, build), '-');
    if (build < s.length && !are_identifiers(part(s, build + 1, s.length), false))
        return false;
    if (release < build && !are_identifiers(part(s, release + 1, build), true))
        return false;
    span numbers = part(s, 0, release);
    unsigned dots = 0;
    for (;;) {
        size_t end = find(numbers, '.');
        if (!is_number(part(numbers, 0, end)))
            return false;
        if (end == numbers.length)
            break;
        dots++;
        numbers = part(numbers, end + 1, numbers.length);
    }
    bool bare = release == s.length;
    if (dots == 2)
        return true;
    return bare && ((dots == 0 && s.bytes[0] != '0') || (dots == 1 && s.bytes[0] == '0' && s.bytes[2] != '0'));
}

/* "wasi:cli/environment@0.2.0" */
static bool is_interface_name(span s) {
    size_t colon = find(s, ':');
    if (colon == s.length || !are_words(part(s, 0, colon), false))
        return false;
    span rest = part(s, colon + 1, s.length);
    size_t slash = find(rest, '/'), at = find(rest, '@');
    if (slash >= at || !are_words(part(rest, 0, slash), false) || !name_is_label(part(rest, slash + 1, at)))
        return false;
    return at == rest.length || is_version(part(rest, at + 1, rest.length));
}

/* The parts of a name with an annotation: "[method]resource.label". */
typedef struct annotated {
    const char *annotation; /* with its brackets; null: the name has none */
    span resource, label;
} annotated;

static bool split_annotation(span name, annotated *a) {
    static const char *const annotations[] = {"[constructor]", "[method]", "[static]"};
    *a = (annotated){0};
    for (size_t k = 0; k < 3; k++) {
        if (!begins(name, annotations[k]))
            continue;
        a->annotation = annotations[k];
        span rest = part(name, strlen(annotations[k]), name.length);
        if (k == 0) {
            a->resource = rest;
            return name_is_label(rest);
        }
        size_t dot = find(rest, '.');
        a->resource = part(rest, 0, dot);
        if (dot == rest.length)
            return false;
        a->label = part(rest, dot + 1, rest.length);
        return name_is_label(a->resource) && name_is_label(a->label);
    }
    return true;
}

static bool is_extern_name(span s) {
    annotated a;
    if (!split_annotation(s, &a))
        return false;
    return a.annotation || name_is_label(s) || is_interface_name(s);
}

/* ---- Reading ---- */

static bool bad_name(reader *r, size_t offset, span name, const char *why) {
    return reader_invalid(r, offset, "`%.*s` %s", (int)(name.length < 100 ? name.length : 100), (const char *)name.bytes, why);
}

bool reader_label(reader *r, const char *what, span *name, size_t *offset) {
    *offset = cursor_offset(&r->c);
    if (!cursor_name(&r->c, name))
        return false;
    if (name->length == 0)
        return reader_invalid(r, *offset, "%s name cannot be empty", what);
    return name_is_label(*name) || bad_name(r, *offset, *name, "is not in kebab case");
}

/* Reads attributes of a name: the interface it implements, the rest of its version, a name outside. */
static bool read_attributes(reader *r, span name, size_t offset) {
    uint32_t count;
    bool seen[3] = {false, false, false};
    if (!reader_count(r, &count))
        return false;
    while (count-- > 0) {
        size_t at = cursor_offset(&r->c);
        uint8_t code;
        span text;
        if (!cursor_byte(&r->c, &code))
            return false;
        if (code > 2)
            return reader_bad_byte(r, at, code, "name option");
        if (!cursor_name(&r->c, &text))
            return false;
        if (seen[code])
            return reader_invalid(r, at, "an attribute of a name is given twice");
        seen[code] = true;
        r->implements |= code == 0;
        if (code == 0 && (!is_interface_name(text) || !name_is_label(name)))
            return bad_name(r, offset, name, "is not valid with `implements`");
        if (code == 1 && (find(name, '@') == name.length || !is_interface_name(name)))
            return bad_name(r, offset, name, "is not valid with `versionsuffix`");
    }
    return true;
}

bool reader_extern_name(reader *r, span *name, size_t *offset) {
    size_t start = cursor_offset(&r->c);
    uint8_t code;
    r->implements = false;
    if (!cursor_byte(&r->c, &code))
        return false;
    if (code > 2)
        return reader_bad_byte(r, start, code, "component name");
    *offset = cursor_offset(&r->c);
    if (!cursor_name(&r->c, name))
        return false;
    if (!is_extern_name(*name))
        return bad_name(r, *offset, *name, "is not a valid extern name");
    return code != 2 || read_attributes(r, *name, *offset);
}

/* ---- Uniqueness ---- */

static uint8_t lowered(uint8_t c) {
    return is_upper(c) ? (uint8_t)(c - 'A' + 'a') : c;
}

static int compare_folded(span a, span b) {
    for (size_t k = 0; k < a.length && k < b.length; k++)
        if (lowered(a.bytes[k]) != lowered(b.bytes[k]))
            return lowered(a.bytes[k]) < lowered(b.bytes[k]) ? -1 : 1;
    return (a.length > b.length) - (a.length < b.length);
}

static int compare_labels(const void *a, const void *b) {
    const member *left = *(const member *const *)a, *right = *(const member *const *)b;
    int order = compare_folded(left->name, right->name);
    return order != 0 ? order : (left > right) - (left < right);
}

/* What of the name has to be unique: without [method] and [static], and "foo.foo" as "foo". */
static span essence(span name) {
    annotated a;
    split_annotation(name, &a);
    if (!a.annotation || a.label.length == 0)
        return name;
    if (compare_folded(a.resource, a.label) == 0)
        return a.resource;
    return (span){a.resource.bytes, a.resource.length + 1 + a.label.length};
}

static int compare_essences(const void *a, const void *b) {
    const member *left = *(const member *const *)a, *right = *(const member *const *)b;
    int order = compare_folded(essence(left->name), essence(right->name));
    return order != 0 ? order : (left > right) - (left < right);
}

/* Sorts the members, so that those that are not unique are next to each other; reports the first in the file. */
static bool check_unique(reader *r, const member_vec *members, const char *what, int (*compare)(const void *, const void *), bool folded) {
    const member *found = NULL, *other = NULL;
    const member **sorted = memory_alloc(members->count ? members->count : 1, sizeof *sorted);
    for (size_t k = 0; k < members->count; k++)
        sorted[k] = &members->data[k];
    sort_stable(sorted, members->count, sizeof *sorted, compare);
    for (size_t k = 1; k < members->count; k++) {
        span a = sorted[k - 1]->name, b = sorted[k]->name;
        if (!folded)
            a = essence(a), b = essence(b);
        if (compare_folded(a, b) == 0 && (!found || sorted[k] < found))
            found = sorted[k], other = sorted[k - 1];
    }
    memory_release(sorted);
    if (!found)
        return true;
    return reader_invalid(r, found->offset, "%s name `%.*s` conflicts with previous name `%.*s`", what,
                          (int)(found->name.length < 80 ? found->name.length : 80), (const char *)found->name.bytes,
                          (int)(other->name.length < 80 ? other->name.length : 80), (const char *)other->name.bytes);
}

bool reader_labels_unique(reader *r, const member_vec *members, const char *what) {
    return check_unique(r, members, what, compare_labels, true);
}

bool reader_names_unique(reader *r, const member_vec *members, const char *what) {
    return check_unique(r, members, what, compare_essences, false);
}

/* ---- Annotations ---- */

/* The resource type that was imported or exported before under this name; null if there is none. */
static const ctype *find_resource(const member_vec *before, span name) {
    for (size_t k = before->count; k-- > 0;) {
        const member *m = &before->data[k];
        if (m->sort == SORT_TYPE && m->type->kind == CTYPE_RESOURCE && m->name.length == name.length &&
            memcmp(m->name.bytes, name.bytes, name.length) == 0)
            return m->type;
    }
    return NULL;
}

static bool is_handle(const ctype *t, ctype_kind kind, const ctype *resource) {
    return t && t->kind == kind && t->first->resource == resource->resource;
}

bool reader_check_annotation(reader *r, const member *m, const member_vec *before) {
    annotated a;
    split_annotation(m->name, &a);
    if (r->implements && m->sort != SORT_INSTANCE)
        return bad_name(r, m->offset, m->name, "is not valid with `implements`: only instances can have it");
    if (!a.annotation)
        return true;
    if (m->sort != SORT_FUNC)
        return bad_name(r, m->offset, m->name, "is not a func");
    if (!ctype_work(&r->pool, before->count / 8 + 1, m->offset))
        return false;
    const ctype *resource = find_resource(before, a.resource), *result = m->type->first;
    if (!resource)
        return bad_name(r, m->offset, m->name, "names a resource that is not known in this context");
    if (a.annotation[1] == 'c' && !is_handle(result, CTYPE_OWN, resource) &&
        !(result && result->kind == CTYPE_RESULT && is_handle(result->first, CTYPE_OWN, resource)))
        return bad_name(r, m->offset, m->name, "should return `(own $T)` or `(result (own $T))`");
    if (a.annotation[1] != 'm')
        return true;
    if (m->type->members.count == 0)
        return bad_name(r, m->offset, m->name, "should have at least one argument");
    const member *self = &m->type->members.data[0];
    if (!span_is(self->name, "self"))
        return bad_name(r, m->offset, m->name, "should have a first argument called `self`");
    return is_handle(self->type, CTYPE_BORROW, resource) ||
           bad_name(r, m->offset, m->name, "should take a first argument of `(borrow $T)`");
}
