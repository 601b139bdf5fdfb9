/* Validation (section 3 and the algorithm of its appendix). */
#ifndef WASMELT_VALIDATE_VALIDATE_H
#define WASMELT_VALIDATE_VALIDATE_H

#include "base/diag.h"
#include "wasm/module.h"

/* Checks everything outside function bodies, then every body, with `threads` threads; sets is_referenced of functions, and
 * the notes on bodies (body_notes in wasm/module.h). False with the reason in `d`, the same for any number of threads. */
bool module_validate(module *m, uint32_t threads, diag *d);

#endif
