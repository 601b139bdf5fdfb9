/* Instances and their linking, of the modules in handmade.h. */
#include "handmade.h"

#include <wasmelt/ffi.h>
#include <wasmelt/wasi.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

CASE(an_instance_exports_what_it_made) {
    wasmelt_instance *i = make_counter();
    wasmelt_extern e;
    CHECK(call(export_of(i, "add").func, 5) == 105);
    CHECK(memcmp(export_of(i, "memory").memory->base + 8, "data", 5) == 0);
    CHECK(*(uint32_t *)export_of(i, "count").global == 105);
    CHECK(export_of(i, "table").table->entries[0].func == export_of(i, "add").func);
    CHECK(!wasmelt_export(i, "ad", &e) && !wasmelt_export(i, "", &e) && !wasmelt_export(i, "a", &e));
    CHECK(wasmelt_export_n(i, "a\0b", 3, &e) && e.kind == WASMELT_EXTERN_FUNC);
    wasmelt_trap trap;
    CHECK(wasmelt_call(export_of(i, "trap").func, NULL, NULL, &trap) == WASMELT_TRAP_UNREACHABLE);
    CHECK(trap.code == WASMELT_TRAP_UNREACHABLE && call(export_of(i, "add").func, 1) == 106); /* it goes on */
    wasmelt_instance_free(i);
    wasmelt_instance_free(NULL);
}

CASE(two_instances_of_a_module_share_nothing) {
    wasmelt_instance *a = make_counter(), *b = make_counter();
    CHECK(call(export_of(a, "add").func, 5) == 105 && call(export_of(b, "add").func, 7) == 107);
    CHECK(export_of(a, "memory").memory != export_of(b, "memory").memory);
    CHECK(export_of(a, "tag").tag != export_of(b, "tag").tag);
    wasmelt_instance_free(a);
    CHECK(call(export_of(b, "add").func, 1) == 108);
    wasmelt_instance_free(b);
}

CASE(a_module_uses_what_another_exports) {
    wasmelt_instance *c = make_counter(), *u;
    wasmelt_import imports[IMPORTS];
    import_all(c, imports);
    CHECK(wasmelt_instantiate(&user_module, imports, IMPORTS, &u, NULL) == WASMELT_OK);
    CHECK(call(export_of(u, "work").func, 5) == 110);
    CHECK(export_of(c, "memory").memory->base[0] == 110 && *(uint32_t *)export_of(c, "count").global == 110);
    /* What is exported again is the same thing. */
    CHECK(call(export_of(u, "add").func, 1) == 111);
    CHECK(export_of(u, "count").global == export_of(c, "count").global);
    CHECK(((user *)u)->tag == export_of(c, "tag").tag);
    wasmelt_instance_free(u);
    wasmelt_instance_free(c);
}

static uint32_t host_add(void *context, uint32_t amount) {
    return *(uint32_t *)context += 10 * amount;
}

CASE(the_host_provides_everything) {
    uint32_t count = 1;
    wasmelt_func add;
    CHECK(wasmelt_func_init(&add, (wasmelt_code)host_add, &count, &types[0]) && call(&add, 0) == 1);
    wasmelt_memory *memory = wasmelt_memory_new(&imported_memory);
    wasmelt_table *table = wasmelt_table_new(&imported_table);
    wasmelt_tag tag;
    wasmelt_instance *u;
    CHECK(memory && table && wasmelt_table_set(table, 0, &add) && wasmelt_tag_init(&tag, &types[1]));
    wasmelt_import imports[] = {
        {"counter", "add", {.kind = WASMELT_EXTERN_FUNC, .func = &add}},
        {"counter", "memory", {.kind = WASMELT_EXTERN_MEMORY, .memory = memory}},
        {"counter", "table", {.kind = WASMELT_EXTERN_TABLE, .table = table}},
        {"counter", "count", {.kind = WASMELT_EXTERN_GLOBAL, .global = &count, .global_type = {WASMELT_I32, true}}},
        {"counter", "tag", {.kind = WASMELT_EXTERN_TAG, .tag = &tag}},
    };
    CHECK(wasmelt_instantiate(&user_module, imports, IMPORTS, &u, NULL) == WASMELT_OK);
    CHECK(call(export_of(u, "work").func, 2) == 41 && memory->base[0] == 41);
    wasmelt_instance_free(u);
    wasmelt_memory_free(memory);
    wasmelt_table_free(table);
}

