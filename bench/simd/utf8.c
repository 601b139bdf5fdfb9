/* Scans of text: is it ASCII, how many characters, where are the line ends. */
#include "vectors.h"

enum { N = 1 << 15 };
static uint8_t text[N];

KERNEL int ascii_prefix(const uint8_t *p, int n) {
    int k = 0;
    for (; k < n; k += 32) {
        u8x16 both = LOAD(u8x16, p + k) | LOAD(u8x16, p + k + 16);
        if (bitmask_i8((i8x16)both))
            break;
    }
    return k;
}

KERNEL int characters(const uint8_t *p, int n) {
    int count = 0;
    for (int k = 0; k < n; k += 16) /* all bytes that do not continue one */
        count += __builtin_popcount(bitmask_i8((i8x16)(LOAD(i8x16, p + k) > -65)));
    return count;
}

KERNEL uint32_t lines(const uint8_t *p, int n) {
    uint32_t sum = 0;
    for (int k = 0; k < n; k += 16) {
        uint32_t found = bitmask_i8((i8x16)(LOAD(u8x16, p + k) == '\n'));
        while (found) {
            sum = sum * 31 + (uint32_t)(k + __builtin_ctz(found));
            found &= found - 1;
        }
    }
    return sum;
}

int main(void) {
    for (int k = 0; k < N; k++)
        text[k] = random_below(60) ? (uint8_t)(32 + random_below(90)) : '\n';
    for (int round = 0; round < ROUNDS(40000); round++) {
        int at = N - 1 - round % 2048;
        text[at] ^= 0xc3;
        mix((uint64_t)ascii_prefix(text, N));
        mix((uint64_t)characters(text, N));
        mix(lines(text, N));
    }
    return report();
}
