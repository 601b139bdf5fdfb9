/* Calls through function pointers: an expression tree of closures evaluated over and over, and a table of
 * handlers that events select. */
#include "bench.h"

typedef struct node node;
struct node {
    int32_t (*eval)(const node *, int32_t x);
    const node *left, *right;
    int32_t value;
};

static int32_t eval_constant(const node *n, int32_t x) {
    (void)x;
    return n->value;
}
static int32_t eval_variable(const node *n, int32_t x) {
    return x ^ n->value;
}
static int32_t eval_add(const node *n, int32_t x) {
    return (int32_t)((uint32_t)n->left->eval(n->left, x) + (uint32_t)n->right->eval(n->right, x));
}
static int32_t eval_multiply(const node *n, int32_t x) {
    return (int32_t)((uint32_t)n->left->eval(n->left, x) * (uint32_t)n->right->eval(n->right, x));
}
static int32_t eval_choose(const node *n, int32_t x) {
    return x & (1 << (n->value & 7)) ? n->left->eval(n->left, x) : n->right->eval(n->right, x);
}
static int32_t eval_shift(const node *n, int32_t x) {
    return (int32_t)((uint32_t)n->left->eval(n->left, x) >> (n->value & 15));
}

static const node *grow(int depth) {
    node *n = allocate(sizeof *n);
    n->left = n->right = NULL;
    n->value = (int32_t)random_next();
    if (depth == 0) {
        n->eval = random_below(2) ? eval_constant : eval_variable;
        return n;
    }
    static int32_t (*const inner[])(const node *, int32_t) = {eval_add, eval_multiply, eval_choose, eval_shift};
    n->eval = inner[random_below(4)];
    n->left = grow(depth - 1);
    n->right = grow(depth - 1);
    return n;
}

typedef struct {
    uint32_t count, sum, last;
} counters;
static void on_key(counters *c, uint32_t v) {
    c->count++;
    c->last = v;
}
static void on_move(counters *c, uint32_t v) {
    c->sum += v & 0xFF;
}
static void on_timer(counters *c, uint32_t v) {
    c->sum ^= v >> 3;
    c->count += 2;
}
static void on_close(counters *c, uint32_t v) {
    c->last += v;
    c->sum -= c->last;
}
static void (*handlers[])(counters *, uint32_t) = {on_key, on_move, on_timer, on_close, on_move, on_key};

int main(void) {
    const node *tree = grow(11);
    for (int x = 0; x < ROUNDS(28000); x++)
        mix((uint32_t)tree->eval(tree, x * 7919));
    counters c = {0, 0, 0};
    for (int k = 0; k < ROUNDS(20000000); k++) {
        uint32_t event = random_next();
        handlers[event % 6](&c, event >> 4);
    }
    mix(c.count), mix(c.sum), mix(c.last);
    return report();
}