/* Instantiates `user` with one import replaced and compares the message. */
static void refuses(wasmelt_instance *c, int which, wasmelt_extern value, const char *message) {
    wasmelt_import imports[IMPORTS];
    wasmelt_instance *u;
    wasmelt_error error;
    import_all(c, imports);
    imports[which].value = value;
    CHECK(wasmelt_instantiate(&user_module, imports, IMPORTS, &u, &error) == WASMELT_UNLINKABLE && !u);
    if (error.status != WASMELT_UNLINKABLE || strcmp(error.message, message) != 0) {
        fprintf(stderr, "have: %s\nwant: %s\n", error.message, message);
        CHECK(!"the message");
    }
}

CASE(wrong_imports_are_named) {
    wasmelt_instance *c = make_counter(), *u;
    wasmelt_error error;
    CHECK(wasmelt_instantiate(&user_module, NULL, 0, &u, &error) == WASMELT_UNLINKABLE && !u);
    CHECK(strcmp(error.message, "unknown import \"counter\" \"add\"") == 0);
#define WRONG(name) "incompatible import type for \"counter\" \"" name "\": "
    refuses(c, ADD, export_of(c, "memory"), WRONG("add") "it is of another kind");
    refuses(c, ADD, export_of(c, "trap"), WRONG("add") "the function type differs");
    wasmelt_extern count = export_of(c, "count");
    count.global_type.is_mutable = false;
    refuses(c, COUNT, count, WRONG("count") "the global must be mutable");
    count.global_type = (wasmelt_global_type){WASMELT_F32, true};
    refuses(c, COUNT, count, WRONG("count") "the value type differs");

    static const struct {
        wasmelt_memory_type type;
        const char *message;
    } memories[] = {
        {{.minimum = 0, .maximum = 2, .has_maximum = true, .page_size_log2 = 16}, WRONG("memory") "the limits do not fit"},
        {{.minimum = 1, .maximum = 3, .has_maximum = true, .page_size_log2 = 16}, WRONG("memory") "the limits do not fit"},
        {{.minimum = 1, .page_size_log2 = 16}, WRONG("memory") "the limits do not fit"},
        {{.minimum = 1, .maximum = 2, .has_maximum = true, .is64 = true, .page_size_log2 = 16}, WRONG("memory") "the index type differs"},
        {{.minimum = 1, .maximum = 2, .has_maximum = true}, WRONG("memory") "the page size differs"},
        {{.minimum = 1, .maximum = 2, .has_maximum = true, .shared = true, .page_size_log2 = 16},
         WRONG("memory") "the memory must not be shared"},
        {{.minimum = 1, .maximum = 2, .has_maximum = true, .checked = true, .page_size_log2 = 16},
         WRONG("memory") "the memory has no guard pages, which the importing module needs"},
    };
    for (size_t k = 0; k < sizeof memories / sizeof *memories; k++) {
        wasmelt_memory *m = wasmelt_memory_new(&memories[k].type);
        CHECK(m);
        refuses(c, MEMORY, (wasmelt_extern){.kind = WASMELT_EXTERN_MEMORY, .memory = m}, memories[k].message);
        wasmelt_memory_free(m);
    }

    static const struct {
        wasmelt_table_type type;
        const char *message;
    } tables[] = {
        {{.minimum = 1, .maximum = 4, .has_maximum = true, .element = WASMELT_FUNCREF}, WRONG("table") "the limits do not fit"},
        {{.minimum = 2, .maximum = 5, .has_maximum = true, .element = WASMELT_FUNCREF}, WRONG("table") "the limits do not fit"},
        {{.minimum = 2, .element = WASMELT_FUNCREF}, WRONG("table") "the limits do not fit"},
        {{.minimum = 2, .maximum = 4, .has_maximum = true, .is64 = true, .element = WASMELT_FUNCREF},
         WRONG("table") "the index type differs"},
        {{.minimum = 2, .maximum = 4, .has_maximum = true, .element = WASMELT_EXTERNREF}, WRONG("table") "the element type differs"},
    };
    for (size_t k = 0; k < sizeof tables / sizeof *tables; k++) {
        wasmelt_table *t = wasmelt_table_new(&tables[k].type);
        CHECK(t);
        refuses(c, TABLE, (wasmelt_extern){.kind = WASMELT_EXTERN_TABLE, .table = t}, tables[k].message);
        wasmelt_table_free(t);
    }
    static wasmelt_tag tag;
    CHECK(wasmelt_tag_init(&tag, &types[0]));
    refuses(c, TAG, (wasmelt_extern){.kind = WASMELT_EXTERN_TAG, .tag = &tag}, WRONG("tag") "the tag's type differs");
    wasmelt_instance_free(c);
}

