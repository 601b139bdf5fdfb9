/* Calls by the host with untyped values, and references to host functions. */
#include <string.h>

#include <wasmelt/code/support.h>
#include <wasmelt/func.h>

#include "types.h"

typedef struct call {
    const wasmelt_func *func;
    const wasmelt_value *args;
    wasmelt_value *results;
} call;

static void invoke(void *argument) {
    const call *c = argument;
    c->func->type->invoke(c->func, c->args, c->results);
}

wasmelt_trap_code wasmelt_call(const wasmelt_func *func, const wasmelt_value *args, wasmelt_value *results, wasmelt_trap *trap) {
    call c = {func, args, results};
    if (func->type->invoke)
        return wasmelt_run(invoke, &c, trap);
    if (trap)
        *trap = (wasmelt_trap){.code = WASMELT_TRAP_HOST}; /* a host's function that has no `invoke` */
    return WASMELT_TRAP_HOST;
}

/* Makes a reference to a host function. The number of its type is never released: few such types are not simple. */
bool wasmelt_func_init(wasmelt_func *func, wasmelt_code code, void *context, const wasmelt_type *type) {
    memset(func, 0, sizeof *func);
    func->code = code;
    func->instance = context;
    func->type = type;
    wasmelt_type alone = *type;
    alone.is_final = true;
    alone.supertype = WASMELT_NO_TYPE;
    alone.group = 0;
    alone.group_size = 1;
    wasmelt_type_groups();
    return wasmelt_rt_types_intern(&alone, 1, &func->type_id);
}

static bool same_types(const wasmelt_valtype *a, uint32_t a_count, const wasmelt_valtype *b, uint32_t b_count) {
    for (uint32_t k = 0; k < a_count && k < b_count; k++)
        if (a[k] != b[k] || (wasmelt_is_ref(a[k]) && wasmelt_heap_is_concrete(wasmelt_heap_type(a[k]))))
            return false;
    return a_count == b_count;
}

bool wasmelt_func_has_type(const wasmelt_func *func, const wasmelt_type *type) {
    return func && same_types(func->type->params, func->type->param_count, type->params, type->param_count) &&
           same_types(func->type->results, func->type->result_count, type->results, type->result_count);
}
