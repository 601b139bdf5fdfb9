/* What plain C (wasmelt/code/plain.h) calls where code for GCC and Clang has guard pages and variables of threads. */
#include <wasmelt/code/support.h>
#include <wasmelt/code/unwind.h>

#include "reservation.h"
#include "stack.h"
#include "thread.h"

void wasmelt_stack_need(const void *here, uint64_t bytes) {
    thread *t = wasmelt_rt_this_thread;
    uintptr_t at = (uintptr_t)here;
    const run_stack *s = t ? wasmelt_rt_stack_at(t, at) : NULL;
    if (!s || s->size == 0)
        return; /* no run takes place here, so that a trap would end the process, as exceeding the stack does */
    uintptr_t end = s->limit ? s->limit + (uintptr_t)wasmelt_rt_host_page_size() : s->low;
    if (at < end || at - end < bytes)
        wasmelt_trap_raise(WASMELT_TRAP_STACK_EXHAUSTED);
}

bool wasmelt_is_unwinding(void) {
    return unwinding();
}
