/* Vector instructions for 64-bit ARM, which has an instruction for nearly each of them. Included by simd.h. */
#ifndef WASMELT_CODE_SIMD_AARCH64_H
#define WASMELT_CODE_SIMD_AARCH64_H

#include <wasmelt/target.h>

#include <arm_neon.h>
#include <wasmelt/code/simd_shifts.h>

#define ARM_UNARY(name, T, expression)                                                                                                     \
    INLINE v128 name(v128 a_) {                                                                                                            \
        T a = (T)a_;                                                                                                                       \
        return (v128)(expression);                                                                                                         \
    }
#define ARM_BINARY(name, T, expression)                                                                                                    \
    INLINE v128 name(v128 a_, v128 b_) {                                                                                                   \
        T a = (T)a_, b = (T)b_;                                                                                                            \
        return (v128)(expression);                                                                                                         \
    }

/* Bytes `from` to `from` + 15 of a followed by b. */
#define v128_window(a, b, from) ((v128)vextq_u8((uint8x16_t)(a), (uint8x16_t)(b), from))

/* ---- Lanes to numbers ---- */

INLINE u32 v128_any_true(v128 a) {
    return vmaxvq_u32((uint32x4_t)a) != 0;
}

INLINE u32 i8x16_all_true(v128 a) {
    return vminvq_u8((uint8x16_t)a) != 0;
}

INLINE u32 i16x8_all_true(v128 a) {
    return vminvq_u16((uint16x8_t)a) != 0;
}

INLINE u32 i32x4_all_true(v128 a) {
    return vminvq_u32((uint32x4_t)a) != 0;
}

INLINE u32 i64x2_all_true(v128 a) {
    return a[0] != 0 && a[1] != 0;
}

/* Each lane with a set sign contributes a bit of its own; the bits are added up. */
INLINE u32 i8x16_bitmask(v128 a) {
    uint8x16_t bits = vandq_u8((uint8x16_t)((s8x16)a >> 7), (uint8x16_t)(v128){0x8040201008040201u, 0x8040201008040201u});
    return vaddvq_u16((uint16x8_t)vzip1q_u8(bits, vextq_u8(bits, bits, 8)));
}

INLINE u32 i16x8_bitmask(v128 a) {
    return vaddvq_u16((uint16x8_t)(((s16x8)a >> 15) & (s16x8){1, 2, 4, 8, 16, 32, 64, 128}));
}

INLINE u32 i32x4_bitmask(v128 a) {
    return vaddvq_u32((uint32x4_t)(((s32x4)a >> 31) & (s32x4){1, 2, 4, 8}));
}

INLINE u32 i64x2_bitmask(v128 a) {
    return (u32)(a[0] >> 63 | a[1] >> 63 << 1);
}

ARM_BINARY(i8x16_swizzle, uint8x16_t, vqtbl1q_u8(a, b))

/* ---- Integers ---- */

ARM_UNARY(i8x16_abs, int8x16_t, vabsq_s8(a))
ARM_UNARY(i16x8_abs, int16x8_t, vabsq_s16(a))
ARM_UNARY(i32x4_abs, int32x4_t, vabsq_s32(a))
ARM_UNARY(i64x2_abs, int64x2_t, vabsq_s64(a))
ARM_UNARY(i8x16_popcnt, uint8x16_t, vcntq_u8(a))

ARM_BINARY(i8x16_min_s, int8x16_t, vminq_s8(a, b))
ARM_BINARY(i8x16_min_u, uint8x16_t, vminq_u8(a, b))
ARM_BINARY(i8x16_max_s, int8x16_t, vmaxq_s8(a, b))
ARM_BINARY(i8x16_max_u, uint8x16_t, vmaxq_u8(a, b))
ARM_BINARY(i16x8_min_s, int16x8_t, vminq_s16(a, b))
ARM_BINARY(i16x8_min_u, uint16x8_t, vminq_u16(a, b))
ARM_BINARY(i16x8_max_s, int16x8_t, vmaxq_s16(a, b))
ARM_BINARY(i16x8_max_u, uint16x8_t, vmaxq_u16(a, b))
ARM_BINARY(i32x4_min_s, int32x4_t, vminq_s32(a, b))
ARM_BINARY(i32x4_min_u, uint32x4_t, vminq_u32(a, b))
ARM_BINARY(i32x4_max_s, int32x4_t, vmaxq_s32(a, b))
ARM_BINARY(i32x4_max_u, uint32x4_t, vmaxq_u32(a, b))

