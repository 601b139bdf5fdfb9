/* Linear memories (section 4.2.8) and the bulk instructions on them (section 4.6.8).
 *
 * A memory with 32-bit indices and the usual page size reserves everything that an index and a small static offset can reach, so that the
 * hardware checks accesses. Any other memory, and one that is `checked`, is accessed with explicit checks, and reserves as much as it may
 * grow to, if the address space allows. Where pointers have 32 bits, all memories are. */
#include <errno.h>
#include <string.h>

#include <wasmelt/code/support.h>
#include <wasmelt/usage.h>

#include "allocator.h"
#include "facts/address_space.h"
#include "memory.h"
#include "reservation.h"
#include "stack.h"
#include "system/lock.h"
#include "trap.h"
#include "usage.h"

static system_lock shared_lock = SYSTEM_LOCK; /* protects sizes and limits of shared memories */

static uint64_t round_up(uint64_t bytes, uint64_t page) {
    return (bytes + page - 1) / page * page;
}

/* What a memory reserves at most where pointers have 32 bits, unless the host gives a limit: memories of any number of instances share the
 * address space with everything else. Each takes a quarter of what those before it have left of 2 GiB, for example the first 512 MiB, and
 * may always grow a little. */
static uint64_t share(uint64_t least) {
    uint64_t all = UINT64_C(1) << 31, little = UINT64_C(1) << 20;
    wasmelt_usage usage;
    wasmelt_get_usage(&usage);
    uint64_t quarter = usage.reserved_bytes < all ? (all - usage.reserved_bytes) / 4 : 0;
    return least + (quarter > little ? quarter : little);
}

/* How many bytes a memory may grow by on a small system, where they are taken from the beginning, if neither its type nor the host says how
 * far it may grow. */
#if !defined(WASMELT_SMALL_GROWTH)
#define WASMELT_SMALL_GROWTH 0
#endif

/* How many of `want` bytes are reserved at most where nobody has given a limit. */
static uint64_t modest(const wasmelt_memory_type *type, uint64_t least, uint64_t want) {
    uint64_t most = want;
    if (WASMELT_SMALL_SYSTEM && !type->has_maximum)
        most = least + WASMELT_SMALL_GROWTH;
    else if (WASMELT_SMALL_ADDRESSES && !WASMELT_SMALL_SYSTEM && least < want)
        most = share(least);
    return most < want ? most : want;
}

/* Memories without a guard that reserve at most this lie beside each other in few mappings. */
#define SMALL_RESERVATION (UINT64_C(16) << 20)

/* Reserves as many as possible of the pages to which the memory may grow, at least its minimum. */
static bool reserve_checked(wasmelt_memory *m, uint64_t limit, uint64_t page, const reservation_place *place, bool limited) {
    unsigned log2 = m->type.page_size_log2;
    uint64_t least = memory_least_bytes(&m->type), want = memory_wanted_bytes(&m->type, limit);
    if (!limited)
        want = modest(&m->type, least, want);
    if (least > UINT64_MAX >> 17) {
        errno = ENOMEM;
        return false;
    }
    for (;;) {
        m->reserved = round_up(want, page) + (WASMELT_SMALL_SYSTEM ? 0 : page);
        m->base = wasmelt_rt_reservation_make(m->reserved, place, NULL); /* no access faults */
        if (m->base)
            break;
        if (want == least)
            return false;
        want = want / 2 < least ? least : want / 2;
    }
    if (!place->space && m->reserved <= SMALL_RESERVATION)
        wasmelt_rt_system_join(m->base, (size_t)m->reserved);
    uint64_t fits = want >> log2;
    m->room = limit < fits ? limit : fits;
    return true;
}

/* `limit`: the number of pages that the host allows. */
static bool reserve(wasmelt_memory *m, uint64_t limit, uint64_t page, const reservation_place *place) {
    uint64_t by_type = memory_type_limit(&m->type);
    if (!memory_has_guard(&m->type))
        return reserve_checked(m, limit < by_type ? limit : by_type, page, place, limit != UINT64_MAX);
    m->room = by_type;
    m->reserved = memory_wanted_bytes(&m->type, by_type) + page;
    m->base = wasmelt_rt_reservation_make(m->reserved, place, &m->slot);
    return m->base != NULL;
}

/* Where pointers have 32 bits, no memory has a guard, whatever its type: all emitted code checks. */
static wasmelt_memory_type type_here(const wasmelt_memory_type *t) {
    wasmelt_memory_type here = *t;
    here.checked |= WASMELT_SMALL_ADDRESSES || WASMELT_SMALL_SYSTEM;
    return here;
}

static bool is_valid(const wasmelt_memory_type *t) {
    return t->page_size_log2 <= 16 && t->minimum <= memory_type_limit(t);
}

wasmelt_memory *wasmelt_memory_new(const wasmelt_memory_type *type) {
    return wasmelt_memory_new_with(type, NULL);
}

