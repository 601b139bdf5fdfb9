/* Calling an export with arguments from a command line. */
#ifndef WASMELT_WASI_INVOKE_H
#define WASMELT_WASI_INVOKE_H

#include <wasmelt/func.h>

#pragma GCC visibility push(hidden)

/* Calls `function` with arguments that are given as text, ending with null: integers in decimal, octal (0...) or
 * hexadecimal (0x...), signed or unsigned; floating-point numbers as strtod takes them. Prints results, one to a
 * line, integers as signed ones. 0, with *trap saying how the call ended, or 2 after a message. */
int wasmelt_rt_invoke_with_text(const wasmelt_func *function, char **arguments, wasmelt_trap *trap);

#pragma GCC visibility pop

#endif
