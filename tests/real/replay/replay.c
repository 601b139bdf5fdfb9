/* Does to a natively compiled module what JavaScript did to it under record.mjs, and sees that it answers alike:
 *
 *     replay MODULE.so DESCRIPTOR TRACE
 *
 * Calls of its functions must give the recorded results, it must call its imports with the recorded arguments in the
 * recorded order, what it throws to JavaScript must have the recorded tag and payload, and at the end its memory must have
 * the recorded checksum. Prints how much was compared; at the first difference what it is, with status 1. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wasmelt/wasmelt.h>

enum { CALL = 1, IMPORT, WRITE, GROW, RETURN, RESULT, TABLE_CALL, TRAP, FINISH, CHECK, GLOBAL, TABLE_SET, TABLE_GROW, THROW, UNCAUGHT };
enum { FOREIGN, PRIVATE, TAGGED }; /* exceptions: see record.mjs */

static FILE *trace;
static wasmelt_instance *instance;
static wasmelt_memory *memory;
static wasmelt_table *table;
static unsigned long events, calls, import_calls, throws;
static wasmelt_tag foreign; /* of what JavaScript throws */

typedef struct imported {
    const char *module, *name;
    wasmelt_code code;
    const wasmelt_valtype *types; /* parameters, then results */
    uint32_t params, results;
} imported;

static void fail(const char *what, unsigned long long expected, unsigned long long got) {
    printf("event %lu: %s: recorded %llx, now %llx\n", events, what, expected, got);
    fflush(stdout);
    _Exit(1);
}

static uint32_t next(void) {
    uint32_t n;
    if (fread(&n, sizeof n, 1, trace) != 1)
        fail("end of the trace", 0, 0);
    return n;
}

static uint64_t next_value(void) {
    uint64_t n;
    if (fread(&n, sizeof n, 1, trace) != 1)
        fail("end of the trace", 0, 0);
    return n;
}

/* JavaScript keeps no payloads of NaNs. */
static void compare(const char *what, wasmelt_valtype type, uint64_t recorded, wasmelt_value now) {
    wasmelt_value old;
    memcpy(&old, &recorded, sizeof recorded);
    bool same = type == WASMELT_I32   ? old.i32 == now.i32
                : type == WASMELT_I64 ? old.i64 == now.i64
                : type == WASMELT_F32 ? !memcmp(&old.f32, &now.f32, 4) || (isnan(old.f32) && isnan(now.f32))
                                      : !memcmp(&old.f64, &now.f64, 8) || (isnan(old.f64) && isnan(now.f64));
    if (!same)
        fail(what, recorded, now.i64);
}

static wasmelt_value replay_import(uint32_t index, const wasmelt_value *args);
#include "imports.h"

static wasmelt_tag tags[TAGS + 1]; /* those that the module imports */

static void next_text(char text[4096]) {
    uint32_t length = next();
    if (length >= 4096 || fread(text, 1, length, trace) != length)
        fail("a name", length, 0);
    text[length] = 0;
}

/* The tag of a recorded exception; null if only the module knows it. */
static const wasmelt_tag *next_tag(uint32_t kind) {
    if (kind != TAGGED)
        return kind == FOREIGN ? &foreign : NULL;
    uint32_t k = next();
    char name[4096];
    next_text(name);
    wasmelt_extern tag;
    if (!name[0])
        return &tags[k];
    if (!wasmelt_export(instance, name, &tag))
        fail(name, k, 0);
    return tag.tag;
}

/* The module threw what it was recorded to throw. */
static void compare_exception(const char *name, const wasmelt_exception *e) {
    uint32_t kind = next();
    const wasmelt_tag *recorded = next_tag(kind), *tag = wasmelt_exception_tag(e);
    if (recorded ? tag != recorded : tag == &foreign)
        fail(name, kind, 0);
    for (uint32_t k = 0, n = kind == TAGGED ? next() : 0; k < n; k++)
        compare(name, tag->type->params[k], next_value(), wasmelt_exception_payload(e)[k]);
}

/* JavaScript throws: of tags that it knows, or something of its own. */
static void javascript_throws(void) {
    uint32_t kind = next();
    const wasmelt_tag *tag = next_tag(kind);
    wasmelt_value payload[8] = {0};
    for (uint32_t k = 0, n = kind == TAGGED ? next() : 0; k < n; k++) {
        uint64_t v = next_value();
        memcpy(&payload[k], &v, sizeof v);
    }
    wasmelt_exception *e = tag ? wasmelt_exception_new(tag, payload) : NULL;
    if (!e)
        fail("an exception that JavaScript cannot make", kind, 0);
    wasmelt_throw(e);
    wasmelt_exception_release(e);
}

