/* Collects everything that `wasmelt inspect` prints in one struct, for both of its formats. */
#include <string.h>

#include "base/vec.h"
#include "inspect/inspection.h"
#include "inspect/program.h"
#include "read/instr.h"
#include "translate.h"
#include "wasm/wasi.h"

/* ---- Sections ---- */

static void collect_sections(inspection *i, arena *a) {
    const module *m = i->m;
    diag none;
    diag_init(&none);
    cursor c = {m->input.bytes + 8, m->input.bytes + m->input.length, m->input.bytes, &none};
    VEC(section) list = {0};
    while (!cursor_done(&c)) {
        section s = {0};
        span content;
        uint32_t size;
        if (!cursor_byte(&c, &s.id) || !cursor_u32(&c, &size))
            break;
        s.offset = cursor_offset(&c);
        s.size = size;
        if (!cursor_bytes(&c, size, &content))
            break;
        cursor inside = {content.bytes, content.bytes + size, m->input.bytes, &none};
        if (s.id == 0 && !cursor_name(&inside, &s.name))
            break;
        *vec_push(&list) = s;
    }
    i->sections = arena_array(a, list.count, sizeof *list.data);
    i->section_count = list.count;
    if (list.count > 0)
        memcpy(i->sections, list.data, list.count * sizeof *list.data);
    vec_free(&list);
}

/* ---- Functions and data ---- */

static size_t body_length(const inspection *i, uint32_t func) {
    return i->m->funcs[func].body.length;
}

static void collect_sizes(inspection *i) {
    const module *m = i->m;
    for (uint32_t k = m->imported_funcs; k < m->func_count; k++) {
        i->code_bytes += body_length(i, k);
        if (i->largest_count == LARGEST_FUNCS && body_length(i, k) <= body_length(i, i->largest[LARGEST_FUNCS - 1]))
            continue;
        if (i->largest_count < LARGEST_FUNCS)
            i->largest_count++;
        size_t at = i->largest_count - 1;
        for (; at > 0 && body_length(i, i->largest[at - 1]) < body_length(i, k); at--)
            i->largest[at] = i->largest[at - 1];
        i->largest[at] = k;
    }
    for (uint32_t k = 0; k < m->data_count; k++)
        i->data_bytes += m->datas[k].bytes.length;
}

/* ---- Allocators ---- */

static const struct {
    const char *name, *role;
} allocator_names[] = {
    {"malloc", "allocate"},
    {"calloc", "allocate"},
    {"realloc", "resize"},
    {"free", "free"},
    {"aligned_alloc", "allocate"},
    {"memalign", "allocate"},
    {"_malloc", "allocate"},
    {"_realloc", "resize"},
    {"_free", "free"},
    {"alloc", "allocate"},
    {"dealloc", "free"},
    {"allocate", "allocate"},
    {"deallocate", "free"},
    {"__alloc", "allocate"},
    {"__free", "free"},
    {"wasm_malloc", "allocate"},
    {"wasm_free", "free"},
    {"wasmalloc", "allocate"},
    {"cabi_realloc", "resize"}, /* component model: allocates, resizes and frees */
    {"canonical_abi_realloc", "resize"},
    {"canonical_abi_free", "free"},
    {"__wbindgen_malloc", "allocate"}, /* wasm-bindgen */
    {"__wbindgen_realloc", "resize"},
    {"__wbindgen_free", "free"},
    {"__new", "allocate"}, /* AssemblyScript */
    {"__renew", "resize"},
    {"__pin", "collect"},
    {"__unpin", "collect"},
    {"__collect", "collect"},
    {"stackAlloc", "stack"}, /* Emscripten */
    {"stackSave", "stack"},
    {"stackRestore", "stack"},
    {"_emscripten_stack_alloc", "stack"},
    {"_emscripten_stack_restore", "stack"},
    {"emscripten_stack_get_current", "stack"},
    {"__wbindgen_add_to_stack_pointer", "stack"},
};

static void collect_allocators(inspection *i, arena *a) {
    enum { NAMES = sizeof allocator_names / sizeof *allocator_names };
    const module *m = i->m;
    i->allocators = arena_array(a, NAMES, sizeof *i->allocators); /* names of exports are unique */
    for (uint32_t k = 0; k < m->export_count; k++)
        for (size_t n = 0; m->exports[k].kind == EXTERN_FUNC && n < NAMES; n++)
            if (span_is(m->exports[k].name, allocator_names[n].name))
                i->allocators[i->allocator_count++] = (allocator){allocator_names[n].role, k};
}

/* ---- What the module can be used for ---- */

static void need(inspection *i, span name) {
    i->needed_imports++;
    for (size_t k = 0; k < i->needed_count; k++) {
        needed_module *n = &i->needed[k];
        if (n->name.length == name.length && memcmp(n->name.bytes, name.bytes, name.length) == 0) {
            n->count++;
            return;
        }
    }
    if (i->needed_count < MAX_NEEDED_MODULES)
        i->needed[i->needed_count++] = (needed_module){name, 1};
}

static bool is_program(const module *m) {
    bool provided = true;
    for (uint32_t k = 0; provided && k < m->import_count; k++)
        provided = program_provides(m, &m->imports[k]);
    return provided && program_starts(m) && program_threads_fit(m);
}

/* Finds out whether the module can be translated. Bodies are lowered for that only if the module uses a feature that may be unsupported,
 * because lowering takes longer than everything else here. */
static void collect_use(inspection *i) {
    const module *m = i->m;
    diag_init(&i->problem);
    translate_check(m, i->features[FEATURE_GC].used, &i->problem);
    if (program_is_object(m))
        i->linkage = LINKAGE_OBJECT;
    for (uint32_t k = 0; k < m->custom_count; k++)
        if (span_is(m->customs[k].name, "dylink.0") || span_is(m->customs[k].name, "dylink"))
            i->linkage = LINKAGE_DYNAMIC;
        else if (span_is(m->customs[k].name, ".debug_line"))
            i->has_dwarf = true;
    if (is_program(m)) {
        i->use = USE_PROGRAM;
        return;
    }
    const char *family;
    for (uint32_t k = 0; k < m->import_count; k++)
        if (!is_wasi_import(m, &m->imports[k], &family))
            need(i, m->imports[k].module);
    i->use = i->needed_imports > 0 ? USE_HOSTED : USE_LIBRARY;
}

void inspect(inspection *i, const module *m, const char *path, arena *a) {
    *i = (inspection){.m = m, .path = path};
    collect_sections(i, a);
    inspect_stack_pointer(i);
    inspect_features(i);
    inspect_stack(i);
    inspect_custom_sections(i, a);
    collect_sizes(i);
    collect_allocators(i, a);
    collect_use(i);
}
