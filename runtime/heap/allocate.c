/* Room for new objects.
 *
 * Small ones go into holes of blocks one behind the other, most of them by emitted code itself (`top` and `end` of the heap). What
 * fits into no hole at hand, though smaller than WASMELT_SMALL_OBJECT, has free blocks of its own, so that holes in
 * between are not passed over. Larger objects have blocks for themselves. */
#include <string.h>

#include "../stack.h"
#include "../trap.h"
#include "heap.h"

/* Small objects up to this size look for another hole. */
enum { LARGEST_FOR_HOLES = 256 };

static uint32_t take_block(heap *h) {
    uint32_t b = wasmelt_rt_heap_take_blocks(h, 1);
    if (b != NO_BLOCK)
        h->blocks[b].state = BLOCK_SMALL;
    return b;
}

static void *allocate_in_hole(heap *h, uint64_t size) {
    uint32_t b = take_block(h);
    if (b == NO_BLOCK)
        return NULL;
    uint8_t *place = block_at(h, b);
    h->hole_block = b;
    h->code.top = place + size;
    h->code.end = place + BLOCK_BYTES;
    return place;
}

static void *allocate_medium(heap *h, uint64_t size) {
    if (size > (uint64_t)(h->medium_end - h->medium_top)) {
        uint32_t b = take_block(h);
        if (b == NO_BLOCK)
            return NULL;
        h->medium_top = block_at(h, b);
        h->medium_end = h->medium_top + BLOCK_BYTES;
    }
    uint8_t *place = h->medium_top;
    h->medium_top += size;
    return place;
}

static void *allocate_large(heap *h, uint64_t size) {
    uint64_t count = (size + BLOCK_BYTES - 1) >> BLOCK_LOG2;
    uint32_t first = count < NO_BLOCK ? wasmelt_rt_heap_take_blocks(h, (uint32_t)count) : NO_BLOCK;
    if (first == NO_BLOCK)
        return NULL;
    h->blocks[first].state = BLOCK_LARGE;
    h->blocks[first].count = (uint32_t)count;
    for (uint32_t b = first; b < first + count; b++) {
        h->blocks[b].first = first;
        if (b > first)
            h->blocks[b].state = BLOCK_LARGE_REST;
    }
    return block_at(h, first);
}

void *wasmelt_rt_heap_allocate(heap *h, uint64_t size) {
    if (size > WASMELT_SMALL_OBJECT)
        return allocate_large(h, size);
    return size > LARGEST_FOR_HOLES ? allocate_medium(h, size) : allocate_in_hole(h, size);
}

/* ---- For emitted code ---- */

static void *allocate_or_trap(heap *h, uint64_t size) {
    if (wasmelt_rt_trap_is_caught())
        wasmelt_rt_stack_probe();
    void *place = wasmelt_rt_heap_allocate(h, size);
    if (!place)
        wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
    return place;
}

void *wasmelt_heap_find_room(wasmelt_heap *heap, u32 size) {
    return allocate_or_trap(heap_of(heap), size);
}

void *wasmelt_heap_find_large_room(wasmelt_heap *heap, u64 size) {
    return allocate_or_trap(heap_of(heap), size);
}

void *wasmelt_heap_find_large_zeros(wasmelt_heap *heap, u64 size) {
    struct heap *h = heap_of(heap);
    uint8_t *place = allocate_or_trap(h, size);
    for (uint32_t b = block_of(h, place); size > 0; b++) {
        size_t part = size < BLOCK_BYTES ? (size_t)size : BLOCK_BYTES;
        if (!h->blocks[b].is_zero)
            memset(block_at(h, b), 0, part);
        size -= part;
    }
    return place;
}
