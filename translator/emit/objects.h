/* Structs and arrays of the module in C. */
#ifndef WASMELT_EMIT_OBJECTS_H
#define WASMELT_EMIT_OBJECTS_H

#include "emit/body.h"

/* ---- object_types.c: declarations ---- */

/* Finds the names of types and fields. Before anything else here. */
void object_names_find(generator *g);
/* C structs, and numbers of types where they are constants: before the instance struct. */
void put_object_types(const generator *g, out *o);
/* Functions that make objects: behind it. */
void put_object_makers(const generator *g, out *o);
/* The C type of a field or an element. */
const char *storage_type(const module *m, wasmelt_valtype t);
/* "f1_width" */
void put_field_name(strbuf *s, const generator *g, uint32_t type, uint32_t field);
/* The type's number in the heap. */
void put_object_number(strbuf *s, const generator *g, uint32_t type);
/* Of an array type: the initialisers of an element_layout. */
void put_element_layout(strbuf *s, const module *m, uint32_t type);
/* Names the member of the instance struct where an open heap's numbers are; what it and the descriptor need beside others. */
void put_object_members(const generator *g, out *o);
void put_heap_roots(const generator *g, out *o);
void put_heap_descriptor(const generator *g, out *o);

/* ---- objects.c: expressions and statements ---- */

/* FIELD, ELEMENT, IS_TYPE and CAST. */
void put_object_expr(body *b, const expr *e);
/* Whether the former are printed behind a cast. */
bool is_object_expr_cast(const body *b, const expr *e);
/* A statement that allocates or writes. */
void put_object_operation(body *b, const stmt *s);

#endif
