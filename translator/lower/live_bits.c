#include "lower/live_bits.h"

#include <string.h>

#define MOST_BITS 127
#define MOST_WORK (UINT64_C(1) << 26) /* words that are copied or joined in a function */
#define MOST_WORDS ((size_t)1 << 22)  /* in all live bits that exist at one time */

void live_begin(live_space *space, arena *memory, size_t variables, size_t most) {
    *space = (live_space){.memory = memory, .words = (variables + 7) / 8};
    space->spare = arena_array_raw(memory, most, sizeof *space->spare);
}

live_bits live_take(live_space *space) {
    if (space->spare_count > 0)
        return space->spare[--space->spare_count];
    space->taken += 3 * space->words;
    if (space->taken > MOST_WORDS) {
        space->is_exhausted = true;
        return space->first;
    }
    uint64_t *words = arena_array_raw(space->memory, 3 * space->words, sizeof *words);
    live_bits u = {(uint8_t *)words, (uint8_t *)(words + space->words), (uint8_t *)(words + 2 * space->words)};
    if (!space->first.always)
        space->first = u;
    return u;
}

void live_give_back(live_space *space, live_bits u) {
    if (u.always && u.always != space->first.always)
        space->spare[space->spare_count++] = u;
}

static size_t size_of(const live_space *space) {
    return space->words * sizeof(uint64_t);
}

static void worked(live_space *space) {
    space->work += space->words;
    space->is_exhausted |= space->work > MOST_WORK;
}

void live_clear(const live_space *space, live_bits u) {
    memset(u.always, 0, size_of(space));
    memset(u.sometimes, 0, size_of(space));
    memset(u.sparse, 0, size_of(space));
}

void live_assume_all(const live_space *space, live_bits u) {
    live_clear(space, u);
    memset(u.always, MOST_BITS, size_of(space));
}

void live_use_nothing_always(const live_space *space, live_bits u) {
    memset(u.always, 0, size_of(space));
}

void live_copy(live_space *space, live_bits to, live_bits from) {
    worked(space);
    memcpy(to.always, from.always, size_of(space));
    memcpy(to.sometimes, from.sometimes, size_of(space));
    memcpy(to.sparse, from.sparse, size_of(space));
}

/* In each byte 0x7F if that of `a` is at least that of `b`, else 0. The bytes are less than 128. */
static uint64_t at_least(uint64_t a, uint64_t b) {
    const uint64_t high = UINT64_C(0x8080808080808080);
    uint64_t is = ((a | high) - b) & high;
    return is - (is >> 7);
}

static uint64_t word_at(const uint8_t *bits, size_t k) {
    uint64_t word;
    memcpy(&word, bits + 8 * k, sizeof word);
    return word;
}

/* The lesser of each two of `to` and `other`, or the greater. */
static void lower_all(const live_space *space, uint8_t *to, const uint8_t *other) {
    for (size_t k = 0; k < space->words; k++) {
        uint64_t a = word_at(to, k), b = word_at(other, k), take_b = at_least(a, b), least = (b & take_b) | (a & ~take_b);
        memcpy(to + 8 * k, &least, sizeof least);
    }
}

static void raise_all(const live_space *space, uint8_t *to, const uint8_t *other) {
    for (size_t k = 0; k < space->words; k++) {
        uint64_t a = word_at(to, k), b = word_at(other, k), take_a = at_least(a, b), most = (a & take_a) | (b & ~take_a);
        memcpy(to + 8 * k, &most, sizeof most);
    }
}

void live_join(live_space *space, live_bits u, live_bits other) {
    worked(space);
    lower_all(space, u.always, other.always);
    raise_all(space, u.sometimes, other.sometimes);
    raise_all(space, u.sparse, other.sparse);
}

void live_use_always(live_space *space, live_bits u) {
    worked(space);
    raise_all(space, u.always, u.sometimes);
}

void live_limit(const live_space *space, live_bits u) {
    lower_all(space, u.always, u.sometimes);
}

/* What has become less, such as the uses of a number that each turn shifts by one bit, becomes nothing. */
static void drop_falling(const live_space *space, uint8_t *bits, const uint8_t *before) {
    for (size_t k = 0; k < size_of(space); k++)
        if (bits[k] < before[k])
            bits[k] = 0;
}

bool live_take_over(live_space *space, live_bits head, live_bits now, bool drops_falling) {
    lower_all(space, now.always, head.always);
    raise_all(space, now.sparse, head.sparse);
    if (drops_falling)
        drop_falling(space, now.always, head.always);
    bool changed = memcmp(head.always, now.always, size_of(space)) != 0 || memcmp(head.sometimes, now.sometimes, size_of(space)) != 0 ||
                   memcmp(head.sparse, now.sparse, size_of(space)) != 0;
    live_copy(space, head, now);
    return changed;
}

static void use_bits(uint8_t *bits, unsigned to) {
    if (to > MOST_BITS)
        to = MOST_BITS;
    if (*bits < to)
        *bits = (uint8_t)to;
}

void live_use(live_bits u, uint32_t variable, unsigned always, unsigned sometimes) {
    use_bits(&u.always[variable], always);
    use_bits(&u.sometimes[variable], sometimes);
}

void live_kill(live_bits u, uint32_t variable) {
    u.always[variable] = u.sometimes[variable] = u.sparse[variable] = 0;
}

unsigned live_always(live_bits u, uint32_t variable) {
    return u.always[variable] < u.sometimes[variable] ? u.always[variable] : u.sometimes[variable];
}
