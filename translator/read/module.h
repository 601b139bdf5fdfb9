/* Reading a whole module (section 5.5). */
#ifndef WASMELT_READ_MODULE_H
#define WASMELT_READ_MODULE_H

#include "base/diag.h"
#include "wasm/module.h"

/* The message for a component, which has another version in its header: what it is, and what the user can do. */
#define READ_COMPONENT                                                                                                                     \
    "a component, not a core module; build it again for WASI preview 1 (wasm32-wasip1), or take the core modules out of it "               \
    "(wasm-tools component unbundle) and write a host for these"

/* Decodes `input` into `m`. All memory comes from `a`; `a` and `input` must outlive the module. Checks the binary format only: the rest is
 * for module_validate. Bodies are not decoded. Returns false with the reason in `d`. */
bool module_read(module *m, span input, arena *a, diag *d);

#endif
