/* A JSON parser and printer: nested objects and arrays are made, printed, parsed, walked and freed. */
#include "bench.h"

typedef enum { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT } kind;

typedef struct value value;
struct value {
    kind kind;
    double number;
    char *text;   /* STRING */
    char *key;    /* in an object */
    value *first; /* ARRAY, OBJECT */
    value *next;  /* sibling */
};

static char *text;
static int length, capacity;

static void put(char c) {
    if (length == capacity) {
        capacity = capacity ? capacity * 2 : 256;
        text = realloc(text, (size_t)capacity);
        if (!text)
            exit(1);
    }
    text[length++] = c;
}

static void put_text(const char *s) {
    while (*s)
        put(*s++);
}

static void put_int(int32_t n) {
    char digits[12];
    int k = 0;
    if (n < 0)
        put('-'), n = -n;
    do
        digits[k++] = (char)('0' + n % 10);
    while (n /= 10);
    while (k)
        put(digits[--k]);
}

static void make(int depth) {
    switch (depth == 0 ? random_below(5) : 5 + random_below(2)) {
    case 0:
        put_text("null");
        break;
    case 1:
        put_text(random_below(2) ? "true" : "false");
        break;
    case 2:
        put_int((int32_t)random_next() >> random_below(30));
        put('.');
        put_int((int32_t)random_below(1000));
        break;
    case 3:
        put_int((int32_t)random_next() >> random_below(30));
        break;
    case 4:
        put('"');
        for (int k = (int)random_below(20); k-- > 0;) {
            char c = (char)(' ' + random_below(95));
            if (c == '"' || c == '\\')
                put('\\');
            put(c);
        }
        put('"');
        break;
    case 5:
        put('[');
        for (int k = 0, n = 2 + (int)random_below(4); k < n; k++) {
            if (k)
                put_text(", ");
            make(depth - 1);
        }
        put(']');
        break;
    default:
        put('{');
        for (int k = 0, n = 2 + (int)random_below(5); k < n; k++) {
            if (k)
                put_text(",\n  ");
            put_text("\"key");
            put_int((int32_t)random_below(1000));
            put_text("\": ");
            make(depth - 1);
        }
        put('}');
    }
}

static const char *at;

static void skip_space(void) {
    while (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r')
        at++;
}

static char *parse_string(void) {
    const char *p = ++at;
    while (*p != '"')
        p += *p == '\\' ? 2 : 1;
    char *s = allocate((size_t)(p - at) + 1), *q = s;
    while (at < p) {
        if (*at == '\\')
            at++;
        *q++ = *at++;
    }
    *q = 0;
    at++;
    return s;
}

static double parse_number(void) {
    double n = 0, scale = 1;
    int negative = *at == '-';
    at += negative;
    while (*at >= '0' && *at <= '9')
        n = n * 10 + (*at++ - '0');
    if (*at == '.')
        for (at++; *at >= '0' && *at <= '9'; at++)
            n += (*at - '0') * (scale *= 0.1);
    return negative ? -n : n;
}

static value *parse(void) {
    value *v = allocate(sizeof *v);
    memset(v, 0, sizeof *v);
    skip_space();
    switch (*at) {
    case 'n':
        v->kind = JSON_NULL, at += 4;
        break;
    case 'f':
        v->kind = JSON_FALSE, at += 5;
        break;
    case 't':
        v->kind = JSON_TRUE, at += 4;
        break;
    case '"':
        v->kind = JSON_STRING, v->text = parse_string();
        break;
    case '[':
    case '{': {
        v->kind = *at == '[' ? JSON_ARRAY : JSON_OBJECT;
        value **end = &v->first;
        do {
            at++;
            char *key = NULL;
            if (v->kind == JSON_OBJECT) {
                skip_space();
                key = parse_string();
                skip_space();
                at++;
            }
            *end = parse();
            (*end)->key = key;
            end = &(*end)->next;
            skip_space();
        } while (*at == ',');
        at++;
        break;
    }
    default:
        v->kind = JSON_NUMBER, v->number = parse_number();
    }
    return v;
}

static uint32_t hash(const char *s) {
    uint32_t h = 5381;
    for (; *s; s++)
        h = h * 33 + (uint8_t)*s;
    return h;
}

static void walk_and_free(value *v) {
    while (v) {
        value *next = v->next;
        mix((uint64_t)v->kind);
        if (v->kind == JSON_NUMBER)
            mix_double(v->number);
        if (v->text)
            mix(hash(v->text));
        if (v->key)
            mix(hash(v->key));
        walk_and_free(v->first);
        free(v->text);
        free(v->key);
        free(v);
        v = next;
    }
}

int main(void) {
    make(9);
    put(0);
    for (int round = 0; round < ROUNDS(12); round++) {
        at = text;
        walk_and_free(parse());
    }
    return report();
}
