/* In comes a C text with % codes, out go its pieces. */
#include "emit/template.h"

#include <assert.h>
#include <string.h>

#define CAST_LENGTH strlen("(s32)")

static bool is_call(const char *c) {
    size_t name = strcspn(c, "( ");
    if (name == 0 || c[name] != '(')
        return false;
    int depth = 0;
    for (const char *p = c + name; *p; p++) {
        depth += *p == '(';
        depth -= *p == ')';
        if (depth == 0)
            return p[1] == 0;
    }
    return false;
}

static bool begins_with(const char *text, const char *beginning) {
    return strncmp(text, beginning, strlen(beginning)) == 0;
}

/* The piece that begins at `c`; returns what is behind it. */
static const char *cut(template_piece *piece, const char *c, const operator_template *whole, bool is_first) {
    const char *p = c;
    while (*p && *p != '%' && !begins_with(p, "(%1 & "))
        p++;
    *piece = (template_piece){.text = c, .length = (uint8_t)(p - c), .kind = ITEM_NONE};
    if (*p == '(') {
        piece->kind = ITEM_COUNT;
        piece->operand = 1;
        return strchr(p, ')') + 1;
    }
    if (!*p)
        return p;
    char code = p[1];
    piece->kind = code == 'l' ? ITEM_LANE : code == 'b' ? ITEM_BYTES : code == 's' ? ITEM_SHUFFLE : ITEM_OPERAND;
    if (piece->kind == ITEM_OPERAND) {
        const char *cast = piece->length >= CAST_LENGTH ? p - CAST_LENGTH : c;
        piece->cast = begins_with(cast, "(s32)%") || begins_with(cast, "(s64)%") ? CAST_LENGTH : 0;
        piece->is_signed = begins_with(cast, "(s") && cast + CAST_LENGTH == p;
        piece->operand = (uint8_t)(code - '0');
        piece->is_first = is_first && p == c;
        piece->is_cast = p > c && p[-1] == ')';
        piece->is_argument = p[2] == ',' || (p[2] == ')' && whole->is_call);
    }
    return p + 2;
}

static operator_template take_apart(arena *a, const char *c) {
    enum { MOST = 12 };
    operator_template t = {.is_call = is_call(c)};
    template_piece pieces[MOST];
    size_t count = 0;
    const char *p = c;
    do {
        assert(count < MOST);
        p = cut(&pieces[count], p, &t, p == c);
    } while (pieces[count++].kind != ITEM_NONE);
    template_piece *copy = arena_array(a, count, sizeof *copy);
    memcpy(copy, pieces, count * sizeof *copy);
    t.pieces = copy;
    return t;
}

const operator_template *templates_make(arena *a) {
    operator_template *all = arena_array(a, OPCODE_COUNT, sizeof *all);
    for (size_t op = 0; op < OPCODE_COUNT; op++)
        all[op] = take_apart(a, opcode_table[op].c);
    return all;
}
