/* The vector instructions (WebAssembly 3.0, sections 4.3.6 and 4.4.4; relaxed ones too) as GCC and Clang vector
 * code: an inline function each, under the instruction's name. Only generated code that has vectors includes
 * this. Compilers turn most of these into one instruction where the machine has it.
 *
 * Where relaxed instructions leave a choice they do what the strict one of the same name does; dot products
 * take the second operand as signed, and multiply-add rounds twice. */
#ifndef WASMELT_SIMD_H
#define WASMELT_SIMD_H

#include <wasmelt/code.h>

typedef wasmelt_v128 v128;
typedef v128 __attribute__((aligned(1), may_alias)) any128;

typedef s8 s8x16 __attribute__((vector_size(16)));
typedef u8 u8x16 __attribute__((vector_size(16)));
typedef s16 s16x8 __attribute__((vector_size(16)));
typedef u16 u16x8 __attribute__((vector_size(16)));
typedef s32 s32x4 __attribute__((vector_size(16)));
typedef u32 u32x4 __attribute__((vector_size(16)));
typedef s64 s64x2 __attribute__((vector_size(16)));
typedef u64 u64x2 __attribute__((vector_size(16)));
typedef f32 f32x4 __attribute__((vector_size(16)));
typedef f64 f64x2 __attribute__((vector_size(16)));
typedef s8 s8x8 __attribute__((vector_size(8)));
typedef u8 u8x8 __attribute__((vector_size(8)));
typedef s16 s16x4 __attribute__((vector_size(8)));
typedef u16 u16x4 __attribute__((vector_size(8)));
typedef s32 s32x2 __attribute__((vector_size(8)));
typedef u32 u32x2 __attribute__((vector_size(8)));
typedef f32 f32x2 __attribute__((vector_size(8)));

/* ---- Memory. The argument is a `u8 *`. ---- */

#define V128(p) (*(any128 *)(p))

/* A copy of the bytes, read at once and for certain. */
typedef u8 bytes1;
typedef any16 bytes2;
typedef any32 bytes4;
typedef any64 bytes8;
typedef any128 bytes16;
#define touched(p, width) ((u8 *)&(struct { bytes##width v; }){*(volatile bytes##width *)(p)})

#define LOADED(T, p)                                                                                        \
    ({                                                                                                      \
        T loaded_;                                                                                          \
        memcpy(&loaded_, (p), sizeof loaded_);                                                              \
        loaded_;                                                                                            \
    })
#define V128_8X8_S(p) ((v128)__builtin_convertvector(LOADED(s8x8, p), s16x8))
#define V128_8X8_U(p) ((v128)__builtin_convertvector(LOADED(u8x8, p), u16x8))
#define V128_16X4_S(p) ((v128)__builtin_convertvector(LOADED(s16x4, p), s32x4))
#define V128_16X4_U(p) ((v128)__builtin_convertvector(LOADED(u16x4, p), u32x4))
#define V128_32X2_S(p) ((v128)__builtin_convertvector(LOADED(s32x2, p), s64x2))
#define V128_32X2_U(p) ((v128)__builtin_convertvector(LOADED(u32x2, p), u64x2))
#define V128_8_SPLAT(p) i8x16_splat(*(u8 *)(p))
#define V128_16_SPLAT(p) i16x8_splat(*(any16 *)(p))
#define V128_32_SPLAT(p) i32x4_splat(*(any32 *)(p))
#define V128_64_SPLAT(p) i64x2_splat(*(any64 *)(p))
#define V128_32_ZERO(p) ((v128){*(any32 *)(p), 0})
#define V128_64_ZERO(p) ((v128){*(any64 *)(p), 0})
#define V128_8_LANE(p, v, lane) i8x16_replace_lane(v, *(u8 *)(p), lane)
#define V128_16_LANE(p, v, lane) i16x8_replace_lane(v, *(any16 *)(p), lane)
#define V128_32_LANE(p, v, lane) i32x4_replace_lane(v, *(any32 *)(p), lane)
#define V128_64_LANE(p, v, lane) i64x2_replace_lane(v, *(any64 *)(p), lane)

