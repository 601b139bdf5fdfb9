/* `wasmelt run` and `wasmelt cache`. */
#ifndef WASMELT_DRIVER_RUN_H
#define WASMELT_DRIVER_RUN_H

#include "driver/cli.h"

/* Compiles the input, unless its executable is in the cache, and executes it in place of this process. Returns only after a failure, with
 * an exit status. */
int run_program(const options *o);

/* Lists the entries of the cache, or removes them. */
int run_cache(const options *o);

#endif
