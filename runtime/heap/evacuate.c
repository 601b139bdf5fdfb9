/* Moves objects that survive, so that the blocks in which they were become free as a whole: new objects to blocks of old ones, and old
 * objects that are the last ones in their blocks to free blocks. The header of an object that has moved says where it is now. Objects to
 * which the stack may refer have been marked before, and stay. */
#include <string.h>

#include "heap.h"

/* Whether a full collection leaves a block: if at most a quarter of it is alive, so that what is copied is at most a third of the memory
 * that is gained. In a build for torture, by turns. */
static bool has_few(const heap *h, uint32_t b) {
    return TORTURE > 0 ? (b + h->statistics.full_collections) % 4 == 0 : wasmelt_rt_heap_live_words(h, b) <= BLOCK_WORDS / 4;
}

bool wasmelt_rt_heap_leave_sparse(heap *h) {
    bool is_any = false;
    for (uint32_t b = 0; b < h->used; b++) {
        block *of = &h->blocks[b];
        if (of->state != BLOCK_SMALL)
            continue;
        of->is_left = of->opened == 0 && has_few(h, b);
        is_any |= of->is_left;
    }
    return is_any;
}

void wasmelt_rt_heap_forget_room(heap *h) {
    h->old_block = NO_BLOCK;
    h->old_top = h->old_end = h->base;
}

/* Finds the next hole that is large enough: in blocks of old objects, then in free blocks. False if there is no room, or as much as may be
 * moved has been. */
static bool find_room(heap *h, uint64_t bytes) {
    while ((uint64_t)(h->old_end - h->old_top) < bytes) {
        if (h->may_move == 0)
            return false;
        uint32_t words = h->old_block != NO_BLOCK ? wasmelt_rt_heap_next_hole(h, h->old_block, &h->old_word) : 0;
        if (words > 0) {
            h->old_top = block_at(h, h->old_block) + (size_t)h->old_word * WORD_BYTES;
            h->old_end = h->old_top + (size_t)words * WORD_BYTES;
            h->old_word += words;
            uint64_t found = (uint64_t)words * WORD_BYTES;
            h->may_move -= found < h->may_move ? found : h->may_move;
            continue;
        }
        uint32_t b = list_take(h, &h->sparse);
        if (b == NO_BLOCK) {
            b = wasmelt_rt_heap_take_blocks(h, 1);
            if (b == NO_BLOCK)
                return false;
            h->blocks[b].state = BLOCK_SMALL;
        }
        h->old_block = b;
        h->old_word = 0;
    }
    return true;
}

object *wasmelt_rt_heap_move(heap *h, object *o, uint64_t bytes) {
    if (!find_room(h, bytes))
        return o;
    object *now = (object *)h->old_top;
    h->old_top += bytes;
    memcpy(now, o, bytes);
    uint64_t address = (uintptr_t)now;
    *o = (object){(uint32_t)address, (uint32_t)(address >> 32) | OBJECT_HAS_MOVED};
    return now;
}