wasmelt_memory *wasmelt_memory_new_with(const wasmelt_memory_type *type, const wasmelt_memory_options *options) {
    static const wasmelt_memory_options none;
    const wasmelt_memory_options *o = options ? options : &none;
    uint64_t page = wasmelt_rt_host_page_size();
    reservation_place place = {o->alignment, o->space, o->space_context};
    if (!is_valid(type) || (o->alignment & (o->alignment - 1)) != 0) {
        errno = EINVAL;
        return NULL;
    }
    uint64_t limit = o->maximum_bytes ? o->maximum_bytes >> type->page_size_log2 : UINT64_MAX;
    if (type->minimum > limit) {
        errno = ERANGE;
        return NULL;
    }
    wasmelt_memory *m = wasmelt_rt_allocate_zeroed(1, sizeof *m);
    if (!m)
        return NULL;
    m->type = type_here(type);
    m->hooks = o->hooks;
    m->hooks_context = o->hooks_context;
    m->space = o->space;
    m->space_context = o->space_context;
    if (!reserve(m, limit, page, &place)) {
        wasmelt_rt_release(m);
        return NULL;
    }
    m->maximum = limit < m->room ? limit : m->room;
    if (type->minimum > m->maximum || !wasmelt_rt_reservation_commit(m->base, 0, round_up(type->minimum << type->page_size_log2, page))) {
        wasmelt_rt_reservation_release(m->base, m->reserved, &place, m->slot);
        wasmelt_rt_release(m);
        errno = ENOMEM;
        return NULL;
    }
    m->pages = type->minimum;
    m->size = type->minimum << type->page_size_log2;
    wasmelt_rt_usage_memory(1, m->size, m->reserved);
    return m;
}

void wasmelt_rt_memory_leave_last_page(wasmelt_memory *m) {
    uint64_t all_but_one = (INDEX_RANGE_32 >> 16) - 1;
    if (!memory_leaves_last_page(&m->type))
        return;
    m->room = m->room < all_but_one ? m->room : all_but_one;
    m->maximum = m->maximum < m->room ? m->maximum : m->room;
}

void wasmelt_memory_free(wasmelt_memory *memory) {
    if (!memory)
        return;
    wasmelt_rt_usage_memory(UINT64_MAX, 0 - memory->size, 0 - memory->reserved);
    reservation_place place = {0, memory->space, memory->space_context};
    wasmelt_rt_reservation_release(memory->base, memory->reserved, &place, memory->slot);
    wasmelt_rt_release(memory);
}

/* ---- Growing ---- */

static void lock(const wasmelt_memory *m) {
    if (!m->type.shared)
        return;
    if (wasmelt_rt_trap_is_caught())
        wasmelt_rt_stack_probe();
    system_lock_take(&shared_lock);
}

static void unlock(const wasmelt_memory *m) {
    if (m->type.shared)
        system_lock_give(&shared_lock);
}

typedef enum growth { GROWN, REFUSED, OVERTAKEN } growth;

/* Grows the memory from `old` pages to `old + delta`, unless it has another size or limit by now. */
static growth grow(wasmelt_memory *m, uint64_t old, uint64_t delta) {
    uint64_t page = wasmelt_rt_host_page_size();
    if (m->pages != old || delta > m->maximum - old)
        return OVERTAKEN;
    uint64_t size = (old + delta) << m->type.page_size_log2;
    if (!wasmelt_rt_reservation_commit(m->base, round_up(m->size, page), round_up(size, page)))
        return REFUSED;
    wasmelt_rt_usage_memory(0, size - m->size, 0);
    __atomic_store_n(&m->size, size, __ATOMIC_RELEASE);
    __atomic_store_n(&m->pages, old + delta, __ATOMIC_RELEASE);
    return GROWN;
}

static bool may_grow(wasmelt_memory *m, uint64_t old, uint64_t delta) {
    unsigned log2 = m->type.page_size_log2;
    uint64_t maximum = __atomic_load_n(&m->maximum, __ATOMIC_RELAXED);
    if (old > maximum || delta > maximum - old) /* `old` is larger if another thread has grown the memory and then limited it */
        return false;
    return !m->hooks || !m->hooks->before || m->hooks->before(m->hooks_context, m, old << log2, (old + delta) << log2);
}

uint64_t wasmelt_memory_grow(wasmelt_memory *m, uint64_t delta) {
    for (;;) {
        uint64_t old = __atomic_load_n(&m->pages, __ATOMIC_RELAXED);
        if (delta == 0)
            return old;
        growth g = REFUSED;
        if (may_grow(m, old, delta)) {
            lock(m);
            g = grow(m, old, delta);
            unlock(m);
            if (m->hooks && m->hooks->after)
                m->hooks->after(m->hooks_context, m, old << m->type.page_size_log2, (old + delta) << m->type.page_size_log2, g == GROWN);
        }
        if (g == OVERTAKEN)
            continue;
        __atomic_fetch_add(g == GROWN ? &m->growths : &m->refusals, 1, __ATOMIC_RELAXED);
        return g == GROWN ? old : UINT64_MAX;
    }
}

