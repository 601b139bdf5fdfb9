/* What the vector kernels share: vectors of 16 bytes as GCC and Clang have them, operators included, and by name
 * what operators do not say. Each of those is the WebAssembly instruction in a module, and natively what one
 * would write by hand for x86-64, with SSSE3 and SSE4.1 where the compiler may use them, so that a ratio tells
 * what the way through WebAssembly costs. Results are the same everywhere for the values that kernels use. */
#ifndef VECTORS_H
#define VECTORS_H

#include "../programs/bench.h"

#ifdef __wasm_simd128__
#include <wasm_simd128.h>
#else
#include <immintrin.h>
#endif

typedef int8_t i8x16 __attribute__((vector_size(16)));
typedef uint8_t u8x16 __attribute__((vector_size(16)));
typedef int16_t i16x8 __attribute__((vector_size(16)));
typedef uint16_t u16x8 __attribute__((vector_size(16)));
typedef int32_t i32x4 __attribute__((vector_size(16)));
typedef uint32_t u32x4 __attribute__((vector_size(16)));
typedef uint64_t u64x2 __attribute__((vector_size(16)));
typedef float f32x4 __attribute__((vector_size(16)));
typedef double f64x2 __attribute__((vector_size(16)));

#define KERNEL __attribute__((noinline)) static

/* Vectors at any address. */
#define LOAD(T, p)                                                                                                                         \
    ({                                                                                                                                     \
        T loaded_;                                                                                                                         \
        memcpy(&loaded_, (p), sizeof loaded_);                                                                                             \
        loaded_;                                                                                                                           \
    })
#define STORE(p, v)                                                                                                                        \
    do {                                                                                                                                   \
        __typeof__(v) stored_ = (v);                                                                                                       \
        memcpy((p), &stored_, sizeof stored_);                                                                                             \
    } while (0)

#define SPLAT_U8(a) ((u8x16){0} + (uint8_t)(a))
#define SPLAT_I16(a) ((i16x8){0} + (int16_t)(a))
#define SPLAT_U16(a) ((u16x8){0} + (uint16_t)(a))
#define SPLAT_I32(a) ((i32x4){0} + (int32_t)(a))
#define SPLAT_U32(a) ((u32x4){0} + (uint32_t)(a))
#define SPLAT_F32(a) ((f32x4){(a), (a), (a), (a)})

#define SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)

#ifdef __wasm_simd128__
#define NAMED(name, result, T, wasm, native)                                                                                               \
    static inline result name(T a, T b) {                                                                                                  \
        return (result)wasm((v128_t)a, (v128_t)b);                                                                                         \
    }
#define NAMED1(name, result, T, wasm, native)                                                                                              \
    static inline result name(T a) {                                                                                                       \
        return (result)wasm((v128_t)a);                                                                                                    \
    }
#else
#define NAMED(name, result, T, wasm, native)                                                                                               \
    static inline result name(T a, T b) {                                                                                                  \
        return (result)(native);                                                                                                           \
    }
#define NAMED1(name, result, T, wasm, native)                                                                                              \
    static inline result name(T a) {                                                                                                       \
        return (result)(native);                                                                                                           \
    }
#endif
#define I(a) ((__m128i)(a))
#define F(a) ((__m128)(a))

/* Lanes in which the first byte of the mask's lane is set from the first operand, others from the second. */
#define SELECT(T, mask, yes, no) ((T)(((u32x4)(mask) & (u32x4)(yes)) | (~(u32x4)(mask) & (u32x4)(no))))

