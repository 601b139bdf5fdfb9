/* A filter of sixteen taps over samples of sixteen bits: products added in pairs, scaled, narrowed. */
#include "vectors.h"

enum { N = 8192, TAPS = 16 };
static int16_t samples[N + TAPS], filtered[N];
static int16_t taps[TAPS];

KERNEL void filter(const int16_t *from, int16_t *to, int n) {
    i16x8 first = LOAD(i16x8, taps), second = LOAD(i16x8, taps + 8);
    for (int k = 0; k < n; k += 8) {
        i32x4 sums[2];
        for (int half = 0; half < 2; half++) {
            i32x4 r[4];
            for (int m = 0; m < 4; m++) {
                const int16_t *p = from + k + 4 * half + m;
                r[m] = dot_i16(LOAD(i16x8, p), first) + dot_i16(LOAD(i16x8, p + 8), second);
            }
            i32x4 t0 = SHUFFLE(r[0], r[1], 0, 4, 1, 5) + SHUFFLE(r[0], r[1], 2, 6, 3, 7);
            i32x4 t1 = SHUFFLE(r[2], r[3], 0, 4, 1, 5) + SHUFFLE(r[2], r[3], 2, 6, 3, 7);
            sums[half] = (SHUFFLE(t0, t1, 0, 1, 4, 5) + SHUFFLE(t0, t1, 2, 3, 6, 7) + 0x4000) >> 15;
        }
        STORE(to + k, narrow_i16(sums[0], sums[1]));
    }
}

int main(void) {
    for (int k = 0; k < N + TAPS; k++)
        samples[k] = (int16_t)random_next();
    for (int k = 0; k < TAPS; k++)
        taps[k] = (int16_t)(random_below(8000) - 2000);
    for (int round = 0; round < ROUNDS(25000); round++) {
        filter(samples, filtered, N);
        samples[round % N] = filtered[round * 5 % N];
        mix((uint16_t)filtered[round * 3 % N]);
    }
    return report();
}
