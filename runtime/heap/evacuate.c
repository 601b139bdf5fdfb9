/* Moves new objects that survive to blocks of old objects, so that the blocks in which they were become free as a whole. The header of an
 * object that has moved says where it is now. Objects to which the stack may refer have been marked before, and stay. */
#include <string.h>

#include "heap.h"

/* Finds the next hole that is large enough: in blocks of old objects, then in free blocks. */
static bool find_room(heap *h, uint64_t bytes) {
    while ((uint64_t)(h->old_end - h->old_top) < bytes) {
        uint32_t words = h->old_block != NO_BLOCK ? wasmelt_rt_heap_next_hole(h, h->old_block, &h->old_word) : 0;
        if (words > 0) {
            h->old_top = block_at(h, h->old_block) + (size_t)h->old_word * WORD_BYTES;
            h->old_end = h->old_top + (size_t)words * WORD_BYTES;
            h->old_word += words;
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
    uint64_t header = (uint64_t)(uintptr_t)now | (uint64_t)OBJECT_HAS_MOVED << 32;
    memcpy(o, &header, sizeof header);
    return now;
}
