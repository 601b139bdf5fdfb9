/* SHA-256 (FIPS 180-4) of a long message, its constants computed from cube and square roots of primes. */
#include "bench.h"

static uint32_t constants[64], initial[8];

static uint32_t rotate(uint32_t x, int n) {
    return x >> n | x << (32 - n);
}

/* The first 32 bits of the fraction of the square (power 2) or cube (power 3) root of n. */
static uint32_t root_fraction(uint32_t n, int power) {
    uint64_t whole = 1;
    while ((power == 2 ? (whole + 1) * (whole + 1) : (whole + 1) * (whole + 1) * (whole + 1)) <= n)
        whole++;
    uint64_t x = whole << 32;
    for (int bit = 31; bit >= 0; bit--) {
        uint64_t y = x | (uint64_t)1 << bit;
        /* y^power <= n * 2^(32 * power), in 128 bits by long double's stead */
        unsigned __int128 square = (unsigned __int128)y * y;
        unsigned __int128 left = power == 2 ? square : (square >> 32) * y;
        unsigned __int128 right = power == 2 ? (unsigned __int128)n << 64 : (unsigned __int128)n << 64;
        if (left <= right)
            x = y;
    }
    return (uint32_t)x;
}

static void block(uint32_t state[8], const uint8_t *p) {
    uint32_t w[64];
    for (int k = 0; k < 16; k++)
        w[k] = (uint32_t)p[4 * k] << 24 | (uint32_t)p[4 * k + 1] << 16 | (uint32_t)p[4 * k + 2] << 8 | p[4 * k + 3];
    for (int k = 16; k < 64; k++) {
        uint32_t s0 = rotate(w[k - 15], 7) ^ rotate(w[k - 15], 18) ^ w[k - 15] >> 3;
        uint32_t s1 = rotate(w[k - 2], 17) ^ rotate(w[k - 2], 19) ^ w[k - 2] >> 10;
        w[k] = w[k - 16] + s0 + w[k - 7] + s1;
    }
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    for (int k = 0; k < 64; k++) {
        uint32_t t1 = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + constants[k] + w[k];
        uint32_t t2 = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

int main(void) {
    uint32_t prime = 1;
    for (int k = 0; k < 64; k++) {
        int composite;
        do {
            prime++;
            composite = 0;
            for (uint32_t d = 2; d * d <= prime; d++)
                composite |= prime % d == 0;
        } while (composite);
        constants[k] = root_fraction(prime, 3);
        if (k < 8)
            initial[k] = root_fraction(prime, 2);
    }
    static uint8_t message[1 << 16];
    for (uint32_t k = 0; k < sizeof message; k++)
        message[k] = (uint8_t)random_next();
    uint32_t state[8];
    memcpy(state, initial, sizeof state);
    for (int round = 0; round < ROUNDS(900); round++)
        for (uint32_t k = 0; k < sizeof message; k += 64)
            block(state, message + k);
    for (int k = 0; k < 8; k++)
        mix(state[k]);
    return report();
}