CASE(what_has_grown_fits_what_asks_for_more) {
    wasmelt_memory *m = wasmelt_memory_new(&(wasmelt_memory_type){.maximum = 2, .has_maximum = true, .page_size_log2 = 16});
    wasmelt_instance *c = make_counter(), *u;
    wasmelt_import imports[IMPORTS];
    import_all(c, imports);
    imports[MEMORY].value = (wasmelt_extern){.kind = WASMELT_EXTERN_MEMORY, .memory = m};
    CHECK(wasmelt_instantiate(&user_module, imports, IMPORTS, &u, NULL) == WASMELT_UNLINKABLE);
    CHECK(wasmelt_memory_grow(m, 1) == 0);
    CHECK(wasmelt_instantiate(&user_module, imports, IMPORTS, &u, NULL) == WASMELT_OK);
    wasmelt_instance_free(u);
    wasmelt_instance_free(c);
    wasmelt_memory_free(m);
}

/* A table's element type counts in the types of the module that made it; a second module exports it again, a
 * third imports it, each with another index for the same type. */
typedef struct holder {
    wasmelt_instance base;
    wasmelt_table *table;
    wasmelt_func funcs[1];
    uint32_t type_ids[3];
} holder;

#define OPEN_FUNC(group, result_count)                                                                                                     \
    { WASMELT_TYPE_FUNC, false, WASMELT_NO_TYPE, group, 1, NULL, i32_type, NULL, 0, result_count, NULL }

static const wasmelt_type maker_types[] = {OPEN_FUNC(0, 1), OPEN_FUNC(1, 1), OPEN_FUNC(2, 0)};
static const wasmelt_type passer_types[] = {OPEN_FUNC(0, 0), OPEN_FUNC(1, 1)};

static wasmelt_instance *hold(const wasmelt_type *own_types, uint32_t type_count, uint32_t element, wasmelt_instance *from) {
    static wasmelt_table_type table_types[3];
    static wasmelt_table_desc made;
    static wasmelt_import_desc wanted[3];
    static wasmelt_module modules[3];
    static int used;
    wasmelt_table_type *table_type = &table_types[used];
    *table_type = (wasmelt_table_type){.minimum = 1, .element = WASMELT_REF_NULL(element)};
    made = (wasmelt_table_desc){*table_type, offsetof(holder, table)};
    wanted[used] = (wasmelt_import_desc){
        .module = NAME("m"), .name = NAME("table"), .kind = WASMELT_EXTERN_TABLE, .table = table_type, .offset = offsetof(holder, table)};
    static const wasmelt_export_desc exports[] = {{.name = NAME("table"), .kind = WASMELT_EXTERN_TABLE, .place = offsetof(holder, table)}};
    modules[used] = (wasmelt_module){
        .abi_version = WASMELT_ABI_VERSION,
        .instance_size = sizeof(holder),
        .types = own_types,
        .type_groups = wasmelt_type_groups,
        .link = wasmelt_link_imports,
        .type_count = type_count,
        .exports = exports,
        .export_count = 1,
        .funcs_offset = offsetof(holder, funcs),
        .type_ids_offset = offsetof(holder, type_ids),
        .tables = &made,
        .table_count = !from,
        .imports = &wanted[used],
        .import_count = !!from,
    };
    wasmelt_import import = {.module = "m", .name = "table"};
    if (from)
        import.value = export_of(from, "table");
    wasmelt_instance *i;
    wasmelt_status status = wasmelt_instantiate(&modules[used++], &import, from ? 1 : 0, &i, NULL);
    CHECK(status == WASMELT_OK || status == WASMELT_UNLINKABLE);
    return i;
}

CASE(a_table_keeps_its_element_type_through_modules) {
    wasmelt_instance *maker = hold(maker_types, 3, 2, NULL); /* () -> () */
    wasmelt_instance *passer = hold(passer_types, 2, 0, maker);
    CHECK(maker && passer && export_of(passer, "table").table->holds_functions);
    wasmelt_instance *last = hold(maker_types, 3, 2, passer);
    CHECK(last);
    wasmelt_instance_free(last);
    wasmelt_instance_free(passer);
    wasmelt_instance_free(maker);
}

CASE(a_table_of_another_concrete_type_is_refused) {
    wasmelt_instance *maker = hold(maker_types, 3, 2, NULL);
    CHECK(!hold(passer_types, 2, 1, maker));
    CHECK(!hold(maker_types, 3, 1, maker));
    wasmelt_instance_free(maker);
}

