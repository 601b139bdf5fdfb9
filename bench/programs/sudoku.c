/* Sudoku by bit sets, always at the cell with fewest candidates. */
#include "bench.h"

static uint16_t rows[9], columns[9], boxes[9];
static uint8_t cells[81];
static uint32_t nodes;

static void set(int cell, int digit) {
    uint16_t bit = (uint16_t)(1 << digit);
    int row = cell / 9, column = cell % 9;
    rows[row] ^= bit, columns[column] ^= bit, boxes[row / 3 * 3 + column / 3] ^= bit;
}

static int solve(uint32_t limit) {
    if (++nodes > limit)
        return 1;
    int best = -1, fewest = 10;
    uint32_t choices = 0;
    for (int cell = 0; cell < 81; cell++) {
        if (cells[cell])
            continue;
        int row = cell / 9, column = cell % 9;
        uint32_t open = 0x3FEu & ~(uint32_t)(rows[row] | columns[column] | boxes[row / 3 * 3 + column / 3]);
        int count = __builtin_popcount(open);
        if (count < fewest) {
            best = cell, fewest = count, choices = open;
            if (count < 2)
                break;
        }
    }
    if (best < 0)
        return 1;
    for (; choices; choices &= choices - 1) {
        int digit = __builtin_ctz(choices);
        cells[best] = (uint8_t)digit;
        set(best, digit);
        if (solve(limit))
            return 1;
        set(best, digit);
        cells[best] = 0;
    }
    return 0;
}

int main(void) {
    for (int round = 0; round < ROUNDS(9000); round++) {
        memset(rows, 0, sizeof rows), memset(columns, 0, sizeof columns), memset(boxes, 0, sizeof boxes);
        memset(cells, 0, sizeof cells);
        nodes = 0;
        for (int k = 0; k < 22; k++) {
            int cell = (int)random_below(81), digit = 1 + (int)random_below(9), row = cell / 9, column = cell % 9;
            if (!cells[cell] && !((rows[row] | columns[column] | boxes[row / 3 * 3 + column / 3]) >> digit & 1)) {
                cells[cell] = (uint8_t)digit;
                set(cell, digit);
            }
        }
        solve(2000);
        for (int k = 0; k < 81; k += 5)
            mix(cells[k]);
        mix(nodes);
    }
    return report();
}
