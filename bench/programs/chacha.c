/* ChaCha20 (RFC 8439) key stream. */
#include "bench.h"

static uint32_t rotate(uint32_t x, int n) {
    return x << n | x >> (32 - n);
}

static void quarter(uint32_t *a, uint32_t *b, uint32_t *c, uint32_t *d) {
    *a += *b, *d = rotate(*d ^ *a, 16);
    *c += *d, *b = rotate(*b ^ *c, 12);
    *a += *b, *d = rotate(*d ^ *a, 8);
    *c += *d, *b = rotate(*b ^ *c, 7);
}

static void block(const uint32_t state[16], uint32_t out[16]) {
    uint32_t x[16];
    memcpy(x, state, sizeof x);
    for (int k = 0; k < 10; k++) {
        quarter(&x[0], &x[4], &x[8], &x[12]);
        quarter(&x[1], &x[5], &x[9], &x[13]);
        quarter(&x[2], &x[6], &x[10], &x[14]);
        quarter(&x[3], &x[7], &x[11], &x[15]);
        quarter(&x[0], &x[5], &x[10], &x[15]);
        quarter(&x[1], &x[6], &x[11], &x[12]);
        quarter(&x[2], &x[7], &x[8], &x[13]);
        quarter(&x[3], &x[4], &x[9], &x[14]);
    }
    for (int k = 0; k < 16; k++)
        out[k] = x[k] + state[k];
}

int main(void) {
    uint32_t state[16] = {0x61707865, 0x3320646E, 0x79622D32, 0x6B206574}, out[16];
    for (int k = 4; k < 16; k++)
        state[k] = random_next();
    static uint32_t data[1 << 14];
    for (int round = 0; round < ROUNDS(2500); round++)
        for (uint32_t k = 0; k < 1 << 14; k += 16) {
            state[12]++;
            block(state, out);
            for (uint32_t j = 0; j < 16; j++)
                data[k + j] ^= out[j];
        }
    for (uint32_t k = 0; k < 1 << 14; k++)
        mix(data[k]);
    return report();
}
