/* Limits that a host sets to the stack of a run: one page of the running stack is made inaccessible. */
#include <errno.h>
#include <sys/mman.h>

#include <wasmelt/trap.h>

#include "reservation.h"
#include "stack.h"

/* Makes the page inaccessible. The main thread's stack grows when it is touched: if it has not grown to the page yet, a page is mapped
 * there. It has grown as far as everything from the page on is mapped, because the kernel keeps a distance between a stack and anything
 * else that can be accessed. */
static bool make_page(stack_limit *limit, uintptr_t here, uintptr_t page) {
    uintptr_t top = here & ~(page - 1);
    if (msync((void *)limit->at, top - limit->at, MS_ASYNC) == 0)
        return mprotect((void *)limit->at, page, PROT_NONE) == 0;
    if (errno != ENOMEM) /* ENOMEM: part of it is not mapped */
        return false;
    void *at = mmap((void *)limit->at, page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (at == MAP_FAILED && errno == EEXIST) { /* something else is there, which ends the stack before the limit */
        limit->at = 0;
        return true;
    }
    if (at != MAP_FAILED && (uintptr_t)at != limit->at) { /* a kernel that does not know the flag */
        munmap(at, page);
        return false;
    }
    limit->is_mapped = at != MAP_FAILED;
    return limit->is_mapped;
}

bool wasmelt_rt_stack_limit_begin(stack_limit *limit, run_stack *s, size_t bytes) {
    uintptr_t here = (uintptr_t)__builtin_frame_address(0), page = (uintptr_t)wasmelt_rt_host_page_size();
    uintptr_t end = s->limit ? s->limit + page : s->low;
    *limit = (stack_limit){.stack = s, .outer = s->limit};
    if (bytes < WASMELT_LEAST_STACK)
        bytes = WASMELT_LEAST_STACK;
    if (here <= end || bytes >= here - end || here - end - bytes < 2 * page)
        return true;
    limit->at = ((here - bytes) & ~(page - 1)) - page;
    if (!make_page(limit, here, page))
        return false;
    if (limit->at)
        s->limit = limit->at;
    return true;
}

void wasmelt_rt_stack_limit_end(const stack_limit *limit) {
    size_t page = (size_t)wasmelt_rt_host_page_size();
    if (limit->at && limit->is_mapped)
        munmap((void *)limit->at, page);
    else if (limit->at)
        mprotect((void *)limit->at, page, PROT_READ | PROT_WRITE);
    limit->stack->limit = limit->outer;
}