BINARY(i64x2_eq, u64x2, a == b)
BINARY(i64x2_ne, u64x2, a != b)
BINARY(i64x2_lt_s, s64x2, a < b)
BINARY(i64x2_gt_s, s64x2, a > b)
BINARY(i64x2_le_s, s64x2, a <= b)
BINARY(i64x2_ge_s, s64x2, a >= b)

ARM_BINARY(i8x16_add_sat_s, int8x16_t, vqaddq_s8(a, b))
ARM_BINARY(i8x16_add_sat_u, uint8x16_t, vqaddq_u8(a, b))
ARM_BINARY(i8x16_sub_sat_s, int8x16_t, vqsubq_s8(a, b))
ARM_BINARY(i8x16_sub_sat_u, uint8x16_t, vqsubq_u8(a, b))
ARM_BINARY(i8x16_avgr_u, uint8x16_t, vrhaddq_u8(a, b))
ARM_BINARY(i16x8_add_sat_s, int16x8_t, vqaddq_s16(a, b))
ARM_BINARY(i16x8_add_sat_u, uint16x8_t, vqaddq_u16(a, b))
ARM_BINARY(i16x8_sub_sat_s, int16x8_t, vqsubq_s16(a, b))
ARM_BINARY(i16x8_sub_sat_u, uint16x8_t, vqsubq_u16(a, b))
ARM_BINARY(i16x8_avgr_u, uint16x8_t, vrhaddq_u16(a, b))
ARM_BINARY(i16x8_q15mulr_sat_s, int16x8_t, vqrdmulhq_s16(a, b))

/* ---- Wider and narrower lanes ---- */

