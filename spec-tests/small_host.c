/* What the runtime for small systems asks of its host, for the runner of the official suite on a usual one: 2 MiB of the thread's stack. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <wasmelt/heap.h>
#include <wasmelt/small.h>

void wasmelt_host_stack(uintptr_t *low, uintptr_t *high) {
    enum { STACK = 2 << 20, RESERVE = 64 << 10 };
    pthread_attr_t attributes;
    void *end;
    size_t size;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0 || pthread_attr_getstack(&attributes, &end, &size) != 0)
        wasmelt_host_panic("stack", "it is not known");
    pthread_attr_destroy(&attributes);
    *high = (uintptr_t)end + size;
    *low = (size > STACK ? *high - STACK : (uintptr_t)end) + RESERVE;
}

void wasmelt_host_panic(const char *what, const char *why) {
    fprintf(stderr, "panic: %s: %s\n", what, why);
    abort();
}

/* Asked for objects of heaps only, which there are none of. */

wasmelt_reference_kind wasmelt_reference_kind_of(const wasmelt_heap *heap, const wasmelt_object *object) {
    (void)heap, (void)object;
    abort();
}

wasmelt_object *wasmelt_any_from_extern(wasmelt_heap *heap, void *value) {
    (void)heap, (void)value;
    abort();
}

void *wasmelt_extern_from_any(wasmelt_heap *heap, wasmelt_object *value) {
    (void)heap, (void)value;
    abort();
}
