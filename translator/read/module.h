/* Reading a whole module (section 5.5). */
#ifndef WASMELT_READ_MODULE_H
#define WASMELT_READ_MODULE_H

#include "base/diag.h"
#include "wasm/module.h"

/* Decodes `input` into `m`; everything made lives in `a`, and `input` must outlive both. Checks the
 * binary format; what the types of things say is checked by module_validate. Bodies are left as bytes.
 * Returns false with the reason in `d`. */
bool module_read(module *m, span input, arena *a, diag *d);

#endif