CASE(messages_stay_on_one_line) {
    static const char strange[] = "line\nbreak\x1b[31m\"\\\0end";
    char long_name[200];
    for (size_t k = 0; k < sizeof long_name; k += 2)
        memcpy(&long_name[k], "\xc3\xa9", 2); /* é */
    wasmelt_import_desc wanted[] = {{.module = NAME(strange), .name = {long_name, sizeof long_name}, .kind = WASMELT_EXTERN_FUNC}};
    wasmelt_module module = user_module;
    module.imports = wanted;
    module.import_count = 1;
    wasmelt_instance *u;
    wasmelt_error error;
    CHECK(wasmelt_instantiate(&module, NULL, 0, &u, &error) == WASMELT_UNLINKABLE);
    const char *start = "unknown import \"line\\0abreak\\1b[31m\\22\\5c\\00end\" \"\xc3\xa9\xc3\xa9";
    CHECK(strncmp(error.message, start, strlen(start)) == 0);
    size_t length = strlen(error.message);
    CHECK(length < 150 && strcmp(&error.message[length - 6], "\xc3\xa9...\"") == 0);
}

/* ---- Instantiation that ends early ---- */

static void init_that_traps(void *instance) {
    counter_init(instance);
    wasmelt_table_init_funcs(((counter *)instance)->table, 3, ((counter *)instance)->funcs, (const uint32_t[2]){0}, 2);
}

CASE(a_trap_in_a_segment_keeps_the_instance) {
    wasmelt_module module = counter_module;
    module.init = init_that_traps;
    wasmelt_instance *i;
    wasmelt_error error;
    CHECK(wasmelt_instantiate(&module, NULL, 0, &i, &error) == WASMELT_TRAPPED && i);
    CHECK(error.trap.code == WASMELT_TRAP_TABLE_BOUNDS && strcmp(error.message, "out of bounds table access") == 0);
    CHECK(call(export_of(i, "add").func, 1) == 101); /* what ran before the trap stays */
    wasmelt_instance_free(i);
}

CASE(a_trap_in_the_start_function_keeps_the_instance) {
    wasmelt_module module = counter_module;
    module.start = counter_trap;
    wasmelt_instance *i;
    wasmelt_error error;
    CHECK(wasmelt_instantiate(&module, NULL, 0, &i, &error) == WASMELT_TRAPPED && i);
    CHECK(error.trap.code == WASMELT_TRAP_UNREACHABLE);
    wasmelt_instance_free(i);
}

static void start_without_end(void *instance) {
    (void)instance;
    recurse_forever(NULL);
}

CASE(a_start_function_without_end_traps) {
    wasmelt_module module = counter_module;
    module.start = start_without_end;
    wasmelt_instance *i;
    wasmelt_error error;
    CHECK(wasmelt_instantiate(&module, NULL, 0, &i, &error) == WASMELT_TRAPPED);
    CHECK(error.trap.code == WASMELT_TRAP_STACK_EXHAUSTED);
    wasmelt_instance_free(i);
}

CASE(another_abi_is_refused) {
    wasmelt_module module = counter_module;
    module.abi_version++;
    wasmelt_instance *i = (wasmelt_instance *)&module;
    wasmelt_error error;
    CHECK(wasmelt_instantiate(&module, NULL, 0, &i, &error) == WASMELT_WRONG_ABI && !i && error.message[0]);
}

CASE(no_module_is_refused) {
    wasmelt_module module = counter_module;
    wasmelt_instance *i = (wasmelt_instance *)&module;
    wasmelt_error error;
    CHECK(wasmelt_instantiate(NULL, NULL, 0, &i, &error) == WASMELT_WRONG_ABI && !i && strstr(error.message, "no module"));
    CHECK(wasmelt_instantiate_with(NULL, NULL, 0, NULL, &i, NULL) == WASMELT_WRONG_ABI && !i);
}

CASE(everything_that_frees_takes_null) {
    wasmelt_instance_free(NULL);
    wasmelt_memory_free(NULL);
    wasmelt_table_free(NULL);
    wasmelt_exception_release(NULL);
    wasmelt_ref_release(NULL);
    wasmelt_store_free(NULL);
    wasmelt_interrupter_free(NULL);
    wasmelt_ffi_free(NULL);
    wasmelt_wasi_free(NULL);
}

