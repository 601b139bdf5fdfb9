/* Vector instructions for x86-64: SSE2, and what SSSE3, SSE4 and FMA add if the compiler may use them. Included by simd.h. Casts between
 * vector types keep all bits. */
#ifndef WASMELT_CODE_SIMD_X86_H
#define WASMELT_CODE_SIMD_X86_H

#include <wasmelt/target.h>

/* Leaves out their allocation of memory, which would include stdlib.h and declare names that modules may have. */
#define _MM_MALLOC_H_INCLUDED
#define __MM_MALLOC_H
#if defined __FMA__
#include <immintrin.h>
#elif defined __SSE4_1__
#include <nmmintrin.h>
#elif defined __SSSE3__
#include <tmmintrin.h>
#else
#include <emmintrin.h>
#endif

/* Define functions on integer vectors, and on vectors of floats. */
#define X86_UNARY(name, expression)                                                                                                        \
    INLINE v128 name(v128 a_) {                                                                                                            \
        __m128i a = (__m128i)a_;                                                                                                           \
        return (v128)(expression);                                                                                                         \
    }
#define X86_BINARY(name, expression)                                                                                                       \
    INLINE v128 name(v128 a_, v128 b_) {                                                                                                   \
        __m128i a = (__m128i)a_, b = (__m128i)b_;                                                                                          \
        return (v128)(expression);                                                                                                         \
    }
#define ZERO _mm_setzero_si128()

/* ---- Instructions that newer machines have ---- */

#ifdef __SSE4_1__
#define X86_BLEND(mask, yes, no) ((v128)_mm_blendv_epi8((__m128i)(no), (__m128i)(yes), (__m128i)(mask)))
#else
#define X86_BLEND(mask, yes, no) PICK(mask, yes, no)
#endif

/* Bytes `from` to `from` + 15 of a followed by b. */
#ifdef __SSSE3__
#define v128_window(a, b, from) ((v128)_mm_alignr_epi8((__m128i)(b), (__m128i)(a), from))
#else
#define v128_window(a, b, from) ((v128)_mm_or_si128(_mm_srli_si128((__m128i)(a), from), _mm_slli_si128((__m128i)(b), 16 - (from))))
#endif

/* GCC makes up to 53 instructions of a shuffle of short vectors where no instruction shuffles bytes: 6 to 18 do it. A step of 2
 * is a vector of the even or the odd bytes, one of 4 the same twice, one of 8 three times. Then the first of the chosen bytes is
 * moved to lane 0, and what stands behind the last one is replaced. */
#if !defined __clang__ && !defined __SSSE3__
#undef i8x16_strided
#define i8x16_strided(a, b, from, step, count)                                                                                             \
    ({                                                                                                                                     \
        v128 wasmelt_a = (a), wasmelt_b = (b);                                                                                             \
        v128 wasmelt_apart = (step) > 1    ? wasmelt_every(wasmelt_a, wasmelt_b, (from), (step))                                           \
                             : (from) < 16 ? v128_window(wasmelt_a, wasmelt_b, (from) % 16)                                                \
                                           : wasmelt_b;                                                                                    \
        wasmelt_short((v128)_mm_srli_si128((__m128i)wasmelt_apart, STRIDED_BEGIN(from, step)), wasmelt_a, count);                          \
    })
/* The lane that byte `from` is in then. */
#define STRIDED_BEGIN(from, step) ((step) == 16 ? (from)*2 % 16 : (step) > 1 ? (from) / (step) : (from) < 16 ? 0 : (from) % 16)

X86_BINARY(wasmelt_even_bytes, _mm_packus_epi16(_mm_and_si128(a, _mm_set1_epi16(255)), _mm_and_si128(b, _mm_set1_epi16(255))))
X86_BINARY(wasmelt_odd_bytes, _mm_packus_epi16(_mm_srli_epi16(a, 8), _mm_srli_epi16(b, 8)))

/* Bytes `from`, `from` + `step` and so on of a and b, up to the end of b. With a step of 16: bytes in turn of a and of b, 8 of
 * each, of the upper half if `from` is in it. */
INLINE v128 wasmelt_every(v128 a, v128 b, unsigned from, unsigned step) {
    if (step == 16)
        return (v128)(from < 8 ? _mm_unpacklo_epi8((__m128i)a, (__m128i)b) : _mm_unpackhi_epi8((__m128i)a, (__m128i)b));
    v128 apart = from & 1 ? wasmelt_odd_bytes(a, b) : wasmelt_even_bytes(a, b);
    if (step >= 4)
        apart = from & 2 ? wasmelt_odd_bytes(apart, apart) : wasmelt_even_bytes(apart, apart);
    if (step >= 8)
        apart = from & 4 ? wasmelt_odd_bytes(apart, apart) : wasmelt_even_bytes(apart, apart);
    return apart;
}

