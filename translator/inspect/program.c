#include "inspect/program.h"

#include <string.h>

#include "../runtime/facts/wasi.h"
#include "wasm/wasi.h"

static const export *find_export(const module *m, extern_kind kind, const char *name) {
    for (uint32_t k = 0; k < m->export_count; k++)
        if (m->exports[k].kind == kind && span_is(m->exports[k].name, name))
            return &m->exports[k];
    return NULL;
}

/* Whether the module exports a function of this name with `count` parameters of type i32 and no results. */
static bool exports_function(const module *m, const char *name, uint32_t count) {
    const export *e = find_export(m, EXTERN_FUNC, name);
    const type_def *t = e ? &m->types[m->funcs[e->index].type] : NULL;
    bool same = t && t->param_count == count && t->result_count == 0;
    for (uint32_t k = 0; same && k < count; k++)
        same = t->params[k] == WASMELT_I32;
    return same;
}

/* Whether the executable itself makes what is imported: a shared memory, whose names must not contain a zero byte. */
static bool is_made_by_executable(const module *m, const import *i) {
    return i->kind == EXTERN_MEMORY && m->memories[i->index].type.shared && !memchr(i->module.bytes, 0, i->module.length) &&
           !memchr(i->name.bytes, 0, i->name.length);
}

/* Whether the module has what wasi-threads requires: each thread gets an instance, and all share an imported memory. */
static bool can_spawn_threads(const module *m) {
    uint32_t memory = wasi_memory(m);
    return memory < m->imported_memories && m->memories[memory].type.shared && exports_function(m, WASI_THREAD_START, 2);
}

bool program_provides(const module *m, const import *i) {
    const char *family;
    return is_program_import(m, i, &family) || is_made_by_executable(m, i);
}

bool program_starts(const module *m) {
    return exports_function(m, "_start", 0);
}

bool program_threads_fit(const module *m) {
    return !imports_thread_spawn(m) || can_spawn_threads(m);
}

bool program_is_object(const module *m) {
    for (uint32_t k = 0; k < m->custom_count; k++)
        if (span_is(m->customs[k].name, "linking"))
            return true;
    return false;
}
