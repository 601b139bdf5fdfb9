/* Two of the programs of programs.wat by hand, with Boehm's collector (Debian: libgc-dev), for a table of docs/gc.md:
 *
 *     cc -O2 bench/gc/boehm.c -lgc -o boehm && ./boehm bintrees 18 && ./boehm deep 3000000 */
#include <gc.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct node {
    struct node *left, *right;
} node;

typedef struct list {
    struct list *next;
    int32_t v;
} list;

static void *kept;

static node *bottom_up(uint32_t depth) {
    node *left = depth ? bottom_up(depth - 1) : NULL, *right = depth ? bottom_up(depth - 1) : NULL;
    node *n = GC_MALLOC(sizeof *n);
    n->left = left;
    n->right = right;
    return n;
}

static uint32_t check(const node *n) {
    return n->left ? 1 + check(n->left) + check(n->right) : 1;
}

static uint64_t bintrees(uint32_t depth) {
    uint64_t sum = check(bottom_up(depth + 1));
    kept = bottom_up(depth);
    for (uint32_t d = 4; d <= depth; d += 4)
        for (uint32_t k = 0; k < UINT32_C(1) << (depth - d + 4); k++)
            sum += check(bottom_up(d));
    return sum + check(kept);
}

static uint64_t deep(uint32_t count) {
    uint64_t sum = 0;
    for (int round = 0; round < 3; round++) {
        kept = NULL;
        for (uint32_t k = 0; k < count; k++) {
            list *l = GC_MALLOC(sizeof *l);
            l->next = kept;
            l->v = (int32_t)k;
            kept = l;
        }
        for (const list *l = kept; l; l = l->next)
            sum += (uint64_t)(int64_t)l->v;
    }
    return sum;
}

int main(int argc, char **argv) {
    if (argc != 3)
        return 2;
    GC_INIT();
    uint32_t n = (uint32_t)strtoul(argv[2], NULL, 10);
    printf("%" PRIu64 "\n", strcmp(argv[1], "deep") == 0 ? deep(n) : bintrees(n));
    return 0;
}