/* The first `count` bytes of `chosen`, and byte 0 of a in every lane behind them. */
INLINE v128 wasmelt_short(v128 chosen, v128 a, unsigned count) {
    __m128i rest = _mm_shufflelo_epi16(_mm_unpacklo_epi8((__m128i)a, (__m128i)a), 0);
    if (count == 8)
        return (v128)_mm_unpacklo_epi64((__m128i)chosen, rest);
    v128 kept = {((u64)1 << 8 * count) - 1, 0};
    return (chosen & kept) | ((v128)_mm_unpacklo_epi64(rest, rest) & ~kept);
}
#endif

#ifdef __SSE4_1__
X86_BINARY(i8x16_min_s, _mm_min_epi8(a, b))
X86_BINARY(i8x16_max_s, _mm_max_epi8(a, b))
X86_BINARY(i16x8_min_u, _mm_min_epu16(a, b))
X86_BINARY(i16x8_max_u, _mm_max_epu16(a, b))
X86_BINARY(i32x4_min_s, _mm_min_epi32(a, b))
X86_BINARY(i32x4_max_s, _mm_max_epi32(a, b))
X86_BINARY(i32x4_min_u, _mm_min_epu32(a, b))
X86_BINARY(i32x4_max_u, _mm_max_epu32(a, b))
X86_BINARY(i64x2_eq, _mm_cmpeq_epi64(a, b))
X86_UNARY(i16x8_extend_low_i8x16_s, _mm_cvtepi8_epi16(a))
X86_UNARY(i32x4_extend_low_i16x8_s, _mm_cvtepi16_epi32(a))
X86_UNARY(i64x2_extend_low_i32x4_s, _mm_cvtepi32_epi64(a))
X86_UNARY(i16x8_extend_low_i8x16_u, _mm_cvtepu8_epi16(a))
X86_UNARY(i32x4_extend_low_i16x8_u, _mm_cvtepu16_epi32(a))
X86_UNARY(i64x2_extend_low_i32x4_u, _mm_cvtepu32_epi64(a))
X86_BINARY(i64x2_extmul_low_i32x4_s, _mm_mul_epi32(_mm_shuffle_epi32(a, 0x50), _mm_shuffle_epi32(b, 0x50)))
X86_BINARY(i64x2_extmul_high_i32x4_s, _mm_mul_epi32(_mm_shuffle_epi32(a, 0xfa), _mm_shuffle_epi32(b, 0xfa)))
X86_BINARY(i16x8_narrow_i32x4_u, _mm_packus_epi32(a, b))
#else
BINARY(i8x16_min_s, s8x16, PICK(a < b, a, b))
BINARY(i8x16_max_s, s8x16, PICK(a > b, a, b))
X86_BINARY(i16x8_min_u, _mm_sub_epi16(a, _mm_subs_epu16(a, b)))
X86_BINARY(i16x8_max_u, _mm_add_epi16(b, _mm_subs_epu16(a, b)))
BINARY(i32x4_min_s, s32x4, PICK(a < b, a, b))
BINARY(i32x4_max_s, s32x4, PICK(a > b, a, b))
BINARY(i32x4_min_u, u32x4, PICK(a < b, a, b))
BINARY(i32x4_max_u, u32x4, PICK(a > b, a, b))

/* 64-bit lanes are equal if both 32-bit halves are. */
INLINE v128 i64x2_eq(v128 a, v128 b) {
    __m128i halves = _mm_cmpeq_epi32((__m128i)a, (__m128i)b);
    return (v128)_mm_and_si128(halves, _mm_shuffle_epi32(halves, 0xb1));
}

X86_UNARY(i16x8_extend_low_i8x16_s, _mm_srai_epi16(_mm_unpacklo_epi8(a, a), 8))
X86_UNARY(i32x4_extend_low_i16x8_s, _mm_srai_epi32(_mm_unpacklo_epi16(a, a), 16))
X86_UNARY(i64x2_extend_low_i32x4_s, _mm_unpacklo_epi32(a, _mm_srai_epi32(a, 31)))
X86_UNARY(i16x8_extend_low_i8x16_u, _mm_unpacklo_epi8(a, ZERO))
X86_UNARY(i32x4_extend_low_i16x8_u, _mm_unpacklo_epi16(a, ZERO))
X86_UNARY(i64x2_extend_low_i32x4_u, _mm_unpacklo_epi32(a, ZERO))

/* The signed product of the even lanes, computed from the unsigned product, in which each negative factor has added 2^32 times the other
 * factor. */
INLINE __m128i wasmelt_even_products(__m128i a, __m128i b) {
    __m128i excess = _mm_add_epi32(_mm_and_si128(_mm_srai_epi32(a, 31), b), _mm_and_si128(_mm_srai_epi32(b, 31), a));
    return _mm_sub_epi64(_mm_mul_epu32(a, b), _mm_slli_epi64(excess, 32));
}

