/* Allocation-heavy trees: a treap that inserts and removes, and whole binary trees made and dropped. */
#include "bench.h"

typedef struct node {
    struct node *left, *right;
    uint32_t key, priority, size;
} node;

static uint32_t size_of(const node *n) {
    return n ? n->size : 0;
}

static node *update(node *n) {
    n->size = 1 + size_of(n->left) + size_of(n->right);
    return n;
}

static node *merge(node *a, node *b) {
    if (!a || !b)
        return a ? a : b;
    if (a->priority > b->priority) {
        a->right = merge(a->right, b);
        return update(a);
    }
    b->left = merge(a, b->left);
    return update(b);
}

/* Keys below `key` go to *a, the others to *b. */
static void split(node *n, uint32_t key, node **a, node **b) {
    if (!n) {
        *a = *b = NULL;
    } else if (n->key < key) {
        split(n->right, key, &n->right, b);
        *a = update(n);
    } else {
        split(n->left, key, a, &n->left);
        *b = update(n);
    }
}

static void drop(node *n) {
    if (n) {
        drop(n->left);
        drop(n->right);
        free(n);
    }
}

static node *complete(int depth) {
    node *n = allocate(sizeof *n);
    *n = (node){NULL, NULL, (uint32_t)depth, 0, 1};
    if (depth) {
        n->left = complete(depth - 1);
        n->right = complete(depth - 1);
    }
    return update(n);
}

int main(void) {
    node *root = NULL;
    for (int round = 0; round < ROUNDS(280000); round++) {
        uint32_t key = random_below(50000);
        node *a, *b, *c;
        split(root, key, &a, &b);
        split(b, key + 1, &b, &c);
        if (b && random_below(2)) {
            drop(b);
            b = NULL;
        } else {
            node *n = allocate(sizeof *n);
            *n = (node){NULL, NULL, key, random_next(), 1};
            b = merge(b, n);
        }
        mix(size_of(a));
        root = merge(merge(a, b), c);
    }
    drop(root);
    for (int round = 0; round < ROUNDS(36); round++) {
        node *n = complete(15);
        mix(n->size);
        drop(n);
    }
    return report();
}
