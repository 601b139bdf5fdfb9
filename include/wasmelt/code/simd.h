/* The vector instructions (WebAssembly 3.0, sections 4.3.6 and 4.4.4), including relaxed ones. Each is an inline function with the name of
 * the instruction. Only generated code with vectors includes this.
 *
 * This file has the instructions for which GCC and clang make good code from their vector operators, such as a + b. The others are in
 * simd_x86.h, simd_aarch64.h and simd_portable.h, which all define the same functions; one of these is included.
 *
 * A relaxed instruction does the same as the strict instruction of the same name, unless the machine has an instruction for another result
 * that the specification allows. Then it is that instruction, even for constants, so that a program always sees the same choice. */
#ifndef WASMELT_CODE_SIMD_H
#define WASMELT_CODE_SIMD_H

#include <wasmelt/target.h>

#include <wasmelt/code/core.h>

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

/* ---- Memory. The argument is a `u8 *`. ---- */

#if !WASMELT_SWAPS_BYTES
#define V128(p) (*(any128 *)(p))
#define V128_STORE(p, value) (V128(WHOLE_VECTOR(p)) = (value))
#else
#define V128(p) v128_load(p)
#define V128_STORE(p, value) v128_store(WHOLE_VECTOR(p), value)
#endif

#define ORDERED_V128_STORE(p, value) (in_order(), (void)V128_STORE(p, value), in_order()) /* as in core.h */

/* As i32_loaded in gnu.h: a vector that has been loaded by an instruction of its own, of which compilers know nothing. */
INLINE v128 v128_loaded(v128 a) {
    __asm__("" : FLOAT_REGISTER(a));
    return a;
}

DEFINE_USED(v128, v128, FLOAT_REGISTER)

/* Types for reading bytes once and in any case (volatile), as a copy. */
typedef u8 bytes1;
typedef any16 bytes2;
typedef any32 bytes4;
typedef any64 bytes8;
typedef any128 bytes16;
#define touched(p, width) ((u8 *)&(struct { bytes##width v; }){*(volatile bytes##width *)(p)})

#define V128_8X8_S(p) i16x8_extend_low_i8x16_s(V128_64_ZERO(p))
#define V128_8X8_U(p) i16x8_extend_low_i8x16_u(V128_64_ZERO(p))
#define V128_16X4_S(p) i32x4_extend_low_i16x8_s(V128_64_ZERO(p))
#define V128_16X4_U(p) i32x4_extend_low_i16x8_u(V128_64_ZERO(p))
#define V128_32X2_S(p) i64x2_extend_low_i32x4_s(V128_64_ZERO(p))
#define V128_32X2_U(p) i64x2_extend_low_i32x4_u(V128_64_ZERO(p))
#define V128_8_SPLAT(p) i8x16_splat(*(u8 *)(p))
#define V128_16_SPLAT(p) i16x8_splat(LITTLE(any16, p))
#define V128_32_SPLAT(p) i32x4_splat(LITTLE(any32, p))
#define V128_64_SPLAT(p) i64x2_splat(LITTLE(any64, p))
#define V128_32_ZERO(p) ((v128){LITTLE(any32, p), 0})
#define V128_64_ZERO(p) ((v128){LITTLE(any64, p), 0})
#define V128_8_LANE(p, v, lane) i8x16_replace_lane(v, *(u8 *)(p), lane)
#define V128_16_LANE(p, v, lane) i16x8_replace_lane(v, LITTLE(any16, p), lane)
#define V128_32_LANE(p, v, lane) i32x4_replace_lane(v, LITTLE(any32, p), lane)
#define V128_64_LANE(p, v, lane) i64x2_replace_lane(v, LITTLE(any64, p), lane)

