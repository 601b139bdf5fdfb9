/* What hosts do with a heap: handles, externrefs with finalizers, reading and making objects, limits, stacks of their own. */
#include "case.h"

#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#include <wasmelt/code/heap.h>

#include "heap/heap.h"
#include "system/system.h"

/* ---- A module: struct {mut i8, i64, mut any, mut (ref null 0)}; array of mut i16; array of mut any; struct { (ref 0) }; struct { mut
 * extern, mut func } ---- */

#define NULLABLE(t) WASMELT_REF_NULL(t)

enum { PAIR, SHORTS, ANYS, STRICT, FOREIGN, TYPES };
static const wasmelt_valtype pair_fields[] = {WASMELT_I8, WASMELT_I64, NULLABLE(WASMELT_HEAP_ANY), NULLABLE(PAIR)};
static const wasmelt_valtype shorts = WASMELT_I16, anys = NULLABLE(WASMELT_HEAP_ANY), strict = WASMELT_REF(PAIR);
static const wasmelt_valtype foreign[] = {WASMELT_EXTERNREF, WASMELT_FUNCREF};
static const uint8_t pair_mutability[] = {1, 0, 1, 1}, all_mutable[] = {1, 1}, immutable[] = {0};

#define TYPE(kind_, index, fields, mutable_, count)                                                                                        \
    {                                                                                                                                      \
        .kind = WASMELT_TYPE_##kind_, .supertype = WASMELT_NO_TYPE, .group = index, .group_size = 1, .params = fields,                     \
        .mutability = mutable_, .param_count = count                                                                                       \
    }

static const wasmelt_type types[TYPES] = {
    [PAIR] = TYPE(STRUCT, PAIR, pair_fields, pair_mutability, 4),
    [SHORTS] = TYPE(ARRAY, SHORTS, &shorts, all_mutable, 1),
    [ANYS] = TYPE(ARRAY, ANYS, &anys, all_mutable, 1),
    [STRICT] = TYPE(STRUCT, STRICT, &strict, immutable, 1),
    [FOREIGN] = TYPE(STRUCT, FOREIGN, foreign, all_mutable, 2),
};

typedef struct app {
    wasmelt_instance base;
    uint32_t type_ids[TYPES], numbers[TYPES];
} app;

static const uint32_t heap_types[] = {PAIR, SHORTS, ANYS, STRICT, FOREIGN};
static const wasmelt_module module = {
    .abi_version = WASMELT_ABI_VERSION,
    .name = "app",
    .instance_size = sizeof(app),
    .types = types,
    .type_count = TYPES,
    .type_ids_offset = offsetof(app, type_ids),
    .heap_types = heap_types,
    .heap_type_count = TYPES,
    .type_groups = wasmelt_type_groups,
    .collector = wasmelt_collector,
    .heap_numbers_offset = offsetof(app, numbers),
};

static wasmelt_instance *instance;
static wasmelt_heap *h;

static void begin(const wasmelt_options *options) {
    CHECK(wasmelt_instantiate_with(&module, NULL, 0, options, &instance, NULL) == WASMELT_OK);
    h = instance->heap;
}

static uint32_t number_of(uint32_t type) {
    return wasmelt_heap_type_number(instance, type);
}

static wasmelt_object *new_pair(uint64_t value, wasmelt_object *any) {
    return wasmelt_struct_new(h, number_of(PAIR),
                              (wasmelt_value[]){{.i32 = (uint8_t)value}, {.i64 = value}, {.anyref = any}, {.anyref = NULL}});
}

static uint64_t value_of(const wasmelt_object *o) {
    wasmelt_value v;
    CHECK(wasmelt_object_get(h, o, 1, &v));
    return v.i64;
}

/* Collections of all kinds. */
static __attribute__((noinline)) void collect(void) {
    for (int k = 0; k < 400000 / (TORTURE ? 100 : 1); k++)
        CHECK(new_pair(1, NULL));
    CHECK(wasmelt_collect(h));
}

/* ---- Cases ---- */

