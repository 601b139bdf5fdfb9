/* How much address space a memory takes, depending on its type, and whether code has to check accesses to it. memory.c reserves by these
 * rules, linking.c lets modules share memories by them, emitted code relies on them, and `wasmelt inspect` prints them. */
#ifndef WASMELT_RUNTIME_FACTS_ADDRESS_SPACE_H
#define WASMELT_RUNTIME_FACTS_ADDRESS_SPACE_H

#include <wasmelt/memory.h>

#define INDEX_RANGE_32 (UINT64_C(1) << 32)
/* The size to which a memory with 64-bit indices can grow if its maximum is larger, or if it has none. */
#define RESERVED_64 (UINT64_C(1) << 36)

/* Whether everything that an index and a small static offset can reach is reserved, so that the hardware checks accesses. Code for a memory
 * without this guard compares each address with the size. */
static inline bool memory_has_guard(const wasmelt_memory_type *t) {
    return !t->is64 && t->page_size_log2 == 16 && !t->checked;
}

/* The number of pages that indices can reach; one less for 2^64 pages of one byte, a number that does not fit. */
static inline uint64_t memory_index_pages(const wasmelt_memory_type *t) {
    unsigned bits = (t->is64 ? 64u : 32u) - t->page_size_log2;
    return bits == 64 ? UINT64_MAX : UINT64_C(1) << bits;
}

/* The number of pages that a memory of the type may have at most. */
static inline uint64_t memory_type_limit(const wasmelt_memory_type *t) {
    uint64_t limit = memory_index_pages(t);
    return t->has_maximum && t->maximum < limit ? t->maximum : limit;
}

/* Whether a memory that a module defines with this type never gets the last page of the 4 GiB. Growing by that page fails, as any growing
 * may (section 4.6.8). Emitted code relies on this: lower/addresses.c. */
static inline bool memory_leaves_last_page(const wasmelt_memory_type *t) {
    return !t->is64 && t->page_size_log2 == 16 && t->minimum < INDEX_RANGE_32 >> 16;
}

/* The minimum in bytes; UINT64_MAX for 2^64. */
static inline uint64_t memory_least_bytes(const wasmelt_memory_type *t) {
    return t->minimum > UINT64_MAX >> t->page_size_log2 ? UINT64_MAX : t->minimum << t->page_size_log2;
}

/* How many bytes to reserve for a memory that may grow to `limit` pages, without the host's page at the end. For a memory without a guard,
 * fewer will do, but not fewer than its minimum. */
static inline uint64_t memory_wanted_bytes(const wasmelt_memory_type *t, uint64_t limit) {
    if (memory_has_guard(t))
        return INDEX_RANGE_32 + WASMELT_GUARD_BYTES;
    uint64_t most = t->is64 ? RESERVED_64 : INDEX_RANGE_32, least = memory_least_bytes(t);
    uint64_t want = limit > most >> t->page_size_log2 ? most : limit << t->page_size_log2;
    return want < least ? least : want;
}

#endif
