/* Demangles Rust's names: the older form, which is like that of C++ with a hash at the end, and the newer one (RFC 2603), which begins with
 * _R and is a tree in prefix notation. The name is hostile: parts of it may be used again by references backwards, so that a short name may
 * stand for one that is exponentially long, and it may be nested to any depth. Both are bounded. */
#include "debug/rust_names.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MOST_DEPTH = 100, MOST_STEPS = 10000 };

typedef struct demangler {
    const uint8_t *name; /* behind the prefix */
    size_t at, end;
    strbuf out;
    unsigned depth, steps, binders; /* how many lifetimes are bound around here */
    bool silent;                    /* what is read is not part of the result */
    bool failed;
} demangler;

static void put(demangler *d, const char *text, size_t length) {
    if (d->silent || d->failed)
        return;
    if (d->out.count + length > RUST_NAME_MOST)
        d->failed = true;
    else
        strbuf_append(&d->out, text, length);
}

static void puts_to(demangler *d, const char *text) {
    put(d, text, strlen(text));
}

static void put_number(demangler *d, uint64_t number) {
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, number);
    puts_to(d, text);
}

static int peek(const demangler *d) {
    return d->failed || d->at == d->end ? -1 : d->name[d->at];
}

static int next(demangler *d) {
    int c = peek(d);
    if (c < 0)
        d->failed = true;
    else
        d->at++;
    return c;
}

static bool next_is(demangler *d, int c) {
    if (peek(d) != c)
        return false;
    d->at++;
    return true;
}

/* Before something that may be nested; `leave` after it. */
static bool enter(demangler *d) {
    if (++d->depth > MOST_DEPTH || ++d->steps > MOST_STEPS)
        d->failed = true;
    return !d->failed;
}

static void leave(demangler *d) {
    d->depth--;
}

