/* Allocation: finding room for new objects.
 *
 * Small objects are put into holes one after the other, most of them by emitted code itself (`top` and `end` of the heap). Objects that are
 * too large to look for a hole, but no larger than WASMELT_SMALL_OBJECT, are put into free blocks of their own, so that smaller holes in
 * between are not passed over and lost. Larger objects have blocks for themselves. */
#include <string.h>

#include "../stack.h"
#include "../trap.h"
#include "heap.h"
#include "object_layout.h"

/* A small object of at most this size that does not fit is put into another hole. */
enum { LARGEST_FOR_HOLES = 256 };

/* ---- Blocks for new objects ---- */

static uint32_t take_free_block(heap *h) {
    uint32_t b = wasmelt_rt_heap_take_blocks(h, 1);
    if (b != NO_BLOCK)
        h->blocks[b].state = BLOCK_SMALL;
    return b;
}

/* Whether blocks of old objects have so many holes that it is better to fill these than to take more blocks. */
static bool is_sparse(const heap *h) {
    return h->taken * (uint64_t)BLOCK_BYTES > 2 * h->alive + h->sparse_slack;
}

static uint32_t take_block_with_holes(heap *h) {
    uint32_t b = list_take(h, &h->ready);
    if (b == NO_BLOCK && is_sparse(h))
        b = list_take(h, &h->sparse);
    if (b == NO_BLOCK)
        b = take_free_block(h);
    return b != NO_BLOCK ? b : list_take(h, &h->sparse);
}

/* ---- Holes ---- */

/* Marks the end of the objects in a hole that is not full. */
static void mark_end(uint8_t *top, const uint8_t *end) {
    static const object none = {TYPE_NONE, 0};
    if (top < end)
        memcpy(top, &none, sizeof none);
}

static void set_hole(heap *h, uint8_t *top, uint8_t *end) {
    h->code.top = top;
    h->hole_end = end;
    h->code.end = TORTURE ? top : end;
}

static bool open_hole(heap *h, uint32_t b, uint32_t from) {
    uint32_t words = wasmelt_rt_heap_next_hole(h, b, &from);
    if (words == 0)
        return false;
    mark_end(h->code.top, h->hole_end);
    h->hole_word = from + words;
    h->blocks[b].opened = (uint16_t)h->hole_word;
    uint8_t *top = block_at(h, b) + (size_t)from * WORD_BYTES;
    set_hole(h, top, top + (size_t)words * WORD_BYTES);
    h->allocated += (uint64_t)words * WORD_BYTES;
    return true;
}

static bool open_block(heap *h) {
    bool is_first = h->hole_block == NO_BLOCK;
    if (is_first && wasmelt_rt_heap_expects_few(h))
        wasmelt_rt_heap_ask_ahead(h);
    do {
        uint32_t b = take_block_with_holes(h);
        if (b == NO_BLOCK)
            return false;
        list_add(h, &h->young, b);
        h->hole_block = b;
        h->hole_word = 0;
    } while (!open_hole(h, h->hole_block, 0));
    return true;
}

static void *allocate_in_hole(heap *h, uint64_t size) {
    while ((uint64_t)(h->hole_end - h->code.top) < size)
        if ((h->hole_block == NO_BLOCK || !open_hole(h, h->hole_block, h->hole_word)) && !open_block(h))
            return NULL;
    uint8_t *place = h->code.top;
    set_hole(h, place + size, h->hole_end);
    return place;
}

/* ---- Larger objects ---- */

static void *allocate_medium(heap *h, uint64_t size) {
    if (size > (uint64_t)(h->medium_end - h->medium_top)) {
        uint32_t b = take_free_block(h);
        if (b == NO_BLOCK)
            return allocate_in_hole(h, size); /* there may be a hole that is large enough */
        mark_end(h->medium_top, h->medium_end);
        list_add(h, &h->young, b);
        h->blocks[b].opened = BLOCK_WORDS;
        h->medium_top = block_at(h, b);
        h->medium_end = h->medium_top + BLOCK_BYTES;
        h->allocated += BLOCK_BYTES;
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
    list_add(h, &h->young_large, first);
    h->allocated_large += size;
    return block_at(h, first);
}

void *wasmelt_rt_heap_allocate(heap *h, uint64_t size) {
    if (size > WASMELT_SMALL_OBJECT)
        return allocate_large(h, size);
    return size > LARGEST_FOR_HOLES ? allocate_medium(h, size) : allocate_in_hole(h, size);
}

/* ---- After a collection ---- */

void wasmelt_rt_heap_close_holes(heap *h) {
    mark_end(h->code.top, h->hole_end);
    mark_end(h->medium_top, h->medium_end);
}

void wasmelt_rt_heap_begin_round(heap *h) {
    h->hole_block = NO_BLOCK;
    h->code.top = h->code.end = h->hole_end = h->medium_top = h->medium_end = h->base;
    h->allocated = h->allocated_large = 0;
}

/* ---- For the rest of the runtime ---- */

/* Whether there is room without a collection, which needs more stack. */
static bool fits_at_once(heap *h, uint64_t size) {
    if (TORTURE > 0 || size > WASMELT_SMALL_OBJECT)
        return false;
    if (size > LARGEST_FOR_HOLES)
        return (uint64_t)(h->medium_end - h->medium_top) >= size;
    if ((uint64_t)(h->hole_end - h->code.top) >= size)
        return true;
    return h->hole_block != NO_BLOCK && open_hole(h, h->hole_block, h->hole_word) && (uint64_t)(h->hole_end - h->code.top) >= size;
}

void *wasmelt_rt_heap_find(heap *h, uint64_t size) {
    size = object_aligned(size, OBJECT_ALIGNMENT);
    if (fits_at_once(h, size))
        return wasmelt_rt_heap_allocate(h, size);
    if (wasmelt_rt_trap_is_caught())
        wasmelt_rt_stack_probe();
    wasmelt_rt_heap_collect_in_time(h);
    void *place = wasmelt_rt_heap_allocate(h, size);
    /* The second full collection moves what little the first has left in many blocks. */
    for (int k = 0; !place && k < 2 && wasmelt_rt_heap_collect(h, true); k++)
        place = wasmelt_rt_heap_allocate(h, size);
    return place;
}

/* ---- For emitted code ---- */

static void *allocate_or_trap(heap *h, uint64_t size) {
    void *place = wasmelt_rt_heap_find(h, size);
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

void *wasmelt_heap_find_array_room(wasmelt_heap *heap, u64 size, u32 length) {
    if (length > WASMELT_MOST_ELEMENTS)
        wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
    return allocate_or_trap(heap_of(heap), size);
}

void *wasmelt_heap_find_array_zeros(wasmelt_heap *heap, u64 size, u32 length) {
    struct heap *h = heap_of(heap);
    uint8_t *place = wasmelt_heap_find_array_room(heap, size, length);
    for (uint32_t b = block_of(h, place); size > 0; b++) {
        size_t part = size < BLOCK_BYTES ? (size_t)size : BLOCK_BYTES;
        if (h->blocks[b].memory == MEMORY_WRITTEN)
            memset(block_at(h, b), 0, part);
        size -= part;
    }
    return place;
}
