/* Checks that the IR of a function is what passes rely on. It finds mistakes of our own, not of the input. */
#ifndef WASMELT_LOWER_CHECK_H
#define WASMELT_LOWER_CHECK_H

#include "lower/lower.h"

/* Checks a function after the pass of that name. If something is wrong, ends the program with a message and a dump. Called after each pass
 * if WASMELT_CHECK_IR is defined, as it is in debug builds and builds with sanitizers. */
void ir_check(const lowered *l, const lower_plan *plan, ir_form form, const char *pass);

#endif
