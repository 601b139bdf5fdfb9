/* Live bits: how many bits of each variable are used behind a place in the code, on each path from there and on some path.
 *
 * The functions work on all variables at once, eight in a word: at each branch and each end of a block they are copied or joined. So they
 * count what they do and what memory they have taken. If that is too much, space->is_exhausted is set, and what the live bits are does not
 * matter any more. */
#ifndef WASMELT_LOWER_LIVE_BITS_H
#define WASMELT_LOWER_LIVE_BITS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

/* A byte for each variable: a number of bits from the lowest on, of which at most 127 are told apart. Of a vector, there is one of the
 * highest byte among these. */
typedef struct live_bits {
    uint8_t *always;    /* those used on each path; only so many count as are used on some */
    uint8_t *sometimes; /* those used on some path */
    uint8_t *sparse;    /* whether perhaps only the highest of these bits is used, on some path: 0 or 1 */
} live_bits;

/* What the live bits of a function are made in. */
typedef struct live_space {
    arena *memory;
    size_t words;     /* for a byte for each variable */
    live_bits first;  /* the one that was taken first */
    live_bits *spare; /* those that were given back */
    size_t spare_count;
    size_t taken;  /* words of all that exist */
    uint64_t work; /* words that were copied or joined; whoever does other work adds it */
    bool is_exhausted;
} live_space;

/* `most`: how many will exist at one time. */
void live_begin(live_space *space, arena *memory, size_t variables, size_t most);

/* Live bits of any content; and gives them back. The first ones are not given back. */
live_bits live_take(live_space *space);
void live_give_back(live_space *space, live_bits u);

/* No variable is used; or of each all that turns out to be used on some path is used on each. */
void live_clear(const live_space *space, live_bits u);
void live_assume_all(const live_space *space, live_bits u);

void live_copy(live_space *space, live_bits to, live_bits from);

/* Where two paths part. */
void live_join(live_space *space, live_bits u, live_bits other);

/* Nothing is used on each path. */
void live_use_nothing_always(const live_space *space, live_bits u);

/* What is used on some path is used on each. */
void live_use_always(live_space *space, live_bits u);

/* Takes what holds at the beginning of a loop over to `head`, what the code in the loop knows of that: what was less before stays less, so
 * that this comes to an end. `drops_falling`: what has become less becomes nothing. Returns whether `head` has changed. */
bool live_take_over(live_space *space, live_bits head, live_bits now, bool drops_falling);

/* What is not used on any path is not used on each. */
void live_limit(const live_space *space, live_bits u);

/* Notes a use of one variable. */
void live_use(live_bits u, uint32_t variable, unsigned always, unsigned sometimes);

/* Before this the variable has another value. */
void live_kill(live_bits u, uint32_t variable);

/* The bits of the variable that are used on each path. */
unsigned live_always(live_bits u, uint32_t variable);

#endif
