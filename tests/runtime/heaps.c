/* Heaps: objects are where emitted code expects them, types are told apart, limits hold. */
#include "case.h"

#include <stddef.h>
#include <string.h>

#include <wasmelt/code/objects.h>

#include "heap/object_layout.h"

/* ---- A module by hand: (type 0) a struct of i8, i16, any, i64 and v128; (type 1) one below it with a reference more; (type 2) an array
 * of i8; (type 3) an array of any ---- */

#define ANYREF WASMELT_REF_NULL(WASMELT_HEAP_ANY)

static const wasmelt_valtype fields[] = {WASMELT_I8, WASMELT_I16, ANYREF, WASMELT_I64, WASMELT_V128, WASMELT_REF_NULL(0)};
static const uint8_t all_mutable[] = {1, 1, 1, 1, 1, 1};
static const wasmelt_type types[] = {
    {.kind = WASMELT_TYPE_STRUCT,
     .supertype = WASMELT_NO_TYPE,
     .group = 0,
     .group_size = 1,
     .params = fields,
     .mutability = all_mutable,
     .param_count = 5},
    {.kind = WASMELT_TYPE_STRUCT,
     .supertype = 0,
     .group = 1,
     .group_size = 1,
     .params = fields,
     .mutability = all_mutable,
     .param_count = 6},
    {.kind = WASMELT_TYPE_ARRAY,
     .supertype = WASMELT_NO_TYPE,
     .group = 2,
     .group_size = 1,
     .params = &fields[0],
     .mutability = all_mutable,
     .param_count = 1},
    {.kind = WASMELT_TYPE_ARRAY,
     .supertype = WASMELT_NO_TYPE,
     .group = 3,
     .group_size = 1,
     .params = &fields[2],
     .mutability = all_mutable,
     .param_count = 1},
};

typedef struct app {
    wasmelt_instance base;
    uint32_t type_ids[4];
    uint32_t numbers[4];
} app;

static const uint32_t heap_types[] = {0, 1, 2, 3};

static wasmelt_module module_of(bool is_closed) {
    return (wasmelt_module){
        .abi_version = WASMELT_ABI_VERSION,
        .name = "app",
        .instance_size = sizeof(app),
        .types = types,
        .type_count = 4,
        .type_ids_offset = offsetof(app, type_ids),
        .heap_types = heap_types,
        .heap_type_count = 4,
        .type_groups = wasmelt_type_groups,
        .collector = wasmelt_collector,
        .heap_is_closed = is_closed,
        .heap_numbers_offset = offsetof(app, numbers),
    };
}

static app *instantiate(const wasmelt_module *m, const wasmelt_options *options) {
    wasmelt_instance *i;
    CHECK(wasmelt_instantiate_with(m, NULL, 0, options, &i, NULL) == WASMELT_OK);
    CHECK(i->heap != NULL);
    return (app *)i;
}

/* ---- Cases ---- */

/* The structs and arrays that emitted code would declare. */
typedef struct six_fields {
    object head;
    u8 f0;
    u16 f1;
    void *f2;
    u64 f3;
    v128_field f4;
    void *f5;
} six_fields;

typedef struct one_field {
    object head;
    u8 f0;
} one_field;

typedef struct byte_array {
    array head;
    u8 e[];
} byte_array;

typedef struct double_array {
    array head;
    f64 e[];
} double_array;

typedef struct vector_array {
    array head;
    v128_field e[];
} vector_array;

CASE(layout) {
    uint32_t end = OBJECT_HEADER_BYTES;
    static const uint32_t expected[] = {offsetof(six_fields, f0), offsetof(six_fields, f1), offsetof(six_fields, f2),
                                        offsetof(six_fields, f3), offsetof(six_fields, f4), offsetof(six_fields, f5)};
    for (int k = 0; k < 6; k++)
        CHECK(object_place_field(&end, fields[k]) == expected[k]);
    CHECK(object_struct_bytes(fields, 6) == object_size(six_fields) && object_struct_bytes(fields, 1) == object_size(one_field));
    CHECK(object_elements_at(WASMELT_I8) == offsetof(byte_array, e) && object_elements_at(WASMELT_F64) == offsetof(double_array, e));
    CHECK(object_elements_at(WASMELT_V128) == offsetof(vector_array, e) && object_elements_at(ANYREF) == offsetof(array_of_references, e));
    CHECK(object_array_bytes(12, 1, 5) == 24 && object_array_bytes(16, 16, UINT32_MAX) == 16 + UINT64_C(16) * UINT32_MAX);
}

