/* Tables: size, growth, the instructions on them, indirect calls that fail. */
#include "case.h"

#include <string.h>

#include <wasmelt/code/support.h>

static const wasmelt_valtype i32_type[] = {WASMELT_I32};
static const wasmelt_type without_results = {.kind = WASMELT_TYPE_FUNC};
static const wasmelt_type takes_i32 = {.kind = WASMELT_TYPE_FUNC, .params = i32_type, .param_count = 1};

static void no_code(void *instance) {
    (void)instance;
}

static wasmelt_func make_func(const wasmelt_type *type) {
    wasmelt_func f;
    CHECK(wasmelt_func_init(&f, (wasmelt_code)no_code, NULL, type));
    return f;
}

static wasmelt_table *make(uint64_t minimum, uint64_t maximum, wasmelt_valtype element) {
    wasmelt_table *t =
        wasmelt_table_new(&(wasmelt_table_type){.minimum = minimum, .maximum = maximum, .has_maximum = true, .element = element});
    CHECK(t);
    return t;
}

static const void *get(const wasmelt_table *t, uint64_t index) {
    const void *ref = &without_results;
    CHECK(wasmelt_table_get(t, index, &ref));
    return ref;
}

CASE(grows_to_its_maximum) {
    static int thing;
    wasmelt_table *t = make(0, 10, WASMELT_EXTERNREF);
    CHECK(wasmelt_table_grow(t, 11, NULL) == UINT64_MAX && wasmelt_table_grow(t, UINT64_MAX, NULL) == UINT64_MAX);
    CHECK(wasmelt_table_grow(t, 0, NULL) == 0 && wasmelt_table_grow(t, 4, &thing) == 0 && wasmelt_table_grow(t, 6, NULL) == 4);
    CHECK(get(t, 0) == &thing && get(t, 3) == &thing && get(t, 4) == NULL && get(t, 9) == NULL);
    CHECK(wasmelt_table_grow(t, 1, NULL) == UINT64_MAX && t->size == 10);
    const void *ref;
    CHECK(!wasmelt_table_get(t, 10, &ref) && !wasmelt_table_get(t, UINT64_MAX, &ref) && !wasmelt_table_set(t, 10, NULL));
    CHECK(wasmelt_table_set(t, 9, &thing) && get(t, 9) == &thing);
    wasmelt_table_free(t);
    wasmelt_table_free(NULL);
}

CASE(functions_are_stored_with_what_calls_need) {
    wasmelt_func f = make_func(&takes_i32);
    wasmelt_table *t = make(2, 2, WASMELT_FUNCREF);
    CHECK(t->holds_functions && get(t, 0) == NULL && wasmelt_table_set(t, 1, &f) && get(t, 1) == &f);
    CHECK(t->entries[1].code == f.code && t->entries[1].type_id == f.type_id && f.type_id != 0);
    CHECK(wasmelt_table_set(t, 1, NULL) && t->entries[1].type_id == 0 && t->entries[1].code == NULL);
    wasmelt_table_free(t);
}

CASE(types_that_make_no_sense_are_refused) {
    wasmelt_table_type types[] = {
        {.minimum = 2, .maximum = 1, .has_maximum = true, .element = WASMELT_FUNCREF},
        {.minimum = UINT64_MAX, .element = WASMELT_FUNCREF},
        {.minimum = UINT64_C(1) << 32, .element = WASMELT_FUNCREF},
        {.minimum = 1, .element = WASMELT_I32},
        {.minimum = 1, .element = WASMELT_REF_NULL(3)},
    };
    for (size_t k = 0; k < sizeof types / sizeof *types; k++)
        CHECK(!wasmelt_table_new(&types[k]));
}

/* ---- What generated code calls ---- */

typedef struct operation {
    enum { READ, WRITE, FILL, COPY, INIT, INIT_FUNCS, CALL } what;
    wasmelt_table *t;
    uint64_t to, from, length, segment_length;
    uint32_t type_id;
} operation;

static const void *const refs[4] = {&refs[3], &refs[2], &refs[1], &refs[0]};

