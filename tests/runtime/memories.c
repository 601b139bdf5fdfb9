/* Linear memories: size, growth, resources, the bulk instructions' bounds. */
#include "case.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>

#include <wasmelt/code/support.h>

#include "reservation.h"

#define PAGE UINT64_C(65536)

static wasmelt_memory *make(wasmelt_memory_type type) {
    wasmelt_memory *m = wasmelt_memory_new(&type);
    CHECK(m);
    return m;
}

CASE(grows_to_its_maximum_and_stays_where_it_is) {
    wasmelt_memory *m = make((wasmelt_memory_type){.minimum = 2, .maximum = 64, .has_maximum = true, .page_size_log2 = 16});
    uint8_t *base = m->base;
    m->base[2 * PAGE - 1] = 7;
    CHECK(wasmelt_memory_grow(m, 3) == 2 && m->pages == 5 && m->size == 5 * PAGE && m->base == base);
    CHECK(base[2 * PAGE - 1] == 7 && base[2 * PAGE] == 0 && base[5 * PAGE - 1] == 0);
    CHECK(wasmelt_memory_grow(m, 60) == UINT64_MAX && m->pages == 5 && m->size == 5 * PAGE);
    CHECK(wasmelt_memory_grow(m, UINT64_MAX) == UINT64_MAX && m->pages == 5);
    CHECK(wasmelt_memory_grow(m, 59) == 5 && m->pages == 64);
    CHECK(wasmelt_memory_grow(m, 0) == 64);
    CHECK(wasmelt_memory_grow(m, 1) == UINT64_MAX && m->size == 64 * PAGE);
    base[64 * PAGE - 1] = 1;
    wasmelt_memory_free(m);
}

CASE(without_maximum_grows_to_four_gigabytes) {
    wasmelt_memory *m = make((wasmelt_memory_type){.page_size_log2 = 16});
    CHECK(m->size == 0 && wasmelt_memory_at(m, 0, 0) && !wasmelt_memory_at(m, 0, 1));
    CHECK(wasmelt_memory_grow(m, 65537) == UINT64_MAX);
    CHECK(wasmelt_memory_grow(m, 65536) == 0 && m->size == UINT64_C(1) << 32);
    m->base[m->size - 1] = 1;
    CHECK(wasmelt_memory_grow(m, 1) == UINT64_MAX);
    wasmelt_memory_free(m);
}

CASE(with_64_bit_indices) {
    wasmelt_memory *m = make((wasmelt_memory_type){.minimum = 1, .is64 = true, .page_size_log2 = 16});
    CHECK(wasmelt_memory_grow(m, UINT64_MAX) == UINT64_MAX);
    CHECK(wasmelt_memory_grow(m, (UINT64_C(1) << 48) - 1) == UINT64_MAX && m->pages == 1);
    CHECK(wasmelt_memory_grow(m, 1) == 1);
    m->base[2 * PAGE - 1] = 1;
    wasmelt_memory_free(m);
    m = make((wasmelt_memory_type){.minimum = 0, .maximum = 3, .has_maximum = true, .is64 = true, .page_size_log2 = 16});
    CHECK(wasmelt_memory_grow(m, 3) == 0 && wasmelt_memory_grow(m, 1) == UINT64_MAX);
    CHECK(m->reserved < 5 * PAGE);
    wasmelt_memory_free(m);
}

CASE(checked_by_code) {
    wasmelt_memory *m = make((wasmelt_memory_type){.minimum = 1, .maximum = 3, .has_maximum = true, .page_size_log2 = 16, .checked = true});
    CHECK(m->reserved < 5 * PAGE);
    CHECK(wasmelt_memory_grow(m, 3) == UINT64_MAX && wasmelt_memory_grow(m, 2) == 1);
    m->base[3 * PAGE - 1] = 1;
    wasmelt_memory_free(m);
    m = make((wasmelt_memory_type){.page_size_log2 = 16, .checked = true});
    CHECK(wasmelt_memory_grow(m, 65537) == UINT64_MAX && wasmelt_memory_grow(m, 65536) == 0);
    m->base[m->size - 1] = 1;
    wasmelt_memory_free(m);
}

