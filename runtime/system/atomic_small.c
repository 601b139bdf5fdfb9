/* Atomic operations where there is one thread, and interrupts do not use the runtime: those for which the processor has no instructions,
 * such as 64-bit ones on Cortex-M, and all but loads and stores on Cortex-M0. GCC and Clang call functions with these names, which
 * libatomic has on other systems. Also waiting, which only shared memories allow; there are none. */
#include <wasmelt/target.h>

#if WASMELT_SMALL_SYSTEM

#include <stdbool.h>
#include <string.h>

#include <wasmelt/code/support.h>

/* The compiler has declarations of its own for the names, so the functions have others in C. */
#define CALLED(name, bytes) __asm__(NAME_PREFIX #name "_" #bytes)
#if defined(__APPLE__)
#define NAME_PREFIX "_"
#else
#define NAME_PREFIX ""
#endif

#define FETCH(T, bytes, operation, expression)                                                                                             \
    T wasmelt_rt_fetch_##operation##_##bytes(volatile void *p, T value, int order) CALLED(__atomic_fetch_##operation, bytes);              \
    T wasmelt_rt_fetch_##operation##_##bytes(volatile void *p, T value, int order) {                                                       \
        volatile T *at = p;                                                                                                                \
        T old = *at;                                                                                                                       \
        (void)order;                                                                                                                       \
        *at = (T)(expression);                                                                                                             \
        return old;                                                                                                                        \
    }

#define ATOMICS(T, bytes)                                                                                                                  \
    T wasmelt_rt_load_##bytes(const volatile void *p, int order) CALLED(__atomic_load, bytes);                                             \
    T wasmelt_rt_load_##bytes(const volatile void *p, int order) {                                                                         \
        (void)order;                                                                                                                       \
        return *(const volatile T *)p;                                                                                                     \
    }                                                                                                                                      \
    void wasmelt_rt_store_##bytes(volatile void *p, T value, int order) CALLED(__atomic_store, bytes);                                     \
    void wasmelt_rt_store_##bytes(volatile void *p, T value, int order) {                                                                  \
        (void)order;                                                                                                                       \
        *(volatile T *)p = value;                                                                                                          \
    }                                                                                                                                      \
    T wasmelt_rt_exchange_##bytes(volatile void *p, T value, int order) CALLED(__atomic_exchange, bytes);                                  \
    T wasmelt_rt_exchange_##bytes(volatile void *p, T value, int order) {                                                                  \
        volatile T *at = p;                                                                                                                \
        T old = *at;                                                                                                                       \
        (void)order;                                                                                                                       \
        *at = value;                                                                                                                       \
        return old;                                                                                                                        \
    }                                                                                                                                      \
    bool wasmelt_rt_compare_##bytes(volatile void *p, void *expected, T value, int order, int failure)                                     \
        CALLED(__atomic_compare_exchange, bytes);                                                                                          \
    bool wasmelt_rt_compare_##bytes(volatile void *p, void *expected, T value, int order, int failure) {                                   \
        volatile T *at = p;                                                                                                                \
        T old = *at, *found = expected;                                                                                                    \
        bool same = old == *found;                                                                                                         \
        (void)order, (void)failure;                                                                                                        \
        *at = same ? value : old;                                                                                                          \
        *found = old;                                                                                                                      \
        return same;                                                                                                                       \
    }                                                                                                                                      \
    FETCH(T, bytes, add, old + value)                                                                                                      \
    FETCH(T, bytes, sub, old - value)                                                                                                      \
    FETCH(T, bytes, and, old &value)                                                                                                       \
    FETCH(T, bytes, or, old | value)                                                                                                       \
    FETCH(T, bytes, xor, old ^ value)

/* clang-format off */
ATOMICS(uint8_t, 1)
ATOMICS(uint16_t, 2)
ATOMICS(uint32_t, 4)
ATOMICS(uint64_t, 8)
/* clang-format on */

/* ---- Waiting ---- */

static void check(const wasmelt_memory *m, uint64_t index, uint64_t offset, uint64_t width) {
    uint64_t address = index + offset;
    if (address < index || !wasmelt_memory_in_bounds(m, address, width))
        wasmelt_trap_memory();
    if (address & (width - 1))
        wasmelt_trap_raise(WASMELT_TRAP_UNALIGNED_ATOMIC);
}

uint32_t wasmelt_atomic_wait32(wasmelt_memory *m, uint64_t index, uint64_t offset, uint32_t expected, uint64_t timeout) {
    (void)expected, (void)timeout;
    check(m, index, offset, 4);
    wasmelt_trap_raise(WASMELT_TRAP_EXPECTED_SHARED);
}

uint32_t wasmelt_atomic_wait64(wasmelt_memory *m, uint64_t index, uint64_t offset, uint64_t expected, uint64_t timeout) {
    (void)expected, (void)timeout;
    check(m, index, offset, 8);
    wasmelt_trap_raise(WASMELT_TRAP_EXPECTED_SHARED);
}

uint32_t wasmelt_atomic_notify(wasmelt_memory *m, uint64_t index, uint64_t offset, uint32_t count) {
    (void)count;
    check(m, index, offset, 4);
    return 0;
}

#endif
