/* Freeing the memory that lifted values are in: one block is kept for the next call. */
#ifndef WASMELT_RUNTIME_COMPONENT_SCRATCH_H
#define WASMELT_RUNTIME_COMPONENT_SCRATCH_H

#include <wasmelt/code/component.h>

#pragma GCC visibility push(hidden)
void wasmelt_rt_scratch_free(wasmelt_canon_component *self, wasmelt_canon_scratch *s);
/* Frees what has been taken since it was as `mark` says. */
void wasmelt_rt_scratch_rewind(wasmelt_canon_component *self, wasmelt_canon_scratch *s, const wasmelt_canon_scratch *mark);
#pragma GCC visibility pop

#endif
