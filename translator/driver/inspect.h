/* The command `inspect`. */
#ifndef WASMELT_DRIVER_INSPECT_H
#define WASMELT_DRIVER_INSPECT_H

#include "driver/cli.h"

/* Returns the exit status, after a message if it is not 0. */
int run_inspect(const options *o);

#endif
