/* Address space for linear memories, and the list of it for the signal handler.
 *
 * The list is a chain of blocks of slots. Blocks are not freed before the runtime is unloaded, so that a handler can walk through the list
 * while other threads change it. A slot is in use if its `base` is not zero. `end` is written before `base`, and a reader that sees `base`
 * change while it reads treats the slot as unused. */
#include "reservation.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { SLOTS = 64 };

typedef struct block {
    struct {
        atomic_uintptr_t base, end;
    } slots[SLOTS];
    struct block *_Atomic next;
} block;

static block first_block;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

uint64_t wasmelt_rt_host_page_size(void) {
    return (uint64_t)sysconf(_SC_PAGESIZE);
}

/* Adds a reservation to the list, with the lock held. False with errno set if there is no memory for another block. */
static bool record(uintptr_t base, uintptr_t end) {
    block *b = &first_block;
    for (;;) {
        for (int i = 0; i < SLOTS; i++) {
            if (atomic_load_explicit(&b->slots[i].base, memory_order_relaxed) != 0)
                continue;
            atomic_store_explicit(&b->slots[i].end, end, memory_order_release);
            atomic_store_explicit(&b->slots[i].base, base, memory_order_release);
            return true;
        }
        block *next = atomic_load_explicit(&b->next, memory_order_relaxed);
        if (!next) {
            next = calloc(1, sizeof *next);
            if (!next)
                return false;
            atomic_store_explicit(&b->next, next, memory_order_release);
        }
        b = next;
    }
}

static void forget(uintptr_t base) {
    for (block *b = &first_block; b; b = atomic_load_explicit(&b->next, memory_order_relaxed))
        for (int i = 0; i < SLOTS; i++)
            if (atomic_load_explicit(&b->slots[i].base, memory_order_relaxed) == base) {
                atomic_store_explicit(&b->slots[i].base, 0, memory_order_release);
                return;
            }
}

bool wasmelt_rt_reservation_contains(uintptr_t address) {
    for (block *b = &first_block; b; b = atomic_load_explicit(&b->next, memory_order_acquire)) {
        for (int i = 0; i < SLOTS; i++) {
            uintptr_t base = atomic_load_explicit(&b->slots[i].base, memory_order_acquire);
            uintptr_t end = atomic_load_explicit(&b->slots[i].end, memory_order_acquire);
            if (base == 0 || address < base || address >= end)
                continue;
            if (atomic_load_explicit(&b->slots[i].base, memory_order_acquire) == base)
                return true;
        }
    }
    return false;
}

/* MADV_DONTDUMP is not needed: pages that were never accessible are not in core dumps, because nothing was written to them. Growing would
 * have to undo it, by another change of the address space under the lock that all threads share. MAP_NORESERVE also keeps the kernel from
 * merging these mappings with guard pages of stacks. */
static uint8_t *map(size_t size) {
    void *base = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return base == MAP_FAILED ? NULL : base;
}

/* Maps more than is needed, and gives back what lies before and behind. */
static uint8_t *map_aligned(size_t size, size_t alignment) {
    if (alignment <= wasmelt_rt_host_page_size())
        return map(size);
    uint8_t *all = alignment <= SIZE_MAX - size ? map(size + alignment) : NULL;
    if (!all)
        return NULL;
    size_t before = (0 - (uintptr_t)all) & (alignment - 1);
    if (before > 0)
        munmap(all, before);
    munmap(all + before + size, alignment - before);
    return all + before;
}

static uint8_t *take_space(uint64_t size, const reservation_place *place) {
    uint64_t page = wasmelt_rt_host_page_size(), alignment = place->alignment > page ? place->alignment : page;
    if (!place->space)
        return size <= SIZE_MAX ? map_aligned((size_t)size, (size_t)alignment) : NULL;
    uint8_t *base = place->space->reserve(place->context, size, alignment);
    if (((uintptr_t)base & (alignment - 1)) == 0)
        return base;
    place->space->release(place->context, base, size);
    return NULL;
}

static void give_back(uint8_t *base, uint64_t size, const reservation_place *place) {
    if (place->space)
        place->space->release(place->context, base, size);
    else
        munmap(base, (size_t)size);
}

uint8_t *wasmelt_rt_reservation_make(uint64_t size, const reservation_place *place) {
    uint8_t *base = take_space(size, place);
    if (!base) {
        errno = ENOMEM;
        return NULL;
    }
    pthread_mutex_lock(&lock);
    bool recorded = record((uintptr_t)base, (uintptr_t)base + (uintptr_t)size);
    pthread_mutex_unlock(&lock);
    if (!recorded) {
        give_back(base, size, place);
        errno = ENOMEM;
        return NULL;
    }
    return base;
}

void wasmelt_rt_reservation_release(uint8_t *base, uint64_t size, const reservation_place *place) {
    pthread_mutex_lock(&lock);
    forget((uintptr_t)base);
    pthread_mutex_unlock(&lock);
    give_back(base, size, place);
}

bool wasmelt_rt_reservation_commit(uint8_t *base, uint64_t from, uint64_t to) {
    return from >= to || mprotect(base + from, (size_t)(to - from), PROT_READ | PROT_WRITE) == 0;
}

/* Counts by the kernel's page map, which distinguishes pages of the memory from pages of a startup image's file that were only read. False
 * if the page map cannot be read. */
static bool resident_by_map(const uint8_t *base, uint64_t size, uint64_t page, uint64_t *resident) {
    enum { ENTRIES = 1024, PRESENT = 63, OF_FILE = 61 };
    uint64_t entries[ENTRIES];
    int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    uint64_t first = (uintptr_t)base / page, count = size / page, done = 0;
    *resident = 0;
    while (done < count) {
        uint64_t part = count - done < ENTRIES ? count - done : ENTRIES;
        ssize_t got = pread(fd, entries, (size_t)part * sizeof *entries, (off_t)((first + done) * sizeof *entries));
        if (got < (ssize_t)sizeof *entries)
            break;
        for (uint64_t k = 0; k < (uint64_t)got / sizeof *entries; k++)
            *resident += entries[k] >> PRESENT & ~(entries[k] >> OF_FILE) & 1 ? page : 0;
        done += (uint64_t)got / sizeof *entries;
    }
    close(fd);
    return done == count;
}

static uint64_t resident_by_mincore(const uint8_t *base, uint64_t size, uint64_t page) {
    enum { PAGES = 4096 };
    unsigned char is_resident[PAGES];
    uint64_t resident = 0;
    for (uint64_t from = 0; from < size; from += PAGES * page) {
        uint64_t part = size - from < PAGES * page ? size - from : PAGES * page;
        if (mincore((void *)(base + from), (size_t)part, is_resident) != 0)
            continue; /* this process may not be allowed to read it */
        for (uint64_t k = 0; k < part / page; k++)
            resident += is_resident[k] & 1 ? page : 0;
    }
    return resident;
}

uint64_t wasmelt_rt_reservation_resident(const uint8_t *base, uint64_t size) {
    uint64_t page = wasmelt_rt_host_page_size(), resident;
    return resident_by_map(base, size, page, &resident) ? resident : resident_by_mincore(base, size, page);
}

void wasmelt_rt_reservations_end(void) {
    block *b = atomic_exchange(&first_block.next, NULL);
    while (b) {
        block *next = b->next;
        free(b);
        b = next;
    }
}
