/* Type numbers: equal exactly for equal types, in all modules, while they are in use. */
#include "case.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <wasmelt/code/support.h>

#include "facts/type_number.h"
#include "types.h"

static const wasmelt_valtype four[] = {WASMELT_I32, WASMELT_I64, WASMELT_F32, WASMELT_F64};
static const wasmelt_valtype nullable_0[] = {WASMELT_REF_NULL(0)};
static const wasmelt_valtype nullable_1[] = {WASMELT_REF_NULL(1)};
static const wasmelt_valtype nullable_2[] = {WASMELT_REF_NULL(2)};

static wasmelt_type func(const wasmelt_valtype *params, uint32_t param_count) {
    return (wasmelt_type){.kind = WASMELT_TYPE_FUNC,
                          .is_final = true,
                          .supertype = WASMELT_NO_TYPE,
                          .group_size = 1,
                          .params = params,
                          .param_count = param_count};
}

static wasmelt_type open_func(uint32_t supertype, const wasmelt_valtype *params, uint32_t param_count) {
    wasmelt_type t = func(params, param_count);
    t.is_final = false;
    t.supertype = supertype;
    return t;
}

CASE(simple_types_have_the_translators_numbers) {
    wasmelt_type types[2] = {func(four, 4), func(NULL, 0)};
    uint32_t ids[2];
    types[0].results = four;
    types[0].result_count = 2;
    CHECK(wasmelt_rt_types_intern(types, 2, ids));
    CHECK(ids[0] == 011234012); /* a 1, the parameters 1 2 3 4, a 0, the results 1 2 */
    CHECK(ids[1] == 8);
    wasmelt_rt_types_release(types, 2, ids);
}

CASE(without_the_list_only_simple_types_have_numbers) {
    wasmelt_type types[2] = {func(four, 4), func(NULL, 10)};
    uint32_t ids[2];
    static const wasmelt_valtype ten[10] = {WASMELT_I32};
    types[1].params = ten;
    CHECK(wasmelt_rt_types_intern(types, 1, ids) && !wasmelt_rt_types_intern(types, 2, ids));
    wasmelt_type_groups();
    CHECK(wasmelt_rt_types_intern(types, 2, ids));
    wasmelt_rt_types_release(types, 2, ids);
}

CASE(ten_values_are_not_simple_and_still_equal) {
    wasmelt_type_groups();
    wasmelt_valtype many[10];
    for (int k = 0; k < 10; k++)
        many[k] = WASMELT_I32;
    wasmelt_type a = func(many, 10), b = func(many, 10), c = func(many, 9);
    uint32_t a_id, b_id, c_id;
    CHECK(wasmelt_rt_types_intern(&a, 1, &a_id) && wasmelt_rt_types_intern(&b, 1, &b_id) && wasmelt_rt_types_intern(&c, 1, &c_id));
    CHECK(a_id == b_id && a_id & TYPE_NUMBER_DYNAMIC && !(c_id & TYPE_NUMBER_DYNAMIC));
    wasmelt_rt_types_release(&a, 1, &a_id);
    wasmelt_rt_types_release(&b, 1, &b_id);
    wasmelt_rt_types_release(&c, 1, &c_id);
}

CASE(subtypes_match_upwards_only) {
    wasmelt_type_groups();
    wasmelt_type types[4] = {open_func(WASMELT_NO_TYPE, NULL, 0), open_func(0, NULL, 0), open_func(1, NULL, 0), open_func(0, four, 1)};
    uint32_t ids[4];
    CHECK(wasmelt_rt_types_intern(types, 4, ids));
    CHECK(wasmelt_rt_type_id_matches(ids[2], ids[0]) && wasmelt_rt_type_id_matches(ids[2], ids[1]) &&
          wasmelt_rt_type_id_matches(ids[1], ids[0]));
    CHECK(!wasmelt_rt_type_id_matches(ids[0], ids[1]) && !wasmelt_rt_type_id_matches(ids[1], ids[2]) &&
          !wasmelt_rt_type_id_matches(ids[3], ids[1]));
    CHECK(!wasmelt_rt_type_id_matches(ids[0], 8) && !wasmelt_rt_type_id_matches(8, ids[0])); /* not the final type () -> () */
    wasmelt_rt_types_release(types, 4, ids);
}

