/* The name section (section A.1 of the custom sections appendix). */
#ifndef WASMELT_READ_NAMES_H
#define WASMELT_READ_NAMES_H

#include "read/cursor.h"
#include "wasm/module.h"

/* Takes the names of the module, its functions, globals and types from a "name" section, and where it has those of locals and fields. What
 * is malformed ends the reading and is no error: names are a courtesy. */
void read_names(module *m, span content);

/* The names in a map, as a function has of its parameters and locals, or a type of its fields, one after the other: valid UTF-8, not
 * unique, of parts that may not exist. The first returns whether there are any. */
bool names_begin(const module *m, span map, cursor *c, diag *ignored);
bool names_next(cursor *c, uint32_t *index, span *name);

#endif
