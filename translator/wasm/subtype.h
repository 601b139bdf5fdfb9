/* Matching of types (section 3.3). Concrete heap types are given by canonical type indices, so that equal types have equal numbers. */
#ifndef WASMELT_WASM_SUBTYPE_H
#define WASMELT_WASM_SUBTYPE_H

#include "wasm/module.h"

/* The type of a value on a polymorphic stack (after unreachable code): it matches every type. No valid type has this number. */
#define TYPE_BOTTOM 0u

/* Whether `sub` is `super` or a subtype of it. */
bool heap_matches(const module *m, uint32_t sub, uint32_t super);
bool valtype_matches(const module *m, wasmelt_valtype sub, wasmelt_valtype super);

/* The topmost heap type of the heap type's hierarchy: any, func, extern or exn. */
uint32_t heap_top(const module *m, uint32_t heap);

static inline bool valtype_is_integer(wasmelt_valtype t) {
    return t == WASMELT_I32 || t == WASMELT_I64;
}

/* Whether the type has a default value, which locals of the type begin with. */
static inline bool valtype_is_defaultable(wasmelt_valtype t) {
    return !wasmelt_is_ref(t) || wasmelt_is_nullable(t);
}

/* Writes the type's name in the style of the text format into `buffer`, which has room for `size` bytes. Returns `buffer`. */
const char *valtype_name(wasmelt_valtype t, char *buffer, size_t size);

#endif
