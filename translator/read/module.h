/* Reading a whole module (section 5.5). */
#ifndef WASMELT_READ_MODULE_H
#define WASMELT_READ_MODULE_H

#include "base/diag.h"
#include "wasm/module.h"

/* Decodes `input` into `m`. All memory comes from `a`; `a` and `input` must outlive the module. Checks the binary format only: the rest is
 * for module_validate. Bodies are not decoded. Returns false with the reason in `d`. */
bool module_read(module *m, span input, arena *a, diag *d);

#endif
