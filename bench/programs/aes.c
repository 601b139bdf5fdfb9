/* AES-128 (FIPS 197) in counter mode by byte substitution tables. */
#include "bench.h"

static uint8_t sbox[256], keys[11][16];
static uint32_t table[4][256];

static uint8_t multiply(uint8_t a, uint8_t b) {
    uint8_t p = 0;
    for (; b; b >>= 1) {
        if (b & 1)
            p ^= a;
        a = (uint8_t)(a << 1 ^ (a & 0x80 ? 0x1B : 0));
    }
    return p;
}

static void make_tables(void) {
    for (int x = 0; x < 256; x++) {
        uint8_t inverse = 0;
        for (int y = 1; y < 256 && !inverse; y++)
            if (multiply((uint8_t)x, (uint8_t)y) == 1)
                inverse = (uint8_t)y;
        uint8_t s = inverse;
        for (int k = 1; k < 5; k++)
            s ^= (uint8_t)(inverse << k | inverse >> (8 - k));
        sbox[x] = s ^= 0x63;
        uint32_t word = (uint32_t)multiply(s, 2) | (uint32_t)s << 8 | (uint32_t)s << 16 | (uint32_t)multiply(s, 3) << 24;
        for (int k = 0; k < 4; k++)
            table[k][x] = k ? word << 8 * k | word >> (32 - 8 * k) : word;
    }
}

static void expand(const uint8_t key[16]) {
    memcpy(keys[0], key, 16);
    uint8_t round = 1;
    for (int k = 1; k < 11; k++) {
        for (int j = 0; j < 4; j++)
            keys[k][j] = keys[k - 1][j] ^ sbox[keys[k - 1][12 + (j + 1) % 4]] ^ (j ? 0 : round);
        for (int j = 4; j < 16; j++)
            keys[k][j] = keys[k - 1][j] ^ keys[k][j - 4];
        round = multiply(round, 2);
    }
}

static uint32_t load(const uint8_t *p) {
    uint32_t v;
    memcpy(&v, p, 4);
    return v;
}

static void encrypt(const uint8_t in[16], uint8_t out[16]) {
    uint32_t s[4], t[4];
    for (int c = 0; c < 4; c++)
        s[c] = load(in + 4 * c) ^ load(keys[0] + 4 * c);
    for (int round = 1; round < 10; round++) {
        for (int c = 0; c < 4; c++)
            t[c] = table[0][s[c] & 0xFF] ^ table[1][s[(c + 1) & 3] >> 8 & 0xFF] ^ table[2][s[(c + 2) & 3] >> 16 & 0xFF] ^
                   table[3][s[(c + 3) & 3] >> 24] ^ load(keys[round] + 4 * c);
        memcpy(s, t, sizeof s);
    }
    for (int c = 0; c < 4; c++)
        for (int k = 0; k < 4; k++)
            out[4 * c + k] = sbox[s[(c + k) & 3] >> 8 * k & 0xFF] ^ keys[10][4 * c + k];
}

int main(void) {
    make_tables();
    uint8_t key[16], counter[16], stream[16];
    for (int k = 0; k < 16; k++)
        key[k] = (uint8_t)random_next(), counter[k] = (uint8_t)random_next();
    expand(key);
    static uint8_t data[1 << 16];
    for (int round = 0; round < ROUNDS(700); round++) {
        for (uint32_t k = 0; k < sizeof data; k += 16) {
            for (int j = 15; j >= 0 && ++counter[j] == 0; j--) {
            }
            encrypt(counter, stream);
            for (int j = 0; j < 16; j++)
                data[k + (uint32_t)j] ^= stream[j];
        }
    }
    for (uint32_t k = 0; k < sizeof data; k++)
        mix(data[k]);
    return report();
}
