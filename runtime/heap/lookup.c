/* Finds the object that contains an address. Old objects are found by their bits. New ones have none: the holes in which they are are
 * walked from the beginning, by the objects' sizes, once for each block in each collection. */
#include <string.h>

#include "heap.h"

static uint64_t *starts_of(const heap *h, uint32_t b) {
    return (uint64_t *)h->tables[TABLE_NEW_STARTS] + (size_t)b * BLOCK_MASKS;
}

/* Determines where new objects of a block begin, by walking through its used holes. In a hole that is not full, a word of TYPE_NONE follows
 * the last object. */
static void find_starts(heap *h, uint32_t b) {
    uint64_t *starts = starts_of(h, b);
    uint8_t *base = block_at(h, b);
    uint32_t words;
    for (uint32_t at = 0; (words = wasmelt_rt_heap_next_hole(h, b, &at)) > 0 && at < h->blocks[b].opened; at += words) {
        const uint8_t *end = base + (size_t)(at + words) * WORD_BYTES;
        for (const uint8_t *p = base + (size_t)at * WORD_BYTES; p < end && ((const object *)p)->type != TYPE_NONE;) {
            size_t word = (size_t)(p - base) / WORD_BYTES;
            starts[word / 64] |= UINT64_C(1) << (word % 64);
            p += bytes_of(h, (const object *)p);
        }
    }
    h->blocks[b].has_starts = true;
}

void wasmelt_rt_heap_forget_starts(heap *h, uint32_t b) {
    if (h->blocks[b].has_starts)
        memset(starts_of(h, b), 0, BLOCK_MASKS * sizeof(uint64_t));
    h->blocks[b].has_starts = false;
}

/* The last bit that is set at or before bit `word` of a bitmap of a block, whose 64-bit words are `stride` apart; NO_BLOCK if there is
 * none. */
static uint32_t last_bit(const uint64_t *bits, uint32_t stride, uint32_t word) {
    uint32_t at = word / 64;
    uint64_t mask = bits[at * stride] & (~UINT64_C(0) >> (63 - word % 64));
    while (!mask) {
        if (at == 0)
            return NO_BLOCK;
        mask = bits[--at * stride];
    }
    return at * 64 + 63 - (uint32_t)__builtin_clzll(mask);
}

static object *old_object(const heap *h, uint32_t b, uint32_t word) {
    uint32_t start = last_bit(&h->masks[2 * (size_t)b * BLOCK_MASKS], 2, word);
    return (object *)(block_at(h, b) + (size_t)start * WORD_BYTES);
}

static object *new_object(heap *h, uint32_t b, uint32_t word) {
    if (h->blocks[b].opened == 0)
        return NULL;
    if (!h->blocks[b].has_starts)
        find_starts(h, b);
    uint32_t start = last_bit(starts_of(h, b), 1, word);
    if (start == NO_BLOCK)
        return NULL;
    object *o = (object *)(block_at(h, b) + (size_t)start * WORD_BYTES);
    return start + bytes_of(h, o) / WORD_BYTES > word ? o : NULL;
}

object *wasmelt_rt_heap_object_at(heap *h, uintptr_t address) {
    if (!is_in_heap(h, (void *)address))
        return NULL;
    uint32_t b = block_of(h, (void *)address);
    const block *in = &h->blocks[b];
    if (in->state == BLOCK_FREE)
        return NULL;
    if (in->state != BLOCK_SMALL)
        return (object *)block_at(h, in->first);
    uint32_t word = (uint32_t)((address - (uintptr_t)block_at(h, b)) / WORD_BYTES);
    uint64_t live = h->masks[2 * ((size_t)b * BLOCK_MASKS + word / 64) + 1];
    return live >> (word % 64) & 1 ? old_object(h, b, word) : new_object(h, b, word);
}
