/* Runs a module made by wasm-opt --translate-to-fuzz: offers what such modules import, calls every exported
 * function several times, with arguments made from their places first and then with others, and prints what is logged and
 * returned. host.mjs does the same in a JavaScript engine; the two outputs must be equal.
 *
 *   host OBJECT */
#include <dlfcn.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wasmelt/wasmelt.h>

static const wasmelt_module *module;
static wasmelt_instance *instance;

static void print_f32(float f) {
    uint32_t bits;
    memcpy(&bits, &f, 4);
    if (isnan(f))
        printf("f32 nan\n");
    else
        printf("f32 %" PRIu32 "\n", bits);
}

static void print_f64(double f) {
    uint64_t bits;
    memcpy(&bits, &f, 8);
    if (isnan(f))
        printf("f64 nan\n");
    else
        printf("f64 %" PRIu64 "\n", bits);
}

static void log_i32(void *context, uint32_t a) {
    (void)context;
    printf("log i32 %" PRIu32 "\n", a);
}

static void log_i64(void *context, uint64_t a) {
    (void)context;
    printf("log i64 %" PRIu64 "\n", a);
}

static void log_f32(void *context, float a) {
    (void)context;
    printf("log ");
    print_f32(a);
}

static void log_f64(void *context, double a) {
    (void)context;
    printf("log ");
    print_f64(a);
}

/* ---- References: only what JavaScript can tell, too ---- */

static char foreign; /* what an external reference refers to */

static bool is_func(wasmelt_valtype t) {
    uint32_t heap = wasmelt_heap_type(t);
    bool is_concrete = wasmelt_heap_is_concrete(heap);
    return is_concrete ? module->types[heap].kind == WASMELT_TYPE_FUNC : heap == WASMELT_HEAP_FUNC || heap == WASMELT_HEAP_NOFUNC;
}

static bool is_external(wasmelt_valtype t) {
    return wasmelt_heap_type(t) == WASMELT_HEAP_EXTERN || wasmelt_heap_type(t) == WASMELT_HEAP_NOEXTERN;
}

/* The heap of the instance that runs, also before it is made: its functions alone call what is offered here. */
static wasmelt_heap *the_heap(void) {
    return instance ? instance->heap : NULL;
}

static void print_any(const wasmelt_object *object) {
    if ((uintptr_t)object & 1)
        printf("i31 %" PRId32 "\n", wasmelt_i31_get_s(object));
    else
        printf("ref %s\n", object ? "some" : "null");
}

/* An i31 that was converted is one again. */
static void print_extern(void *value) {
    wasmelt_heap *heap = the_heap();
    if (heap && value != &foreign)
        print_any(wasmelt_any_from_extern(heap, value));
    else
        printf("ref %s\n", value ? "some" : "null");
}

static void log_anyref(void *context, wasmelt_object *object) {
    (void)context;
    printf("log ");
    print_any(object);
}

static void log_externref(void *context, void *value) {
    (void)context;
    printf("log ");
    print_extern(value);
}

static void log_funcref(void *context, const wasmelt_func *f) {
    (void)context;
    printf("log ref %s\n", f ? "some" : "null");
}

/* An exception that no tag of the module matches, as one of JavaScript is. */
static void throw_by_host(void) {
    static const wasmelt_type type = {.kind = WASMELT_TYPE_FUNC, .is_final = true, .supertype = WASMELT_NO_TYPE, .group_size = 1};
    static wasmelt_tag tag;
    if (!tag.type && !wasmelt_tag_init(&tag, &type))
        abort();
    wasmelt_exception *e = wasmelt_exception_new(&tag, NULL);
    if (!e)
        abort();
    wasmelt_throw(e);
    wasmelt_exception_release(e);
}

/* JavaScript has no value for a vector, and throws when it is given one. */
static void log_v128(void *context, wasmelt_v128 a) {
    (void)context, (void)a;
    throw_by_host();
}

/* ---- Calling exports ---- */

static const wasmelt_func *function_export(uint32_t index) {
    uint32_t seen = 0;
    for (uint32_t k = 0; instance && k < instance->module->export_count; k++) {
        const wasmelt_export_desc *d = &instance->module->exports[k];
        wasmelt_extern e;
        if (d->kind != WASMELT_EXTERN_FUNC || seen++ != index)
            continue;
        wasmelt_export_n(instance, d->name.bytes, d->name.length, &e);
        return e.func;
    }
    return NULL;
}

