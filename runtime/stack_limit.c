/* Limits that a host sets to the stack of a run: one page of the running stack is made inaccessible. */
#include <wasmelt/trap.h>

#include "reservation.h"
#include "stack.h"

bool wasmelt_rt_stack_limit_begin(stack_limit *limit, run_stack *s, size_t bytes) {
    uintptr_t here = (uintptr_t)__builtin_frame_address(0), page = (uintptr_t)wasmelt_rt_host_page_size();
    uintptr_t end = s->limit ? s->limit + page : s->low;
    *limit = (stack_limit){.stack = s, .outer = s->limit};
    if (bytes < WASMELT_LEAST_STACK)
        bytes = WASMELT_LEAST_STACK;
    if (here <= end || bytes >= here - end || here - end - bytes < 2 * page)
        return true;
    limit->at = ((here - bytes) & ~(page - 1)) - page;
    if (!wasmelt_rt_system_end_stack(&limit->at, here, &limit->is_mapped))
        return false;
    if (limit->at)
        s->limit = limit->at;
    return true;
}

void wasmelt_rt_stack_limit_end(const stack_limit *limit) {
    if (limit->at)
        wasmelt_rt_system_unend_stack(limit->at, limit->is_mapped);
    limit->stack->limit = limit->outer;
}
