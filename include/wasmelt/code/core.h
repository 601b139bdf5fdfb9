/* The language of generated code: short names of types, memory access, and the operations that C does not have with WebAssembly's meaning.
 * Only generated code includes this.
 *
 * WebAssembly's integers are unsigned integers of C, which wrap; signed operations cast their operands. */
#ifndef WASMELT_CODE_CORE_H
#define WASMELT_CODE_CORE_H

#include <wasmelt/target.h>

#include <stddef.h>
#include <string.h>

#include <wasmelt/code/support.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int8_t s8;
typedef int16_t s16;
typedef int32_t s32;
typedef int64_t s64;
typedef float f32;
typedef double f64;
typedef const wasmelt_func *funcref;
typedef void *externref;
typedef wasmelt_object *anyref; /* to a struct or an array; or an i31; or a host's reference */

/* Debuggers treat the code of inline functions as part of the line that calls them, if the compiler can say so (clang can). */
#if defined(WASMELT_OUTLINED)
#define INLINE static __attribute__((unused))
#elif __has_attribute(nodebug)
#define INLINE static inline __attribute__((always_inline, unused, nodebug))
#else
#define INLINE static inline __attribute__((always_inline, unused))
#endif

/* For functions on which compilers spend too much time, in a file with others. If they have a file of their own, its flags do this. */
#if __has_attribute(optnone)
#define UNOPTIMIZED __attribute__((optnone, noinline))
#define LESS_OPTIMIZED
#else
#define UNOPTIMIZED __attribute__((optimize("O0"), noinline))
#define LESS_OPTIMIZED __attribute__((optimize("O1")))
#endif

/* For a function in a long chain of calls between small functions, which would all be inlined into each other. GCC's search for parameters
 * that could be left out, which it needs a clone for, takes the square of the time in a recursion of thousands of functions. */
#if __has_attribute(noclone)
#define NOT_INLINED __attribute__((noinline, noclone))
#else
#define NOT_INLINED __attribute__((noinline))
#endif

/* For a function that only its own file mentions, perhaps only in dead code. */
#define LOCAL static __attribute__((unused))

/* How probable a condition is, for compilers to arrange code; it never changes what the code does.
 *
 *   likely(c)       nine times in ten: a branch hint of the module says so
 *   unlikely(c)     one time in ten: a branch hint, a branch that leaves early, or a check that leads to a trap
 *
 * An inverted branch of the module has no probability: with one of two in three GCC no longer inlines the calls behind it, and recursion
 * takes twice the time. */
#define likely(c) __builtin_expect(!!(c), 1)
#define unlikely(c) __builtin_expect(!!(c), 0)

/* A statement that `break` leaves and through which `continue` passes. Its body is not indented, because blocks nest much deeper than in
 * code written by hand. */
#define BLOCK                                                                                                                              \
    switch (0)                                                                                                                             \
    default:

/* The number of the case that a switch goes to for an index; 0, which means the default, for an index beyond the array. */
INLINE u32 case_at(const u16 *cases, u32 count, u32 index) {
    return index < count ? cases[index] : 0;
}

/* ---- Memory access: at any alignment, to bytes of any type. ---- */

#if !WASMELT_SWAPS_BYTES
#define ANY(T, name) typedef T __attribute__((aligned(1), may_alias)) name;
/* The object of a type any... at a pointer. */
#define LITTLE(any, p) (*(any *)(p))
#else
#define ANY(T, name)                                                                                                                       \
    typedef struct {                                                                                                                       \
        T value;                                                                                                                           \
    } __attribute__((packed, may_alias, scalar_storage_order("little-endian"))) name;
#define LITTLE(any, p) (((any *)(p))->value)
#endif
ANY(u16, any16)
ANY(u32, any32)
ANY(u64, any64)
ANY(f32, anyf32)
ANY(f64, anyf64)
ANY(s16, anys16)
ANY(s32, anys32)
#undef ANY

/* A store must happen completely or not at all. If it is one instruction at any alignment, the processor sees to that; if code checks
 * bounds, it has done so before. On other machines compilers make several instructions of it, so the last byte is read first: it is out of
 * bounds if any byte is. */
