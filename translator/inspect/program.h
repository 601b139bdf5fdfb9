/* What makes a module a program: an executable can be made of it, without a host. */
#ifndef WASMELT_INSPECT_PROGRAM_H
#define WASMELT_INSPECT_PROGRAM_H

#include "wasm/module.h"

/* Whether an executable has what is imported: WASI's functions, shared memories. */
bool program_provides(const module *m, const import *i);

/* Whether it is an object file, which has not been linked: its imports are symbols for the linker. */
bool program_is_object(const module *m);

/* Whether it exports the function "_start", without parameters and results. */
bool program_starts(const module *m);

/* Whether it starts no threads, or has what wasi-threads needs for them. */
bool program_threads_fit(const module *m);

#endif
