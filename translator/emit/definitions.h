/* What definitions.c, init.c and host.c share. */
#ifndef WASMELT_EMIT_DEFINITIONS_H
#define WASMELT_EMIT_DEFINITIONS_H

#include "emit/generator.h"

/* Whether import `k` has an entry in the descriptor. A function that the linker binds has one only if it provides the context for its
 * module. */
bool is_described(const generator *g, uint32_t k, const uint32_t *contexts);

/* Appends an initialiser of a wasmelt_global_type. */
void put_global_type(strbuf *s, const global *gl);

/* ---- init.c ---- */

/* Prints init_instance and, if the module has a start function, start_instance. */
bool put_init(const generator *g, out *o, diag *d);

/* The bytes of the constant expressions that are longer than one instruction. */
size_t init_constant_bytes(const module *m);

/* Whether globals hold counted references. The instance owns these, and fini_instance is printed to release them. */
bool has_counted_globals(const generator *g);
void put_fini(const generator *g, out *o);

/* ---- host.c ---- */

void put_host_api(const generator *g, out *o);

#endif
