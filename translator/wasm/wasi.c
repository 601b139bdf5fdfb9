#include "wasm/wasi.h"

#include "../runtime/facts/wasi.h"

typedef struct wasi_function {
    wasi_module module;
    const char *name, *signature;
} wasi_function;

static const wasi_function functions[] = {
#define WASI_IMPORT(MODULE, name, signature, function) {WASI_##MODULE, name, signature},
#include "../runtime/facts/wasi_functions.def"
#undef WASI_IMPORT
#define EMSCRIPTEN_FUNC(name, signature, result, parameters) {WASI_EMSCRIPTEN, #name, signature},
#include <wasmelt/emscripten.def>
#undef EMSCRIPTEN_FUNC
};

/* The module of this name, or WASI_MODULE_COUNT if it is none of wasi_modules.def. */
static wasi_module find_module(span name) {
    wasi_module id = 0;
    while (id < WASI_MODULE_COUNT && !span_is(name, wasi_module_of(id)->name))
        id++;
    return id;
}

static bool has_signature(const type_def *t, const char *signature) {
    if (strlen(signature) != (size_t)t->param_count + 1 + t->result_count || signature[t->param_count] != ':')
        return false;
    for (uint32_t k = 0; k < t->param_count; k++)
        if (t->params[k] != wasi_letter_type(signature[k]))
            return false;
    for (uint32_t k = 0; k < t->result_count; k++)
        if (t->results[k] != wasi_letter_type(signature[t->param_count + 1 + k]))
            return false;
    return true;
}

/* The function of that module with the import's name, whatever its type; or null. */
static const wasi_function *find_function(wasi_module id, const import *i) {
    for (size_t k = 0; k < sizeof functions / sizeof *functions; k++)
        if (functions[k].module == id && span_is(i->name, functions[k].name))
            return &functions[k];
    return NULL;
}

static bool is_function_of(wasi_module id, const module *m, const import *i) {
    const wasi_function *f = find_function(id, i);
    return f && has_signature(&m->types[m->funcs[i->index].type], f->signature);
}

static wasi_module module_of(const import *i) {
    return i->kind == EXTERN_FUNC ? find_module(i->module) : WASI_MODULE_COUNT;
}

bool is_wasi_module(span name) {
    wasi_module id = find_module(name);
    return id != WASI_MODULE_COUNT && wasi_module_of(id)->is_own;
}

bool is_program_import(const module *m, const import *i, const char **family) {
    wasi_module id = module_of(i);
    bool is = id != WASI_MODULE_COUNT && is_function_of(id, m, i);
    *family = is || (id != WASI_MODULE_COUNT && wasi_module_of(id)->is_own) ? wasi_module_of(id)->family : NULL;
    return is;
}

bool is_wasi_import(const module *m, const import *i, const char **family) {
    *family = NULL;
    return module_of(i) != WASI_EMSCRIPTEN && is_program_import(m, i, family);
}

bool has_wasi_name(const import *i) {
    wasi_module id = module_of(i);
    return id != WASI_MODULE_COUNT && wasi_module_of(id)->is_own && find_function(id, i);
}

bool imports_thread_spawn(const module *m) {
    for (uint32_t k = 0; k < m->import_count; k++)
        if (module_of(&m->imports[k]) == WASI_THREADS && is_function_of(WASI_THREADS, m, &m->imports[k]))
            return true;
    return false;
}

uint32_t wasi_memory(const module *m) {
    for (uint32_t k = 0; k < m->export_count; k++)
        if (m->exports[k].kind == EXTERN_MEMORY && span_is(m->exports[k].name, WASI_MEMORY))
            return m->exports[k].index;
    return m->memory_count == 1 && m->imported_memories == 1 && m->memories[0].type.shared ? 0 : NO_INDEX;
}