#define V_V128(p) v128_loaded(V128(touched(p, 16)))
#define V_V128_8X8_S(p) v128_loaded(V128_8X8_S(touched(p, 8)))
#define V_V128_8X8_U(p) v128_loaded(V128_8X8_U(touched(p, 8)))
#define V_V128_16X4_S(p) v128_loaded(V128_16X4_S(touched(p, 8)))
#define V_V128_16X4_U(p) v128_loaded(V128_16X4_U(touched(p, 8)))
#define V_V128_32X2_S(p) v128_loaded(V128_32X2_S(touched(p, 8)))
#define V_V128_32X2_U(p) v128_loaded(V128_32X2_U(touched(p, 8)))
#define V_V128_8_SPLAT(p) v128_loaded(V128_8_SPLAT(touched(p, 1)))
#define V_V128_16_SPLAT(p) v128_loaded(V128_16_SPLAT(touched(p, 2)))
#define V_V128_32_SPLAT(p) v128_loaded(V128_32_SPLAT(touched(p, 4)))
#define V_V128_64_SPLAT(p) v128_loaded(V128_64_SPLAT(touched(p, 8)))
#define V_V128_32_ZERO(p) v128_loaded(V128_32_ZERO(touched(p, 4)))
#define V_V128_64_ZERO(p) v128_loaded(V128_64_ZERO(touched(p, 8)))
#define V_V128_8_LANE(p, v, lane) v128_loaded(V128_8_LANE(touched(p, 1), v, lane))
#define V_V128_16_LANE(p, v, lane) v128_loaded(V128_16_LANE(touched(p, 2), v, lane))
#define V_V128_32_LANE(p, v, lane) v128_loaded(V128_32_LANE(touched(p, 4), v, lane))
#define V_V128_64_LANE(p, v, lane) v128_loaded(V128_64_LANE(touched(p, 8), v, lane))

/* ---- Lanes ----
 *
 * A v128 is two numbers of 64 bits, the low half first, on every machine. Within each of them, lane 0 has the lowest bits. In the vector
 * types of a big-endian machine it is the last element of its half. */

#if !WASMELT_SWAPS_BYTES
#define LANE(k, lanes) (k)
#define HALVES(vector) (vector)
#else
/* The element of a vector type of so many lanes that is lane k. */
#define LANE(k, lanes) ((k) ^ ((lanes) / 2 - 1))
/* Exchanges the halves: lanes that were made of half as wide ones, or become such, are all in the order of the elements. */
#define HALVES(vector) (__typeof__(vector))((v128){((v128)(vector))[1], ((v128)(vector))[0]})

INLINE v128 v128_load(const void *p) {
    return (v128){LITTLE(const any64, p), LITTLE(const any64, (const u8 *)p + 8)};
}

INLINE void v128_store(void *p, v128 value) {
    LITTLE(any64, p) = value[0];
    LITTLE(any64, (u8 *)p + 8) = value[1];
}
#endif

#define LANES(shape, T, scalar, lanes)                                                                                                     \
    INLINE v128 shape##_splat(scalar a) {                                                                                                  \
        return (v128)((T){0} + (__typeof__(((T){0})[0]))a);                                                                                \
    }                                                                                                                                      \
    INLINE v128 shape##_replace_lane(v128 a, scalar b, unsigned lane) {                                                                    \
        T t = (T)a;                                                                                                                        \
        t[LANE(lane, lanes)] = (__typeof__(t[0]))b;                                                                                        \
        return (v128)t;                                                                                                                    \
    }
LANES(i8x16, u8x16, u32, 16)
LANES(i16x8, u16x8, u32, 8)
LANES(i32x4, u32x4, u32, 4)
LANES(i64x2, u64x2, u64, 2)
#undef LANES

/* Floats are assigned: adding them to a vector of zeros would turn -0 into 0. */
INLINE v128 f32x4_splat(f32 a) {
    return (v128)(f32x4){a, a, a, a};
}

INLINE v128 f64x2_splat(f64 a) {
    return (v128)(f64x2){a, a};
}

INLINE v128 f32x4_replace_lane(v128 a, f32 b, unsigned lane) {
    f32x4 t = (f32x4)a;
    t[LANE(lane, 4)] = b;
    return (v128)t;
}

INLINE v128 f64x2_replace_lane(v128 a, f64 b, unsigned lane) {
    f64x2 t = (f64x2)a;
    t[LANE(lane, 2)] = b;
    return (v128)t;
}

