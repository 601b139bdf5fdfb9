#include "wasm/type_number.h"

uint32_t type_number(const module *m, uint32_t type) {
    const type_def *t = &m->types[type];
    if (t->kind != TYPE_FUNC || !t->is_final || t->supertype != NO_INDEX || t->group_size != 1 ||
        t->param_count + t->result_count > 9)
        return 0;
    uint32_t id = 1;
    for (uint32_t i = 0; i < t->param_count; i++) {
        if (!wasmelt_type_digit(t->params[i]))
            return 0;
        id = id << 3 | wasmelt_type_digit(t->params[i]);
    }
    id <<= 3;
    for (uint32_t i = 0; i < t->result_count; i++) {
        if (!wasmelt_type_digit(t->results[i]))
            return 0;
        id = id << 3 | wasmelt_type_digit(t->results[i]);
    }
    return id;
}