CASE(reading_and_making) {
    begin(NULL);
    wasmelt_value v;
    wasmelt_object *inner = new_pair(0x1FF, NULL), *o = new_pair(7, inner), *i31 = wasmelt_i31_new(0x7FFFFFFF);
    CHECK(wasmelt_object_get(h, inner, 0, &v) && v.i32 == 0xFF && value_of(inner) == 0x1FF);
    CHECK(wasmelt_object_get(h, o, 2, &v) && v.anyref == inner && !wasmelt_object_get(h, o, 4, &v));
    CHECK(wasmelt_i31_get_s(i31) == -1 && wasmelt_i31_get_u(i31) == 0x7FFFFFFF && wasmelt_i31_get_s(wasmelt_i31_new(5)) == 5);
    CHECK(wasmelt_object_set(h, o, 2, &(wasmelt_value){.anyref = i31}) && wasmelt_object_get(h, o, 2, &v) && v.anyref == i31);
    CHECK(!wasmelt_object_set(h, o, 1, &v));                              /* immutable */
    CHECK(!wasmelt_object_set(h, o, 3, &(wasmelt_value){.anyref = i31})); /* of another type */
    CHECK(wasmelt_object_set(h, o, 3, &(wasmelt_value){.anyref = inner}) && wasmelt_object_set(h, o, 3, &(wasmelt_value){.anyref = NULL}));
    CHECK(!wasmelt_object_set(h, i31, 0, &v) && !wasmelt_object_get(h, NULL, 0, &v));
    CHECK(wasmelt_reference_kind_of(h, NULL) == WASMELT_REFERENCE_NULL && wasmelt_reference_kind_of(h, i31) == WASMELT_REFERENCE_I31);
    CHECK(wasmelt_reference_kind_of(h, o) == WASMELT_REFERENCE_STRUCT && wasmelt_object_is(h, o, number_of(PAIR)));
    CHECK(!wasmelt_object_is(h, o, number_of(ANYS)) && !wasmelt_object_is(h, i31, number_of(PAIR)) && !wasmelt_object_is(h, o, 99));
    CHECK(!wasmelt_struct_new(h, number_of(STRICT), NULL) && !wasmelt_struct_new(h, number_of(SHORTS), NULL) &&
          !wasmelt_struct_new(h, 3, NULL));
    CHECK(wasmelt_struct_new(h, number_of(STRICT), &(wasmelt_value){.anyref = o}));
    wasmelt_object *e = wasmelt_struct_new(h, number_of(FOREIGN), NULL);
    CHECK(wasmelt_object_set(h, e, 0, &(wasmelt_value){.externref = &v}) && wasmelt_object_get(h, e, 0, &v) && v.externref == &v);
    CHECK(wasmelt_heap_type_number(instance, TYPES) == 0);

    uint16_t text[] = {'o', 'b', 'j', 'e', 'c', 't'}, back[6] = {0};
    wasmelt_object *a = wasmelt_array_new(h, number_of(SHORTS), 6);
    CHECK(wasmelt_array_length(h, a) == 6 && wasmelt_array_length(h, o) == 0);
    CHECK(wasmelt_array_write(h, a, 0, 6, text) && wasmelt_array_read(h, a, 1, 5, back) && back[0] == 'b' && back[4] == 't');
    CHECK(!wasmelt_array_read(h, a, 1, 6, back) && !wasmelt_array_read(h, a, 7, 0, back) && wasmelt_array_read(h, a, 6, 0, NULL));
    CHECK(!wasmelt_array_write(h, a, UINT32_MAX, 2, text));
    CHECK(wasmelt_object_get(h, a, 2, &v) && v.i32 == 'j' && wasmelt_object_set(h, a, 2, &(wasmelt_value){.i32 = 0x12345}));
    CHECK(wasmelt_object_get(h, a, 2, &v) && v.i32 == 0x2345);
    wasmelt_object *refs = wasmelt_array_new(h, number_of(ANYS), 3);
    CHECK(!wasmelt_array_read(h, refs, 0, 1, back) && wasmelt_object_set(h, refs, 2, &(wasmelt_value){.anyref = a}));
    CHECK(wasmelt_object_get(h, refs, 2, &v) && v.anyref == a && wasmelt_object_get(h, refs, 0, &v) && !v.anyref);
    CHECK(wasmelt_reference_kind_of(h, wasmelt_any_from_extern(h, text)) == WASMELT_REFERENCE_EXTERN);
    wasmelt_instance_free(instance);
}

