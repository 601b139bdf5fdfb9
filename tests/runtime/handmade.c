/* Two modules, with descriptors written by hand in the form that the translator emits. */
#include "handmade.h"

#include <string.h>

/* ---- Types, the same in both modules: 0: (i32) -> (i32), 1: () -> () ---- */

const wasmelt_valtype i32_type[1] = {WASMELT_I32};

static void invoke_i32(const wasmelt_func *f, const wasmelt_value *args, wasmelt_value *results) {
    results[0].i32 = ((uint32_t(*)(void *, uint32_t))f->code)(f->instance, args[0].i32);
}

static void invoke_nothing(const wasmelt_func *f, const wasmelt_value *args, wasmelt_value *results) {
    (void)args, (void)results;
    ((void (*)(void *))f->code)(f->instance);
}

const wasmelt_type types[2] = {
    {WASMELT_TYPE_FUNC, true, WASMELT_NO_TYPE, 0, 1, i32_type, i32_type, NULL, 1, 1, invoke_i32},
    {WASMELT_TYPE_FUNC, true, WASMELT_NO_TYPE, 1, 1, NULL, NULL, NULL, 0, 0, invoke_nothing},
};

/* ---- A module that exports one thing of each kind ---- */

static uint32_t counter_add(void *instance, uint32_t amount) {
    counter *self = instance;
    return self->count += amount;
}

void counter_trap(void *instance) {
    (void)instance;
    wasmelt_trap_unreachable();
}

void counter_init(void *instance) {
    static const uint32_t records[] = {0, 1};
    counter *self = instance;
    self->count = 100;
    wasmelt_table_init_funcs(self->table, 0, self->funcs, records, 2);
    wasmelt_memory_init(self->memory, 8, (const uint8_t *)"data", 4, 0, 4);
}

static const wasmelt_export_desc counter_exports[] = {
    {.name = NAME("add"), .kind = WASMELT_EXTERN_FUNC, .type = 0, .place = 0},
    {.name = NAME("trap"), .kind = WASMELT_EXTERN_FUNC, .type = 1, .place = 1},
    {.name = NAME("memory"), .kind = WASMELT_EXTERN_MEMORY, .place = offsetof(counter, memory)},
    {.name = NAME("table"), .kind = WASMELT_EXTERN_TABLE, .place = offsetof(counter, table)},
    {.name = NAME("count"), .kind = WASMELT_EXTERN_GLOBAL, .global = {WASMELT_I32, true}, .place = offsetof(counter, count)},
    {.name = NAME("tag"), .kind = WASMELT_EXTERN_TAG, .type = 1, .place = offsetof(counter, tag)},
    {.name = NAME("a\0b"), .kind = WASMELT_EXTERN_FUNC, .type = 1, .place = 1},
};

const wasmelt_module counter_module = {
    .abi_version = WASMELT_ABI_VERSION,
    .name = "counter",
    .instance_size = sizeof(counter),
    .types = types,
    .type_groups = wasmelt_type_groups,
    .type_count = 2,
    .exports = counter_exports,
    .export_count = 7,
    .funcs = (const wasmelt_func_desc[]){{.code = (wasmelt_code)counter_add, .type = 0}, {.code = (wasmelt_code)counter_trap, .type = 1}},
    .func_count = 2,
    .memories =
        (const wasmelt_memory_desc[]){{{.minimum = 1, .maximum = 2, .has_maximum = true, .page_size_log2 = 16}, offsetof(counter, memory)}},
    .memory_count = 1,
    .tables = (const wasmelt_table_desc[]){{{.minimum = 2, .maximum = 4, .has_maximum = true, .element = WASMELT_FUNCREF},
                                            offsetof(counter, table)}},
    .table_count = 1,
    .tags = (const wasmelt_tag_desc[]){{.type = 1, .pointer = offsetof(counter, tag)}},
    .tag_count = 1,
    .funcs_offset = offsetof(counter, funcs),
    .type_ids_offset = offsetof(counter, type_ids),
    .init = counter_init,
};

/* ---- A module that imports them ---- */

