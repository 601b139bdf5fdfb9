/* The tail-call buffers: one for each thread, made when it is first needed and freed with the thread's record. A buffer is too large for
 * thread-local storage, which is on the thread's stack. */

#include <wasmelt/code/support.h>

#include "allocator.h"
#include "stack.h"
#include "thread.h"

static __attribute__((noinline, cold)) wasmelt_tail *make_buffer(void) {
    wasmelt_rt_stack_probe();
    thread *t = wasmelt_rt_thread_get();
    if (t)
        t->tail = wasmelt_rt_allocate_zeroed(1, sizeof *t->tail);
    if (!t || !t->tail)
        wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
    return t->tail;
}

wasmelt_tail *wasmelt_tail_buffer(void) {
    thread *t = wasmelt_rt_this_thread;
    return t && t->tail ? t->tail : make_buffer();
}
