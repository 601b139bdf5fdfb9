/* The runtime for machines that the installed one is not for: compiled from its sources, which are installed too. */
#ifndef WASMELT_FOREIGN_H
#define WASMELT_FOREIGN_H

#include "cli.h"
#include "toolchain.h"

/* The name in the scratch directory of one that there is no cache for. */
#define FOREIGN_RUNTIME "libwasmelt_rt.a"

/* Makes t->runtime one for the machine that the compiler compiles for, if it is not already: taken from the cache, or
 * compiled in `scratch`, an existing directory; strings live in `a`. An exit status, after a message if not 0.
 * *held, else -1, is a descriptor to be closed when the runtime has been used. */
int foreign_runtime(toolchain *t, const options *o, const char *scratch, arena *a, int *held);

/* `wasmelt runtime`: compiles it for whatever the compiler compiles for. */
int run_runtime(const options *o);

#endif
