/* Reading types (section 5.3) and making recursion groups canonical (section 4.5.2 of the validation
 * algorithm: equal groups are the same types). */
#ifndef WASMELT_READ_TYPES_H
#define WASMELT_READ_TYPES_H

#include "read/cursor.h"

/* Reads a heap type; a type index comes back canonical and is checked against the types read so far. */
bool cursor_heap_type(cursor *c, const module *m, uint32_t *heap);
/* Reads a value type; concrete heap types in it are canonical. */
bool cursor_valtype(cursor *c, const module *m, wasmelt_valtype *type);
/* Reads a reference type. */
bool cursor_reftype(cursor *c, const module *m, wasmelt_valtype *type);
/* Reads a type index, checked and canonical. */
bool cursor_type_index(cursor *c, const module *m, uint32_t *index);

/* Reads the type section's content and fills m->types. */
bool read_types(cursor *c, module *m);

#endif
