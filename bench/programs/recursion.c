/* Plain recursion: Fibonacci, Ackermann, Takeuchi, eight-queens and permutations. */
#include "bench.h"

static uint32_t fibonacci(uint32_t n) {
    return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

static uint32_t ackermann(uint32_t m, uint32_t n) {
    return m == 0 ? n + 1 : n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}

static int32_t takeuchi(int32_t x, int32_t y, int32_t z) {
    return y < x ? takeuchi(takeuchi(x - 1, y, z), takeuchi(y - 1, z, x), takeuchi(z - 1, x, y)) : z;
}

static uint32_t queens(uint32_t all, uint32_t columns, uint32_t left, uint32_t right) {
    if (columns == all)
        return 1;
    uint32_t count = 0;
    for (uint32_t free = all & ~(columns | left | right); free; free &= free - 1) {
        uint32_t bit = free & -free;
        count += queens(all, columns | bit, (left | bit) << 1, (right | bit) >> 1);
    }
    return count;
}

static uint32_t inversions;
static void permute(uint8_t *v, int k, int n) {
    if (k == n) {
        inversions += v[0] > v[n - 1];
        return;
    }
    for (int j = k; j < n; j++) {
        uint8_t t = v[k];
        v[k] = v[j], v[j] = t;
        permute(v, k + 1, n);
        t = v[k];
        v[k] = v[j], v[j] = t;
    }
}

int main(void) {
    for (uint32_t round = 0; round < (uint32_t)ROUNDS(70); round++) {
        mix(fibonacci(29 + (round & 1)));
        mix(ackermann(2 + (round & 1), 7));
        mix((uint32_t)takeuchi(18, 12, 6 + (int32_t)(round & 1)));
        mix(queens(0x3FF, 0, 0, 0));
        uint8_t v[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
        permute(v, 0, 9);
        mix(inversions);
    }
    return report();
}
