/* Linear memories (section 4.2.8) and the bulk instructions on them (section 4.6.8).
 *
 * A memory with 32-bit indices and the usual page size reserves all that an index and a small static
 * offset can reach, so that the hardware checks its accesses. Any other is accessed with explicit checks
 * and reserves what it may grow to, as far as the address space allows. */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <wasmelt/support.h>

#include "reservation.h"

#define INDEX_RANGE_32 (UINT64_C(1) << 32)
/* The most that a memory with 64-bit indices and a larger maximum, or none, can grow to. */
#define RESERVED_64 (UINT64_C(1) << 36)

static pthread_mutex_t grow_lock = PTHREAD_MUTEX_INITIALIZER; /* for shared memories */

static uint64_t round_up(uint64_t bytes, uint64_t page) {
    return (bytes + page - 1) / page * page;
}

/* Pages the type may have at most. */
static uint64_t type_limit(const wasmelt_memory_type *t) {
    unsigned bits = (t->is64 ? 64u : 32u) - t->page_size_log2;
    uint64_t limit = bits == 64 ? UINT64_MAX : UINT64_C(1) << bits;
    return t->has_maximum && t->maximum < limit ? t->maximum : limit;
}

static bool has_guard(const wasmelt_memory_type *t) {
    return !t->is64 && t->page_size_log2 == 16;
}

/* Reserves as much as can be had of what the type may grow to, at least its minimum. */
static bool reserve_checked(wasmelt_memory *m, uint64_t page) {
    unsigned log2 = m->type.page_size_log2;
    uint64_t most = m->type.is64 ? RESERVED_64 : INDEX_RANGE_32;
    uint64_t limit = type_limit(&m->type);
    uint64_t want = limit > most >> log2 ? most : limit << log2;
    if (m->type.minimum > UINT64_MAX >> 17 >> log2) {
        errno = ENOMEM;
        return false;
    }
    uint64_t least = m->type.minimum << log2;
    if (want < least)
        want = least;
    for (;;) {
        m->reserved = round_up(want, page) + page;
        m->base = reservation_make(m->reserved);
        if (m->base)
            break;
        if (want == least)
            return false;
        want = want / 2 < least ? least : want / 2;
    }
    uint64_t room = want >> log2;
    m->maximum = limit < room ? limit : room;
    return true;
}

static bool reserve(wasmelt_memory *m, uint64_t page) {
    if (!has_guard(&m->type))
        return reserve_checked(m, page);
    m->maximum = type_limit(&m->type);
    m->reserved = INDEX_RANGE_32 + WASMELT_GUARD_BYTES + page;
    m->base = reservation_make(m->reserved);
    return m->base != NULL;
}

static bool is_valid(const wasmelt_memory_type *t) {
    return t->page_size_log2 <= 16 && t->minimum <= type_limit(t);
}

wasmelt_memory *wasmelt_memory_new(const wasmelt_memory_type *type) {
    uint64_t page = host_page_size();
    if (!is_valid(type)) {
        errno = EINVAL;
        return NULL;
    }
    wasmelt_memory *m = calloc(1, sizeof *m);
    if (!m)
        return NULL;
    m->type = *type;
    if (!reserve(m, page)) {
        free(m);
        return NULL;
    }
    if (type->minimum > m->maximum ||
        !reservation_commit(m->base, 0, round_up(type->minimum << type->page_size_log2, page))) {
        wasmelt_memory_free(m);
        errno = ENOMEM;
        return NULL;
    }
    m->pages = type->minimum;
    m->size = type->minimum << type->page_size_log2;
    return m;
}

void wasmelt_memory_free(wasmelt_memory *memory) {
    if (!memory)
        return;
    reservation_release(memory->base, memory->reserved);
    free(memory);
}

static uint64_t grow(wasmelt_memory *m, uint64_t delta) {
    uint64_t page = host_page_size();
    uint64_t old = __atomic_load_n(&m->pages, __ATOMIC_RELAXED);
    if (delta > m->maximum - old)
        return UINT64_MAX;
    uint64_t size = (old + delta) << m->type.page_size_log2;
    if (!reservation_commit(m->base, round_up(m->size, page), round_up(size, page)))
        return UINT64_MAX;
    __atomic_store_n(&m->size, size, __ATOMIC_RELEASE);
    __atomic_store_n(&m->pages, old + delta, __ATOMIC_RELEASE);
    return old;
}

uint64_t wasmelt_memory_grow(wasmelt_memory *memory, uint64_t delta) {
    if (!memory->type.shared)
        return grow(memory, delta);
    pthread_mutex_lock(&grow_lock);
    uint64_t old = grow(memory, delta);
    pthread_mutex_unlock(&grow_lock);
    return old;
}

/* ---- Bulk instructions ---- */

void wasmelt_memory_fill(wasmelt_memory *m, uint64_t address, uint32_t value, uint64_t length) {
    if (!wasmelt_memory_in_bounds(m, address, length))
        wasmelt_trap_memory();
    memset(m->base + address, (int)(value & 0xFF), (size_t)length);
}

void wasmelt_memory_copy(wasmelt_memory *to, uint64_t to_address, const wasmelt_memory *from,
                         uint64_t from_address, uint64_t length) {
    if (!wasmelt_memory_in_bounds(to, to_address, length) || !wasmelt_memory_in_bounds(from, from_address, length))
        wasmelt_trap_memory();
    memmove(to->base + to_address, from->base + from_address, (size_t)length);
}

void wasmelt_memory_init(wasmelt_memory *m, uint64_t address, const uint8_t *segment, uint64_t segment_length,
                         uint64_t from, uint64_t length) {
    bool in_segment = length <= segment_length && from <= segment_length - length;
    if (!in_segment || !wasmelt_memory_in_bounds(m, address, length))
        wasmelt_trap_memory();
    memcpy(m->base + address, segment + from, (size_t)length);
}
