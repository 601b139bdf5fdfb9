/* On which stack a thread is. It has one of its own, which ends in a guard: a fault there is stack exhaustion, and is handled on an
 * alternate stack, if the system has such stacks. It may also run on other stacks, such as those of fibers. Then the host names them
 * (named_stacks.c). The address of a frame tells on which stack a run is, so it is enough to check when a run begins, traps or ends. On a
 * stack that is not known no run begins. */
#include "stack.h"

#include "fault.h"
#include "parts.h"
#include "reservation.h"
#include "thread.h"

/* ---- Preparing a thread ---- */

static bool set_own(thread *t) {
    system_stack s;
    if (!wasmelt_rt_system_own_stack(&s))
        return false;
    t->guard = s.guard;
    t->own.fault_low = s.fault_low;
    t->own.fault_high = s.fault_high;
    t->own.low = s.low;
    t->own.size = s.size;
    return true;
}

static bool prepare(thread *t) {
    t->is_ready =
        (t->own.size > 0 || set_own(t)) && (t->alternate || wasmelt_rt_alternate_have(&t->alternate)) && wasmelt_rt_fault_install();
    return t->is_ready;
}

bool wasmelt_thread_prepare(void) {
    thread *t = wasmelt_rt_thread_get();
    return t && (t->is_ready || prepare(t));
}

/* ---- Which stack the thread is on ---- */

static bool can_be_used_at(const run_stack *s, uintptr_t address) {
    return address - s->low < s->size;
}

static bool holds(const run_stack *s, uintptr_t address) {
    return address - s->fault_low < s->low + s->size - s->fault_low;
}

run_stack *wasmelt_rt_stack_at(thread *t, uintptr_t address) {
    if (holds(t->current, address))
        return t->current;
    const named_stacks_part *named = wasmelt_rt_parts.named_stacks;
    return holds(&t->own, address) ? &t->own : named ? named->at(address) : NULL;
}

static __attribute__((noinline, cold)) run_stack *enter_another(uintptr_t here, wasmelt_trap_code *why) {
    thread *t = wasmelt_rt_thread_get();
    if (!t || !(t->is_ready || prepare(t))) {
        *why = WASMELT_TRAP_OUT_OF_RESOURCES;
        return NULL;
    }
    run_stack *s = wasmelt_rt_stack_at(t, here);
    /* Exhaustion of a stack on which faults are handled cannot be handled, so no run begins there. */
    if (!s || !can_be_used_at(s, here) || (s != &t->own && wasmelt_rt_system_is_handling())) {
        *why = WASMELT_TRAP_UNKNOWN_STACK;
        return NULL;
    }
    t->current = s;
    return s;
}

run_stack *wasmelt_rt_stack_enter(wasmelt_trap_code *why) {
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    thread *t = wasmelt_rt_this_thread;
    return t && t->is_ready && can_be_used_at(t->current, here) ? t->current : enter_another(here, why);
}

bool wasmelt_rt_stack_is_exhausted_at(const run_stack *s, uintptr_t address) {
    bool at_limit = s->limit && address >= s->limit && address - s->limit < wasmelt_rt_host_page_size();
    return at_limit || (address >= s->fault_low && address < s->fault_high);
}

__attribute__((noinline)) void wasmelt_rt_stack_probe(void) {
    enum { ROOM = 64 * 1024, PAGE = 4096 };
    char room[ROOM];
    __asm__ volatile("" : : "r"(room) : "memory"); /* otherwise clang splits the array, and takes less stack */
    for (int at = ROOM; at > 0; at -= PAGE)
        *(volatile char *)&room[at - 1] = 0; /* from the top down */
}