#define V_V128(p) V128(touched(p, 16))
#define V_V128_8X8_S(p) V128_8X8_S(touched(p, 8))
#define V_V128_8X8_U(p) V128_8X8_U(touched(p, 8))
#define V_V128_16X4_S(p) V128_16X4_S(touched(p, 8))
#define V_V128_16X4_U(p) V128_16X4_U(touched(p, 8))
#define V_V128_32X2_S(p) V128_32X2_S(touched(p, 8))
#define V_V128_32X2_U(p) V128_32X2_U(touched(p, 8))
#define V_V128_8_SPLAT(p) V128_8_SPLAT(touched(p, 1))
#define V_V128_16_SPLAT(p) V128_16_SPLAT(touched(p, 2))
#define V_V128_32_SPLAT(p) V128_32_SPLAT(touched(p, 4))
#define V_V128_64_SPLAT(p) V128_64_SPLAT(touched(p, 8))
#define V_V128_32_ZERO(p) V128_32_ZERO(touched(p, 4))
#define V_V128_64_ZERO(p) V128_64_ZERO(touched(p, 8))
#define V_V128_8_LANE(p, v, lane) V128_8_LANE(touched(p, 1), v, lane)
#define V_V128_16_LANE(p, v, lane) V128_16_LANE(touched(p, 2), v, lane)
#define V_V128_32_LANE(p, v, lane) V128_32_LANE(touched(p, 4), v, lane)
#define V_V128_64_LANE(p, v, lane) V128_64_LANE(touched(p, 8), v, lane)

/* ---- Lanes ---- */

#define LANES(shape, T, scalar)                                                                             \
    INLINE v128 shape##_splat(scalar a) {                                                                   \
        return (v128)((T){0} + (__typeof__(((T){0})[0]))a);                                                 \
    }                                                                                                       \
    INLINE v128 shape##_replace_lane(v128 a, scalar b, unsigned lane) {                                     \
        T t = (T)a;                                                                                         \
        t[lane] = (__typeof__(t[0]))b;                                                                      \
        return (v128)t;                                                                                     \
    }
LANES(i8x16, u8x16, u32)
LANES(i16x8, u16x8, u32)
LANES(i32x4, u32x4, u32)
LANES(i64x2, u64x2, u64)
#undef LANES

/* Floats by assignment: adding to zero would turn -0 into 0. */
INLINE v128 f32x4_splat(f32 a) {
    return (v128)(f32x4){a, a, a, a};
}

INLINE v128 f64x2_splat(f64 a) {
    return (v128)(f64x2){a, a};
}

INLINE v128 f32x4_replace_lane(v128 a, f32 b, unsigned lane) {
    f32x4 t = (f32x4)a;
    t[lane] = b;
    return (v128)t;
}

INLINE v128 f64x2_replace_lane(v128 a, f64 b, unsigned lane) {
    f64x2 t = (f64x2)a;
    t[lane] = b;
    return (v128)t;
}

#define EXTRACT(name, T, result, through)                                                                   \
    INLINE result name(v128 a, unsigned lane) {                                                             \
        return (result)(through)((T)a)[lane];                                                               \
    }
EXTRACT(i8x16_extract_lane_s, s8x16, u32, s32)
EXTRACT(i8x16_extract_lane_u, u8x16, u32, u32)
EXTRACT(i16x8_extract_lane_s, s16x8, u32, s32)
EXTRACT(i16x8_extract_lane_u, u16x8, u32, u32)
EXTRACT(i32x4_extract_lane, u32x4, u32, u32)
EXTRACT(i64x2_extract_lane, u64x2, u64, u64)
EXTRACT(f32x4_extract_lane, f32x4, f32, f32)
EXTRACT(f64x2_extract_lane, f64x2, f64, f64)
#undef EXTRACT

#define i8x16_shuffle(a, b, ...) ((v128)__builtin_shufflevector((u8x16)(a), (u8x16)(b), __VA_ARGS__))

INLINE v128 i8x16_swizzle(v128 a, v128 b) {
    u8x16 from = (u8x16)a, at = (u8x16)b, r;
    for (unsigned k = 0; k < 16; k++)
        r[k] = at[k] < 16 ? from[at[k] & 15] : 0;
    return (v128)r;
}

/* ---- Bits ---- */

INLINE v128 v128_not(v128 a) {
    return ~a;
}

INLINE v128 v128_and(v128 a, v128 b) {
    return a & b;
}

