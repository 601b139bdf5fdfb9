/* Blocks: which of them are free; and memory for blocks and for the tables that describe them.
 *
 *   reservation   | tables, one after the other | blocks |
 *
 * At first all of it is only address space. The beginning of each table and the first blocks become memory as far as the heap has ever
 * grown. */
#include <stdlib.h>
#include <string.h>

#include "../reservation.h"
#include "../trap.h"
#include "heap.h"

/* The size to which a heap without a limit can grow, if there is so much address space. */
#define DEFAULT_BYTES (UINT64_C(1) << 36)
#define LEAST_BYTES (UINT64_C(1) << 22)
/* Heaps have no address below this, so that no address can be mistaken for an i31. */
#define FIRST_ADDRESS ((uintptr_t)(WASMELT_SMALL_ADDRESSES ? 1 : UINT64_C(1) << 32))
/* At least this many blocks become memory at a time; a multiple of every page size. */
enum { LEAST_STEP = 64 };
/* The blocks of a huge page. Block 0 is at the beginning of one, and memory grows by whole ones. */
enum { HUGE_BLOCKS = LEAST_STEP };
/* The limit, in blocks, from which on a heap has huge pages: with a lower one, they would be a large part of it. */
enum { LEAST_WITH_HUGE = 8 * HUGE_BLOCKS };
/* The bytes of the largest object whose memory is asked for at once. */
#define MOST_POPULATED (UINT64_C(1) << 26)

/* The number of bytes that each table has for one block. */
static const uint32_t table_bytes[] = {
    [TABLE_BLOCKS] = sizeof(block),
    [TABLE_MASKS] = 2 * BLOCK_MASKS * sizeof(uint64_t),
    [TABLE_NEW_STARTS] = BLOCK_MASKS * sizeof(uint64_t),
    [TABLE_PINS] = BLOCK_MASKS * sizeof(uint64_t),
    [TABLE_MARKS] = 256,
    [TABLE_NOTES] = 1024,
    [TABLE_CARDS] = BLOCK_BYTES >> CARD_LOG2,
    [TABLE_FREE] = 1, /* a bit would do */
};

/* The bytes of a block and of its part of all tables. */
static uint64_t whole_bytes(void) {
    uint64_t bytes = BLOCK_BYTES;
    for (int t = 0; t < TABLE_COUNT; t++)
        bytes += table_bytes[t];
    return bytes;
}

uint64_t wasmelt_rt_heap_bytes_of(uint64_t count) {
    return count * whole_bytes();
}

static uint64_t round_up(uint64_t bytes, uint64_t unit) {
    return (bytes + unit - 1) / unit * unit;
}

/* ---- Address space ---- */

/* Address space from FIRST_ADDRESS on, if possible at `wish`; not at the end of all, so that emitted code can add the size of a small
 * object to any address in it. */
static void *reserve_above(size_t size, void *wish) {
    void *at = wasmelt_rt_system_reserve_at(wish, size);
    if ((uintptr_t)at >= FIRST_ADDRESS && (uintptr_t)at <= UINTPTR_MAX - WASMELT_SMALL_OBJECT - size)
        return at;
    if (at)
        wasmelt_rt_system_release(at, size);
    return NULL;
}

static bool reserve(heap *h, uint64_t room) {
    uint64_t page = wasmelt_rt_host_page_size(), at = 0, offsets[TABLE_COUNT];
    for (int t = 0; t < TABLE_COUNT; t++) {
        offsets[t] = at;
        at += round_up(table_bytes[t] * room, page);
    }
    uint64_t huge_page = HUGE_BLOCKS * BLOCK_BYTES, size = at + room * BLOCK_BYTES + huge_page;
    void *reservation = reserve_above((size_t)size, NULL);
    if (!reservation) /* under valgrind addresses are low, unless one asks for others */
        reservation = reserve_above((size_t)size, (void *)FIRST_ADDRESS);
    if (!reservation)
        return false;
    h->reservation = reservation;
    h->reservation_bytes = size;
    h->room = (uint32_t)room;
    for (int t = 0; t < TABLE_COUNT; t++)
        h->tables[t] = h->reservation + offsets[t];
    h->base = (uint8_t *)(uintptr_t)round_up((uintptr_t)h->reservation + at, huge_page);
    return true;
}

/* How many bytes of address space a heap has for blocks at most, with this limit of the host (0: none). Where pointers have 32 bits it is
 * scarce: without a limit, each heap of a process takes half as much as the one before. */
static uint64_t most_bytes(uint64_t maximum_bytes) {
    if (!WASMELT_SMALL_ADDRESSES)
        return DEFAULT_BYTES;
    if (maximum_bytes)
        return UINT64_C(1) << 31;
    uint64_t heaps = __atomic_load_n(&wasmelt_rt_trap_heaps, __ATOMIC_RELAXED);
    return UINT64_C(1) << (heaps < 5 ? 29 - heaps : 24);
}