CASE(objects_in_a_closed_heap) {
    wasmelt_module m = module_of(true);
    app *a = instantiate(&m, NULL);
    wasmelt_heap *heap = a->base.heap;
    object *s = heap_new(heap, WASMELT_FIRST_HEAP_TYPE, object_struct_bytes(fields, 5)),
           *t = heap_new(heap, WASMELT_FIRST_HEAP_TYPE + 1, object_struct_bytes(fields, 6));
    CHECK(s->type == WASMELT_FIRST_HEAP_TYPE && s->gc == 0 && (uintptr_t)t % 8 == 0);
    CHECK((uintptr_t)t >= (uintptr_t)s + object_struct_bytes(fields, 5) || (uintptr_t)t + object_struct_bytes(fields, 6) <= (uintptr_t)s);
    CHECK(heap_type_is(heap, s, WASMELT_FIRST_HEAP_TYPE, 0) && !heap_type_is(heap, s, WASMELT_FIRST_HEAP_TYPE + 1, 1));
    CHECK(heap_type_is(heap, t, WASMELT_FIRST_HEAP_TYPE, 0) && heap_type_is(heap, t, WASMELT_FIRST_HEAP_TYPE + 1, 1));
    CHECK(heap_kind_is(heap, t, WASMELT_OBJECT_STRUCT) && !heap_kind_is(heap, t, WASMELT_OBJECT_ARRAY));
    for (uint32_t length = 0; length < 100000; length = length * 3 + 1) {
        array *bytes = (array *)heap_new_array_zeroed(heap, WASMELT_FIRST_HEAP_TYPE + 2, length, 1, 12);
        CHECK(bytes->length == length && heap_kind_is(heap, &bytes->head, WASMELT_OBJECT_ARRAY));
        for (uint32_t k = 0; k < length; k++)
            CHECK(((uint8_t *)bytes)[12 + k] == 0);
        memset((uint8_t *)bytes + 12, 0xAA, length);
    }
    CHECK(s->type == WASMELT_FIRST_HEAP_TYPE && t->type == WASMELT_FIRST_HEAP_TYPE + 1);
    wasmelt_instance_free(&a->base);
}

CASE(numbers_in_an_open_heap) {
    wasmelt_module m = module_of(false);
    app *a = instantiate(&m, NULL);
    app *b = instantiate(&m, &(wasmelt_options){.store = a->base.store});
    CHECK(a->base.heap == b->base.heap);
    for (int k = 0; k < 4; k++)
        CHECK(a->numbers[k] >= WASMELT_FIRST_HEAP_TYPE && a->numbers[k] == b->numbers[k]);
    app *alone = instantiate(&m, NULL);
    CHECK(alone->base.heap != a->base.heap);
    wasmelt_heap *heap = b->base.heap;
    wasmelt_instance_free(&a->base);
    object *t = heap_new(heap, b->numbers[1], object_struct_bytes(fields, 6));
    CHECK(heap_type_is(heap, t, b->numbers[0], 0) && heap_type_is(heap, t, b->numbers[1], 1) && !heap_type_is(heap, t, b->numbers[3], 0));
    wasmelt_instance_free(&alone->base);
    wasmelt_instance_free(&b->base);
}

/* Types 0 to 11, each below the one before. */
CASE(deep_hierarchies) {
    enum { DEPTH = 12 };
    wasmelt_type deep[DEPTH];
    uint32_t indices[DEPTH];
    for (uint32_t k = 0; k < DEPTH; k++) {
        deep[k] = (wasmelt_type){.kind = WASMELT_TYPE_STRUCT, .supertype = k ? k - 1 : WASMELT_NO_TYPE, .group = k, .group_size = 1};
        indices[k] = k;
    }
    struct {
        wasmelt_instance base;
        uint32_t type_ids[DEPTH];
    } * i;
    wasmelt_module m = {
        .abi_version = WASMELT_ABI_VERSION,
        .name = "deep",
        .instance_size = sizeof *i,
        .types = deep,
        .type_count = DEPTH,
        .type_ids_offset = sizeof(wasmelt_instance),
        .heap_types = indices,
        .heap_type_count = DEPTH,
        .type_groups = wasmelt_type_groups,
        .collector = wasmelt_collector,
        .heap_is_closed = true,
    };
    wasmelt_instance *made;
    CHECK(wasmelt_instantiate(&m, NULL, 0, &made, NULL) == WASMELT_OK);
    for (uint32_t k = 0; k < DEPTH; k++) {
        object *o = heap_new(made->heap, WASMELT_FIRST_HEAP_TYPE + k, 8);
        for (uint32_t d = 0; d < DEPTH; d++)
            CHECK(heap_type_is(made->heap, o, WASMELT_FIRST_HEAP_TYPE + d, d) == (d <= k));
    }
    wasmelt_instance_free(made);
}

