/* Blocks of 8 x 8 samples transposed, and pixels of three bytes taken apart and put together: shuffles only. */
#include "vectors.h"

enum { N = 128, PIXELS = 16 * 512 };
static int16_t a[N][N], b[N][N];
static uint8_t rgb[3 * PIXELS], planes[3][PIXELS];

#define LOW(x, y) SHUFFLE(x, y, 0, 8, 1, 9, 2, 10, 3, 11)
#define HIGH(x, y) SHUFFLE(x, y, 4, 12, 5, 13, 6, 14, 7, 15)

KERNEL void transpose(int16_t (*from)[N], int16_t (*to)[N]) {
    for (int y = 0; y < N; y += 8)
        for (int x = 0; x < N; x += 8) {
            i16x8 r[8], t[8];
            for (int k = 0; k < 8; k++)
                r[k] = LOAD(i16x8, &from[y + k][x]);
            for (int k = 0; k < 4; k++)
                t[2 * k] = LOW(r[k], r[k + 4]), t[2 * k + 1] = HIGH(r[k], r[k + 4]);
            for (int k = 0; k < 4; k++)
                r[2 * k] = LOW(t[k], t[k + 4]), r[2 * k + 1] = HIGH(t[k], t[k + 4]);
            for (int k = 0; k < 4; k++)
                t[2 * k] = LOW(r[k], r[k + 4]), t[2 * k + 1] = HIGH(r[k], r[k + 4]);
            for (int k = 0; k < 8; k++)
                STORE(&to[x + k][y], t[k]);
        }
}

KERNEL void swap_colours(uint8_t *p, int n) {
    for (int k = 0; k < n; k += 16, p += 48) {
        u8x16 x = LOAD(u8x16, p), y = LOAD(u8x16, p + 16), z = LOAD(u8x16, p + 32);
        u8x16 r = SHUFFLE(SHUFFLE(x, y, 0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 0, 0, 0, 0, 0), z, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 17, 20,
                          23, 26, 29);
        u8x16 g = SHUFFLE(SHUFFLE(x, y, 1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 31, 0, 0, 0, 0, 0), z, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 18,
                          21, 24, 27, 30);
        u8x16 b = SHUFFLE(SHUFFLE(x, y, 2, 5, 8, 11, 14, 17, 20, 23, 26, 29, 0, 0, 0, 0, 0, 0), z, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 19, 22,
                          25, 28, 31);
        STORE(planes[0] + k, r);
        STORE(planes[1] + k, avg_u8(g, r));
        STORE(planes[2] + k, b);
        u8x16 t = SHUFFLE(b, g, 0, 16, 1, 2, 17, 3, 4, 18, 5, 6, 19, 7, 8, 20, 9, 10);
        STORE(p, SHUFFLE(t, r, 0, 1, 16, 3, 4, 17, 6, 7, 18, 9, 10, 19, 12, 13, 20, 15));
    }
}

int main(void) {
    for (int y = 0; y < N; y++)
        for (int x = 0; x < N; x++)
            a[y][x] = (int16_t)random_next();
    for (int k = 0; k < 3 * PIXELS; k++)
        rgb[k] = (uint8_t)random_next();
    for (int round = 0; round < ROUNDS(30000); round++) {
        transpose(a, b);
        a[round % N][round * 3 % N] = b[round * 7 % N][round % N];
        swap_colours(rgb, PIXELS);
        mix((uint16_t)b[round * 5 % N][round % N]);
        mix(planes[round % 3][round % PIXELS]);
    }
    return report();
}