X86_BINARY(i64x2_extmul_low_i32x4_s, wasmelt_even_products(_mm_shuffle_epi32(a, 0x50), _mm_shuffle_epi32(b, 0x50)))
X86_BINARY(i64x2_extmul_high_i32x4_s, wasmelt_even_products(_mm_shuffle_epi32(a, 0xfa), _mm_shuffle_epi32(b, 0xfa)))

/* Clamps to 0 to 65535, then converts to the signed number of the same 16 bits, which packing does not change. */
INLINE __m128i wasmelt_low_halves(__m128i a) {
    a = _mm_andnot_si128(_mm_srai_epi32(a, 31), a);
    a = _mm_or_si128(a, _mm_cmpgt_epi32(a, _mm_set1_epi32(0xffff)));
    return _mm_srai_epi32(_mm_slli_epi32(a, 16), 16);
}

X86_BINARY(i16x8_narrow_i32x4_u, _mm_packs_epi32(wasmelt_low_halves(a), wasmelt_low_halves(b)))
#endif

#ifdef __SSE4_2__
X86_BINARY(i64x2_gt_s, _mm_cmpgt_epi64(a, b))
#else
/* The high halves decide; if they are equal, the borrow of b - a does. */
INLINE v128 i64x2_gt_s(v128 a, v128 b) {
    __m128i equal = _mm_cmpeq_epi32((__m128i)a, (__m128i)b), greater = _mm_cmpgt_epi32((__m128i)a, (__m128i)b);
    return (v128)_mm_shuffle_epi32(_mm_or_si128(greater, _mm_and_si128(equal, (__m128i)(b - a))), 0xf5);
}
#endif

INLINE v128 i64x2_ne(v128 a, v128 b) {
    return ~i64x2_eq(a, b);
}

INLINE v128 i64x2_lt_s(v128 a, v128 b) {
    return i64x2_gt_s(b, a);
}

INLINE v128 i64x2_le_s(v128 a, v128 b) {
    return ~i64x2_gt_s(a, b);
}

INLINE v128 i64x2_ge_s(v128 a, v128 b) {
    return ~i64x2_gt_s(b, a);
}

#ifdef __SSSE3__
/* Saturation sets the highest bit of an index of 16 or more, for which the shuffle gives 0. */
X86_BINARY(i8x16_swizzle, _mm_shuffle_epi8(a, _mm_adds_epu8(b, _mm_set1_epi8(0x70))))
X86_BINARY(i8x16_relaxed_swizzle, _mm_shuffle_epi8(a, b))
X86_UNARY(i8x16_abs, _mm_abs_epi8(a))
X86_UNARY(i32x4_abs, _mm_abs_epi32(a))
X86_UNARY(i16x8_extadd_pairwise_i8x16_s, _mm_maddubs_epi16(_mm_set1_epi8(1), a))
X86_UNARY(i16x8_extadd_pairwise_i8x16_u, _mm_maddubs_epi16(a, _mm_set1_epi8(1)))
X86_BINARY(i16x8_relaxed_q15mulr_s, _mm_mulhrs_epi16(a, b))
X86_BINARY(i16x8_relaxed_dot_i8x16_i7x16_s, _mm_maddubs_epi16(b, a))

/* Only -1 times -1 is out of range; the instruction gives -1 for it, which is corrected. */
INLINE v128 i16x8_q15mulr_sat_s(v128 a, v128 b) {
    __m128i r = _mm_mulhrs_epi16((__m128i)a, (__m128i)b);
    return (v128)_mm_xor_si128(r, _mm_cmpeq_epi16(r, _mm_set1_epi16(-0x8000)));
}

/* Looks up each half of a byte. */
INLINE v128 i8x16_popcnt(v128 a) {
    __m128i counts = _mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4), nibble = _mm_set1_epi8(15);
    __m128i low = _mm_and_si128((__m128i)a, nibble), high = _mm_and_si128(_mm_srli_epi16((__m128i)a, 4), nibble);
    return (v128)_mm_add_epi8(_mm_shuffle_epi8(counts, low), _mm_shuffle_epi8(counts, high));
}
#else
/* Uses a table in memory. For a result of 0, an additional bit of `at` is set. */
INLINE v128 i8x16_swizzle(v128 a, v128 b) {
    u8 from[32] = {0}, r[16];
    u8x16 at = (u8x16)_mm_min_epu8((__m128i)b, _mm_set1_epi8(16));
    memcpy(from, &a, sizeof a);
    for (unsigned k = 0; k < 16; k++)
        r[k] = from[at[k]];
    memcpy(&a, r, sizeof a);
    return a;
}
#define i8x16_relaxed_swizzle(a, b) i8x16_swizzle(a, b)

X86_UNARY(i8x16_abs, _mm_min_epu8(a, _mm_sub_epi8(ZERO, a)))
UNARY(i32x4_abs, s32x4, ((u32x4)a ^ (u32x4)(a >> 31)) - (u32x4)(a >> 31))
UNARY(i16x8_extadd_pairwise_i8x16_s, s16x8, ((s16x8)((u16x8)a << 8) >> 8) + (a >> 8))
UNARY(i16x8_extadd_pairwise_i8x16_u, u16x8, (a & 0xff) + (a >> 8))

