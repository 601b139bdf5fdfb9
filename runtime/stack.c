/* A thread's stack ends in pages that cannot be accessed: the guard that pthread_create makes or, for the main thread, the point beyond
 * which the kernel does not grow it. A fault there is stack exhaustion, and is handled on an alternate stack (alternate.c). A stack without
 * a guard, because its creator provided the memory or asked for none, gets one: its last page.
 *
 * A main thread whose stack may grow without bound (ulimit -s unlimited) would take all memory before it faults: a guard is put below it.
 * Nothing here needs /proc, which may be missing or forbidden.
 *
 * A thread may also run on stacks other than its own, such as those of fibers. Then the host names them (named_stacks.c). The address of a
 * frame tells on which stack a run is, so it is enough to check when a run begins, traps or ends. On a stack that is not known no run
 * begins. */
#include "stack.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "fault.h"
#include "reservation.h"
#include "thread.h"

/* The size that is allowed for a main stack without a limit, or with an absurdly large one. */
#define UNLIMITED_STACK_BYTES ((uintptr_t)256 << 20)
#define LARGEST_LIMIT ((rlim_t)64 << 30)
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

/* ---- Preparing a thread ---- */

/* Turns the last page of a stack without a guard into one. False if the system refuses. */
static bool make_guard(thread *t, bounds *b) {
    uintptr_t page = (uintptr_t)wasmelt_rt_host_page_size();
    uintptr_t at = (b->low + page - 1) & ~(page - 1);
    bool is_there = !wasmelt_rt_page_is_readable(at); /* the creator of the stack has made one */
    if (!is_there && mprotect((void *)at, page, PROT_NONE) != 0)
        return false;
    t->guard = is_there ? NULL : (void *)at;
    b->low = at + page;
    b->guard = page;
    return true;
}

static bool set_own(thread *t) {
    bounds b;
    bool is_main;
    if (!find_own_stack(&b, &is_main))
        return false;
    bool has_guard = b.guard > 0;
    if (!has_guard && !make_guard(t, &b))
        return false;
    /* A fault above `low` can only be due to the distance that the kernel keeps, or to a guard that is counted as part of the stack. */
    uintptr_t most = (b.high - b.low) / 2, reach = KERNEL_GAP + SLACK < most ? KERNEL_GAP + SLACK : most;
    t->own.fault_low = has_guard ? b.low - b.guard - SLACK : b.low - b.guard;
    t->own.fault_high = has_guard ? b.low + reach : b.low;
    t->own.low = b.low;
    t->own.size = b.high - b.low;
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
    return holds(&t->own, address) ? &t->own : wasmelt_rt_named_stack_at(address);
}

/* Whether the thread is on its alternate stack, in a signal handler. Exhaustion of that stack cannot be handled, so no run begins there. */
static bool is_alternate(void) {
    stack_t now;
    return sigaltstack(NULL, &now) == 0 && (now.ss_flags & SS_ONSTACK);
}

static __attribute__((noinline, cold)) run_stack *enter_another(uintptr_t here, wasmelt_trap_code *why) {
    thread *t = wasmelt_rt_thread_get();
    if (!t || !(t->is_ready || prepare(t))) {
        *why = WASMELT_TRAP_OUT_OF_RESOURCES;
        return NULL;
    }
    run_stack *s = wasmelt_rt_stack_at(t, here);
    if (!s || !can_be_used_at(s, here) || (s != &t->own && is_alternate())) {
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