static bool has_foreign(const wasmelt_valtype *types, uint32_t count) {
    for (uint32_t k = 0; k < count; k++)
        if (types[k] == WASMELT_V128 || wasmelt_is_exnref(types[k]))
            return true;
    return false;
}

/* Arguments of all rounds but the first; the same stand in host.mjs. */
static const int64_t integers[] = {0,   1,     -1,    2,         31,        64,         127,       128,
                                   255, 32768, 65535, INT32_MAX, INT32_MIN, UINT32_MAX, INT64_MAX, INT64_MIN};
static const double floats[] = {
    0, -0.0, 1, -1, 0.5, -1.5, 255, 65536, 2147483647, -2147483648.0, 4294967295, 9223372036854775807.0, 1e-40, 1e300, INFINITY, -INFINITY};
enum { ROUNDS = 24, VALUES = sizeof integers / sizeof *integers };
_Static_assert(sizeof floats / sizeof *floats == VALUES, "as many of each");

static uint32_t round_number;

static uint32_t value_at(uint32_t param) {
    return (round_number * 5 + param * 3) % VALUES;
}

/* The struct or array that was returned last. */
static wasmelt_ref *kept;

static wasmelt_object *kept_object(void) {
    return kept ? wasmelt_ref_get(kept) : NULL;
}

static void keep(wasmelt_valtype t, const wasmelt_value *v) {
    if (!wasmelt_is_ref(t) || is_func(t) || is_external(t) || !the_heap())
        return;
    wasmelt_reference_kind kind = wasmelt_reference_kind_of(the_heap(), v->anyref);
    if (kind != WASMELT_REFERENCE_STRUCT && kind != WASMELT_REFERENCE_ARRAY)
        return;
    wasmelt_ref_release(kept);
    kept = wasmelt_ref_new(the_heap(), v->anyref);
}

/* Whether an object, or an i31, has a type below any. */
static bool fits(const wasmelt_object *object, wasmelt_valtype t) {
    uint32_t type = wasmelt_heap_type(t);
    wasmelt_reference_kind kind = (uintptr_t)object & 1 ? WASMELT_REFERENCE_I31 : wasmelt_reference_kind_of(the_heap(), object);
    switch (type) {
    case WASMELT_HEAP_ANY:
    case WASMELT_HEAP_EQ:
        return true;
    case WASMELT_HEAP_I31:
        return kind == WASMELT_REFERENCE_I31;
    case WASMELT_HEAP_STRUCT:
        return kind == WASMELT_REFERENCE_STRUCT;
    case WASMELT_HEAP_ARRAY:
        return kind == WASMELT_REFERENCE_ARRAY;
    default:
        return wasmelt_heap_is_concrete(type) && kind != WASMELT_REFERENCE_I31 &&
               wasmelt_object_is(the_heap(), object, wasmelt_heap_type_number(instance, type));
    }
}

/* The argument that host.mjs makes; false where an engine refuses that. */
static bool reference(wasmelt_valtype t, uint32_t k, wasmelt_value *v) {
    uint32_t which = (round_number + k) % 3;
    wasmelt_object *object = which == 2 ? kept_object() : wasmelt_i31_new(round_number * 7 + k);
    if (which == 0 || is_func(t) || !object)
        return wasmelt_is_nullable(t);
    if (is_external(t)) {
        v->externref = which == 1 ? &foreign : wasmelt_extern_from_any(the_heap(), object);
        return wasmelt_heap_type(t) != WASMELT_HEAP_NOEXTERN;
    }
    v->anyref = object;
    return fits(object, t);
}

static wasmelt_trap_code call(const wasmelt_func *f, wasmelt_value *results) {
    /* JavaScript has no vectors and no references to exceptions: such a call fails there. */
    if (has_foreign(f->type->params, f->type->param_count) || has_foreign(f->type->results, f->type->result_count))
        return WASMELT_TRAP_HOST;
    wasmelt_value args[64];
    memset(args, 0, sizeof args);
    for (uint32_t k = 0; k < f->type->param_count && k < 64; k++) {
        int64_t n = round_number == 0 ? (k + 1) * 7 : integers[value_at(k)];
        double x = round_number == 0 ? (double)n : floats[value_at(k)];
        if (f->type->params[k] == WASMELT_I32)
            args[k].i32 = (uint32_t)n;
        else if (f->type->params[k] == WASMELT_I64)
            args[k].i64 = (uint64_t)n;
        else if (f->type->params[k] == WASMELT_F32)
            args[k].f32 = (float)x;
        else if (f->type->params[k] == WASMELT_F64)
            args[k].f64 = x;
        else if (!reference(f->type->params[k], k, &args[k]))
            return WASMELT_TRAP_HOST;
    }
    return wasmelt_call(f, args, results, NULL);
}

