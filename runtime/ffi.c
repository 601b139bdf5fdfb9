/* The functions for callers by a foreign function interface (wasmelt/ffi.h), made of those for hosts in C. */
#include <wasmelt/ffi.h>

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <wasmelt/code/ffi.h>
#include <wasmelt/exception.h>

#include "allocator.h"
#include "facts/wasi.h"
#include "ffi.h"
#include "instance.h"

/* What the host provides; the function lives apart, because references to it are kept while the list grows. */
typedef struct provided {
    struct provided *next;
    wasmelt_func func;
} provided;

struct wasmelt_ffi {
    const wasmelt_module *module;
    wasmelt_instance *instance;
    const wasmelt_func *funcs; /* the instance's records of functions; null: it has not been started */
    wasmelt_import *imports;
    size_t import_count;
    provided *provided;
    void (*attach)(void *context, wasmelt_memory *memory); /* null: nobody needs to know the memory */
    void *attach_context;
    wasmelt_exception *failure; /* what wasmelt_ffi_fail throws, made beforehand: it must not lack memory */
    int32_t exit_status;
    char failure_message[256], error[320];
    char *signature;
};

static int fail(wasmelt_ffi *g, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int fail(wasmelt_ffi *g, const char *format, ...) {
    va_list list;
    va_start(list, format);
    vsnprintf(g->error, sizeof g->error, format, list);
    va_end(list);
    return 1;
}

static int succeed(wasmelt_ffi *g) {
    g->error[0] = '\0';
    return 0;
}

/* ---- Guests ---- */

/* The tag of failures of the host. One for all guests: a thread keeps its last uncaught exception, and so the tag, beyond the guest. */
static wasmelt_tag failed;
static bool has_failed;
static pthread_once_t failed_once = PTHREAD_ONCE_INIT;

static void make_failed(void) {
    static const wasmelt_type no_payload = {.kind = WASMELT_TYPE_FUNC, .is_final = true, .supertype = WASMELT_NO_TYPE, .group_size = 1};
    has_failed = wasmelt_tag_init(&failed, &no_payload);
}

wasmelt_ffi *wasmelt_ffi_new(const wasmelt_module *module) {
    wasmelt_ffi *g = wasmelt_rt_allocate_zeroed(1, sizeof *g);
    if (!g)
        return NULL;
    g->module = module;
    pthread_once(&failed_once, make_failed);
    if (has_failed)
        g->failure = wasmelt_exception_new(&failed, NULL);
    if (!g->failure) {
        wasmelt_rt_release(g);
        return NULL;
    }
    return g;
}

void wasmelt_ffi_free(wasmelt_ffi *g) {
    if (!g)
        return;
    wasmelt_instance_free(g->instance);
    wasmelt_exception_release(g->failure);
    while (g->provided) {
        provided *next = g->provided->next;
        wasmelt_rt_release(g->provided);
        g->provided = next;
    }
    wasmelt_rt_release(g->imports);
    wasmelt_rt_release(g->signature);
    wasmelt_rt_release(g);
}

const char *wasmelt_ffi_error(const wasmelt_ffi *g) {
    return g->error;
}

int32_t wasmelt_ffi_exit_status(const wasmelt_ffi *g) {
    return g->exit_status;
}

/* ---- What the host provides ---- */

static bool add_imports(wasmelt_ffi *g, const wasmelt_import *more, size_t count) {
    wasmelt_import *grown = wasmelt_rt_reallocate(g->imports, (g->import_count + count) * sizeof *grown);
    if (!grown)
        return false;
    g->imports = grown;
    memcpy(grown + g->import_count, more, count * sizeof *more);
    g->import_count += count;
    return true;
}

static bool is_name(wasmelt_name name, const char *text) {
    return name.length == strlen(text) && memcmp(name.bytes, text, name.length) == 0;
}

/* A module may import one name several times, with different types: then each gets the function. */
static int provide(wasmelt_ffi *g, const wasmelt_import_desc *i, wasmelt_code code, void *context) {
    provided *p = wasmelt_rt_allocate_zeroed(1, sizeof *p);
    if (!p || !wasmelt_func_init(&p->func, code, context, &g->module->types[i->type])) {
        wasmelt_rt_release(p);
        return fail(g, "out of memory");
    }
    p->next = g->provided;
    g->provided = p;
    wasmelt_import import = {i->module.bytes, i->name.bytes, {.kind = WASMELT_EXTERN_FUNC, .func = &p->func}};
    return add_imports(g, &import, 1) ? 0 : fail(g, "out of memory");
}

static bool is_simple(const wasmelt_valtype *types, uint32_t count) {
    for (uint32_t k = 0; k < count; k++)
        if (wasmelt_is_ref(types[k]) && wasmelt_heap_is_concrete(wasmelt_heap_type(types[k])))
            return false;
    return true;
}

int wasmelt_ffi_provide(wasmelt_ffi *g, const char *module, const char *name, wasmelt_code code, void *context) {
    bool found = false;
    if (g->instance)
        return fail(g, "the guest has been started");
    for (uint32_t k = 0; k < g->module->import_count; k++) {
        const wasmelt_import_desc *i = &g->module->imports[k];
        if (i->kind != WASMELT_EXTERN_FUNC || !is_name(i->module, module) || !is_name(i->name, name))
            continue;
        const wasmelt_type *t = &g->module->types[i->type];
        if (!is_simple(t->params, t->param_count) || !is_simple(t->results, t->result_count))
            return fail(g, "the type of the import \"%s\" \"%s\" mentions types of the module", module, name);
        if (provide(g, i, code, context) != 0)
            return 1;
        found = true;
    }
    return found ? succeed(g) : fail(g, "the module imports no function \"%s\" \"%s\"", module, name);
}

int wasmelt_rt_ffi_provide_all(wasmelt_ffi *g, const wasmelt_import *imports, size_t count,
                               void (*attach)(void *context, wasmelt_memory *memory), void *context) {
    if (g->instance)
        return fail(g, "the guest has been started");
    if (!imports || !add_imports(g, imports, count))
        return fail(g, "out of memory");
    g->attach = attach;
    g->attach_context = context;
    return succeed(g);
}

void wasmelt_ffi_fail(wasmelt_ffi *g, const char *message) {
    snprintf(g->failure_message, sizeof g->failure_message, "%s", message);
    wasmelt_throw(g->failure);
}

/* ---- Running ---- */

static int end_by_trap(wasmelt_ffi *g, const wasmelt_trap *trap) {
    if (trap->code == WASMELT_TRAP_EXIT) {
        g->exit_status = trap->exit_status;
        fail(g, "the guest has ended with status %d", (int)trap->exit_status);
        return 2;
    }
    if (trap->code == WASMELT_TRAP_UNCAUGHT_EXCEPTION && trap->exception == g->failure)
        return fail(g, "%s", g->failure_message);
    return fail(g, "%s", wasmelt_trap_message(trap->code));
}

int wasmelt_ffi_start(wasmelt_ffi *g) {
    wasmelt_error error;
    if (g->instance)
        return fail(g, "the guest has been started");
    if (wasmelt_rt_instance_make(g->module, g->imports, g->import_count, NULL, &g->instance, &error) != WASMELT_OK)
        return fail(g, "%s", error.message);
    g->funcs = (const wasmelt_func *)((char *)g->instance + g->instance->module->funcs_offset);
    wasmelt_extern memory;
    if (g->attach && wasmelt_export(g->instance, WASI_MEMORY, &memory) && memory.kind == WASMELT_EXTERN_MEMORY)
        g->attach(g->attach_context, memory.memory); /* before the start function, which may call WASI */
    return wasmelt_rt_instance_begin(g->instance, &error) ? succeed(g) : end_by_trap(g, &error.trap);
}

static int not_started(wasmelt_ffi *g) {
    return fail(g, "the guest has not been started");
}

/* False with an error: there is no export of this name and kind. */
static bool find(wasmelt_ffi *g, const char *name, wasmelt_extern_kind kind, wasmelt_extern *found) {
    static const char *const kinds[] = {"function", "table", "memory", "global", "tag", "context"};
    if (!g->instance) {
        not_started(g);
        return false;
    }
    if (wasmelt_export(g->instance, name, found) && found->kind == kind)
        return true;
    fail(g, "the module exports no %s \"%s\"", kinds[kind], name);
    return false;
}

static int call(wasmelt_ffi *g, const wasmelt_func *f, wasmelt_value *values) {
    wasmelt_trap trap;
    return wasmelt_call(f, values, values, &trap) == WASMELT_TRAP_NONE ? succeed(g) : end_by_trap(g, &trap);
}

int wasmelt_ffi_call(wasmelt_ffi *g, const char *name, wasmelt_value *values) {
    wasmelt_extern e;
    return find(g, name, WASMELT_EXTERN_FUNC, &e) ? call(g, e.func, values) : 1;
}

int wasmelt_ffi_enter(wasmelt_ffi *g, uint32_t record, wasmelt_value *values) {
    return g->funcs ? call(g, &g->funcs[record], values) : not_started(g);
}

/* ---- Exports ---- */

static char letter(wasmelt_valtype t) {
    switch (t) {
    case WASMELT_I32:
        return 'i';
    case WASMELT_I64:
        return 'I';
    case WASMELT_F32:
        return 'f';
    case WASMELT_F64:
        return 'F';
    case WASMELT_V128:
        return 'V';
    default:
        return 'r';
    }
}

const char *wasmelt_ffi_signature(wasmelt_ffi *g, const char *name) {
    wasmelt_extern e;
    if (!find(g, name, WASMELT_EXTERN_FUNC, &e))
        return NULL;
    const wasmelt_type *t = e.func->type;
    char *text = wasmelt_rt_allocate((size_t)t->param_count + t->result_count + 2), *at = text;
    if (!text) {
        fail(g, "out of memory");
        return NULL;
    }
    for (uint32_t k = 0; k < t->param_count; k++)
        *at++ = letter(t->params[k]);
    *at++ = ':';
    for (uint32_t k = 0; k < t->result_count; k++)
        *at++ = letter(t->results[k]);
    *at = '\0';
    wasmelt_rt_release(g->signature);
    g->signature = text;
    succeed(g);
    return text;
}

static uint8_t *bytes_of(wasmelt_ffi *g, wasmelt_memory *memory, uint64_t *bytes) {
    *bytes = __atomic_load_n(&memory->size, __ATOMIC_ACQUIRE);
    succeed(g);
    return *bytes > 0 ? memory->base : NULL;
}

uint8_t *wasmelt_ffi_memory(wasmelt_ffi *g, const char *name, uint64_t *bytes) {
    wasmelt_extern e;
    *bytes = 0;
    return find(g, name, WASMELT_EXTERN_MEMORY, &e) ? bytes_of(g, e.memory, bytes) : NULL;
}

void *wasmelt_ffi_global(wasmelt_ffi *g, const char *name) {
    wasmelt_extern e;
    if (!find(g, name, WASMELT_EXTERN_GLOBAL, &e))
        return NULL;
    succeed(g);
    return e.global;
}

/* ---- Exports by index, for plain entry points ---- */

static wasmelt_extern export_at(wasmelt_ffi *g, uint32_t index) {
    return wasmelt_rt_instance_export(g->instance, &g->instance->module->exports[index]);
}

uint8_t *wasmelt_ffi_enter_memory(wasmelt_ffi *g, uint32_t index, uint64_t *bytes) {
    *bytes = 0;
    if (g->instance)
        return bytes_of(g, export_at(g, index).memory, bytes);
    not_started(g);
    return NULL;
}

void *wasmelt_ffi_enter_object(wasmelt_ffi *g, uint32_t index) {
    if (!g->instance) {
        not_started(g);
        return NULL;
    }
    succeed(g);
    wasmelt_extern e = export_at(g, index);
    return e.kind == WASMELT_EXTERN_TABLE ? (void *)e.table : e.kind == WASMELT_EXTERN_TAG ? (void *)e.tag : e.global;
}