bool wasmelt_rt_heap_reserve(heap *h, uint64_t maximum_bytes) {
    /* An array that is larger than the machine's memory must not be made: address space for it costs nothing, but filling it would end the
     * process. */
    uint64_t bytes = wasmelt_rt_system_memory_bytes();
    if (maximum_bytes && maximum_bytes < bytes)
        bytes = maximum_bytes;
    uint64_t most = bytes / whole_bytes() < UINT32_MAX ? bytes / whole_bytes() : UINT32_MAX;
    uint64_t room = most_bytes(maximum_bytes) / BLOCK_BYTES;
    if (most < room / 2)
        room = 2 * most + LEAST_STEP; /* a large object needs adjacent blocks */
    while (!reserve(h, round_up(room, LEAST_STEP))) {
        room /= 2;
        if (room < LEAST_BYTES / BLOCK_BYTES)
            return false;
    }
    h->most_taken = most < h->room ? (uint32_t)most : h->room;
    h->blocks = h->tables[TABLE_BLOCKS];
    h->free = h->tables[TABLE_FREE];
    h->masks = h->tables[TABLE_MASKS];
    h->marks = h->tables[TABLE_MARKS];
    h->notes = h->tables[TABLE_NOTES];
    return true;
}

void wasmelt_rt_heap_unreserve(heap *h) {
    wasmelt_rt_system_release(h->reservation, (size_t)h->reservation_bytes);
}

/* ---- Memory ---- */

/* Makes the blocks from `from` to before `to`, and their parts of the tables, memory. */
static bool commit(heap *h, uint32_t from, uint32_t to) {
    uint64_t page = wasmelt_rt_host_page_size();
    for (int t = 0; t < TABLE_COUNT; t++)
        if (!wasmelt_rt_reservation_commit(h->tables[t], round_up((uint64_t)table_bytes[t] * from, page),
                                           round_up((uint64_t)table_bytes[t] * to, page)))
            return false;
    return wasmelt_rt_reservation_commit(h->base, from * BLOCK_BYTES, to * BLOCK_BYTES);
}

static bool prefer_huge_pages(const heap *h, uint32_t from, uint32_t to, bool are_preferred) {
    return from >= to || wasmelt_rt_system_prefer_huge_pages(block_at(h, from), (to - from) * BLOCK_BYTES, are_preferred);
}

/* Prepares the growth of a heap to `to` blocks: its memory comes in huge pages when it is first touched, if the system has any. Without
 * them, programs that allocate spend a third to two thirds of their time in first touches on a virtual machine where each takes 12
 * microseconds. Not so the first 2 MiB, because many heaps never have more, unless the first object needs more. */
static void prefer_huge_pages_as_it_grows(heap *h, uint32_t to) {
    if (h->committed == 0)
        h->huge_from = h->most_taken < LEAST_WITH_HUGE ? NO_BLOCK : to > HUGE_BLOCKS ? 0 : HUGE_BLOCKS;
    if (!prefer_huge_pages(h, h->huge_from > h->committed ? h->huge_from : h->committed, to, true))
        h->huge_from = NO_BLOCK;
}

/* Grows the heap to `to` blocks, if the host's hook allows it. The hook is not called during a collection, which can do without more
 * memory: then this fails. */
static bool grow(heap *h, uint32_t to) {
    const wasmelt_heap_hooks *hooks = h->hooks;
    uint64_t from_bytes = wasmelt_rt_heap_bytes_of(h->committed), to_bytes = wasmelt_rt_heap_bytes_of(to);
    if (hooks && (h->is_collecting || (hooks->before && !hooks->before(h->hooks_context, &h->code, from_bytes, to_bytes))))
        return false;
    prefer_huge_pages_as_it_grows(h, to);
    bool grown = commit(h, h->committed, to);
    if (grown)
        h->committed = to;
    if (hooks && hooks->after)
        hooks->after(h->hooks_context, &h->code, from_bytes, to_bytes, grown);
    return grown;
}

/* Makes the first `count` blocks memory; false if the system has none. */
static bool commit_first(heap *h, uint32_t count) {
    if (count <= h->committed)
        return true;
    uint64_t more = count - h->committed, step = h->committed / 8;
    if (more < step)
        more = step;
    uint64_t to = round_up(h->committed + more, LEAST_STEP);
    if (to > h->room)
        to = h->room;
    return grow(h, (uint32_t)to);
}

size_t wasmelt_rt_heap_mark_room(const heap *h) {
    return (size_t)h->committed * table_bytes[TABLE_MARKS] / sizeof *h->marks;
}

size_t wasmelt_rt_heap_note_room(const heap *h) {
    return (size_t)h->committed * table_bytes[TABLE_NOTES] / sizeof *h->notes;
}

