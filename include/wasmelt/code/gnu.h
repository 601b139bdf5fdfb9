/* What generated code asks of GCC and Clang. plain.h has the same for any compiler; core.h builds on either. */
#ifndef WASMELT_CODE_GNU_H
#define WASMELT_CODE_GNU_H

#include <wasmelt/target.h>

#if !defined(__GNUC__)
#error "This C is for GCC and Clang: for other compilers, translate with --c=plain"
#endif

#include <wasmelt/code/support.h>
#include <wasmelt/code/types.h>

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

/* For a function that only computes and calls itself. GCC takes it into itself many levels deep, and then needs two passes that
 * WasmeltFlags.cmake leaves out: with them fib takes 0.7 of the time. No other function is inlined into it or takes it in. */
#if defined(__clang__)
#define RECURSIVE
#else
#define RECURSIVE __attribute__((optimize("gcse", "ira-region=mixed")))
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
 * bounds, it has done so before. Otherwise the last byte is read first: it is out of bounds if any byte is. On other machines than x86-64
 * and aarch64, compilers make several instructions of a store, and processors of aarch64 two of a vector's: WHOLE_VECTOR. */
#if defined(__x86_64__) || WASMELT_SMALL_ADDRESSES || defined(WASMELT_EXPLICIT_BOUNDS)
#define WHOLE(p, width) (p)
#define WHOLE_VECTOR(p) (p)
#else
INLINE void *whole(const void *p, unsigned width) {
    (void)*((const volatile u8 *)p + width - 1);
    return (void *)(uintptr_t)p;
}
#if defined(__aarch64__) && defined(__ARM_FEATURE_UNALIGNED)
#define WHOLE(p, width) (p)
#else
#define WHOLE(p, width) whole(p, width)
#endif
#define WHOLE_VECTOR(p) whole(p, 16)
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

/* Loads that are performed even if nothing uses their value (--strict-loads, and loads marked as forced). The value is in a register, of
 * which compilers know nothing: Clang's pass that makes branches of conditional moves on x86 takes a load from memory, volatile or not,
 * into the one arm that uses it; and GCC drops a store that puts a value back where it was loaded from, and with it the load, although
 * volatile. */
#define V_I32(p) i32_loaded(LITTLE(volatile any32, p))
#define V_I64(p) i64_loaded(LITTLE(volatile any64, p))
#define V_F32(p) f32_opaque(LITTLE(volatile anyf32, p))
#define V_F64(p) f64_opaque(LITTLE(volatile anyf64, p))
#define V_I32_8U(p) i32_loaded(*(volatile u8 *)(p))
#define V_I32_8S(p) i32_loaded((u32)(s32) * (volatile s8 *)(p))
#define V_I32_16U(p) i32_loaded(LITTLE(volatile any16, p))
#define V_I32_16S(p) i32_loaded((u32)(s32)LITTLE(volatile anys16, p))
#define V_I64_8U(p) i64_loaded(*(volatile u8 *)(p))
#define V_I64_8S(p) i64_loaded((u64)(s64) * (volatile s8 *)(p))
#define V_I64_16U(p) i64_loaded(LITTLE(volatile any16, p))
#define V_I64_16S(p) i64_loaded((u64)(s64)LITTLE(volatile anys16, p))
#define V_I64_32U(p) i64_loaded(LITTLE(volatile any32, p))
#define V_I64_32S(p) i64_loaded((u64)(s64)LITTLE(volatile anys32, p))

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
#define ORDERED(type, global) (*(volatile type *)&(global))

/* Accesses before it precede accesses after it. Costs nothing. */
INLINE void in_order(void) {
    __asm__ volatile("" : : : "memory");
}

/* The size of a shared memory, in pages. */
INLINE u64 memory_pages(const wasmelt_memory *m) {
    return __atomic_load_n(&m->pages, __ATOMIC_ACQUIRE);
}

/* ---- Integers ---- */

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

/* ---- What compilers know ---- */

/* Whether the compiler knows the value. */
#define is_known(a) __builtin_constant_p(a)

/* The number, of which the compiler then knows nothing: not what it is or between which bounds (the translator's passes hide and chains),
 * and of floats not whether it is a NaN that signals (core.h). */
#if defined __SSE2__
#define FLOAT_REGISTER "+x"
#elif defined __aarch64__
#define FLOAT_REGISTER "+w"
#else
#define FLOAT_REGISTER "+m"
#endif

#define DEFINE_OPAQUE(name, type, register_class)                                                                                          \
    INLINE type name##_opaque(type a) {                                                                                                    \
        __asm__("" : register_class(a));                                                                                                   \
        return a;                                                                                                                          \
    }
DEFINE_OPAQUE(i32, u32, "+r")
DEFINE_OPAQUE(i64, u64, "+r")
DEFINE_OPAQUE(f32, f32, FLOAT_REGISTER)
DEFINE_OPAQUE(f64, f64, FLOAT_REGISTER)