/* The values that a struct is made of are in memory of the host's, where no collection would look for them. */
CASE(values_elsewhere) {
    begin(NULL);
    wasmelt_value *values = calloc(4, sizeof *values);
    for (uint64_t k = 0; k < 200000 / (TORTURE ? 100 : 1); k++) {
        values[2].anyref = new_pair(k, NULL);
        values[1].i64 = k;
        wasmelt_object *o = wasmelt_struct_new(h, number_of(PAIR), values);
        wasmelt_value v;
        CHECK(o && wasmelt_object_get(h, o, 2, &v) && value_of(v.anyref) == k);
    }
    free(values);
    wasmelt_instance_free(instance);
}

static void *release(void *refs) {
    for (int k = 0; k < 1000; k++)
        if (k % 3 == 0)
            wasmelt_ref_release(((wasmelt_ref **)refs)[k]);
    return NULL;
}

static __attribute__((noinline)) void fill(wasmelt_ref **refs) {
    for (uint64_t k = 0; k < 1000; k++)
        refs[k] = wasmelt_ref_new(h, new_pair(k, NULL));
}

CASE(handles) {
    begin(NULL);
    wasmelt_ref **refs = calloc(1000, sizeof *refs);
    fill(refs);
    pthread_t other;
    CHECK(pthread_create(&other, NULL, release, refs) == 0);
    collect();
    CHECK(pthread_join(other, NULL) == 0);
    collect();
    for (uint64_t k = 0; k < 1000; k++)
        if (k % 3 != 0)
            CHECK(value_of(wasmelt_ref_get(refs[k])) == k);
    wasmelt_ref *i31 = wasmelt_ref_new(h, wasmelt_i31_new(9)), *none = wasmelt_ref_new(h, NULL);
    CHECK(wasmelt_ref_get(i31) == wasmelt_i31_new(9) && wasmelt_ref_get(none) == NULL);
    CHECK(wasmelt_ref_retain(i31) == i31);
    wasmelt_ref_release(i31);
    wasmelt_instance_free(instance);
    CHECK(wasmelt_ref_get(refs[1]) == NULL && wasmelt_ref_get(i31) == NULL);
    for (uint64_t k = 0; k < 1000; k++)
        if (k % 3 != 0)
            wasmelt_ref_release(refs[k]);
    wasmelt_ref_release(i31);
    wasmelt_ref_release(none);
    wasmelt_ref_release(NULL);
    free(refs);
}

enum { EXTERNS = 3000 };
static int finalized[EXTERNS], finalized_count;

static void finalize(void *data) {
    (*(int *)data)++;
    finalized_count++;
}

/* Every second one is kept, in a chain of structs. */
static __attribute__((noinline)) wasmelt_ref *make_externs(void) {
    wasmelt_object *chain = NULL;
    for (int k = 0; k < EXTERNS; k++) {
        void *e = wasmelt_extern_new(h, &finalized[k], finalize);
        CHECK(e && wasmelt_extern_data(h, e) == &finalized[k]);
        CHECK(wasmelt_extern_from_any(h, wasmelt_any_from_extern(h, e)) == e);
        if (k % 2)
            continue;
        wasmelt_object *o = new_pair((uint64_t)k, e);
        wasmelt_object_set(h, o, 3, &(wasmelt_value){.anyref = chain});
        chain = o;
    }
    return wasmelt_ref_new(h, chain);
}

CASE(finalizers) {
    begin(NULL);
    wasmelt_ref *chain = make_externs();
    collect();
    collect();
    CHECK(finalized_count > EXTERNS / 2 - 30); /* the stack may mean some */
    wasmelt_object *o = wasmelt_ref_get(chain);
    for (int k = EXTERNS - 2; k >= 0; k -= 2) {
        wasmelt_value v;
        CHECK(value_of(o) == (uint64_t)k && finalized[k] == 0);
        CHECK(wasmelt_object_get(h, o, 2, &v) && wasmelt_extern_data(h, v.anyref) == &finalized[k]);
        CHECK(wasmelt_object_get(h, o, 3, &v));
        o = v.anyref;
    }
    CHECK(!wasmelt_extern_data(h, chain) && !wasmelt_extern_data(h, NULL));
    wasmelt_ref_release(chain);
    wasmelt_instance_free(instance);
    for (int k = 0; k < EXTERNS; k++)
        CHECK(finalized[k] == 1);
}