CASE(the_handler_searches_memories_in_which_code_faults) {
    wasmelt_memory *guarded = make((wasmelt_memory_type){.minimum = 1, .maximum = 3, .has_maximum = true, .page_size_log2 = 16});
    wasmelt_memory *checked =
        make((wasmelt_memory_type){.minimum = 1, .maximum = 3, .has_maximum = true, .page_size_log2 = 16, .checked = true});
    CHECK(wasmelt_rt_reservation_contains((uintptr_t)guarded->base + PAGE));
    CHECK(!wasmelt_rt_reservation_contains((uintptr_t)checked->base + PAGE)); /* of these there may be a hundred thousand */
    uintptr_t outside = (uintptr_t)guarded->base + PAGE;
    wasmelt_memory_free(checked);
    wasmelt_memory_free(guarded);
    CHECK(!wasmelt_rt_reservation_contains(outside));
}

CASE(with_pages_of_one_byte) {
    wasmelt_memory *m = make((wasmelt_memory_type){.minimum = 5, .maximum = 5000, .has_maximum = true});
    CHECK(m->size == 5 && m->pages == 5);
    CHECK(wasmelt_memory_grow(m, 4092) == 5 && m->size == 4097);
    m->base[4096] = 1;
    CHECK(wasmelt_memory_grow(m, 904) == UINT64_MAX && wasmelt_memory_grow(m, 903) == 4097);
    CHECK(wasmelt_memory_at(m, 4999, 1) && !wasmelt_memory_at(m, 4999, 2) && !wasmelt_memory_at(m, 5000, 1));
    wasmelt_memory_free(m);
}

CASE(types_that_make_no_sense_are_refused) {
    wasmelt_memory_type types[] = {
        {.minimum = 65537, .page_size_log2 = 16},
        {.minimum = 2, .maximum = 1, .has_maximum = true, .page_size_log2 = 16},
        {.minimum = 1, .page_size_log2 = 17},
        {.minimum = 1, .page_size_log2 = 255},
        {.minimum = (UINT64_C(1) << 48) + 1, .is64 = true, .page_size_log2 = 16},
    };
    for (size_t k = 0; k < sizeof types / sizeof *types; k++) {
        errno = 0;
        CHECK(!wasmelt_memory_new(&types[k]) && errno == EINVAL);
    }
    wasmelt_memory_free(NULL);
}

CASE(more_than_the_host_has_is_refused) {
    errno = 0;
    CHECK(!wasmelt_memory_new(&(wasmelt_memory_type){.minimum = UINT64_C(1) << 46, .is64 = true, .page_size_log2 = 16}));
    CHECK(errno == ENOMEM);
    CHECK(!wasmelt_memory_new(&(wasmelt_memory_type){.minimum = UINT64_C(1) << 48, .is64 = true, .page_size_log2 = 16}));
    CHECK(!wasmelt_memory_new(&(wasmelt_memory_type){.minimum = UINT64_MAX, .is64 = true}));
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) /* they need address space themselves */
CASE(short_address_space_is_an_error_not_a_crash) {
    CHECK(setrlimit(RLIMIT_AS, &(struct rlimit){(rlim_t)1 << 30, (rlim_t)1 << 30}) == 0);
    errno = 0;
    CHECK(!wasmelt_memory_new(&(wasmelt_memory_type){.minimum = 1, .page_size_log2 = 16}) && errno == ENOMEM);
    /* With explicit checks, what there is must do. */
    wasmelt_memory *m = make((wasmelt_memory_type){.minimum = 1, .is64 = true, .page_size_log2 = 16});
    CHECK(m->maximum >= 1024 && m->maximum < 16384);
    CHECK(wasmelt_memory_grow(m, m->maximum) == UINT64_MAX && m->pages == 1);
    wasmelt_memory_free(m);
}

CASE(growth_that_the_host_refuses_changes_nothing) {
    wasmelt_memory *m = make((wasmelt_memory_type){.minimum = 1, .page_size_log2 = 16});
    struct rlimit old;
    CHECK(getrlimit(RLIMIT_DATA, &old) == 0);
    CHECK(setrlimit(RLIMIT_DATA, &(struct rlimit){64 << 20, old.rlim_max}) == 0);
    CHECK(wasmelt_memory_grow(m, 16384) == UINT64_MAX && m->pages == 1 && m->size == PAGE);
    CHECK(setrlimit(RLIMIT_DATA, &old) == 0);
    CHECK(wasmelt_memory_grow(m, 16384) == 1);
    wasmelt_memory_free(m);
}
#endif

