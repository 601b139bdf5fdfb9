/* The name section (section A.1 of the custom sections appendix). */
#ifndef WASMELT_READ_NAMES_H
#define WASMELT_READ_NAMES_H

#include "read/cursor.h"
#include "wasm/module.h"

/* Reads the names of the module, its functions, globals and types from a "name" section, and notes where the maps of local and field names
 * are. Reading ends at the first malformed part, without an error: names are optional. */
void read_names(module *m, span content);

/* Iterates over the names in a map of a function's locals or a type's fields. The names are valid UTF-8; they need not be unique, and may
 * be for indices that do not exist. names_begin returns whether there are any. */
bool names_begin(const module *m, span map, cursor *c, diag *ignored);
bool names_next(cursor *c, uint32_t *index, span *name);

#endif