#if defined(__x86_64__) || (defined(__aarch64__) && defined(__ARM_FEATURE_UNALIGNED)) || WASMELT_SMALL_ADDRESSES
#define WHOLE(p, width) (p)
#else
INLINE void *whole(const void *p, unsigned width) {
    (void)*((const volatile u8 *)p + width - 1);
    return (void *)(uintptr_t)p;
}
#define WHOLE(p, width) whole(p, width)
#endif

/* The address of an access: the index, which the module computes, plus the static offset of the instruction. This sum does not wrap around,
 * like a sum with a pointer. */
#define AT(index, offset) (mem + (index) + (offset))
#define AT_IN(memory, index, offset) ((memory) + (index) + (offset))

/* NAME(index, offset) accesses memory 0, whose base is in the variable `mem` of each function; NAME_IN accesses another memory. */
#define I32(index, offset) LITTLE(any32, WHOLE(AT(index, offset), 4))
#define I32_IN(memory, index, offset) LITTLE(any32, WHOLE(AT_IN(memory, index, offset), 4))
#define I64(index, offset) LITTLE(any64, WHOLE(AT(index, offset), 8))
#define I64_IN(memory, index, offset) LITTLE(any64, WHOLE(AT_IN(memory, index, offset), 8))
#define F32(index, offset) LITTLE(anyf32, WHOLE(AT(index, offset), 4))
#define F32_IN(memory, index, offset) LITTLE(anyf32, WHOLE(AT_IN(memory, index, offset), 4))
#define F64(index, offset) LITTLE(anyf64, WHOLE(AT(index, offset), 8))
#define F64_IN(memory, index, offset) LITTLE(anyf64, WHOLE(AT_IN(memory, index, offset), 8))

/* Narrow stores. */
#define I32_8(index, offset) (*(u8 *)AT(index, offset))
#define I32_8_IN(memory, index, offset) (*(u8 *)AT_IN(memory, index, offset))
#define I32_16(index, offset) LITTLE(any16, WHOLE(AT(index, offset), 2))
#define I32_16_IN(memory, index, offset) LITTLE(any16, WHOLE(AT_IN(memory, index, offset), 2))
#define I64_8(index, offset) (*(u8 *)AT(index, offset))
#define I64_8_IN(memory, index, offset) (*(u8 *)AT_IN(memory, index, offset))
#define I64_16(index, offset) LITTLE(any16, WHOLE(AT(index, offset), 2))
#define I64_16_IN(memory, index, offset) LITTLE(any16, WHOLE(AT_IN(memory, index, offset), 2))
#define I64_32(index, offset) LITTLE(any32, WHOLE(AT(index, offset), 4))
#define I64_32_IN(memory, index, offset) LITTLE(any32, WHOLE(AT_IN(memory, index, offset), 4))

/* Narrow loads. */
#define I32_8U(index, offset) ((u32) * (u8 *)AT(index, offset))
#define I32_8U_IN(memory, index, offset) ((u32) * (u8 *)AT_IN(memory, index, offset))
#define I32_8S(index, offset) ((u32)(s32) * (s8 *)AT(index, offset))
#define I32_8S_IN(memory, index, offset) ((u32)(s32) * (s8 *)AT_IN(memory, index, offset))
#define I32_16U(index, offset) ((u32)LITTLE(any16, AT(index, offset)))
#define I32_16U_IN(memory, index, offset) ((u32)LITTLE(any16, AT_IN(memory, index, offset)))
#define I32_16S(index, offset) ((u32)(s32)LITTLE(anys16, AT(index, offset)))
#define I32_16S_IN(memory, index, offset) ((u32)(s32)LITTLE(anys16, AT_IN(memory, index, offset)))
#define I64_8U(index, offset) ((u64) * (u8 *)AT(index, offset))
#define I64_8U_IN(memory, index, offset) ((u64) * (u8 *)AT_IN(memory, index, offset))
#define I64_8S(index, offset) ((u64)(s64) * (s8 *)AT(index, offset))
#define I64_8S_IN(memory, index, offset) ((u64)(s64) * (s8 *)AT_IN(memory, index, offset))
#define I64_16U(index, offset) ((u64)LITTLE(any16, AT(index, offset)))
#define I64_16U_IN(memory, index, offset) ((u64)LITTLE(any16, AT_IN(memory, index, offset)))
#define I64_16S(index, offset) ((u64)(s64)LITTLE(anys16, AT(index, offset)))
#define I64_16S_IN(memory, index, offset) ((u64)(s64)LITTLE(anys16, AT_IN(memory, index, offset)))
#define I64_32U(index, offset) ((u64)LITTLE(any32, AT(index, offset)))
#define I64_32U_IN(memory, index, offset) ((u64)LITTLE(any32, AT_IN(memory, index, offset)))
#define I64_32S(index, offset) ((u64)(s64)LITTLE(anys32, AT(index, offset)))
#define I64_32S_IN(memory, index, offset) ((u64)(s64)LITTLE(anys32, AT_IN(memory, index, offset)))