INLINE v128 i16x8_q15mulr_sat_s(v128 a, v128 b) {
    __m128i low = _mm_mullo_epi16((__m128i)a, (__m128i)b), high = _mm_mulhi_epi16((__m128i)a, (__m128i)b);
    __m128i half = _mm_set1_epi32(0x4000);
    __m128i first = _mm_srai_epi32(_mm_add_epi32(_mm_unpacklo_epi16(low, high), half), 15);
    __m128i second = _mm_srai_epi32(_mm_add_epi32(_mm_unpackhi_epi16(low, high), half), 15);
    return (v128)_mm_packs_epi32(first, second);
}
#define i16x8_relaxed_q15mulr_s(a, b) i16x8_q15mulr_sat_s(a, b)

INLINE v128 i16x8_relaxed_dot_i8x16_i7x16_s(v128 a, v128 b) {
    s16x8 even = ((s16x8)((u16x8)a << 8) >> 8) * ((s16x8)((u16x8)b << 8) >> 8);
    s16x8 odd = ((s16x8)a >> 8) * ((s16x8)b >> 8);
    return (v128)((u16x8)even + (u16x8)odd);
}

INLINE v128 i8x16_popcnt(v128 a_) {
    u16x8 a = (u16x8)a_; /* masks keep bits from crossing into another byte */
    a = (u16x8)((u8x16)a - (u8x16)((a >> 1) & 0x5555));
    a = (a & 0x3333) + ((a >> 2) & 0x3333);
    return (v128)((a + (a >> 4)) & 0x0f0f);
}
#endif

/* ---- Lanes to numbers ---- */

INLINE u32 v128_any_true(v128 a) {
#ifdef __SSE4_1__
    return (u32)!_mm_testz_si128((__m128i)a, (__m128i)a);
#else
    return _mm_movemask_epi8(_mm_cmpeq_epi8((__m128i)a, ZERO)) != 0xffff;
#endif
}

#define ALL_TRUE(shape, equal)                                                                                                             \
    INLINE u32 shape##_all_true(v128 a) {                                                                                                  \
        return _mm_movemask_epi8((__m128i)equal) == 0;                                                                                     \
    }
ALL_TRUE(i8x16, _mm_cmpeq_epi8((__m128i)a, ZERO))
ALL_TRUE(i16x8, _mm_cmpeq_epi16((__m128i)a, ZERO))
ALL_TRUE(i32x4, _mm_cmpeq_epi32((__m128i)a, ZERO))
ALL_TRUE(i64x2, i64x2_eq(a, (v128){0}))
#undef ALL_TRUE

INLINE u32 i8x16_bitmask(v128 a) {
    return (u32)_mm_movemask_epi8((__m128i)a);
}

INLINE u32 i16x8_bitmask(v128 a) {
    return (u32)_mm_movemask_epi8(_mm_packs_epi16((__m128i)a, ZERO));
}

INLINE u32 i32x4_bitmask(v128 a) {
    return (u32)_mm_movemask_ps((__m128)a);
}

INLINE u32 i64x2_bitmask(v128 a) {
    return (u32)_mm_movemask_pd((__m128d)a);
}

/* ---- Integers ---- */

/* Bytes are shifted in 16-bit lanes; bits from the neighbour are masked off. */
INLINE v128 i8x16_shl(v128 a, u32 n) {
    return i16x8_shl(a, n & 7) & i8x16_splat(0xffu << (n & 7));
}

INLINE v128 i8x16_shr_u(v128 a, u32 n) {
    return i16x8_shr_u(a, n & 7) & i8x16_splat(0xffu >> (n & 7));
}

/* The sign bit, now at a lower position, is extended by an exclusive or and a subtraction. */
INLINE v128 i8x16_shr_s(v128 a, u32 n) {
    u8x16 sign = (u8x16)i8x16_splat(0x80u >> (n & 7));
    return (v128)(((u8x16)i8x16_shr_u(a, n) ^ sign) - sign);
}

INLINE v128 i64x2_shr_s(v128 a, u32 n) {
    v128 sign = i64x2_splat(0x8000000000000000u >> (n & 63));
    return ((a >> (n & 63)) ^ sign) - sign;
}

X86_UNARY(i16x8_abs, _mm_max_epi16(a, _mm_sub_epi16(ZERO, a)))

INLINE v128 i64x2_abs(v128 a) {
    v128 signs = (v128)_mm_shuffle_epi32(_mm_srai_epi32((__m128i)a, 31), 0xf5);
    return (a ^ signs) - signs;
}