static uint32_t call_export_catch(void *context, uint32_t index) {
    wasmelt_value results[64];
    (void)context;
    const wasmelt_func *f = function_export(index);
    wasmelt_trap_code code = f ? call(f, results) : WASMELT_TRAP_NONE;
    if (code == WASMELT_TRAP_STACK_EXHAUSTED) /* what the module sees from here on depends on how much stack there is */
        printf("exhausted\n");
    return !f || code != WASMELT_TRAP_NONE;
}

static void call_export(void *context, uint32_t index, uint32_t flags) {
    (void)flags;
    if (call_export_catch(context, index))
        throw_by_host();
}

static void fuzz_throw(void *context, uint32_t which) {
    (void)context, (void)which;
    throw_by_host();
}

static const wasmelt_func *table_get(void *context, uint32_t index) {
    (void)context, (void)index;
    return NULL;
}

/* The types of a function are nothing that JavaScript can ask for: it is not called. */
static uint32_t call_ref_catch(void *context, const wasmelt_func *f) {
    (void)context, (void)f;
    return 0;
}

static void call_ref(void *context, const wasmelt_func *f, uint32_t flags) {
    (void)context, (void)f, (void)flags;
}

static void table_set(void *context, uint32_t index, const wasmelt_func *f) {
    (void)context, (void)index, (void)f;
}

/* Engines may suspend here; the value is what counts. */
static uint32_t fuzz_sleep(void *context, uint32_t milliseconds, uint32_t value) {
    (void)context, (void)milliseconds;
    return value;
}

static void print_result(wasmelt_valtype t, const wasmelt_value *v) {
    switch (t) {
    case WASMELT_I32:
        printf("i32 %" PRIu32 "\n", v->i32);
        break;
    case WASMELT_I64:
        printf("i64 %" PRIu64 "\n", v->i64);
        break;
    case WASMELT_F32:
        print_f32(v->f32);
        break;
    case WASMELT_F64:
        print_f64(v->f64);
        break;
    default:
        if (is_func(t))
            printf("ref %s\n", v->funcref ? "some" : "null");
        else if (is_external(t))
            print_extern(v->externref);
        else
            print_any(v->anyref);
        keep(t, v);
    }
}

static void run_exports(void) {
    const wasmelt_func *f;
    for (uint32_t k = 0; (f = function_export(k)); k++) {
        wasmelt_value results[64];
        printf("call %" PRIu32 "\n", k);
        wasmelt_trap_code code = call(f, results);
        if (code == WASMELT_TRAP_STACK_EXHAUSTED)
            printf("exhausted\n");
        else if (code != WASMELT_TRAP_NONE)
            printf("trap\n");
        for (uint32_t r = 0; code == WASMELT_TRAP_NONE && r < f->type->result_count && r < 64; r++)
            print_result(f->type->results[r], &results[r]);
    }
}

/* ---- Imports ---- */

static const wasmelt_valtype set[] = {WASMELT_I32, WASMELT_FUNCREF}, funcref[] = {WASMELT_FUNCREF},
                             ref_flags[] = {WASMELT_FUNCREF, WASMELT_I32}, none[] = {0}, i32[] = {WASMELT_I32, WASMELT_I32},
                             i64[] = {WASMELT_I64}, f32[] = {WASMELT_F32}, f64[] = {WASMELT_F64}, v128[] = {WASMELT_V128},
                             anyref[] = {WASMELT_ANYREF}, externref[] = {WASMELT_EXTERNREF};

#define TYPE(list, n, m) TYPE_TO(list, n, i32, m)
#define TYPE_TO(list, n, to, m)                                                                                                            \
    {                                                                                                                                      \
        .kind = WASMELT_TYPE_FUNC, .is_final = true, .supertype = WASMELT_NO_TYPE, .group_size = 1, .params = list, .param_count = n,      \
        .results = to, .result_count = m                                                                                                   \
    }

