#include "wasm/representation.h"

#include "wasm/subtype.h"

const representation representations[REPRESENTATION_COUNT] = {
#define REPRESENTATION(type, c, header, letter, member, is_vector, is_counted)                                                             \
    {WASMELT_##type, c, header, letter, member, is_vector, is_counted},
#include "wasm/representations.def"
#undef REPRESENTATION
};

static const representation *find(wasmelt_valtype t) {
    for (size_t k = 0; k < REPRESENTATION_COUNT; k++)
        if (representations[k].type == t)
            return &representations[k];
    return NULL;
}

/* One that is not itself in the table. Of the types that a module defines, only functions' are translated. */
const representation *representation_of_reference(wasmelt_valtype t) {
    uint32_t heap = wasmelt_heap_type(t);
    const representation *r = find(WASMELT_REF_NULL(wasmelt_heap_is_concrete(heap) ? WASMELT_HEAP_FUNC : heap_top(NULL, heap)));
    return r ? r : find(WASMELT_EXTERNREF);
}

bool is_represented(uint32_t top) {
    return find(WASMELT_REF_NULL(top)) != NULL;
}

uint32_t counted_among(const wasmelt_valtype *types, uint32_t count) {
    uint32_t counted = 0;
    for (uint32_t k = 0; k < count; k++)
        counted += is_counted(types[k]);
    return counted;
}
