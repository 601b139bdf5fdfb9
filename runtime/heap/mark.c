/* Marking: finds all objects that can be reached, with a stack instead of recursion.
 *
 * When an object is pushed, its bit in `starts` is set. When it is traced, that is, the references in it are visited, its bits in `live`
 * are set. A large array of references is traced in parts, so that the stack stays small: it has two entries, the position at which to go
 * on, and the array's address with a bit set that addresses of objects do not have. If the stack is full, an object is not pushed. Such
 * objects are found in the end by their bits: one in `starts`, none in `live`. */
#include <string.h>

#include "heap.h"

#define ALWAYS_INLINE inline __attribute__((always_inline))

enum { PART = 1024 };
#define GOES_ON 1u

static ALWAYS_INLINE void push(heap *h, object *o) {
    if (__builtin_expect(h->mark_count < h->mark_room, 1))
        h->marks[h->mark_count++] = (uintptr_t)o;
    else
        h->has_lost_marks = true;
}

static ALWAYS_INLINE void visit(heap *h, object **place, moving moves) {
    object *o = *place;
    if (!refers_to_object(h, o))
        return;
    uint64_t bit, *mask = mask_of(h, o, &bit);
    if (*mask & bit)
        return;
    if (moves != MOVES_NONE && o->gc & OBJECT_HAS_MOVED) {
        *place = moved_to(o);
        return;
    }
    if (moves == MOVES_ALL || (moves == MOVES_SPARSE && h->blocks[block_of(h, o)].is_left)) {
        uint64_t bytes = bytes_of(h, o);
        object *now = bytes <= WASMELT_SMALL_OBJECT ? wasmelt_rt_heap_move(h, o, bytes) : o;
        if (now != o) {
            *place = o = now;
            mask = mask_of(h, o, &bit);
        }
    }
    *mask |= bit;
    push(h, o);
}

static ALWAYS_INLINE void visit_places(heap *h, object **places, uint64_t count, moving moves) {
    for (uint64_t k = 0; k < count; k++)
        visit(h, &places[k], moves);
}

static void set_live(heap *h, const object *o, uint64_t bytes) {
    uint64_t first, *mask = mask_of(h, o, &first) + 1;
    uint64_t words = bytes / WORD_BYTES, at = (uint64_t)__builtin_ctzll(first);
    if (at + words <= 64) {
        *mask |= (words == 64 ? ~UINT64_C(0) : (UINT64_C(1) << words) - 1) << at;
        return;
    }
    *mask |= ~UINT64_C(0) << at;
    words -= 64 - at;
    for (mask += 2; words >= 64; words -= 64, mask += 2)
        *mask = ~UINT64_C(0);
    if (words > 0)
        *mask |= (UINT64_C(1) << words) - 1;
}

static object **place_at(object *o, size_t offset) {
    return (object **)((uint8_t *)o + offset);
}

/* Visits the elements of an array from element `from` on. */
static ALWAYS_INLINE void visit_elements(heap *h, object *o, uint32_t from, moving moves) {
    uint32_t length = ((array *)o)->length, left = length - from;
    if (left > PART && h->mark_count + 2 <= h->mark_room) {
        left = PART;
        h->marks[h->mark_count++] = from + PART;
        h->marks[h->mark_count++] = (uintptr_t)o | GOES_ON;
    }
    visit_places(h, place_at(o, h->layouts[o->type].bytes) + from, left, moves);
}

static ALWAYS_INLINE void visit_fields(heap *h, object *o, const layout *l, moving moves) {
    for (uint64_t mask = l->mask; mask; mask &= mask - 1)
        visit(h, place_at(o, sizeof(object)) + __builtin_ctzll(mask), moves);
    for (uint32_t k = l->place_count - l->places_beyond; k < l->place_count; k++)
        visit(h, place_at(o, l->places[k]), moves);
}

/* Visits the values of an exception's payload that may refer into the heap, which references to functions and to exceptions elsewhere do
 * not. */
static ALWAYS_INLINE void visit_payload(heap *h, object *o, moving moves) {
    wasmelt_exception *e = (wasmelt_exception *)o;
    const wasmelt_type *t = e->tag->type;
    for (uint32_t k = 0; k < t->param_count; k++)
        if (wasmelt_is_ref(t->params[k]))
            visit(h, &e->values[k].anyref, moves);
}

