/* What the host allows memories, is told of them, and how it looks into them. */
#include "case.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <wasmelt/code/support.h>

enum { PAGE = 65536 };

static const wasmelt_memory_type one_to_ten = {.minimum = 1, .maximum = 10, .has_maximum = true, .page_size_log2 = 16};
static const wasmelt_memory_type wide = {.minimum = 1, .is64 = true, .page_size_log2 = 16};
static const wasmelt_memory_type bytes_only = {.minimum = 5000, .page_size_log2 = 0};
static const wasmelt_memory_type shared = {.minimum = 1, .maximum = 65, .has_maximum = true, .shared = true, .page_size_log2 = 16};

static wasmelt_memory *limited(const wasmelt_memory_type *type, uint64_t bytes) {
    return wasmelt_memory_new_with(type, &(wasmelt_memory_options){.maximum_bytes = bytes});
}

/* ---- The most that a memory may have ---- */

CASE(the_hosts_limit_counts_where_it_is_below_the_types) {
    wasmelt_memory *m = limited(&one_to_ten, 3 * PAGE + 1);
    CHECK(wasmelt_memory_grow(m, 3) == UINT64_MAX && m->size == PAGE);
    CHECK(wasmelt_memory_grow(m, 2) == 1 && m->size == 3 * PAGE);
    CHECK(wasmelt_memory_grow(m, 1) == UINT64_MAX && wasmelt_memory_grow(m, 0) == 3);
    wasmelt_memory_free(m);
    m = limited(&one_to_ten, UINT64_MAX);
    CHECK(wasmelt_memory_grow(m, 10) == UINT64_MAX && wasmelt_memory_grow(m, 9) == 1);
    wasmelt_memory_free(m);
}

CASE(a_limit_below_the_minimum_is_an_error) {
    errno = 0;
    CHECK(!limited(&one_to_ten, PAGE - 1) && errno == ERANGE);
    CHECK(!limited(&wide, 1) && errno == ERANGE);
    CHECK(!limited(&bytes_only, 4999) && errno == ERANGE);
    wasmelt_memory *m = limited(&one_to_ten, PAGE);
    CHECK(m && wasmelt_memory_grow(m, 1) == UINT64_MAX);
    wasmelt_memory_free(m);
}

CASE(memories_with_wide_indices_and_small_pages_are_limited_too) {
    wasmelt_memory *m = limited(&wide, 4 * PAGE);
    CHECK(m->reserved <= 5 * PAGE && wasmelt_memory_grow(m, 4) == UINT64_MAX && wasmelt_memory_grow(m, 3) == 1);
    wasmelt_memory_free(m);
    m = limited(&bytes_only, 6000);
    CHECK(wasmelt_memory_grow(m, 1001) == UINT64_MAX && wasmelt_memory_grow(m, 1000) == 5000 && m->size == 6000);
    wasmelt_memory_free(m);
}

CASE(the_limit_can_be_changed) {
    wasmelt_memory *m = wasmelt_memory_new(&one_to_ten);
    CHECK(wasmelt_memory_set_maximum(m, 2 * PAGE) == 2 * PAGE);
    CHECK(wasmelt_memory_grow(m, 2) == UINT64_MAX && wasmelt_memory_grow(m, 1) == 1);
    CHECK(wasmelt_memory_set_maximum(m, 0) == 2 * PAGE); /* what it has it keeps */
    CHECK(wasmelt_memory_grow(m, 1) == UINT64_MAX && m->size == 2 * PAGE);
    CHECK(wasmelt_memory_set_maximum(m, UINT64_MAX) == 10 * PAGE); /* its type still holds */
    CHECK(wasmelt_memory_grow(m, 8) == 2);
    wasmelt_memory_free(m);
    m = limited(&wide, 4 * PAGE);
    CHECK(wasmelt_memory_set_maximum(m, 100 * PAGE) == 4 * PAGE); /* no more has been reserved */
    wasmelt_memory_free(m);
}

/* ---- Hooks ---- */

typedef struct record {
    uint64_t budget; /* bytes that may be added */
    unsigned asked, grown, not_grown;
    uint64_t from, to; /* of the last call */
    wasmelt_memory *memory;
} record;

static bool before(void *context, wasmelt_memory *memory, uint64_t from, uint64_t to) {
    record *r = context;
    r->asked++;
    CHECK(memory->size == from && to > from);
    if (to - from > r->budget)
        return false;
    r->budget -= to - from;
    return true;
}