/* Loads that are performed even if nothing uses their value (--strict-loads, and loads marked as forced). */
#define V_I32(p) LITTLE(volatile any32, p)
#define V_I64(p) LITTLE(volatile any64, p)
#define V_F32(p) LITTLE(volatile anyf32, p)
#define V_F64(p) LITTLE(volatile anyf64, p)
#define V_I32_8U(p) ((u32) * (volatile u8 *)(p))
#define V_I32_8S(p) ((u32)(s32) * (volatile s8 *)(p))
#define V_I32_16U(p) ((u32)LITTLE(volatile any16, p))
#define V_I32_16S(p) ((u32)(s32)LITTLE(volatile anys16, p))
#define V_I64_8U(p) ((u64) * (volatile u8 *)(p))
#define V_I64_8S(p) ((u64)(s64) * (volatile s8 *)(p))
#define V_I64_16U(p) ((u64)LITTLE(volatile any16, p))
#define V_I64_16S(p) ((u64)(s64)LITTLE(volatile anys16, p))
#define V_I64_32U(p) ((u64)LITTLE(volatile any32, p))
#define V_I64_32S(p) ((u64)(s64)LITTLE(volatile anys32, p))

/* Stores that take place one by one, in their order and that of such loads (--strict-loads): compilers would join neighbours, of which one
 * may be beyond the guard, and leave out what is stored again, between which another access may trap. */
#define ORDERED_I32(p) LITTLE(volatile any32, WHOLE(p, 4))
#define ORDERED_I64(p) LITTLE(volatile any64, WHOLE(p, 8))
#define ORDERED_F32(p) LITTLE(volatile anyf32, WHOLE(p, 4))
#define ORDERED_F64(p) LITTLE(volatile anyf64, WHOLE(p, 8))
#define ORDERED_I32_8(p) (*(volatile u8 *)(p))
#define ORDERED_I32_16(p) LITTLE(volatile any16, WHOLE(p, 2))
#define ORDERED_I64_8(p) (*(volatile u8 *)(p))
#define ORDERED_I64_16(p) LITTLE(volatile any16, WHOLE(p, 2))
#define ORDERED_I64_32(p) LITTLE(volatile any32, WHOLE(p, 4))

/* Accesses before it precede accesses after it. Costs nothing. */
INLINE void in_order(void) {
    __asm__ volatile("" : : : "memory");
}

/* The explicit bounds check: returns index + offset if the `width` bytes there are within the memory; otherwise traps. */
INLINE uintptr_t checked(const wasmelt_memory *m, u64 index, u64 offset, u64 width) {
    uintptr_t size = (uintptr_t)__atomic_load_n(&m->size, __ATOMIC_RELAXED);
    u64 need = offset + width;
    if (unlikely(need < offset || need > size || index > size - need))
        wasmelt_trap_memory();
    return (uintptr_t)(index + offset);
}

/* The size of a shared memory, in pages. */
INLINE u64 memory_pages(const wasmelt_memory *m) {
    return __atomic_load_n(&m->pages, __ATOMIC_ACQUIRE);
}

/* ---- Integers ---- */

INLINE u32 i32_div_u(u32 a, u32 b) {
    if (unlikely(b == 0))
        wasmelt_trap_divide();
    return a / b;
}

INLINE u32 i32_rem_u(u32 a, u32 b) {
    if (unlikely(b == 0))
        wasmelt_trap_divide();
    return a % b;
}

INLINE u32 i32_div_s(u32 a, u32 b) {
    if (unlikely(b == 0))
        wasmelt_trap_divide();
    if (unlikely(a == 0x80000000u && b == 0xffffffffu))
        wasmelt_trap_overflow();
    return (u32)((s32)a / (s32)b);
}

