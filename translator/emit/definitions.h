/* What emit/{definitions,init,host}.c share. */
#ifndef WASMELT_EMIT_DEFINITIONS_H
#define WASMELT_EMIT_DEFINITIONS_H

#include "emit/generator.h"

/* Whether import `k` has an entry in the descriptor: functions that are linked have one for their context only. */
bool is_described(const generator *g, uint32_t k, const uint32_t *contexts);

/* An initialiser of a wasmelt_global_type. */
void put_global_type(strbuf *s, const global *gl);

/* ---- init.c ---- */

/* init_instance, and start_instance if the module has a start function. */
bool put_init(const generator *g, out *o, diag *d);

/* Whether globals hold counted references, which the instance owns; then there is fini_instance. */
bool has_counted_globals(const generator *g);
void put_fini(const generator *g, out *o);

/* ---- host.c ---- */

void put_host_api(const generator *g, out *o);
void put_main(const generator *g, out *o);

#endif