static void after(void *context, wasmelt_memory *memory, uint64_t from, uint64_t to, bool grown) {
    record *r = context;
    *(grown ? &r->grown : &r->not_grown) += 1;
    if (!grown)
        r->budget += to - from;
    CHECK(memory->size == (grown ? to : from));
    r->from = from;
    r->to = to;
    r->memory = memory;
}

static const wasmelt_memory_hooks both = {before, after};

CASE(hooks_see_growth_and_may_refuse_it) {
    record r = {.budget = 5 * PAGE};
    wasmelt_memory *m = wasmelt_memory_new_with(&one_to_ten, &(wasmelt_memory_options){.hooks = &both, .hooks_context = &r});
    CHECK(r.asked == 0);
    CHECK(wasmelt_memory_grow(m, 0) == 1 && r.asked == 0);
    CHECK(wasmelt_memory_grow(m, 2) == 1 && r.asked == 1 && r.grown == 1);
    CHECK(r.from == PAGE && r.to == 3 * PAGE && r.memory == m);
    CHECK(wasmelt_memory_grow(m, 4) == UINT64_MAX && r.asked == 2 && r.grown == 1 && r.not_grown == 0 && m->size == 3 * PAGE);
    CHECK(wasmelt_memory_grow(m, 8) == UINT64_MAX && r.asked == 2); /* more than the type allows: not asked */
    CHECK(wasmelt_memory_grow(m, 3) == 3 && r.budget == 0);
    wasmelt_memory_set_hooks(m, NULL, NULL);
    CHECK(wasmelt_memory_grow(m, 1) == 6 && r.asked == 3);
    wasmelt_memory_free(m);
}

#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__) /* those map memory of their own at any time */
CASE(growth_that_the_system_refuses_is_told_and_changes_nothing) {
    record r = {.budget = UINT64_MAX};
    wasmelt_memory *m = wasmelt_memory_new_with(&(wasmelt_memory_type){.minimum = 1, .page_size_log2 = 16},
                                                &(wasmelt_memory_options){.hooks = &both, .hooks_context = &r});
    wasmelt_memory_statistics s;
    struct rlimit limit = {(rlim_t)64 << 20, (rlim_t)64 << 20};
    m->base[PAGE - 1] = 7;
    CHECK(setrlimit(RLIMIT_DATA, &limit) == 0); /* private memory that can be written */
    CHECK(wasmelt_memory_grow(m, 4096) == UINT64_MAX && r.asked == 1 && r.grown == 0 && r.not_grown == 1);
    CHECK(m->size == PAGE && m->pages == 1 && m->base[PAGE - 1] == 7 && r.budget == UINT64_MAX);
    CHECK(wasmelt_memory_grow(m, 100) == 1 && r.grown == 1 && m->base[101 * PAGE - 1] == 0);
    wasmelt_memory_get_statistics(m, &s);
    CHECK(s.growths == 1 && s.refusals == 1 && s.bytes == 101 * PAGE);
    wasmelt_memory_free(m);
}
#endif

static bool before_traps(void *context, wasmelt_memory *memory, uint64_t from, uint64_t to) {
    (void)context, (void)memory, (void)from, (void)to;
    wasmelt_trap_raise(WASMELT_TRAP_HOST);
}

static void grow_by_one(void *memory) {
    wasmelt_memory_grow(memory, 1);
}

CASE(a_hook_may_end_the_call) {
    static const wasmelt_memory_hooks trapping = {before_traps, NULL};
    const wasmelt_memory_type *types[] = {&one_to_ten, &shared};
    for (int k = 0; k < 2; k++) {
        wasmelt_memory *m = wasmelt_memory_new(types[k]);
        wasmelt_memory_set_hooks(m, &trapping, NULL);
        CHECK(wasmelt_run(grow_by_one, m, NULL) == WASMELT_TRAP_HOST && m->size == PAGE);
        wasmelt_memory_set_hooks(m, NULL, NULL);
        CHECK(wasmelt_memory_grow(m, 1) == 1);
        wasmelt_memory_free(m);
    }
}

/* Every `before` that says yes is followed by one `after`, also where threads overtake one another. */
typedef struct shared_record {
    _Atomic int allowed, grown, overtaken;
    wasmelt_memory *memory;
} shared_record;

static bool shared_before(void *context, wasmelt_memory *memory, uint64_t from, uint64_t to) {
    shared_record *r = context;
    (void)memory, (void)from, (void)to;
    r->allowed++;
    return true;
}

