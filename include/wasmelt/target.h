/* Stops the compilation on machines for which there is no code, before anything wrong is compiled. */
#ifndef WASMELT_TARGET_H
#define WASMELT_TARGET_H

#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "Wasmelt does not support this machine: it is big-endian, and linear memories are little-endian"
#endif
#if !defined(__SIZEOF_POINTER__) || __SIZEOF_POINTER__ != 8 || !defined(__SIZEOF_INT128__)
#error "Wasmelt does not support this machine: only those with 64-bit pointers"
#endif

#endif
