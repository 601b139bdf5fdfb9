/* Base64, twelve bytes to sixteen letters and back, by look-up in vectors. */
#include "vectors.h"

enum { N = 12 * 1024 };
static uint8_t bytes[N + 16], text[N / 3 * 4 + 16];

KERNEL void encode(const uint8_t *from, uint8_t *to, int n) {
    u8x16 order = {1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10};
    /* What to add to a number of six bits to get its letter, by range. */
    u8x16 offsets = {'a' - 26,
                     '0' - 52 + 256,
                     '0' - 52 + 256,
                     '0' - 52 + 256,
                     '0' - 52 + 256,
                     '0' - 52 + 256,
                     '0' - 52 + 256,
                     '0' - 52 + 256,
                     '0' - 52 + 256,
                     '0' - 52 + 256,
                     '0' - 52 + 256,
                     '+' - 62 + 256,
                     '/' - 63 + 256,
                     'A',
                     0,
                     0};
    for (int k = 0; k < n; k += 12, to += 16) {
        u32x4 in = (u32x4)look_up(LOAD(u8x16, from + k), order);
        u32x4 six = ((in >> 10) & 0x3f) | ((in << 4) & 0x3f00) | ((in >> 6) & 0x3f0000) | ((in << 8) & 0x3f000000);
        u8x16 range = sub_sat_u8((u8x16)six, SPLAT_U8(51));
        u8x16 upper = (u8x16)((u8x16)six < SPLAT_U8(26)) & 13;
        STORE(to, (u8x16)six + look_up(offsets, range | upper));
    }
}

/* False if there is what is no letter. */
KERNEL int decode(const uint8_t *from, uint8_t *to, int n) {
    u8x16 bad = {0};
    u8x16 join = {2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 255, 255, 255, 255};
    for (int k = 0; k < n; k += 16, to += 12) {
        u8x16 in = LOAD(u8x16, from + k);
        u8x16 upper = (u8x16)(in - 'A' < 26), lower = (u8x16)(in - 'a' < 26), digit = (u8x16)(in - '0' < 10);
        u8x16 plus = (u8x16)(in == '+'), slash = (u8x16)(in == '/');
        bad |= ~(upper | lower | digit | plus | slash);
        u8x16 six = (upper & (in - 'A')) | (lower & (in - ('a' - 26))) | (digit & (in + 4)) | (plus & 62) | (slash & 63);
        u32x4 v = (u32x4)six;
        u32x4 all = ((v & 0x3f) << 18) | ((v & 0x3f00) << 4) | ((v >> 10) & 0xfc0) | (v >> 24);
        STORE(to, look_up((u8x16)all, join));
    }
    return bitmask_i8((i8x16)bad) == 0;
}

int main(void) {
    for (int k = 0; k < N; k++)
        bytes[k] = (uint8_t)random_next();
    for (int round = 0; round < ROUNDS(50000); round++) {
        encode(bytes, text, N);
        mix(text[round % N]);
        text[round % N] = text[(round + 7) % N];
        mix((uint64_t)decode(text, bytes, N / 3 * 4));
        mix(bytes[round % N]);
    }
    return report();
}