X86_BINARY(i8x16_min_u, _mm_min_epu8(a, b))
X86_BINARY(i8x16_max_u, _mm_max_epu8(a, b))
X86_BINARY(i16x8_min_s, _mm_min_epi16(a, b))
X86_BINARY(i16x8_max_s, _mm_max_epi16(a, b))
X86_BINARY(i8x16_add_sat_s, _mm_adds_epi8(a, b))
X86_BINARY(i8x16_add_sat_u, _mm_adds_epu8(a, b))
X86_BINARY(i8x16_sub_sat_s, _mm_subs_epi8(a, b))
X86_BINARY(i8x16_sub_sat_u, _mm_subs_epu8(a, b))
X86_BINARY(i8x16_avgr_u, _mm_avg_epu8(a, b))
X86_BINARY(i16x8_add_sat_s, _mm_adds_epi16(a, b))
X86_BINARY(i16x8_add_sat_u, _mm_adds_epu16(a, b))
X86_BINARY(i16x8_sub_sat_s, _mm_subs_epi16(a, b))
X86_BINARY(i16x8_sub_sat_u, _mm_subs_epu16(a, b))
X86_BINARY(i16x8_avgr_u, _mm_avg_epu16(a, b))

/* ---- Wider and narrower lanes ---- */

X86_UNARY(i16x8_extend_high_i8x16_s, _mm_srai_epi16(_mm_unpackhi_epi8(a, a), 8))
X86_UNARY(i32x4_extend_high_i16x8_s, _mm_srai_epi32(_mm_unpackhi_epi16(a, a), 16))
X86_UNARY(i64x2_extend_high_i32x4_s, _mm_unpackhi_epi32(a, _mm_srai_epi32(a, 31)))
X86_UNARY(i16x8_extend_high_i8x16_u, _mm_unpackhi_epi8(a, ZERO))
X86_UNARY(i32x4_extend_high_i16x8_u, _mm_unpackhi_epi16(a, ZERO))
X86_UNARY(i64x2_extend_high_i32x4_u, _mm_unpackhi_epi32(a, ZERO))

#define EXTMUL8(part, sign)                                                                                                                \
    INLINE v128 i16x8_extmul_##part##_i8x16_##sign(v128 a, v128 b) {                                                                       \
        return i16x8_mul(i16x8_extend_##part##_i8x16_##sign(a), i16x8_extend_##part##_i8x16_##sign(b));                                    \
    }
EXTMUL8(low, s)
EXTMUL8(low, u)
EXTMUL8(high, s)
EXTMUL8(high, u)
#undef EXTMUL8

X86_BINARY(i32x4_extmul_low_i16x8_s, _mm_unpacklo_epi16(_mm_mullo_epi16(a, b), _mm_mulhi_epi16(a, b)))
X86_BINARY(i32x4_extmul_low_i16x8_u, _mm_unpacklo_epi16(_mm_mullo_epi16(a, b), _mm_mulhi_epu16(a, b)))
X86_BINARY(i32x4_extmul_high_i16x8_s, _mm_unpackhi_epi16(_mm_mullo_epi16(a, b), _mm_mulhi_epi16(a, b)))
X86_BINARY(i32x4_extmul_high_i16x8_u, _mm_unpackhi_epi16(_mm_mullo_epi16(a, b), _mm_mulhi_epu16(a, b)))
X86_BINARY(i64x2_extmul_low_i32x4_u, _mm_mul_epu32(_mm_shuffle_epi32(a, 0x50), _mm_shuffle_epi32(b, 0x50)))
X86_BINARY(i64x2_extmul_high_i32x4_u, _mm_mul_epu32(_mm_shuffle_epi32(a, 0xfa), _mm_shuffle_epi32(b, 0xfa)))
X86_UNARY(i32x4_extadd_pairwise_i16x8_s, _mm_madd_epi16(a, _mm_set1_epi16(1)))
UNARY(i32x4_extadd_pairwise_i16x8_u, u32x4, (a & 0xffff) + (a >> 16))
X86_BINARY(i32x4_dot_i16x8_s, _mm_madd_epi16(a, b))
X86_BINARY(i8x16_narrow_i16x8_s, _mm_packs_epi16(a, b))
X86_BINARY(i8x16_narrow_i16x8_u, _mm_packus_epi16(a, b))
X86_BINARY(i16x8_narrow_i32x4_s, _mm_packs_epi32(a, b))

/* ---- Floats ---- */

/* Makes NaNs quiet: a - 0 is a, whatever its sign, but a quiet NaN if a is a signalling one. Compilers drop the subtraction if they see
 * that the operand is 0, so the 0 is hidden from them; still they load it only once before a loop. a * 1 would also do, but is slow for
 * subnormal numbers. */
#define X86_QUIET(type, s)                                                                                                                 \
    INLINE type quiet_##s(type a) {                                                                                                        \
        type zero = _mm_setzero_##s();                                                                                                     \
        __asm__("" : "+x"(zero));                                                                                                          \
        return _mm_sub_##s(a, zero);                                                                                                       \
    }
X86_QUIET(__m128, ps)
X86_QUIET(__m128d, pd)
#undef X86_QUIET

