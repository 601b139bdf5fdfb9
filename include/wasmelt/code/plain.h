/* What generated code asks of a C compiler, for --c=plain: C11 and nothing else, where gnu.h has what GCC and Clang offer. Such code
 * includes this before core.h.
 *
 * Numbers in memory are put together of bytes, at any alignment and on machines of either byte order. Code checks bounds, and each function
 * how much stack is left, as nothing says that the compiler touches the pages of a frame in their order. */
#ifndef WASMELT_CODE_PLAIN_H
#define WASMELT_CODE_PLAIN_H

#include <wasmelt/target.h>

#include <math.h>
#include <string.h>

#include <wasmelt/code/support.h>
#include <wasmelt/code/types.h>

/* quiet.h says why; here already for what is inlined, of which GCC asks whether the warning is on where it was written. */
#if defined __GNUC__ && !defined __clang__
#pragma GCC diagnostic ignored "-Warray-bounds"
#pragma GCC diagnostic ignored "-Wstringop-overflow"
#endif

#define INLINE static inline
#define UNOPTIMIZED
#define LESS_OPTIMIZED
#define NOT_INLINED
#define LOCAL static
#define likely(c) (c)
#define unlikely(c) (c)

/* ---- Memory access: at any alignment ---- */

INLINE u16 load16(const u8 *p) {
    return (u16)(p[0] | p[1] << 8);
}

INLINE u32 load32(const u8 *p) {
    return p[0] | (u32)p[1] << 8 | (u32)p[2] << 16 | (u32)p[3] << 24;
}

INLINE u64 load64(const u8 *p) {
    return load32(p) | (u64)load32(p + 4) << 32;
}

INLINE f32 load_f32(const u8 *p) {
    u32 bits = load32(p);
    f32 r;
    memcpy(&r, &bits, sizeof r);
    return r;
}

INLINE f64 load_f64(const u8 *p) {
    u64 bits = load64(p);
    f64 r;
    memcpy(&r, &bits, sizeof r);
    return r;
}

INLINE void store16(u8 *p, u32 value) {
    p[0] = (u8)value;
    p[1] = (u8)(value >> 8);
}

INLINE void store32(u8 *p, u32 value) {
    store16(p, value);
    store16(p + 2, value >> 16);
}

INLINE void store64(u8 *p, u64 value) {
    store32(p, (u32)value);
    store32(p + 4, (u32)(value >> 32));
}

INLINE void store_f32(u8 *p, f32 value) {
    u32 bits;
    memcpy(&bits, &value, sizeof bits);
    store32(p, bits);
}

INLINE void store_f64(u8 *p, f64 value) {
    u64 bits;
    memcpy(&bits, &value, sizeof bits);
    store64(p, bits);
}

/* The address of an access, for which the bounds have been checked. */
#define AT(index, offset) (mem + (index) + (offset))
#define AT_IN(memory, index, offset) ((memory) + (index) + (offset))

/* V_NAME(p) loads, NAME_STORE(p, value) stores. */
#define V_I32(p) load32(p)
#define V_I64(p) load64(p)
#define V_F32(p) load_f32(p)
#define V_F64(p) load_f64(p)
#define V_I32_8U(p) ((u32) * (p))
#define V_I32_8S(p) ((u32)(s32)(s8) * (p))
#define V_I32_16U(p) ((u32)load16(p))
#define V_I32_16S(p) ((u32)(s32)(s16)load16(p))
#define V_I64_8U(p) ((u64) * (p))
#define V_I64_8S(p) ((u64)(s64)(s8) * (p))
#define V_I64_16U(p) ((u64)load16(p))
#define V_I64_16S(p) ((u64)(s64)(s16)load16(p))
#define V_I64_32U(p) ((u64)load32(p))
#define V_I64_32S(p) ((u64)(s64)(s32)load32(p))

#define I32_STORE(p, value) store32(p, value)
#define I64_STORE(p, value) store64(p, value)
#define F32_STORE(p, value) store_f32(p, value)
#define F64_STORE(p, value) store_f64(p, value)
#define I32_8_STORE(p, value) (*(p) = (u8)(value))
#define I32_16_STORE(p, value) store16(p, value)
#define I64_8_STORE(p, value) (*(p) = (u8)(value))
#define I64_16_STORE(p, value) store16(p, (u32)(value))
#define I64_32_STORE(p, value) store32(p, (u32)(value))

/* ---- Integers ---- */

