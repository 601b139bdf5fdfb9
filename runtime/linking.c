/* Binding contexts, which all modules may import. What has a type is bound by imports.c, which a descriptor names. */
#include "linking.h"

#include <string.h>

#include "not_unwound.h"

uint32_t *wasmelt_rt_instance_type_ids(const wasmelt_instance *instance) {
    return (uint32_t *)((char *)instance + instance->module->type_ids_offset);
}

/* Whether `given` is a name in the module's description with a zero byte: the C string ends too early. */
static bool is_cut(const wasmelt_module *m, const char *given) {
    for (uint32_t k = 0; k < m->import_count; k++) {
        wasmelt_name module = m->imports[k].module, name = m->imports[k].name;
        if ((given == module.bytes && strlen(given) != module.length) || (given == name.bytes && strlen(given) != name.length))
            return true;
    }
    return false;
}

bool wasmelt_rt_import_has_name(const wasmelt_module *m, const char *given, wasmelt_name wanted) {
    if (given == wanted.bytes)
        return true;
    return strlen(given) == wanted.length && memcmp(given, wanted.bytes, wanted.length) == 0 && !is_cut(m, given);
}

/* Functions that the C linker has bound get a null context if none is given. */
static void bind_context(wasmelt_instance *i, const wasmelt_import_desc *want, const wasmelt_import *given, size_t count) {
    for (size_t k = 0; k < count; k++)
        if (given[k].value.kind == WASMELT_EXTERN_CONTEXT && wasmelt_rt_import_has_name(i->module, given[k].module, want->module)) {
            memcpy((char *)i + want->offset, &given[k].value.context, sizeof given[k].value.context);
            return;
        }
}

bool wasmelt_rt_link_imports(wasmelt_instance *instance, const wasmelt_import *given, size_t count, wasmelt_error *error) {
    const wasmelt_module *m = instance->module;
    for (uint32_t k = 0; k < m->import_count; k++)
        if (m->imports[k].kind == WASMELT_EXTERN_CONTEXT) {
            bind_context(instance, &m->imports[k], given, count);
        } else if (!m->link) { /* a descriptor that the translator has not written */
            error->status = WASMELT_UNLINKABLE;
            return false;
        }
    return !m->link || m->link(instance, given, count, error);
}
