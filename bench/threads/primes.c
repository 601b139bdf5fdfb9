/* Counting primes by trial division; members take the next piece of work from a counter. */
#include "team.h"

enum { PIECE = 1000 };

static uint32_t next_piece, primes;

static int is_prime(uint32_t n) {
    for (uint32_t d = 3; d * d <= n; d += 2)
        if (n % d == 0)
            return 0;
    return n == 2 || (n > 2 && n % 2);
}

static void *search(void *argument) {
    (void)argument;
    uint32_t limit = (uint32_t)ROUNDS(4000) * PIECE / 2, piece;
    while ((piece = __atomic_fetch_add(&next_piece, PIECE, __ATOMIC_SEQ_CST)) < limit) {
        uint32_t found = 0;
        for (uint32_t n = piece; n < piece + PIECE; n++)
            found += (uint32_t)is_prime(n);
        __atomic_fetch_add(&primes, found, __ATOMIC_SEQ_CST);
    }
    return NULL;
}

int main(void) {
    in_team(search);
    mix(primes);
    return report();
}