#define WIDER(wide, narrow, sign, T, type)                                                                                                 \
    ARM_UNARY(wide##_extend_low_##narrow##_##sign, T, vmovl_##type(vget_low_##type(a)))                                                    \
    ARM_UNARY(wide##_extend_high_##narrow##_##sign, T, vmovl_high_##type(a))                                                               \
    ARM_BINARY(wide##_extmul_low_##narrow##_##sign, T, vmull_##type(vget_low_##type(a), vget_low_##type(b)))                               \
    ARM_BINARY(wide##_extmul_high_##narrow##_##sign, T, vmull_high_##type(a, b))
WIDER(i16x8, i8x16, s, int8x16_t, s8)
WIDER(i16x8, i8x16, u, uint8x16_t, u8)
WIDER(i32x4, i16x8, s, int16x8_t, s16)
WIDER(i32x4, i16x8, u, uint16x8_t, u16)
WIDER(i64x2, i32x4, s, int32x4_t, s32)
WIDER(i64x2, i32x4, u, uint32x4_t, u32)
#undef WIDER

ARM_UNARY(i16x8_extadd_pairwise_i8x16_s, int8x16_t, vpaddlq_s8(a))
ARM_UNARY(i16x8_extadd_pairwise_i8x16_u, uint8x16_t, vpaddlq_u8(a))
ARM_UNARY(i32x4_extadd_pairwise_i16x8_s, int16x8_t, vpaddlq_s16(a))
ARM_UNARY(i32x4_extadd_pairwise_i16x8_u, uint16x8_t, vpaddlq_u16(a))
ARM_BINARY(i32x4_dot_i16x8_s, int16x8_t, vpaddq_s32(vmull_s16(vget_low_s16(a), vget_low_s16(b)), vmull_high_s16(a, b)))
ARM_BINARY(i8x16_narrow_i16x8_s, int16x8_t, vqmovn_high_s16(vqmovn_s16(a), b))
ARM_BINARY(i8x16_narrow_i16x8_u, int16x8_t, vqmovun_high_s16(vqmovun_s16(a), b))
ARM_BINARY(i16x8_narrow_i32x4_s, int32x4_t, vqmovn_high_s32(vqmovn_s32(a), b))
ARM_BINARY(i16x8_narrow_i32x4_u, int32x4_t, vqmovun_high_s32(vqmovun_s32(a), b))

/* ---- Floats ---- */

/* The mask of pmin and pmax is hidden. If clang knows one operand, it turns the comparison and selection into the machine's minimum of
 * numbers, which is a NaN if the other operand is a signalling one. */
#define FLOATS(shape, T, type, mask)                                                                                                       \
    ARM_BINARY(shape##_min, T, vminq_##type(a, b))                                                                                         \
    ARM_BINARY(shape##_max, T, vmaxq_##type(a, b))                                                                                         \
    ARM_BINARY(shape##_pmin, T, vbslq_##type((mask)v128_opaque((v128)vcltq_##type(b, a)), b, a))                                           \
    ARM_BINARY(shape##_pmax, T, vbslq_##type((mask)v128_opaque((v128)vcltq_##type(a, b)), b, a))                                           \
    ARM_UNARY(shape##_ceil, T, vrndpq_##type(a))                                                                                           \
    ARM_UNARY(shape##_floor, T, vrndmq_##type(a))                                                                                          \
    ARM_UNARY(shape##_trunc, T, vrndq_##type(a))                                                                                           \
    ARM_UNARY(shape##_nearest, T, vrndnq_##type(a))                                                                                        \
    ARM_UNARY(shape##_sqrt, T, vsqrtq_##type(a))                                                                                           \
    INLINE v128 shape##_relaxed_madd(v128 a, v128 b, v128 c) {                                                                             \
        return (v128)vfmaq_##type((T)c, (T)a, (T)b);                                                                                       \
    }
FLOATS(f32x4, float32x4_t, f32, uint32x4_t)
FLOATS(f64x2, float64x2_t, f64, uint64x2_t)
#undef FLOATS

/* ---- Conversions: the machine saturates, and converts a NaN to 0. Operands are hidden from the compiler ---- */

ARM_UNARY(i32x4_trunc_sat_f32x4_s, v128, vcvtq_s32_f32((float32x4_t)v128_opaque(a)))
ARM_UNARY(i32x4_trunc_sat_f32x4_u, v128, vcvtq_u32_f32((float32x4_t)v128_opaque(a)))
ARM_UNARY(i32x4_trunc_sat_f64x2_s_zero, v128, vcombine_s32(vqmovn_s64(vcvtq_s64_f64((float64x2_t)v128_opaque(a))), vdup_n_s32(0)))
ARM_UNARY(i32x4_trunc_sat_f64x2_u_zero, v128, vcombine_u32(vqmovn_u64(vcvtq_u64_f64((float64x2_t)v128_opaque(a))), vdup_n_u32(0)))
ARM_UNARY(f32x4_convert_i32x4_u, uint32x4_t, vcvtq_f32_u32(a))
ARM_UNARY(f64x2_convert_low_i32x4_s, int32x4_t, vcvtq_f64_s64(vmovl_s32(vget_low_s32(a))))
ARM_UNARY(f64x2_convert_low_i32x4_u, uint32x4_t, vcvtq_f64_u64(vmovl_u32(vget_low_u32(a))))
ARM_UNARY(f32x4_demote_f64x2_zero, float64x2_t, vcombine_f32(vcvt_f32_f64(a), vdup_n_f32(0)))
ARM_UNARY(f64x2_promote_low_f32x4, float32x4_t, vcvt_f64_f32(vget_low_f32(a)))

/* ---- Relaxed ---- */

#define i8x16_relaxed_swizzle(a, b) i8x16_swizzle(a, b)
#define i32x4_relaxed_trunc_f32x4_s(a) i32x4_trunc_sat_f32x4_s(a)
#define f32x4_relaxed_min(a, b) f32x4_min(a, b)
#define f32x4_relaxed_max(a, b) f32x4_max(a, b)
#define f64x2_relaxed_min(a, b) f64x2_min(a, b)
#define f64x2_relaxed_max(a, b) f64x2_max(a, b)
#define i16x8_relaxed_q15mulr_s(a, b) i16x8_q15mulr_sat_s(a, b)
ARM_BINARY(i16x8_relaxed_dot_i8x16_i7x16_s, int8x16_t, vpaddq_s16(vmull_s8(vget_low_s8(a), vget_low_s8(b)), vmull_high_s8(a, b)))

#undef ARM_UNARY
#undef ARM_BINARY

#endif