/* min and max. The machine's minimum is the second operand if neither is smaller. So the minimum in both orders differs for zeros of
 * different signs, where `join` makes the right one, and for NaNs, which the sum passes on.
 *
 * If one operand is a constant, one instruction is enough for all numbers. The constant comes first, so that the other operand is the
 * result if they are equal, and if it is a NaN, which has been made quiet before. Only if the constant is the zero that must win against
 * the other zero, it comes second; then a NaN is made by `unordered`. */
#define LEAST_OR_MOST(name, type, s, function, join, winning_zero, number, quiet)                                                          \
    INLINE v128 name##_constant(v128 a, v128 constant) {                                                                                   \
        type x = (type)a, c = (type)constant;                                                                                              \
        bool zero = (constant[0] | constant[1]) == winning_zero;                                                                           \
        if (!zero)                                                                                                                         \
            return (v128)function(c, quiet_##s(x));                                                                                        \
        return (v128)function(x, c) | (v128)quiet((__m128i)_mm_cmpunord_##s(x, x));                                                        \
    }                                                                                                                                      \
    INLINE bool name##_knows(v128 a) {                                                                                                     \
        return __builtin_constant_p(a[0]) && __builtin_constant_p(a[1]) && number(a[0], winning_zero) && number(a[1], winning_zero) &&     \
               ((a[0] == winning_zero) == (a[1] == winning_zero));                                                                         \
    }                                                                                                                                      \
    INLINE v128 name(v128 a_, v128 b_) {                                                                                                   \
        if (name##_knows(b_))                                                                                                              \
            return name##_constant(a_, b_);                                                                                                \
        if (name##_knows(a_))                                                                                                              \
            return name##_constant(b_, a_);                                                                                                \
        type a = (type)a_, b = (type)b_;                                                                                                   \
        v128 r = (v128)function(a, b) join(v128) function(b, a);                                                                           \
        return X86_BLEND((v128)_mm_cmpunord_##s(a, b), (v128)_mm_add_##s(a, b), r);                                                        \
    }
/* Whether 64 bits are two numbers (NUMBER64: one), either none or all of which are the zero that must win. */
#define NUMBER32(a, zero)                                                                                                                  \
    ((((a)&0x7fffffff) <= 0x7f800000 && ((a) >> 32 & 0x7fffffff) <= 0x7f800000) &&                                                         \
     ((a) == (zero) || ((u32)(a) != (u32)(zero) && (u32)((a) >> 32) != (u32)(zero))))
#define NUMBER64(a, zero) (((a)&0x7fffffffffffffff) <= 0x7ff0000000000000)
#define QUIET32(unordered) _mm_slli_epi32(unordered, 22)
#define QUIET64(unordered) _mm_slli_epi64(unordered, 51)
LEAST_OR_MOST(f32x4_min, __m128, ps, _mm_min_ps, |, 0x8000000080000000, NUMBER32, QUIET32)
LEAST_OR_MOST(f32x4_max, __m128, ps, _mm_max_ps, &, 0, NUMBER32, QUIET32)
LEAST_OR_MOST(f64x2_min, __m128d, pd, _mm_min_pd, |, 0x8000000000000000, NUMBER64, QUIET64)
LEAST_OR_MOST(f64x2_max, __m128d, pd, _mm_max_pd, &, 0, NUMBER64, QUIET64)
#undef LEAST_OR_MOST
#undef NUMBER32
#undef NUMBER64
#undef QUIET32
#undef QUIET64

#define X86_FLOATS(name, type, expression)                                                                                                 \
    INLINE v128 name(v128 a_, v128 b_) {                                                                                                   \
        type a = (type)a_, b = (type)b_;                                                                                                   \
        return (v128)(expression);                                                                                                         \
    }
X86_FLOATS(f32x4_pmin, __m128, _mm_min_ps(b, a))
X86_FLOATS(f32x4_pmax, __m128, _mm_max_ps(b, a))
X86_FLOATS(f64x2_pmin, __m128d, _mm_min_pd(b, a))
X86_FLOATS(f64x2_pmax, __m128d, _mm_max_pd(b, a))
X86_FLOATS(f32x4_relaxed_min, __m128, _mm_min_ps(a, b))
X86_FLOATS(f32x4_relaxed_max, __m128, _mm_max_ps(a, b))
X86_FLOATS(f64x2_relaxed_min, __m128d, _mm_min_pd(a, b))
X86_FLOATS(f64x2_relaxed_max, __m128d, _mm_max_pd(a, b))
#undef X86_FLOATS

#define X86_FLOAT(name, type, expression)                                                                                                  \
    INLINE v128 name(v128 a_) {                                                                                                            \
        type a = (type)a_;                                                                                                                 \
        return (v128)(expression);                                                                                                         \
    }
X86_FLOAT(f32x4_sqrt, __m128, _mm_sqrt_ps(a))
X86_FLOAT(f64x2_sqrt, __m128d, _mm_sqrt_pd(a))
#ifdef __SSE4_1__
X86_FLOAT(f32x4_ceil, __m128, _mm_round_ps(a, _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC))
X86_FLOAT(f32x4_floor, __m128, _mm_round_ps(a, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC))
X86_FLOAT(f32x4_trunc, __m128, _mm_round_ps(a, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC))
X86_FLOAT(f32x4_nearest, __m128, _mm_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC))
X86_FLOAT(f64x2_ceil, __m128d, _mm_round_pd(a, _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC))
X86_FLOAT(f64x2_floor, __m128d, _mm_round_pd(a, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC))
X86_FLOAT(f64x2_trunc, __m128d, _mm_round_pd(a, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC))
X86_FLOAT(f64x2_nearest, __m128d, _mm_round_pd(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC))
#else
/* Rounding of single-precision floats: they are converted to integers and back if there are such integers. Otherwise the integer is
 * 0x80000000, and the number is whole, infinite or a NaN, which is to become quiet. The result has the sign of the operand, which matters
 * for zeros. The operand is hidden, because GCC converts numbers that it knows to be out of range to other integers, and NaNs to 0. */
INLINE v128 f32x4_kept(v128 a, __m128i integer, __m128 rounded) {
    __m128i sign = _mm_set1_epi32((int)0x80000000);
    v128 same = (v128)_mm_or_si128(_mm_cmpeq_epi32(integer, sign), sign);
    return X86_BLEND(same, (v128)quiet_ps((__m128)a), (v128)rounded);
}
INLINE v128 f32x4_nearest(v128 a) {
    a = v128_opaque(a);
    __m128i integer = _mm_cvtps_epi32((__m128)a);
    return f32x4_kept(a, integer, _mm_cvtepi32_ps(integer));
}
INLINE v128 f32x4_trunc(v128 a) {
    a = v128_opaque(a);
    __m128i integer = _mm_cvttps_epi32((__m128)a);
    return f32x4_kept(a, integer, _mm_cvtepi32_ps(integer));
}
INLINE v128 f32x4_floor(v128 a) {
    a = v128_opaque(a);
    __m128i integer = _mm_cvttps_epi32((__m128)a);
    __m128 whole = _mm_cvtepi32_ps(integer), above = _mm_cmpgt_ps(whole, (__m128)a);
    return f32x4_kept(a, integer, _mm_sub_ps(whole, _mm_and_ps(above, _mm_set1_ps(1))));
}
INLINE v128 f32x4_ceil(v128 a) {
    a = v128_opaque(a);
    __m128i integer = _mm_cvttps_epi32((__m128)a);
    __m128 whole = _mm_cvtepi32_ps(integer), below = _mm_cmplt_ps(whole, (__m128)a);
    return f32x4_kept(a, integer, _mm_add_ps(whole, _mm_and_ps(below, _mm_set1_ps(1))));
}

/* Rounding of double-precision floats: from 2^52 on all numbers are whole. Smaller ones are rounded to the nearest even number when 2^52 is
 * added. Then one is subtracted or added if that was the wrong direction. The sign is put back last, which matters for zeros; the sum with
 * 0 makes NaNs quiet. */
#define ROUNDED(shape, T, scalar, whole, sign)                                                                                             \
    INLINE v128 shape##_kept(v128 a_, v128 rounded) {                                                                                      \
        T a = (T)a_;                                                                                                                       \
        return PICK((T)shape##_abs(a_) < whole, (rounded & ~sign) | (a_ & sign), a + (scalar)0);                                           \
    }                                                                                                                                      \
    INLINE T shape##_whole(v128 a) {                                                                                                       \
        T magnitude = (T)shape##_abs(a);                                                                                                   \
        return (T)(((v128)(magnitude + whole - whole)) | (a & sign));                                                                      \
    }                                                                                                                                      \
    INLINE v128 shape##_nearest(v128 a) {                                                                                                  \
        return shape##_kept(a, (v128)shape##_whole(a));                                                                                    \
    }                                                                                                                                      \
    INLINE v128 shape##_floor(v128 a) {                                                                                                    \
        T near = shape##_whole(a);                                                                                                         \
        return shape##_kept(a, (v128)(near - (T)((v128)(near > (T)a) & shape##_splat(1))));                                                \
    }                                                                                                                                      \
    INLINE v128 shape##_ceil(v128 a) {                                                                                                     \
        T near = shape##_whole(a);                                                                                                         \
        return shape##_kept(a, (v128)(near + (T)((v128)(near < (T)a) & shape##_splat(1))));                                                \
    }                                                                                                                                      \
    INLINE v128 shape##_trunc(v128 a) {                                                                                                    \
        T near = (T)shape##_abs((v128)shape##_whole(a)), magnitude = (T)shape##_abs(a);                                                    \
        return shape##_kept(a, (v128)(near - (T)((v128)(near > magnitude) & shape##_splat(1))));                                           \
    }