/* ---- Taking and giving back ---- */

static bool is_free(const heap *h, uint32_t b) {
    return h->free[b / 64] >> (b % 64) & 1;
}

static void set_free(heap *h, uint32_t b, bool free) {
    uint64_t bit = UINT64_C(1) << (b % 64);
    h->free[b / 64] = free ? h->free[b / 64] | bit : h->free[b / 64] & ~bit;
}

/* The first free block from `b` on, or `used` if there is none. */
static uint32_t next_free(const heap *h, uint32_t b) {
    while (b < h->used) {
        uint64_t mask = h->free[b / 64] >> (b % 64);
        if (mask)
            return b + (uint32_t)__builtin_ctzll(mask);
        b = (b | 63) + 1;
    }
    return h->used;
}

/* The first of `count` adjacent free blocks, perhaps after all those that have ever been in use. */
static uint32_t find(heap *h, uint32_t count) {
    uint32_t b = h->free_from = next_free(h, h->free_from);
    for (;;) {
        uint32_t end = b;
        while (end < h->used && end - b < count && is_free(h, end))
            end++;
        if (end - b == count || end == h->used)
            return b;
        b = next_free(h, end);
    }
}

/* Asks for the memory of blocks at once, instead of a page at a time when it is touched, which takes several times as long. A block for
 * small objects will be full soon, and most arrays are filled; but of a very large one perhaps little is ever touched. Where there are huge
 * pages, asks for the other blocks of the same ones, too: they come with them, and this takes fewer calls. */
static void populate(heap *h, uint32_t first, uint32_t count) {
    if (count > MOST_POPULATED / BLOCK_BYTES)
        return;
    uint32_t end = first + count;
    if (first >= h->huge_from) {
        first = first / HUGE_BLOCKS * HUGE_BLOCKS;
        end = (uint32_t)round_up(end, HUGE_BLOCKS);
    }
    for (uint32_t b = first; b < end; b++) {
        uint32_t from = b;
        while (b < end && h->blocks[b].memory == MEMORY_UNTOUCHED)
            h->blocks[b++].memory = MEMORY_ASKED;
        if (b > from)
            wasmelt_rt_system_populate(block_at(h, from), (b - from) * BLOCK_BYTES);
    }
}

uint32_t wasmelt_rt_heap_take_blocks(heap *h, uint32_t count) {
    if (count > h->most_taken || h->taken > h->most_taken - count)
        return NO_BLOCK;
    uint32_t first = find(h, count);
    if (count > h->room - first || !commit_first(h, first + count))
        return NO_BLOCK;
    for (uint32_t b = first; b < first + count; b++) {
        h->blocks[b].next = NO_BLOCK;
        set_free(h, b, false);
    }
    if (first + count > h->used) {
        h->used = first + count;
        h->used_bytes = h->used * BLOCK_BYTES;
    }
    populate(h, first, count);
    h->taken += count;
    if (h->taken > h->peak_taken)
        h->peak_taken = h->taken;
    return first;
}

void wasmelt_rt_heap_ask_ahead(heap *h) {
    if (h->huge_from == NO_BLOCK || h->hooks)
        return;
    uint32_t b = h->free_from;
    for (uint32_t k = 0; k < HUGE_BLOCKS; k++, b++) {
        b = b < h->used ? next_free(h, b) : b;
        if (b >= h->most_taken || !commit_first(h, b + 1))
            return;
        populate(h, b, 1);
    }
}

void wasmelt_rt_heap_give_blocks(heap *h, uint32_t first, uint32_t count) {
    for (uint32_t b = first; b < first + count; b++) {
        h->blocks[b] = (block){.state = BLOCK_FREE, .memory = MEMORY_WRITTEN, .next = NO_BLOCK};
        set_free(h, b, true);
    }
    h->taken -= count;
    if (first < h->free_from)
        h->free_from = first;
}

/* ---- Giving memory back to the system ---- */

/* The tables in which the part of a free block is zero. */
static const uint8_t zero_if_free[] = {TABLE_MASKS, TABLE_NEW_STARTS, TABLE_PINS, TABLE_CARDS};

/* Gives back the pages that are in the memory between two addresses as a whole, and stores where they begin and end. They are zero from now
 * on. False if there are none, or the system does not take them. */
static bool give_back(const void *from, const void *to, uintptr_t *first, uintptr_t *end) {
    uintptr_t page = (uintptr_t)wasmelt_rt_host_page_size();
    *first = (uintptr_t)round_up((uintptr_t)from, page);
    *end = (uintptr_t)to & ~(page - 1);
    return *first < *end && wasmelt_rt_system_discard((void *)*first, *end - *first);
}

