/* Old objects into which references have been stored since the last collection. Only these old objects may refer to new ones. Each is noted
 * once, because a noted object counts as new until the next collection. For a large array, only the parts into which references were stored
 * are noted. */
#include <string.h>

#include "heap.h"

/* Longer arrays are noted in parts. */
enum { LARGEST_AS_A_WHOLE = 256 };

#define CARD_BYTES ((size_t)1 << CARD_LOG2)

/* Notes an object. If there is no room, the next collection is a full one, which needs no notes. */
static bool note(heap *h, object *o) {
    if (h->note_count == wasmelt_rt_heap_note_room(h)) {
        h->must_be_full = true;
        return false;
    }
    h->notes[h->note_count++] = o;
    return true;
}

static bool has_cards(const object *o) {
    return ((const array *)o)->length > LARGEST_AS_A_WHOLE;
}

static uint8_t *card_of(const heap *h, const void *at) {
    return (uint8_t *)h->tables[TABLE_CARDS] + ((size_t)((const uint8_t *)at - h->base) >> CARD_LOG2);
}

static object **element_at(const heap *h, object *o, uint32_t index) {
    return (object **)((uint8_t *)o + h->layouts[o->type].bytes) + index;
}

void wasmelt_heap_note(wasmelt_heap *heap, object *o) {
    o->gc &= ~WASMELT_OBJECT_IS_OLD;
    note(heap_of(heap), o);
}

static void note_cards(heap *h, object *o) {
    if (!(o->gc & OBJECT_HAS_CARDS) && note(h, o))
        o->gc |= OBJECT_HAS_CARDS;
}

void wasmelt_heap_note_at(wasmelt_heap *heap, object *array, void *element) {
    struct heap *h = heap_of(heap);
    if (!has_cards(array)) {
        wasmelt_heap_note(heap, array);
        return;
    }
    *card_of(h, element) = 1;
    note_cards(h, array);
}

void wasmelt_heap_note_range(wasmelt_heap *heap, object *array, u32 first, u32 count) {
    struct heap *h = heap_of(heap);
    if (count == 0 || !(array->gc & WASMELT_OBJECT_IS_OLD))
        return;
    if (!has_cards(array)) {
        wasmelt_heap_note(heap, array);
        return;
    }
    uint8_t *card = card_of(h, element_at(h, array, first));
    memset(card, 1, (size_t)(card_of(h, element_at(h, array, first + count - 1)) - card) + 1);
    note_cards(h, array);
}

/* ---- In a collection ---- */

static void visit_card(heap *h, object *o, const uint8_t *card) {
    uint8_t *from = h->base + ((size_t)(card - (uint8_t *)h->tables[TABLE_CARDS]) << CARD_LOG2), *to = from + CARD_BYTES;
    uint8_t *first = (uint8_t *)element_at(h, o, 0), *end = (uint8_t *)element_at(h, o, ((array *)o)->length);
    from = from < first ? first : from;
    to = to > end ? end : to;
    wasmelt_rt_heap_visit_range(h, from, (size_t)(to - from) / sizeof(object *));
}

static void visit_cards(heap *h, object *o) {
    const uint8_t *card = card_of(h, element_at(h, o, 0)), *last = card_of(h, element_at(h, o, ((array *)o)->length - 1));
    while (card <= last && (card = memchr(card, 1, (size_t)(last - card) + 1)))
        visit_card(h, o, card++);
}

void wasmelt_rt_heap_visit_notes(heap *h) {
    for (size_t k = 0; k < h->note_count; k++) {
        object *o = h->notes[k];
        if (o->gc & OBJECT_HAS_CARDS)
            visit_cards(h, o);
        else
            wasmelt_rt_heap_trace_again(h, o);
    }
    wasmelt_rt_heap_forget_notes(h);
}

/* Clears the cards of an array. Called when all arrays have been visited, because the end of one array and the beginning of another may
 * share a card. */
static void clear_cards(heap *h, object *o) {
    uint8_t *card = card_of(h, element_at(h, o, 0)), *last = card_of(h, element_at(h, o, ((array *)o)->length - 1));
    memset(card, 0, (size_t)(last - card) + 1);
    o->gc &= ~OBJECT_HAS_CARDS;
}

void wasmelt_rt_heap_forget_notes(heap *h) {
    for (size_t k = 0; k < h->note_count; k++)
        if (h->notes[k]->gc & OBJECT_HAS_CARDS)
            clear_cards(h, h->notes[k]);
    h->note_count = 0;
}
