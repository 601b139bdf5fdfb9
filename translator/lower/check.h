/* Whether a function's IR is what the passes may rely on: for our own mistakes, not for input. */
#ifndef WASMELT_LOWER_CHECK_H
#define WASMELT_LOWER_CHECK_H

#include "lower/lower.h"

/* Checks a function behind the pass of that name, and ends the program with a message and a dump if something does not
 * hold. Called behind each pass where WASMELT_CHECK_IR is defined, as it is in debug builds and those with sanitizers. */
void ir_check(const lowered *l, const lower_plan *plan, ir_form form, const char *pass);

#endif
