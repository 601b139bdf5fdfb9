/* After marking: frees blocks without live objects, and puts those with enough holes into lists to be filled again. */
#include <string.h>

#include "heap.h"

/* Whether enough of a block is in holes for the block to be used again: at least one quarter. */
static bool has_holes(uint32_t live_words) {
    return (BLOCK_WORDS - live_words) * 4 >= BLOCK_WORDS;
}

/* Overwrites what is not alive with a pattern that no address has, to find mistakes. */
static void poison(heap *h, uint32_t b) {
    uint32_t words;
    for (uint32_t at = 0; (words = wasmelt_rt_heap_next_hole(h, b, &at)) > 0; at += words)
        memset(block_at(h, b) + (size_t)at * WORD_BYTES, 0xDB, (size_t)words * WORD_BYTES);
}

static void sweep_small(heap *h, uint32_t b, block_list *with_holes) {
    uint32_t live = wasmelt_rt_heap_live_words(h, b);
    wasmelt_rt_heap_forget_starts(h, b);
    h->blocks[b].opened = 0;
    if (TORTURE > 0)
        poison(h, b);
    if (live == 0)
        wasmelt_rt_heap_give_blocks(h, b, 1);
    else if (has_holes(live))
        list_add(h, with_holes, b);
}

static void sweep_large(heap *h, uint32_t b) {
    if (is_marked(h, block_at(h, b)))
        return;
    if (TORTURE > 0)
        memset(block_at(h, b), 0xDB, h->blocks[b].count * BLOCK_BYTES);
    wasmelt_rt_heap_give_blocks(h, b, h->blocks[b].count);
}

static const block_list empty = {NO_BLOCK, NO_BLOCK};

/* Sweeps the blocks used since the last collection. The blocks used last come first in the lists, because they are in the processor's
 * caches. */
static void sweep_young(heap *h) {
    block_list ready = empty;
    for (uint32_t b; (b = list_take(h, &h->young)) != NO_BLOCK;)
        sweep_small(h, b, &ready);
    for (uint32_t b; (b = list_take(h, &h->ready)) != NO_BLOCK;)
        list_add(h, &ready, b);
    h->ready = ready;
    for (uint32_t b; (b = list_take(h, &h->young_large)) != NO_BLOCK;)
        sweep_large(h, b);
}

static void sweep_all(heap *h) {
    h->young = h->young_large = h->ready = h->sparse = empty;
    for (uint32_t b = 0; b < h->used; b++)
        if (h->blocks[b].state == BLOCK_SMALL)
            sweep_small(h, b, &h->sparse);
        else if (h->blocks[b].state == BLOCK_LARGE)
            sweep_large(h, b);
}

void wasmelt_rt_heap_sweep(heap *h, bool is_full) {
    if (is_full)
        sweep_all(h);
    else
        sweep_young(h);
}