ROUNDED(f64x2, f64x2, f64, 0x1p52, SIGN64)
#undef ROUNDED
#endif
#undef X86_FLOAT

/* ---- Conversions. Operands are hidden from the compiler, because what it makes of numbers out of range differs from what the
 * machine does. ---- */

/* The machine converts a number out of range to 0x80000000. This is right if it is too small; if it is too large, the complement,
 * 0x7fffffff, is. A NaN is replaced by 0 before. */
INLINE v128 i32x4_trunc_sat_f32x4_s(v128 a_) {
    __m128 a = (__m128)v128_opaque((v128)_mm_and_ps((__m128)a_, _mm_cmpord_ps((__m128)a_, (__m128)a_)));
    __m128i above = (__m128i)_mm_cmpge_ps(a, _mm_set1_ps(0x1p31f));
    return (v128)_mm_xor_si128(_mm_cvttps_epi32(a), above);
}

/* Adds two numbers below 2^31: the operand up to there, and the rest. The rest is complemented if even that is out of range. Negative
 * numbers and NaNs become 0 in the first step. */
INLINE v128 i32x4_trunc_sat_f32x4_u(v128 a_) {
    __m128 a = (__m128)v128_opaque((v128)_mm_max_ps((__m128)a_, _mm_setzero_ps())), half = _mm_set1_ps(0x1p31f),
           beyond = _mm_sub_ps(a, half);
    __m128i above = (__m128i)_mm_cmpge_ps(beyond, half);
    __m128i upper = _mm_xor_si128(_mm_cvttps_epi32(_mm_max_ps(beyond, _mm_setzero_ps())), above);
    return (v128)_mm_add_epi32(_mm_cvttps_epi32(a), upper);
}

