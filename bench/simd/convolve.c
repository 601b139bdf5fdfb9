/* A 3 x 3 blur of a grey image: bytes widened, weighted, rounded, narrowed. */
#include "vectors.h"

enum { W = 1024, H = 256 };
static uint8_t image[H][W + 32], blurred[H][W + 32];

static inline u16x8 weighted(u16x8 left, u16x8 middle, u16x8 right) {
    return left + (middle << 1) + right;
}

/* The weighted sums of sixteen bytes and their neighbours in a row. */
static inline void sums(const uint8_t *p, u16x8 *low, u16x8 *high) {
    u8x16 a = LOAD(u8x16, p - 1), b = LOAD(u8x16, p), c = LOAD(u8x16, p + 1);
    *low = weighted(low_u8(a), low_u8(b), low_u8(c));
    *high = weighted(high_u8(a), high_u8(b), high_u8(c));
}

KERNEL void blur(uint8_t (*from)[W + 32], uint8_t (*to)[W + 32]) {
    for (int y = 1; y < H - 1; y++)
        for (int x = 16; x < W + 16; x += 16) {
            u16x8 low[3], high[3];
            for (int row = 0; row < 3; row++)
                sums(&from[y + row - 1][x], &low[row], &high[row]);
            u16x8 l = weighted(low[0], low[1], low[2]) + 8, h = weighted(high[0], high[1], high[2]) + 8;
            STORE(&to[y][x], narrow_u8((i16x8)(l >> 4), (i16x8)(h >> 4)));
        }
}

int main(void) {
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W + 32; x++)
            image[y][x] = blurred[y][x] = (uint8_t)random_next();
    for (int round = 0; round < ROUNDS(3000); round++) {
        if (round & 1)
            blur(blurred, image);
        else
            blur(image, blurred);
        image[round % H][16 + round % W] ^= 0xff;
    }
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            mix(blurred[y][x]);
    return report();
}
