/* Stacks that hosts name: an array of them, sorted by address, under a lock. Its elements are reused and not freed, because threads
 * remember on which stack they were last. */
#include <errno.h>
#include <pthread.h>
#include <string.h>

#include <wasmelt/process.h>

#include "allocator.h"
#include "exception.h"
#include "interrupt.h"
#include "not_unwound.h"
#include "parts.h"
#include "reservation.h"
#include "stack.h"
#include "thread.h"

typedef struct named {
    run_stack stack; /* first: threads have pointers to it */
    uintptr_t low;   /* lowest address, as the host names it */
    uintptr_t high;
    void *guard;        /* the page that was made inaccessible; null: the host has one */
    struct named *next; /* the next one that is free */
} named;

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static named **list; /* ascending */
static size_t count, room;
static named *unused;

/* The number of stacks that end at `address` or below, which is the index of the one that may contain it. */
static size_t index_of(uintptr_t address) {
    size_t from = 0, to = count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (list[middle]->high <= address)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static run_stack *stack_at(uintptr_t address) {
    pthread_rwlock_rdlock(&lock);
    size_t at = index_of(address);
    run_stack *s = at < count && address >= list[at]->low ? &list[at]->stack : NULL;
    pthread_rwlock_unlock(&lock);
    return s;
}

/* Not checked for data races: on a stack of another thread, a run may begin or end meanwhile, which makes no difference to the caller. */
__attribute__((no_sanitize("thread"))) void wasmelt_rt_named_stacks_visit(void (*visit)(void *context, const run_stack *stack),
                                                                          void *context) {
    pthread_rwlock_rdlock(&lock);
    for (size_t k = 0; k < count; k++)
        if (list[k]->stack.innermost)
            visit(context, &list[k]->stack);
    pthread_rwlock_unlock(&lock);
}

/* ---- With the lock held ---- */

static named *new_named(void) {
    if (count == room) {
        size_t more = room ? 2 * room : 16;
        named **larger = wasmelt_rt_reallocate(list, more * sizeof(named *));
        if (!larger)
            return NULL;
        list = larger;
        room = more;
    }
    named *n = unused;
    if (n)
        unused = n->next;
    else
        n = wasmelt_rt_allocate_zeroed(1, sizeof *n);
    return n;
}

static int add(uintptr_t low, uintptr_t high, uintptr_t usable, void *made_guard) {
    size_t at = index_of(low);
    if (at < count && list[at]->low < high)
        return EEXIST;
    named *n = new_named();
    if (!n)
        return ENOMEM;
    if (made_guard && !wasmelt_rt_system_protect(made_guard, usable - (uintptr_t)made_guard)) {
        int error = errno;
        n->next = unused;
        unused = n;
        return error;
    }
    n->low = low;
    n->high = high;
    n->guard = made_guard;
    n->stack =
        (run_stack){.low = usable, .size = high - usable, .fault_low = made_guard ? (uintptr_t)made_guard : low, .fault_high = usable};
    memmove(list + at + 1, list + at, (count - at) * sizeof *list);
    list[at] = n;
    count++;
    return 0;
}

static void give_back(named *n) {
    if (n->guard)
        wasmelt_rt_system_unprotect(n->guard, n->stack.low - (uintptr_t)n->guard);
    n->stack = (run_stack){0};
}

static void end_all(void) {
    pthread_rwlock_wrlock(&lock);
    for (size_t k = 0; k < count; k++) {
        give_back(list[k]);
        wasmelt_rt_release(list[k]);
    }
    while (unused) {
        named *n = unused;
        unused = n->next;
        wasmelt_rt_release(n);
    }
    wasmelt_rt_release(list);
    list = NULL;
    count = room = 0;
    pthread_rwlock_unlock(&lock);
}

/* ---- For hosts ---- */

static bool overlaps_own(uintptr_t low, uintptr_t high) {
    const thread *t = wasmelt_rt_this_thread;
    return t && t->own.size > 0 && low < t->own.low + t->own.size && high > t->own.low;
}

int wasmelt_stack_name(void *low, size_t size, size_t guard) {
    uintptr_t page = (uintptr_t)wasmelt_rt_host_page_size(), from = (uintptr_t)low, to = from + size;
    if (to < from || guard >= size || (guard > 0 && guard < page))
        return EINVAL;
    uintptr_t made = (from + page - 1) & ~(page - 1);
    uintptr_t usable = guard ? from + guard : made + page;
    if (usable < from || usable >= to || to - usable < WASMELT_LEAST_STACK)
        return EINVAL;
    if (overlaps_own(from, to))
        return EEXIST;
    static const named_stacks_part part = {stack_at, end_all};
    wasmelt_rt_parts.named_stacks = &part;
    pthread_rwlock_wrlock(&lock);
    int error = add(from, to, usable, guard ? NULL : (void *)made);
    pthread_rwlock_unlock(&lock);
    return error;
}

bool wasmelt_stack_forget(const void *low) {
    uintptr_t from = (uintptr_t)low;
    pthread_rwlock_wrlock(&lock);
    size_t at = index_of(from);
    bool found = at < count && list[at]->low == from;
    uintptr_t end = from;
    if (found) {
        named *n = list[at];
        end = n->high;
        wasmelt_rt_interrupt_forget(&n->stack);
        give_back(n);
        n->next = unused;
        unused = n;
        count--;
        memmove(list + at, list + at + 1, (count - at) * sizeof *list);
    }
    pthread_rwlock_unlock(&lock);
    wasmelt_rt_exceptions_forget(from, end);
    return found;
}
