/* Making and freeing instances of components: their parts, and instances of the core modules in them. */
#include <wasmelt/code/async.h>
#include <wasmelt/module.h>

#include <stdlib.h>

#include "../allocator.h"
#include "../fault.h"
#include "../instance.h"
#include "scratch.h"

wasmelt_error *wasmelt_canon_no_error(wasmelt_error *error) {
    *error = (wasmelt_error){.status = WASMELT_OK};
    return error;
}

static bool out_of_memory(wasmelt_error *error) {
    *error = (wasmelt_error){.status = WASMELT_OUT_OF_MEMORY, .message = "out of memory"};
    return false;
}

void *wasmelt_canon_component_new(size_t size, wasmelt_error *error) {
    void *self = wasmelt_rt_allocate_zeroed(1, size);
    if (!self)
        out_of_memory(error);
    return self;
}

bool wasmelt_canon_component_init(wasmelt_canon_component *self, const uint32_t *parents, uint32_t part_count, uint32_t core_count,
                                  wasmelt_error *error) {
    self->parts = wasmelt_rt_allocate_zeroed(part_count, sizeof *self->parts);
    self->cores = wasmelt_rt_allocate_zeroed(core_count + (size_t)1, sizeof(wasmelt_instance *));
    if (!self->parts || !self->cores)
        return out_of_memory(error);
    self->part_count = part_count;
    self->core_count = core_count;
    for (uint32_t k = 0; k < part_count; k++) {
        self->parts[k].parent = parents[k] == UINT32_MAX ? NULL : &self->parts[parents[k]];
        self->parts[k].may_enter = self->parts[k].may_leave = true;
    }
    return true;
}

void wasmelt_canon_component_free(wasmelt_canon_component *self) {
    if (!self)
        return;
    if (self->async)
        self->async->free(self);
    for (uint32_t k = self->core_count; k-- > 0;)
        if (self->cores[k])
            wasmelt_rt_instance_release(self->cores[k]);
    wasmelt_rt_fault_check(); /* once for all of them */
    for (uint32_t k = 0; k < self->part_count; k++)
        wasmelt_rt_release(self->parts[k].handles);
    wasmelt_rt_scratch_free(self, &self->scratch);
    wasmelt_rt_scratch_free(self, &self->before);
    wasmelt_rt_release(self->spare);
    wasmelt_rt_release(self->parts);
    wasmelt_rt_release(self->cores);
    wasmelt_rt_release(self);
}

bool wasmelt_canon_component_core(wasmelt_canon_component *self, uint32_t k, const wasmelt_module *module, const wasmelt_import *imports,
                                  size_t import_count, const wasmelt_options *options, wasmelt_error *error) {
    return wasmelt_instantiate_with(module, imports, import_count, options, &self->cores[k], error) == WASMELT_OK;
}

wasmelt_extern wasmelt_canon_component_export(wasmelt_canon_component *self, uint32_t k, const char *name, size_t length) {
    wasmelt_extern value = {0};
    if (!wasmelt_export_n(self->cores[k], name, length, &value))
        abort();
    return value;
}

bool wasmelt_canon_component_func(wasmelt_func *func, wasmelt_code code, void *self, const wasmelt_type *type, wasmelt_error *error) {
    return wasmelt_func_init(func, code, self, type) || out_of_memory(error);
}