/* A number that has been loaded by an instruction of its own, before the operation that uses it (V_I32, V_I64 above). Where a loop stores a
 * number and loads it again in its next turn, as generators of random numbers do, some processors pass it on from a store to a load alone
 * several cycles faster than to a multiplication with an operand in memory (an AMD EPYC: such loops take 0.6 to 0.8 of the time). */
#define i32_loaded(a) i32_opaque(a)
#define i64_loaded(a) i64_opaque(a)

/* A number that compilers must compute, even if they find that nobody needs it. */
#define DEFINE_USED(name, type, register_class)                                                                                            \
    INLINE type name##_used(type a) {                                                                                                      \
        __asm__ volatile("" : register_class(a));                                                                                          \
        return a;                                                                                                                          \
    }
DEFINE_USED(i32, u32, "+r")
DEFINE_USED(i64, u64, "+r")
DEFINE_USED(f32, f32, FLOAT_REGISTER)
DEFINE_USED(f64, f64, FLOAT_REGISTER)

/* ---- Floats ---- */

/* The C library's functions, which compilers have instructions for. */
#define C_ABS32 __builtin_fabsf
#define C_ABS64 __builtin_fabs
/* C's minus is the negate of IEEE 754, which only changes the sign, also that of a NaN. Compilers may turn -(a * b) into (-a) * b, or -a +
 * b into b - a: at most this changes the sign of a NaN that the product or sum has made, and WebAssembly leaves that sign open. */
#define C_NEG32(a) (-(a))
#define C_NEG64(a) (-(a))
#define C_COPYSIGN32 __builtin_copysignf
#define C_COPYSIGN64 __builtin_copysign
#define C_SQRT32 __builtin_sqrtf
#define C_SQRT64 __builtin_sqrt
#define C_CEIL32 __builtin_ceilf
#define C_CEIL64 __builtin_ceil
#define C_FLOOR32 __builtin_floorf
#define C_FLOOR64 __builtin_floor
#define C_TRUNC32 __builtin_truncf
#define C_TRUNC64 __builtin_trunc
#define C_NEAREST32 __builtin_rintf
#define C_NEAREST64 __builtin_rint

/* ---- 128-bit arithmetic, from and to halves ----
 *
 * Where inline functions stay calls, it has a struct: for 29 KB of products clang takes 20 s with a type of 128 bits, as it has no short
 * way to compile calls that give one. */

#if defined(__SIZEOF_INT128__) && !defined(WASMELT_OUTLINED)

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
#include <wasmelt/code/wide.h>
#endif

/* ---- Calls ---- */

/* Between a call that may lead back to the caller and a return: keeps the compiler from turning the recursion into a loop, so that endless
 * recursion exhausts the stack instead of looping forever. Costs nothing. */
#define keep_frame() __asm__ volatile("")

/* In long code: a branch that is never taken, which the compiler does not know, so that what takes the square of the length of code without
 * a label takes little. */
INLINE void seam(void) {
    u32 never = 0;
    __asm__ volatile("" : "+r"(never));
    if (never)
        __asm__ volatile("");
}

/* The same, which seems to use the number, so that what computes it stays before. */
#define SEAM(type)                                                                                                                         \
    INLINE void seam_##type(type value) {                                                                                                  \
        u32 never = 0;                                                                                                                     \
        __asm__ volatile("" : "+r"(never));                                                                                                \
        if (never) {                                                                                                                       \
            volatile type used = value;                                                                                                    \
            (void)used;                                                                                                                    \
        }                                                                                                                                  \
    }
SEAM(u32)
SEAM(u64)
SEAM(f32)
SEAM(f64)

/* The result of a function that only computes and calls itself, on its way to the return: does the same, as the compiler does not know that
 * it stays what it is. To GCC this is no effect, so calls with equal arguments are made once. Clang may do a call after what it sees not to
 * depend on it. */
#if defined(__clang__)
#define KEEP_FRAME_BY(value) keep_frame()
#elif defined(__x86_64__)
#define KEEP_FRAME_BY(value) __asm__("" : "+rx"(value))
#elif defined(__aarch64__)
#define KEEP_FRAME_BY(value) __asm__("" : "+rw"(value))
#else
#define KEEP_FRAME_BY(value) __asm__("" : "+rm"(value))
#endif
#define FRAMED(type)                                                                                                                       \
    INLINE type framed_##type(type value) {                                                                                                \
        KEEP_FRAME_BY(value);                                                                                                              \
        return value;                                                                                                                      \
    }
FRAMED(u32)
FRAMED(u64)
FRAMED(f32)
FRAMED(f64)

/* At the beginning of a function that may call itself, by way of others or not: seems to use all memory, as what a run that exhausts the
 * stack has stored is seen after it. Without this, compilers move stores behind calls of functions that only compute. Costs nothing. */
#define stack_may_end() __asm__ volatile("" : : : "memory")

/* The same, and true, but the compiler does not know it. */
INLINE u32 always(void) {
    u32 yes = 1;
    __asm__ volatile("" : "+r"(yes) : : "memory");
    return yes;
}

#endif
