/* Collections: when there is one, and its steps.
 *
 * A full collection marks all objects anew. A minor one keeps the marks of old objects, so that it only has to do with new ones: those that
 * can be reached from roots, and from old objects that were written to, become old. They stay where they are if many new objects survive;
 * otherwise they are moved together. A full collection moves objects only out of blocks in which little is alive. */
#include "../stack.h"
#include "heap.h"

#define MEBIBYTE (UINT64_C(1) << 20)
/* A full collection is due when the objects alive take twice as much as after the last one, plus this. */
#define FULL_SLACK (32 * MEBIBYTE)
/* If a smaller part of the new objects survives, the survivors are moved. */
#define FEW 0.2
/* It is faster to leave objects where they are than to move them. If this much of the new bytes has been moved, expectations were wrong,
 * and what else is alive stays. */
#define MOST_MOVED (2 * FEW)
/* If a larger part than MOST survives, a collection frees little, and the next one is put off: for at most LONG_ROUND times as many new
 * bytes, and only until as much survives as would of that many bytes if just this part did, that is, the bytes of one round, if again so
 * large a part of them does as lately. What survives is what makes a pause long. */
#define MOST 0.5
#define LONG_ROUND 2

/* ---- Torture: in a build with WASMELT_HEAP_TORTURE=n, all allocations call the allocator, and each n-th one collects: by turns in place,
 * with moving, and fully ---- */

enum { IN_PLACE, MOVING, FULL, KINDS };

static bool is_torture_due(heap *h) {
    return TORTURE > 0 && ++h->torture % (TORTURE + !TORTURE) == 0;
}

static uint32_t torture_kind(const heap *h) {
    return h->torture / (TORTURE + !TORTURE) % KINDS;
}

/* ---- When ---- */

void wasmelt_rt_heap_set_pace(heap *h) {
    uint64_t most = h->most_taken * (uint64_t)BLOCK_BYTES, least = BLOCK_BYTES;
    h->round = most / 8 < h->round_bytes ? most / 8 : h->round_bytes;
    h->round = h->round < least ? least : h->round;
    h->budget = h->round;
    uint64_t slack = most / 4 < FULL_SLACK ? most / 4 : FULL_SLACK;
    h->full_at = 2 * h->alive + slack;
    h->sparse_slack = slack;
    h->full_taken = 2 * (uint64_t)h->taken + slack / BLOCK_BYTES;
}

static bool is_full_due(const heap *h) {
    return h->must_be_full || h->alive > h->full_at || h->taken > h->full_taken;
}

void wasmelt_rt_heap_collect_in_time(heap *h) {
    if (is_torture_due(h))
        wasmelt_rt_heap_collect(h, torture_kind(h) == FULL);
    else if (h->allocated >= h->budget || h->allocated + h->allocated_large >= h->budget + h->alive / 4)
        wasmelt_rt_heap_collect(h, false);
}

/* ---- How ---- */

/* Returns what it moves. */
static moving begin_full(heap *h) {
    moving moves = wasmelt_rt_heap_leave_sparse(h) ? MOVES_SPARSE : MOVES_NONE;
    h->sparse = (block_list){NO_BLOCK, NO_BLOCK}; /* without marks nobody knows where their holes are: objects are moved to free blocks */
    wasmelt_rt_heap_forget_room(h);
    wasmelt_rt_heap_forget_notes(h);
    wasmelt_rt_heap_clear_marks(h);
    return moves;
}

bool wasmelt_rt_heap_expects_few(const heap *h) {
    return TORTURE ? torture_kind(h) == MOVING : h->survival < FEW;
}

static moving moves_of_minor(const heap *h) {
    return wasmelt_rt_heap_expects_few(h) ? MOVES_ALL : MOVES_NONE;
}

static uint64_t most_moved(const heap *h, moving moves) {
    return moves == MOVES_ALL && TORTURE == 0 ? (uint64_t)(MOST_MOVED * (double)h->allocated) : UINT64_MAX;
}

static void mark_all(heap *h, bool is_full, moving moves) {
    h->mark_room = h->mark_room_for_tests ? h->mark_room_for_tests : wasmelt_rt_heap_mark_room(h);
    h->moves = MOVES_NONE;
    h->may_move = most_moved(h, moves);
    wasmelt_rt_heap_mark_pins(h);
    wasmelt_rt_heap_mark_exceptions(h, is_full);
    h->moves = moves;
    wasmelt_rt_heap_visit_roots(h);
    wasmelt_rt_heap_visit_notes(h);
    wasmelt_rt_heap_trace(h);
}

static void note_survival(heap *h, uint64_t alive_before) {
    uint64_t made = h->allocated + h->allocated_large;
    double part = made > 0 ? (double)(h->alive - alive_before) / (double)made : h->survival;
    h->survival = (h->survival + part) / 2;
    bool frees_little = part > MOST && h->survival > MOST; /* the average alone may be the first one, of which nothing was known */
    double expected = part > h->survival ? part : h->survival;
    h->budget = frees_little ? (uint64_t)(LONG_ROUND * MOST / expected * (double)h->round) : h->round;
}

bool wasmelt_rt_heap_collect(heap *h, bool is_full) {
    is_full |= is_full_due(h);
    uint64_t begun = wasmelt_rt_heap_now();
    wasmelt_rt_heap_close_holes(h);
    if (h->is_collecting || !wasmelt_rt_heap_pin_stacks(h))
        return false;
    h->is_collecting = true;
    moving moves = is_full ? begin_full(h) : moves_of_minor(h);
    uint64_t alive_before = h->alive;
    mark_all(h, is_full, moves);
    if (!is_full)
        note_survival(h, alive_before);
    wasmelt_rt_heap_sweep_exceptions(h, is_full);
    wasmelt_rt_heap_sweep_externs(h, is_full);
    if (TORTURE > 0)
        wasmelt_rt_heap_verify(h);
    wasmelt_rt_heap_sweep(h, is_full);
    wasmelt_rt_heap_begin_round(h);
    if (is_full) {
        wasmelt_rt_heap_forget_room(h); /* it has been swept, too */
        h->must_be_full = false;
        wasmelt_rt_heap_set_pace(h);
        wasmelt_rt_heap_release_free(h, (uint32_t)((LONG_ROUND * h->round + h->alive / 2) / BLOCK_BYTES));
    }
    wasmelt_rt_heap_count_collection(h, is_full, begun);
    wasmelt_rt_heap_run_finalizers(h);
    h->is_collecting = false;
    return true;
}