X86_UNARY(i32x4_relaxed_trunc_f32x4_s, _mm_cvttps_epi32((__m128)v128_opaque((v128)a)))

INLINE v128 i32x4_trunc_sat_f64x2_s_zero(v128 a_) {
    __m128d a = (__m128d)a_, most = _mm_and_pd(_mm_cmpord_pd(a, a), _mm_set1_pd(2147483647));
    __m128d least = _mm_min_pd(a, most); /* the result is the second operand if a is a NaN */
    return (v128)_mm_cvttpd_epi32((__m128d)v128_opaque((v128)least));
}

/* After adding 2^52 the integer is in the low bits. */
INLINE v128 i32x4_trunc_sat_f64x2_u_zero(v128 a_) {
    __m128d a = _mm_min_pd(_mm_max_pd((__m128d)a_, _mm_setzero_pd()), _mm_set1_pd(4294967295));
    __m128d sum = _mm_add_pd((__m128d)f64x2_trunc((v128)a), _mm_set1_pd(0x1p52));
    return (v128)_mm_shuffle_ps((__m128)sum, _mm_setzero_ps(), 0x88);
}

/* Both halves and the product are exact, so only the sum rounds. */
INLINE v128 f32x4_convert_i32x4_u(v128 a) {
    __m128i high = _mm_srli_epi32((__m128i)a, 16), low = _mm_and_si128((__m128i)a, _mm_set1_epi32(0xffff));
    return (v128)_mm_add_ps(_mm_mul_ps(_mm_cvtepi32_ps(high), _mm_set1_ps(0x1p16f)), _mm_cvtepi32_ps(low));
}

X86_UNARY(f64x2_convert_low_i32x4_s, _mm_cvtepi32_pd(a))

/* With the right upper half, the number is 2^52 plus the integer; then 2^52 is subtracted. */
INLINE v128 f64x2_convert_low_i32x4_u(v128 a) {
    __m128i sum = _mm_unpacklo_epi32((__m128i)a, _mm_set1_epi32(0x43300000));
    return (v128)_mm_sub_pd((__m128d)sum, _mm_set1_pd(0x1p52));
}

X86_UNARY(f32x4_demote_f64x2_zero, _mm_cvtpd_ps((__m128d)a))
X86_UNARY(f64x2_promote_low_f32x4, _mm_cvtps_pd((__m128)a))

/* ---- Relaxed multiply-add: rounds once where the machine can ---- */

#ifdef __FMA__
INLINE v128 f32x4_relaxed_madd(v128 a, v128 b, v128 c) {
    return (v128)_mm_fmadd_ps((__m128)a, (__m128)b, (__m128)c);
}

INLINE v128 f64x2_relaxed_madd(v128 a, v128 b, v128 c) {
    return (v128)_mm_fmadd_pd((__m128d)a, (__m128d)b, (__m128d)c);
}
#else
#define f32x4_relaxed_madd(a, b, c) f32x4_add(f32x4_mul(a, b), c)
#define f64x2_relaxed_madd(a, b, c) f64x2_add(f64x2_mul(a, b), c)
#endif

#undef X86_UNARY
#undef X86_BINARY
#undef X86_BLEND
#undef ZERO

#endif