INLINE u32 i32_rem_s(u32 a, u32 b) {
    if (unlikely(b == 0))
        wasmelt_trap_divide();
    return b == 0xffffffffu ? 0 : (u32)((s32)a % (s32)b);
}

INLINE u64 i64_div_u(u64 a, u64 b) {
    if (unlikely(b == 0))
        wasmelt_trap_divide();
    return a / b;
}

INLINE u64 i64_rem_u(u64 a, u64 b) {
    if (unlikely(b == 0))
        wasmelt_trap_divide();
    return a % b;
}

INLINE u64 i64_div_s(u64 a, u64 b) {
    if (unlikely(b == 0))
        wasmelt_trap_divide();
    if (unlikely(a == 0x8000000000000000u && b == 0xffffffffffffffffu))
        wasmelt_trap_overflow();
    return (u64)((s64)a / (s64)b);
}

INLINE u64 i64_rem_s(u64 a, u64 b) {
    if (unlikely(b == 0))
        wasmelt_trap_divide();
    return b == 0xffffffffffffffffu ? 0 : (u64)((s64)a % (s64)b);
}

INLINE u32 clz32(u32 a) {
    return a ? (u32)__builtin_clz(a) : 32;
}

INLINE u32 ctz32(u32 a) {
    return a ? (u32)__builtin_ctz(a) : 32;
}

INLINE u32 popcnt32(u32 a) {
    return (u32)__builtin_popcount(a);
}

INLINE u64 clz64(u64 a) {
    return a ? (u64)__builtin_clzll(a) : 64;
}

INLINE u64 ctz64(u64 a) {
    return a ? (u64)__builtin_ctzll(a) : 64;
}

INLINE u64 popcnt64(u64 a) {
    return (u64)__builtin_popcountll(a);
}

INLINE u32 rotl32(u32 a, u32 n) {
    return a << (n & 31) | a >> (-n & 31);
}

INLINE u32 rotr32(u32 a, u32 n) {
    return a >> (n & 31) | a << (-n & 31);
}

INLINE u64 rotl64(u64 a, u64 n) {
    return a << (n & 63) | a >> (-n & 63);
}

INLINE u64 rotr64(u64 a, u64 n) {
    return a >> (n & 63) | a << (-n & 63);
}

/* ---- Floats ---- */

INLINE u32 bits_f32(f32 a) {
    u32 r;
    memcpy(&r, &a, sizeof r);
    return r;
}

INLINE u64 bits_f64(f64 a) {
    u64 r;
    memcpy(&r, &a, sizeof r);
    return r;
}

/* Arithmetic makes NaNs quiet (section 4.3.3). Compilers assume that no NaN signals: they fold x - 0.0, x * 1.0, x / -1.0 and the like to x
 * or -x, and clang folds an operation on a known signalling NaN to that NaN. So such constants are hidden from them: an empty asm statement
 * returns the value in a register, of which compilers then know nothing, and the machine's own instruction does the rest. The translator
 * hides zeros and ones that are operands, and vectors with signalling lanes. Numbers made from bits are hidden here if the bits are known
 * to be those of a signalling NaN: if the compiler does not know them, __builtin_constant_p is 0, and nothing remains of the test. */
#if defined __SSE2__
#define FLOAT_REGISTER "+x"
#elif defined __aarch64__
#define FLOAT_REGISTER "+w"
#else
#define FLOAT_REGISTER "+m"
#endif

INLINE f32 f32_opaque(f32 a) {
    __asm__("" : FLOAT_REGISTER(a));
    return a;
}

INLINE f64 f64_opaque(f64 a) {
    __asm__("" : FLOAT_REGISTER(a));
    return a;
}

INLINE bool f32_is_signalling(u32 bits) {
    return (bits & 0x7fffffff) > 0x7f800000 && (bits & 0x7fffffff) < 0x7fc00000;
}

INLINE bool f64_is_signalling(u64 bits) {
    return (bits & 0x7fffffffffffffff) > 0x7ff0000000000000 && (bits & 0x7fffffffffffffff) < 0x7ff8000000000000;
}

INLINE f32 f32_bits(u32 a) {
    f32 r;
    memcpy(&r, &a, sizeof r);
    return __builtin_constant_p(a) && f32_is_signalling(a) ? f32_opaque(r) : r;
}

