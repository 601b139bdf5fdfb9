/* Huffman coding: counts, a heap that builds the code, bit output, and a table-free decoder. */
#include "bench.h"

enum { SIZE = 1 << 19 };

typedef struct {
    uint32_t weight;
    int16_t left, right;
} node;

static uint8_t input[SIZE], output[SIZE], packed[SIZE * 2];
static node nodes[512];
static int heap[512], heap_size;
static uint32_t codes[256];
static uint8_t lengths[256];

static void heap_push(int n) {
    int k = heap_size++;
    while (k && nodes[heap[(k - 1) / 2]].weight > nodes[n].weight) {
        heap[k] = heap[(k - 1) / 2];
        k = (k - 1) / 2;
    }
    heap[k] = n;
}

static int heap_pop(void) {
    int top = heap[0], last = heap[--heap_size], k = 0;
    for (int child; (child = 2 * k + 1) < heap_size; k = child) {
        if (child + 1 < heap_size && nodes[heap[child + 1]].weight < nodes[heap[child]].weight)
            child++;
        if (nodes[heap[child]].weight >= nodes[last].weight)
            break;
        heap[k] = heap[child];
    }
    heap[k] = last;
    return top;
}

static void assign(int n, uint32_t code, int depth) {
    if (nodes[n].left < 0) {
        codes[n] = code;
        lengths[n] = (uint8_t)(depth ? depth : 1);
        return;
    }
    assign(nodes[n].left, code << 1, depth + 1);
    assign(nodes[n].right, code << 1 | 1, depth + 1);
}

static int build(void) {
    for (int k = 0; k < 256; k++)
        nodes[k] = (node){0, -1, -1};
    for (int k = 0; k < SIZE; k++)
        nodes[input[k]].weight++;
    heap_size = 0;
    for (int k = 0; k < 256; k++)
        if (nodes[k].weight)
            heap_push(k);
    int next = 256;
    while (heap_size > 1) {
        int a = heap_pop(), b = heap_pop();
        nodes[next] = (node){nodes[a].weight + nodes[b].weight, (int16_t)a, (int16_t)b};
        heap_push(next++);
    }
    assign(heap[0], 0, 0);
    return heap[0];
}

static int encode(void) {
    uint64_t bits = 0;
    int count = 0, n = 0;
    for (int k = 0; k < SIZE; k++) {
        bits = bits << lengths[input[k]] | codes[input[k]];
        count += lengths[input[k]];
        while (count >= 8)
            packed[n++] = (uint8_t)(bits >> (count -= 8));
    }
    packed[n++] = (uint8_t)(bits << (8 - count));
    return n;
}

static void decode(int root) {
    int bit = 0;
    for (int k = 0; k < SIZE; k++) {
        int n = root;
        while (nodes[n].left >= 0) {
            n = packed[bit >> 3] >> (7 - (bit & 7)) & 1 ? nodes[n].right : nodes[n].left;
            bit++;
        }
        output[k] = (uint8_t)n;
    }
}

int main(void) {
    for (int k = 0; k < SIZE; k++) {
        uint32_t r = random_below(256);
        input[k] = (uint8_t)(r * random_below(256) >> 8 & (random_below(3) ? 0x3F : 0xFF));
    }
    for (int round = 0; round < ROUNDS(14); round++) {
        int root = build(), n = encode();
        memset(output, 0, SIZE);
        decode(root);
        mix((uint64_t)n);
        mix((uint64_t)memcmp(input, output, SIZE));
        for (int k = 0; k < 1000; k++)
            input[random_below(SIZE)]++;
    }
    return report();
}
