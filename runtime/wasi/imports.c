/* The functions of WASI as imports, for modules that bind imports by name. In a file of its own, because it refers to all of them. */

#include "../allocator.h"
#include "../facts/wasi.h"
#include "context.h"

typedef struct row {
    wasi_module module;
    const char *name, *signature;
    wasmelt_code code;
} row;

static const row rows[] = {
#define WASI_IMPORT(MODULE, name, signature, function) {WASI_##MODULE, name, signature, (wasmelt_code)function},
#include "../facts/wasi_functions.def"
#undef WASI_IMPORT
};
enum { COUNT = sizeof rows / sizeof *rows, MAX_VALUES = 10 };

typedef struct bound {
    wasmelt_func func;
    wasmelt_type type;
    wasmelt_valtype values[MAX_VALUES];
} bound;

typedef struct table {
    wasmelt_import imports[COUNT];
    bound functions[COUNT];
} table;

static void fill_type(bound *b, const char *signature) {
    uint32_t count = 0;
    b->type = (wasmelt_type){.kind = WASMELT_TYPE_FUNC, .is_final = true, .supertype = WASMELT_NO_TYPE, .group_size = 1};
    for (; *signature; signature++) {
        if (*signature == ':') {
            b->type.param_count = count;
            continue;
        }
        b->values[count++] = wasi_letter_type(*signature);
    }
    b->type.params = b->values;
    b->type.results = b->values + b->type.param_count;
    b->type.result_count = count - b->type.param_count;
}

const wasmelt_import *wasmelt_wasi_imports(wasmelt_wasi *w, size_t *count) {
    table *t = w->imports ? w->imports : wasmelt_rt_allocate_zeroed(1, sizeof *t);
    if (!t)
        return NULL;
    for (size_t k = 0; k < COUNT && !w->imports; k++) {
        bound *b = &t->functions[k];
        fill_type(b, rows[k].signature);
        if (!wasmelt_func_init(&b->func, rows[k].code, w, &b->type)) {
            wasmelt_rt_release(t);
            return NULL;
        }
        t->imports[k] =
            (wasmelt_import){wasi_module_of(rows[k].module)->name, rows[k].name, {.kind = WASMELT_EXTERN_FUNC, .func = &b->func}};
    }
    w->imports = t;
    *count = COUNT;
    return t->imports;
}
