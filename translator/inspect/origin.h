/* What kind of module it is that needs more than WASI, for messages. */
#ifndef WASMELT_INSPECT_ORIGIN_H
#define WASMELT_INSPECT_ORIGIN_H

#include "wasm/module.h"

/* What it is and which way leads on, to be said after "it is "; null if the imports do not tell. */
const char *module_origin(const module *m);

#endif
