/* What an image coder does: integer 8 x 8 cosine transforms, quantisation, zigzag run lengths, and back. */
#include "bench.h"

enum { W = 512, H = 512 };
static uint8_t image[H][W], result[H][W];
static int16_t coefficients[H * W];
static const uint8_t zigzag[64] = {0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48,
                                   41, 34, 27, 20, 13, 6,  7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23,
                                   30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};
/* round(4096 * cos((2x + 1) u pi / 16) / 2), and 1 / sqrt 8 for u = 0 */
static const int32_t basis[8][8] = {
    {1448, 1448, 1448, 1448, 1448, 1448, 1448, 1448},     {2009, 1703, 1138, 400, -400, -1138, -1703, -2009},
    {1892, 784, -784, -1892, -1892, -784, 784, 1892},     {1703, -400, -2009, -1138, 1138, 2009, 400, -1703},
    {1448, -1448, -1448, 1448, 1448, -1448, -1448, 1448}, {1138, -2009, 400, 1703, -1703, -400, 2009, -1138},
    {784, -1892, 1892, -784, -784, 1892, -1892, 784},     {400, -1138, 1703, -2009, 2009, -1703, 1138, -400}};

static void forward(const int32_t in[64], int32_t out[64]) {
    int32_t t[64];
    for (int y = 0; y < 8; y++)
        for (int u = 0; u < 8; u++) {
            int32_t sum = 0;
            for (int x = 0; x < 8; x++)
                sum += in[8 * y + x] * basis[u][x];
            t[8 * y + u] = sum >> 8;
        }
    for (int u = 0; u < 8; u++)
        for (int v = 0; v < 8; v++) {
            int32_t sum = 0;
            for (int y = 0; y < 8; y++)
                sum += t[8 * y + u] * basis[v][y];
            out[8 * v + u] = sum >> 16;
        }
}

static void backward(const int32_t in[64], int32_t out[64]) {
    int32_t t[64];
    for (int v = 0; v < 8; v++)
        for (int x = 0; x < 8; x++) {
            int32_t sum = 0;
            for (int u = 0; u < 8; u++)
                sum += in[8 * v + u] * basis[u][x];
            t[8 * v + x] = sum >> 8;
        }
    for (int x = 0; x < 8; x++)
        for (int y = 0; y < 8; y++) {
            int32_t sum = 0;
            for (int v = 0; v < 8; v++)
                sum += t[8 * v + x] * basis[v][y];
            out[8 * y + x] = sum >> 16;
        }
}

static int quantum(int k) {
    return 4 + (k / 8 + k % 8) * 3;
}

static uint32_t encode(void) {
    uint32_t runs = 0;
    int16_t *out = coefficients;
    for (int by = 0; by < H; by += 8)
        for (int bx = 0; bx < W; bx += 8, out += 64) {
            int32_t in[64], c[64];
            for (int k = 0; k < 64; k++)
                in[k] = image[by + k / 8][bx + k % 8] - 128;
            forward(in, c);
            int run = 0;
            for (int k = 0; k < 64; k++) {
                int q = c[zigzag[k]] / quantum(zigzag[k]);
                out[k] = (int16_t)q;
                if (q == 0) {
                    run++;
                } else {
                    runs = runs * 31 + (uint32_t)run * 16 + (uint32_t)q;
                    run = 0;
                }
            }
        }
    return runs;
}

static void decode(void) {
    const int16_t *from = coefficients;
    for (int by = 0; by < H; by += 8)
        for (int bx = 0; bx < W; bx += 8, from += 64) {
            int32_t c[64], out[64];
            for (int k = 0; k < 64; k++)
                c[zigzag[k]] = from[k] * quantum(zigzag[k]);
            backward(c, out);
            for (int k = 0; k < 64; k++) {
                int32_t v = out[k] + 128;
                result[by + k / 8][bx + k % 8] = (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
            }
        }
}

int main(void) {
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            image[y][x] = (uint8_t)((x * y >> 7) + (x ^ y) / 4 + (int)random_below(16));
    for (int round = 0; round < ROUNDS(80); round++) {
        mix(encode());
        decode();
        for (int k = 0; k < 1000; k++) {
            int x = (int)random_below(W), y = (int)random_below(H);
            image[y][x] = result[y][x] ^ 1;
            mix(result[y][x]);
        }
    }
    return report();
}