static void release_blocks(heap *h, uint32_t first, uint32_t end) {
    uintptr_t from, to;
    if (!give_back(block_at(h, first), block_at(h, end), &from, &to))
        return;
    for (uint32_t b = first; b < end; b++)
        if ((uintptr_t)block_at(h, b) >= from && (uintptr_t)block_at(h, b + 1) <= to)
            h->blocks[b].memory = MEMORY_UNTOUCHED;
}

static void release_tables(heap *h, uint32_t first, uint32_t end) {
    for (size_t k = 0; k < sizeof zero_if_free; k++) {
        const uint8_t *table = h->tables[zero_if_free[k]];
        uint64_t bytes = table_bytes[zero_if_free[k]];
        uintptr_t from, to;
        give_back(table + bytes * first, table + bytes * end, &from, &to);
    }
}

/* Free blocks between two that are not. */
typedef struct run {
    uint32_t first, end;
} run;

/* The next run from a block on, which is empty if there is none. The last one includes the blocks that have never been in use. */
static run next_run(const heap *h, uint32_t from) {
    run r = {.first = from < h->used ? next_free(h, from) : from};
    r.end = r.first;
    while (r.end < h->used && is_free(h, r.end))
        r.end++;
    if (r.end >= h->used)
        r.end = h->committed;
    return r;
}

/* The part of a run that can be given back `unit` blocks at a time. */
static run whole_units(run r, uint32_t unit) {
    run whole = {.first = (uint32_t)round_up(r.first, unit), .end = r.end / unit * unit};
    return whole.first < whole.end ? whole : (run){r.first, r.first};
}

static bool has_memory(const heap *h, uint32_t b, uint32_t unit) {
    for (uint32_t end = b + unit; b < end; b++)
        if (h->blocks[b].memory != MEMORY_UNTOUCHED)
            return true;
    return false;
}

/* Gives the memory of a run back to the system, and that of its entries in the tables. Does nothing if all of it has been given back
 * before. */
static void release_run(heap *h, run r, uint32_t unit) {
    run whole = whole_units(r, unit);
    bool is_any = false;
    for (uint32_t b = whole.first; b < whole.end; b += unit) {
        uint32_t from = b;
        while (b < whole.end && has_memory(h, b, unit))
            b += unit;
        if (b == from)
            continue;
        release_blocks(h, from, b);
        is_any = true;
    }
    if (is_any)
        release_tables(h, r.first, r.end);
}

/* Gives back what the marking stack and the notes have needed in large heaps. */
static void release_stacks(heap *h) {
    static const uint8_t stacks[] = {TABLE_MARKS, TABLE_NOTES};
    for (size_t k = 0; k < sizeof stacks; k++) {
        const uint8_t *table = h->tables[stacks[k]];
        uint64_t bytes = table_bytes[stacks[k]];
        uintptr_t from, to;
        give_back(table + bytes * LEAST_STEP, table + bytes * h->committed, &from, &to);
    }
}

/* The number of free blocks from `from` on that share huge pages with blocks in use. */
static uint32_t count_shared(const heap *h, uint32_t from) {
    uint32_t count = 0;
    for (run r = next_run(h, from); r.first < r.end; r = next_run(h, r.end)) {
        run whole = whole_units(r, HUGE_BLOCKS);
        count += r.end - r.first - (whole.end - whole.first);
    }
    return count;
}

/* A part of a huge page can only be given back by making small pages of it. So the heap does without huge pages when they would keep a
 * quarter as much memory as there is in use and for the next objects; and has them again when they would keep a sixteenth. */
static void choose_pages(heap *h, uint32_t from, uint32_t kept) {
    if (h->most_taken < LEAST_WITH_HUGE)
        return;
    bool are_huge = h->huge_from != NO_BLOCK,
         should_be = count_shared(h, from < HUGE_BLOCKS ? HUGE_BLOCKS : from) <= (h->taken + kept) / (are_huge ? 4 : 16);
    if (are_huge != should_be && prefer_huge_pages(h, are_huge ? h->huge_from : HUGE_BLOCKS, h->committed, should_be))
        h->huge_from = should_be ? HUGE_BLOCKS : NO_BLOCK;
}

/* The first free blocks are kept, because they are taken next. */
void wasmelt_rt_heap_release_free(heap *h, uint32_t kept) {
    uint32_t from = next_free(h, h->free_from);
    for (uint32_t k = 0; k < kept && from < h->used; k++)
        from = next_free(h, from + 1);
    choose_pages(h, from, kept);
    for (run r = next_run(h, from); r.first < r.end; r = next_run(h, r.end)) {
        uint32_t border = r.end < h->huge_from ? r.end : r.first > h->huge_from ? r.first : h->huge_from;
        release_run(h, (run){r.first, border}, 1);
        release_run(h, (run){border, r.end}, HUGE_BLOCKS);
    }
    release_stacks(h);
}