INLINE f64 f64_bits(u64 a) {
    f64 r;
    memcpy(&r, &a, sizeof r);
    return __builtin_constant_p(a) && f64_is_signalling(a) ? f64_opaque(r) : r;
}

/* The number, with --deterministic and where components exchange it: the positive canonical NaN in place of any. */
INLINE f32 f32_canonical(f32 a) {
    return a == a ? a : f32_bits(0x7fc00000);
}

INLINE f64 f64_canonical(f64 a) {
    return a == a ? a : f64_bits(0x7ff8000000000000);
}

/* Integers whose values compilers do not know, so that they do not know the outcome of a comparison either. */

INLINE u32 i32_opaque(u32 a) {
    volatile u32 v = a;
    return v;
}

INLINE u64 i64_opaque(u64 a) {
    volatile u64 v = a;
    return v;
}

/* A number that has been loaded by an instruction of its own, before the operation that uses it. Where a loop stores a number and loads it
 * again in its next turn, as generators of random numbers do, some processors pass it on from a store to a load alone several cycles
 * faster than to a multiplication with an operand in memory (an AMD EPYC: such loops take 0.6 to 0.8 of the time). */
INLINE u32 i32_loaded(u32 a) {
    __asm__("" : "+r"(a));
    return a;
}

INLINE u64 i64_loaded(u64 a) {
    __asm__("" : "+r"(a));
    return a;
}

INLINE f32 f32_demote(f64 a) {
    return (f32)a;
}

/* PowerPC's registers hold numbers of both widths in the wider format, so that its compilers do nothing to promote one, and a signalling
 * NaN stays one. */
INLINE f64 f64_promote(f32 a) {
#if defined __powerpc__
    if (unlikely(a != a))
        return (f64)(a + a);
#endif
    return (f64)a;
}

/* The NaN that results if one or both operands are NaNs. A zero is hidden: with a known one, compilers would take the other operand as it
 * is. */
INLINE f32 f32_nan_of(f32 a, f32 b) {
    return (__builtin_constant_p(a) ? f32_opaque(a) : a) + (__builtin_constant_p(b) ? f32_opaque(b) : b);
}

INLINE f64 f64_nan_of(f64 a, f64 b) {
    return (__builtin_constant_p(a) ? f64_opaque(a) : a) + (__builtin_constant_p(b) ? f64_opaque(b) : b);
}

/* min and max: the result is NaN if an operand is, and -0 is less than +0 (section 4.3.3). */
INLINE f32 f32_min(f32 a, f32 b) {
    if (unlikely(a != a || b != b))
        return f32_nan_of(a, b);
    if (unlikely(a == b))
        return f32_bits(bits_f32(a) | bits_f32(b));
    return a < b ? a : b;
}

INLINE f32 f32_max(f32 a, f32 b) {
    if (unlikely(a != a || b != b))
        return f32_nan_of(a, b);
    if (unlikely(a == b))
        return f32_bits(bits_f32(a) & bits_f32(b));
    return a > b ? a : b;
}

INLINE f64 f64_min(f64 a, f64 b) {
    if (unlikely(a != a || b != b))
        return f64_nan_of(a, b);
    if (unlikely(a == b))
        return f64_bits(bits_f64(a) | bits_f64(b));
    return a < b ? a : b;
}

INLINE f64 f64_max(f64 a, f64 b) {
    if (unlikely(a != a || b != b))
        return f64_nan_of(a, b);
    if (unlikely(a == b))
        return f64_bits(bits_f64(a) & bits_f64(b));
    return a > b ? a : b;
}

INLINE f32 f32_abs(f32 a) {
    return __builtin_fabsf(a);
}

INLINE f64 f64_abs(f64 a) {
    return __builtin_fabs(a);
}

/* C's minus is the negate of IEEE 754, which only changes the sign, also that of a NaN. Compilers may turn -(a * b) into (-a) * b, or -a +
 * b into b - a: at most this changes the sign of a NaN that the product or sum has made, and WebAssembly leaves that sign open. */
INLINE f32 f32_neg(f32 a) {
    return -a;
}

INLINE f64 f64_neg(f64 a) {
    return -a;
}

INLINE f32 f32_copysign(f32 a, f32 b) {
    return __builtin_copysignf(a, b);
}

INLINE f64 f64_copysign(f64 a, f64 b) {
    return __builtin_copysign(a, b);
}

