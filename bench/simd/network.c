/* Columns of eight integers sorted by a network of minima and maxima; and a hash of what comes out. */
#include "vectors.h"

enum { N = 4096 };
static int32_t numbers[8][N];

static inline void order(i32x4 *v, int i, int j) {
    i32x4 least = min_i32(v[i], v[j]);
    v[j] = max_i32(v[i], v[j]);
    v[i] = least;
}

KERNEL u32x4 sort_columns(int32_t factor) {
    i32x4 hash = {1, 2, 3, 4};
    for (int k = 0; k < N; k += 4) {
        i32x4 v[8];
        for (int row = 0; row < 8; row++)
            v[row] = LOAD(i32x4, &numbers[row][k]) ^ SPLAT_I32(factor);
        order(v, 0, 1), order(v, 2, 3), order(v, 4, 5), order(v, 6, 7);
        order(v, 0, 2), order(v, 1, 3), order(v, 4, 6), order(v, 5, 7);
        order(v, 1, 2), order(v, 5, 6), order(v, 0, 4), order(v, 3, 7);
        order(v, 1, 5), order(v, 2, 6);
        order(v, 1, 4), order(v, 3, 6);
        order(v, 2, 4), order(v, 3, 5);
        order(v, 3, 4);
        for (int row = 0; row < 8; row++)
            hash = mul_i32(hash, SPLAT_I32(0x01000193)) ^ v[row];
    }
    return (u32x4)hash;
}

int main(void) {
    for (int row = 0; row < 8; row++)
        for (int k = 0; k < N; k++)
            numbers[row][k] = (int32_t)random_next();
    for (int round = 0; round < ROUNDS(15000); round++) {
        u32x4 h = sort_columns(round * 0x3779);
        mix(h[0] ^ ((uint64_t)h[1] << 32));
        mix(h[2] ^ ((uint64_t)h[3] << 32));
    }
    return report();
}