/* (rec (func (param (ref null A))) (func)), where A is the first of the group, or the group before */
CASE(recursion_groups_are_compared_as_wholes) {
    wasmelt_type_groups();
    wasmelt_type one[2] = {func(nullable_0, 1), func(NULL, 0)};
    wasmelt_type two[4] = {func(NULL, 0), func(nullable_1, 1), func(NULL, 0), func(NULL, 0)};
    wasmelt_type three[2] = {func(NULL, 0), func(nullable_1, 1)};
    uint32_t one_ids[2], two_ids[4], three_ids[2];
    one[0].group_size = one[1].group_size = 2;
    two[1].group_size = two[2].group_size = 2;
    two[1].group = two[2].group = 1;
    three[0].group_size = three[1].group_size = 2;
    CHECK(wasmelt_rt_types_intern(one, 2, one_ids) && wasmelt_rt_types_intern(two, 4, two_ids) &&
          wasmelt_rt_types_intern(three, 2, three_ids));
    CHECK(one_ids[0] == two_ids[1] && one_ids[1] == two_ids[2]);     /* equal, at other indices */
    CHECK(one_ids[1] != two_ids[3]);                                 /* alone is not the same as in a group */
    CHECK(three_ids[0] != one_ids[1] && three_ids[1] != one_ids[0]); /* the order counts */
    wasmelt_rt_types_release(one, 2, one_ids);
    CHECK(wasmelt_rt_types_intern(one, 2, one_ids) && one_ids[0] == two_ids[1]); /* kept by the second user */
    wasmelt_rt_types_release(one, 2, one_ids);
    wasmelt_rt_types_release(two, 4, two_ids);
    wasmelt_rt_types_release(three, 2, three_ids);
}

CASE(a_reference_into_the_group_is_not_one_to_an_equal_type_outside) {
    wasmelt_type_groups();
    /* A: (rec (func (param (ref null 0)))); B: the same, and a function that takes A from outside */
    wasmelt_type types[2] = {func(nullable_0, 1), func(nullable_0, 1)};
    uint32_t ids[2];
    CHECK(wasmelt_rt_types_intern(types, 2, ids) && ids[0] != ids[1]);
    wasmelt_rt_types_release(types, 2, ids);
}

CASE(structs_and_arrays_differ_by_kind_and_mutability) {
    wasmelt_type_groups();
    static const uint8_t is_mutable[] = {1}, is_constant[] = {0};
    wasmelt_type types[3] = {
        {.kind = WASMELT_TYPE_STRUCT,
         .is_final = true,
         .supertype = WASMELT_NO_TYPE,
         .params = four,
         .param_count = 1,
         .mutability = is_mutable},
        {.kind = WASMELT_TYPE_STRUCT,
         .is_final = true,
         .supertype = WASMELT_NO_TYPE,
         .params = four,
         .param_count = 1,
         .mutability = is_constant},
        {.kind = WASMELT_TYPE_ARRAY,
         .is_final = true,
         .supertype = WASMELT_NO_TYPE,
         .params = four,
         .param_count = 1,
         .mutability = is_mutable},
    };
    uint32_t ids[3];
    CHECK(wasmelt_rt_types_intern(types, 3, ids) && ids[0] != ids[1] && ids[0] != ids[2] && ids[1] != ids[2]);
    wasmelt_rt_types_release(types, 3, ids);
}

/* Numbers are used again, so that a process can instantiate for ever. */
CASE(numbers_are_given_back) {
    wasmelt_type_groups();
    wasmelt_type types[3] = {open_func(WASMELT_NO_TYPE, NULL, 0), open_func(0, NULL, 0), func(nullable_1, 1)};
    uint32_t first[3], ids[3];
    wasmelt_type keeper = func(nullable_0, 1);
    uint32_t keeper_id;
    CHECK(wasmelt_rt_types_intern(&keeper, 1, &keeper_id));
    CHECK(wasmelt_rt_types_intern(types, 3, first));
    wasmelt_rt_types_release(types, 3, first);
    for (int k = 0; k < 1000; k++) {
        CHECK(wasmelt_rt_types_intern(types, 3, ids));
        CHECK((ids[0] & 0xFF) < 8 && (ids[1] & 0xFF) < 8 && (ids[2] & 0xFF) < 8);
        CHECK(wasmelt_rt_type_id_matches(ids[1], ids[0]));
        wasmelt_rt_types_release(types, 3, ids);
    }
    wasmelt_rt_types_release(&keeper, 1, &keeper_id);
}

