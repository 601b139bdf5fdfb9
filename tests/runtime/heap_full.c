/* A full heap: each function with which a host makes something returns null as its header says, nothing that is held is lost, and there is
 * room again when it is released. */
#include "case.h"

#include <stddef.h>
#include <stdlib.h>

#include <wasmelt/code/heap.h>
#include <wasmelt/code/unwind.h>

#include "heap/heap.h"

/* ---- A module: struct { i64, mut any }; array of mut i8; array of mut any; array of mut extern; a tag (any, i64) ---- */

#define ANYREF WASMELT_REF_NULL(WASMELT_HEAP_ANY)

enum { PAIR, BYTES, ANYS, EXTERNS, THROWN, TYPES };
static const wasmelt_valtype pair[] = {WASMELT_I64, ANYREF}, thrown[] = {ANYREF, WASMELT_I64};
static const wasmelt_valtype bytes = WASMELT_I8, anys = ANYREF, externs = WASMELT_EXTERNREF;
static const uint8_t is_mutable[] = {1, 1};

#define TYPE(kind_, index, fields, count)                                                                                                  \
    {                                                                                                                                      \
        .kind = WASMELT_TYPE_##kind_, .supertype = WASMELT_NO_TYPE, .group = index, .group_size = 1, .params = fields,                     \
        .mutability = is_mutable, .param_count = count                                                                                     \
    }

static const wasmelt_type types[TYPES] = {
    [PAIR] = TYPE(STRUCT, PAIR, pair, 2),
    [BYTES] = TYPE(ARRAY, BYTES, &bytes, 1),
    [ANYS] = TYPE(ARRAY, ANYS, &anys, 1),
    [EXTERNS] = TYPE(ARRAY, EXTERNS, &externs, 1),
    [THROWN] =
        {.kind = WASMELT_TYPE_FUNC, .supertype = WASMELT_NO_TYPE, .group = THROWN, .group_size = 1, .params = thrown, .param_count = 2},
};

typedef struct app {
    wasmelt_instance base;
    uint32_t type_ids[TYPES], numbers[TYPES];
    const wasmelt_tag *tag;
} app;

static const uint32_t heap_types[] = {PAIR, BYTES, ANYS, EXTERNS};
static const wasmelt_module module = {
    .abi_version = WASMELT_ABI_VERSION,
    .name = "app",
    .instance_size = sizeof(app),
    .types = types,
    .type_count = TYPES,
    .type_ids_offset = offsetof(app, type_ids),
    .tags = (const wasmelt_tag_desc[]){{THROWN, offsetof(app, tag)}},
    .tag_count = 1,
    .heap_types = heap_types,
    .heap_type_count = sizeof heap_types / sizeof *heap_types,
    .type_groups = wasmelt_type_groups,
    .collector = wasmelt_collector,
    .heap_numbers_offset = offsetof(app, numbers),
};

static app *self;
static wasmelt_heap *h;

static wasmelt_object *new_pair(uint64_t value, wasmelt_object *any) {
    return wasmelt_struct_new(h, self->numbers[PAIR], (wasmelt_value[]){{.i64 = value}, {.anyref = any}});
}

static wasmelt_object *new_bytes(uint32_t length, uint64_t value) {
    wasmelt_object *a = wasmelt_array_new(h, self->numbers[BYTES], length);
    CHECK(!a || wasmelt_array_write(h, a, 0, sizeof value, &value));
    return a;
}

static uint64_t value_of(const wasmelt_object *o) {
    wasmelt_value v;
    CHECK(wasmelt_object_get(h, o, 0, &v));
    return v.i64;
}

static uint64_t bytes_value(const void *a, uint32_t length) {
    uint64_t value;
    CHECK(wasmelt_array_length(h, a) == length && wasmelt_array_read(h, a, 0, sizeof value, &value));
    return value;
}

/* ---- What a host makes: each number a thing that can be told from all others ---- */

enum { MOST = 200000, MEDIUM = 1000, LARGE = 20000 };
static char places[MOST]; /* pointers of the host's */
static uint8_t finalized[MOST];

static void finalize(void *data) {
    finalized[(char *)data - places]++;
}

static void *make_struct(uint32_t k) {
    return new_pair(k, wasmelt_i31_new(k));
}

static bool is_struct(void *made, uint32_t k) {
    wasmelt_value v;
    return value_of(made) == k && wasmelt_object_get(h, made, 1, &v) && wasmelt_i31_get_u(v.anyref) == k;
}