INLINE v128 v128_andnot(v128 a, v128 b) {
    return a & ~b;
}

INLINE v128 v128_or(v128 a, v128 b) {
    return a | b;
}

INLINE v128 v128_xor(v128 a, v128 b) {
    return a ^ b;
}

INLINE v128 v128_bitselect(v128 a, v128 b, v128 mask) {
    return (a & mask) | (b & ~mask);
}

INLINE u32 v128_any_true(v128 a) {
    return (a[0] | a[1]) != 0;
}

/* ---- Operators on each lane ---- */

#define UNARY(name, T, expression)                                                                          \
    INLINE v128 name(v128 a_) {                                                                             \
        T a = (T)a_;                                                                                        \
        return (v128)(expression);                                                                          \
    }
#define BINARY(name, T, expression)                                                                         \
    INLINE v128 name(v128 a_, v128 b_) {                                                                    \
        T a = (T)a_, b = (T)b_;                                                                             \
        return (v128)(expression);                                                                          \
    }
/* `yes` where the mask is set. */
#define PICK(mask, yes, no) (((v128)(mask) & (v128)(yes)) | (~(v128)(mask) & (v128)(no)))

#define INTEGERS(shape, S, U, bits)                                                                         \
    BINARY(shape##_eq, U, a == b)                                                                           \
    BINARY(shape##_ne, U, a != b)                                                                           \
    BINARY(shape##_lt_s, S, a < b)                                                                          \
    BINARY(shape##_gt_s, S, a > b)                                                                          \
    BINARY(shape##_le_s, S, a <= b)                                                                         \
    BINARY(shape##_ge_s, S, a >= b)                                                                         \
    BINARY(shape##_add, U, a + b)                                                                           \
    BINARY(shape##_sub, U, a - b)                                                                           \
    UNARY(shape##_neg, U, 0 - a)                                                                            \
    UNARY(shape##_abs, S, PICK(a < 0, 0 - (U)a, a))                                                         \
    INLINE v128 shape##_shl(v128 a, u32 n) {                                                                \
        return (v128)((U)a << (U)shape##_splat(n & (bits - 1)));                                            \
    }                                                                                                       \
    INLINE v128 shape##_shr_s(v128 a, u32 n) {                                                              \
        return (v128)((S)a >> (S)shape##_splat(n & (bits - 1)));                                            \
    }                                                                                                       \
    INLINE v128 shape##_shr_u(v128 a, u32 n) {                                                              \
        return (v128)((U)a >> (U)shape##_splat(n & (bits - 1)));                                            \
    }                                                                                                       \
    INLINE u32 shape##_all_true(v128 a) {                                                                   \
        return !v128_any_true((v128)((U)a == 0));                                                           \
    }                                                                                                       \
    INLINE u32 shape##_bitmask(v128 a) {                                                                    \
        u32 r = 0;                                                                                          \
        for (unsigned k = 0; k < 128 / bits; k++)                                                           \
            r |= (u32)(((S)a)[k] < 0) << k;                                                                 \
        return r;                                                                                           \
    }
INTEGERS(i8x16, s8x16, u8x16, 8)
INTEGERS(i16x8, s16x8, u16x8, 16)
INTEGERS(i32x4, s32x4, u32x4, 32)
INTEGERS(i64x2, s64x2, u64x2, 64)
#undef INTEGERS

#define UP_TO_32_BITS(shape, S, U)                                                                          \
    BINARY(shape##_lt_u, U, a < b)                                                                          \
    BINARY(shape##_gt_u, U, a > b)                                                                          \
    BINARY(shape##_le_u, U, a <= b)                                                                         \
    BINARY(shape##_ge_u, U, a >= b)                                                                         \
    BINARY(shape##_min_s, S, PICK(a < b, a, b))                                                             \
    BINARY(shape##_min_u, U, PICK(a < b, a, b))                                                             \
    BINARY(shape##_max_s, S, PICK(a > b, a, b))                                                             \
    BINARY(shape##_max_u, U, PICK(a > b, a, b))
UP_TO_32_BITS(i8x16, s8x16, u8x16)
UP_TO_32_BITS(i16x8, s16x8, u16x8)
UP_TO_32_BITS(i32x4, s32x4, u32x4)
#undef UP_TO_32_BITS

BINARY(i16x8_mul, u16x8, a *b)
BINARY(i32x4_mul, u32x4, a *b)
BINARY(i64x2_mul, u64x2, a *b)

/* Saturation: a sum overflowed if its sign is neither operand's; the bound follows from the first. */
#define SATURATING(shape, S, U, bits, most)                                                                 \
    INLINE v128 shape##_add_sat_s(v128 a, v128 b) {                                                         \
        U r = (U)a + (U)b;                                                                                  \
        S over = (S)(((U)a ^ r) & ((U)b ^ r)) >> (bits - 1);                                                \
        return PICK(over, ((S)a >> (bits - 1)) ^ most, r);                                                  \
    }                                                                                                       \
    INLINE v128 shape##_sub_sat_s(v128 a, v128 b) {                                                         \
        U r = (U)a - (U)b;                                                                                  \
        S over = (S)(((U)a ^ (U)b) & ((U)a ^ r)) >> (bits - 1);                                             \
        return PICK(over, ((S)a >> (bits - 1)) ^ most, r);                                                  \
    }                                                                                                       \
    BINARY(shape##_add_sat_u, U, (v128)(a + b) | (v128)((U)(a + b) < a))                                    \
    BINARY(shape##_sub_sat_u, U, (v128)(a - b) & (v128)(a >= b))                                            \
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

/* ---- Wider and narrower lanes ---- */

#define LOW8(T, a) __builtin_shufflevector((T)(a), (T)(a), 0, 1, 2, 3, 4, 5, 6, 7)
#define HIGH8(T, a) __builtin_shufflevector((T)(a), (T)(a), 8, 9, 10, 11, 12, 13, 14, 15)
#define LOW4(T, a) __builtin_shufflevector((T)(a), (T)(a), 0, 1, 2, 3)
#define HIGH4(T, a) __builtin_shufflevector((T)(a), (T)(a), 4, 5, 6, 7)
#define LOW2(T, a) __builtin_shufflevector((T)(a), (T)(a), 0, 1)
#define HIGH2(T, a) __builtin_shufflevector((T)(a), (T)(a), 2, 3)

#define WIDER(wide, narrow, part, half, sign, N, W)                                                         \
    INLINE v128 wide##_extend_##part##_##narrow##_##sign(v128 a) {                                          \
        return (v128)__builtin_convertvector(half(N, a), W);                                                \
    }                                                                                                       \
    INLINE v128 wide##_extmul_##part##_##narrow##_##sign(v128 a, v128 b) {                                  \
        return (v128)(__builtin_convertvector(half(N, a), W) * __builtin_convertvector(half(N, b), W));     \
    }
WIDER(i16x8, i8x16, low, LOW8, s, s8x16, s16x8)
WIDER(i16x8, i8x16, high, HIGH8, s, s8x16, s16x8)
WIDER(i16x8, i8x16, low, LOW8, u, u8x16, u16x8)
WIDER(i16x8, i8x16, high, HIGH8, u, u8x16, u16x8)
WIDER(i32x4, i16x8, low, LOW4, s, s16x8, s32x4)
WIDER(i32x4, i16x8, high, HIGH4, s, s16x8, s32x4)
WIDER(i32x4, i16x8, low, LOW4, u, u16x8, u32x4)
WIDER(i32x4, i16x8, high, HIGH4, u, u16x8, u32x4)
WIDER(i64x2, i32x4, low, LOW2, s, s32x4, s64x2)
WIDER(i64x2, i32x4, high, HIGH2, s, s32x4, s64x2)
WIDER(i64x2, i32x4, low, LOW2, u, u32x4, u64x2)
WIDER(i64x2, i32x4, high, HIGH2, u, u32x4, u64x2)
#undef WIDER

/* Neighbours added: the even lanes are the low halves of the wider ones. */
UNARY(i16x8_extadd_pairwise_i8x16_s, s16x8, ((s16x8)((u16x8)a << 8) >> 8) + (a >> 8))
UNARY(i16x8_extadd_pairwise_i8x16_u, u16x8, (a & 0xff) + (a >> 8))
UNARY(i32x4_extadd_pairwise_i16x8_s, s32x4, ((s32x4)((u32x4)a << 16) >> 16) + (a >> 16))
UNARY(i32x4_extadd_pairwise_i16x8_u, u32x4, (a & 0xffff) + (a >> 16))

INLINE v128 i32x4_dot_i16x8_s(v128 a, v128 b) {
    s32x4 even = ((s32x4)((u32x4)a << 16) >> 16) * ((s32x4)((u32x4)b << 16) >> 16);
    s32x4 odd = ((s32x4)a >> 16) * ((s32x4)b >> 16);
    return (v128)((u32x4)even + (u32x4)odd);
}

#define NARROW16(sign, low, high)                                                                           \
    INLINE v128 i8x16_narrow_i16x8_##sign(v128 a, v128 b) {                                                 \
        s16x8 x = (s16x8)i16x8_min_s(i16x8_max_s(a, i16x8_splat((u32)low)), i16x8_splat(high));             \
        s16x8 y = (s16x8)i16x8_min_s(i16x8_max_s(b, i16x8_splat((u32)low)), i16x8_splat(high));             \
        return (v128)__builtin_shufflevector((u8x16)x, (u8x16)y, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, \
                                             24, 26, 28, 30);                                               \
    }
#define NARROW32(sign, low, high)                                                                           \
    INLINE v128 i16x8_narrow_i32x4_##sign(v128 a, v128 b) {                                                 \
        s32x4 x = (s32x4)i32x4_min_s(i32x4_max_s(a, i32x4_splat((u32)low)), i32x4_splat(high));             \
        s32x4 y = (s32x4)i32x4_min_s(i32x4_max_s(b, i32x4_splat((u32)low)), i32x4_splat(high));             \
        return (v128)__builtin_shufflevector((u16x8)x, (u16x8)y, 0, 2, 4, 6, 8, 10, 12, 14);                \
    }
NARROW16(s, -128, 127)
NARROW16(u, 0, 255)
NARROW32(s, -32768, 32767)
NARROW32(u, 0, 65535)
#undef NARROW16
#undef NARROW32

/* ---- Floats ---- */

/* min and max: where neither is smaller they are equal, zeros perhaps of other sign, or one is a NaN, which
 * the sum passes on. */
#define FLOATS(shape, T, I, scalar, lanes, sign)                                                            \
    BINARY(shape##_eq, T, a == b)                                                                           \
    BINARY(shape##_ne, T, a != b)                                                                           \
    BINARY(shape##_lt, T, a < b)                                                                            \
    BINARY(shape##_gt, T, a > b)                                                                            \
    BINARY(shape##_le, T, a <= b)                                                                           \
    BINARY(shape##_ge, T, a >= b)                                                                           \
    BINARY(shape##_add, T, a + b)                                                                           \
    BINARY(shape##_sub, T, a - b)                                                                           \
    BINARY(shape##_mul, T, a *b)                                                                            \
    BINARY(shape##_div, T, a / b)                                                                           \
    UNARY(shape##_abs, I, a & ~(I)sign)                                                                     \
    UNARY(shape##_neg, I, a ^ (I)sign)                                                                      \
    BINARY(shape##_min, T,                                                                                  \
           PICK(a < b, a, PICK(b < a, b, PICK(a == b, (v128)a | (v128)b, a + b))))                          \
    BINARY(shape##_max, T,                                                                                  \
           PICK(a > b, a, PICK(b > a, b, PICK(a == b, (v128)a & (v128)b, a + b))))                          \
    BINARY(shape##_pmin, T, PICK(b < a, b, a))                                                              \
    BINARY(shape##_pmax, T, PICK(a < b, b, a))
#define EACH(shape, T, function, scalar, lanes)                                                             \
    INLINE v128 shape##_##function(v128 a) {                                                                \
        T t = (T)a;                                                                                         \
        for (unsigned k = 0; k < lanes; k++)                                                                \
            t[k] = scalar##_##function(t[k]);                                                               \
        return (v128)t;                                                                                     \
    }
#define SIGN32 i32x4_splat(0x80000000u)
#define SIGN64 i64x2_splat(0x8000000000000000u)
FLOATS(f32x4, f32x4, u32x4, f32, 4, SIGN32)
FLOATS(f64x2, f64x2, u64x2, f64, 2, SIGN64)
EACH(f32x4, f32x4, ceil, f32, 4)
EACH(f32x4, f32x4, floor, f32, 4)
EACH(f32x4, f32x4, trunc, f32, 4)
EACH(f32x4, f32x4, nearest, f32, 4)
EACH(f32x4, f32x4, sqrt, f32, 4)
EACH(f64x2, f64x2, ceil, f64, 2)
EACH(f64x2, f64x2, floor, f64, 2)
EACH(f64x2, f64x2, trunc, f64, 2)
EACH(f64x2, f64x2, nearest, f64, 2)
EACH(f64x2, f64x2, sqrt, f64, 2)
#undef FLOATS
#undef EACH
#undef SIGN32
#undef SIGN64

/* ---- Conversions ---- */

#define TRUNC_SAT(sign)                                                                                     \
    INLINE v128 i32x4_trunc_sat_f32x4_##sign(v128 a_) {                                                     \
        f32x4 a = (f32x4)a_;                                                                                \
        u32x4 r;                                                                                            \
        for (unsigned k = 0; k < 4; k++)                                                                    \
            r[k] = i32_trunc_sat_f32_##sign(a[k]);                                                          \
        return (v128)r;                                                                                     \
    }                                                                                                       \
    INLINE v128 i32x4_trunc_sat_f64x2_##sign##_zero(v128 a_) {                                              \
        f64x2 a = (f64x2)a_;                                                                                \
        return (v128)(u32x4){i32_trunc_sat_f64_##sign(a[0]), i32_trunc_sat_f64_##sign(a[1]), 0, 0};         \
    }
TRUNC_SAT(s)
TRUNC_SAT(u)
#undef TRUNC_SAT

UNARY(f32x4_convert_i32x4_s, s32x4, __builtin_convertvector(a, f32x4))
UNARY(f32x4_convert_i32x4_u, u32x4, __builtin_convertvector(a, f32x4))
UNARY(f64x2_convert_low_i32x4_s, s32x4, __builtin_convertvector(LOW2(s32x4, a), f64x2))
UNARY(f64x2_convert_low_i32x4_u, u32x4, __builtin_convertvector(LOW2(u32x4, a), f64x2))

INLINE v128 f32x4_demote_f64x2_zero(v128 a) {
    return (v128)(f32x4){f32_demote(((f64x2)a)[0]), f32_demote(((f64x2)a)[1]), 0, 0};
}

INLINE v128 f64x2_promote_low_f32x4(v128 a) {
    return (v128)(f64x2){f64_promote(((f32x4)a)[0]), f64_promote(((f32x4)a)[1])};
}

/* ---- Relaxed ---- */

#define i8x16_relaxed_swizzle(a, b) i8x16_swizzle(a, b)
#define i32x4_relaxed_trunc_f32x4_s(a) i32x4_trunc_sat_f32x4_s(a)
#define i32x4_relaxed_trunc_f32x4_u(a) i32x4_trunc_sat_f32x4_u(a)
#define i32x4_relaxed_trunc_f64x2_s_zero(a) i32x4_trunc_sat_f64x2_s_zero(a)
#define i32x4_relaxed_trunc_f64x2_u_zero(a) i32x4_trunc_sat_f64x2_u_zero(a)
#define f32x4_relaxed_madd(a, b, c) f32x4_add(f32x4_mul(a, b), c)
#define f64x2_relaxed_madd(a, b, c) f64x2_add(f64x2_mul(a, b), c)
#define f32x4_relaxed_nmadd(a, b, c) f32x4_add(f32x4_neg(f32x4_mul(a, b)), c)
#define f64x2_relaxed_nmadd(a, b, c) f64x2_add(f64x2_neg(f64x2_mul(a, b)), c)
#define i8x16_relaxed_laneselect(a, b, c) v128_bitselect(a, b, c)
#define i16x8_relaxed_laneselect(a, b, c) v128_bitselect(a, b, c)
#define i32x4_relaxed_laneselect(a, b, c) v128_bitselect(a, b, c)
#define i64x2_relaxed_laneselect(a, b, c) v128_bitselect(a, b, c)
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

#define i32x4_relaxed_dot_i8x16_i7x16_add_s(a, b, c)                                                        \
    i32x4_add(i32x4_extadd_pairwise_i16x8_s(i16x8_relaxed_dot_i8x16_i7x16_s(a, b)), c)

#undef UNARY
#undef BINARY

#endif
