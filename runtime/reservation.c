/* Address space for linear memories, and the list for the signal handler of that in which accesses of code may fault.
 *
 * The list is a chain of blocks of slots. Blocks are not freed before the runtime is unloaded, so that a handler can walk through the list
 * while other threads change it. A slot is in use if its `base` is not zero. `end` is written before `base`, and a reader that sees `base`
 * change while it reads treats the slot as unused. Whoever makes or frees a reservation does not search the list. */
#include "reservation.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

#include "allocator.h"

enum { SLOTS = 64 };

struct reservation_slot {
    atomic_uintptr_t base;
    atomic_uintptr_t end; /* of a slot that is not in use: the address of another one, or 0 */
};

typedef struct block {
    reservation_slot slots[SLOTS];
    struct block *_Atomic next;
} block;

static block first_block;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* protects what follows, and the list from other changes */
static reservation_slot *unused;                         /* slots that were in use, linked by `end` */
static block *last_block = &first_block;
static int begun; /* how many slots of the last block have been in use */

static bool add_block(void) {
    block *b = wasmelt_rt_allocate_zeroed(1, sizeof *b);
    if (!b)
        return false;
    atomic_store_explicit(&last_block->next, b, memory_order_release);
    last_block = b;
    begun = 0;
    return true;
}

/* A slot that is not in use; null if there is no memory for another block. */
static reservation_slot *take_slot(void) {
    reservation_slot *s = unused;
    if (s)
        unused = (reservation_slot *)atomic_load_explicit(&s->end, memory_order_relaxed);
    else if (begun < SLOTS || add_block())
        s = &last_block->slots[begun++];
    return s;
}

/* Adds a reservation to the list. Null if there is no memory for that. */
static reservation_slot *record(uintptr_t base, uintptr_t end) {
    pthread_mutex_lock(&lock);
    reservation_slot *s = take_slot();
    if (s) {
        atomic_store_explicit(&s->end, end, memory_order_release);
        atomic_store_explicit(&s->base, base, memory_order_release);
    }
    pthread_mutex_unlock(&lock);
    return s;
}

static void forget(reservation_slot *s) {
    pthread_mutex_lock(&lock);
    atomic_store_explicit(&s->base, 0, memory_order_release);
    atomic_store_explicit(&s->end, (uintptr_t)unused, memory_order_release);
    unused = s;
    pthread_mutex_unlock(&lock);
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

static uint8_t *take_space(uint64_t size, const reservation_place *place) {
    uint64_t page = wasmelt_rt_host_page_size(), alignment = place->alignment > page ? place->alignment : page;
    if (!place->space)
        return size <= PTRDIFF_MAX && alignment <= PTRDIFF_MAX ? wasmelt_rt_system_reserve((size_t)size, (size_t)alignment) : NULL;
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
        wasmelt_rt_system_release(base, (size_t)size);
}

uint8_t *wasmelt_rt_reservation_make(uint64_t size, const reservation_place *place, reservation_slot **slot) {
    uint8_t *base = take_space(size, place);
    if (!base) {
        errno = ENOMEM;
        return NULL;
    }
    if (slot)
        *slot = record((uintptr_t)base, (uintptr_t)base + (uintptr_t)size);
    if (slot && !*slot) {
        give_back(base, size, place);
        errno = ENOMEM;
        return NULL;
    }
    return base;
}

void wasmelt_rt_reservation_release(uint8_t *base, uint64_t size, const reservation_place *place, reservation_slot *slot) {
    if (slot)
        forget(slot);
    give_back(base, size, place);
}

bool wasmelt_rt_reservation_commit(uint8_t *base, uint64_t from, uint64_t to) {
    return from >= to || wasmelt_rt_system_commit(base + from, (size_t)(to - from));
}

void wasmelt_rt_reservations_end(void) {
    block *b = atomic_exchange(&first_block.next, NULL);
    last_block = &first_block;
    begun = SLOTS;
    unused = NULL;
    while (b) {
        block *next = b->next;
        wasmelt_rt_release(b);
        b = next;
    }
}
