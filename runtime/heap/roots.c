/* Visits exact roots: globals, tables and element segments of the heap's instances, and handles. For stacks see stack_roots.c. */
#include <string.h>

#include "heap.h"

static void *pointer_at(const wasmelt_instance *i, size_t offset) {
    void *p;
    memcpy(&p, (const char *)i + offset, sizeof p);
    return p;
}

static void visit_table(heap *h, const wasmelt_table *t) {
    if (!t->holds_functions && !t->holds_exceptions)
        wasmelt_rt_heap_visit_range(h, t->refs, t->size);
}

static void visit_imports(heap *h, const wasmelt_instance *i) {
    const wasmelt_module *m = i->module;
    for (uint32_t k = 0; k < m->import_count; k++) {
        const wasmelt_import_desc *d = &m->imports[k];
        if (d->kind == WASMELT_EXTERN_TABLE)
            visit_table(h, pointer_at(i, d->offset));
        else if (d->kind == WASMELT_EXTERN_GLOBAL && wasmelt_rt_heap_is_traced(m->types, d->global.type))
            wasmelt_rt_heap_visit(h, pointer_at(i, d->offset));
    }
}

static void visit_instance(heap *h, const wasmelt_instance *i) {
    const wasmelt_module *m = i->module;
    for (uint32_t k = 0; k < m->root_count; k++) {
        const wasmelt_root_desc *d = &m->roots[k];
        uint64_t count;
        if (d->kind == WASMELT_ROOT_REFERENCE) {
            wasmelt_rt_heap_visit(h, (char *)i + d->offset);
            continue;
        }
        memcpy(&count, (const char *)i + d->count_offset, sizeof count);
        wasmelt_rt_heap_visit_range(h, (char *)i + d->offset, count);
    }
    for (uint32_t k = 0; k < m->table_count; k++) {
        const wasmelt_table *t = pointer_at(i, m->tables[k].offset);
        if (t) /* null while the instance is being made, or if making it failed */
            visit_table(h, t);
    }
    visit_imports(h, i);
}

void wasmelt_rt_heap_visit_roots(heap *h) {
    for (uint32_t k = 0; k < h->instance_count; k++)
        visit_instance(h, h->instances[k]);
    wasmelt_rt_heap_visit_handles(h);
}
