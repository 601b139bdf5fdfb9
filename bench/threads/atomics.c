/* Atomic instructions: a counter that all share, one that each has to itself, a maximum by compare and swap, a list that
 * all push to. */
#include "team.h"

enum { PADDING = 16, NODES = 200000 };

static uint64_t shared_count, maximum;
static uint64_t own_counts[TEAM * PADDING]; /* a cache line each */

typedef struct node {
    uint32_t next; /* index plus 1 */
    uint32_t value;
} node;
static node nodes[TEAM * NODES];
static uint32_t list;

static void raise_maximum(uint64_t value) {
    uint64_t found = __atomic_load_n(&maximum, __ATOMIC_SEQ_CST);
    while (found < value && !__atomic_compare_exchange_n(&maximum, &found, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
        continue;
}

static void push(uint32_t index) {
    uint32_t head = __atomic_load_n(&list, __ATOMIC_SEQ_CST);
    do
        nodes[index].next = head;
    while (!__atomic_compare_exchange_n(&list, &head, index + 1, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
}

static void *count(void *argument) {
    uint32_t me = (uint32_t)(size_t)argument;
    for (int k = 0; k < ROUNDS(1500000); k++) {
        __atomic_fetch_add(&shared_count, 1, __ATOMIC_SEQ_CST);
        for (int i = 0; i < 8; i++)
            __atomic_fetch_add(&own_counts[me * PADDING], (uint64_t)k ^ (uint64_t)i, __ATOMIC_SEQ_CST);
    }
    for (int k = 0; k < ROUNDS(1000000); k++)
        raise_maximum((uint64_t)k * 2654435761u % 1000003);
    for (uint32_t k = 0; k < NODES; k++) {
        nodes[me * NODES + k].value = me * 31 + k;
        push(me * NODES + k);
    }
    return NULL;
}

int main(void) {
    in_team(count);
    uint64_t length = 0, sum = 0;
    for (uint32_t at = list; at; at = nodes[at - 1].next, length++)
        sum += nodes[at - 1].value;
    mix(shared_count);
    mix(maximum);
    mix(length);
    mix(sum);
    for (int k = 0; k < TEAM; k++)
        mix(own_counts[k * PADDING]);
    return report();
}