/* Adds through the import, by a direct and an indirect call, and writes the sum to memory. */
static uint32_t user_work(void *instance, uint32_t amount) {
    user *self = instance;
    ((uint32_t(*)(void *, uint32_t))self->add->code)(self->add->instance, amount);
    const wasmelt_table_entry *e = wasmelt_call_indirect_slow(self->table, 0, self->type_ids[0]);
    ((uint32_t(*)(void *, uint32_t))e->code)(e->instance, amount);
    self->memory->base[0] = (uint8_t)*self->count;
    return *self->count;
}

const wasmelt_table_type imported_table = {.minimum = 2, .maximum = 4, .has_maximum = true, .element = WASMELT_FUNCREF};
const wasmelt_memory_type imported_memory = {.minimum = 1, .maximum = 2, .has_maximum = true, .page_size_log2 = 16};

const wasmelt_import_desc user_imports[IMPORTS] = {
    [ADD] = {.module = NAME("counter"), .name = NAME("add"), .kind = WASMELT_EXTERN_FUNC, .type = 0, .offset = offsetof(user, add)},
    [MEMORY] = {.module = NAME("counter"),
                .name = NAME("memory"),
                .kind = WASMELT_EXTERN_MEMORY,
                .memory = &imported_memory,
                .offset = offsetof(user, memory)},
    [TABLE] = {.module = NAME("counter"),
               .name = NAME("table"),
               .kind = WASMELT_EXTERN_TABLE,
               .table = &imported_table,
               .offset = offsetof(user, table)},
    [COUNT] = {.module = NAME("counter"),
               .name = NAME("count"),
               .kind = WASMELT_EXTERN_GLOBAL,
               .global = {WASMELT_I32, true},
               .offset = offsetof(user, count)},
    [TAG] = {.module = NAME("counter"), .name = NAME("tag"), .kind = WASMELT_EXTERN_TAG, .type = 1, .offset = offsetof(user, tag)},
};

const wasmelt_module user_module = {
    .abi_version = WASMELT_ABI_VERSION,
    .name = "user",
    .instance_size = sizeof(user),
    .types = types,
    .type_groups = wasmelt_type_groups,
    .type_count = 2,
    .imports = user_imports,
    .link = wasmelt_link_imports,
    .import_count = IMPORTS,
    .exports = (const wasmelt_export_desc[]){{.name = NAME("work"), .kind = WASMELT_EXTERN_FUNC, .type = 0, .place = 0},
                                             {.name = NAME("add"), .kind = WASMELT_EXTERN_FUNC, .type = 0, .place = 1},
                                             {.name = NAME("count"),
                                              .kind = WASMELT_EXTERN_GLOBAL,
                                              .global = {WASMELT_I32, true},
                                              .imported = true,
                                              .place = offsetof(user, count)}},
    .export_count = 3,
    .funcs = (const wasmelt_func_desc[]){{.code = (wasmelt_code)user_work, .type = 0},
                                         {.code = NULL, .type = 0, .imported = offsetof(user, add)}},
    .func_count = 2,
    .funcs_offset = offsetof(user, funcs),
    .type_ids_offset = offsetof(user, type_ids),
};

/* ---- Helpers ---- */

wasmelt_instance *make_counter(void) {
    wasmelt_instance *i;
    wasmelt_error error;
    CHECK(wasmelt_instantiate(&counter_module, NULL, 0, &i, &error) == WASMELT_OK);
    CHECK(error.status == WASMELT_OK && error.message[0] == 0);
    return i;
}

wasmelt_extern export_of(wasmelt_instance *i, const char *name) {
    wasmelt_extern e;
    CHECK(wasmelt_export(i, name, &e));
    return e;
}

void import_all(wasmelt_instance *from, wasmelt_import imports[static IMPORTS]) {
    for (int k = 0; k < IMPORTS; k++)
        imports[k] = (wasmelt_import){"counter", user_imports[k].name.bytes, export_of(from, user_imports[k].name.bytes)};
}

uint32_t call(const wasmelt_func *f, uint32_t argument) {
    wasmelt_value v = {.i32 = argument};
    CHECK(wasmelt_call(f, &v, &v, NULL) == WASMELT_TRAP_NONE);
    return v.i32;
}
