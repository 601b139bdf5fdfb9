/* Where stacks are and how they end, as Linux says. A thread's stack ends in pages that cannot be accessed: the guard that pthread_create
 * makes or, for the main thread, the point beyond which the kernel does not grow it. A stack without a guard, because its creator provided
 * the memory or asked for none, gets one: its last page.
 *
 * A main thread whose stack may grow without bound (ulimit -s unlimited) would take all memory before it faults: a guard is put below it.
 * Nothing here needs /proc, which may be missing or forbidden. */
#if defined(__linux__)

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <wasmelt/target.h>

#include "../not_unwound.h"
#include "system.h"

/* The size that is allowed for a main stack without a limit, or with an absurdly large one. */
#define UNLIMITED_STACK_BYTES ((uintptr_t)256 << 20)
#define LARGEST_LIMIT ((rlim_t)(WASMELT_SMALL_ADDRESSES ? UINT64_C(1) << 30 : UINT64_C(64) << 30))
/* The kernel keeps this distance between a growing stack and other mappings below it. */
#define KERNEL_GAP ((uintptr_t)1 << 20)
/* Functions probe their frames page by page when they begin, so that a fault is at most this far beyond the end. */
#define SLACK ((uintptr_t)64 * 1024)

/* ---- The main thread's ---- */

/* The top of the main thread's stack, where the kernel has put the name of the program; 0 if it is not known. */
static uintptr_t main_stack_top(uintptr_t page) {
    uintptr_t name = (uintptr_t)getauxval(AT_EXECFN);
    return name ? (name + strlen((const char *)name) + page) & ~(page - 1) : 0;
}

/* Puts a guard UNLIMITED_STACK_BYTES below `top`, which stays there. Returns the lowest address that the stack may use. */
static uintptr_t guard_main_stack(uintptr_t top, uintptr_t page) {
    uintptr_t at = (top - UNLIMITED_STACK_BYTES) & ~(page - 1);
    void *guard = mmap((void *)at, (size_t)page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (guard != MAP_FAILED && (uintptr_t)guard != at) /* a kernel that does not know the flag */
        munmap(guard, (size_t)page);
    /* If something else is there already, such as an earlier guard, it stops the stack as well. */
    return at + page;
}

typedef struct bounds {
    uintptr_t low, high;
    size_t guard; /* bytes below `low` that cannot be accessed */
} bounds;

/* Finds where the main thread's stack would end according to the present limit. */
static bool find_main_stack(bounds *b, bool *is_bounded) {
    uintptr_t page = (uintptr_t)wasmelt_rt_host_page_size();
    struct rlimit limit;
    b->high = main_stack_top(page);
    b->guard = KERNEL_GAP;
    if (getrlimit(RLIMIT_STACK, &limit) != 0)
        return false;
    *is_bounded = limit.rlim_cur <= LARGEST_LIMIT;
    uintptr_t bytes = *is_bounded ? (uintptr_t)limit.rlim_cur & ~(page - 1) : UNLIMITED_STACK_BYTES;
    if (b->high <= bytes)
        return false;
    b->low = b->high - bytes;
    return true;
}

/* ---- Any thread's ---- */

static bool find_thread_stack(bounds *b) {
    pthread_attr_t attributes;
    void *address;
    size_t size;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0)
        return false;
    bool ok = pthread_attr_getstack(&attributes, &address, &size) == 0;
    if (ok && pthread_attr_getguardsize(&attributes, &b->guard) != 0)
        b->guard = 0;
    pthread_attr_destroy(&attributes);
    b->low = (uintptr_t)address;
    b->high = b->low + size;
    return ok;
}

static bool lies_in(uintptr_t address, const bounds *b) {
    return address > b->low && address <= b->high;
}

/* Finds the thread's own stack. The first thread of a process has the main stack, unless it is the child of a fork by another thread. When
 * it is first asked it may be on another stack, such as a fiber's: then the C library says what its own stack is. */
