/* memory.atomic.wait and memory.atomic.notify (threads proposal). Waiting threads are in queues by address, which are in buckets with a
 * lock each. The words of the guest are not used as futexes, because a wait compares 32 or 64 bits, and notify does not know which: each
 * waiting thread sleeps on a word of its own (park.h), and is woken after the lock has been released.
 *
 * No wake-up is lost. A waiting thread enters the queue and compares the value under the lock of the bucket, which notify also takes. So a
 * notify comes either before both, and then the store that it announces came before them, too; or after both, and then it finds the thread.
 * Only a notify that sees nobody in the bucket does not take the lock. It reads the count by adding 0; a waiting thread adds 1 before it
 * compares. Additions to one object have an order. If the 0 comes later, notify sees the 1. If the 1 comes later, it synchronizes with the
 * 0, and the waiting thread compares what the notifying thread has stored before, even by a weak store.
 *
 * Threads that have waited longest are woken first. */
#include <pthread.h>
#include <stddef.h>
#include <time.h>

#include <wasmelt/code/support.h>
#include <wasmelt/interrupt.h>

#include "system/park.h"
#include "stack.h"

enum { BUCKETS = 64 };
enum { WOKEN = 0, NOT_EQUAL = 1, TIMED_OUT = 2, INTERRUPTED = 3 }; /* the last is no result, but the end of the run */

typedef struct waiter {
    const void *address;
    struct waiter *next;
    bool is_queued; /* protected by the bucket's lock; whoever takes the waiter out of the queue will wake it */
    parker parker;
} waiter;

typedef struct bucket {
    pthread_mutex_t lock;
    waiter *first, *last;
    unsigned count; /* number of threads in the queue or about to enter it; atomic, changed under the lock */
} bucket;

static bucket buckets[BUCKETS] = {[0 ... BUCKETS - 1] = {.lock = PTHREAD_MUTEX_INITIALIZER}};

static bucket *bucket_of(const void *address) {
    return &buckets[(uint32_t)((uintptr_t)address >> 2) * 2654435761u >> 26];
}

/* The address of an atomic access of `width` bytes, after checking bounds and alignment. */
static void *locate(const wasmelt_memory *m, uint64_t index, uint64_t offset, uint64_t width) {
    uint64_t address = index + offset;
    if (address < index || !wasmelt_memory_in_bounds(m, address, width))
        wasmelt_trap_memory();
    if (address & (width - 1))
        wasmelt_trap_raise(WASMELT_TRAP_UNALIGNED_ATOMIC);
    return m->base + address;
}

/* The time `nanoseconds` from now on the monotonic clock. */
static struct timespec deadline(uint64_t nanoseconds) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += (time_t)(nanoseconds / 1000000000u);
    t.tv_nsec += (long)(nanoseconds % 1000000000u);
    if (t.tv_nsec >= 1000000000) {
        t.tv_nsec -= 1000000000;
        t.tv_sec++;
    }
    return t;
}

static uint64_t load(const void *at, unsigned width) {
    if (width == sizeof(uint32_t)) {
        uint32_t word = __atomic_load_n((const uint32_t *)at, __ATOMIC_SEQ_CST);
        return WASMELT_SWAPS_BYTES ? __builtin_bswap32(word) : word;
    }
    uint64_t words = __atomic_load_n((const uint64_t *)at, __ATOMIC_SEQ_CST);
    return WASMELT_SWAPS_BYTES ? __builtin_bswap64(words) : words;
}

/* ---- The queue; the lock is held ---- */

static void append(bucket *b, waiter *w) {
    if (b->last)
        b->last->next = w;
    else
        b->first = w;
    b->last = w;
    w->is_queued = true;
}

/* Takes up to `most` waiters at the address out of the queue, those that have waited longest first. Returns a list of them. */
static waiter *take(bucket *b, const void *address, uint32_t most, uint32_t *taken) {
    waiter *list = NULL, **end = &list, *before = NULL, *next;
    for (waiter *w = b->first; w && *taken < most; w = next) {
        next = w->next;
        if (w->address != address) {
            before = w;
            continue;
        }
        *(before ? &before->next : &b->first) = next;
        if (b->last == w)
            b->last = before;
        w->next = NULL;
        w->is_queued = false;
        *end = w;
        end = &w->next;
        ++*taken;
    }
    __atomic_fetch_sub(&b->count, *taken, __ATOMIC_SEQ_CST);
    return list;
}