/* The value of a field is referred to from memory of the host's only, while the struct is made. */
static wasmelt_value *values;

static void *make_struct_of_struct(uint32_t k) {
    values[0].i64 = k;
    values[1].anyref = new_pair(k, NULL);
    void *made = values[1].anyref ? wasmelt_struct_new(h, self->numbers[PAIR], values) : NULL;
    CHECK(made || !values[1].anyref || value_of(values[1].anyref) == k);
    return made;
}

static bool is_struct_of_struct(void *made, uint32_t k) {
    wasmelt_value v;
    return value_of(made) == k && wasmelt_object_get(h, made, 1, &v) && value_of(v.anyref) == k;
}

#define ARRAYS(name, length)                                                                                                               \
    static void *make_##name(uint32_t k) {                                                                                                 \
        return new_bytes(length, k);                                                                                                       \
    }                                                                                                                                      \
    static bool is_##name(void *made, uint32_t k) {                                                                                        \
        return bytes_value(made, length) == k;                                                                                             \
    }

ARRAYS(small_array, 9)
ARRAYS(medium_array, MEDIUM)
ARRAYS(large_array, LARGE)

static void *make_any_of_extern(uint32_t k) {
    return wasmelt_any_from_extern(h, &places[k]);
}

static bool is_any_of_extern(void *made, uint32_t k) {
    return wasmelt_reference_kind_of(h, made) == WASMELT_REFERENCE_EXTERN && wasmelt_extern_from_any(h, made) == &places[k];
}

static void *make_extern_of_i31(uint32_t k) {
    return wasmelt_extern_from_any(h, wasmelt_i31_new(k));
}

static bool is_extern_of_i31(void *made, uint32_t k) {
    return wasmelt_any_from_extern(h, made) == wasmelt_i31_new(k);
}

static void *make_extern(uint32_t k) {
    return wasmelt_extern_new(h, &places[k], finalize);
}

static bool is_extern(void *made, uint32_t k) {
    return wasmelt_extern_data(h, made) == &places[k] && !finalized[k];
}

static void *make_exception(uint32_t k) {
    values[0].anyref = wasmelt_i31_new(k);
    values[1].i64 = k;
    return wasmelt_exception_new(self->tag, values);
}

static bool is_exception(void *made, uint32_t k) {
    const wasmelt_value *v = wasmelt_exception_payload(made);
    return wasmelt_exception_tag(made) == self->tag && v[0].anyref == wasmelt_i31_new(k) && v[1].i64 == k;
}

typedef struct maker {
    void *(*make)(uint32_t k);
    bool (*is)(void *made, uint32_t k);
    uint32_t array; /* of this type is what holds the things; THROWN: they are exceptions, which the host holds by their counts */
} maker;

static const maker makers[] = {
    {make_struct, is_struct, ANYS},
    {make_struct_of_struct, is_struct_of_struct, ANYS},
    {make_small_array, is_small_array, ANYS},
    {make_medium_array, is_medium_array, ANYS},
    {make_large_array, is_large_array, ANYS},
    {make_any_of_extern, is_any_of_extern, ANYS},
    {make_extern_of_i31, is_extern_of_i31, EXTERNS},
    {make_extern, is_extern, EXTERNS},
    {make_exception, is_exception, THROWN},
};
enum { MAKERS = sizeof makers / sizeof *makers };

/* ---- Filling a heap with the things of one maker ---- */

/* No thing takes fewer bytes than these, with its place in `held`. */
enum { HEAP_BYTES = TORTURE ? 256 << 10 : 4 << 20, ROOM = HEAP_BYTES / (16 + sizeof(void *)) };
static const maker *filler;
static wasmelt_ref *held;
static wasmelt_exception **exceptions;

static void hold(uint32_t k, void *thing) {
    CHECK(k < ROOM);
    if (filler->array == THROWN)
        exceptions[k] = thing;
    else
        CHECK(wasmelt_object_set(h, wasmelt_ref_get(held), k, &(wasmelt_value){.anyref = thing}));
}

static void *held_thing(uint32_t k) {
    wasmelt_value v;
    if (filler->array == THROWN)
        return exceptions[k];
    CHECK(wasmelt_object_get(h, wasmelt_ref_get(held), k, &v));
    return v.anyref;
}

static __attribute__((noinline)) uint32_t fill(void) {
    held = filler->array == THROWN ? NULL : wasmelt_ref_new(h, wasmelt_array_new(h, self->numbers[filler->array], ROOM));
    CHECK(filler->array == THROWN || wasmelt_ref_get(held));
    for (uint32_t k = 0;; k++) {
        void *thing = filler->make(k);
        if (!thing)
            return k;
        hold(k, thing);
    }
}