static bool find_own_stack(bounds *own, bool *is_main) {
    bounds main_stack;
    bool is_bounded;
    *is_main = false;
    if (getpid() != gettid() || !find_main_stack(&main_stack, &is_bounded))
        return find_thread_stack(own);
    if (!lies_in((uintptr_t)__builtin_frame_address(0), &main_stack) && find_thread_stack(own) && !lies_in(own->high, &main_stack))
        return true;
    *own = main_stack;
    *is_main = true;
    if (!is_bounded)
        own->low = guard_main_stack(own->high, (uintptr_t)wasmelt_rt_host_page_size());
    return true;
}

/* Turns the last page of a stack without a guard into one. False if the system refuses. */
static bool make_guard(bounds *b, void **made) {
    uintptr_t page = (uintptr_t)wasmelt_rt_host_page_size();
    uintptr_t at = (b->low + page - 1) & ~(page - 1);
    bool is_there = !wasmelt_rt_page_is_readable(at); /* the creator of the stack has made one */
    if (!is_there && !wasmelt_rt_system_protect((void *)at, page))
        return false;
    *made = is_there ? NULL : (void *)at;
    b->low = at + page;
    b->guard = page;
    return true;
}

/* Where the text begins that the kernel has put at the top of the main thread's stack: arguments and environment. With 32-bit pointers its
 * letters may be addresses of objects, which a collection would keep for no other reason. */
static uintptr_t below_text(uintptr_t high) {
    uintptr_t text = (uintptr_t)getauxval(AT_RANDOM) & ~(uintptr_t)(sizeof(void *) - 1); /* 16 bytes below it */
    return text > (uintptr_t)__builtin_frame_address(0) && text < high ? text : high;
}

bool wasmelt_rt_system_own_stack(system_stack *s) {
    bounds b;
    bool is_main;
    if (!find_own_stack(&b, &is_main))
        return false;
    if (is_main)
        b.high = below_text(b.high);
    bool has_guard = b.guard > 0;
    s->guard = NULL;
    if (!has_guard && !make_guard(&b, &s->guard))
        return false;
    /* A fault above `low` can only be due to the distance that the kernel keeps, or to a guard that is counted as part of the stack. */
    uintptr_t most = (b.high - b.low) / 2, reach = KERNEL_GAP + SLACK < most ? KERNEL_GAP + SLACK : most;
    s->low = b.low;
    s->size = b.high - b.low;
    s->fault_low = has_guard ? b.low - b.guard - SLACK : b.low - b.guard;
    s->fault_high = has_guard ? b.low + reach : b.low;
    return true;
}

bool wasmelt_rt_system_is_handling(void) {
    stack_t now;
    return sigaltstack(NULL, &now) == 0 && (now.ss_flags & SS_ONSTACK);
}

/* Uses a system call with invalid arguments that reads a set of signals there first: it fails with EFAULT if it cannot read it, else with
 * EINVAL. */
bool wasmelt_rt_page_is_readable(uintptr_t page) {
    return syscall(SYS_rt_sigprocmask, -1, page, NULL, _NSIG / 8) == 0 || errno != EFAULT;
}

/* The main thread's stack grows when it is touched: if it has not grown to the page yet, a page is mapped there. It has grown as far as
 * everything from the page on is mapped, because the kernel keeps a distance between a stack and anything else that can be accessed. */
bool wasmelt_rt_system_end_stack(uintptr_t *end, uintptr_t here, bool *is_mapped) {
    uintptr_t page = (uintptr_t)wasmelt_rt_host_page_size(), top = here & ~(page - 1);
    if (msync((void *)*end, top - *end, MS_ASYNC) == 0)
        return wasmelt_rt_system_protect((void *)*end, page);
    if (errno != ENOMEM) /* ENOMEM: part of it is not mapped */
        return false;
    void *at = mmap((void *)*end, page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (at == MAP_FAILED && errno == EEXIST) { /* something else is there, which ends the stack before the limit */
        *end = 0;
        return true;
    }
    if (at != MAP_FAILED && (uintptr_t)at != *end) { /* a kernel that does not know the flag */
        munmap(at, page);
        return false;
    }
    *is_mapped = at != MAP_FAILED;
    return *is_mapped;
}

void wasmelt_rt_system_unend_stack(uintptr_t end, bool is_mapped) {
    size_t page = (size_t)wasmelt_rt_host_page_size();
    if (is_mapped)
        munmap((void *)end, page);
    else
        wasmelt_rt_system_unprotect((void *)end, page);
}

#endif