CASE(freeing_gives_everything_back) {
    wasmelt_memory *some[100];
    int before = 0;
    for (int round = 0; round < 5; round++) {
        if (round == 1) /* the allocator keeps what the first round took */
            before = mapping_count();
        for (int k = 0; k < 100; k++)
            some[k] = make((wasmelt_memory_type){.minimum = 1, .page_size_log2 = 16});
        for (int k = 0; k < 100; k++)
            wasmelt_memory_free(some[k]);
    }
    CHECK(mapping_count() <= before + 3);
}

static void *grow_by_hundred(void *m) {
    for (int k = 0; k < 100; k++) {
        uint64_t old = wasmelt_memory_grow(m, 1);
        CHECK(old != UINT64_MAX);
        ((wasmelt_memory *)m)->base[old * PAGE] = 1; /* nobody else got this page */
    }
    return NULL;
}

CASE(a_shared_memory_grows_from_many_threads) {
    enum { THREADS = 8 };
    wasmelt_memory *m = make((wasmelt_memory_type){.maximum = 800, .has_maximum = true, .shared = true, .page_size_log2 = 16});
    pthread_t threads[THREADS];
    for (int k = 0; k < THREADS; k++)
        CHECK(pthread_create(&threads[k], NULL, grow_by_hundred, m) == 0);
    for (int k = 0; k < THREADS; k++)
        CHECK(pthread_join(threads[k], NULL) == 0);
    CHECK(m->pages == 800);
    for (int k = 0; k < 800; k++)
        CHECK(m->base[(uint64_t)k * PAGE] == 1);
    wasmelt_memory_free(m);
}

/* ---- Bulk instructions ---- */

typedef struct bulk {
    enum { FILL, COPY, INIT } what;
    wasmelt_memory *m;
    uint64_t to, from, length, segment_length;
} bulk;

static const uint8_t segment[] = "0123456789";

static void run_bulk(void *argument) {
    const bulk *b = argument;
    if (b->what == FILL)
        wasmelt_memory_fill(b->m, b->to, 0xABCD11, b->length);
    else if (b->what == COPY)
        wasmelt_memory_copy(b->m, b->to, b->m, b->from, b->length);
    else
        wasmelt_memory_init(b->m, b->to, segment, b->segment_length, b->from, b->length);
}

static bool traps(bulk b) {
    uint8_t before[16];
    memcpy(before, b.m->base + PAGE - 16, 16);
    wasmelt_trap_code code = wasmelt_run(run_bulk, &b, NULL);
    CHECK(code == WASMELT_TRAP_NONE || code == WASMELT_TRAP_MEMORY_BOUNDS);
    if (code) /* nothing is written before the trap */
        CHECK(memcmp(before, b.m->base + PAGE - 16, 16) == 0);
    return code != WASMELT_TRAP_NONE;
}

