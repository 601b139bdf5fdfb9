/* Branch hints: the custom section "metadata.code.branch_hint" (branch-hinting proposal). */
#ifndef WASMELT_READ_HINTS_H
#define WASMELT_READ_HINTS_H

#include "wasm/module.h"

/* Fills the module's hints. Its functions and custom sections must have been read. If any part of the section is malformed, there are no
 * hints and no error, as for any custom section. Of several such sections, the first counts. */
void read_hints(module *m);

/* The hint for the if or br_if at this offset in the body of a function. Hints on other instructions mean nothing, so the caller asks
 * for these two only. Takes time logarithmic in the number of hints. */
branch_hint_kind hint_at(const module *m, uint32_t func, size_t offset);

#endif
