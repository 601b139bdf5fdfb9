/* 128-bit arithmetic without a type of the compiler's for it. */
#ifndef WASMELT_CODE_WIDE_H
#define WASMELT_CODE_WIDE_H

#include <wasmelt/target.h>

typedef struct u128 {
    u64 low, high;
} u128;

#define wide_low(a) (a).low
#define wide_high(a) (a).high

INLINE u128 i64_add128(u64 a, u64 a_high, u64 b, u64 b_high) {
    return (u128){a + b, a_high + b_high + (a + b < a)};
}

INLINE u128 i64_sub128(u64 a, u64 a_high, u64 b, u64 b_high) {
    return (u128){a - b, a_high - b_high - (a < b)};
}

/* By the four products of their halves. */
INLINE u128 i64_mul_wide_u(u64 a, u64 b) {
    u64 low = (u64)(u32)a * (u32)b, right = (a >> 32) * (u32)b, left = (u32)a * (b >> 32);
    u64 middle = (low >> 32) + (u32)right + (u32)left;
    return (u128){middle << 32 | (u32)low, (a >> 32) * (b >> 32) + (right >> 32) + (left >> 32) + (middle >> 32)};
}

/* As unsigned numbers, negative ones are 2^64 too large. */
INLINE u128 i64_mul_wide_s(u64 a, u64 b) {
    u128 product = i64_mul_wide_u(a, b);
    product.high -= ((s64)a < 0 ? b : 0) + ((s64)b < 0 ? a : 0);
    return product;
}

#endif
