/* Printing structs and arrays of the module as C. */
#ifndef WASMELT_EMIT_OBJECTS_H
#define WASMELT_EMIT_OBJECTS_H

#include "emit/body.h"

/* ---- object_types.c: declarations ---- */

/* Chooses the names of types and fields. Called before the other functions. */
void object_names_find(generator *g);
/* Prints C structs, and the numbers of types that are constants; before the instance struct. */
void put_object_types(const generator *g, out *o);
/* Prints functions that make objects; after the instance struct. */
void put_object_makers(const generator *g, out *o);
/* The C type of a field or an element. */
const char *storage_type(const module *m, wasmelt_valtype t);
/* Appends the C name of a field: "f1_width". */
void put_field_name(strbuf *s, const generator *g, uint32_t type, uint32_t field);
/* Appends the number that the type has in the heap. */
void put_object_number(strbuf *s, const generator *g, uint32_t type);
/* Appends the layout of an array type's elements: two arguments, or the initialisers of an element_layout. */
void put_element_layout(strbuf *s, const generator *g, uint32_t type);
/* Prints the members of the instance struct for numbers of types, if the heap is shared with others; the function after it prints what the
 * descriptor needs. */
void put_object_members(const generator *g, out *o);
void put_heap_roots(const generator *g, out *o);
void put_heap_descriptor(const generator *g, out *o);

/* ---- objects.c: expressions and statements ---- */

/* Prints FIELD, ELEMENT, IS_TYPE and CAST. */
void put_object_expr(body *b, const expr *e);
/* Whether such a tree is printed with a cast before it. */
bool is_object_expr_cast(const body *b, const expr *e);
/* Prints a statement that allocates or writes. */
void put_object_operation(body *b, const stmt *s);

#endif
