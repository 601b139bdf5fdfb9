/* Address space and memory by mmap. */
#if !defined(_WIN32)

#include <errno.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

#include "system.h"
#include "posix.h"

uint64_t wasmelt_rt_host_page_size(void) {
    return (uint64_t)sysconf(_SC_PAGESIZE);
}

/* MADV_DONTDUMP is not needed: pages that were never accessible are not in core dumps, because nothing was written to them. Growing would
 * have to undo it, by another change of the address space under the lock that all threads share. MAP_NORESERVE also keeps the kernel from
 * merging these mappings with guard pages of stacks. */
void *wasmelt_rt_system_reserve_at(void *wish, size_t size) {
    void *base = mmap(wish, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return base == MAP_FAILED ? NULL : base;
}

/* Maps more than is needed, and gives back what lies before and behind. */
void *wasmelt_rt_system_reserve(size_t size, size_t alignment) {
    if (alignment <= wasmelt_rt_host_page_size())
        return wasmelt_rt_system_reserve_at(NULL, size);
    uint8_t *all = alignment <= SIZE_MAX - size ? wasmelt_rt_system_reserve_at(NULL, size + alignment) : NULL;
    if (!all)
        return NULL;
    size_t before = (0 - (uintptr_t)all) & (alignment - 1);
    if (before > 0)
        munmap(all, before);
    munmap(all + before + size, alignment - before);
    return all + before;
}

void wasmelt_rt_system_release(void *base, size_t size) {
    munmap(base, size);
}

bool wasmelt_rt_system_commit(void *from, size_t size) {
    return mprotect(from, size, PROT_READ | PROT_WRITE) == 0;
}

/* Accessible mappings beside each other are one. Without huge pages, of which the first touched one would take memory for all neighbours.
 * If either fails, there are more mappings. */
void wasmelt_rt_system_join(void *from, size_t size) {
#ifdef MADV_NOHUGEPAGE
    madvise(from, size, MADV_NOHUGEPAGE);
#endif
    mprotect(from, size, PROT_READ | PROT_WRITE);
}

bool wasmelt_rt_system_protect(void *from, size_t size) {
    return mprotect(from, size, PROT_NONE) == 0;
}

bool wasmelt_rt_system_unprotect(void *from, size_t size) {
    return mprotect(from, size, PROT_READ | PROT_WRITE) == 0;
}

bool wasmelt_rt_system_discard(void *from, size_t size) {
    return madvise(from, size, MADV_DONTNEED) == 0;
}

void wasmelt_rt_system_populate(void *from, size_t size) {
#ifdef MADV_POPULATE_WRITE
    static atomic_bool cannot; /* before Linux 5.14 */
    if (atomic_load_explicit(&cannot, memory_order_relaxed))
        return;
    int before = errno;
    if (madvise(from, size, MADV_POPULATE_WRITE) != 0 && errno == EINVAL)
        atomic_store_explicit(&cannot, true, memory_order_relaxed);
    errno = before;
#else
    (void)from;
    (void)size;
#endif
}

bool wasmelt_rt_system_prefer_huge_pages(void *from, size_t size, bool are_preferred) {
#ifdef MADV_HUGEPAGE
    int before = errno;
    bool done = wasmelt_rt_host_page_size() == 4096 && madvise(from, size, are_preferred ? MADV_HUGEPAGE : MADV_NOHUGEPAGE) == 0;
    errno = before;
    return done;
#else
    (void)from;
    (void)size;
    (void)are_preferred;
    return false;
#endif
}

uintptr_t wasmelt_rt_system_memory_below(uintptr_t low, uintptr_t high) {
    enum { PAGES = 64 };
    unsigned char unused[PAGES]; /* of char on macOS */
    uintptr_t page = (uintptr_t)wasmelt_rt_host_page_size(), step = PAGES * page;
    while (high - low >= step && mincore((void *)(high - step), step, (void *)unused) == 0)
        high -= step;
    while (high - low >= page && mincore((void *)(high - page), page, (void *)unused) == 0)
        high -= page;
    return high;
}

uint64_t wasmelt_rt_posix_resident(const void *base, uint64_t size) {
    enum { PAGES = 4096 };
    unsigned char is_resident[PAGES];
    uint64_t page = wasmelt_rt_host_page_size(), resident = 0;
    for (uint64_t from = 0; from < size; from += PAGES * page) {
        uint64_t part = size - from < PAGES * page ? size - from : PAGES * page;
        if (mincore((void *)((uintptr_t)base + (uintptr_t)from), (size_t)part, (void *)is_resident) != 0)
            continue; /* this process may not be allowed to read it */
        for (uint64_t k = 0; k < part / page; k++)
            resident += is_resident[k] & 1 ? page : 0;
    }
    return resident;
}

#endif
