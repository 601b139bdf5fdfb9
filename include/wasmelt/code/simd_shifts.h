/* Shifts for which GCC and clang make good code from their operators; not for SSE2, which has no shifts of bytes and no arithmetic right
 * shift of 64 bits. Included by simd_aarch64.h and simd_portable.h. */
#ifndef WASMELT_CODE_SIMD_SHIFTS_H
#define WASMELT_CODE_SIMD_SHIFTS_H

INLINE v128 i8x16_shl(v128 a, u32 n) {
    return (v128)((u8x16)a << (u8)(n & 7));
}

INLINE v128 i8x16_shr_s(v128 a, u32 n) {
    return (v128)((s8x16)a >> (s8)(n & 7));
}

INLINE v128 i8x16_shr_u(v128 a, u32 n) {
    return (v128)((u8x16)a >> (u8)(n & 7));
}

INLINE v128 i64x2_shr_s(v128 a, u32 n) {
    return (v128)((s64x2)a >> (s64)(n & 63));
}

#endif
