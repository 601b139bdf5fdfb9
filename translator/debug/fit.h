/* Whether line tables are about the code that the module has. Tools that change code and copy other sections as they are leave tables
 * behind whose addresses lead anywhere. */
#ifndef WASMELT_DEBUG_FIT_H
#define WASMELT_DEBUG_FIT_H

#include "debug/lines.h"

/* Whether at least 99 of 100 rows of the tables are at addresses that a compiler may give: where a function's body begins or ends, or an
 * instruction begins. The module must have passed module_validate. Takes time linear in the module's code. */
bool debug_lines_fit(const debug_lines *lines, const module *m);

#endif
