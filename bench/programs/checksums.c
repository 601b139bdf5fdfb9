/* CRC-32 by table, Adler-32, FNV-1a and a 64-bit multiply-rotate hash over the same bytes. */
#include "bench.h"

static uint8_t data[1 << 18];
static uint32_t table[256];

static uint32_t crc(const uint8_t *p, uint32_t n) {
    uint32_t c = 0xFFFFFFFFu;
    while (n--)
        c = table[(c ^ *p++) & 0xFF] ^ c >> 8;
    return ~c;
}

static uint32_t adler(const uint8_t *p, uint32_t n) {
    uint32_t a = 1, b = 0;
    while (n) {
        uint32_t part = n < 5552 ? n : 5552;
        n -= part;
        while (part--)
            b += a += *p++;
        a %= 65521, b %= 65521;
    }
    return b << 16 | a;
}

static uint32_t fnv(const uint8_t *p, uint32_t n) {
    uint32_t h = 2166136261u;
    while (n--)
        h = (h ^ *p++) * 16777619u;
    return h;
}

static uint64_t multiply_rotate(const uint8_t *p, uint32_t n) {
    uint64_t h = n;
    for (; n >= 8; p += 8, n -= 8) {
        uint64_t v;
        memcpy(&v, p, 8);
        v *= 0x87C37B91114253D5u;
        h ^= v << 31 | v >> 33;
        h = (h << 27 | h >> 37) * 5 + 0x52DCE729u;
    }
    return h ^ h >> 33;
}

int main(void) {
    for (uint32_t k = 0; k < 256; k++) {
        uint32_t c = k;
        for (int bit = 0; bit < 8; bit++)
            c = c & 1 ? c >> 1 ^ 0xEDB88320u : c >> 1;
        table[k] = c;
    }
    for (uint32_t k = 0; k < sizeof data; k++)
        data[k] = (uint8_t)random_next();
    for (int round = 0; round < ROUNDS(400); round++) {
        mix(crc(data, sizeof data));
        mix(adler(data, sizeof data));
        mix(fnv(data, sizeof data));
        mix(multiply_rotate(data, sizeof data));
        data[random_below(sizeof data)]++;
    }
    return report();
}
