/* The runtime for machines that the installed one is not for: compiled from its sources, which are installed too. */
#ifndef WASMELT_DRIVER_FOREIGN_H
#define WASMELT_DRIVER_FOREIGN_H

#include "driver/cli.h"
#include "driver/toolchain.h"

/* Its name, in the scratch directory too. */
#define FOREIGN_RUNTIME "libwasmelt_rt.a"

/* Makes t->runtime one for the machine that the compiler compiles for, if it is not already: a copy of that in the
 * cache, or compiled anew, in `scratch`, an existing directory; strings live in `a`. An exit status, after a message if
 * not 0. */
int foreign_runtime(toolchain *t, const options *o, const char *scratch, arena *a);

/* `wasmelt runtime`: compiles it for whatever the compiler compiles for. */
int run_runtime(const options *o);

#endif
