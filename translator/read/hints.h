/* Branch hints: the custom section "metadata.code.branch_hint" (branch-hinting proposal). */
#ifndef WASMELT_READ_HINTS_H
#define WASMELT_READ_HINTS_H

#include "wasm/module.h"

/* Fills the module's hints; its functions and custom sections are known. A section that is malformed in any part gives
 * no hints and no error, as for any custom section; of several sections the first counts. */
void read_hints(module *m);

/* What is said of the if or br_if at this offset in the body of a function. Other instructions have no hints that
 * mean anything: the caller asks for these only. Logarithmic in the number of hints. */
branch_hint_kind hint_at(const module *m, uint32_t func, size_t offset);

#endif
