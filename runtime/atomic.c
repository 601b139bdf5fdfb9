/* memory.atomic.wait and notify: queues of waiting threads by address, in buckets with a lock each. The value is
 * compared under the bucket's lock, which notify takes as well, so no wake-up between comparing and sleeping is
 * lost. Threads that wait longest wake first. */
#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <time.h>

#include <wasmelt/support.h>

enum { BUCKETS = 64 };
enum { WOKEN = 0, NOT_EQUAL = 1, TIMED_OUT = 2 };

typedef struct waiter {
    const void *address;
    struct waiter *next;
    pthread_cond_t wake;
    bool woken;
} waiter;

static struct {
    pthread_mutex_t lock;
    waiter *first;
} buckets[BUCKETS] = {[0 ... BUCKETS - 1] = {.lock = PTHREAD_MUTEX_INITIALIZER}};

static unsigned bucket_of(const void *address) {
    return (unsigned)((uintptr_t)address >> 3) * 2654435761u >> 26;
}

/* The address of an atomic access of `width` bytes, checked. */
static void *locate(const wasmelt_memory *m, uint64_t index, uint64_t offset, uint64_t width) {
    uint64_t address = index + offset;
    if (address < index || !wasmelt_memory_in_bounds(m, address, width))
        wasmelt_trap_memory();
    if (address & (width - 1))
        wasmelt_trap_raise(WASMELT_TRAP_UNALIGNED_ATOMIC);
    return m->base + address;
}

/* The time `nanoseconds` from now, as pthread_cond_timedwait takes it. */
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

static void append(waiter **list, waiter *w) {
    while (*list)
        list = &(*list)->next;
    *list = w;
}

static void unlink_waiter(waiter **list, const waiter *w) {
    while (*list && *list != w)
        list = &(*list)->next;
    if (*list)
        *list = w->next;
}

/* With the bucket's lock held. */
static uint32_t sleep_on(unsigned bucket, const void *address, uint64_t timeout) {
    waiter self = {.address = address};
    pthread_condattr_t monotonic;
    bool forever = (int64_t)timeout < 0;
    struct timespec until = deadline(forever ? 0 : timeout);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&self.wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    append(&buckets[bucket].first, &self);
    int error = 0;
    while (!self.woken && error != ETIMEDOUT)
        error = forever ? pthread_cond_wait(&self.wake, &buckets[bucket].lock)
                        : pthread_cond_timedwait(&self.wake, &buckets[bucket].lock, &until);
    if (!self.woken)
        unlink_waiter(&buckets[bucket].first, &self);
    pthread_cond_destroy(&self.wake);
    return self.woken ? WOKEN : TIMED_OUT;
}

static uint64_t load(const void *at, unsigned width) {
    if (width == sizeof(uint32_t))
        return __atomic_load_n((const uint32_t *)at, __ATOMIC_SEQ_CST);
    return __atomic_load_n((const uint64_t *)at, __ATOMIC_SEQ_CST);
}

static uint32_t wait_for(const wasmelt_memory *m, uint64_t index, uint64_t offset, unsigned width, uint64_t expected,
                         uint64_t timeout) {
    const void *at = locate(m, index, offset, width);
    if (!m->type.shared)
        wasmelt_trap_raise(WASMELT_TRAP_EXPECTED_SHARED);
    unsigned bucket = bucket_of(at);
    pthread_mutex_lock(&buckets[bucket].lock);
    uint32_t result = load(at, width) == expected ? sleep_on(bucket, at, timeout) : NOT_EQUAL;
    pthread_mutex_unlock(&buckets[bucket].lock);
    return result;
}

uint32_t wasmelt_atomic_wait32(wasmelt_memory *m, uint64_t index, uint64_t offset, uint32_t expected, uint64_t timeout) {
    return wait_for(m, index, offset, sizeof(uint32_t), expected, timeout);
}

uint32_t wasmelt_atomic_wait64(wasmelt_memory *m, uint64_t index, uint64_t offset, uint64_t expected, uint64_t timeout) {
    return wait_for(m, index, offset, sizeof(uint64_t), expected, timeout);
}

uint32_t wasmelt_atomic_notify(wasmelt_memory *m, uint64_t index, uint64_t offset, uint32_t count) {
    const void *at = locate(m, index, offset, sizeof(uint32_t));
    unsigned bucket = bucket_of(at);
    uint32_t woken = 0;
    pthread_mutex_lock(&buckets[bucket].lock);
    for (waiter **list = &buckets[bucket].first; *list && woken < count;) {
        waiter *w = *list;
        if (w->address != at) {
            list = &w->next;
            continue;
        }
        *list = w->next;
        w->woken = true;
        pthread_cond_signal(&w->wake);
        woken++;
    }
    pthread_mutex_unlock(&buckets[bucket].lock);
    return woken;
}