INLINE f32 f32_sqrt(f32 a) {
    return __builtin_sqrtf(a);
}

INLINE f64 f64_sqrt(f64 a) {
    return __builtin_sqrt(a);
}

/* Rounding. The result is a quiet NaN for a NaN: the C library returns x + x for it, but a compiler's own expansion may not. */
#define ROUNDING(name, function32, function64)                                                                                             \
    INLINE f32 f32_##name(f32 a) {                                                                                                         \
        return unlikely(a != a) ? a + a : function32(a);                                                                                   \
    }                                                                                                                                      \
    INLINE f64 f64_##name(f64 a) {                                                                                                         \
        return unlikely(a != a) ? a + a : function64(a);                                                                                   \
    }
ROUNDING(ceil, __builtin_ceilf, __builtin_ceil)
ROUNDING(floor, __builtin_floorf, __builtin_floor)
ROUNDING(trunc, __builtin_truncf, __builtin_trunc)
ROUNDING(nearest, __builtin_rintf, __builtin_rint)
#undef ROUNDING

/* Float to integer, by truncation. A number out of range, or NaN, traps or saturates. The bounds are exact in the floating-point type. */
#define TRUNCATE(name, result, exact, from, low_test, high, minimum, maximum)                                                              \
    INLINE result name(from a) {                                                                                                           \
        if (unlikely(!(low_test && a < high))) {                                                                                           \
            if (a != a)                                                                                                                    \
                wasmelt_trap_convert();                                                                                                    \
            wasmelt_trap_overflow();                                                                                                       \
        }                                                                                                                                  \
        return (result)(exact)a;                                                                                                           \
    }
#define TRUNCATE_SAT(name, result, exact, from, low_test, high, minimum, maximum)                                                          \
    INLINE result name(from a) {                                                                                                           \
        if (a != a)                                                                                                                        \
            return 0;                                                                                                                      \
        if (!(low_test))                                                                                                                   \
            return minimum;                                                                                                                \
        if (!(a < high))                                                                                                                   \
            return maximum;                                                                                                                \
        return (result)(exact)a;                                                                                                           \
    }
