/* Where a trap happened, in names of the module. Only what prints backtraces pulls this in. */
#ifndef WASMELT_RUNTIME_BACKTRACE_H
#define WASMELT_RUNTIME_BACKTRACE_H

#include <stdio.h>

/* From now on every trap notes the calls that led to it, in its thread; nothing if WASMELT_BACKTRACE=0. */
void backtrace_install(void);

/* Prints what the thread's last trap noted, innermost first. Functions that the C compiler has inlined into
 * others do not appear. */
void backtrace_print(FILE *out);

#endif
