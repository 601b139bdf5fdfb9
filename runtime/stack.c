/* A thread's stack ends in pages that cannot be accessed: the guard that pthread_create makes, or for the
 * main thread the point beyond which the kernel does not grow it. A fault there is stack exhaustion, and
 * is handled on the alternate stack set up here.
 *
 * A main thread whose stack is allowed to grow without bound (ulimit -s unlimited) would take all memory
 * before it faults: a guard of our own is put below it. Nothing here needs /proc, which may be missing or
 * forbidden. */
#include "stack.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <wasmelt/trap.h>

#include "reservation.h"

/* Enough for the handler, a backtrace included. */
#define ALTERNATE_BYTES ((size_t)256 * 1024)
#define ALTERNATE_LEAST ((size_t)32 * 1024)
/* What a main stack without limit, or with one beyond all sense, may take. */
#define UNLIMITED_STACK_BYTES ((uintptr_t)256 << 20)
#define LARGEST_LIMIT ((rlim_t)64 << 30)
/* The kernel keeps this distance between a growing stack and what lies below it. */
#define KERNEL_GAP ((uintptr_t)1 << 20)
/* A function probes its frame page by page as it enters, so a fault is at most this far off the end. */
#define SLACK ((uintptr_t)64 * 1024)

static _Thread_local struct {
    uintptr_t low, high; /* a fault in [low, high) is exhaustion */
    uintptr_t end;       /* the lowest address that the stack may use */
    uintptr_t limit;     /* a fault in the page here is exhaustion, too; 0: none */
    uintptr_t page;      /* bytes of a page */
    void *alternate;
    bool ready;
} thread;

static pthread_key_t cleanup_key;
static pthread_once_t cleanup_once = PTHREAD_ONCE_INIT;
static bool cleanup_key_made;

/* ---- The alternate stack ---- */

static void free_alternate(void *alternate) {
    stack_t now, off = {.ss_flags = SS_DISABLE};
    if (sigaltstack(NULL, &now) == 0 && now.ss_sp == alternate)
        sigaltstack(&off, NULL);
    munmap(alternate, ALTERNATE_BYTES);
    thread.alternate = NULL;
    thread.ready = false;
}

static void make_cleanup_key(void) {
    cleanup_key_made = pthread_key_create(&cleanup_key, free_alternate) == 0;
}

static bool set_up_alternate(void) {
    stack_t old;
    if (sigaltstack(NULL, &old) != 0)
        return false;
    if (!(old.ss_flags & SS_DISABLE) && old.ss_size >= ALTERNATE_LEAST)
        return true; /* the host, or a sanitizer, has one */
    pthread_once(&cleanup_once, make_cleanup_key);
    if (!cleanup_key_made)
        return false;
    void *memory = mmap(NULL, ALTERNATE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED)
        return false;
    stack_t own = {.ss_sp = memory, .ss_size = ALTERNATE_BYTES};
    if (pthread_setspecific(cleanup_key, memory) != 0 || sigaltstack(&own, NULL) != 0) {
        pthread_setspecific(cleanup_key, NULL);
        munmap(memory, ALTERNATE_BYTES);
        return false;
    }
    thread.alternate = memory;
    return true;
}

/* ---- The end of the stack ---- */

/* The top of the main thread's stack, where the kernel has put the program's name; 0 if that is not known. */
static uintptr_t main_stack_top(uintptr_t page) {
    uintptr_t name = (uintptr_t)getauxval(AT_EXECFN);
    return name ? (name + strlen((const char *)name) + page) & ~(page - 1) : 0;
}

