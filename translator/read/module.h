/* Reading a whole module (section 5.5). */
#ifndef WASMELT_READ_MODULE_H
#define WASMELT_READ_MODULE_H

#include "base/diag.h"
#include "wasm/module.h"

/* What a binary with another version in its header is, and which way leads on. */
#define READ_COMPONENT                                                                                                                     \
    "a component, not a core module; build it again for WASI preview 1 (wasm32-wasip1), or take the core modules out of it "               \
    "(wasm-tools component unbundle) and write a host for these"

/* Decodes `input` into `m`; everything made lives in `a`, and `input` must outlive both. Checks the
 * binary format; what the types of things say is checked by module_validate. Bodies are left as bytes.
 * Returns false with the reason in `d`. */
bool module_read(module *m, span input, arena *a, diag *d);

#endif
