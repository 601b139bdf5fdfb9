/* A regular expression engine: compiled to a program, matched by a set of threads and by backtracking. */
#include "bench.h"

enum { CHAR, ANY, CLASS, SPLIT, JUMP, MATCH };
typedef struct {
    uint8_t op, c;
    int16_t x, y;
    uint64_t set[2];
} instruction;

static instruction code[256];
static int length;
static const char *pattern;

static int put(int op) {
    code[length].op = (uint8_t)op;
    return length++;
}

/* Makes room before `at` for an instruction; what was there moves. */
static void insert(int at, int op) {
    for (int k = length; k > at; k--)
        code[k] = code[k - 1];
    length++;
    for (int k = at + 1; k < length; k++) {
        if (code[k].op == SPLIT || code[k].op == JUMP) {
            code[k].x = (int16_t)(code[k].x + (code[k].x >= at));
            code[k].y = (int16_t)(code[k].y + (code[k].y >= at));
        }
    }
    code[at].op = (uint8_t)op;
}

static void alternatives(void);

static void atom(void) {
    char c = *pattern++;
    if (c == '(') {
        alternatives();
        pattern++;
    } else if (c == '.') {
        put(ANY);
    } else if (c == '[') {
        int k = put(CLASS);
        code[k].set[0] = code[k].set[1] = 0;
        for (; *pattern != ']'; pattern++) {
            char last = pattern[1] == '-' ? pattern[2] : *pattern;
            for (int b = *pattern; b <= last; b++)
                code[k].set[b >> 6 & 1] |= (uint64_t)1 << (b & 63);
            if (pattern[1] == '-')
                pattern += 2;
        }
        pattern++;
    } else {
        code[put(CHAR)].c = (uint8_t)c;
    }
}

static void sequence(void) {
    while (*pattern && *pattern != '|' && *pattern != ')') {
        int start = length;
        atom();
        if (*pattern == '*') {
            insert(start, SPLIT);
            int k = put(JUMP);
            code[k].x = (int16_t)start, code[k].y = 0;
            code[start].x = (int16_t)(start + 1), code[start].y = (int16_t)length;
            pattern++;
        } else if (*pattern == '+') {
            int k = put(SPLIT);
            code[k].x = (int16_t)start, code[k].y = (int16_t)length;
            pattern++;
        } else if (*pattern == '?') {
            insert(start, SPLIT);
            code[start].x = (int16_t)(start + 1), code[start].y = (int16_t)length;
            pattern++;
        }
    }
}

static void alternatives(void) {
    int start = length;
    sequence();
    while (*pattern == '|') {
        pattern++;
        insert(start, SPLIT);
        int jump = put(JUMP);
        code[jump].x = code[jump].y = 0;
        code[start].x = (int16_t)(start + 1), code[start].y = (int16_t)length;
        sequence();
        code[jump].x = (int16_t)length;
    }
}

static int accepts(const instruction *i, uint8_t c) {
    return i->op == CHAR ? i->c == c : i->op == ANY ? c != 0 : c < 128 && (i->set[c >> 6] >> (c & 63) & 1);
}

typedef struct {
    int count;
    int16_t at[256];
} threads;
static uint32_t mark[256], generation;

static void add(threads *t, int pc) {
    if (mark[pc] == generation)
        return;
    mark[pc] = generation;
    if (code[pc].op == JUMP) {
        add(t, code[pc].x);
    } else if (code[pc].op == SPLIT) {
        add(t, code[pc].x);
        add(t, code[pc].y);
    } else {
        t->at[t->count++] = (int16_t)pc;
    }
}

/* The end of the longest match that begins at `text`, or -1. */
static int match(const char *text) {
    static threads lists[2];
    threads *now = &lists[0], *next = &lists[1];
    int best = -1;
    now->count = 0;
    generation++;
    add(now, 0);
    for (int k = 0; now->count; k++) {
        next->count = 0;
        generation++;
        for (int j = 0; j < now->count; j++) {
            int pc = now->at[j];
            if (code[pc].op == MATCH)
                best = k;
            else if (accepts(&code[pc], (uint8_t)text[k]))
                add(next, pc + 1);
        }
        threads *t = now;
        now = next;
        next = t;
    }
    return best;
}

static int backtrack(const char *text, int pc) {
    for (;; pc++) {
        const instruction *i = &code[pc];
        switch (i->op) {
        case MATCH:
            return 1;
        case JUMP:
            pc = i->x - 1;
            break;
        case SPLIT:
            if (backtrack(text, i->x))
                return 1;
            pc = i->y - 1;
            break;
        default:
            if (!accepts(i, (uint8_t)*text++))
                return 0;
        }
    }
}

int main(void) {
    static const char *patterns[] = {"[a-f]+x", "(ab|ba)*c", "a?b?c?d?ee", "[a-z]+@[a-z]+(.com|.org)", "(a|b|c)+d(e|f)*g"};
    static char text[1 << 13];
    for (uint32_t k = 0; k < sizeof text - 1; k++)
        text[k] = "abcdefgx@.comrg"[random_below(15)];
    for (int round = 0; round < ROUNDS(70); round++)
        for (int p = 0; p < 5; p++) {
            length = 0;
            pattern = patterns[p];
            alternatives();
            put(MATCH);
            uint32_t total = 0, hits = 0;
            for (uint32_t k = 0; k < sizeof text - 1; k++) {
                int end = match(text + k);
                total += end > 0 ? (uint32_t)end : 0;
                hits += (uint32_t)backtrack(text + k, 0);
            }
            mix(total), mix(hits);
            text[random_below(sizeof text - 1)] = 'a';
        }
    return report();
}
