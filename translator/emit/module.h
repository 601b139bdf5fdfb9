/* Printing the parts of the output that are not functions. */
#ifndef WASMELT_EMIT_MODULE_H
#define WASMELT_EMIT_MODULE_H

#include "emit/generator.h"

/* Prints everything before the functions: includes, types, the instance struct, prototypes. */
void put_declarations_part(const generator *g, out *o);

/* Whether hosts call exports by name and define imports by name. */
bool has_typed_api(const generator *g);

/* For a module in several files: code that hosts call stands in the file of the function that it calls. `first` has a member for each
 * function, `next` for each export: they become linked lists of the exports of each function that is emitted. */
void exports_by_function(const generator *g, uint32_t *first, uint32_t *next);
void put_exports_of(const generator *g, out *o, uint32_t function, const uint32_t *first, const uint32_t *next);

/* Prints everything after the functions: initialisation, the descriptor, typed exports, main. */
bool put_definitions_part(const generator *g, out *o, diag *d);

/* Prints the public header. */
void put_header(const generator *g, out *o);

/* Print a comment with the names of an import; and one with that of an export, if its name in C is another. */
void put_import_comment(out *o, const import *i);
void put_export_comment(const generator *g, out *o, uint32_t k);

/* Prints the types that functions of a module in several files need. They do not include the public header, because it declares every
 * export, of which there may be a hundred thousand. */
void put_internal_types(const generator *g, out *o);

/* Prints "wasmelt_status NAME_instantiate(...)", or NAME_instantiate_with, which also takes options. */
void put_instantiate(const generator *g, out *o, bool with_options);

/* Fills `contexts` for every import of a function: the index of the first such import from the same module, which is the number of the
 * context that the function gets. */
void find_contexts(const generator *g, uint32_t *contexts);

#endif
