/* The game of life, 64 cells to a word. */
#include "bench.h"

enum { ROWS = 512, WORDS = 8 };
static uint64_t grid[2][ROWS + 2][WORDS + 2];

static void generation(uint64_t from[][WORDS + 2], uint64_t to[][WORDS + 2]) {
    for (int y = 1; y <= ROWS; y++)
        for (int x = 1; x <= WORDS; x++) {
            uint64_t ones = 0, twos = 0, fours = 0; /* bits of the number of neighbours, 4 for "4 or more" */
            for (int dy = -1; dy <= 1; dy++)
                for (int dx = -1; dx <= 1; dx++) {
                    const uint64_t *row = from[y + dy];
                    uint64_t n = dx == 0 ? row[x] : dx < 0 ? row[x] << 1 | row[x - 1] >> 63 : row[x] >> 1 | row[x + 1] << 63;
                    if (dx == 0 && dy == 0)
                        continue;
                    uint64_t carry = ones & n;
                    ones ^= n;
                    fours |= twos & carry;
                    twos ^= carry;
                }
            to[y][x] = twos & ~fours & (ones | from[y][x]);
        }
}

int main(void) {
    for (int y = 1; y <= ROWS; y++)
        for (int x = 1; x <= WORDS; x++)
            grid[0][y][x] = (uint64_t)random_next() << 32 | random_next();
    for (int round = 0; round < ROUNDS(16000); round++) {
        generation(grid[round & 1], grid[~round & 1]);
        mix(grid[~round & 1][1 + round % ROWS][1 + round % WORDS]);
    }
    return report();
}
