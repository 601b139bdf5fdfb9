/* Which toolchain a module is from that needs more than WASI, for messages. */
#ifndef WASMELT_INSPECT_ORIGIN_H
#define WASMELT_INSPECT_ORIGIN_H

#include "wasm/module.h"

/* What the module is and what the user can do, as a text to follow "it is "; null if the imports do not tell. */
const char *module_origin(const module *m);

#endif
