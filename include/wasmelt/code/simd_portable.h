/* Vector instructions for any machine. simd.h includes this if there is nothing better, and always if WASMELT_SIMD_PORTABLE is defined,
 * which is for tests. */
#ifndef WASMELT_CODE_SIMD_PORTABLE_H
#define WASMELT_CODE_SIMD_PORTABLE_H

#include <wasmelt/target.h>

#include <wasmelt/code/simd_shifts.h>

typedef s8 s8x8 __attribute__((vector_size(8)));
typedef u8 u8x8 __attribute__((vector_size(8)));
typedef s16 s16x4 __attribute__((vector_size(8)));
typedef u16 u16x4 __attribute__((vector_size(8)));
typedef s32 s32x2 __attribute__((vector_size(8)));
typedef u32 u32x2 __attribute__((vector_size(8)));
typedef f32 f32x2 __attribute__((vector_size(8)));

/* Bytes `from` to `from` + 15 of a followed by b. */
#define v128_window(a, b, from)                                                                                                            \
    i8x16_shuffle(a, b, from, from + 1, from + 2, from + 3, from + 4, from + 5, from + 6, from + 7, from + 8, from + 9, from + 10,         \
                  from + 11, from + 12, from + 13, from + 14, from + 15)

/* ---- Lanes to numbers ---- */

INLINE u32 v128_any_true(v128 a) {
    return (a[0] | a[1]) != 0;
}

/* Collects the highest bit of each of the eight bytes into one byte: the product moves each of these bits to its place in the highest
 * byte. */
INLINE u32 wasmelt_gathered(u64 a) {
    return (u32)((a & 0x8080808080808080u) * 0x0002040810204081u >> 56);
}

INLINE u32 i8x16_bitmask(v128 a) {
    return wasmelt_gathered(a[0]) | wasmelt_gathered(a[1]) << 8;
}

#define ALL_TRUE(shape, U)                                                                                                                 \
    INLINE u32 shape##_all_true(v128 a) {                                                                                                  \
        return !v128_any_true((v128)((U)a == 0));                                                                                          \
    }
#define BITMASK(shape, S, lanes)                                                                                                           \
    INLINE u32 shape##_bitmask(v128 a) {                                                                                                   \
        u32 r = 0;                                                                                                                         \
        for (unsigned k = 0; k < lanes; k++)                                                                                               \
            r |= (u32)(((S)a)[LANE(k, lanes)] < 0) << k;                                                                                   \
        return r;                                                                                                                          \
    }
ALL_TRUE(i8x16, u8x16)
ALL_TRUE(i16x8, u16x8)
ALL_TRUE(i32x4, u32x4)
ALL_TRUE(i64x2, u64x2)
BITMASK(i16x8, s16x8, 8)
BITMASK(i32x4, s32x4, 4)
BITMASK(i64x2, s64x2, 2)
#undef ALL_TRUE
#undef BITMASK

INLINE v128 i8x16_swizzle(v128 a, v128 b) {
    u8x16 from = (u8x16)a, at = (u8x16)b, r;
    for (unsigned k = 0; k < 16; k++)
        r[k] = at[k] < 16 ? from[LANE(at[k] & 15, 16)] : 0;
    return (v128)r;
}

/* ---- Integers ---- */

UNARY(i8x16_abs, s8x16, PICK(a < 0, 0 - (u8x16)a, a))
UNARY(i16x8_abs, s16x8, PICK(a < 0, 0 - (u16x8)a, a))
UNARY(i32x4_abs, s32x4, PICK(a < 0, 0 - (u32x4)a, a))
UNARY(i64x2_abs, s64x2, PICK(a < 0, 0 - (u64x2)a, a))