#define TRUNCATIONS(M, sat)                                                                                                                \
    M(i32_trunc##sat##_f32_s, u32, s32, f32, a >= -2147483648.0f, 2147483648.0f, 0x80000000u, 0x7fffffffu)                                 \
    M(i32_trunc##sat##_f32_u, u32, u32, f32, a > -1.0f, 4294967296.0f, 0, 0xffffffffu)                                                     \
    M(i32_trunc##sat##_f64_s, u32, s32, f64, a > -2147483649.0, 2147483648.0, 0x80000000u, 0x7fffffffu)                                    \
    M(i32_trunc##sat##_f64_u, u32, u32, f64, a > -1.0, 4294967296.0, 0, 0xffffffffu)                                                       \
    M(i64_trunc##sat##_f32_s, u64, s64, f32, a >= -9223372036854775808.0f, 9223372036854775808.0f, 0x8000000000000000u,                    \
      0x7fffffffffffffffu)                                                                                                                 \
    M(i64_trunc##sat##_f32_u, u64, u64, f32, a > -1.0f, 18446744073709551616.0f, 0, 0xffffffffffffffffu)                                   \
    M(i64_trunc##sat##_f64_s, u64, s64, f64, a >= -9223372036854775808.0, 9223372036854775808.0, 0x8000000000000000u, 0x7fffffffffffffffu) \
    M(i64_trunc##sat##_f64_u, u64, u64, f64, a > -1.0, 18446744073709551616.0, 0, 0xffffffffffffffffu)
TRUNCATIONS(TRUNCATE, )
TRUNCATIONS(TRUNCATE_SAT, _sat)
#undef TRUNCATIONS
#undef TRUNCATE_SAT
#undef TRUNCATE

/* ---- 128-bit arithmetic, from and to halves ---- */

#if defined(__SIZEOF_INT128__)

typedef unsigned __int128 u128;
typedef __int128 s128;

INLINE u128 wide(u64 low, u64 high) {
    return (u128)high << 64 | low;
}

INLINE u64 wide_low(u128 a) {
    return (u64)a;
}

INLINE u64 wide_high(u128 a) {
    return (u64)(a >> 64);
}

INLINE u128 i64_add128(u64 a, u64 a_high, u64 b, u64 b_high) {
    return wide(a, a_high) + wide(b, b_high);
}

INLINE u128 i64_sub128(u64 a, u64 a_high, u64 b, u64 b_high) {
    return wide(a, a_high) - wide(b, b_high);
}

INLINE u128 i64_mul_wide_s(u64 a, u64 b) {
    return (u128)((s128)(s64)a * (s64)b);
}

INLINE u128 i64_mul_wide_u(u64 a, u64 b) {
    return (u128)a * b;
}

#else

typedef struct u128 {
    u64 low, high;
} u128;

INLINE u64 wide_low(u128 a) {
    return a.low;
}

INLINE u64 wide_high(u128 a) {
    return a.high;
}

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

/* ---- The descriptor ---- */

/* Short forms of rows of which there are many: of wasmelt_func_desc, for a function that the module defines; and of wasmelt_export_desc. */
#define FUNC(f, type)                                                                                                                      \
    { (wasmelt_code) f, NULL, type, 0, 0 }
#define EXPORT_FUNC(name, type, record)                                                                                                    \
    { {name, sizeof name - 1}, WASMELT_EXTERN_FUNC, type, {0, false}, false, record }
#define EXPORT_GLOBAL(name, type, is_mutable, imported, place)                                                                             \
    { {name, sizeof name - 1}, WASMELT_EXTERN_GLOBAL, 0, {type, is_mutable}, imported, place }

/* ---- Calls ---- */

/* Between a call that may lead back to the caller and a return: keeps the compiler from turning the recursion into a loop, so that endless
 * recursion exhausts the stack instead of looping forever. Costs nothing. */
#define keep_frame() __asm__ volatile("")

/* At the beginning of a function that may call itself, by way of others or not: seems to use all memory, as what a run that exhausts the
 * stack has stored is seen after it. Without this, compilers move stores behind calls of functions that only compute. Costs nothing. */
#define stack_may_end() __asm__ volatile("" : : : "memory")

/* The same, and true, but the compiler does not know it. */
INLINE u32 always(void) {
    u32 yes = 1;
    __asm__ volatile("" : "+r"(yes) : : "memory");
    return yes;
}

/* The table entry for an indirect call, after checking bounds, null and the type (section 4.6.13). */
INLINE const wasmelt_table_entry *entry(const wasmelt_table *t, u64 index, u32 type_id) {
    if (unlikely(index >= t->size || t->entries[index].type_id != type_id))
        return wasmelt_call_indirect_slow(t, index, type_id);
    return &t->entries[index];
}

/* An element of a fixed table: one that never changes and contains only functions of this instance. */
typedef struct fixed_element {
    wasmelt_code code;
    u32 type_id; /* 0 for null, and for types without a constant number: no call expects 0 */
} fixed_element;

/* The same as entry(), for a fixed table of `size` elements. */
INLINE wasmelt_code fixed_entry(const fixed_element *elements, u64 size, const wasmelt_table *t, u64 index, u32 type_id) {
    if (unlikely(index >= size || elements[index].type_id != type_id))
        return wasmelt_call_indirect_slow(t, index, type_id)->code;
    return elements[index].code;
}

/* The same, for the elements of a fixed table that have the expected type: `count` elements from `first` on, with null for elements of
 * other types between them. No other element has the type. */
INLINE wasmelt_code typed_entry(const wasmelt_code *elements, u64 first, u64 count, const wasmelt_table *t, u64 index, u32 type_id) {
    if (unlikely(index - first >= count || !elements[index - first]))
        return wasmelt_call_indirect_slow(t, index, type_id)->code;
    return elements[index - first];
}

/* Only the check, if one element alone has the type. */
INLINE void only_entry(u64 only, const wasmelt_table *t, u64 index, u32 type_id) {
    if (unlikely(index != only))
        wasmelt_call_indirect_slow(t, index, type_id);
}

/* A reference, after checking that it is not null. */
INLINE void *non_null(const void *ref) {
    if (unlikely(!ref))
        wasmelt_trap_null();
    return (void *)ref;
}

/* Runs a function that makes tail calls by its second entry, and then the functions to which its tail calls lead. */
INLINE void run_tail_calls(wasmelt_tail *t) {
    do {
        void (*next)(wasmelt_tail *) = t->next;
        next(t);
    } while (t->next);
}

#endif