/* Overwrites what calls have left on the stack. */
static __attribute__((noinline)) void forget(void) {
    volatile char stack[20000];
    for (size_t k = 0; k < sizeof stack; k++)
        stack[k] = 0;
}

/* ---- Growth ---- */

static uint64_t allowed, grown_to;
static int refusals;

static bool before(void *context, wasmelt_heap *heap, uint64_t from, uint64_t to) {
    CHECK(context == &allowed && (!instance || heap == h) && from < to);
    refusals += to > allowed;
    return to <= allowed;
}

static void after(void *context, wasmelt_heap *heap, uint64_t from, uint64_t to, bool grown) {
    CHECK(context == &allowed && grown && heap && from < to);
    grown_to = to;
}

static void fill_up(void *unused) {
    (void)unused;
    for (object *last = NULL;;) {
        last = wasmelt_struct_new(h, number_of(PAIR), (wasmelt_value[]){{0}, {0}, {.anyref = last}, {0}});
        if (!last)
            return;
    }
}

/* A finalizer must not use the heap. If one does, nothing else is lost: each makes as many externrefs as the list has room for, releases a
 * handle and makes objects, while the host makes an externref, or an object of what is only in its memory. */

enum { USES = 40 };
static wasmelt_ref *held[USES];
static uint32_t used_by;

static void do_nothing(void *data) {
    (void)data;
}

static void use_heap(void *data) {
    (void)data;
    const struct heap *own = heap_of(h);
    if (used_by >= USES)
        return;
    wasmelt_ref_release(held[used_by]);
    held[used_by++] = NULL;
    wasmelt_extern_new(h, NULL, use_heap);
    while (used_by < 10 && own->extern_count + own->finalizer_count < own->extern_room && wasmelt_extern_new(h, NULL, do_nothing))
        continue;
    new_pair(used_by, new_pair(0, NULL));
}

CASE(finalizers_that_use_the_heap) {
    begin(&(wasmelt_options){.heap = {.round_bytes = 64 << 10}});
    for (int k = 0; k < USES; k++)
        CHECK((held[k] = wasmelt_ref_new(h, new_pair((uint64_t)k, NULL))));
    CHECK(wasmelt_extern_new(h, NULL, use_heap));
    wasmelt_value *fields = calloc(4, sizeof *fields);
    CHECK(fields);
    uint64_t made = 0;
    for (; used_by < USES / 2; made++)
        CHECK(wasmelt_extern_new(h, NULL, made % 500 ? do_nothing : use_heap));
    for (; used_by < USES; made++) {
        CHECK(made < 100000000);
        fields[1].i64 = made;
        fields[2].anyref = new_pair(made, NULL);
        wasmelt_object *o = wasmelt_struct_new(h, number_of(PAIR), fields);
        CHECK(o && value_of(o) == made && value_of(fields[2].anyref) == made);
        CHECK(wasmelt_extern_new(h, NULL, made % 500 ? do_nothing : use_heap));
    }
    free(fields);
    wasmelt_instance_free(instance);
}

CASE(growth) {
    static const wasmelt_heap_hooks hooks = {before, after};
    allowed = (TORTURE > 0 ? 4 : 10) << 20; /* how many collections there are, and how long each is, both grow with it */
    begin(&(wasmelt_options){.heap = {.hooks = &hooks, .hooks_context = &allowed}});
    CHECK(wasmelt_run(fill_up, NULL, NULL) == WASMELT_TRAP_NONE);
    CHECK(refusals > 0 && grown_to > allowed / 2 && grown_to <= allowed);
    wasmelt_heap_statistics s;
    wasmelt_heap_get_statistics(h, &s);
    CHECK(s.used_bytes <= grown_to && s.peak_bytes <= grown_to && s.alive_bytes > 0 && s.full_collections > 0);
    CHECK(s.peak_bytes >= s.used_bytes && s.used_bytes >= s.alive_bytes && s.maximum_bytes > allowed);
    CHECK(s.nanoseconds >= s.longest_full && s.longest_full > 0 && s.minor_collections >= s.moving_collections);
    wasmelt_instance_free(instance);
}

