/* Big numbers in 32-bit limbs: factorials, modular powers by Montgomery multiplication, printing in decimal. */
#include "bench.h"

enum { LIMBS = 32 }; /* 1024 bits */

static uint32_t modulus[LIMBS], inverse;

/* r = a * b / 2^1024 modulo the modulus */
static void montgomery(uint32_t r[LIMBS], const uint32_t a[LIMBS], const uint32_t b[LIMBS]) {
    uint32_t t[LIMBS + 2] = {0};
    for (int i = 0; i < LIMBS; i++) {
        uint64_t carry = 0;
        for (int j = 0; j < LIMBS; j++) {
            carry += (uint64_t)a[i] * b[j] + t[j];
            t[j] = (uint32_t)carry;
            carry >>= 32;
        }
        carry += t[LIMBS];
        t[LIMBS] = (uint32_t)carry;
        t[LIMBS + 1] = (uint32_t)(carry >> 32);
        uint32_t m = t[0] * inverse;
        carry = ((uint64_t)m * modulus[0] + t[0]) >> 32;
        for (int j = 1; j < LIMBS; j++) {
            carry += (uint64_t)m * modulus[j] + t[j];
            t[j - 1] = (uint32_t)carry;
            carry >>= 32;
        }
        carry += t[LIMBS];
        t[LIMBS - 1] = (uint32_t)carry;
        t[LIMBS] = t[LIMBS + 1] + (uint32_t)(carry >> 32);
    }
    int64_t borrow = 0;
    uint32_t d[LIMBS];
    for (int j = 0; j < LIMBS; j++) {
        borrow += (int64_t)t[j] - modulus[j];
        d[j] = (uint32_t)borrow;
        borrow >>= 32;
    }
    memcpy(r, borrow + t[LIMBS] < 0 ? t : d, sizeof d);
}

static uint32_t factorial[4000];
static int factorial_limbs;

static uint32_t digits_of_factorial(uint32_t n) {
    factorial[0] = 1;
    factorial_limbs = 1;
    for (uint32_t k = 2; k <= n; k++) {
        uint64_t carry = 0;
        for (int j = 0; j < factorial_limbs; j++) {
            carry += (uint64_t)factorial[j] * k;
            factorial[j] = (uint32_t)carry;
            carry >>= 32;
        }
        if (carry)
            factorial[factorial_limbs++] = (uint32_t)carry;
    }
    uint32_t digest = 0;
    while (factorial_limbs) {
        uint64_t rest = 0;
        for (int j = factorial_limbs; j-- > 0;) {
            rest = rest << 32 | factorial[j];
            factorial[j] = (uint32_t)(rest / 1000000000u);
            rest %= 1000000000u;
        }
        digest = digest * 31 + (uint32_t)rest;
        while (factorial_limbs && factorial[factorial_limbs - 1] == 0)
            factorial_limbs--;
    }
    return digest;
}

int main(void) {
    uint32_t base[LIMBS], power[LIMBS];
    for (int k = 0; k < LIMBS; k++)
        modulus[k] = random_next(), base[k] = random_next();
    modulus[0] |= 1;
    modulus[LIMBS - 1] |= 0x80000000u;
    base[LIMBS - 1] &= 0x7FFFFFFFu;
    inverse = 1;
    for (int k = 0; k < 5; k++)
        inverse *= 2 - modulus[0] * inverse;
    inverse = 0 - inverse;
    for (int round = 0; round < ROUNDS(160); round++) {
        memcpy(power, base, sizeof power);
        for (int bit = 0; bit < 1024; bit++) {
            montgomery(power, power, power);
            if (random_next() & 1)
                montgomery(power, power, base);
        }
        mix(power[round % LIMBS]);
    }
    for (int round = 0; round < ROUNDS(12); round++)
        mix(digits_of_factorial(2000 + (uint32_t)round));
    return report();
}
