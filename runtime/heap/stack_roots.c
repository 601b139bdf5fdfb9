/* Roots on stacks. Nothing tells which words of a stack are references, so each word that could be one is treated as one: if it points
 * anywhere into an object, because the only pointer that a compiler keeps may be to the element in use; or just after an array, where such
 * a pointer ends up. The object stays alive, and does not move.
 *
 * Other stacks than the running one are read from end to end, as far as they are memory, because nobody knows how much of them is in use:
 * the thread's own stack while it runs on a stack that the host has named, and stacks with a suspended run.
 *
 * The objects are first noted in a bitmap (TABLE_PINS), because a full collection forgets the marks by which they are found. */
#include <setjmp.h>
#include <string.h>

#include "../reservation.h"
#include "../stack.h"
#include "../thread.h"
#include "heap.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WASMELT_HAS_FAKE_STACKS
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define WASMELT_HAS_FAKE_STACKS
#endif
#if defined(WASMELT_HAS_FAKE_STACKS)
#include <sanitizer/asan_interface.h>
#endif

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

/* For functions that read all of a stack, including what sanitizers object to: redzones, variables of other functions, and what was never
 * written. */
#if defined(__clang__)
#define READS_ALL __attribute__((noinline, no_sanitize("address", "thread", "memory")))
#else
#define READS_ALL __attribute__((noinline, no_sanitize("address", "thread")))
#endif

READS_ALL static void pin_part(heap *h, uintptr_t from, uintptr_t to) {
    for (const uintptr_t *p = (const uintptr_t *)(from & ~(uintptr_t)7); (uintptr_t)p + sizeof *p <= to; p++)
        pin_meant(h, *p);
}

#if defined(WASMELT_HAS_FAKE_STACKS)
/* Pins the objects to which the words of a stack may refer. AddressSanitizer may keep the variables of a function elsewhere, to find uses
 * after its return: then a word of the real stack points to them. */
READS_ALL static void pin_words(heap *h, uintptr_t from, uintptr_t to) {
    void *fake = __asan_get_current_fake_stack(), *low, *high;
    for (const uintptr_t *p = (const uintptr_t *)(from & ~(uintptr_t)7); fake && (uintptr_t)p + sizeof *p <= to; p++)
        if (__asan_addr_is_in_fake_stack(fake, (void *)*p, &low, &high))
            pin_part(h, (uintptr_t)low, (uintptr_t)high);
    pin_part(h, from, to);
}
#else
static void pin_words(heap *h, uintptr_t from, uintptr_t to) {
    pin_part(h, from, to);
}
#endif

/* ---- Stacks that are not running ---- */

/* The lowest address of a stack that can be read: a limit (wasmelt_run_limited) is an inaccessible page in it. */
static uintptr_t usable_low(const run_stack *s) {
    return s->limit ? s->limit + (uintptr_t)wasmelt_rt_host_page_size() : s->low;
}

typedef struct others {
    heap *h;
    const run_stack *running;
} others;

static void pin_named(void *context, const run_stack *s) {
    const others *o = context;
    if (s != o->running)
        pin_words(o->h, usable_low(s), s->low + s->size);
}

static void pin_others(heap *h, const run_stack *running) {
    const run_stack *own = &wasmelt_rt_this_thread->own;
    others o = {h, running};
    if (running != own) {
        /* The stack of a main thread is memory as far as it has ever grown. */
        uintptr_t page = (uintptr_t)wasmelt_rt_host_page_size(), high = own->low + own->size;
        pin_words(h, wasmelt_rt_system_memory_below(usable_low(own), high & ~(page - 1)), high);
    }
    wasmelt_rt_named_stacks_visit(pin_named, &o);
}

/* Pins everything from `here` on. Called when the registers are on the stack. */
static __attribute__((noinline)) bool pin_from(heap *h, uintptr_t here) {
    wasmelt_trap_code unused;
    const run_stack *s = wasmelt_rt_stack_enter(&unused);
    if (!s)
        return false;
    pin_words(h, here, s->low + s->size);
    pin_others(h, s);
    const wasmelt_tail *tail = wasmelt_rt_this_thread->tail; /* arguments of a tail call that is under way */
    if (tail)
        pin_words(h, (uintptr_t)tail->values, (uintptr_t)tail->values + sizeof tail->values);
    if (h->host_words)
        pin_words(h, (uintptr_t)h->host_words, (uintptr_t)h->host_words + h->host_word_bytes);
    return true;
}

/* Not sanitized, because a sanitizer could keep the registers elsewhere. */
READS_ALL bool wasmelt_rt_heap_pin_stacks(heap *h) {
    jmp_buf registers;
    memset(&registers, 0, sizeof registers); /* it has room for more than there is: what was there before must not keep objects alive */
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