CASE(statistics_of_a_limit) {
    begin(&(wasmelt_options){.heap = {.maximum_bytes = 20 << 20, .round_bytes = 1 << 20}});
    collect();
    wasmelt_heap_statistics s;
    wasmelt_heap_get_statistics(h, &s);
    CHECK(s.maximum_bytes <= 20 << 20 && s.maximum_bytes > 19 << 20 && s.peak_bytes < 4 << 20 && s.alive_bytes < 1 << 20);
    CHECK(TORTURE > 0 || s.minor_collections > 10);
    wasmelt_instance_free(instance);
}

static uint64_t resident(void) {
    FILE *f = fopen("/proc/self/statm", "r");
    unsigned long size, pages;
    CHECK(f && fscanf(f, "%lu %lu", &size, &pages) == 2);
    fclose(f);
    return (uint64_t)pages * 4096;
}

/* 100 MB, which nothing in a caller's frame refers to. */
static __attribute__((noinline)) wasmelt_ref *new_large(void) {
    wasmelt_object *a = wasmelt_array_new(h, number_of(SHORTS), 50000000);
    for (uint32_t k = 0; k < 50000000; k += 1000)
        CHECK(wasmelt_array_write(h, a, k, 1, "xy"));
    return wasmelt_ref_new(h, a);
}

/* What is free goes back to the system, and can be used again. */
CASE(memory_goes_back) {
    begin(NULL);
    for (int round = 0; round < 3; round++) {
        wasmelt_ref *ref = new_large();
        uint64_t full = resident();
        wasmelt_ref_release(ref);
        forget();
        CHECK(wasmelt_collect(h));
        CHECK(resident() + 80000000 < full);
    }
    collect();
    wasmelt_instance_free(instance);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) /* they need memory for what the heap has */

/* A chain of small objects, of 64 MB. */
static __attribute__((noinline)) wasmelt_ref *new_chain(void) {
    wasmelt_ref *last = wasmelt_ref_new(h, new_pair(0, NULL));
    for (uint32_t k = 1; k < (TORTURE > 0 ? 2000 : 1600000); k++) {
        wasmelt_ref *next = wasmelt_ref_new(h, new_pair(k, wasmelt_ref_get(last)));
        wasmelt_ref_release(last);
        last = next;
    }
    return last;
}

/* So do the tables that describe what is free: they would keep 5 MB here. */
CASE(tables_go_back) {
    uint64_t at_first = resident();
    begin(&(wasmelt_options){.heap = {.round_bytes = 256 << 10}});
    for (int round = 0; round < 3; round++) {
        wasmelt_ref *last = new_chain();
        CHECK(wasmelt_collect(h));
        CHECK(TORTURE > 0 || resident() > at_first + (50 << 20));
        wasmelt_ref_release(last);
        forget();
        CHECK(wasmelt_collect(h) && wasmelt_collect(h));
        CHECK(resident() < at_first + (3 << 20));
    }
    wasmelt_instance_free(instance);
}

/* So does memory that is free all over the heap, between blocks of which more is alive than is moved: huge pages would keep 64 MB. The
 * memory is zero when it is used again, also if there are huge pages again. */
