/* What is not translated although it is valid: modules whose C would be out of proportion to their size, which only hostile ones are; and
 * names that C cannot express. */
#include "lower/supported.h"

#include "wasm/representation.h"

/* ---- Sizes ---- */

bool supported_refuse(size_limit limit, size_t offset, diag *d) {
    static const char *const texts[] = {
        [LIMIT_SIGNATURES] = "functions that have so many parameters and results",
        [LIMIT_LOCALS] = "functions that have so many locals",
        [LIMIT_MOVED] = "a function that moves so many values",
        [LIMIT_MEMORIES] = "so many memories",
        [LIMIT_OUTPUT] = "a module that becomes so much C",
    };
    return diag_unsupported(d, offset, texts[limit], NULL);
}

/* Limits parameters and results. Each function is declared with its parameters, of which two bytes of input can ask for a thousand; each
 * export gets a function of its own with the same parameters. */
static bool supported_signatures(const module *m, diag *d) {
    size_t values = 0, most = 100000 + 8 * m->input.length;
    for (uint32_t k = 0; k < m->func_count + m->export_count; k++) {
        const export *e = k < m->func_count ? NULL : &m->exports[k - m->func_count];
        if (e && e->kind != EXTERN_FUNC)
            continue;
        const func *f = &m->funcs[e ? e->index : k];
        const type_def *t = &m->types[f->type];
        values += t->param_count + t->result_count;
        if (values > most)
            return supported_refuse(LIMIT_SIGNATURES, f->offset, d);
    }
    return true;
}

/* Limits locals: each becomes a variable, but four bytes of input can declare fifty thousand. */
static bool supported_locals(const module *m, diag *d) {
    size_t locals = 0, most = 1000000 + 8 * m->input.length;
    for (uint32_t k = m->imported_funcs; k < m->func_count; k++) {
        locals += m->funcs[k].notes.local_count;
        if (locals > most)
            return supported_refuse(LIMIT_LOCALS, m->funcs[k].offset, d);
    }
    return true;
}

/* Limits memories. Two bytes of input define one, but it takes a hundred bytes of C and six gigabytes of address space, which is
 * limited. */
#define MOST_MEMORIES 4096

static bool supported_memories(const module *m, diag *d) {
    return m->memory_count <= MOST_MEMORIES || supported_refuse(LIMIT_MEMORIES, DIAG_NO_OFFSET, d);
}

/* ---- The module ---- */

bool supported_module(const module *m, diag *d) {
    return supported_signatures(m, d) && supported_locals(m, d) && supported_memories(m, d);
}

bool supported_small_system(const module *m, diag *d) {
    bool shares = false;
    for (uint32_t k = 0; k < m->memory_count; k++)
        shares |= m->memories[k].type.shared;
    const char *what = m->uses_heap ? "structs and arrays" : shares ? "shared memories" : NULL;
    return !what || diag_unsupported(d, DIAG_NO_OFFSET, "on small systems", what);
}

bool supported_plain(const module *m, const callgraph *calls, diag *d) {
    bool throws = calls->has_exceptions || m->tag_count > 0 || has_values(m, WASMELT_EXNREF);
    bool shares = calls->has_atomics;
    for (uint32_t k = 0; k < m->memory_count; k++)
        shares |= m->memories[k].type.shared;
    const char *what = NULL;
    if (m->uses_heap)
        what = "structs and arrays";
    else if (calls->has_vectors || has_values(m, WASMELT_V128))
        what = "vectors";
    else if (throws)
        what = "exceptions";
    else if (shares)
        what = "shared memories and atomic instructions";
    return !what || diag_unsupported(d, DIAG_NO_OFFSET, "in plain C", what);
}
