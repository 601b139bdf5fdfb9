/* Distances of bit strings, and bytes rotated and mixed. */
#include "vectors.h"

enum { N = 1 << 14 };
static uint8_t x[N], y[N];

static inline u8x16 ones(u8x16 a) {
#ifdef __wasm_simd128__
    return (u8x16)wasm_i8x16_popcnt((v128_t)a);
#else
    u8x16 counts = {0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4};
#ifdef __SSSE3__
    return look_up(counts, a & 15) + look_up(counts, a >> 4);
#else
    (void)counts;
    a -= (a >> 1) & 0x55;
    a = (a & 0x33) + ((a >> 2) & 0x33);
    return (a + (a >> 4)) & 15;
#endif
#endif
}

KERNEL uint32_t distance(const uint8_t *a, const uint8_t *b, int n) {
    u32x4 sum = {0};
    for (int k = 0; k < n; k += 16)
        sum += pairs_u16(pairs_u8(ones(LOAD(u8x16, a + k) ^ LOAD(u8x16, b + k))));
    return sum[0] + sum[1] + sum[2] + sum[3];
}

KERNEL void scramble(uint8_t *p, int n) {
    for (int k = 0; k < n; k += 16) {
        u8x16 a = LOAD(u8x16, p + k);
        a = (a << 3) | (a >> 5);
        i8x16 signs = (i8x16)a >> 7;
        STORE(p + k, a ^ ((u8x16)signs & 0x1b));
    }
}

int main(void) {
    for (int k = 0; k < N; k++)
        x[k] = (uint8_t)random_next(), y[k] = (uint8_t)random_next();
    for (int round = 0; round < ROUNDS(40000); round++) {
        mix(distance(x, y, N));
        scramble(x, N);
    }
    return report();
}
