/* Calling an export with arguments from a command line. */
#ifndef WASMELT_WASI_INVOKE_H
#define WASMELT_WASI_INVOKE_H

#include <wasmelt/func.h>

#pragma GCC visibility push(hidden)

/* Calls `function` with arguments given as text; the list ends with null. Integers are decimal, octal (0...) or hexadecimal (0x...), signed
 * or unsigned; floating-point numbers are as for strtod. Prints one result on each line, integers as signed numbers. Returns 0, with *trap
 * saying how the call ended, or 2 after a message. */
int wasmelt_rt_invoke_with_text(const wasmelt_func *function, char **arguments, wasmelt_trap *trap);

#pragma GCC visibility pop

#endif
