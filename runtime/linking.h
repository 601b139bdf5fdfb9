/* Binding an instance's imports (section 4.5.4, steps 1 to 5). */
#ifndef WASMELT_RUNTIME_LINKING_H
#define WASMELT_RUNTIME_LINKING_H

#include <wasmelt/module.h>

#pragma GCC visibility push(hidden)

/* Finds each import of the instance's module in `given`, compares types, and stores the import in the instance, whose type numbers have
 * been set. False with the reason in `error`. Contexts are bound here, the rest by what the module's descriptor names. */
bool wasmelt_rt_link_imports(wasmelt_instance *instance, const wasmelt_import *given, size_t count, wasmelt_error *error);

/* Whether `given`, from a host, is the name that the module wants. */
bool wasmelt_rt_import_has_name(const wasmelt_module *m, const char *given, wasmelt_name wanted);

/* Whether an instance of the module with these imports would be in the store of another instance, or of the host. */
bool wasmelt_rt_imports_have_store(const wasmelt_module *module, const wasmelt_import *given, size_t count);

/* Whether the module's objects are in the heap of its instance's store, because others may refer to them. */
static inline bool shares_heap(const wasmelt_module *m) {
    return m->collector && !m->heap_is_closed;
}

/* The canonical numbers of an instance's types. */
uint32_t *wasmelt_rt_instance_type_ids(const wasmelt_instance *instance);

#pragma GCC visibility pop

#endif
