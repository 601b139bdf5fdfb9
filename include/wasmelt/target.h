/* Stops the compilation on machines for which there is no code, before anything wrong is compiled. */
#ifndef WASMELT_TARGET_H
#define WASMELT_TARGET_H

#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "Wasmelt does not support this machine: it is big-endian, and linear memories are little-endian"
#endif
#if !defined(__SIZEOF_POINTER__) || __SIZEOF_POINTER__ != 8 || !defined(__SIZEOF_INT128__)
#error "Wasmelt does not support this machine: only those with 64-bit pointers"
#endif

/* Functions that emitted code calls and that must never become a part of it, as link-time optimisation could have it: emitted code
 * may be stopped between any two instructions (wasmelt/interrupt.h), other code not. */
#if defined(__GNUC__)
#define WASMELT_APART __attribute__((noinline))
#else
#define WASMELT_APART
#endif

#endif
