/* Fields of structs and elements of arrays (section 2.3.11). */
#ifndef WASMELT_WASM_OBJECTS_H
#define WASMELT_WASM_OBJECTS_H

#include "../runtime/facts/object_layout.h"

#include "wasm/module.h"

static inline bool is_packed(wasmelt_valtype storage) {
    return storage == WASMELT_I8 || storage == WASMELT_I16;
}

/* The type of the value that is read from a field. */
static inline wasmelt_valtype unpacked(wasmelt_valtype storage) {
    return is_packed(storage) ? WASMELT_I32 : storage;
}

/* The struct type that declares the field: the topmost one above `type`, or that itself, which has it. */
static inline uint32_t field_owner(const module *m, uint32_t type, uint32_t field) {
    while (m->types[type].supertype != NO_INDEX && field < m->types[m->types[type].supertype].field_count)
        type = m->types[type].supertype;
    return type;
}

/* What has to be looked at in a reference of one type to know whether it is of another of the same hierarchy. */
typedef enum type_test_kind {
    TEST_NEVER, /* is the answer */
    TEST_ALWAYS,
    TEST_OF_NULL, /* it is if it is null, or not */
    TEST_OF_NON_NULL,
    TEST_OF_OBJECT /* what it refers to */
} type_test_kind;

typedef struct type_test {
    type_test_kind kind;
    bool may_be_null, takes_null; /* OF_OBJECT: null has to be looked at before, and succeeds or not */
    bool may_be_i31;              /* likewise an i31, which fails */
} type_test;

type_test type_test_of(const module *m, wasmelt_valtype from, wasmelt_valtype to);

#endif