static const struct {
    const char *name;
    wasmelt_code code;
    wasmelt_type type;
} offered[] = {
    {"log-i32", (wasmelt_code)log_i32, TYPE(i32, 1, 0)},
    {"log-i64", (wasmelt_code)log_i64, TYPE(i64, 1, 0)},
    {"log-f32", (wasmelt_code)log_f32, TYPE(f32, 1, 0)},
    {"log-f64", (wasmelt_code)log_f64, TYPE(f64, 1, 0)},
    {"log-v128", (wasmelt_code)log_v128, TYPE(v128, 1, 0)},
    {"log-anyref", (wasmelt_code)log_anyref, TYPE(anyref, 1, 0)},
    {"log-externref", (wasmelt_code)log_externref, TYPE(externref, 1, 0)},
    {"log-funcref", (wasmelt_code)log_funcref, TYPE(funcref, 1, 0)},
    {"call-export-catch", (wasmelt_code)call_export_catch, TYPE(i32, 1, 1)},
    {"call-export", (wasmelt_code)call_export, TYPE(i32, 2, 0)},
    {"sleep", (wasmelt_code)fuzz_sleep, TYPE(i32, 2, 1)},
    {"throw", (wasmelt_code)fuzz_throw, TYPE(i32, 1, 0)},
    {"table-get", (wasmelt_code)table_get, TYPE_TO(i32, 1, funcref, 1)},
    {"call-ref-catch", (wasmelt_code)call_ref_catch, TYPE(funcref, 1, 1)},
    {"call-ref", (wasmelt_code)call_ref, TYPE(ref_flags, 2, 0)},
    {"table-set", (wasmelt_code)table_set, TYPE_TO(set, 2, none, 0)},
};
enum { OFFERED = sizeof offered / sizeof *offered };

/* A value of zero, null or something external for each imported global, a tag of its own for each imported tag. */
static bool make_object(const wasmelt_import_desc *want, wasmelt_import *import) {
    import->module = want->module.bytes;
    import->name = want->name.bytes;
    import->value = (wasmelt_extern){.kind = want->kind};
    if (want->kind == WASMELT_EXTERN_GLOBAL) {
        import->value.global = calloc(1, sizeof(wasmelt_value));
        import->value.global_type = want->global;
        if (import->value.global && wasmelt_is_ref(want->global.type) && !wasmelt_is_nullable(want->global.type))
            ((wasmelt_value *)import->value.global)->externref = &foreign;
        return import->value.global;
    }
    wasmelt_tag *tag = want->kind == WASMELT_EXTERN_TAG ? calloc(1, sizeof *tag) : NULL;
    import->value.tag = tag;
    return tag && wasmelt_tag_init(tag, &module->types[want->type]);
}

int main(int argc, char **argv) {
    enum { MOST = 100 };
    static wasmelt_func funcs[OFFERED];
    static wasmelt_import imports[MOST];
    size_t count = 0;
    for (int k = 0; k < OFFERED; k++) {
        if (!wasmelt_func_init(&funcs[k], offered[k].code, NULL, &offered[k].type))
            return 3;
        imports[count++] = (wasmelt_import){"fuzzing-support", offered[k].name, {.kind = WASMELT_EXTERN_FUNC, .func = &funcs[k]}};
    }
    void *object = argc == 2 ? dlopen(argv[1], RTLD_NOW) : NULL;
    module = object ? dlsym(object, "m_module") : NULL;
    wasmelt_error error;
    if (!module) {
        fprintf(stderr, "%s\n", argc == 2 ? dlerror() : "usage: host OBJECT");
        return 2;
    }
    for (uint32_t k = 0; k < module->import_count && count < MOST; k++)
        if (module->imports[k].kind != WASMELT_EXTERN_FUNC && make_object(&module->imports[k], &imports[count]))
            count++;
    wasmelt_instance *made;
    wasmelt_status status = wasmelt_instantiate(module, imports, count, &made, &error);
    if (status == WASMELT_OK) {
        instance = made; /* not before: a start function that calls exports finds none in JavaScript either */
        for (; round_number < ROUNDS; round_number++)
            run_exports();
    } else if (status == WASMELT_TRAPPED)
        printf("%s\n", error.trap.code == WASMELT_TRAP_STACK_EXHAUSTED ? "exhausted" : "trap in start");
    else
        fprintf(stderr, "%s\n", error.message);
    wasmelt_ref_release(kept);
    wasmelt_instance_free(made);
    return status == WASMELT_OK || status == WASMELT_TRAPPED ? 0 : 3;
}
