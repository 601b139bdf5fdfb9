/* Tables whose contents are known when translating. */
#ifndef WASMELT_LOWER_TABLES_H
#define WASMELT_LOWER_TABLES_H

#include "base/arena.h"
#include "wasm/module.h"

/* A table that holds the same functions of this module whenever its code runs: nobody else can see the table (it is not exported, and no
 * table is imported), no instruction writes it, and active segments at constant offsets fill it. */
typedef struct fixed_table {
    uint32_t size;            /* number of elements; 0: the table is not fixed */
    uint32_t *funcs;          /* for each element: the function whose code it leads to, or NO_INDEX for null */
    struct fixed_type *types; /* for each canonical type; null for tables other than the first */
} fixed_table;

#define SEVERAL_FUNCS (NO_INDEX - 1)

/* The elements of a table that have one function type. */
typedef struct fixed_type {
    uint32_t only;          /* the one function of that type; NO_INDEX if there is none, SEVERAL_FUNCS if there are several */
    uint32_t count;         /* number of elements of that type */
    uint32_t first, length; /* the part of the table that contains them: from the first of them, or from 0 (measure()), to the last */
    bool separate;          /* that part is dense enough for a constant array of its own in the C */
} fixed_type;

/* The elements of a fixed table that have a function type; null if they were not collected. */
static inline const fixed_type *fixed_type_of(const fixed_table *tables, const module *m, uint32_t table, uint32_t type) {
    return tables[table].types ? &tables[table].types[m->types[type].canonical] : NULL;
}

/* Returns one for each table of the module, in `a`. `code`: that of the call graph. */
fixed_table *fixed_tables_find(const module *m, const uint32_t *code, arena *a);

#endif