static __attribute__((noinline)) void check_all(uint32_t count) {
    for (uint32_t k = 0; k < count; k++)
        CHECK(filler->is(held_thing(k), k));
}

static void release_all(uint32_t count) {
    wasmelt_ref_release(held);
    for (uint32_t k = 0; filler->array == THROWN && k < count; k++)
        wasmelt_exception_release(exceptions[k]);
}

/* No maker does harm in a full heap; smaller things may still fit. Handles are not in it. */
static __attribute__((noinline)) void try_all(void) {
    for (int m = 0; m < MAKERS; m++) {
        void *thing = makers[m].make(MOST - 1);
        CHECK(!thing || makers[m].is(thing, MOST - 1));
        if (thing && makers[m].array == THROWN)
            wasmelt_exception_release(thing);
    }
    wasmelt_ref *i31 = wasmelt_ref_new(h, wasmelt_i31_new(5));
    CHECK(wasmelt_ref_get(i31) == wasmelt_i31_new(5));
    wasmelt_ref_release(i31);
}

/* Overwrites what calls have left on the stack. */
static __attribute__((noinline)) void forget(void) {
    volatile char stack[20000];
    for (size_t k = 0; k < sizeof stack; k++)
        stack[k] = 0;
}

static void fill_twice(void *unused) {
    (void)unused;
    uint32_t first = 0;
    for (int round = 0; round < 2; round++) {
        uint32_t count = fill();
        CHECK(count > 1);
        check_all(count);
        try_all();
        CHECK(wasmelt_collect(h));
        check_all(count);
        release_all(count);
        forget();
        CHECK(wasmelt_collect(h));
        CHECK(!finalized[count]);                           /* there was no such thing */
        CHECK(round == 0 || count + 8 > first - first / 4); /* there was room again; the stack may mean some */
        first = count;
        for (uint32_t k = 0; k < MOST; k++)
            CHECK(finalized[k] <= 1);
        for (uint32_t k = 0; k < MOST; k++)
            finalized[k] = 0;
    }
}

/* Outside of a run, then in one. */
static void fill_with(int m) {
    wasmelt_instance *i;
    wasmelt_options options = {.heap = {.maximum_bytes = HEAP_BYTES}};
    CHECK(wasmelt_instantiate_with(&module, NULL, 0, &options, &i, NULL) == WASMELT_OK);
    self = (app *)i;
    h = i->heap;
    filler = &makers[m];
    values = calloc(2, sizeof *values);
    exceptions = calloc(ROOM, sizeof *exceptions);
    fill_twice(NULL);
    CHECK(wasmelt_run(fill_twice, NULL, NULL) == WASMELT_TRAP_NONE);
    free(exceptions);
    free(values);
    wasmelt_instance_free(i);
}

CASE(full_of_structs) {
    fill_with(0);
}

CASE(full_of_structs_of_structs) {
    fill_with(1);
}

CASE(full_of_small_arrays) {
    fill_with(2);
}

CASE(full_of_medium_arrays) {
    fill_with(3);
}

CASE(full_of_large_arrays) {
    fill_with(4);
}

CASE(full_of_pointers_of_the_host) {
    fill_with(5);
}

CASE(full_of_i31s_as_externs) {
    fill_with(6);
}

CASE(full_of_externs_with_finalizers) {
    fill_with(7);
}

CASE(full_of_exceptions) {
    fill_with(8);
}

CASE(arrays_that_no_heap_holds) {
    wasmelt_instance *i;
    CHECK(wasmelt_instantiate(&module, NULL, 0, &i, NULL) == WASMELT_OK);
    self = (app *)i;
    h = i->heap;
    static const uint32_t lengths[] = {WASMELT_MOST_ELEMENTS + 1, UINT32_MAX};
    wasmelt_object *kept = new_pair(7, NULL);
    wasmelt_heap_statistics before, after;
    wasmelt_heap_get_statistics(h, &before);
    for (size_t k = 0; k < sizeof lengths / sizeof *lengths; k++)
        CHECK(!wasmelt_array_new(h, self->numbers[ANYS], lengths[k]));
    wasmelt_heap_get_statistics(h, &after);
    CHECK(value_of(kept) == 7 && after.used_bytes == before.used_bytes);
    wasmelt_instance_free(i);
}