CASE(conversions) {
    wasmelt_module m = module_of(true);
    app *a = instantiate(&m, NULL);
    wasmelt_heap *heap = a->base.heap;
    CHECK(any_from_extern(heap, NULL) == NULL && extern_from_any(heap, NULL) == NULL);
    object *s = heap_new(heap, WASMELT_FIRST_HEAP_TYPE, object_struct_bytes(fields, 5));
    CHECK(extern_from_any(heap, s) == s && any_from_extern(heap, s) == s);
    for (uintptr_t k = 1; k < 10; k++) { /* odd ones, too, which must not be taken for an i31 */
        object *box = any_from_extern(heap, (void *)k);
        CHECK(((uintptr_t)box & 1) == 0 && heap_kind_is(heap, box, WASMELT_OBJECT_OTHER));
        CHECK(!heap_type_is(heap, box, WASMELT_FIRST_HEAP_TYPE, 0) && !heap_type_is(heap, box, WASMELT_FIRST_HEAP_TYPE + 1, 1));
        CHECK(extern_from_any(heap, box) == (void *)k);
    }
    object *i31 = (object *)(uintptr_t)(7 << 1 | 1);
    void *outside = extern_from_any(heap, i31);
    CHECK(outside != i31 && any_from_extern(heap, outside) == i31);
    wasmelt_instance_free(&a->base);
}

static wasmelt_heap *filled;
static uint32_t filled_length;

static void fill_up(void *unused) {
    (void)unused;
    for (;;)
        heap_new_array_zeroed(filled, WASMELT_FIRST_HEAP_TYPE + 2, filled_length, 1, 12);
}

CASE(too_large_an_array) {
    wasmelt_module m = module_of(true);
    app *a = instantiate(&m, &(wasmelt_options){.heap = {.maximum_bytes = 1 << 24}});
    filled = a->base.heap;
    static const uint32_t lengths[] = {1 << 24, UINT32_MAX};
    for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++) {
        filled_length = lengths[k];
        CHECK(wasmelt_run(fill_up, NULL, NULL) == WASMELT_TRAP_OUT_OF_RESOURCES);
    }
    wasmelt_instance_free(&a->base);
}

/* ---- What a trap leaves on the stack ---- */

static const volatile unsigned char *left; /* where the run that trapped had its variable */

static void leave_something(void *unused) {
    (void)unused;
    volatile unsigned char variable[4096];
    for (size_t k = 0; k < sizeof variable; k++)
        variable[k] = 0x5A;
    left = &variable[sizeof variable / 4];
    wasmelt_trap_raise(WASMELT_TRAP_UNREACHABLE);
}

/* Reads what no variable is any more. */
__attribute__((noinline, no_sanitize("address", "thread"))) static bool is_left(void) {
    return *left == 0x5A;
}

/* A collector would take it for references, so it is overwritten; where there is no heap, a trap does without. */
CASE(what_a_trap_leaves) {
    CHECK(wasmelt_run(leave_something, NULL, NULL) == WASMELT_TRAP_UNREACHABLE && is_left());
    wasmelt_module m = module_of(true);
    app *a = instantiate(&m, NULL), *b = instantiate(&m, NULL);
    wasmelt_instance_free(&a->base);
    CHECK(wasmelt_run(leave_something, NULL, NULL) == WASMELT_TRAP_UNREACHABLE && !is_left());
    wasmelt_instance_free(&b->base);
    CHECK(wasmelt_run(leave_something, NULL, NULL) == WASMELT_TRAP_UNREACHABLE && is_left());
}