static int hex_digit(int c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static size_t decimal(demangler *d) {
    size_t number = 0;
    if (peek(d) < '0' || peek(d) > '9')
        d->failed = true;
    else if (!next_is(d, '0'))
        while (peek(d) >= '0' && peek(d) <= '9' && number <= d->end)
            number = 10 * number + (size_t)(next(d) - '0');
    return number;
}

/* ---- The older form ---- */

static const struct escape {
    const char *name, *text;
} escapes[] = {{"SP", "@"}, {"BP", "*"}, {"RF", "&"}, {"LT", "<"}, {"GT", ">"}, {"LP", "("}, {"RP", ")"}, {"C", ","}};

/* Appends what stands between two dollars, at most 0x7E as others are written as they are. */
static bool put_escape(demangler *d, const uint8_t *code, size_t length) {
    for (size_t k = 0; k < sizeof escapes / sizeof *escapes; k++)
        if (strlen(escapes[k].name) == length && memcmp(escapes[k].name, code, length) == 0) {
            puts_to(d, escapes[k].text);
            return true;
        }
    unsigned c = 0;
    if (length != 3 || code[0] != 'u')
        return false;
    for (size_t k = 1; k < length; k++) {
        int digit = hex_digit(code[k]);
        if (digit < 0)
            return false;
        c = 16 * c + (unsigned)digit;
    }
    put(d, (const char[]){(char)c}, 1);
    return c >= 0x20 && c < 0x7F;
}

static bool put_old_part(demangler *d, const uint8_t *text, size_t length) {
    size_t at = length > 1 && text[0] == '_' && text[1] == '$';
    while (at < length) {
        const uint8_t *dollar = text[at] == '$' ? memchr(text + at + 1, '$', length - at - 1) : NULL;
        if (dollar) {
            if (!put_escape(d, text + at + 1, (size_t)(dollar - text) - at - 1))
                return false;
            at = (size_t)(dollar - text) + 1;
        } else if (text[at] == '$') {
            return false;
        } else if (text[at] == '.' && at + 1 < length && text[at + 1] == '.') {
            puts_to(d, "::");
            at += 2;
        } else {
            put(d, (const char *)text + at++, 1);
        }
    }
    return true;
}

static bool is_hash(const uint8_t *text, size_t length) {
    bool is = length == 17 && text[0] == 'h';
    for (size_t k = 1; is && k < length; k++)
        is = hex_digit(text[k]) >= 0;
    return is;
}

static bool old_form(demangler *d) {
    for (bool first = true;; first = false) {
        size_t length = decimal(d);
        if (d->failed || length == 0 || length > d->end - d->at)
            return false;
        const uint8_t *text = d->name + d->at;
        d->at += length;
        if (peek(d) == 'E')
            return !first && is_hash(text, length) && (d->at + 1 == d->end || d->name[d->at + 1] == '.');
        if (!first)
            puts_to(d, "::");
        if (!put_old_part(d, text, length))
            return false;
    }
}

/* ---- The newer form ---- */

static void path(demangler *d, bool in_value);
static void type(demangler *d);

static uint64_t base_62(demangler *d) {
    uint64_t number = 0;
    if (next_is(d, '_'))
        return 0;
    while (!d->failed && peek(d) != '_') {
        int c = next(d), digit = c >= '0' && c <= '9'   ? c - '0'
                                 : c >= 'a' && c <= 'z' ? c - 'a' + 10
                                 : c >= 'A' && c <= 'Z' ? c - 'A' + 36
                                                        : -1;
        if (digit < 0 || number > (UINT64_MAX - 100) / 62)
            d->failed = true;
        else
            number = 62 * number + (uint64_t)digit;
    }
    next_is(d, '_');
    return number + 1;
}

/* A number that is there only behind a letter. */
static uint64_t optional(demangler *d, int letter) {
    return next_is(d, letter) ? base_62(d) + 1 : 0;
}

typedef struct identifier {
    uint64_t disambiguator;
    const char *text;
    size_t length;
} identifier;

/* Names that are not ASCII stay in the form in which they are. */
static identifier read_identifier(demangler *d, bool has_disambiguator) {
    identifier i = {has_disambiguator ? optional(d, 's') : 0, "", 0};
    next_is(d, 'u');
    i.length = decimal(d);
    next_is(d, '_');
    if (d->failed || i.length > d->end - d->at) {
        d->failed = true;
        return (identifier){0};
    }
    i.text = (const char *)d->name + d->at;
    d->at += i.length;
    return i;
}

/* Reads by `what` at an earlier place of the name. */
static void refer_back(demangler *d, void (*what)(demangler *d, bool), bool in_value) {
    size_t place = d->at - 1;
    uint64_t to = base_62(d);
    if (d->failed || to >= place) {
        d->failed = true;
        return;
    }
    size_t back = d->at;
    d->at = (size_t)to;
    what(d, in_value);
    d->at = back;
}

static void put_lifetime(demangler *d, uint64_t index) {
    if (index == 0)
        puts_to(d, "'_");
    else if (index > d->binders)
        d->failed = true;
    else if (d->binders - index < 26)
        put(d, (const char[]){'\'', (char)('a' + (d->binders - index))}, 2);
    else {
        puts_to(d, "'_");
        put_number(d, d->binders - index);
    }
}

static void put_character(demangler *d, uint64_t code) {
    char text[32];
    snprintf(text, sizeof text, code >= 0x20 && code < 0x7F ? "'%c'" : "'\\u{%x}'", (unsigned)code);
    puts_to(d, text);
}

static void constant(demangler *d, bool in_value) {
    (void)in_value;
    if (!enter(d))
        return;
    int kind = next(d);
    if (kind == 'B') {
        refer_back(d, constant, false);
    } else if (kind == 'p') {
        puts_to(d, "_");
    } else if (kind > 0 && strchr("ahstlmxynoijbc", kind)) {
        if (next_is(d, 'n'))
            puts_to(d, "-");
        uint64_t number = 0;
        while (!d->failed && peek(d) != '_') {
            int digit = hex_digit(next(d));
            if (digit < 0 || number >> 60)
                d->failed = true;
            else
                number = 16 * number + (uint64_t)digit;
        }
        next_is(d, '_');
        if (kind == 'b')
            puts_to(d, number ? "true" : "false");
        else if (kind == 'c')
            put_character(d, number);
        else
            put_number(d, number);
    } else {
        d->failed = true;
    }
    leave(d);
}

static void argument(demangler *d) {
    if (next_is(d, 'L'))
        put_lifetime(d, base_62(d));
    else if (next_is(d, 'K'))
        constant(d, false);
    else
        type(d);
}

/* Items up to an E, with commas between them; returns how many. */
static unsigned list(demangler *d, void (*item)(demangler *d)) {
    unsigned count = 0;
    for (; !d->failed && !next_is(d, 'E'); count++) {
        if (count > 0)
            puts_to(d, ", ");
        item(d);
    }
    return count;
}

static void silently(demangler *d, bool has_disambiguator) {
    bool before = d->silent;
    d->silent = true;
    if (has_disambiguator)
        optional(d, 's');
    path(d, false);
    d->silent = before;
}

static void nested(demangler *d, bool in_value) {
    int space = next(d);
    path(d, in_value);
    identifier i = read_identifier(d, true);
    if (space >= 'A' && space <= 'Z') {
        puts_to(d, space == 'C' ? "::{closure" : space == 'S' ? "::{shim" : "::{");
        if (space != 'C' && space != 'S')
            put(d, (const char[]){(char)space}, 1);
        if (i.length > 0) {
            puts_to(d, ":");
            put(d, i.text, i.length);
        }
        puts_to(d, "#");
        put_number(d, i.disambiguator);
        puts_to(d, "}");
    } else if (i.length > 0) {
        puts_to(d, "::");
        put(d, i.text, i.length);
    }
}

static void path(demangler *d, bool in_value) {
    if (!enter(d))
        return;
    int kind = next(d);
    switch (kind) {
    case 'C': {
        identifier i = read_identifier(d, true);
        put(d, i.text, i.length);
        break;
    }
    case 'N':
        nested(d, in_value);
        break;
    case 'M':
    case 'X':
    case 'Y':
        if (kind != 'Y')
            silently(d, true);
        puts_to(d, "<");
        type(d);
        if (kind != 'M') {
            puts_to(d, " as ");
            path(d, false);
        }
        puts_to(d, ">");
        break;
    case 'I':
        path(d, in_value);
        puts_to(d, in_value ? "::<" : "<");
        list(d, argument);
        puts_to(d, ">");
        break;
    case 'B':
        refer_back(d, path, in_value);
        break;
    default:
        d->failed = true;
    }
    leave(d);
}

/* for<'a, 'b>, behind which the lifetimes have names; returns how many. */
static unsigned binder(demangler *d) {
    uint64_t count = optional(d, 'G');
    if (count > 20) {
        d->failed = true;
        return 0;
    }
    for (uint64_t k = 0; k < count; k++) {
        puts_to(d, k == 0 ? "for<" : ", ");
        d->binders++;
        put_lifetime(d, 1);
    }
    puts_to(d, count > 0 ? "> " : "");
    return (unsigned)count;
}

static void function_type(demangler *d) {
    unsigned bound = binder(d);
    puts_to(d, next_is(d, 'U') ? "unsafe " : "");
    if (next_is(d, 'K')) {
        identifier abi = next_is(d, 'C') ? (identifier){0, "C", 1} : read_identifier(d, false);
        puts_to(d, "extern \"");
        for (size_t k = 0; k < abi.length; k++)
            put(d, abi.text[k] == '_' ? "-" : abi.text + k, 1);
        puts_to(d, "\" ");
    }
    puts_to(d, "fn(");
    list(d, type);
    puts_to(d, ")");
    if (!next_is(d, 'u')) {
        puts_to(d, " -> ");
        type(d);
    }
    d->binders -= bound;
}

static void trait_object(demangler *d) {
    puts_to(d, "dyn ");
    unsigned bound = binder(d);
    for (unsigned count = 0; !d->failed && !next_is(d, 'E'); count++) {
        puts_to(d, count > 0 ? " + " : "");
        bool has_arguments = next_is(d, 'I'), has_some = false;
        path(d, false);
        if (has_arguments) {
            puts_to(d, "<");
            has_some = list(d, argument) > 0;
        }
        for (; next_is(d, 'p'); has_some = true) {
            identifier i = read_identifier(d, false);
            puts_to(d, has_some ? ", " : has_arguments ? "" : "<");
            put(d, i.text, i.length);
            puts_to(d, " = ");
            type(d);
        }
        puts_to(d, has_some || has_arguments ? ">" : "");
    }
    d->binders -= bound;
    if (!next_is(d, 'L'))
        d->failed = true;
    uint64_t lifetime = base_62(d);
    if (lifetime > 0) {
        puts_to(d, " + ");
        put_lifetime(d, lifetime);
    }
}

static const char *const basic_types[26] = {
    ['a' - 'a'] = "i8",   ['b' - 'a'] = "bool",  ['c' - 'a'] = "char",  ['d' - 'a'] = "f64", ['e' - 'a'] = "str", ['f' - 'a'] = "f32",
    ['h' - 'a'] = "u8",   ['i' - 'a'] = "isize", ['j' - 'a'] = "usize", ['l' - 'a'] = "i32", ['m' - 'a'] = "u32", ['n' - 'a'] = "i128",
    ['o' - 'a'] = "u128", ['p' - 'a'] = "_",     ['s' - 'a'] = "i16",   ['t' - 'a'] = "u16", ['u' - 'a'] = "()",  ['v' - 'a'] = "...",
    ['x' - 'a'] = "i64",  ['y' - 'a'] = "u64",   ['z' - 'a'] = "!",
};

static void referred_type(demangler *d, bool in_value) {
    (void)in_value;
    type(d);
}

static void type(demangler *d) {
    if (!enter(d))
        return;
    int kind = peek(d);
    if (kind >= 'a' && kind <= 'z') {
        const char *name = basic_types[next(d) - 'a'];
        puts_to(d, name ? name : "");
        d->failed |= !name;
        leave(d);
        return;
    }
    bool is_path = kind <= 0 || !strchr("ASTRQPOFDB", kind);
    if (!is_path)
        d->at++;
    switch (is_path ? 0 : kind) {
    case 'A':
    case 'S':
        puts_to(d, "[");
        type(d);
        if (kind == 'A') {
            puts_to(d, "; ");
            constant(d, false);
        }
        puts_to(d, "]");
        break;
    case 'T':
        puts_to(d, "(");
        puts_to(d, list(d, type) == 1 ? ",)" : ")");
        break;
    case 'R':
    case 'Q':
        puts_to(d, "&");
        if (next_is(d, 'L')) {
            uint64_t lifetime = base_62(d);
            if (lifetime > 0) {
                put_lifetime(d, lifetime);
                puts_to(d, " ");
            }
        }
        puts_to(d, kind == 'Q' ? "mut " : "");
        type(d);
        break;
    case 'P':
    case 'O':
        puts_to(d, kind == 'P' ? "*const " : "*mut ");
        type(d);
        break;
    case 'F':
        function_type(d);
        break;
    case 'D':
        trait_object(d);
        break;
    case 'B':
        refer_back(d, referred_type, false);
        break;
    default:
        path(d, false);
    }
    leave(d);
}

static bool new_form(demangler *d) {
    path(d, true);
    if (!d->failed && d->at < d->end && peek(d) != '.' && peek(d) != '$')
        silently(d, false); /* the crate for which it was made */
    return !d->failed && (d->at == d->end || peek(d) == '.' || peek(d) == '$');
}

static bool begins(const uint8_t *name, size_t length, const char *prefix) {
    return length > strlen(prefix) && memcmp(name, prefix, strlen(prefix)) == 0;
}

bool rust_name_put(const uint8_t *name, size_t length, strbuf *to) {
    bool is_old = begins(name, length, "_ZN"), is_new = begins(name, length, "_R");
    if (!is_old && !is_new)
        return false;
    size_t prefix = is_old ? 3 : 2;
    demangler d = {.name = name + prefix, .end = length - prefix};
    bool ok = (is_old ? old_form(&d) : new_form(&d)) && !d.failed && d.out.count > 0;
    if (ok)
        strbuf_append(to, d.out.data, d.out.count);
    strbuf_free(&d.out);
    return ok;
}
