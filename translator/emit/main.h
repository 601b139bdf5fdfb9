/* Prints the main function of an executable. */
#ifndef WASMELT_EMIT_MAIN_H
#define WASMELT_EMIT_MAIN_H

#include "emit/generator.h"

/* `function` of the runtime is called with the address of `program`, `more` arguments (each with a comma and a space after it), the command
 * of the options and the command line; main returns what it does. */
void main_put(out *o, const translate_options *options, const char *function, const char *program, const char *more);

#endif
