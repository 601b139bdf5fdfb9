/* Statistics of the heap, for hosts and for --heap-statistics. */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "heap.h"

uint64_t wasmelt_rt_heap_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

void wasmelt_rt_heap_count_collection(heap *h, bool is_full, uint64_t begun) {
    wasmelt_heap_statistics *s = &h->statistics;
    uint64_t took = wasmelt_rt_heap_now() - begun, *longest = is_full ? &s->longest_full : &s->longest_minor;
    s->nanoseconds += took;
    *longest = took > *longest ? took : *longest;
    s->full_collections += is_full;
    s->minor_collections += !is_full;
    s->moving_collections += !is_full && h->moves != MOVES_NONE;
}

/* The bytes of new objects. The part that is not filled yet of the hole that emitted code is filling is not counted. */
static uint64_t new_bytes(const heap *h) {
    return h->allocated + h->allocated_large - (uint64_t)(h->hole_end - h->code.top) - (uint64_t)(h->medium_end - h->medium_top);
}

void wasmelt_heap_get_statistics(const wasmelt_heap *heap, wasmelt_heap_statistics *statistics) {
    const struct heap *h = heap_of(heap);
    *statistics = h->statistics;
    statistics->alive_bytes = h->alive + new_bytes(h);
    statistics->used_bytes = wasmelt_rt_heap_bytes_of(h->taken);
    statistics->peak_bytes = wasmelt_rt_heap_bytes_of(h->peak_taken);
    statistics->maximum_bytes = wasmelt_rt_heap_bytes_of(h->most_taken);
}

void wasmelt_rt_heap_print_statistics(const heap *h) {
    wasmelt_heap_statistics s;
    wasmelt_heap_get_statistics(&h->code, &s);
    fprintf(stderr,
            "wasmelt: heap: %.1f MiB at most, %.1f alive; %" PRIu64 " minor collections (%" PRIu64 " moving), %" PRIu64
            " full; %.3f s, the longest %.1f ms and %.1f ms\n",
            (double)s.peak_bytes / (1 << 20), (double)s.alive_bytes / (1 << 20), s.minor_collections, s.moving_collections,
            s.full_collections, (double)s.nanoseconds / 1e9, (double)s.longest_minor / 1e6, (double)s.longest_full / 1e6);
}
