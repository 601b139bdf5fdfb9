/* Shortest paths by Dijkstra with a binary heap, components by union-find, strong components by Tarjan. */
#include "bench.h"

enum { NODES = 40000, EDGES = 200000 };

static uint32_t first[NODES + 1], target[EDGES], weight[EDGES], source[EDGES];
static uint32_t cost[NODES], heap[EDGES + 1][2];
static uint32_t heap_size;
static uint32_t parent[NODES], number[NODES], low[NODES], stack[NODES], frame[NODES], cursor[NODES];
static uint8_t on_stack[NODES];

static void push(uint32_t key, uint32_t node) {
    uint32_t k = heap_size++;
    for (; k && heap[(k - 1) / 2][0] > key; k = (k - 1) / 2)
        heap[k][0] = heap[(k - 1) / 2][0], heap[k][1] = heap[(k - 1) / 2][1];
    heap[k][0] = key, heap[k][1] = node;
}

static void pop(void) {
    uint32_t key = heap[--heap_size][0], node = heap[heap_size][1], k = 0;
    for (uint32_t child; (child = 2 * k + 1) < heap_size; k = child) {
        if (child + 1 < heap_size && heap[child + 1][0] < heap[child][0])
            child++;
        if (heap[child][0] >= key)
            break;
        heap[k][0] = heap[child][0], heap[k][1] = heap[child][1];
    }
    heap[k][0] = key, heap[k][1] = node;
}

static void dijkstra(uint32_t start) {
    memset(cost, 0xFF, sizeof cost);
    cost[start] = 0;
    heap_size = 0;
    push(0, start);
    while (heap_size) {
        uint32_t key = heap[0][0], node = heap[0][1];
        pop();
        if (key > cost[node])
            continue;
        for (uint32_t e = first[node]; e < first[node + 1]; e++)
            if (key + weight[e] < cost[target[e]]) {
                cost[target[e]] = key + weight[e];
                push(cost[target[e]], target[e]);
            }
    }
}

static uint32_t root(uint32_t n) {
    while (parent[n] != n)
        n = parent[n] = parent[parent[n]];
    return n;
}

static uint32_t components(uint32_t edges) {
    uint32_t count = NODES;
    for (uint32_t k = 0; k < NODES; k++)
        parent[k] = k;
    for (uint32_t e = 0; e < edges; e++) {
        uint32_t a = root(source[e]), b = root(target[e]);
        if (a != b)
            parent[a] = b, count--;
    }
    return count;
}

static uint32_t strong_components(void) {
    uint32_t counter = 0, depth = 0, top = 0, count = 0;
    memset(number, 0, sizeof number);
    for (uint32_t start = 0; start < NODES; start++) {
        if (number[start])
            continue;
        frame[depth++] = start;
        while (depth) {
            uint32_t n = frame[depth - 1];
            if (!number[n]) {
                number[n] = low[n] = ++counter;
                cursor[n] = first[n];
                stack[top++] = n;
                on_stack[n] = 1;
            }
            if (cursor[n] < first[n + 1]) {
                uint32_t t = target[cursor[n]++];
                if (!number[t])
                    frame[depth++] = t;
                else if (on_stack[t] && number[t] < low[n])
                    low[n] = number[t];
                continue;
            }
            depth--;
            if (depth && low[n] < low[frame[depth - 1]])
                low[frame[depth - 1]] = low[n];
            if (low[n] == number[n]) {
                count++;
                do
                    on_stack[stack[--top]] = 0;
                while (stack[top] != n);
            }
        }
    }
    return count;
}

int main(void) {
    for (uint32_t e = 0; e < EDGES; e++)
        source[e] = random_below(NODES), first[source[e] + 1]++;
    for (uint32_t k = 0; k < NODES; k++)
        first[k + 1] += first[k];
    for (uint32_t k = 0; k < NODES; k++)
        for (uint32_t e = first[k]; e < first[k + 1]; e++)
            source[e] = k, target[e] = random_below(NODES), weight[e] = 1 + random_below(1000);
    for (int round = 0; round < ROUNDS(32); round++) {
        dijkstra(random_below(NODES));
        for (uint32_t k = 0; k < NODES; k += 41)
            mix(cost[k]);
        mix(components(EDGES / 8 + (uint32_t)round));
        mix(strong_components());
        uint32_t edge = random_below(EDGES);
        target[edge] = random_below(NODES);
    }
    return report();
}