/* Puts a guard `UNLIMITED_STACK_BYTES` below `top`, once. Returns the lowest address that the stack may use. */
static uintptr_t guard_main_stack(uintptr_t top, uintptr_t page) {
    static void *guard = MAP_FAILED; /* only the main thread comes here */
    uintptr_t at = (top - UNLIMITED_STACK_BYTES) & ~(page - 1);
    if (guard == MAP_FAILED)
        guard = mmap((void *)at, (size_t)page, PROT_NONE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (guard != MAP_FAILED && (uintptr_t)guard != at) { /* a kernel that does not know the flag */
        munmap(guard, (size_t)page);
        guard = MAP_FAILED;
    }
    /* If something else is there already, it stops the stack as well. */
    return at + page;
}

/* The main thread's stack ends where the limit says, at the time of asking. False if this does not look
 * like it, as in the child of a fork by another thread. */
static bool find_main_stack(uintptr_t *low, size_t *size) {
    uintptr_t page = (uintptr_t)wasmelt_rt_host_page_size(), top = main_stack_top(page);
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    struct rlimit limit;
    if (getrlimit(RLIMIT_STACK, &limit) != 0)
        return false;
    bool is_bounded = limit.rlim_cur <= LARGEST_LIMIT;
    uintptr_t bytes = is_bounded ? (uintptr_t)limit.rlim_cur & ~(page - 1) : UNLIMITED_STACK_BYTES;
    if (top <= bytes || here >= top || here < top - bytes)
        return false;
    *low = is_bounded ? top - bytes : guard_main_stack(top, page);
    *size = bytes;
    return true;
}

static bool find_thread_stack(uintptr_t *low, size_t *size, size_t *guard) {
    pthread_attr_t attributes;
    void *address;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0)
        return false;
    bool ok = pthread_attr_getstack(&attributes, &address, size) == 0;
    if (ok && pthread_attr_getguardsize(&attributes, guard) != 0)
        *guard = 0;
    pthread_attr_destroy(&attributes);
    *low = (uintptr_t)address;
    return ok;
}

static bool find_stack(void) {
    uintptr_t low;
    size_t size, guard = KERNEL_GAP;
    if (!(getpid() == gettid() && find_main_stack(&low, &size)) && !find_thread_stack(&low, &size, &guard))
        return false;
    /* A fault above `low` can only be due to the kernel's distance. */
    uintptr_t reach = KERNEL_GAP + SLACK < size / 2 ? KERNEL_GAP + SLACK : size / 2;
    thread.end = low;
    thread.low = low - guard - SLACK;
    thread.high = low + reach;
    return true;
}

bool wasmelt_rt_stack_prepare_thread(void) {
    if (thread.ready)
        return true;
    thread.ready = find_stack() && set_up_alternate();
    return thread.ready;
}

bool wasmelt_rt_stack_is_exhausted_at(uintptr_t address) {
    if (!thread.ready)
        return false;
    bool at_limit = thread.limit && address >= thread.limit && address - thread.limit < thread.page;
    return at_limit || (address >= thread.low && address < thread.high);
}

/* ---- Limits of the host's ---- */

/* Makes one page of the stack inaccessible. The main thread's stack grows when it is touched: where it has not grown
 * to, a page of our own is put in its way. It has grown as far as everything from here on is mapped, because the kernel
 * keeps a distance between a stack and anything else that can be accessed. */
static bool make_guard(stack_limit *limit, uintptr_t here, uintptr_t page) {
    uintptr_t top = here & ~(page - 1);
    if (msync((void *)limit->at, top - limit->at, MS_ASYNC) == 0)
        return mprotect((void *)limit->at, page, PROT_NONE) == 0;
    if (errno != ENOMEM) /* which says that something is not mapped */
        return false;
    void *at = mmap((void *)limit->at, page, PROT_NONE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    if (at == MAP_FAILED && errno == EEXIST) { /* something else is in the way, and ends the stack before the limit */
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

bool wasmelt_rt_stack_limit_begin(stack_limit *limit, size_t bytes) {
    uintptr_t here = (uintptr_t)__builtin_frame_address(0), page = (uintptr_t)wasmelt_rt_host_page_size();
    uintptr_t end = thread.limit ? thread.limit + page : thread.end;
    *limit = (stack_limit){.outer = thread.limit};
    if (bytes < WASMELT_LEAST_STACK)
        bytes = WASMELT_LEAST_STACK;
    if (here <= end || bytes >= here - end || here - end - bytes < 2 * page)
        return true;
    limit->at = ((here - bytes) & ~(page - 1)) - page;
    if (!make_guard(limit, here, page))
        return false;
    if (limit->at)
        thread.limit = limit->at;
    thread.page = page;
    return true;
}

void wasmelt_rt_stack_limit_end(const stack_limit *limit) {
    size_t page = (size_t)wasmelt_rt_host_page_size();
    if (limit->at && limit->is_mapped)
        munmap((void *)limit->at, page);
    else if (limit->at)
        mprotect((void *)limit->at, page, PROT_READ | PROT_WRITE);
    thread.limit = limit->outer;
}

__attribute__((noinline)) void wasmelt_rt_stack_probe(void) {
    enum { ROOM = 64 * 1024, PAGE = 4096 };
    char room[ROOM];
    for (int at = ROOM; at > 0; at -= PAGE)
        *(volatile char *)&room[at - 1] = 0; /* from the top down */
}
