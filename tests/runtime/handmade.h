/* Two modules written by hand, which cases about instances share: `counter` exports one thing of each kind, `user` imports them and
 * exports some again. */
#ifndef HANDMADE_H
#define HANDMADE_H

#include "case.h"

#include <stddef.h>

#include <wasmelt/code/support.h>

#define NAME(text)                                                                                                                         \
    { text, sizeof text - 1 }

extern const wasmelt_valtype i32_type[1];
/* Of both modules: 0: (i32) -> (i32), 1: () -> (). */
extern const wasmelt_type types[2];

typedef struct counter {
    wasmelt_instance base;
    wasmelt_memory *memory;
    wasmelt_table *table;
    uint32_t count;
    const wasmelt_tag *tag;
    wasmelt_func funcs[2];
    uint32_t type_ids[2];
} counter;

typedef struct user {
    wasmelt_instance base;
    const wasmelt_func *add;
    wasmelt_memory *memory;
    wasmelt_table *table;
    uint32_t *count;
    const wasmelt_tag *tag;
    wasmelt_func funcs[2];
    uint32_t type_ids[2];
} user;

/* What `user` imports, in this order. */
enum { ADD, MEMORY, TABLE, COUNT, TAG, IMPORTS };

extern const wasmelt_import_desc user_imports[IMPORTS];
extern const wasmelt_memory_type imported_memory;
extern const wasmelt_table_type imported_table;
extern const wasmelt_module counter_module, user_module;

/* counter's function `trap`, and what fills its table and memory. */
void counter_trap(void *instance);
void counter_init(void *instance);

/* Exports add, trap, memory, table, count (which begins with 100) and tag. */
wasmelt_instance *make_counter(void);
wasmelt_extern export_of(wasmelt_instance *i, const char *name);
/* All that `user` imports, from an instance of `counter`. */
void import_all(wasmelt_instance *from, wasmelt_import imports[static IMPORTS]);
/* Calls a function of type 0. */
uint32_t call(const wasmelt_func *f, uint32_t argument);

#endif