CASE(a_memory_that_cannot_be_had_is_an_error) {
    static const wasmelt_memory_desc memories[] = {
        {{.minimum = 1, .page_size_log2 = 16}, offsetof(counter, memory)},
        {{.minimum = UINT64_C(1) << 46, .is64 = true, .page_size_log2 = 16}, offsetof(counter, tag)},
    };
    wasmelt_module module = counter_module;
    module.memories = memories;
    module.memory_count = 2;
    module.tag_count = 0;
    wasmelt_instance *i;
    wasmelt_error error;
    CHECK(wasmelt_instantiate(&module, NULL, 0, &i, &error) == WASMELT_OUT_OF_MEMORY && !i && error.message[0]);
}

/* ---- What the host allows ---- */

static wasmelt_status instantiate_within(uint64_t bytes, uint64_t elements, wasmelt_instance **i, wasmelt_error *error) {
    wasmelt_options options = {.memory = {.maximum_bytes = bytes}, .table_elements = elements};
    return wasmelt_instantiate_with(&counter_module, NULL, 0, &options, i, error);
}

CASE(an_instance_stays_within_the_hosts_limits) {
    wasmelt_instance *i;
    CHECK(instantiate_within(65536, 3, &i, NULL) == WASMELT_OK);
    CHECK(wasmelt_memory_grow(export_of(i, "memory").memory, 1) == UINT64_MAX);
    wasmelt_table *t = export_of(i, "table").table;
    CHECK(wasmelt_table_grow(t, 2, NULL) == UINT64_MAX && wasmelt_table_grow(t, 1, NULL) == 2);
    wasmelt_instance_free(i);
    CHECK(instantiate_within(0, 0, &i, NULL) == WASMELT_OK); /* no limits */
    CHECK(wasmelt_memory_grow(export_of(i, "memory").memory, 1) == 1);
    wasmelt_instance_free(i);
}

CASE(limits_below_what_a_module_begins_with_are_an_error) {
    wasmelt_instance *i;
    wasmelt_error error;
    CHECK(instantiate_within(65535, 0, &i, &error) == WASMELT_OVER_LIMIT && !i);
    CHECK(strcmp(error.message, "a memory begins with 65536 bytes, the host allows 65535") == 0);
    CHECK(instantiate_within(0, 1, &i, &error) == WASMELT_OVER_LIMIT && !i);
    CHECK(strcmp(error.message, "a table begins with 2 elements, the host allows 1") == 0);
}

static wasmelt_instance *published;

static void look_for_instance(void *instance) {
    CHECK(published == instance);
}

CASE(an_instance_is_known_before_its_start_function_runs) {
    wasmelt_module module = counter_module;
    module.start = look_for_instance;
    CHECK(wasmelt_instantiate(&module, NULL, 0, &published, NULL) == WASMELT_OK && published);
    wasmelt_instance_free(published);
}

CASE(exports_become_imports) {
    wasmelt_instance *c = make_counter(), *u;
    wasmelt_import imports[8];
    memset(imports, 0, sizeof imports);
    CHECK(wasmelt_exports_as_imports(c, "counter", NULL, 0) == 6); /* "a\0b" is none */
    CHECK(wasmelt_exports_as_imports(c, "counter", imports, 2) == 6 && imports[1].name && !imports[2].name);
    CHECK(wasmelt_exports_as_imports(c, "counter", imports, 8) == 6);
    CHECK(wasmelt_instantiate(&user_module, imports, 6, &u, NULL) == WASMELT_OK);
    CHECK(call(export_of(u, "work").func, 5) == 110);
    wasmelt_instance_free(u);
    wasmelt_instance_free(c);
}

CASE(function_types_are_compared) {
    wasmelt_instance *c = make_counter();
    wasmelt_type type = types[0];
    CHECK(wasmelt_func_has_type(export_of(c, "add").func, &types[0]));
    CHECK(!wasmelt_func_has_type(export_of(c, "add").func, &types[1]));
    type.result_count = 0;
    CHECK(!wasmelt_func_has_type(export_of(c, "add").func, &type));
    type = types[0];
    type.params = (const wasmelt_valtype[]){WASMELT_I64};
    CHECK(!wasmelt_func_has_type(export_of(c, "add").func, &type));
    CHECK(!wasmelt_func_has_type(NULL, &type));
    wasmelt_instance_free(c);
}