CASE(memory_goes_back_in_parts) {
    enum { BLOCKS = TORTURE > 0 ? 64 : 2048, IN_BLOCK = 4, LENGTH = (32768 / IN_BLOCK - 16) / 2 };
    static wasmelt_ref *refs[BLOCKS * IN_BLOCK];
    begin(&(wasmelt_options){.heap = {.round_bytes = 256 << 10}});
    for (int round = 0; round < 2; round++) {
        uint64_t at_first = resident();
        for (uint32_t k = 0; k < BLOCKS * IN_BLOCK; k++) {
            wasmelt_object *a = wasmelt_array_new(h, number_of(SHORTS), LENGTH);
            uint16_t last = 1;
            CHECK(wasmelt_array_read(h, a, LENGTH - 1, 1, &last) && last == 0);
            memset((uint8_t *)a + 16, 1, LENGTH);
            refs[k] = wasmelt_ref_new(h, a);
        }
        CHECK(TORTURE > 0 || resident() > at_first + (60 << 20));
        for (uint32_t k = 0; k < BLOCKS * IN_BLOCK; k++)
            if (k / IN_BLOCK % 8 > 0 || k % IN_BLOCK > 1)
                wasmelt_ref_release(refs[k]);
        forget();
        CHECK(wasmelt_collect(h) && wasmelt_collect(h));
        CHECK(resident() < at_first + (16 << 20));
        for (uint32_t k = 0; k < BLOCKS * IN_BLOCK; k += 8 * IN_BLOCK) {
            wasmelt_ref_release(refs[k]);
            wasmelt_ref_release(refs[k + 1]);
        }
        forget();
        CHECK(wasmelt_collect(h) && wasmelt_collect(h));
        CHECK(resident() < at_first + (6 << 20));
    }
    wasmelt_instance_free(instance);
}

#endif

#ifdef MADV_POPULATE_WRITE

/* How many of the bytes from `begin` on have memory. */
static uint64_t touched(const void *begin, uint64_t bytes) {
    return wasmelt_rt_system_resident(begin, bytes);
}

static bool system_populates(void) {
    uint64_t page = wasmelt_rt_host_page_size();
    void *one = mmap(NULL, (size_t)page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    bool does = one != MAP_FAILED && madvise(one, (size_t)page, MADV_POPULATE_WRITE) == 0 && page <= 32768;
    munmap(one, (size_t)page);
    return does;
}

/* All of a block of small objects has memory when there is an object in it; a large array of zeros has none before it is used. */
CASE(memory_of_blocks_comes_at_once) {
    begin(NULL);
    const wasmelt_object *small = new_pair(1, NULL);
    const void *large = wasmelt_heap_find_array_zeros(h, 100000000, 50000000);
    CHECK(touched((const void *)(((uintptr_t)large | 4095) + 1), 90000000) <= 2 << 20); /* what shares huge pages with its ends */
    CHECK(!system_populates() || touched((const void *)((uintptr_t)small & ~(uintptr_t)32767), 32768) == 32768);
    wasmelt_instance_free(instance);
}

/* Once minor collections move objects, the blocks that the next one takes have memory before it begins, if memory comes in huge pages. */
CASE(memory_comes_before_a_collection) {
    begin(NULL);
    heap *of = (heap *)h;
    wasmelt_heap_statistics s = {0};
    for (uint64_t seen = 0; seen<12; seen += TORTURE> 0) {
        new_pair(1, NULL);
        uint64_t before = s.minor_collections;
        wasmelt_heap_get_statistics(h, &s);
        if (s.minor_collections == before)
            continue;
        seen++;
        new_pair(1, NULL);
        uint32_t b = of->free_from;
        while (b < of->used && !(of->free[b / 64] >> (b % 64) & 1))
            b++;
        CHECK(of->huge_from == NO_BLOCK || !wasmelt_rt_heap_expects_few(of) ||
              (b < of->committed && of->blocks[b].memory != MEMORY_UNTOUCHED));
    }
    CHECK(TORTURE > 0 || s.moving_collections > 4);
    wasmelt_instance_free(instance);
}

#endif

/* ---- Stores ---- */

/* Everything is found again in a store of two instances, of which the first has gone. */
CASE(a_store_of_two) {
    begin(NULL);
    wasmelt_instance *first = instance;
    wasmelt_ref *ref = wasmelt_ref_new(h, new_pair(5, NULL));
    begin(&(wasmelt_options){.store = first->store});
    CHECK(first->heap == h);
    wasmelt_instance_free(first);
    collect();
    CHECK(value_of(wasmelt_ref_get(ref)) == 5);
    wasmelt_ref_release(ref);
    wasmelt_instance_free(instance);
}

static wasmelt_store *named;
static wasmelt_heap *seen_by_start;

static void look(void *self) {
    seen_by_start = wasmelt_store_heap(named);
    CHECK(seen_by_start == ((wasmelt_instance *)self)->heap);
}

/* What a function of the host needs that a start function calls. */
CASE(the_heap_of_a_store) {
    wasmelt_module starts = module;
    starts.start = look;
    CHECK((named = wasmelt_store_new(NULL)) && !wasmelt_store_heap(named));
    CHECK(wasmelt_instantiate_with(&starts, NULL, 0, &(wasmelt_options){.store = named}, &instance, NULL) == WASMELT_OK);
    CHECK(seen_by_start && seen_by_start == instance->heap);
    wasmelt_instance_free(instance);
    wasmelt_store_free(named);
}

/* ---- Stacks ---- */

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) /* they want to be told of each change of stacks */

