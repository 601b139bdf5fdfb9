#include "spectest.h"

#include <stdio.h>
#include <stdlib.h>

static void print(void *context) {
    (void)context;
}

static void print_i32(void *context, uint32_t a) {
    (void)context, (void)a;
}

static void print_i64(void *context, uint64_t a) {
    (void)context, (void)a;
}

static void print_f32(void *context, float a) {
    (void)context, (void)a;
}

static void print_f64(void *context, double a) {
    (void)context, (void)a;
}

static void print_i32_f32(void *context, uint32_t a, float b) {
    (void)context, (void)a, (void)b;
}

static void print_f64_f64(void *context, double a, double b) {
    (void)context, (void)a, (void)b;
}

static const wasmelt_valtype i32[] = {WASMELT_I32}, i64[] = {WASMELT_I64}, f32[] = {WASMELT_F32}, f64[] = {WASMELT_F64},
                             i32_f32[] = {WASMELT_I32, WASMELT_F32}, f64_f64[] = {WASMELT_F64, WASMELT_F64};

/* So that scripts can call them where a module exports them again. */
static void invoke_print(const wasmelt_func *f, const wasmelt_value *args, wasmelt_value *results) {
    (void)f, (void)args, (void)results;
}

#define HOST_TYPE(list, n)                                                                                                                 \
    {                                                                                                                                      \
        .kind = WASMELT_TYPE_FUNC, .is_final = true, .supertype = WASMELT_NO_TYPE, .group_size = 1, .params = list, .param_count = n,      \
        .invoke = invoke_print                                                                                                             \
    }

static const struct {
    const char *name;
    wasmelt_code code;
    wasmelt_type type;
} functions[] = {
    {"print", (wasmelt_code)print, HOST_TYPE(NULL, 0)},
    {"print_i32", (wasmelt_code)print_i32, HOST_TYPE(i32, 1)},
    {"print_i64", (wasmelt_code)print_i64, HOST_TYPE(i64, 1)},
    {"print_f32", (wasmelt_code)print_f32, HOST_TYPE(f32, 1)},
    {"print_f64", (wasmelt_code)print_f64, HOST_TYPE(f64, 1)},
    {"print_i32_f32", (wasmelt_code)print_i32_f32, HOST_TYPE(i32_f32, 2)},
    {"print_f64_f64", (wasmelt_code)print_f64_f64, HOST_TYPE(f64_f64, 2)},
};

static void offer(spectest *s, const char *name, wasmelt_extern value) {
    s->imports[s->import_count++] = (wasmelt_import){"spectest", name, value};
}

static void offer_global(spectest *s, const char *name, wasmelt_valtype type, void *value) {
    offer(s, name, (wasmelt_extern){.kind = WASMELT_EXTERN_GLOBAL, .global = value, .global_type = {type, false}});
}

void spectest_init(spectest *s) {
    *s = (spectest){.global_i32 = 666, .global_i64 = 666, .global_f32 = 666.6f, .global_f64 = 666.6};
    for (size_t k = 0; k < sizeof functions / sizeof *functions; k++) {
        if (!wasmelt_func_init(&s->funcs[k], functions[k].code, NULL, &functions[k].type))
            abort();
        offer(s, functions[k].name, (wasmelt_extern){.kind = WASMELT_EXTERN_FUNC, .func = &s->funcs[k]});
    }
    offer_global(s, "global_i32", WASMELT_I32, &s->global_i32);
    offer_global(s, "global_i64", WASMELT_I64, &s->global_i64);
    offer_global(s, "global_f32", WASMELT_F32, &s->global_f32);
    offer_global(s, "global_f64", WASMELT_F64, &s->global_f64);
    wasmelt_table_type table = {.minimum = 10, .maximum = 20, .has_maximum = true, .element = WASMELT_FUNCREF};
    s->table = wasmelt_table_new(&table);
    table.is64 = true;
    s->table64 = wasmelt_table_new(&table);
    wasmelt_memory_type memory = {.minimum = 1, .maximum = 2, .has_maximum = true, .page_size_log2 = 16};
    s->memory = wasmelt_memory_new(&memory);
    memory.shared = true;
    s->shared_memory = wasmelt_memory_new(&memory);
    if (!s->table || !s->table64 || !s->memory || !s->shared_memory) {
        fputs("spectest: out of memory\n", stderr);
        abort();
    }
    offer(s, "table", (wasmelt_extern){.kind = WASMELT_EXTERN_TABLE, .table = s->table});
    offer(s, "table64", (wasmelt_extern){.kind = WASMELT_EXTERN_TABLE, .table = s->table64});
    offer(s, "memory", (wasmelt_extern){.kind = WASMELT_EXTERN_MEMORY, .memory = s->memory});
    offer(s, "shared_memory", (wasmelt_extern){.kind = WASMELT_EXTERN_MEMORY, .memory = s->shared_memory});
}

void spectest_free(spectest *s) {
    wasmelt_table_free(s->table);
    wasmelt_table_free(s->table64);
    wasmelt_memory_free(s->memory);
    wasmelt_memory_free(s->shared_memory);
}