CASE(instances_are_counted) {
    wasmelt_usage u;
    wasmelt_instance *a = make_counter(), *b = make_counter(), *none;
    CHECK(instantiate_within(1, 0, &none, NULL) == WASMELT_OVER_LIMIT);
    wasmelt_get_usage(&u);
    CHECK(u.instances == 2 && u.memories == 2 && u.memory_bytes == 2 * 65536);
    wasmelt_instance_free(a);
    wasmelt_instance_free(b);
    wasmelt_get_usage(&u);
    CHECK(u.instances == 0 && u.memories == 0 && u.memory_bytes == 0 && u.reserved_bytes == 0);
}

/* ---- All of it, many times ---- */

static void *link_and_run(void *unused) {
    (void)unused;
    for (int k = 0; k < 30; k++) {
        wasmelt_instance *c = make_counter(), *u;
        wasmelt_import imports[IMPORTS];
        import_all(c, imports);
        CHECK(wasmelt_instantiate(&user_module, imports, IMPORTS, &u, NULL) == WASMELT_OK);
        CHECK(call(export_of(u, "work").func, 5) == 110);
        wasmelt_instance_free(u);
        wasmelt_instance_free(c);
    }
    return NULL;
}

CASE(freeing_gives_everything_back) {
    link_and_run(NULL);
    int before = mapping_count();
    for (int k = 0; k < 10; k++)
        link_and_run(NULL);
    CHECK(mapping_count() <= before + 1);
}

CASE(instances_on_many_threads) {
    enum { THREADS = 16 };
    pthread_t threads[THREADS];
    for (int k = 0; k < THREADS; k++)
        CHECK(pthread_create(&threads[k], NULL, link_and_run, NULL) == 0);
    for (int k = 0; k < THREADS; k++)
        CHECK(pthread_join(threads[k], NULL) == 0);
}

static void *note_buffer(void *place) {
    wasmelt_tail *t = wasmelt_tail_buffer();
    CHECK(t && !t->next && t == wasmelt_tail_buffer());
    t->values[WASMELT_TAIL_VALUES - 1].i64 = 1;
    *(void **)place = t;
    return NULL;
}

CASE(each_thread_has_its_own_tail_call_buffer) {
    pthread_t thread;
    void *mine, *other;
    note_buffer(&mine);
    CHECK(pthread_create(&thread, NULL, note_buffer, &other) == 0);
    CHECK(pthread_join(thread, NULL) == 0 && mine != other);
}

/* ---- Why there is none ---- */

static void *reserve_nothing(void *context, uint64_t bytes, uint64_t alignment) {
    (void)context, (void)bytes, (void)alignment;
    return NULL;
}

static void release_nothing(void *context, void *base, uint64_t bytes) {
    (void)context, (void)base, (void)bytes;
    CHECK(!"there was something to release");
}

CASE(an_instance_for_which_the_host_has_no_space) {
    static const wasmelt_memory_space space = {reserve_nothing, release_nothing};
    wasmelt_options options = {.memory.space = &space};
    wasmelt_instance *i = NULL;
    wasmelt_error error;
    CHECK(wasmelt_instantiate_with(&counter_module, NULL, 0, &options, &i, &error) == WASMELT_OUT_OF_MEMORY && !i);
    CHECK(strcmp(error.message,
                 "no linear memory: the host's own address space has no 6144 MiB for it, or the kernel no 64 KiB of memory") == 0);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) /* they need address space and mappings themselves */
static const char *reason_for_no_counter(void) {
    static wasmelt_error error;
    wasmelt_instance *i;
    CHECK(wasmelt_instantiate(&counter_module, NULL, 0, &i, &error) == WASMELT_OUT_OF_MEMORY);
    return error.message;
}

CASE(an_instance_fails_by_the_number_of_mappings) {
    void *last = NULL, *next;
    free(malloc(100000));               /* what is allocated on the way is there already */
    for (int k = 0; k < 1 << 20; k++) { /* no two neighbours alike */
        next = mmap(NULL, 4096, k % 2 ? PROT_READ : PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (next == MAP_FAILED)
            break;
        last = next;
    }
    CHECK(munmap(last, 4096) == 0);
    const char *why = reason_for_no_counter();
    CHECK(strstr(why, "vm.max_map_count") && !strstr(why, "ulimit") && !strstr(why, "--bounds"));
}

CASE(an_instance_fails_by_the_limit_of_address_space) {
    CHECK(setrlimit(RLIMIT_AS, &(struct rlimit){(rlim_t)1 << 30, (rlim_t)1 << 30}) == 0);
    const char *why = reason_for_no_counter();
    CHECK(strstr(why, "1024 MiB (ulimit -v)") && strstr(why, "--bounds=explicit"));
}
#endif
