/* Making tables with concrete element types, which only instances can. */
#ifndef WASMELT_RUNTIME_TABLE_H
#define WASMELT_RUNTIME_TABLE_H

#include <wasmelt/func.h>

#pragma GCC visibility push(hidden)

/* `element_id` is the number of a concrete element type, else 0. */
wasmelt_table *wasmelt_rt_table_new(const wasmelt_table_type *type, bool holds_functions, uint32_t element_id);

#pragma GCC visibility pop

#endif
