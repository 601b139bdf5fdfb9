/* Reversi on 64-bit boards: move generation by shifts, search by alpha-beta with a transposition table. */
#include "bench.h"

typedef struct {
    uint64_t own, other;
    int32_t score, depth;
} entry;
static entry table[1 << 14];
static uint32_t visited;

static const int steps[8] = {1, -1, 8, -8, 7, -7, 9, -9};

static uint64_t shift(uint64_t b, int k) {
    static const uint64_t masks[8] = {0xFEFEFEFEFEFEFEFEu, 0x7F7F7F7F7F7F7F7Fu, ~0ull, ~0ull, 0x7F7F7F7F7F7F7F7Fu, 0xFEFEFEFEFEFEFEFEu,
                                      0xFEFEFEFEFEFEFEFEu, 0x7F7F7F7F7F7F7F7Fu};
    return (steps[k] > 0 ? b << steps[k] : b >> -steps[k]) & masks[k];
}

static uint64_t moves(uint64_t own, uint64_t other) {
    uint64_t found = 0, open = ~(own | other);
    for (int k = 0; k < 8; k++) {
        uint64_t run = shift(own, k) & other;
        for (int j = 0; j < 5; j++)
            run |= shift(run, k) & other;
        found |= shift(run, k) & open;
    }
    return found;
}

static uint64_t flips(uint64_t own, uint64_t other, uint64_t move) {
    uint64_t all = 0;
    for (int k = 0; k < 8; k++) {
        uint64_t run = 0, next = shift(move, k);
        while (next & other)
            run |= next, next = shift(next, k);
        if (next & own)
            all |= run;
    }
    return all;
}

static int32_t evaluate(uint64_t own, uint64_t other) {
    const uint64_t corners = 0x8100000000000081u;
    return 20 * (__builtin_popcountll(own & corners) - __builtin_popcountll(other & corners)) +
           3 * (__builtin_popcountll(moves(own, other)) - __builtin_popcountll(moves(other, own))) + __builtin_popcountll(own) -
           __builtin_popcountll(other);
}

static int32_t search(uint64_t own, uint64_t other, int depth, int32_t alpha, int32_t beta, int passed) {
    visited++;
    if (depth == 0)
        return evaluate(own, other);
    uint64_t all = moves(own, other);
    if (!all)
        return passed ? 1000 * (__builtin_popcountll(own) - __builtin_popcountll(other)) : -search(other, own, depth, -beta, -alpha, 1);
    entry *e = &table[(own * 0x9E3779B97F4A7C15u ^ other * 0xC2B2AE3D27D4EB4Fu) >> 50];
    if (e->own == own && e->other == other && e->depth == depth)
        return e->score;
    int32_t best = -100000, start = alpha;
    for (; all; all &= all - 1) {
        uint64_t move = all & -all, turned = flips(own, other, move);
        int32_t score = -search(other & ~turned, own | move | turned, depth - 1, -beta, -alpha, 0);
        if (score > best)
            best = score;
        if (best > alpha)
            alpha = best;
        if (alpha >= beta)
            break;
    }
    if (best > start && best < beta)
        *e = (entry){own, other, best, depth};
    return best;
}

int main(void) {
    uint64_t own = 0x0000000810000000u, other = 0x0000001008000000u;
    for (int round = 0; round < ROUNDS(20); round++) {
        uint64_t all = moves(own, other);
        if (!all && !moves(other, own)) {
            own = 0x0000000810000000u, other = 0x0000001008000000u;
            continue;
        }
        uint64_t best_move = 0;
        int32_t best = -1000000;
        for (; all; all &= all - 1) {
            uint64_t move = all & -all, turned = flips(own, other, move);
            int32_t score = -search(other & ~turned, own | move | turned, 6, -100000, 100000, 0);
            if (score > best)
                best = score, best_move = move;
        }
        uint64_t turned = best_move ? flips(own, other, best_move) : 0;
        uint64_t mine = own | best_move | turned;
        own = other & ~turned;
        other = mine;
        mix((uint32_t)best), mix(visited), mix(own);
    }
    return report();
}
