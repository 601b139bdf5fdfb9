/* Search for a block of an image in another by sums of absolute differences. */
#include "vectors.h"

enum { W = 512, H = 64 };
static uint8_t before[H][W], after[H][W];

KERNEL uint32_t difference(const uint8_t *a, const uint8_t *b) {
    u32x4 sum = {0};
    for (int y = 0; y < 16; y++) {
        u8x16 p = LOAD(u8x16, a + y * W), q = LOAD(u8x16, b + y * W);
        sum += pairs_u16(pairs_u8(sub_sat_u8(p, q) | sub_sat_u8(q, p)));
    }
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

int main(void) {
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            before[y][x] = (uint8_t)(x * y / 7 + (int)random_below(64));
            after[y][x] = (uint8_t)(before[y][x] + random_below(8));
        }
    for (int round = 0; round < ROUNDS(600); round++)
        for (int y = 16; y < H - 32; y++)
            for (int x = 16; x < W - 32; x += 8) {
                uint32_t best = UINT32_MAX;
                for (int d = -8; d < 8; d++) {
                    uint32_t here = difference(&before[y][x], &after[y + d][x + d]);
                    best = here < best ? here : best;
                }
                mix(best);
            }
    return report();
}
