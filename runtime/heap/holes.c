/* Holes: runs of words in a block that no old object covers. */
#include "heap.h"

static const uint64_t *live_mask(const heap *h, uint32_t b, uint32_t word) {
    return &h->masks[2 * ((size_t)b * BLOCK_MASKS + word / 64) + 1];
}

/* The first word from `word` on that is live or not, as asked; BLOCK_WORDS: none. */
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
        if (mask) /* counting is slow where the processor has no instruction for it */
            words += mask == UINT64_MAX ? 64 : (uint32_t)__builtin_popcountll(mask);
    }
    return words;
}
