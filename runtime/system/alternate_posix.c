/* Alternate signal stacks. A thread has one, which all copies of the runtime in the process share, because each object made from a module
 * can contain a copy, and can be unloaded while the others continue. A copy that finds an alternate stack made by another copy becomes one
 * of its users, who are counted in its first bytes. The last user frees it. */
#if !defined(_WIN32)

#include "../alternate.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

#include "../not_unwound.h"

#ifndef MAP_STACK /* macOS */
#define MAP_STACK 0
#endif

/* Enough for the handler, including a backtrace. */
#define BYTES ((size_t)256 * 1024)
#define LEAST ((size_t)32 * 1024)

static const char mark[16] = "wasmelt altern.";

/* At the lowest address of the stack, which is used last. */
struct alternate {
    char mark[sizeof mark];
    atomic_uint users; /* copies of the runtime that use it; 0: the last was unloaded by another thread */
};

static alternate *made_by_us(const stack_t *s) {
    alternate *a = s->ss_sp;
    return s->ss_size == BYTES && memcmp(a->mark, mark, sizeof mark) == 0 ? a : NULL;
}

static alternate *make(void) {
    alternate *a = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (a == MAP_FAILED)
        return NULL;
    memcpy(a->mark, mark, sizeof mark);
    stack_t own = {.ss_sp = a, .ss_size = BYTES};
    if (sigaltstack(&own, NULL) == 0)
        return a;
    munmap(a, BYTES);
    return NULL;
}

bool wasmelt_rt_alternate_have(alternate **own) {
    stack_t now;
    *own = NULL;
    if (sigaltstack(NULL, &now) != 0)
        return false;
    bool is_there = !(now.ss_flags & SS_DISABLE) && now.ss_size >= LEAST;
    alternate *a = is_there ? made_by_us(&now) : make();
    if (a)
        atomic_fetch_add(&a->users, 1);
    *own = a;
    return a || is_there;
}

void wasmelt_rt_alternate_release(alternate *a, bool is_ours) {
    if (!a || atomic_fetch_sub(&a->users, 1) > 1 || !is_ours)
        return;
    stack_t now, off = {.ss_flags = SS_DISABLE};
    if (sigaltstack(NULL, &now) == 0 && now.ss_sp == a)
        sigaltstack(&off, NULL);
    munmap(a, BYTES);
}

#endif
