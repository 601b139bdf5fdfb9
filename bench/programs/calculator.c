/* A recursive-descent parser that evaluates arithmetic from text. */
#include "bench.h"

static char text[1 << 20];
static int length;
static const char *at;

static void make(int depth) {
    if (depth == 0 || random_below(8) == 0) {
        length += sprintf(text + length, "%d", (int)random_below(10000));
        return;
    }
    if (random_below(10) == 0)
        text[length++] = '-';
    text[length++] = '(';
    make(depth - 1);
    text[length++] = "+-*/%&|^"[random_below(8)];
    make(depth - 1);
    text[length++] = ')';
}

static uint32_t expression(int level);

static uint32_t primary(void) {
    if (*at == '-')
        return at++, 0 - primary();
    if (*at == '(') {
        at++;
        uint32_t v = expression(0);
        at++;
        return v;
    }
    uint32_t v = 0;
    while (*at >= '0' && *at <= '9')
        v = v * 10 + (uint32_t)(*at++ - '0');
    return v;
}

static int level_of(char c) {
    switch (c) {
    case '|':
        return 1;
    case '^':
        return 2;
    case '&':
        return 3;
    case '+':
    case '-':
        return 4;
    case '*':
    case '/':
    case '%':
        return 5;
    default:
        return 0;
    }
}

/* Operators that bind tighter than `level`. */
static uint32_t expression(int level) {
    uint32_t left = primary();
    for (int own; (own = level_of(*at)) > level;) {
        char op = *at++;
        uint32_t right = expression(own);
        switch (op) {
        case '+':
            left += right;
            break;
        case '-':
            left -= right;
            break;
        case '*':
            left *= right;
            break;
        case '/':
            left = right ? left / right : 1;
            break;
        case '%':
            left = right ? left % right : left;
            break;
        case '&':
            left &= right;
            break;
        case '|':
            left |= right;
            break;
        default:
            left ^= right;
        }
    }
    return left;
}

int main(void) {
    while (length < (1 << 19)) {
        make(12);
        text[length++] = '+';
    }
    text[length++] = '1';
    text[length] = 0;
    for (int round = 0; round < ROUNDS(90); round++) {
        at = text;
        mix(expression(0));
        text[round % 100] = text[round % 100] == '7' ? '3' : text[round % 100];
    }
    return report();
}