CASE(a_type_in_use_keeps_those_that_it_mentions) {
    wasmelt_type_groups();
    wasmelt_type chain[3] = {open_func(WASMELT_NO_TYPE, NULL, 0), func(nullable_0, 1), func(nullable_1, 1)};
    wasmelt_type other = open_func(WASMELT_NO_TYPE, four, 1);
    uint32_t ids[3], again[3], other_id;
    for (uint32_t k = 0; k < 3; k++)
        chain[k].group = k;
    CHECK(wasmelt_rt_types_intern(chain, 3, ids));
    wasmelt_rt_type_id_retain(ids[2]);
    wasmelt_rt_types_release(chain, 3, ids);
    CHECK(wasmelt_rt_types_intern(&other, 1, &other_id));
    CHECK(other_id != ids[0] && other_id != ids[1] && other_id != ids[2]);
    CHECK(wasmelt_rt_types_intern(chain, 3, again) && memcmp(ids, again, sizeof ids) == 0);
    wasmelt_rt_types_release(chain, 3, again);
    wasmelt_rt_types_release(&other, 1, &other_id);
    wasmelt_rt_type_id_release(ids[2]);
}

CASE(a_long_chain_of_types_is_released_without_recursion) {
    wasmelt_type_groups();
    enum { COUNT = 100000 };
    wasmelt_type *types = calloc(COUNT, sizeof *types);
    wasmelt_valtype *params = calloc(COUNT, sizeof *params);
    uint32_t *ids = calloc(COUNT, sizeof *ids);
    CHECK(types && params && ids);
    types[0] = open_func(WASMELT_NO_TYPE, NULL, 0);
    for (uint32_t k = 1; k < COUNT; k++) {
        params[k] = WASMELT_REF_NULL(k - 1);
        types[k] = func(&params[k], 1);
        types[k].group = k;
    }
    CHECK(wasmelt_rt_types_intern(types, COUNT, ids));
    uint32_t last = ids[COUNT - 1];
    wasmelt_rt_type_id_retain(last);
    wasmelt_rt_types_release(types, COUNT, ids);
    wasmelt_rt_type_id_release(last);
    free(types);
    free(params);
    free(ids);
}

CASE(many_types_take_little_time) {
    wasmelt_type_groups();
    enum { COUNT = 200000 };
    wasmelt_type *types = calloc(COUNT, sizeof *types);
    uint32_t *ids = calloc(COUNT, sizeof *ids);
    wasmelt_valtype *params = calloc(COUNT, sizeof *params);
    CHECK(types && ids && params);
    for (uint32_t k = 0; k < COUNT; k++) { /* each takes the one before */
        params[k] = k ? WASMELT_REF_NULL(k - 1) : WASMELT_I32;
        types[k] = open_func(WASMELT_NO_TYPE, &params[k], 1);
        types[k].group = k;
    }
    struct timespec start, end;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
    CHECK(wasmelt_rt_types_intern(types, COUNT, ids));
    CHECK(wasmelt_rt_types_intern(types, COUNT, ids));
    wasmelt_rt_types_release(types, COUNT, ids);
    wasmelt_rt_types_release(types, COUNT, ids);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    CHECK(end.tv_sec - start.tv_sec < 10); /* a tenth of a second, where each looked for costs the same */
    free(types);
    free(ids);
    free(params);
}

static void *intern_and_match(void *unused) {
    (void)unused;
    wasmelt_type types[3] = {open_func(WASMELT_NO_TYPE, NULL, 0), open_func(0, NULL, 0), open_func(1, nullable_2, 0)};
    uint32_t ids[3];
    for (int k = 0; k < 2000; k++) {
        CHECK(wasmelt_rt_types_intern(types, 3, ids));
        CHECK(wasmelt_rt_type_id_matches(ids[2], ids[0]) && !wasmelt_rt_type_id_matches(ids[0], ids[2]));
        wasmelt_rt_types_release(types, 3, ids);
    }
    return NULL;
}