/* The linker puts it in place of wasmelt_throw_new in the module. */
void __wrap_wasmelt_throw_new(const wasmelt_instance *instance, const wasmelt_tag *tag);
void wasmelt_throw_new(const wasmelt_instance *instance, const wasmelt_tag *tag);
void __wrap_wasmelt_throw_new(const wasmelt_instance *instance, const wasmelt_tag *tag) {
    throws++;
    wasmelt_throw_new(instance, tag);
}

static void call(const wasmelt_func *f, const char *name) {
    wasmelt_value args[64] = {0}, results[8] = {0};
    uint32_t n = next();
    if (n != f->type->param_count)
        fail(name, n, f->type->param_count);
    for (uint32_t k = 0; k < n; k++) {
        uint64_t v = next_value();
        memcpy(&args[k], &v, sizeof v);
    }
    calls++;
    wasmelt_trap info;
    wasmelt_trap_code trap = wasmelt_call(f, args, results, &info);
    uint32_t event = next();
    events++;
    if (trap == WASMELT_TRAP_UNCAUGHT_EXCEPTION && event == UNCAUGHT) {
        compare_exception(name, info.exception);
        return;
    }
    if (trap != WASMELT_TRAP_NONE || event != RESULT) {
        if (trap == WASMELT_TRAP_NONE || trap == WASMELT_TRAP_UNCAUGHT_EXCEPTION || event != TRAP)
            fail(trap == WASMELT_TRAP_NONE ? name : wasmelt_trap_message(trap), event, trap);
        return;
    }
    uint64_t recorded = next_value();
    if (f->type->result_count)
        compare(name, f->type->results[0], recorded, results[0]);
}

static uint32_t checksum(const uint8_t *p, uint64_t n) {
    static uint32_t bytes[256];
    for (uint32_t k = 0; k < 256; k++) {
        bytes[k] = k;
        for (int bit = 0; bit < 8; bit++)
            bytes[k] = bytes[k] >> 1 ^ (bytes[k] & 1 ? 0xedb88320u : 0);
    }
    uint32_t crc = ~0u;
    while (n--)
        crc = crc >> 8 ^ bytes[(crc ^ *p++) & 255];
    return ~crc;
}

static const wasmelt_func *next_export(char name[4096]) {
    wasmelt_extern f;
    next_text(name);
    if (!wasmelt_export(instance, name, &f))
        fail(name, 0, 0);
    return f.func;
}

/* What JavaScript does from when it gets control until it gives it back; what it returns. */
static wasmelt_value javascript(void) {
    for (;;) {
        uint32_t event = next();
        events++;
        if (event == WRITE) {
            uint32_t at = next(), length = next();
            void *to = wasmelt_memory_at(memory, at, length);
            if (!to || fread(to, 1, length, trace) != length)
                fail("a write", at, length);
        } else if (event == GROW) {
            if (wasmelt_memory_grow(memory, next()) == UINT64_MAX)
                fail("growth", 0, 0);
        } else if (event == CHECK) {
            uint32_t recorded = next(), now = checksum(memory->base, memory->size);
            if (recorded != now)
                fail("the memory", recorded, now);
        } else if (event == GLOBAL) {
            uint32_t k = next();
            uint64_t v = next_value();
            memcpy(&globals[k], &v, sizeof v);
        } else if (event == TABLE_GROW) {
            if (wasmelt_table_grow(table, next(), NULL) == UINT64_MAX)
                fail("growth of the table", 0, 0);
        } else if (event == TABLE_SET) {
            uint32_t index = next();
            char name[4096];
            if (!wasmelt_table_set(table, index, next_export(name)))
                fail(name, index, 0);
        } else if (event == CALL) {
            char name[4096];
            const wasmelt_func *f = next_export(name);
            call(f, name);
        } else if (event == TABLE_CALL) {
            const void *f;
            uint32_t index = next();
            if (!table || !wasmelt_table_get(table, index, &f) || !f)
                fail("no such element", index, 0);
            call(f, "a function in the table");
        } else if (event == RETURN || event == THROW || event == FINISH) {
            if (event == THROW)
                javascript_throws();
            uint64_t v = event == RETURN ? next_value() : 0;
            wasmelt_value r = {0};
            memcpy(&r, &v, sizeof v);
            return r;
        } else {
            fail("what JavaScript does not do; the module called no more imports", event, 0);
        }
    }
}