enum { STACK = 128 * 1024 };
static ucontext_t *outside, beginning[2], *inside[2];
static int current;

static __attribute__((noinline)) void hold(uint64_t value) {
    ucontext_t here; /* on the stack: registers are kept in it */
    inside[current] = &here;
    wasmelt_object *o = new_pair(value, NULL);
    for (int k = 0; k < 3; k++) {
        CHECK(swapcontext(&here, outside) == 0);
        CHECK(value_of(o) == value);
        collect();
        CHECK(value_of(o) == value);
    }
}

static void body(void *unused) {
    (void)unused;
    hold((uint64_t)(100 + current));
}

static void run_body(void) {
    CHECK(wasmelt_run_limited(64 * 1024, body, NULL, NULL) == WASMELT_TRAP_NONE);
    CHECK(setcontext(outside) == 0);
}

CASE(fibers_hold_objects) {
    begin(NULL);
    for (current = 0; current < 2; current++) {
        char *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        CHECK(stack != MAP_FAILED && wasmelt_stack_name(stack, STACK, 0) == 0);
        inside[current] = &beginning[current];
        CHECK(getcontext(inside[current]) == 0);
        inside[current]->uc_stack.ss_sp = stack;
        inside[current]->uc_stack.ss_size = STACK;
        makecontext(inside[current], run_body, 0);
    }
    ucontext_t here;
    outside = &here;
    wasmelt_object *own = new_pair(1, NULL);
    for (int k = 0; k < 8; k++) {
        current = k % 2;
        CHECK(swapcontext(&here, inside[current]) == 0);
        CHECK(value_of(own) == 1);
        collect();
        CHECK(value_of(own) == 1);
    }
    for (current = 0; current < 2; current++)
        CHECK(wasmelt_stack_forget(beginning[current].uc_stack.ss_sp));
    wasmelt_instance_free(instance);
}

#endif

/* ---- Threads: a store each ---- */

static void *churn_alone(void *unused) {
    (void)unused;
    wasmelt_instance *own;
    CHECK(wasmelt_instantiate(&module, NULL, 0, &own, NULL) == WASMELT_OK);
    uint32_t pair = wasmelt_heap_type_number(own, PAIR);
    wasmelt_object *kept = NULL;
    for (uint64_t k = 0; k < 60000 / (TORTURE ? 30 : 1); k++) {
        wasmelt_object *o = wasmelt_struct_new(own->heap, pair, (wasmelt_value[]){{0}, {.i64 = k}, {.anyref = k % 100 ? NULL : kept}, {0}});
        CHECK(o);
        if (k % 100 == 0)
            kept = o;
    }
    CHECK(wasmelt_collect(own->heap));
    wasmelt_value v = {.anyref = kept};
    uint64_t count = 0;
    for (; v.anyref; count++)
        CHECK(wasmelt_object_get(own->heap, v.anyref, 2, &v));
    CHECK(count == 600 / (TORTURE ? 30 : 1));
    wasmelt_instance_free(own);
    return NULL;
}

CASE(stores_in_threads) {
    enum { THREADS = 64 };
    pthread_t threads[THREADS];
    for (int k = 0; k < THREADS; k++)
        CHECK(pthread_create(&threads[k], NULL, churn_alone, NULL) == 0);
    for (int k = 0; k < THREADS; k++)
        CHECK(pthread_join(threads[k], NULL) == 0);
}