CASE(bulk_instructions_check_both_ranges) {
    wasmelt_memory *m = make((wasmelt_memory_type){.minimum = 1, .page_size_log2 = 16});
    const uint64_t huge = UINT64_MAX;
    CHECK(!traps((bulk){FILL, m, PAGE - 4, 0, 4, 0}) && m->base[PAGE - 1] == 0x11 && m->base[PAGE - 5] == 0);
    CHECK(!traps((bulk){FILL, m, PAGE, 0, 0, 0}) && !traps((bulk){COPY, m, PAGE, PAGE, 0, 0}));
    CHECK(traps((bulk){FILL, m, PAGE + 1, 0, 0, 0}) && traps((bulk){FILL, m, PAGE - 4, 0, 5, 0}));
    CHECK(traps((bulk){FILL, m, 4, 0, huge, 0}) && traps((bulk){FILL, m, huge, 0, 1, 0}));
    CHECK(traps((bulk){FILL, m, huge - 3, 0, 8, 0}));
    CHECK(traps((bulk){COPY, m, 0, huge - 3, 8, 0}) && traps((bulk){COPY, m, huge - 3, 0, 8, 0}));
    CHECK(traps((bulk){COPY, m, 0, PAGE - 4, 5, 0}) && traps((bulk){COPY, m, PAGE - 4, 0, 5, 0}));
    CHECK(traps((bulk){INIT, m, 0, 0, 11, 10}) && traps((bulk){INIT, m, 0, 11, 0, 10}));
    CHECK(traps((bulk){INIT, m, 0, huge, 2, 10}) && traps((bulk){INIT, m, PAGE - 1, 0, 2, 10}));
    CHECK(traps((bulk){INIT, m, 0, 0, 1, 0})); /* dropped */
    CHECK(!traps((bulk){INIT, m, 0, 0, 0, 0}) && !traps((bulk){INIT, m, PAGE, 10, 0, 10}));
    CHECK(!traps((bulk){INIT, m, 100, 2, 8, 10}) && memcmp(m->base + 100, "23456789", 8) == 0);
    CHECK(!traps((bulk){COPY, m, 102, 100, 8, 0}) && memcmp(m->base + 100, "2323456789", 10) == 0);
    CHECK(!traps((bulk){COPY, m, 100, 102, 8, 0}) && memcmp(m->base + 100, "2345678989", 10) == 0);
    wasmelt_memory_free(m);
}

/* ---- Where the host wants them ---- */

#define GIB (UINT64_C(1) << 30)

CASE(aligned_memories) {
    const wasmelt_memory_type guarded = {.minimum = 1, .page_size_log2 = 16},
                              checked = {.minimum = 1, .page_size_log2 = 16, .checked = true};
    for (unsigned log2 = 0; log2 <= 36; log2++) {
        wasmelt_memory_options options = {.alignment = UINT64_C(1) << log2};
        for (int k = 0; k < 2; k++) {
            wasmelt_memory *m = wasmelt_memory_new_with(k ? &checked : &guarded, &options);
            CHECK(m && ((uintptr_t)m->base & (options.alignment - 1)) == 0 && m->base[65535] == 0);
            CHECK(wasmelt_memory_grow(m, 1) == 1 && m->base[131071] == 0);
            wasmelt_memory_free(m);
        }
    }
}

CASE(an_alignment_gives_back_what_it_does_not_need) {
    const wasmelt_memory_type type = {.minimum = 1, .page_size_log2 = 16};
    wasmelt_memory_options options = {.alignment = 4 * GIB};
    wasmelt_memory_free(wasmelt_memory_new_with(&type, &options));
    mapping_count(); /* maps what it needs */
    int before = mapping_count();
    for (int k = 0; k < 100; k++)
        wasmelt_memory_free(wasmelt_memory_new_with(&type, &options));
    CHECK(mapping_count() <= before);
}

CASE(no_alignment) {
    const wasmelt_memory_type type = {.minimum = 1, .page_size_log2 = 16};
    static const uint64_t wrong[] = {3, 4096 + 1, UINT64_MAX, 12 * GIB};
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        wasmelt_memory_options options = {.alignment = wrong[k]};
        CHECK(!wasmelt_memory_new_with(&type, &options) && errno == EINVAL);
    }
    wasmelt_memory_options options = {.alignment = UINT64_C(1) << 63};
    CHECK(!wasmelt_memory_new_with(&type, &options) && errno == ENOMEM);
}

/* Space of the host for one memory, at a place of its own. */
typedef struct place {
    uint8_t *base;
    uint64_t bytes, given; /* 0: not given */
    uint64_t off;          /* how far from the right address it answers */
    int asked, released;
} place;

static void *reserve_place(void *context, uint64_t bytes, uint64_t alignment) {
    place *p = context;
    p->asked++;
    if (bytes > p->bytes || p->given)
        return NULL;
    CHECK(((uintptr_t)p->base & (alignment - 1)) == 0);
    p->given = bytes;
    return p->base + p->off;
}

