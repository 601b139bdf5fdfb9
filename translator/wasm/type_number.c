#include "wasm/type_number.h"

#include "../runtime/facts/type_number.h"

uint32_t type_number(const module *m, uint32_t type) {
    const type_def *t = &m->types[type];
    return type_number_simple(&(wasmelt_type){.kind = (wasmelt_type_kind)t->kind,
                                              .is_final = t->is_final,
                                              .supertype = t->supertype == NO_INDEX ? WASMELT_NO_TYPE : t->supertype,
                                              .group_size = t->group_size,
                                              .params = t->params,
                                              .results = t->results,
                                              .param_count = t->param_count,
                                              .result_count = t->result_count});
}
