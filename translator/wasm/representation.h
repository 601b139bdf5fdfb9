/* How values of each type are represented in C: the rows of representations.def as a table. */
#ifndef WASMELT_WASM_REPRESENTATION_H
#define WASMELT_WASM_REPRESENTATION_H

#include "wasm/module.h"

typedef struct representation {
    const char *c, *header, *member;
    wasmelt_valtype type;
    char letter;
    bool is_vector, is_counted;
} representation;

#define REPRESENTATION(type, c, header, letter, member, is_vector, is_counted) +1
enum {
    REPRESENTATION_COUNT = 0
#include "wasm/representations.def"
};
#undef REPRESENTATION

extern const representation representations[REPRESENTATION_COUNT];

const representation *representation_of_reference(const module *m, wasmelt_valtype t);

/* The row for a value type of the module. A reference type without a row of its own has that of its hierarchy's topmost type. */
static inline const representation *representation_of(const module *m, wasmelt_valtype t) {
    for (int k = 0; k < REPRESENTATION_COUNT; k++)
        if (representations[k].type == t)
            return &representations[k];
    return representation_of_reference(m, t);
}

static inline bool is_counted(const module *m, wasmelt_valtype t) {
    return wasmelt_is_ref(t) && representation_of(m, t)->is_counted;
}

/* How many of the types are counted references (is_counted). */
uint32_t counted_among(const module *m, const wasmelt_valtype *types, uint32_t count);

/* Whether a type of the module (parameters, results, fields), a global or a table has values with the representation of `wanted`.
 * Needed because instructions that only move such values (local.get, select) do not name their type. */
bool has_values(const module *m, wasmelt_valtype wanted);

#endif
