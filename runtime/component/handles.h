/* Entries of the tables of handles. */
#ifndef WASMELT_RUNTIME_COMPONENT_HANDLES_H
#define WASMELT_RUNTIME_COMPONENT_HANDLES_H

#include <wasmelt/code/component.h>

#pragma GCC visibility push(hidden)
/* The entry; traps if there is none, or it is of something else than `resource`. It is there until the next one is added. */
wasmelt_canon_handle *wasmelt_rt_handle_find(const wasmelt_canon_part *part, u32 resource, u32 handle);
/* Its index; traps if there is no room. */
u32 wasmelt_rt_handle_add(wasmelt_canon_part *part, wasmelt_canon_handle h);
void wasmelt_rt_handle_remove(wasmelt_canon_part *part, u32 handle);
/* Notes of handles that calls which may end in any order have been lent (object.c). */
wasmelt_canon_lend *wasmelt_rt_lend_new(wasmelt_canon_component *self);
void wasmelt_rt_lend_free(wasmelt_canon_component *self, wasmelt_canon_lend *lend);
#pragma GCC visibility pop

#endif
