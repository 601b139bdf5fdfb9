/* Warnings that emitted C turns off for itself, after its other headers: WebAssembly may compare anything with anything, and C
 * compilers warn of comparisons whose answer they know, as if somebody had meant something else by them. Not for hosts.
 *
 *   -Wtype-limits, -Wtautological-compare, -Wbool-compare   operands that cannot differ, or not so
 *   -Wxor-used-as-pow                                       2 ^ 8 is no power, and is not meant as one */
#ifndef WASMELT_QUIET_H
#define WASMELT_QUIET_H

#pragma GCC diagnostic ignored "-Wtype-limits"
#pragma GCC diagnostic ignored "-Wtautological-compare"
#ifdef __clang__
#pragma GCC diagnostic ignored "-Wxor-used-as-pow"
#else
#pragma GCC diagnostic ignored "-Wbool-compare"
#endif

#endif
