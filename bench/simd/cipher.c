/* ChaCha20's blocks, a row of the state in a vector. */
#include "vectors.h"

static inline u32x4 rotate(u32x4 a, int by) {
    return (a << by) | (a >> (32 - by));
}

#define QUARTERS()                                                                                                                         \
    do {                                                                                                                                   \
        a += b, d = rotate(d ^ a, 16);                                                                                                     \
        c += d, b = rotate(b ^ c, 12);                                                                                                     \
        a += b, d = rotate(d ^ a, 8);                                                                                                      \
        c += d, b = rotate(b ^ c, 7);                                                                                                      \
    } while (0)

KERNEL void block(const uint32_t state[16], uint32_t out[16]) {
    u32x4 a = LOAD(u32x4, state), b = LOAD(u32x4, state + 4), c = LOAD(u32x4, state + 8), d = LOAD(u32x4, state + 12);
    u32x4 a0 = a, b0 = b, c0 = c, d0 = d;
    for (int round = 0; round < 10; round++) {
        QUARTERS();
        b = SHUFFLE(b, b, 1, 2, 3, 0), c = SHUFFLE(c, c, 2, 3, 0, 1), d = SHUFFLE(d, d, 3, 0, 1, 2);
        QUARTERS();
        b = SHUFFLE(b, b, 3, 0, 1, 2), c = SHUFFLE(c, c, 2, 3, 0, 1), d = SHUFFLE(d, d, 1, 2, 3, 0);
    }
    STORE(out, a + a0);
    STORE(out + 4, b + b0);
    STORE(out + 8, c + c0);
    STORE(out + 12, d + d0);
}

int main(void) {
    uint32_t state[16] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574}, out[16];
    for (int k = 4; k < 16; k++)
        state[k] = random_next();
    for (int round = 0; round < ROUNDS(2500000); round++) {
        state[12]++;
        block(state, out);
        state[4 + round % 8] ^= out[round % 16];
    }
    for (int k = 0; k < 16; k++)
        mix(out[k]);
    return report();
}
