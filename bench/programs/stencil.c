/* Heat in a plate: a five-point stencil on floats, and a blur of an image of bytes. */
#include "bench.h"

enum { W = 512, H = 384 };

static float plate[2][H][W];
static uint8_t image[2][H][W];

static void step(float from[H][W], float to[H][W]) {
    for (int y = 1; y < H - 1; y++)
        for (int x = 1; x < W - 1; x++)
            to[y][x] = from[y][x] + 0.2f * (from[y - 1][x] + from[y + 1][x] + from[y][x - 1] + from[y][x + 1] - 4 * from[y][x]);
}

static void blur(uint8_t from[H][W], uint8_t to[H][W]) {
    for (int y = 1; y < H - 1; y++)
        for (int x = 1; x < W - 1; x++) {
            int sum = 0;
            for (int dy = -1; dy <= 1; dy++)
                for (int dx = -1; dx <= 1; dx++)
                    sum += from[y + dy][x + dx] * (2 - (dy & 1)) * (2 - (dx & 1));
            to[y][x] = (uint8_t)((sum + 8) >> 4);
        }
}

int main(void) {
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            plate[0][y][x] = plate[1][y][x] = (float)random_below(256);
            image[0][y][x] = image[1][y][x] = (uint8_t)random_next();
        }
    for (int round = 0; round < ROUNDS(2400); round++)
        step(plate[round & 1], plate[~round & 1]);
    for (int round = 0; round < ROUNDS(1000); round++)
        blur(image[round & 1], image[~round & 1]);
    for (int y = 0; y < H; y += 7)
        for (int x = 0; x < W; x += 5) {
            mix_double(plate[0][y][x]);
            mix(image[0][y][x]);
        }
    return report();
}
