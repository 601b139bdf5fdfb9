/* Validation (section 3 and the algorithm of its appendix). */
#ifndef WASMELT_VALIDATE_VALIDATE_H
#define WASMELT_VALIDATE_VALIDATE_H

#include "base/diag.h"
#include "wasm/module.h"

/* Checks everything outside function bodies, then every body; sets is_referenced of functions. False with
 * the reason in `d`. */
bool module_validate(module *m, diag *d);

#endif
