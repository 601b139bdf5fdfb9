/* `wasmelt run` and `wasmelt cache`. */
#ifndef WASMELT_DRIVER_RUN_H
#define WASMELT_DRIVER_RUN_H

#include "driver/cli.h"

/* Compiles the input, unless that was done before, and becomes the program: does not return if all goes well. */
int run_program(const options *o);

/* Shows what is kept, or removes it. */
int run_cache(const options *o);

#endif
