#include "wasm/objects.h"

#include "../runtime/facts/heap_types.h"

#include "wasm/subtype.h"

type_test type_test_of(const module *m, wasmelt_valtype from, wasmelt_valtype to) {
    uint32_t heap = wasmelt_heap_type(from), goal = wasmelt_heap_type(to);
    type_test t = {.kind = TEST_OF_OBJECT, .may_be_null = wasmelt_is_nullable(from), .takes_null = wasmelt_is_nullable(to)};
    if (heap_matches(m, heap, goal))
        t.kind = t.may_be_null && !t.takes_null ? TEST_OF_NON_NULL : TEST_ALWAYS;
    else if (heap_type_is_bottom(goal))
        t.kind = t.may_be_null && t.takes_null ? TEST_OF_NULL : TEST_NEVER;
    t.may_be_i31 = heap_matches(m, WASMELT_HEAP_I31, heap) && goal != WASMELT_HEAP_I31 && goal != WASMELT_HEAP_EQ;
    return t;
}
