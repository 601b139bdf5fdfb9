/* LZ77 with a hash table of positions: compresses text-like bytes and decompresses them again. */
#include "bench.h"

enum { SIZE = 1 << 20, HASH_BITS = 15 };

static uint8_t input[SIZE + 8], packed[SIZE * 2], output[SIZE + 8];
static int32_t heads[1 << HASH_BITS];

static uint32_t read32(const uint8_t *p) {
    uint32_t v;
    memcpy(&v, p, 4);
    return v;
}

static void make_text(void) {
    static const char *words[] = {"the ",    "guard ",    "page ", "of ",      "a ",     "memory ", "is ", "never ", "touched\n",
                                  "module ", "function ", "and ",  "returns ", "value ", "stack ",  "0x",  "1234 "};
    int n = 0;
    while (n < SIZE - 16) {
        const char *w = words[random_below(17)];
        while (*w)
            input[n++] = (uint8_t)*w++;
        if (random_below(12) == 0)
            input[n++] = (uint8_t)('a' + random_below(26));
    }
}

static uint8_t *put_length(uint8_t *p, int n) {
    for (; n >= 255; n -= 255)
        *p++ = 255;
    *p++ = (uint8_t)n;
    return p;
}

static int compress(void) {
    memset(heads, 0xFF, sizeof heads);
    uint8_t *out = packed;
    int literal = 0, k = 0;
    while (k < SIZE - 16) {
        uint32_t h = read32(input + k) * 2654435761u >> (32 - HASH_BITS);
        int match = heads[h];
        heads[h] = k;
        if (match < 0 || k - match > 65535 || read32(input + match) != read32(input + k)) {
            k++;
            continue;
        }
        int n = 4;
        while (k + n < SIZE && input[match + n] == input[k + n])
            n++;
        out = put_length(out, k - literal);
        memcpy(out, input + literal, (size_t)(k - literal));
        out += k - literal;
        *out++ = (uint8_t)(k - match);
        *out++ = (uint8_t)((k - match) >> 8);
        out = put_length(out, n);
        k += n;
        literal = k;
    }
    out = put_length(out, SIZE - literal);
    memcpy(out, input + literal, (size_t)(SIZE - literal));
    return (int)(out + (SIZE - literal) - packed);
}

static const uint8_t *get_length(const uint8_t *p, int *n) {
    *n = 0;
    do
        *n += *p;
    while (*p++ == 255);
    return p;
}

static void decompress(int packed_size) {
    const uint8_t *p = packed, *end = packed + packed_size;
    uint8_t *out = output;
    while (p < end) {
        int n;
        p = get_length(p, &n);
        for (int k = 0; k < n; k++)
            *out++ = *p++;
        if (p >= end)
            break;
        int distance = p[0] | p[1] << 8;
        p = get_length(p + 2, &n);
        const uint8_t *from = out - distance;
        for (int k = 0; k < n; k++)
            *out++ = *from++;
    }
    mix((uint64_t)(out - output));
}

int main(void) {
    make_text();
    for (int round = 0; round < ROUNDS(45); round++) {
        int n = compress();
        mix((uint64_t)n);
        decompress(n);
        mix((uint64_t)memcmp(input, output, SIZE));
        input[random_below(SIZE - 16)] ^= 1;
    }
    return report();
}
