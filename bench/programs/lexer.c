/* A lexer of a C-like language by a hand-written scanner, with keywords by perfect-hash-like switch and symbol table. */
#include "bench.h"

enum token { END, NAME, NUMBER, STRING, KEYWORD, PUNCTUATION, COMMENT };

static char text[1 << 19];
static uint32_t symbols[8192], symbol_counts[8192];

static void make_text(void) {
    static const char *pieces[] = {"while (x1 < 0x7f) {\n",
                                   "  return foo_bar(alpha, 3.25e4);\n",
                                   "/* a comment, long */\n",
                                   "if (a == b && c != d)\n",
                                   "struct node *next = list->head;\n",
                                   "\"text with \\\" in it\"",
                                   "for (int i = 0; i < 100; i++) ",
                                   "} else {\n",
                                   "// to the end of the line\n",
                                   "unsigned value_",
                                   "static const char name[] = ",
                                   "switch (kind) { case 'x': break; }\n"};
    char *p = text;
    while (p < text + sizeof text - 64) {
        for (const char *s = pieces[random_below(12)]; *s;)
            *p++ = *s++;
        if (random_below(3) == 0)
            p += sprintf(p, "v%u ", (unsigned)random_below(3000));
    }
    *p = 0;
}

static int keyword(const char *s, int n) {
    switch (n) {
    case 2:
        return memcmp(s, "if", 2) == 0 || memcmp(s, "do", 2) == 0;
    case 3:
        return memcmp(s, "for", 3) == 0 || memcmp(s, "int", 3) == 0;
    case 4:
        return memcmp(s, "else", 4) == 0 || memcmp(s, "case", 4) == 0 || memcmp(s, "char", 4) == 0;
    case 5:
        return memcmp(s, "while", 5) == 0 || memcmp(s, "break", 5) == 0 || memcmp(s, "const", 5) == 0;
    case 6:
        return memcmp(s, "return", 6) == 0 || memcmp(s, "struct", 6) == 0 || memcmp(s, "static", 6) == 0 || memcmp(s, "switch", 6) == 0;
    case 8:
        return memcmp(s, "unsigned", 8) == 0;
    default:
        return 0;
    }
}

static void intern(const char *s, int n) {
    uint32_t h = 17;
    for (int k = 0; k < n; k++)
        h = h * 131 + (uint8_t)s[k];
    h |= 1;
    uint32_t k = h >> 7 & 8191;
    while (symbols[k] && symbols[k] != h)
        k = (k + 1) & 8191;
    symbols[k] = h;
    symbol_counts[k]++;
}

static int is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
static int is_digit(char c) {
    return c >= '0' && c <= '9';
}

static enum token next(const char **at) {
    const char *p = *at;
    while (*p == ' ' || *p == '\n' || *p == '\t')
        p++;
    const char *start = p;
    enum token kind;
    if (!*p) {
        kind = END;
    } else if (is_letter(*p)) {
        while (is_letter(*p) || is_digit(*p))
            p++;
        kind = keyword(start, (int)(p - start)) ? KEYWORD : NAME;
        if (kind == NAME)
            intern(start, (int)(p - start));
    } else if (is_digit(*p)) {
        while (is_digit(*p) || is_letter(*p) || *p == '.')
            p++;
        kind = NUMBER;
    } else if (*p == '"' || *p == '\'') {
        char quote = *p++;
        while (*p && *p != quote)
            p += *p == '\\' && p[1] ? 2 : 1;
        p += *p == quote;
        kind = STRING;
    } else if (p[0] == '/' && p[1] == '*') {
        for (p += 2; *p && !(p[0] == '*' && p[1] == '/'); p++) {
        }
        p += *p ? 2 : 0;
        kind = COMMENT;
    } else if (p[0] == '/' && p[1] == '/') {
        while (*p && *p != '\n')
            p++;
        kind = COMMENT;
    } else {
        switch (*p++) {
        case '=':
        case '!':
        case '<':
        case '>':
            p += *p == '=';
            break;
        case '&':
            p += *p == '&';
            break;
        case '|':
            p += *p == '|';
            break;
        case '+':
            p += *p == '+';
            break;
        case '-':
            p += *p == '>' || *p == '-';
            break;
        }
        kind = PUNCTUATION;
    }
    *at = p;
    return kind;
}

int main(void) {
    make_text();
    for (int round = 0; round < ROUNDS(240); round++) {
        uint32_t counts[7] = {0};
        const char *at = text;
        for (enum token t; (t = next(&at)) != END;)
            counts[t]++;
        for (int k = 0; k < 7; k++)
            mix(counts[k]);
        text[random_below(1 << 18)] ^= 1;
    }
    for (int k = 0; k < 8192; k++)
        mix(symbols[k] ^ symbol_counts[k]);
    return report();
}
