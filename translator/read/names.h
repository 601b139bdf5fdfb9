/* The name section (section A.1 of the custom sections appendix). */
#ifndef WASMELT_READ_NAMES_H
#define WASMELT_READ_NAMES_H

#include "wasm/module.h"

/* Takes the names of the module, its functions and globals from a "name" section. What is malformed ends
 * the reading and is no error: names are a courtesy. */
void read_names(module *m, span content);

#endif
