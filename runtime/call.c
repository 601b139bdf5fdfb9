/* Functions called by the host with untyped values, host functions as references, and the buffer of tail
 * calls. */
#include <string.h>

#include <wasmelt/support.h>

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

wasmelt_trap_code wasmelt_call(const wasmelt_func *func, const wasmelt_value *args, wasmelt_value *results,
                               wasmelt_trap *trap) {
    call c = {func, args, results};
    if (func->type->invoke)
        return wasmelt_run(invoke, &c, trap);
    if (trap)
        *trap = (wasmelt_trap){.code = WASMELT_TRAP_HOST}; /* a host's function without a way to call it */
    return WASMELT_TRAP_HOST;
}

/* The number of a host function's type is never given back: hosts have few. */
bool wasmelt_func_init(wasmelt_func *func, wasmelt_code code, void *context, const wasmelt_type *type) {
    memset(func, 0, sizeof *func);
    func->code = code;
    func->instance = context;
    func->type = type;
    return types_intern(type, 1, &func->type_id);
}

wasmelt_tail *wasmelt_tail_buffer(void) {
    static _Thread_local wasmelt_tail buffer;
    return &buffer;
}