#define EXTRACT(name, T, result, through, lanes)                                                                                           \
    INLINE result name(v128 a, unsigned lane) {                                                                                            \
        return (result)(through)((T)a)[LANE(lane, lanes)];                                                                                 \
    }
EXTRACT(i8x16_extract_lane_s, s8x16, u32, s32, 16)
EXTRACT(i8x16_extract_lane_u, u8x16, u32, u32, 16)
EXTRACT(i16x8_extract_lane_s, s16x8, u32, s32, 8)
EXTRACT(i16x8_extract_lane_u, u16x8, u32, u32, 8)
EXTRACT(i32x4_extract_lane, u32x4, u32, u32, 4)
EXTRACT(i64x2_extract_lane, u64x2, u64, u64, 2)
EXTRACT(f32x4_extract_lane, f32x4, f32, f32, 4)
EXTRACT(f64x2_extract_lane, f64x2, f64, f64, 2)
#undef EXTRACT

/* Shuffles of the widest lanes that move as a whole: compilers do not recognise them in a shuffle of bytes. */
#if defined __clang__ || __GNUC__ >= 12
#define SHUFFLE(T, a, b, ...) ((v128)__builtin_shufflevector((T)(a), (T)(b), __VA_ARGS__))
#else
#define SHUFFLE(T, a, b, ...) ((v128)__builtin_shuffle((T)(a), (T)(b), (T){__VA_ARGS__}))
#endif
#if !WASMELT_SWAPS_BYTES
#define i8x16_shuffle(a, b, ...) SHUFFLE(u8x16, a, b, __VA_ARGS__)
#define i16x8_shuffle(a, b, ...) SHUFFLE(u16x8, a, b, __VA_ARGS__)
#define i32x4_shuffle(a, b, ...) SHUFFLE(u32x4, a, b, __VA_ARGS__)
#else
#define i8x16_shuffle(a, b, ...) SHUFFLE_BYTES(a, b, __VA_ARGS__)
#define SHUFFLE_BYTES(a, b, k0, k1, k2, k3, k4, k5, k6, k7, k8, k9, k10, k11, k12, k13, k14, k15)                                          \
    SHUFFLE(u8x16, a, b, LANE(k7, 16), LANE(k6, 16), LANE(k5, 16), LANE(k4, 16), LANE(k3, 16), LANE(k2, 16), LANE(k1, 16), LANE(k0, 16),   \
            LANE(k15, 16), LANE(k14, 16), LANE(k13, 16), LANE(k12, 16), LANE(k11, 16), LANE(k10, 16), LANE(k9, 16), LANE(k8, 16))
#define i16x8_shuffle(a, b, k0, k1, k2, k3, k4, k5, k6, k7)                                                                                \
    SHUFFLE(u16x8, a, b, LANE(k3, 8), LANE(k2, 8), LANE(k1, 8), LANE(k0, 8), LANE(k7, 8), LANE(k6, 8), LANE(k5, 8), LANE(k4, 8))
#define i32x4_shuffle(a, b, k0, k1, k2, k3) SHUFFLE(u32x4, a, b, LANE(k1, 4), LANE(k0, 4), LANE(k3, 4), LANE(k2, 4))
#endif
#define i64x2_shuffle(a, b, ...) SHUFFLE(u64x2, a, b, __VA_ARGS__)

/* The shuffle of short vectors: of the 32 bytes of a and b, `count` bytes that are `step` apart, beginning with byte `from`, and
 * byte 0 of a in every lane behind them. `count` is at most 8, and `step` a power of two up to 16. */
#define STRIDED_LANE(k, from, step, count) ((k) < (count) ? (from) + (k) * (step) : 0)
#define STRIDED_LANES(k, from, step, count)                                                                                                \
    STRIDED_LANE(k, from, step, count), STRIDED_LANE(k + 1, from, step, count), STRIDED_LANE(k + 2, from, step, count),                    \
        STRIDED_LANE(k + 3, from, step, count)
#define i8x16_strided(a, b, from, step, count)                                                                                             \
    i8x16_shuffle(a, b, STRIDED_LANES(0, from, step, count), STRIDED_LANES(4, from, step, count), STRIDED_LANES(8, from, step, count),     \
                  STRIDED_LANES(12, from, step, count))

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

