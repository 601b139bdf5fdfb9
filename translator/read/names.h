/* The name section (section A.1 of the custom sections appendix). */
#ifndef WASMELT_READ_NAMES_H
#define WASMELT_READ_NAMES_H

#include "read/cursor.h"
#include "wasm/module.h"

/* Takes the names of the module, its functions and globals from a "name" section, and where it has those of locals. What is
 * malformed ends the reading and is no error: names are a courtesy. */
void read_names(module *m, span content);

/* The names of a function's parameters and locals, one after the other: valid UTF-8, not unique, of locals that may not exist. The
 * first returns whether there are any. */
bool names_begin_locals(const module *m, uint32_t func, cursor *c, diag *ignored);
bool names_next_local(cursor *c, uint32_t *index, span *name);

#endif