static void run_operation(void *argument) {
    static const uint32_t records[4] = {0};
    static const wasmelt_func funcs[1];
    const operation *o = argument;
    switch (o->what) {
    case READ:
        wasmelt_table_read(o->t, o->to);
        break;
    case WRITE:
        wasmelt_table_write(o->t, o->to, NULL);
        break;
    case FILL:
        wasmelt_table_fill(o->t, o->to, refs, o->length);
        break;
    case COPY:
        wasmelt_table_copy(o->t, o->to, o->t, o->from, o->length);
        break;
    case INIT:
        wasmelt_table_init(o->t, o->to, refs, o->segment_length, o->from, o->length);
        break;
    case INIT_FUNCS:
        wasmelt_table_init_funcs(o->t, o->to, funcs, records, o->length);
        break;
    case CALL:
        wasmelt_call_indirect_slow(o->t, o->to, o->type_id);
        break;
    }
}

static wasmelt_trap_code result_of(operation o) {
    return wasmelt_run(run_operation, &o, NULL);
}

CASE(instructions_check_both_ranges) {
    wasmelt_table *t = make(8, 8, WASMELT_EXTERNREF);
    const uint64_t huge = UINT64_MAX;
    operation outside[] = {
        {READ, t, 8, 0, 0, 0, 0},       {READ, t, huge, 0, 0, 0, 0},       {WRITE, t, 8, 0, 0, 0, 0},   {FILL, t, 8, 0, 1, 0, 0},
        {FILL, t, 9, 0, 0, 0, 0},       {FILL, t, 1, 0, huge, 0, 0},       {FILL, t, huge, 0, 2, 0, 0}, {COPY, t, 0, 5, 4, 0, 0},
        {COPY, t, 5, 0, 4, 0, 0},       {COPY, t, huge, 0, 2, 0, 0},       {COPY, t, 0, huge, 2, 0, 0}, {INIT, t, 0, 0, 5, 4, 0},
        {INIT, t, 0, 5, 0, 4, 0},       {INIT, t, 5, 0, 4, 4, 0},          {INIT, t, 0, huge, 2, 4, 0}, {INIT, t, 0, 0, 1, 0, 0},
        {INIT_FUNCS, t, 7, 0, 2, 0, 0}, {INIT_FUNCS, t, huge, 0, 2, 0, 0},
    };
    for (size_t k = 0; k < sizeof outside / sizeof *outside; k++)
        CHECK(result_of(outside[k]) == WASMELT_TRAP_TABLE_BOUNDS);
    for (uint64_t k = 0; k < 8; k++)
        CHECK(get(t, k) == NULL); /* nothing was written before the traps */
    CHECK(!result_of((operation){FILL, t, 8, 0, 0, 0, 0}) && !result_of((operation){COPY, t, 8, 8, 0, 0, 0}));
    CHECK(!result_of((operation){INIT, t, 8, 4, 0, 4, 0}) && !result_of((operation){INIT, t, 0, 0, 0, 0, 0}));
    CHECK(!result_of((operation){INIT, t, 0, 1, 3, 4, 0}));
    CHECK(get(t, 0) == refs[1] && get(t, 2) == refs[3] && get(t, 3) == NULL);
    CHECK(!result_of((operation){COPY, t, 1, 0, 3, 0, 0}) && get(t, 0) == refs[1] && get(t, 1) == refs[1] && get(t, 3) == refs[3]);
    wasmelt_table_free(t);
}

CASE(an_indirect_call_says_what_is_wrong) {
    wasmelt_func f = make_func(&takes_i32), g = make_func(&without_results);
    wasmelt_table *t = make(2, 2, WASMELT_FUNCREF);
    wasmelt_table_set(t, 1, &f);
    CHECK(f.type_id != g.type_id);
    CHECK(result_of((operation){.what = CALL, .t = t, .to = 2, .type_id = f.type_id}) == WASMELT_TRAP_UNDEFINED_ELEMENT);
    CHECK(result_of((operation){.what = CALL, .t = t, .to = UINT64_MAX, .type_id = f.type_id}) == WASMELT_TRAP_UNDEFINED_ELEMENT);
    CHECK(result_of((operation){.what = CALL, .t = t, .to = 0, .type_id = f.type_id}) == WASMELT_TRAP_UNINITIALIZED_ELEMENT);
    CHECK(result_of((operation){.what = CALL, .t = t, .to = 1, .type_id = g.type_id}) == WASMELT_TRAP_INDIRECT_CALL_TYPE);
    CHECK(result_of((operation){.what = CALL, .t = t, .to = 1, .type_id = f.type_id}) == WASMELT_TRAP_NONE);
    wasmelt_table_free(t);
}
