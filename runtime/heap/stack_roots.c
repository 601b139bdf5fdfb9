/* Roots on stacks. Nothing says which words there are references, so each that could be one is taken for one: if it points into
 * an object, as compilers may keep no other pointer to it than one to the element in use, or right behind an array, where such a
 * pointer ends up. What it may mean stays alive, and where it is.
 *
 * Which objects these are is noted in a bitmap first (TABLE_PINS): a full collection forgets the marks by which they are found. */
#include <setjmp.h>

#include "../stack.h"
#include "../thread.h"
#include "heap.h"

static void pin(heap *h, object *o) {
    uint32_t b = block_of(h, o);
    size_t word = (size_t)((uint8_t *)o - h->base) / WORD_BYTES;
    h->blocks[b].has_pins = true;
    ((uint64_t *)h->tables[TABLE_PINS])[word / 64] |= UINT64_C(1) << (word % 64);
}

static void pin_meant(heap *h, uintptr_t word) {
    if (word - 1 - (uintptr_t)h->base >= h->used_bytes && !is_in_heap(h, (void *)word))
        return;
    object *o = wasmelt_rt_heap_object_at(h, word);
    if (o)
        pin(h, o);
    if (word % WORD_BYTES != 0)
        return;
    o = wasmelt_rt_heap_object_at(h, word - 1);
    if (o && h->code.kinds[o->type] == WASMELT_OBJECT_ARRAY)
        pin(h, o);
}

/* Reads all of a stack: redzones, variables of others, what was never written. */
__attribute__((noinline, no_sanitize("address", "thread"))) static void pin_words(heap *h, uintptr_t from, uintptr_t to) {
    for (const uintptr_t *p = (const uintptr_t *)(from & ~(uintptr_t)7); (uintptr_t)p + sizeof *p <= to; p++)
        pin_meant(h, *p);
}

/* What is called with the registers on the stack. */
static __attribute__((noinline)) bool pin_from(heap *h, uintptr_t here) {
    wasmelt_trap_code unused;
    const run_stack *s = wasmelt_rt_stack_enter(&unused);
    if (!s)
        return false;
    pin_words(h, here, s->low + s->size);
    return true;
}

bool wasmelt_rt_heap_pin_stacks(heap *h) {
    jmp_buf registers;
    __builtin_unwind_init();
    setjmp(registers);
    uintptr_t frame = (uintptr_t)__builtin_frame_address(0), here = (uintptr_t)&registers;
    return pin_from(h, here < frame ? here : frame);
}

void wasmelt_rt_heap_mark_pins(heap *h) {
    for (uint32_t b = 0; b < h->used; b++) {
        if (!h->blocks[b].has_pins)
            continue;
        h->blocks[b].has_pins = false;
        uint64_t *pins = (uint64_t *)h->tables[TABLE_PINS] + (size_t)b * BLOCK_MASKS;
        for (uint32_t k = 0; k < BLOCK_MASKS; k++) {
            for (; pins[k]; pins[k] &= pins[k] - 1)
                wasmelt_rt_heap_mark(h, (object *)(block_at(h, b) + ((size_t)k * 64 + (size_t)__builtin_ctzll(pins[k])) * WORD_BYTES));
        }
    }
}
