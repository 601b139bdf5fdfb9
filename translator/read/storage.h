/* Reading the types of tables, memories and globals (section 5.3). Limits are not checked: see validate/storage.c. */
#ifndef WASMELT_READ_STORAGE_H
#define WASMELT_READ_STORAGE_H

#include "read/cursor.h"

/* Types in them refer to those of `m`. */
bool cursor_table_type(cursor *c, const module *m, table *t);
bool cursor_memory_type(cursor *c, memory *mem);
bool cursor_global_type(cursor *c, const module *m, global *g);

#endif
