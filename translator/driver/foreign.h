/* The runtime for machines other than the one that the installed runtime is for: compiled from its sources, which are installed too. */
#ifndef WASMELT_DRIVER_FOREIGN_H
#define WASMELT_DRIVER_FOREIGN_H

#include "driver/cli.h"
#include "driver/toolchain.h"

/* The file name of the runtime, also of the copy in the scratch directory. */
#define FOREIGN_RUNTIME "libwasmelt_rt.a"

/* If the compiler compiles for another machine than t->runtime is for: replaces t->runtime by one for that machine, copied from the
 * cache or compiled, in the existing directory `scratch`. Strings live in `a`. Returns an exit status; if it is not 0, a message has
 * been printed. */
int foreign_runtime(toolchain *t, const options *o, const char *scratch, arena *a);

/* `wasmelt runtime`: compiles the runtime for the machine that the compiler compiles for. */
int run_runtime(const options *o);

#endif