/* Takes this waiter out of the queue, if it is still there. */
static bool take_back(bucket *b, const waiter *gone) {
    if (!gone->is_queued)
        return false;
    waiter *before = NULL;
    for (waiter *w = b->first; w != gone; w = w->next)
        before = w;
    *(before ? &before->next : &b->first) = gone->next;
    if (b->last == gone)
        b->last = before;
    __atomic_fetch_sub(&b->count, 1, __ATOMIC_SEQ_CST);
    return true;
}

/* ---- Waiting ---- */

static bool enter(bucket *b, waiter *w, unsigned width, uint64_t expected) {
    pthread_mutex_lock(&b->lock);
    __atomic_fetch_add(&b->count, 1, __ATOMIC_SEQ_CST);
    bool equal = load(w->address, width) == expected;
    if (equal)
        append(b, w);
    else
        __atomic_fetch_sub(&b->count, 1, __ATOMIC_SEQ_CST);
    pthread_mutex_unlock(&b->lock);
    return equal;
}

/* Sleeps, in the queue. One that was taken out of it as the time came, or the end of the run, is being woken, and stays for that. */
static uint32_t sleep_in(bucket *b, waiter *w, uint64_t timeout) {
    bool forever = (int64_t)timeout < 0;
    struct timespec until = deadline(forever ? 0 : timeout);
    parked p = PARK_TIMED_OUT;
    if (timeout > 0) /* the kernel's shortest sleep is long */
        p = wasmelt_rt_park_until(&w->parker, forever ? NULL : &until, true);
    if (p == PARK_WOKEN)
        return WOKEN;
    pthread_mutex_lock(&b->lock);
    bool was_there = take_back(b, w);
    pthread_mutex_unlock(&b->lock);
    if (!was_there)
        wasmelt_rt_park_until(&w->parker, NULL, false);
    return !was_there ? WOKEN : p == PARK_INTERRUPTED ? INTERRUPTED : TIMED_OUT;
}

static uint32_t wait_once(waiter *self, unsigned width, uint64_t expected, uint64_t timeout) {
    bucket *b = bucket_of(self->address);
    wasmelt_rt_park_init(&self->parker);
    uint32_t result = enter(b, self, width, expected) ? sleep_in(b, self, timeout) : NOT_EQUAL;
    wasmelt_rt_park_free(&self->parker);
    return result;
}

static uint32_t wait_for(const wasmelt_memory *m, uint64_t index, uint64_t offset, unsigned width, uint64_t expected, uint64_t timeout) {
    waiter self = {.address = locate(m, index, offset, width)};
    if (!m->type.shared)
        wasmelt_trap_raise(WASMELT_TRAP_EXPECTED_SHARED);
    wasmelt_rt_stack_probe();
    for (;;) {
        wasmelt_interrupt_here();
        uint32_t result = wait_once(&self, width, expected, timeout);
        if (result != INTERRUPTED)
            return result;
    }
}

uint32_t wasmelt_atomic_wait32(wasmelt_memory *m, uint64_t index, uint64_t offset, uint32_t expected, uint64_t timeout) {
    return wait_for(m, index, offset, sizeof(uint32_t), expected, timeout);
}

uint32_t wasmelt_atomic_wait64(wasmelt_memory *m, uint64_t index, uint64_t offset, uint64_t expected, uint64_t timeout) {
    return wait_for(m, index, offset, sizeof(uint64_t), expected, timeout);
}

uint32_t wasmelt_atomic_notify(wasmelt_memory *m, uint64_t index, uint64_t offset, uint32_t count) {
    const void *at = locate(m, index, offset, sizeof(uint32_t));
    bucket *b = bucket_of(at);
    uint32_t taken = 0;
    if (__atomic_fetch_add(&b->count, 0, __ATOMIC_SEQ_CST) == 0)
        return 0;
    wasmelt_rt_stack_probe();
    pthread_mutex_lock(&b->lock);
    waiter *woken = take(b, at, count, &taken);
    pthread_mutex_unlock(&b->lock);
    while (woken) {
        waiter *w = woken;
        woken = w->next; /* read before waking it: it is gone once it wakes */
        wasmelt_rt_park_wake(&w->parker);
    }
    return taken;
}
