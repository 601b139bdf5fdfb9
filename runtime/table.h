/* Making tables inside the runtime, which knows what a concrete element type is. */
#ifndef WASMELT_RUNTIME_TABLE_H
#define WASMELT_RUNTIME_TABLE_H

#include <wasmelt/func.h>

wasmelt_table *table_new(const wasmelt_table_type *type, bool holds_functions);

#endif
