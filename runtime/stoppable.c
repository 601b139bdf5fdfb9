/* The list of code that may be stopped. It consists of blocks that are not freed before the runtime is unloaded, so that a signal handler
 * can walk through them while other threads change them. A range is in use if its `from` is not zero; `to` is written before `from`, and a
 * reader that sees `from` change while it reads treats the range as unused. */
#include "stoppable.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

#include "allocator.h"
#include "not_unwound.h"

enum { RANGES = 16 };

typedef struct range {
    atomic_uintptr_t from, to;
    uint64_t users; /* number of instances; changed under the lock */
} range;

typedef struct block {
    range ranges[RANGES];
    struct block *_Atomic next;
} block;

static block first_block;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* The range that begins at `from` (0: an unused one), or null. The lock is held. */
static range *find(uintptr_t from) {
    for (block *b = &first_block; b; b = atomic_load_explicit(&b->next, memory_order_relaxed))
        for (int k = 0; k < RANGES; k++)
            if (atomic_load_explicit(&b->ranges[k].from, memory_order_relaxed) == from)
                return &b->ranges[k];
    return NULL;
}

/* Finds an unused range, with the lock held. */
static range *find_free(void) {
    range *r = find(0);
    if (r)
        return r;
    block *more = wasmelt_rt_allocate_zeroed(1, sizeof *more), *last = &first_block, *next;
    if (!more)
        return NULL;
    while ((next = atomic_load_explicit(&last->next, memory_order_relaxed)))
        last = next;
    atomic_store_explicit(&last->next, more, memory_order_release);
    return &more->ranges[0];
}

bool wasmelt_rt_stoppable_add(const void *from, const void *to) {
    if (!from)
        return true;
    pthread_mutex_lock(&lock);
    range *r = find((uintptr_t)from);
    if (!r && (r = find_free())) {
        atomic_store_explicit(&r->to, (uintptr_t)to, memory_order_release);
        atomic_store_explicit(&r->from, (uintptr_t)from, memory_order_release);
    }
    if (r)
        r->users++;
    pthread_mutex_unlock(&lock);
    return r != NULL;
}

void wasmelt_rt_stoppable_remove(const void *from) {
    if (!from)
        return;
    pthread_mutex_lock(&lock);
    range *r = find((uintptr_t)from);
    if (r && --r->users == 0)
        atomic_store_explicit(&r->from, 0, memory_order_release);
    pthread_mutex_unlock(&lock);
}

bool wasmelt_rt_stoppable_contains(uintptr_t address) {
    for (block *b = &first_block; b; b = atomic_load_explicit(&b->next, memory_order_acquire)) {
        for (int k = 0; k < RANGES; k++) {
            uintptr_t from = atomic_load_explicit(&b->ranges[k].from, memory_order_acquire);
            uintptr_t to = atomic_load_explicit(&b->ranges[k].to, memory_order_acquire);
            if (from && address >= from && address < to && atomic_load_explicit(&b->ranges[k].from, memory_order_acquire) == from)
                return true;
        }
    }
    return false;
}

void wasmelt_rt_stoppable_end(void) {
    block *b = atomic_exchange(&first_block.next, NULL);
    while (b) {
        block *next = b->next;
        wasmelt_rt_release(b);
        b = next;
    }
}