#define LEAST_AND_MOST(shape, S, U)                                                                                                        \
    BINARY(shape##_min_s, S, PICK(a < b, a, b))                                                                                            \
    BINARY(shape##_min_u, U, PICK(a < b, a, b))                                                                                            \
    BINARY(shape##_max_s, S, PICK(a > b, a, b))                                                                                            \
    BINARY(shape##_max_u, U, PICK(a > b, a, b))
LEAST_AND_MOST(i8x16, s8x16, u8x16)
LEAST_AND_MOST(i16x8, s16x8, u16x8)
LEAST_AND_MOST(i32x4, s32x4, u32x4)
#undef LEAST_AND_MOST

BINARY(i64x2_eq, u64x2, a == b)
BINARY(i64x2_ne, u64x2, a != b)
BINARY(i64x2_lt_s, s64x2, a < b)
BINARY(i64x2_gt_s, s64x2, a > b)
BINARY(i64x2_le_s, s64x2, a <= b)
BINARY(i64x2_ge_s, s64x2, a >= b)

/* Saturating addition and subtraction. A signed sum has overflowed if its sign differs from those of both operands; the sign of the first
 * operand then tells which bound is the result. A difference has overflowed if the operands have different signs and its sign differs from
 * the first. */
#define SATURATING(shape, S, U, bits, most)                                                                                                \
    INLINE v128 shape##_add_sat_s(v128 a, v128 b) {                                                                                        \
        U r = (U)a + (U)b;                                                                                                                 \
        S over = (S)(((U)a ^ r) & ((U)b ^ r)) >> (bits - 1);                                                                               \
        return PICK(over, ((S)a >> (bits - 1)) ^ most, r);                                                                                 \
    }                                                                                                                                      \
    INLINE v128 shape##_sub_sat_s(v128 a, v128 b) {                                                                                        \
        U r = (U)a - (U)b;                                                                                                                 \
        S over = (S)(((U)a ^ (U)b) & ((U)a ^ r)) >> (bits - 1);                                                                            \
        return PICK(over, ((S)a >> (bits - 1)) ^ most, r);                                                                                 \
    }                                                                                                                                      \
    BINARY(shape##_add_sat_u, U, (v128)(a + b) | (v128)((U)(a + b) < a))                                                                   \
    BINARY(shape##_sub_sat_u, U, (v128)(a - b) & (v128)(a >= b))                                                                           \
    BINARY(shape##_avgr_u, U, (a | b) - ((a ^ b) >> 1))
SATURATING(i8x16, s8x16, u8x16, 8, 0x7f)
SATURATING(i16x8, s16x8, u16x8, 16, 0x7fff)
#undef SATURATING

INLINE v128 i8x16_popcnt(v128 a_) {
    u8x16 a = (u8x16)a_;
    a = a - ((a >> 1) & 0x55);
    a = (a & 0x33) + ((a >> 2) & 0x33);
    return (v128)((a + (a >> 4)) & 0x0f);
}

INLINE v128 i16x8_q15mulr_sat_s(v128 a_, v128 b_) {
    s16x8 a = (s16x8)a_, b = (s16x8)b_, r;
    for (unsigned k = 0; k < 8; k++) {
        s32 product = (a[k] * b[k] + 0x4000) >> 15;
        r[k] = (s16)(product > 0x7fff ? 0x7fff : product);
    }
    return (v128)r;
}

/* ---- Wider and narrower lanes. N and W are vector types of eight bytes: with narrow lanes, and with lanes twice as wide. ---- */

#define WIDER(wide, narrow, part, half, sign, N, W)                                                                                        \
    INLINE v128 wide##_extend_##part##_##narrow##_##sign(v128 a) {                                                                         \
        return (v128)HALVES(__builtin_convertvector((N)a[half], W));                                                                       \
    }                                                                                                                                      \
    INLINE v128 wide##_extmul_##part##_##narrow##_##sign(v128 a, v128 b) {                                                                 \
        return (v128)HALVES(__builtin_convertvector((N)a[half], W) * __builtin_convertvector((N)b[half], W));                              \
    }
WIDER(i16x8, i8x16, low, 0, s, s8x8, s16x8)
WIDER(i16x8, i8x16, high, 1, s, s8x8, s16x8)
WIDER(i16x8, i8x16, low, 0, u, u8x8, u16x8)
WIDER(i16x8, i8x16, high, 1, u, u8x8, u16x8)
WIDER(i32x4, i16x8, low, 0, s, s16x4, s32x4)
WIDER(i32x4, i16x8, high, 1, s, s16x4, s32x4)
WIDER(i32x4, i16x8, low, 0, u, u16x4, u32x4)
WIDER(i32x4, i16x8, high, 1, u, u16x4, u32x4)
WIDER(i64x2, i32x4, low, 0, s, s32x2, s64x2)
WIDER(i64x2, i32x4, high, 1, s, s32x2, s64x2)
WIDER(i64x2, i32x4, low, 0, u, u32x2, u64x2)
WIDER(i64x2, i32x4, high, 1, u, u32x2, u64x2)
#undef WIDER

/* Adds neighbouring lanes: in lanes twice as wide, even lanes are the low halves and odd lanes the high halves. */
UNARY(i16x8_extadd_pairwise_i8x16_s, s16x8, ((s16x8)((u16x8)a << 8) >> 8) + (a >> 8))
UNARY(i16x8_extadd_pairwise_i8x16_u, u16x8, (a & 0xff) + (a >> 8))
UNARY(i32x4_extadd_pairwise_i16x8_s, s32x4, ((s32x4)((u32x4)a << 16) >> 16) + (a >> 16))
UNARY(i32x4_extadd_pairwise_i16x8_u, u32x4, (a & 0xffff) + (a >> 16))

INLINE v128 i32x4_dot_i16x8_s(v128 a, v128 b) {
    s32x4 even = ((s32x4)((u32x4)a << 16) >> 16) * ((s32x4)((u32x4)b << 16) >> 16);
    s32x4 odd = ((s32x4)a >> 16) * ((s32x4)b >> 16);
    return (v128)((u32x4)even + (u32x4)odd);
}

#define NARROWER(narrow, wide, sign, low, high, N, W)                                                                                      \
    INLINE v128 narrow##_narrow_##wide##_##sign(v128 a, v128 b) {                                                                          \
        a = wide##_min_s(wide##_max_s(a, wide##_splat((u32)low)), wide##_splat(high));                                                     \
        b = wide##_min_s(wide##_max_s(b, wide##_splat((u32)low)), wide##_splat(high));                                                     \
        return (v128){(u64) __builtin_convertvector(HALVES((W)a), N), (u64) __builtin_convertvector(HALVES((W)b), N)};                     \
    }
NARROWER(i8x16, i16x8, s, -128, 127, u8x8, u16x8)
NARROWER(i8x16, i16x8, u, 0, 255, u8x8, u16x8)
NARROWER(i16x8, i32x4, s, -32768, 32767, u16x4, u32x4)
NARROWER(i16x8, i32x4, u, 0, 65535, u16x4, u32x4)
#undef NARROWER

/* ---- Floats ---- */

/* Hides an operand of the sum that passes on a NaN: compilers know that adding a zero changes nothing, and would leave it out. */
INLINE v128 wasmelt_summand(v128 a) {
    return __builtin_constant_p(a[0]) || __builtin_constant_p(a[1]) ? v128_opaque(a) : a;
}

/* min and max. If neither operand is smaller, they are equal, perhaps zeros of different signs, or one is a NaN, which the sum of both
 * passes on. */
#define SUM(T) ((T)wasmelt_summand(a_) + (T)wasmelt_summand(b_))
#define FLOATS(shape, T, scalar, lanes)                                                                                                    \
    BINARY(shape##_min, T, PICK(a < b, a, PICK(b < a, b, PICK(a == b, a_ | b_, SUM(T)))))                                                  \
    BINARY(shape##_max, T, PICK(a > b, a, PICK(b > a, b, PICK(a == b, a_ & b_, SUM(T)))))                                                  \
    BINARY(shape##_pmin, T, PICK(b < a, b, a))                                                                                             \
    BINARY(shape##_pmax, T, PICK(a < b, b, a))                                                                                             \
    EACH(shape, T, ceil, scalar, lanes)                                                                                                    \
    EACH(shape, T, floor, scalar, lanes)                                                                                                   \
    EACH(shape, T, trunc, scalar, lanes)                                                                                                   \
    EACH(shape, T, nearest, scalar, lanes)                                                                                                 \
    EACH(shape, T, sqrt, scalar, lanes)
#define EACH(shape, T, function, scalar, lanes)                                                                                            \
    INLINE v128 shape##_##function(v128 a) {                                                                                               \
        T t = (T)a;                                                                                                                        \
        for (unsigned k = 0; k < lanes; k++)                                                                                               \
            t[k] = scalar##_##function(t[k]);                                                                                              \
        return (v128)t;                                                                                                                    \
    }
FLOATS(f32x4, f32x4, f32, 4)
FLOATS(f64x2, f64x2, f64, 2)
#undef FLOATS
#undef EACH
#undef SUM

/* The vector of these two lanes and two zeros. */
INLINE v128 i32x4_first(u32 first, u32 second) {
    return (v128){(u64)second << 32 | first, 0};
}

#define TRUNC_SAT(sign)                                                                                                                    \
    INLINE v128 i32x4_trunc_sat_f32x4_##sign(v128 a_) {                                                                                    \
        f32x4 a = (f32x4)a_;                                                                                                               \
        u32x4 r;                                                                                                                           \
        for (unsigned k = 0; k < 4; k++)                                                                                                   \
            r[k] = i32_trunc_sat_f32_##sign(a[k]);                                                                                         \
        return (v128)r;                                                                                                                    \
    }                                                                                                                                      \
    INLINE v128 i32x4_trunc_sat_f64x2_##sign##_zero(v128 a_) {                                                                             \
        f64x2 a = (f64x2)a_;                                                                                                               \
        return i32x4_first(i32_trunc_sat_f64_##sign(a[0]), i32_trunc_sat_f64_##sign(a[1]));                                                \
    }
TRUNC_SAT(s)
TRUNC_SAT(u)
#undef TRUNC_SAT

UNARY(f32x4_convert_i32x4_u, u32x4, __builtin_convertvector(a, f32x4))
UNARY(f64x2_convert_low_i32x4_s, u64x2, HALVES(__builtin_convertvector((s32x2)a[0], f64x2)))
UNARY(f64x2_convert_low_i32x4_u, u64x2, HALVES(__builtin_convertvector((u32x2)a[0], f64x2)))

INLINE v128 f32x4_demote_f64x2_zero(v128 a) {
    return i32x4_first(bits_f32(f32_demote(((f64x2)a)[0])), bits_f32(f32_demote(((f64x2)a)[1])));
}

INLINE v128 f64x2_promote_low_f32x4(v128 a) {
    return (v128)(f64x2){f64_promote(((f32x4)a)[LANE(0, 4)]), f64_promote(((f32x4)a)[LANE(1, 4)])};
}

/* ---- Relaxed ---- */

#define i8x16_relaxed_swizzle(a, b) i8x16_swizzle(a, b)
#define i32x4_relaxed_trunc_f32x4_s(a) i32x4_trunc_sat_f32x4_s(a)
#define f32x4_relaxed_madd(a, b, c) f32x4_add(f32x4_mul(a, b), c)
#define f64x2_relaxed_madd(a, b, c) f64x2_add(f64x2_mul(a, b), c)
#define f32x4_relaxed_min(a, b) f32x4_min(a, b)
#define f32x4_relaxed_max(a, b) f32x4_max(a, b)
#define f64x2_relaxed_min(a, b) f64x2_min(a, b)
#define f64x2_relaxed_max(a, b) f64x2_max(a, b)
#define i16x8_relaxed_q15mulr_s(a, b) i16x8_q15mulr_sat_s(a, b)

INLINE v128 i16x8_relaxed_dot_i8x16_i7x16_s(v128 a, v128 b) {
    s16x8 even = ((s16x8)((u16x8)a << 8) >> 8) * ((s16x8)((u16x8)b << 8) >> 8);
    s16x8 odd = ((s16x8)a >> 8) * ((s16x8)b >> 8);
    return (v128)((u16x8)even + (u16x8)odd);
}

#endif