static void shared_after(void *context, wasmelt_memory *memory, uint64_t from, uint64_t to, bool grown) {
    shared_record *r = context;
    (void)memory, (void)from, (void)to;
    grown ? r->grown++ : r->overtaken++;
}

static void *grow_in_thread(void *argument) {
    shared_record *r = argument;
    for (int k = 0; k < 8; k++)
        CHECK(wasmelt_memory_grow(r->memory, 1) != UINT64_MAX);
    return NULL;
}

CASE(hooks_of_a_shared_memory_add_up) {
    static const wasmelt_memory_hooks counting = {shared_before, shared_after};
    enum { THREADS = 8 };
    shared_record r = {0};
    pthread_t threads[THREADS];
    r.memory = wasmelt_memory_new_with(&shared, &(wasmelt_memory_options){.hooks = &counting, .hooks_context = &r});
    for (int k = 0; k < THREADS; k++)
        CHECK(pthread_create(&threads[k], NULL, grow_in_thread, &r) == 0);
    for (int k = 0; k < THREADS; k++)
        CHECK(pthread_join(threads[k], NULL) == 0);
    CHECK(r.memory->pages == 65 && r.grown == 64 && r.allowed == r.grown + r.overtaken);
    CHECK(wasmelt_memory_grow(r.memory, 1) == UINT64_MAX);
    wasmelt_memory_free(r.memory);
}

/* ---- Numbers ---- */

CASE(statistics_of_a_memory) {
    wasmelt_memory *m = limited(&one_to_ten, 4 * PAGE);
    wasmelt_memory_statistics s;
    wasmelt_memory_get_statistics(m, &s);
    CHECK(s.bytes == PAGE && s.maximum_bytes == 4 * PAGE && s.resident_bytes == 0 && s.growths == 0 && s.refusals == 0);
    CHECK(s.reserved_bytes >= UINT64_C(1) << 32);
    m->base[5] = 1;
    m->base[PAGE - 1] = 1;
    wasmelt_memory_grow(m, 2);
    wasmelt_memory_grow(m, 0);
    wasmelt_memory_grow(m, 2);
    m->base[2 * PAGE] = 1;
    wasmelt_memory_get_statistics(m, &s);
    CHECK(s.bytes == 3 * PAGE && s.growths == 1 && s.refusals == 1);
    CHECK(s.resident_bytes >= 3 * 4096 && s.resident_bytes <= s.bytes);
    wasmelt_memory_free(m);
}

CASE(usage_of_the_process) {
    wasmelt_usage u;
    wasmelt_get_usage(&u);
    CHECK(u.instances == 0 && u.memories == 0 && u.memory_bytes == 0 && u.reserved_bytes == 0);
    wasmelt_memory *a = wasmelt_memory_new(&one_to_ten), *b = wasmelt_memory_new(&wide);
    wasmelt_memory_grow(a, 2);
    CHECK(!limited(&one_to_ten, 1));
    wasmelt_get_usage(&u);
    CHECK(u.memories == 2 && u.memory_bytes == 4 * PAGE && u.reserved_bytes == a->reserved + b->reserved);
    wasmelt_memory_free(a);
    wasmelt_memory_free(b);
    wasmelt_get_usage(&u);
    CHECK(u.memories == 0 && u.memory_bytes == 0 && u.reserved_bytes == 0);
}

/* ---- Looking into a memory ---- */

static void need_beyond(void *memory) {
    wasmelt_memory_need(memory, PAGE - 3, 4);
}

CASE(copies_are_checked) {
    const wasmelt_memory_type *types[] = {&one_to_ten, &wide};
    for (int k = 0; k < 2; k++) {
        wasmelt_memory *m = wasmelt_memory_new(types[k]);
        char back[8] = "";
        CHECK(wasmelt_memory_write(m, PAGE - 8, "1234567", 8) && wasmelt_memory_read(m, PAGE - 8, back, 8));
        CHECK(strcmp(back, "1234567") == 0);
        CHECK(!wasmelt_memory_write(m, PAGE - 7, "xxxxxxx", 8) && m->base[PAGE - 7] == '2');
        CHECK(!wasmelt_memory_read(m, PAGE - 7, back, 8) && back[0] == '1');
        CHECK(!wasmelt_memory_read(m, UINT64_MAX, back, 8) && !wasmelt_memory_read(m, 8, back, UINT64_MAX - 3));
        CHECK(wasmelt_memory_write(m, PAGE, NULL, 0) && !wasmelt_memory_write(m, PAGE + 1, NULL, 0));
        CHECK(wasmelt_memory_need(m, PAGE - 4, 4) == m->base + PAGE - 4);
        CHECK(wasmelt_run(need_beyond, m, NULL) == WASMELT_TRAP_MEMORY_BOUNDS);
        wasmelt_memory_free(m);
    }
}