static ALWAYS_INLINE void visit_inside(heap *h, object *o, const layout *l, moving moves) {
    if (l->place_count == 0)
        return;
    o->gc |= WASMELT_OBJECT_IS_OLD;
    if (o->type == TYPE_EXCEPTION)
        visit_payload(h, o, moves);
    else if (l->element_bytes > 0)
        visit_elements(h, o, 0, moves);
    else
        visit_fields(h, o, l, moves);
}

/* Traces an object that is marked and has no bits in `live` yet. */
static ALWAYS_INLINE void trace(heap *h, object *o, moving moves) {
    const layout *l = &h->layouts[o->type];
    uint64_t bytes = object_bytes(l, o);
    h->alive += bytes;
    set_live(h, o, bytes <= WASMELT_SMALL_OBJECT ? bytes : WORD_BYTES);
    visit_inside(h, o, l, moves);
}

static ALWAYS_INLINE void empty_stack(heap *h, moving moves) {
    while (h->mark_count > 0) {
        uintptr_t entry = h->marks[--h->mark_count];
        if (entry & GOES_ON) {
            uint32_t from = (uint32_t)h->marks[--h->mark_count];
            visit_elements(h, (object *)(entry & ~(uintptr_t)GOES_ON), from, moves);
        } else {
            trace(h, (object *)entry, moves);
        }
    }
}

/* Functions of their own, each for one of the ways to move. */
static void empty_stack_in_place(heap *h) {
    empty_stack(h, MOVES_NONE);
}

static void empty_stack_moving(heap *h) {
    empty_stack(h, MOVES_ALL);
}

static void empty_stack_leaving(heap *h) {
    empty_stack(h, MOVES_SPARSE);
}

static void empty(heap *h) {
    static void (*const ways[])(heap *) = {
        [MOVES_NONE] = empty_stack_in_place, [MOVES_ALL] = empty_stack_moving, [MOVES_SPARSE] = empty_stack_leaving};
    ways[h->moves](h);
}

/* ---- Objects that were not pushed ---- */

static void trace_lost(heap *h, object *o) {
    trace(h, o, h->moves);
    empty(h);
}

static void find_lost_in(heap *h, uint32_t b) {
    uint64_t *masks = &h->masks[2 * (size_t)b * BLOCK_MASKS];
    for (uint32_t k = 0; k < BLOCK_MASKS; k++)
        for (uint64_t lost; (lost = masks[2 * k] & ~masks[2 * k + 1]);)
            trace_lost(h, (object *)(block_at(h, b) + ((size_t)k * 64 + (size_t)__builtin_ctzll(lost)) * WORD_BYTES));
}

static void find_lost(heap *h) {
    h->has_lost_marks = false;
    for (uint32_t b = 0; b < h->used; b++)
        if (h->blocks[b].state == BLOCK_SMALL || h->blocks[b].state == BLOCK_LARGE)
            find_lost_in(h, b);
}

/* ---- For other files ---- */

void wasmelt_rt_heap_visit(heap *h, void *place) {
    visit(h, place, h->moves);
}

void wasmelt_rt_heap_visit_range(heap *h, void *places, uint64_t count) {
    visit_places(h, places, count, h->moves);
}

void wasmelt_rt_heap_mark(heap *h, object *o) {
    uint64_t bit, *mask = mask_of(h, o, &bit);
    if (*mask & bit)
        return;
    *mask |= bit;
    push(h, o);
}

void wasmelt_rt_heap_trace_again(heap *h, object *o) {
    visit_inside(h, o, &h->layouts[o->type], h->moves);
}

void wasmelt_rt_heap_trace(heap *h) {
    empty(h);
    while (h->has_lost_marks)
        find_lost(h);
}

void wasmelt_rt_heap_clear_marks(heap *h) {
    for (uint32_t b = 0; b < h->used; b++) {
        uint64_t *masks = &h->masks[2 * (size_t)b * BLOCK_MASKS];
        if (h->blocks[b].state == BLOCK_SMALL)
            memset(masks, 0, 2 * BLOCK_MASKS * sizeof *masks);
        else if (h->blocks[b].state == BLOCK_LARGE)
            masks[0] = masks[1] = 0;
    }
    h->alive = 0;
}
