/* Tables whose contents are known when translating. */
#ifndef WASMELT_LOWER_TABLES_H
#define WASMELT_LOWER_TABLES_H

#include "base/arena.h"
#include "wasm/module.h"

/* A table that holds the same functions of this module all the time that its code runs: nobody else can see it (it is not
 * exported, and no table is imported), no instruction writes it, and active segments at constant offsets fill it. */
typedef struct fixed_table {
    uint32_t size;            /* elements; 0: the table is not fixed */
    uint32_t *funcs;          /* the function whose code each element leads to, or NO_INDEX for null */
    struct fixed_type *types; /* for each canonical type; null for tables other than the first */
} fixed_table;

#define SEVERAL_FUNCS (NO_INDEX - 1)

/* What a table holds of one function type. */
typedef struct fixed_type {
    uint32_t only;          /* the one function of that type, NO_INDEX for none, SEVERAL_FUNCS */
    uint32_t count;         /* elements of that type */
    uint32_t first, length; /* the part of the table that has them: from the first of them, or from 0 (measure()), to the last */
    bool separate;          /* that part is dense enough for a constant array of its own in the C */
} fixed_type;

/* What the table, which is fixed, holds of a function type; null where that was not looked for. */
static inline const fixed_type *fixed_type_of(const fixed_table *tables, const module *m, uint32_t table, uint32_t type) {
    return tables[table].types ? &tables[table].types[m->types[type].canonical] : NULL;
}

/* One for each table of the module, in `a`. `code`: of the call graph. */
fixed_table *fixed_tables_find(const module *m, const uint32_t *code, arena *a);

#endif
