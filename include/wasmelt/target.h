/* What the code depends on in a machine. Stops the compilation for machines for which there is no code, before anything wrong is
 * compiled. */
#ifndef WASMELT_TARGET_H
#define WASMELT_TARGET_H

#if defined(__SIZEOF_POINTER__)
#define WASMELT_POINTER_BYTES __SIZEOF_POINTER__
#else
#include <stdint.h>
#define WASMELT_POINTER_BYTES (UINTPTR_MAX == UINT64_MAX ? 8 : UINTPTR_MAX == UINT32_MAX ? 4 : 0)
#endif

#if WASMELT_POINTER_BYTES != 8 && WASMELT_POINTER_BYTES != 4
#error "Wasmelt does not support this machine: only those with 64-bit or 32-bit pointers"
#endif

/* Pointers of 32 bits: there is no room for guard pages, so emitted code compares addresses with the size of the memory. */
#if WASMELT_POINTER_BYTES == 4
#define WASMELT_SMALL_ADDRESSES 1
#else
#define WASMELT_SMALL_ADDRESSES 0
#endif

/* A small system: one without virtual memory, signals and threads (wasmelt/small.h). It is any for which the compiler knows no operating
 * system; WASMELT_SMALL_SYSTEM, defined as 1 or 0 wherever C is compiled, decides otherwise. */
#if !defined(WASMELT_SMALL_SYSTEM)
#if defined(__unix__) || defined(__APPLE__) || defined(_WIN32)
#define WASMELT_SMALL_SYSTEM 0
#else
#define WASMELT_SMALL_SYSTEM 1
#endif
#endif

/* A variable of the thread's. */
#if WASMELT_SMALL_SYSTEM
#define WASMELT_OF_THREAD(model)
#else
#define WASMELT_OF_THREAD(model) _Thread_local __attribute__((tls_model(model)))
#endif

/* Linear memories are little-endian; on other machines bytes are swapped whenever they are loaded or stored, by structs in the other order
 * than the machine's (wasmelt/code/core.h). */
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define WASMELT_SWAPS_BYTES 1
#if defined(__clang__)
#error "Wasmelt does not support this machine with Clang, which cannot reverse the order of bytes in a struct: use GCC"
#endif
#else
#define WASMELT_SWAPS_BYTES 0
#endif

/* x87 arithmetic rounds twice, and does not keep NaNs. */
#if defined(__i386__) && !defined(__SSE2_MATH__)
#error "Wasmelt needs SSE2 for floating-point numbers on this machine: compile with -msse2 -mfpmath=sse"
#endif

/* Functions that emitted code calls and that must never become a part of it, as link-time optimisation could have it: emitted code
 * may be stopped between any two instructions (wasmelt/interrupt.h), other code not. */
#if defined(__GNUC__)
#define WASMELT_APART __attribute__((noinline))
#else
#define WASMELT_APART
#endif

/* A member of a struct at a multiple of 8 bytes; and a number that another thread may store meanwhile. Other compilers than GCC and Clang
 * compile code of modules with one thread only. */
#if defined(__GNUC__)
#define WASMELT_ALIGNED_8 __attribute__((aligned(8)))
#define WASMELT_LOAD_RELAXED(p) __atomic_load_n(p, __ATOMIC_RELAXED)
#else
#define WASMELT_ALIGNED_8 _Alignas(8)
#define WASMELT_LOAD_RELAXED(p) (*(p))
#endif

#endif