NAMED(add_sat_u8, u8x16, u8x16, wasm_u8x16_add_sat, _mm_adds_epu8(I(a), I(b)))
NAMED(sub_sat_u8, u8x16, u8x16, wasm_u8x16_sub_sat, _mm_subs_epu8(I(a), I(b)))
NAMED(avg_u8, u8x16, u8x16, wasm_u8x16_avgr, _mm_avg_epu8(I(a), I(b)))
NAMED(min_u8, u8x16, u8x16, wasm_u8x16_min, _mm_min_epu8(I(a), I(b)))
NAMED(max_u8, u8x16, u8x16, wasm_u8x16_max, _mm_max_epu8(I(a), I(b)))
NAMED(min_i16, i16x8, i16x8, wasm_i16x8_min, _mm_min_epi16(I(a), I(b)))
NAMED(max_i16, i16x8, i16x8, wasm_i16x8_max, _mm_max_epi16(I(a), I(b)))
NAMED(dot_i16, i32x4, i16x8, wasm_i32x4_dot_i16x8, _mm_madd_epi16(I(a), I(b)))
NAMED(narrow_u8, u8x16, i16x8, wasm_u8x16_narrow_i16x8, _mm_packus_epi16(I(a), I(b)))
NAMED(narrow_i16, i16x8, i32x4, wasm_i16x8_narrow_i32x4, _mm_packs_epi32(I(a), I(b)))
NAMED1(bitmask_i8, uint32_t, i8x16, wasm_i8x16_bitmask, _mm_movemask_epi8(I(a)))
NAMED1(bitmask_i32, uint32_t, i32x4, wasm_i32x4_bitmask, _mm_movemask_ps(F(a)))
NAMED1(low_u8, u16x8, u8x16, wasm_u16x8_extend_low_u8x16, _mm_unpacklo_epi8(I(a), _mm_setzero_si128()))
NAMED1(high_u8, u16x8, u8x16, wasm_u16x8_extend_high_u8x16, _mm_unpackhi_epi8(I(a), _mm_setzero_si128()))
NAMED1(truncated, i32x4, f32x4, wasm_i32x4_trunc_sat_f32x4, _mm_cvttps_epi32(F(a)))
NAMED(min_f32, f32x4, f32x4, wasm_f32x4_min, _mm_min_ps(F(a), F(b)))
NAMED(max_f32, f32x4, f32x4, wasm_f32x4_max, _mm_max_ps(F(a), F(b)))
/* The second operand if it is smaller (greater), else the first. */
NAMED(pmin_f32, f32x4, f32x4, wasm_f32x4_pmin, _mm_min_ps(F(b), F(a)))
NAMED(pmax_f32, f32x4, f32x4, wasm_f32x4_pmax, _mm_max_ps(F(b), F(a)))
NAMED1(sqrt_f32, f32x4, f32x4, wasm_f32x4_sqrt, _mm_sqrt_ps(F(a)))
#ifdef __SSE4_1__
NAMED(min_i32, i32x4, i32x4, wasm_i32x4_min, _mm_min_epi32(I(a), I(b)))
NAMED(max_i32, i32x4, i32x4, wasm_i32x4_max, _mm_max_epi32(I(a), I(b)))
NAMED1(floor_f32, f32x4, f32x4, wasm_f32x4_floor, _mm_floor_ps(F(a)))
NAMED(mul_i32, i32x4, i32x4, wasm_i32x4_mul, _mm_mullo_epi32(I(a), I(b)))
#else
NAMED(min_i32, i32x4, i32x4, wasm_i32x4_min, SELECT(i32x4, a < b, a, b))
NAMED(max_i32, i32x4, i32x4, wasm_i32x4_max, SELECT(i32x4, a > b, a, b))
NAMED(mul_i32, i32x4, i32x4, wasm_i32x4_mul, a *b)
#ifndef __wasm_simd128__
/* For what fits an integer. */
static inline f32x4 floor_f32(f32x4 a) {
    f32x4 whole = (f32x4)_mm_cvtepi32_ps(_mm_cvttps_epi32(F(a)));
    return whole - (f32x4)((u32x4)(whole > a) & (u32x4)SPLAT_F32(1.0f));
}
#else
NAMED1(floor_f32, f32x4, f32x4, wasm_f32x4_floor, a)
#endif
#endif

/* a[b[k]]: b[k] is less than 16, or has its highest bit set, which makes 0. */
static inline u8x16 look_up(u8x16 a, u8x16 b) {
#ifdef __wasm_simd128__
    return (u8x16)wasm_i8x16_swizzle((v128_t)a, (v128_t)b);
#elif defined(__SSSE3__)
    return (u8x16)_mm_shuffle_epi8(I(a), I(b));
#else
    u8x16 r;
    for (int k = 0; k < 16; k++)
        r[k] = b[k] & 128 ? 0 : a[b[k]];
    return r;
#endif
}

static inline int any(u32x4 a) {
#ifdef __wasm_simd128__
    return wasm_v128_any_true((v128_t)a);
#elif defined(__SSE4_1__)
    return !_mm_testz_si128(I(a), I(a));
#else
    return _mm_movemask_epi8(_mm_cmpeq_epi8(I(a), _mm_setzero_si128())) != 0xffff;
#endif
}

/* Sums of neighbours. */
static inline u16x8 pairs_u8(u8x16 a) {
#ifdef __wasm_simd128__
    return (u16x8)wasm_u16x8_extadd_pairwise_u8x16((v128_t)a);
#else
    return ((u16x8)a & 0xff) + ((u16x8)a >> 8);
#endif
}

static inline u32x4 pairs_u16(u16x8 a) {
#ifdef __wasm_simd128__
    return (u32x4)wasm_u32x4_extadd_pairwise_u16x8((v128_t)a);
#else
    return ((u32x4)a & 0xffff) + ((u32x4)a >> 16);
#endif
}

#undef I
#undef F

#endif
