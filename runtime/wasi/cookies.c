#include "cookies.h"

#include "../allocator.h"

enum { FIRST_CAPACITY = 64 };

#define FIRST_REMEMBERED ((uint64_t)1 << 30)
#define AS_IT_IS ((uint64_t)1 << 63)

/* The slot of a position, or the free slot for it. Whoever names files may be able to choose the hashes of a file system, so their bits are
 * mixed. Names can still be made to collide; this only costs their author time. */
static uint32_t find(const cookies *c, uint64_t position) {
    uint32_t mask = 2 * c->capacity - 1;
    uint32_t at = (uint32_t)((position * 0x9E3779B97F4A7C15u) >> 32) & mask;
    while (c->slots[at] && c->positions[c->slots[at] - 1] != position)
        at = (at + 1) & mask;
    return at;
}

/* Takes `wanted` from the context's room; false if there is less. */
static bool reserve(atomic_uint *room, uint32_t wanted) {
    unsigned left = atomic_load(room);
    while (left >= wanted)
        if (atomic_compare_exchange_weak(room, &left, left - wanted))
            return true;
    return false;
}

static bool grow(cookies *c, atomic_uint *room) {
    uint32_t capacity = c->capacity ? 2 * c->capacity : FIRST_CAPACITY, more = capacity - c->capacity;
    if (!reserve(room, more))
        return false;
    uint32_t *slots = wasmelt_rt_allocate_zeroed(2 * (size_t)capacity, sizeof *slots);
    uint64_t *positions = slots ? wasmelt_rt_reallocate(c->positions, capacity * sizeof *positions) : NULL;
    if (!positions) {
        wasmelt_rt_release(slots);
        atomic_fetch_add(room, more);
        return false;
    }
    wasmelt_rt_release(c->slots);
    c->positions = positions;
    c->slots = slots;
    c->capacity = capacity;
    c->room = room;
    for (uint32_t k = 0; k < c->count; k++)
        c->slots[find(c, c->positions[k])] = k + 1;
    return true;
}

uint64_t wasmelt_rt_wasi_cookie(cookies *c, uint64_t position, atomic_uint *room) {
    if (position < FIRST_REMEMBERED)
        return position;
    uint32_t at = c->capacity ? find(c, position) : 0;
    if (!c->capacity || !c->slots[at]) {
        if (c->count == c->capacity && !grow(c, room))
            return position | AS_IT_IS;
        at = find(c, position);
        c->positions[c->count++] = position;
        c->slots[at] = c->count;
    }
    return FIRST_REMEMBERED + c->slots[at] - 1;
}

bool wasmelt_rt_wasi_cookie_position(const cookies *c, uint64_t cookie, uint64_t *position) {
    bool is_remembered = cookie >= FIRST_REMEMBERED && cookie - FIRST_REMEMBERED < c->count;
    *position = is_remembered ? c->positions[cookie - FIRST_REMEMBERED] : cookie & ~AS_IT_IS;
    return is_remembered || cookie < FIRST_REMEMBERED || (cookie & AS_IT_IS);
}

void wasmelt_rt_wasi_cookies_free(cookies *c) {
    if (c->room)
        atomic_fetch_add(c->room, c->capacity);
    wasmelt_rt_release(c->positions);
    wasmelt_rt_release(c->slots);
}