CASE(strings_end_within_the_memory) {
    wasmelt_memory *m = wasmelt_memory_new(&one_to_ten);
    uint64_t length = 99;
    memcpy(m->base + 10, "abc", 4);
    CHECK(strcmp(wasmelt_memory_string(m, 10, &length), "abc") == 0 && length == 3);
    CHECK(wasmelt_memory_string(m, 13, &length) && length == 0 && wasmelt_memory_string(m, 11, NULL));
    memset(m->base + PAGE - 3, 'x', 3);
    length = 99;
    CHECK(!wasmelt_memory_string(m, PAGE - 3, &length) && length == 99);
    CHECK(!wasmelt_memory_string(m, PAGE, NULL) && !wasmelt_memory_string(m, UINT64_MAX, NULL));
    wasmelt_memory_grow(m, 1); /* now there is a zero */
    CHECK(wasmelt_memory_string(m, PAGE - 3, &length) && length == 3);
    wasmelt_memory_free(m);
}

CASE(addresses_of_pointers) {
    wasmelt_memory *m = wasmelt_memory_new(&one_to_ten);
    char outside;
    CHECK(wasmelt_memory_address(m, m->base) == 0 && wasmelt_memory_address(m, m->base + PAGE - 1) == PAGE - 1);
    CHECK(wasmelt_memory_address(m, m->base + PAGE) == UINT64_MAX && wasmelt_memory_address(m, &outside) == UINT64_MAX);
    CHECK(wasmelt_memory_address(m, NULL) == UINT64_MAX);
    wasmelt_memory_free(m);
}

CASE(pointers_stay_valid_over_growth) {
    wasmelt_memory *m = wasmelt_memory_new(&(wasmelt_memory_type){.minimum = 1, .page_size_log2 = 16});
    char *text = wasmelt_memory_at(m, 100, 6);
    strcpy(text, "stays");
    for (int k = 0; k < 1000; k++)
        CHECK(wasmelt_memory_grow(m, 1) == (uint64_t)k + 1 && m->base + 100 == (uint8_t *)text);
    CHECK(strcmp(text, "stays") == 0 && text == wasmelt_memory_at(m, 100, 6));
    wasmelt_memory_free(m);
}

/* ---- Many small memories ---- */

static uint8_t *pool;
static size_t pool_used;

static void *reserve_in_pool(void *unused, uint64_t bytes, uint64_t alignment) {
    (void)unused, (void)alignment;
    pool_used += bytes;
    return pool + pool_used - bytes;
}

static void release_in_pool(void *unused, void *base, uint64_t bytes) {
    (void)unused;
    CHECK(madvise(base, bytes, MADV_DONTNEED) == 0);
}

CASE(memories_side_by_side_in_accessible_space_are_one_mapping) {
    enum { COUNT = 2000 };
    static wasmelt_memory *m[COUNT];
    const wasmelt_memory_type type = {.minimum = 1, .maximum = 4, .has_maximum = true, .page_size_log2 = 16, .checked = true};
    const wasmelt_memory_space space = {reserve_in_pool, release_in_pool};
    size_t bytes = (size_t)COUNT * 8 * PAGE;
    pool = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    CHECK(pool != MAP_FAILED);
    int before = mapping_count();
    for (int k = 0; k < COUNT; k++)
        CHECK((m[k] = wasmelt_memory_new_with(&type, &(wasmelt_memory_options){.space = &space})));
    CHECK(pool_used <= bytes && mapping_count() <= before + 10);
    CHECK(wasmelt_memory_grow(m[7], 3) == 1 && wasmelt_memory_grow(m[7], 1) == UINT64_MAX);
    m[7]->base[4 * PAGE - 1] = 1;
    CHECK(m[8]->base[0] == 0 && !wasmelt_memory_at(m[7], 4 * PAGE, 1));
    for (int k = 0; k < COUNT; k++)
        wasmelt_memory_free(m[k]);
    CHECK(munmap(pool, bytes) == 0);
}
