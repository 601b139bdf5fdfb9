/* Tables whose contents are known when translating. */
#ifndef WASMELT_LOWER_TABLES_H
#define WASMELT_LOWER_TABLES_H

#include "base/arena.h"
#include "wasm/module.h"

/* A table that holds the same functions of this module from before any of its code runs to the end: nobody else
 * can see it (it is not exported, and no table is imported), no instruction writes it, and active segments at constant
 * places fill it. */
typedef struct fixed_table {
    uint32_t size;   /* elements; 0: the table is not fixed */
    uint32_t *funcs; /* the function whose code each element leads to, or NO_INDEX for null */
    uint32_t *only;  /* for each canonical type: the one function of that type in the table, NO_INDEX for none,
                        SEVERAL_FUNCS; null for tables other than the first */
} fixed_table;

#define SEVERAL_FUNCS (NO_INDEX - 1)

/* One for each table of the module, in `a`. `code`: of the call graph. */
fixed_table *fixed_tables_find(const module *m, const uint32_t *code, arena *a);

#endif