uint64_t wasmelt_memory_set_maximum(wasmelt_memory *memory, uint64_t bytes) {
    unsigned log2 = memory->type.page_size_log2;
    lock(memory);
    uint64_t pages = bytes >> log2;
    if (pages > memory->room)
        pages = memory->room;
    if (pages < memory->pages)
        pages = memory->pages;
    __atomic_store_n(&memory->maximum, pages, __ATOMIC_RELAXED);
    unlock(memory);
    return pages << log2;
}

void wasmelt_memory_set_hooks(wasmelt_memory *memory, const wasmelt_memory_hooks *hooks, void *context) {
    memory->hooks = hooks;
    memory->hooks_context = context;
}

void wasmelt_memory_get_statistics(const wasmelt_memory *memory, wasmelt_memory_statistics *statistics) {
    unsigned log2 = memory->type.page_size_log2;
    uint64_t bytes = __atomic_load_n(&memory->size, __ATOMIC_RELAXED);
    *statistics = (wasmelt_memory_statistics){
        .bytes = bytes,
        .maximum_bytes = __atomic_load_n(&memory->maximum, __ATOMIC_RELAXED) << log2,
        .resident_bytes = wasmelt_rt_system_resident(memory->base, round_up(bytes, wasmelt_rt_host_page_size())),
        .reserved_bytes = memory->reserved,
        .growths = __atomic_load_n(&memory->growths, __ATOMIC_RELAXED),
        .refusals = __atomic_load_n(&memory->refusals, __ATOMIC_RELAXED),
    };
}

/* ---- For hosts ---- */

void *wasmelt_memory_need(const wasmelt_memory *memory, uint64_t address, uint64_t length) {
    void *place = wasmelt_memory_at(memory, address, length);
    if (!place)
        wasmelt_trap_memory();
    return place;
}

bool wasmelt_memory_write(wasmelt_memory *memory, uint64_t address, const void *from, uint64_t length) {
    void *place = wasmelt_memory_at(memory, address, length);
    if (place && length)
        memcpy(place, from, (size_t)length);
    return place != NULL;
}

bool wasmelt_memory_read(const wasmelt_memory *memory, uint64_t address, void *to, uint64_t length) {
    const void *place = wasmelt_memory_at(memory, address, length);
    if (place && length)
        memcpy(to, place, (size_t)length);
    return place != NULL;
}

const char *wasmelt_memory_string(const wasmelt_memory *memory, uint64_t address, uint64_t *length) {
    uint64_t size = __atomic_load_n(&memory->size, __ATOMIC_RELAXED);
    if (address >= size)
        return NULL;
    const char *text = (const char *)memory->base + address;
    const char *end = memchr(text, 0, (size_t)(size - address));
    if (end && length)
        *length = (uint64_t)(end - text);
    return end ? text : NULL;
}

uint64_t wasmelt_memory_address(const wasmelt_memory *memory, const void *pointer) {
    uintptr_t base = (uintptr_t)memory->base, at = (uintptr_t)pointer;
    uint64_t size = __atomic_load_n(&memory->size, __ATOMIC_RELAXED);
    return at >= base && at - base < size ? at - base : UINT64_MAX;
}

/* ---- Bulk instructions ---- */

void wasmelt_memory_fill(wasmelt_memory *m, uint64_t address, uint32_t value, uint64_t length) {
    if (!wasmelt_memory_in_bounds(m, address, length))
        wasmelt_trap_memory();
    memset(m->base + address, (int)(value & 0xFF), (size_t)length);
}

void wasmelt_memory_copy(wasmelt_memory *to, uint64_t to_address, const wasmelt_memory *from, uint64_t from_address, uint64_t length) {
    if (!wasmelt_memory_in_bounds(to, to_address, length) || !wasmelt_memory_in_bounds(from, from_address, length))
        wasmelt_trap_memory();
    memmove(to->base + to_address, from->base + from_address, (size_t)length);
}

static void check_init(const wasmelt_memory *m, uint64_t address, uint64_t segment_length, uint64_t from, uint64_t length) {
    bool in_segment = length <= segment_length && from <= segment_length - length;
    if (!in_segment || !wasmelt_memory_in_bounds(m, address, length))
        wasmelt_trap_memory();
}

void wasmelt_memory_init(wasmelt_memory *m, uint64_t address, const uint8_t *segment, uint64_t segment_length, uint64_t from,
                         uint64_t length) {
    check_init(m, address, segment_length, from, length);
    memcpy(m->base + address, segment + from, (size_t)length);
}

void wasmelt_rt_copy_from_parts(uint8_t *to, const uint8_t *const *parts, uint64_t from, uint64_t count) {
    while (count > 0) {
        uint64_t at = from % WASMELT_DATA_PART, left = WASMELT_DATA_PART - at, length = count < left ? count : left;
        memcpy(to, parts[from / WASMELT_DATA_PART] + at, (size_t)length);
        to += length;
        from += length;
        count -= length;
    }
}

void wasmelt_memory_init_parts(wasmelt_memory *m, uint64_t address, const uint8_t *const *parts, uint64_t segment_length, uint64_t from,
                               uint64_t length) {
    check_init(m, address, segment_length, from, length);
    wasmelt_rt_copy_from_parts(m->base + address, parts, from, length);
}
