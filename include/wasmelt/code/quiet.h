/* Warnings that emitted C turns off for itself, after its other headers: WebAssembly may compare anything with anything, and C
 * compilers warn of what they know to come out always the same, as if somebody had meant something else. Not for hosts.
 *
 *   -Wtype-limits, -Wtautological-compare, -Wbool-compare, -Wsign-compare   operands that cannot differ, or not so
 *   -Wunused-parameter                                      a function has the parameters of its type, and always its instance
 *   -Wxor-used-as-pow                                       2 ^ 8 is no power, and is not meant as one
 *   -Winfinite-recursion                                    a function that does nothing but call itself ends in a trap */
#ifndef WASMELT_CODE_QUIET_H
#define WASMELT_CODE_QUIET_H

#include <wasmelt/target.h>

#pragma GCC diagnostic ignored "-Wtype-limits"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wtautological-compare"
#pragma GCC diagnostic ignored "-Wsign-compare"
#ifdef __clang__
#pragma GCC diagnostic ignored "-Wxor-used-as-pow"
#pragma GCC diagnostic ignored "-Winfinite-recursion"
#else
#pragma GCC diagnostic ignored "-Wbool-compare"
#if __GNUC__ >= 12
#pragma GCC diagnostic ignored "-Winfinite-recursion"
#endif
#endif

#endif