static void release_place(void *context, void *base, uint64_t bytes) {
    place *p = context;
    CHECK(base == p->base + p->off && bytes == p->given);
    p->given = 0;
    p->released++;
    CHECK(mmap(p->base, (size_t)p->bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == p->base);
}

static const wasmelt_memory_space space = {reserve_place, release_place};

static place place_of(uint64_t bytes) {
    place p = {.bytes = bytes};
    p.base = mmap(NULL, (size_t)bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    CHECK(p.base != MAP_FAILED);
    return p;
}

static wasmelt_memory *placed;

static void write_beyond(void *unused) {
    (void)unused;
    ((volatile uint8_t *)placed->base)[placed->size] = 1;
}

CASE(space_of_the_host) {
    const wasmelt_memory_type type = {.minimum = 1, .maximum = 3, .has_maximum = true, .page_size_log2 = 16};
    place p = place_of(8 * GIB);
    wasmelt_memory_options options = {.space = &space, .space_context = &p};
    for (int k = 1; k <= 3; k++) {
        placed = wasmelt_memory_new_with(&type, &options);
        CHECK(placed && placed->base == p.base && placed->reserved == p.given && placed->base[65535] == 0);
        placed->base[0] = placed->base[65535] = 7;
        CHECK(wasmelt_run(write_beyond, NULL, NULL) == WASMELT_TRAP_MEMORY_BOUNDS);
        CHECK(wasmelt_memory_grow(placed, 2) == 1 && placed->base[3 * PAGE - 1] == 0);
        CHECK(!wasmelt_memory_new_with(&type, &options) && errno == ENOMEM); /* there is one place */
        wasmelt_memory_free(placed);
        CHECK(p.released == k && p.asked == 2 * k && p.given == 0);
    }
    CHECK(munmap(p.base, (size_t)p.bytes) == 0);
}

CASE(space_that_is_small_or_askew) {
    const wasmelt_memory_type guarded = {.minimum = 1, .page_size_log2 = 16},
                              checked = {.minimum = 1, .page_size_log2 = 16, .checked = true};
    place p = place_of(GIB);
    wasmelt_memory_options options = {.space = &space, .space_context = &p};
    CHECK(!wasmelt_memory_new_with(&guarded, &options) && errno == ENOMEM && p.asked == 1);
    wasmelt_memory *m = wasmelt_memory_new_with(&checked, &options); /* takes less */
    CHECK(m && m->base == p.base && m->reserved <= GIB && m->maximum < 16384);
    wasmelt_memory_free(m);
    CHECK(p.released == 1);
    p.off = 1;
    CHECK(!wasmelt_memory_new_with(&checked, &options) && errno == ENOMEM && p.given == 0);
    CHECK(munmap(p.base, (size_t)p.bytes) == 0);
}

/* ---- Many ---- */

static void *take_piece(void *context, uint64_t bytes, uint64_t alignment) {
    uint8_t **next = context, *piece = *next;
    (void)alignment;
    *next += bytes;
    return piece;
}

static void leave_piece(void *context, void *base, uint64_t bytes) {
    (void)context;
    (void)base;
    (void)bytes;
}

/* The processor time for making and freeing `count` memories, all of which are there at a time, without a system call. */
static double time_of(int count, uint8_t *from) {
    static const wasmelt_memory_space pieces = {take_piece, leave_piece};
    static wasmelt_memory *all[20000];
    const wasmelt_memory_type type = {.maximum = 1, .has_maximum = true, .checked = true};
    wasmelt_memory_options options = {.space = &pieces, .space_context = &from};
    struct timespec begun, done;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begun);
    for (int k = 0; k < count; k++)
        CHECK((all[k] = wasmelt_memory_new_with(&type, &options)));
    for (int k = 0; k < count; k++)
        wasmelt_memory_free(all[(k * 7919) % count]); /* in no order */
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &done);
    return (double)(done.tv_sec - begun.tv_sec) + 1e-9 * (double)(done.tv_nsec - begun.tv_nsec);
}

CASE(each_of_many_memories_takes_as_long_as_of_few) {
    size_t bytes = 20000 * (size_t)2 * 4096;
    uint8_t *room = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    CHECK(room != MAP_FAILED);
    time_of(20000, room); /* what is allocated on the way is there then */
    double few = 0;
    for (int k = 0; k < 40; k++)
        few += time_of(500, room);
    CHECK(time_of(20000, room) < 8 * few);
    CHECK(munmap(room, bytes) == 0);
}
