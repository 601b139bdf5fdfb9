/* The atomic instructions (threads proposal) except wait and notify, which wasmelt/code/support.h declares. Each is an inline function with
 * the name of the instruction and takes a `u8 *`. All are sequentially consistent. Only generated code with such instructions includes
 * this. */
#ifndef WASMELT_CODE_ATOMICS_H
#define WASMELT_CODE_ATOMICS_H

#include <wasmelt/target.h>

#include <wasmelt/code/core.h>

/* Types of objects in memory, which other accesses may see as other types. */
typedef u8 any_atomic8;
typedef u16 __attribute__((may_alias)) any_atomic16;
typedef u32 __attribute__((may_alias)) any_atomic32;
typedef u64 __attribute__((may_alias)) any_atomic64;

/* Memories begin at a page, so the pointer has the same alignment as the address. */
INLINE void *aligned_to(u8 *p, unsigned width) {
    if (unlikely((uintptr_t)p & (width - 1)))
        wasmelt_trap_raise(WASMELT_TRAP_UNALIGNED_ATOMIC);
    return p;
}

INLINE void atomic_fence(void) {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* GCC 12 for RISC-V compares a whole register with the 32 bits that it has loaded and extended, and does not extend those that are
 * expected: of an i64 it takes all 64. */
#if defined __riscv && !defined __clang__
INLINE u64 extended(u64 expected, unsigned width) {
    s64 whole = (s32)(u32)expected;
    __asm__("" : "+r"(whole));
    return width == 4 ? (u64)whole : expected;
}
#else
#define extended(expected, width) (expected)
#endif

#if !WASMELT_SWAPS_BYTES

#define RMW(name, R, T, function)                                                                                                          \
    INLINE R name(u8 *p, R value) {                                                                                                        \
        return (R)function((T *)aligned_to(p, sizeof(T)), (T)value, __ATOMIC_SEQ_CST);                                                     \
    }
/* The instructions for one type that is `bits` wide in memory. u: the suffix of narrow instructions, whose operands are wrapped to that
 * width. */
#define ATOMICS(type, R, T, bits, u)                                                                                                       \
    INLINE R type##_atomic_load##bits##u(u8 *p) {                                                                                          \
        return (R)__atomic_load_n((T *)aligned_to(p, sizeof(T)), __ATOMIC_SEQ_CST);                                                        \
    }                                                                                                                                      \
    INLINE void type##_atomic_store##bits(u8 *p, R value) {                                                                                \
        __atomic_store_n((T *)aligned_to(p, sizeof(T)), (T)value, __ATOMIC_SEQ_CST);                                                       \
    }                                                                                                                                      \
    RMW(type##_atomic_rmw##bits##_add##u, R, T, __atomic_fetch_add)                                                                        \
    RMW(type##_atomic_rmw##bits##_sub##u, R, T, __atomic_fetch_sub)                                                                        \
    RMW(type##_atomic_rmw##bits##_and##u, R, T, __atomic_fetch_and)                                                                        \
    RMW(type##_atomic_rmw##bits##_or##u, R, T, __atomic_fetch_or)                                                                          \
    RMW(type##_atomic_rmw##bits##_xor##u, R, T, __atomic_fetch_xor)                                                                        \
    RMW(type##_atomic_rmw##bits##_xchg##u, R, T, __atomic_exchange_n)                                                                      \
    INLINE R type##_atomic_rmw##bits##_cmpxchg##u(u8 *p, R expected, R value) {                                                            \
        T *at = aligned_to(p, sizeof(T));                                                                                                  \
        T found = (T)extended(expected, sizeof(T));                                                                                        \
        __atomic_compare_exchange_n(at, &found, (T)value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);                                          \
        return (R)found;                                                                                                                   \
    }

#else

/* A number as it is in memory, and the other way round. */
#define SWAPPED(T, value) ((T)(__builtin_bswap64((u64)(value)) >> (64 - 8 * sizeof(T))))

/* The bytes are exchanged where the operation has to know their order. */
#define RMW(name, R, T, expression)                                                                                                        \
    INLINE R name(u8 *p, R operand) {                                                                                                      \
        T *at = aligned_to(p, sizeof(T));                                                                                                  \
        T found = __atomic_load_n(at, __ATOMIC_SEQ_CST), old, value = (T)operand;                                                          \
        do                                                                                                                                 \
            old = SWAPPED(T, found);                                                                                                       \
        while (!__atomic_compare_exchange_n(at, &found, SWAPPED(T, (T)(expression)), 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));              \
        return (R)old;                                                                                                                     \
    }
#define ATOMICS(type, R, T, bits, u)                                                                                                       \
    INLINE R type##_atomic_load##bits##u(u8 *p) {                                                                                          \
        return (R)SWAPPED(T, __atomic_load_n((T *)aligned_to(p, sizeof(T)), __ATOMIC_SEQ_CST));                                            \
    }                                                                                                                                      \
    INLINE void type##_atomic_store##bits(u8 *p, R value) {                                                                                \
        __atomic_store_n((T *)aligned_to(p, sizeof(T)), SWAPPED(T, (T)value), __ATOMIC_SEQ_CST);                                           \
    }                                                                                                                                      \
    RMW(type##_atomic_rmw##bits##_add##u, R, T, old + value)                                                                               \
    RMW(type##_atomic_rmw##bits##_sub##u, R, T, old - value)                                                                               \
    RMW(type##_atomic_rmw##bits##_and##u, R, T, old &value)                                                                                \
    RMW(type##_atomic_rmw##bits##_or##u, R, T, old | value)                                                                                \
    RMW(type##_atomic_rmw##bits##_xor##u, R, T, old ^ value)                                                                               \
    RMW(type##_atomic_rmw##bits##_xchg##u, R, T, value)                                                                                    \
    INLINE R type##_atomic_rmw##bits##_cmpxchg##u(u8 *p, R expected, R value) {                                                            \
        T *at = aligned_to(p, sizeof(T));                                                                                                  \
        T found = SWAPPED(T, (T)expected);                                                                                                 \
        __atomic_compare_exchange_n(at, &found, SWAPPED(T, (T)value), 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);                              \
        return (R)SWAPPED(T, found);                                                                                                       \
    }

#endif

ATOMICS(i32, u32, any_atomic32, , )
ATOMICS(i32, u32, any_atomic8, 8, _u)
ATOMICS(i32, u32, any_atomic16, 16, _u)
ATOMICS(i64, u64, any_atomic64, , )
ATOMICS(i64, u64, any_atomic8, 8, _u)
ATOMICS(i64, u64, any_atomic16, 16, _u)
ATOMICS(i64, u64, any_atomic32, 32, _u)
#undef ATOMICS
#undef RMW

#endif
