/* The parts of the output that are not functions. */
#ifndef WASMELT_EMIT_MODULE_H
#define WASMELT_EMIT_MODULE_H

#include "emit/generator.h"

/* Everything before the functions: includes, types, the instance struct, prototypes. */
void put_declarations_part(const generator *g, out *o);

/* Whether hosts call exports by name and define imports by name. */
bool has_typed_api(const generator *g);

/* Where a module is in several files, what hosts call stands in the file of the function that it leads to. `first` has room
 * for each function, `next` for each export: lists of the exports of each function that is emitted. */
void exports_by_function(const generator *g, uint32_t *first, uint32_t *next);
void put_exports_of(const generator *g, out *o, uint32_t function, const uint32_t *first, const uint32_t *next);

/* Initialisation, the descriptor, typed exports, main. */
bool put_definitions_part(const generator *g, out *o, diag *d);

/* The public header. */
void put_header(const generator *g, out *o);

/* What the functions of a module in several files need of it: the header has every export as well, which may be
 * a hundred thousand. */
void put_internal_types(const generator *g, out *o);

/* "wasmelt_status NAME_instantiate(...)", or NAME_instantiate_with, which takes options too. */
void put_instantiate(const generator *g, out *o, bool with_options);

/* The number of the context that an import's function gets, by its module's name: the index of the first
 * function import with that name. Fills `contexts` for every import. */
void find_contexts(const generator *g, uint32_t *contexts);

#endif