INLINE u32 popcnt32(u32 a) {
    a -= a >> 1 & 0x55555555u;
    a = (a & 0x33333333u) + (a >> 2 & 0x33333333u);
    a = (a + (a >> 4)) & 0x0f0f0f0fu;
    return a * 0x01010101u >> 24;
}

INLINE u64 popcnt64(u64 a) {
    return (u64)popcnt32((u32)a) + popcnt32((u32)(a >> 32));
}

/* Below the lowest one are as many ones in a - 1 that are zeros in a. */
INLINE u32 ctz32(u32 a) {
    return popcnt32(~a & (a - 1));
}

INLINE u64 ctz64(u64 a) {
    return popcnt64(~a & (a - 1));
}

/* Everything below the highest one becomes ones; the zeros are what is left. */
INLINE u32 clz32(u32 a) {
    for (u32 k = 1; k < 32; k *= 2)
        a |= a >> k;
    return 32 - popcnt32(a);
}

INLINE u64 clz64(u64 a) {
    u32 high = (u32)(a >> 32);
    return high ? clz32(high) : 32 + clz32((u32)a);
}

/* ---- What compilers know ---- */

/* What compilers know is not known. */
#define is_known(a) true

#define DEFINE_OPAQUE(name, type)                                                                                                          \
    INLINE type name##_opaque(type a) {                                                                                                    \
        volatile type v = a;                                                                                                               \
        return v;                                                                                                                          \
    }
DEFINE_OPAQUE(i32, u32)
DEFINE_OPAQUE(i64, u64)
DEFINE_OPAQUE(f32, f32)
DEFINE_OPAQUE(f64, f64)

#define i32_loaded(a) (a)
#define i64_loaded(a) (a)

/* ---- Floats ----
 *
 * Only signs change, also those of NaNs: compilers may subtract from zero to negate, which keeps the sign of a NaN. */

INLINE f32 f32_with_bits(f32 a, u32 kept, u32 flipped, f32 b) {
    u32 bits, others;
    memcpy(&bits, &a, sizeof bits);
    memcpy(&others, &b, sizeof others);
    bits = ((bits & kept) | (others & ~kept)) ^ flipped;
    memcpy(&a, &bits, sizeof bits);
    return a;
}

INLINE f64 f64_with_bits(f64 a, u64 kept, u64 flipped, f64 b) {
    u64 bits, others;
    memcpy(&bits, &a, sizeof bits);
    memcpy(&others, &b, sizeof others);
    bits = ((bits & kept) | (others & ~kept)) ^ flipped;
    memcpy(&a, &bits, sizeof bits);
    return a;
}

#define C_NEG32(a) f32_with_bits(a, 0xffffffffu, 0x80000000u, a)
#define C_NEG64(a) f64_with_bits(a, 0xffffffffffffffffu, 0x8000000000000000u, a)
#define C_COPYSIGN32(a, b) f32_with_bits(a, 0x7fffffffu, 0, b)
#define C_COPYSIGN64(a, b) f64_with_bits(a, 0x7fffffffffffffffu, 0, b)
#define C_ABS32(a) C_COPYSIGN32(a, 0)
#define C_ABS64(a) C_COPYSIGN64(a, 0)
#define C_SQRT32 sqrtf
#define C_SQRT64 sqrt
#define C_CEIL32 ceilf
#define C_CEIL64 ceil
#define C_FLOOR32 floorf
#define C_FLOOR64 floor
#define C_TRUNC32 truncf
#define C_TRUNC64 trunc
#define C_NEAREST32 rintf
#define C_NEAREST64 rint

/* ---- 128-bit arithmetic ---- */

#include <wasmelt/code/wide.h>

/* ---- Calls ---- */

/* After a call that may lead back to the caller, before a return: something that is still to be done, so that the call remains one. */
#define keep_frame()                                                                                                                       \
    do {                                                                                                                                   \
        volatile u8 kept = 0;                                                                                                              \
        (void)kept;                                                                                                                        \
    } while (0)

/* Nothing, as no compiler is known to need it but those of gnu.h. */
#define seam() ((void)0)
#define seam_u32(value) ((void)(value))
#define seam_u64(value) ((void)(value))
#define seam_f32(value) ((void)(value))
#define seam_f64(value) ((void)(value))

/* As in wasmelt/code/unwind.h: a function of the host or of another module has thrown, and its exception goes on to the caller. */
#define unwinding() wasmelt_is_unwinding()

/* Nothing, as wasmelt_stack_need may use all memory. */
#define stack_may_end() ((void)0)

/* True, but the compiler does not know it. */
INLINE u32 always(void) {
    volatile u32 yes = 1;
    return yes;
}

#endif
