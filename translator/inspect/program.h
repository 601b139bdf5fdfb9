/* Whether a module is a program, that is, can be made an executable without a host. */
#ifndef WASMELT_INSPECT_PROGRAM_H
#define WASMELT_INSPECT_PROGRAM_H

#include "wasm/module.h"

/* Whether an executable provides the import: a function of WASI or a shared memory. */
bool program_provides(const module *m, const import *i);

/* Whether the module is an object file that has not been linked: its imports are symbols for the linker. */
bool program_is_object(const module *m);

/* Whether the module exports a function "_start" without parameters and results. */
bool program_starts(const module *m);

/* Whether the module starts no threads, or has what wasi-threads needs. */
bool program_threads_fit(const module *m);

#endif
