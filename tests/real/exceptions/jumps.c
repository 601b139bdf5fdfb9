/* setjmp and longjmp: values, loops, nesting, out of deep calls, locals that survive, a parser that gives up. */
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

static jmp_buf outer, inner;

__attribute__((noinline)) static void deep(int n, jmp_buf to, int value) {
    char frame[64];
    memset(frame, n, sizeof frame);
    if (n == 0)
        longjmp(to, value);
    deep(n - 1, to, value);
    if (frame[3] == n)
        printf("not reached\n");
}

static int retry(void) {
    volatile int tries = 0;
    switch (setjmp(outer)) {
    case 0:
        puts("first");
        break;
    case 1:
        puts("one");
        break;
    case 2:
        puts("two");
        break;
    default:
        return tries;
    }
    tries++;
    deep(20, outer, tries);
    return -1;
}

static int nested(void) {
    volatile int seen = 0;
    int code = setjmp(outer);
    if (code == 0) {
        int within = setjmp(inner);
        if (within == 0)
            deep(3, inner, 5);
        seen += within;
        deep(2, outer, 7);
    }
    return seen * 10 + code;
}

/* A parser of sums of products whose errors leave it at once. */
typedef struct {
    const char *at;
    jmp_buf failed;
} parser;

static int sum(parser *p);

static int atom(parser *p) {
    if (*p->at == '(') {
        p->at++;
        int n = sum(p);
        if (*p->at++ != ')')
            longjmp(p->failed, 1);
        return n;
    }
    if (*p->at < '0' || *p->at > '9')
        longjmp(p->failed, 2);
    int n = 0;
    while (*p->at >= '0' && *p->at <= '9')
        n = n * 10 + *p->at++ - '0';
    return n;
}

static int product(parser *p) {
    int n = atom(p);
    while (*p->at == '*') {
        p->at++;
        n *= atom(p);
    }
    return n;
}

static int sum(parser *p) {
    int n = product(p);
    while (*p->at == '+') {
        p->at++;
        n += product(p);
    }
    return n;
}

static void parse(const char *text) {
    parser p = {.at = text};
    int why = setjmp(p.failed);
    if (why)
        printf("%s: error %d at %d\n", text, why, (int)(p.at - text));
    else
        printf("%s = %d\n", text, sum(&p));
}

int main(void) {
    printf("retry %d\n", retry());
    printf("nested %d\n", nested());
    parse("1+2*3");
    parse("(1+2)*(3+4)");
    parse("(1+2");
    parse("1+*2");
    parse("((((((((7))))))))");
    volatile long total = 0;
    for (volatile int k = 0; k < 10000; k++) {
        jmp_buf here;
        int n = setjmp(here);
        if (n == 0)
            deep(k % 5, here, k + 1);
        total += n;
    }
    printf("total %ld\n", total);
    return 0;
}
