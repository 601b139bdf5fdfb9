/* The allocator of the runtime's own data. It is chosen before anything is allocated, and stays: so what is freed came from it. */
#include "allocator.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <wasmelt/allocator.h>

static wasmelt_allocator allocator; /* the host's, if it has an `allocate` */
static atomic_bool has_allocated;

bool wasmelt_set_allocator(const wasmelt_allocator *a) {
    bool whole = a->allocate && a->allocate_zeroed && a->reallocate && a->release;
    if (!whole || atomic_load_explicit(&has_allocated, memory_order_relaxed))
        return false;
    allocator = *a;
    return true;
}

/* Notes that something is allocated, and returns a number of bytes that is not 0. A flag that is set is only read, so that threads do not
 * take its cache line from each other. */
static size_t begin(size_t bytes) {
    if (!atomic_load_explicit(&has_allocated, memory_order_relaxed))
        atomic_store_explicit(&has_allocated, true, memory_order_relaxed);
    return bytes ? bytes : 1;
}

/* The host's functions need not set errno. */
static void *check(void *made) {
    if (!made)
        errno = ENOMEM;
    return made;
}

void *wasmelt_rt_allocate(size_t bytes) {
    size_t size = begin(bytes);
    return check(allocator.allocate ? allocator.allocate(allocator.context, size) : malloc(size));
}

void *wasmelt_rt_allocate_zeroed(size_t count, size_t bytes) {
    if (bytes && count > SIZE_MAX / bytes)
        return check(NULL);
    size_t size = begin(count * bytes);
    return check(allocator.allocate ? allocator.allocate_zeroed(allocator.context, size) : calloc(1, size));
}

void *wasmelt_rt_reallocate(void *old, size_t bytes) {
    if (!old)
        return wasmelt_rt_allocate(bytes);
    size_t size = begin(bytes);
    return check(allocator.allocate ? allocator.reallocate(allocator.context, old, size) : realloc(old, size));
}

void wasmelt_rt_release(void *old) {
    if (!allocator.allocate)
        free(old);
    else if (old)
        allocator.release(allocator.context, old);
}

char *wasmelt_rt_copy_text(const char *text) {
    size_t bytes = strlen(text) + 1;
    char *copy = wasmelt_rt_allocate(bytes);
    return copy ? memcpy(copy, text, bytes) : NULL;
}
