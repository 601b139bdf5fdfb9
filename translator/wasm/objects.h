/* Fields of structs and elements of arrays (section 2.3.11), and tests of references' types. */
#ifndef WASMELT_WASM_OBJECTS_H
#define WASMELT_WASM_OBJECTS_H

#include "wasm/module.h"

static inline bool storage_is_packed(wasmelt_valtype storage) {
    return storage == WASMELT_I8 || storage == WASMELT_I16;
}

/* The type of the value that reading a field gives: i32 for a packed field. */
static inline wasmelt_valtype storage_unpacked(wasmelt_valtype storage) {
    return storage_is_packed(storage) ? WASMELT_I32 : storage;
}

/* The struct type that declares the field: the topmost supertype of `type` that has it, or `type` itself. */
static inline uint32_t field_owner(const module *m, uint32_t type, uint32_t field) {
    while (m->types[type].supertype != NO_INDEX && field < m->types[m->types[type].supertype].field_count)
        type = m->types[type].supertype;
    return type;
}

/* What a cast or test from one reference type to another of the same hierarchy has to examine at run time. */
typedef enum type_test_kind {
    TEST_NEVER,       /* nothing: it always fails */
    TEST_ALWAYS,      /* nothing: it always succeeds */
    TEST_OF_NULL,     /* succeeds if the reference is null */
    TEST_OF_NON_NULL, /* succeeds if the reference is not null */
    TEST_OF_OBJECT    /* the type of the object that it refers to */
} type_test_kind;

typedef struct type_test {
    type_test_kind kind;
    bool may_be_null, takes_null; /* TEST_OF_OBJECT: null is possible and tested first; it succeeds if takes_null */
    bool may_be_i31;              /* TEST_OF_OBJECT: an i31 is possible and tested first; it fails */
} type_test;

/* The test for casting a reference of type `from` to type `to`. */
type_test type_test_of(const module *m, wasmelt_valtype from, wasmelt_valtype to);

#endif
