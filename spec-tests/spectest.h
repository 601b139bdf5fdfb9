/* The host module "spectest" that the suite's scripts import from. */
#ifndef SPECTEST_H
#define SPECTEST_H

#include <wasmelt/wasmelt.h>

typedef struct spectest {
    wasmelt_func funcs[7];
    wasmelt_table *table, *table64;
    wasmelt_memory *memory, *shared_memory;
    uint32_t global_i32;
    uint64_t global_i64;
    float global_f32;
    double global_f64;
    wasmelt_import imports[16];
    size_t import_count;
} spectest;

/* Ends the process if resources are short. */
void spectest_init(spectest *s);
void spectest_free(spectest *s);

#endif
