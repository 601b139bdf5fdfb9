/* Validation (section 3 and the algorithm of its appendix). */
#ifndef WASMELT_VALIDATE_VALIDATE_H
#define WASMELT_VALIDATE_VALIDATE_H

#include "base/diag.h"
#include "wasm/module.h"

/* Validates everything outside function bodies, then every body, in up to `threads` threads. Fills the noted fields of the module
 * (wasm/module.h) and is_referenced of functions. False if the module is invalid, with the reason in `d`, which is the same for any
 * number of threads. */
bool module_validate(module *m, uint32_t threads, diag *d);

#endif
