/* Warnings that emitted C switches off for itself, after its other headers. WebAssembly may compare anything with anything, and C compilers
 * warn about comparisons whose outcome they know, because they suspect a mistake. Not for hosts.
 *
 *   -Wtype-limits, -Wtautological-compare, -Wbool-compare, -Wsign-compare   comparisons whose outcome is known, or of different signedness
 *   -Wunused-parameter                                      a function has all parameters of its type, and its instance
 *   -Wxor-used-as-pow                                       2 ^ 8 is an exclusive or, and meant as one
 *   -Wimplicit-fallthrough                                  plain C has no word for it
 *   -Winfinite-recursion                                    a function that only calls itself ends in a trap
 *   -Woverflow                                              of a signed number whose highest bits are known, GCC says so when it is shifted
 *   -Warray-bounds, -Wstringop-overflow                     an address of 64 bits may be a constant beyond every memory: its check traps */
#ifndef WASMELT_CODE_QUIET_H
#define WASMELT_CODE_QUIET_H

#include <wasmelt/target.h>

/* What a translation for machines with 64-bit pointers does not fit. */
#if WASMELT_SMALL_ADDRESSES && !defined WASMELT_EXPLICIT_BOUNDS
#error "This machine has 32-bit pointers, and thus no room for guard pages: translate with --bounds=explicit"
#endif
#if WASMELT_SMALL_SYSTEM && !(defined WASMELT_EXPLICIT_BOUNDS && defined WASMELT_ASKS_FOR_STACK)
#error "On a small system nothing but code notices the ends of memories and of the stack: translate with --system=small"
#endif

#ifdef __GNUC__
#pragma GCC diagnostic ignored "-Wtype-limits"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wtautological-compare"
#pragma GCC diagnostic ignored "-Wsign-compare"
#ifdef WASMELT_CODE_PLAIN_H
#pragma GCC diagnostic ignored "-Wimplicit-fallthrough"
#endif
#ifdef __clang__
#pragma GCC diagnostic ignored "-Wxor-used-as-pow"
#pragma GCC diagnostic ignored "-Winfinite-recursion"
#else
#pragma GCC diagnostic ignored "-Wbool-compare"
#pragma GCC diagnostic ignored "-Woverflow"
#pragma GCC diagnostic ignored "-Warray-bounds"
#pragma GCC diagnostic ignored "-Wstringop-overflow"
#if __GNUC__ >= 12
#pragma GCC diagnostic ignored "-Winfinite-recursion"
#endif
#endif
#endif

#endif