CASE(threads_may_number_types_at_the_same_time) {
    wasmelt_type_groups();
    pthread_t threads[8];
    for (int k = 0; k < 8; k++)
        CHECK(pthread_create(&threads[k], NULL, intern_and_match, NULL) == 0);
    for (int k = 0; k < 8; k++)
        CHECK(pthread_join(threads[k], NULL) == 0);
}

/* ---- Matching of value types ---- */

CASE(heap_types_form_their_hierarchies) {
    wasmelt_type_groups();
    static const struct {
        uint32_t sub, super;
        bool matches;
    } pairs[] = {
        {WASMELT_HEAP_I31, WASMELT_HEAP_EQ, true},          {WASMELT_HEAP_STRUCT, WASMELT_HEAP_ANY, true},
        {WASMELT_HEAP_ANY, WASMELT_HEAP_EQ, false},         {WASMELT_HEAP_NONE, WASMELT_HEAP_I31, true},
        {WASMELT_HEAP_NONE, WASMELT_HEAP_FUNC, false},      {WASMELT_HEAP_NOFUNC, WASMELT_HEAP_FUNC, true},
        {WASMELT_HEAP_NOEXTERN, WASMELT_HEAP_EXTERN, true}, {WASMELT_HEAP_NOEXN, WASMELT_HEAP_EXN, true},
        {WASMELT_HEAP_FUNC, WASMELT_HEAP_ANY, false},       {WASMELT_HEAP_STRUCT, WASMELT_HEAP_ARRAY, false},
    };
    for (size_t k = 0; k < sizeof pairs / sizeof *pairs; k++) {
        typed sub = {.type = WASMELT_REF(pairs[k].sub)}, super = {.type = WASMELT_REF_NULL(pairs[k].super)};
        CHECK(wasmelt_rt_typed_matches(sub, super) == pairs[k].matches);
        CHECK(!wasmelt_rt_typed_matches(super, sub)); /* null does not go where it is not allowed */
    }
    CHECK(!wasmelt_rt_typed_matches((typed){.type = WASMELT_I32}, (typed){.type = WASMELT_I64}));
    CHECK(!wasmelt_rt_typed_matches((typed){.type = WASMELT_I32}, (typed){.type = WASMELT_FUNCREF}));
}

CASE(concrete_types_match_across_modules) {
    wasmelt_type_groups();
    wasmelt_type a[1] = {open_func(WASMELT_NO_TYPE, NULL, 0)};
    wasmelt_type b[3] = {func(four, 4), open_func(WASMELT_NO_TYPE, NULL, 0), open_func(1, NULL, 0)};
    uint32_t a_ids[1], b_ids[3];
    CHECK(wasmelt_rt_types_intern(a, 1, a_ids) && wasmelt_rt_types_intern(b, 3, b_ids));
    typed in_a = {WASMELT_REF_NULL(0), a, a_ids};
    CHECK(wasmelt_rt_typed_equal(in_a, (typed){WASMELT_REF_NULL(1), b, b_ids}));
    CHECK(!wasmelt_rt_typed_equal(in_a, (typed){WASMELT_REF(1), b, b_ids}));
    CHECK(wasmelt_rt_typed_matches((typed){WASMELT_REF(2), b, b_ids}, in_a) &&
          !wasmelt_rt_typed_matches(in_a, (typed){WASMELT_REF_NULL(2), b, b_ids}));
    CHECK(wasmelt_rt_typed_matches(in_a, (typed){.type = WASMELT_FUNCREF}) &&
          !wasmelt_rt_typed_matches((typed){.type = WASMELT_FUNCREF}, in_a));
    CHECK(wasmelt_rt_typed_matches((typed){.type = WASMELT_REF_NULL(WASMELT_HEAP_NOFUNC)}, in_a));
    CHECK(!wasmelt_rt_typed_matches((typed){.type = WASMELT_REF_NULL(WASMELT_HEAP_NONE)}, in_a));
    CHECK(wasmelt_rt_typed_id(in_a) == a_ids[0] && wasmelt_rt_typed_id((typed){.type = WASMELT_FUNCREF}) == 0 &&
          wasmelt_rt_typed_is_func(in_a));
    wasmelt_rt_types_release(a, 1, a_ids);
    wasmelt_rt_types_release(b, 3, b_ids);
}
