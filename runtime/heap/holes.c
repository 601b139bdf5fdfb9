/* Holes: sequences of words of a block that do not belong to an old object. */
#include "heap.h"

static const uint64_t *live_mask(const heap *h, uint32_t b, uint32_t word) {
    return &h->masks[2 * ((size_t)b * BLOCK_MASKS + word / 64) + 1];
}

/* The first word from `word` on whose bit in the bitmap of live words equals `live`; BLOCK_WORDS if there is none. */
static uint32_t next_word(const heap *h, uint32_t b, uint32_t word, bool live) {
    while (word < BLOCK_WORDS) {
        uint64_t mask = *live_mask(h, b, word);
        uint64_t wanted = (live ? mask : ~mask) >> (word % 64);
        if (wanted)
            return word + (uint32_t)__builtin_ctzll(wanted);
        word = (word | 63) + 1;
    }
    return BLOCK_WORDS;
}

uint32_t wasmelt_rt_heap_next_hole(const heap *h, uint32_t b, uint32_t *at) {
    for (uint32_t from = *at; from < BLOCK_WORDS;) {
        uint32_t begin = next_word(h, b, from, false);
        uint32_t end = next_word(h, b, begin, true);
        if (end - begin >= LEAST_HOLE_WORDS) {
            *at = begin;
            return end - begin;
        }
        from = end;
    }
    return 0;
}

uint32_t wasmelt_rt_heap_live_words(const heap *h, uint32_t b) {
    uint32_t words = 0;
    for (uint32_t word = 0; word < BLOCK_WORDS; word += 64) {
        uint64_t mask = *live_mask(h, b, word);
        if (mask) /* avoid counting the bits of 0: it is slow on processors without an instruction for it */
            words += mask == UINT64_MAX ? 64 : (uint32_t)__builtin_popcountll(mask);
    }
    return words;
}