/* ---- Operators on each lane ---- */

#define UNARY(name, T, expression)                                                                                                         \
    INLINE v128 name(v128 a_) {                                                                                                            \
        T a = (T)a_;                                                                                                                       \
        return (v128)(expression);                                                                                                         \
    }
#define BINARY(name, T, expression)                                                                                                        \
    INLINE v128 name(v128 a_, v128 b_) {                                                                                                   \
        T a = (T)a_, b = (T)b_;                                                                                                            \
        return (v128)(expression);                                                                                                         \
    }
/* Bits of `yes` where the mask is set, else of `no`. */
#define PICK(mask, yes, no) (((v128)(mask) & (v128)(yes)) | (~(v128)(mask) & (v128)(no)))

#define ARITHMETIC(shape, U)                                                                                                               \
    BINARY(shape##_add, U, a + b)                                                                                                          \
    BINARY(shape##_sub, U, a - b)                                                                                                          \
    UNARY(shape##_neg, U, 0 - a)
ARITHMETIC(i8x16, u8x16)
ARITHMETIC(i16x8, u16x8)
ARITHMETIC(i32x4, u32x4)
ARITHMETIC(i64x2, u64x2)
#undef ARITHMETIC

#define COMPARISONS(shape, S, U)                                                                                                           \
    BINARY(shape##_eq, U, a == b)                                                                                                          \
    BINARY(shape##_ne, U, a != b)                                                                                                          \
    BINARY(shape##_lt_s, S, a < b)                                                                                                         \
    BINARY(shape##_lt_u, U, a < b)                                                                                                         \
    BINARY(shape##_gt_s, S, a > b)                                                                                                         \
    BINARY(shape##_gt_u, U, a > b)                                                                                                         \
    BINARY(shape##_le_s, S, a <= b)                                                                                                        \
    BINARY(shape##_le_u, U, a <= b)                                                                                                        \
    BINARY(shape##_ge_s, S, a >= b)                                                                                                        \
    BINARY(shape##_ge_u, U, a >= b)
COMPARISONS(i8x16, s8x16, u8x16)
COMPARISONS(i16x8, s16x8, u16x8)
COMPARISONS(i32x4, s32x4, u32x4)
#undef COMPARISONS

BINARY(i16x8_mul, u16x8, a *b)
BINARY(i32x4_mul, u32x4, a *b)
BINARY(i64x2_mul, u64x2, a *b)

#define SHIFTS(shape, S, U, bits)                                                                                                          \
    INLINE v128 shape##_shl(v128 a, u32 n) {                                                                                               \
        return (v128)((U)a << (__typeof__(((U){0})[0]))(n & (bits - 1)));                                                                  \
    }                                                                                                                                      \
    INLINE v128 shape##_shr_s(v128 a, u32 n) {                                                                                             \
        return (v128)((S)a >> (__typeof__(((S){0})[0]))(n & (bits - 1)));                                                                  \
    }                                                                                                                                      \
    INLINE v128 shape##_shr_u(v128 a, u32 n) {                                                                                             \
        return (v128)((U)a >> (__typeof__(((U){0})[0]))(n & (bits - 1)));                                                                  \
    }
SHIFTS(i16x8, s16x8, u16x8, 16)
SHIFTS(i32x4, s32x4, u32x4, 32)
#undef SHIFTS

INLINE v128 i64x2_shl(v128 a, u32 n) {
    return a << (n & 63);
}

INLINE v128 i64x2_shr_u(v128 a, u32 n) {
    return a >> (n & 63);
}

/* The value, hidden from the compiler; see core.h. */
INLINE v128 v128_opaque(v128 a) {
    __asm__("" : FLOAT_REGISTER(a));
    return a;
}

#define FLOATS(shape, T, I, sign)                                                                                                          \
    BINARY(shape##_eq, T, a == b)                                                                                                          \
    BINARY(shape##_ne, T, a != b)                                                                                                          \
    BINARY(shape##_lt, T, a < b)                                                                                                           \
    BINARY(shape##_gt, T, a > b)                                                                                                           \
    BINARY(shape##_le, T, a <= b)                                                                                                          \
    BINARY(shape##_ge, T, a >= b)                                                                                                          \
    BINARY(shape##_add, T, a + b)                                                                                                          \
    BINARY(shape##_sub, T, a - b)                                                                                                          \
    BINARY(shape##_mul, T, a *b)                                                                                                           \
    BINARY(shape##_div, T, a / b)                                                                                                          \
    UNARY(shape##_abs, I, a & ~(I)sign)                                                                                                    \
    UNARY(shape##_neg, I, a ^ (I)sign)
#define SIGN32 i32x4_splat(0x80000000u)
#define SIGN64 i64x2_splat(0x8000000000000000u)
FLOATS(f32x4, f32x4, u32x4, SIGN32)
FLOATS(f64x2, f64x2, u64x2, SIGN64)
#undef FLOATS

UNARY(f32x4_convert_i32x4_s, s32x4, __builtin_convertvector(a, f32x4))

/* ---- The instructions that depend on the machine ---- */

#if defined __SSE2__ && !defined WASMELT_SIMD_PORTABLE
#include <wasmelt/code/simd_x86.h>
#elif defined __aarch64__ && !defined WASMELT_SIMD_PORTABLE
#include <wasmelt/code/simd_aarch64.h>
#else
#include <wasmelt/code/simd_portable.h>
#endif

#define f32x4_relaxed_nmadd(a, b, c) f32x4_relaxed_madd(f32x4_neg(a), b, c)
#define f64x2_relaxed_nmadd(a, b, c) f64x2_relaxed_madd(f64x2_neg(a), b, c)
#define i8x16_relaxed_laneselect(a, b, c) v128_bitselect(a, b, c)
#define i16x8_relaxed_laneselect(a, b, c) v128_bitselect(a, b, c)
#define i32x4_relaxed_laneselect(a, b, c) v128_bitselect(a, b, c)
#define i64x2_relaxed_laneselect(a, b, c) v128_bitselect(a, b, c)
#define i32x4_relaxed_trunc_f32x4_u(a) i32x4_trunc_sat_f32x4_u(a)
#define i32x4_relaxed_trunc_f64x2_s_zero(a) i32x4_trunc_sat_f64x2_s_zero(a)
#define i32x4_relaxed_trunc_f64x2_u_zero(a) i32x4_trunc_sat_f64x2_u_zero(a)
#define i32x4_relaxed_dot_i8x16_i7x16_add_s(a, b, c) i32x4_add(i32x4_extadd_pairwise_i16x8_s(i16x8_relaxed_dot_i8x16_i7x16_s(a, b)), c)

/* ---- The deterministic profile (--deterministic) ---- */

#define f32x4_strict_madd(a, b, c) f32x4_add(f32x4_mul(a, b), c)
#define f64x2_strict_madd(a, b, c) f64x2_add(f64x2_mul(a, b), c)
#define f32x4_strict_nmadd(a, b, c) f32x4_strict_madd(f32x4_neg(a), b, c)
#define f64x2_strict_nmadd(a, b, c) f64x2_strict_madd(f64x2_neg(a), b, c)

INLINE v128 i16x8_strict_dot_i8x16_i7x16_s(v128 a, v128 b) {
    v128 even = i16x8_mul(i16x8_shr_s(i16x8_shl(a, 8), 8), i16x8_shr_s(i16x8_shl(b, 8), 8));
    return i16x8_add_sat_s(even, i16x8_mul(i16x8_shr_s(a, 8), i16x8_shr_s(b, 8)));
}
#define i32x4_strict_dot_i8x16_i7x16_add_s(a, b, c) i32x4_add(i32x4_extadd_pairwise_i16x8_s(i16x8_strict_dot_i8x16_i7x16_s(a, b)), c)

/* The vector with the positive canonical NaN in place of any. */
UNARY(f32x4_canonical, f32x4, PICK(a == a, a, i32x4_splat(0x7fc00000u)))
UNARY(f64x2_canonical, f64x2, PICK(a == a, a, i64x2_splat(0x7ff8000000000000u)))

#undef SIGN32
#undef SIGN64
#undef PICK
#undef UNARY
#undef BINARY

#endif