static wasmelt_value replay_import(uint32_t index, const wasmelt_value *args) {
    uint32_t event = next();
    events++;
    import_calls++;
    if (event != IMPORT)
        fail(functions[index].name, event, IMPORT);
    uint32_t recorded = next();
    if (recorded != index)
        fail(functions[index].name, recorded, index);
    uint32_t n = next();
    for (uint32_t k = 0; k < n; k++)
        compare(functions[index].name, functions[index].types[k], next_value(), args[k]);
    return javascript();
}

int main(int argc, char **argv) {
    static wasmelt_func funcs[FUNCTIONS + 1];
    static wasmelt_type types[FUNCTIONS + 1];
    static wasmelt_import imports[FUNCTIONS + GLOBALS + TAGS + 2];
    static wasmelt_type tag_types[TAGS + 1];
    if (argc != 4)
        return 2;
    void *library = dlopen(argv[1], RTLD_NOW);
    const wasmelt_module *module = library ? dlsym(library, argv[2]) : NULL;
    trace = fopen(argv[3], "rb");
    if (!module || !trace) {
        printf("%s\n", module ? argv[3] : dlerror());
        return 2;
    }
    size_t n = 0;
    for (; n < FUNCTIONS; n++) {
        const imported *f = &functions[n];
        types[n] = (wasmelt_type){.kind = WASMELT_TYPE_FUNC,
                                  .is_final = true,
                                  .supertype = WASMELT_NO_TYPE,
                                  .group_size = 1,
                                  .params = f->types,
                                  .param_count = f->params,
                                  .results = f->types + f->params,
                                  .result_count = f->results};
        if (!wasmelt_func_init(&funcs[n], f->code, NULL, &types[n]))
            return 2;
        imports[n] = (wasmelt_import){f->module, f->name, {.kind = WASMELT_EXTERN_FUNC, .func = &funcs[n]}};
    }
    if (memory_import[0]) {
        memory = wasmelt_memory_new(&memory_type);
        imports[n++] = (wasmelt_import){memory_import[0], memory_import[1], {.kind = WASMELT_EXTERN_MEMORY, .memory = memory}};
    }
    if (table_import[0]) {
        table = wasmelt_table_new(&table_type);
        imports[n++] = (wasmelt_import){table_import[0], table_import[1], {.kind = WASMELT_EXTERN_TABLE, .table = table}};
    }
    for (size_t k = 0; k != GLOBALS; k++)
        imports[n++] = (wasmelt_import){
            global_imports[k].module,
            global_imports[k].name,
            {.kind = WASMELT_EXTERN_GLOBAL, .global = &globals[k], .global_type = {global_imports[k].type, global_imports[k].is_mutable}}};
    for (size_t k = 0; k != TAGS; k++) {
        tag_types[k] = (wasmelt_type){.kind = WASMELT_TYPE_FUNC,
                                      .is_final = true,
                                      .supertype = WASMELT_NO_TYPE,
                                      .group_size = 1,
                                      .params = tag_imports[k].types,
                                      .param_count = tag_imports[k].params};
        if (!wasmelt_tag_init(&tags[k], &tag_types[k]))
            return 2;
        imports[n++] = (wasmelt_import){tag_imports[k].module, tag_imports[k].name, {.kind = WASMELT_EXTERN_TAG, .tag = &tags[k]}};
    }
    static const wasmelt_type nothing = {.kind = WASMELT_TYPE_FUNC, .is_final = true, .supertype = WASMELT_NO_TYPE, .group_size = 1};
    if (!wasmelt_tag_init(&foreign, &nothing))
        return 2;
    wasmelt_error error;
    if (wasmelt_instantiate(module, imports, n, &instance, &error) != WASMELT_OK) {
        printf("%s\n", error.message);
        return 1;
    }
    wasmelt_extern found;
    if (memory_export && wasmelt_export(instance, memory_export, &found))
        memory = found.memory;
    if (table_export && wasmelt_export(instance, table_export, &found))
        table = found.table;
    javascript();
    uint32_t pages = next(), crc = next();
    if (pages != memory->pages)
        fail("the memory's size", pages, memory->pages);
    if (crc != checksum(memory->base, memory->size))
        fail("the memory's bytes", crc, 0);
    printf("%lu calls, %lu calls of imports, %lu exceptions thrown, %u pages: the same\n", calls, import_calls, throws, pages);
    return 0;
}
