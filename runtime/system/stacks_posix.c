/* Where stacks are and how they end, on systems of POSIX other than Linux. A thread's stack ends in pages that cannot be accessed, or gets
 * one: its last page. The system says where the stack is by a function of its own; where it has none that is known here, no run begins. */
#if !defined(_WIN32) && !defined(__linux__)

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>
#if defined(__FreeBSD__)
#include <pthread_np.h>
#endif

#include "system.h"

/* Functions probe their frames page by page when they begin, so that a fault is at most this far beyond the end. */
#define SLACK ((uintptr_t)64 * 1024)

typedef struct bounds {
    uintptr_t low, high;
} bounds;

#if defined(__APPLE__)

static bool find(bounds *b) {
    b->high = (uintptr_t)pthread_get_stackaddr_np(pthread_self());
    b->low = b->high - pthread_get_stacksize_np(pthread_self());
    return true;
}

#elif defined(__FreeBSD__)

static bool find(bounds *b) {
    pthread_attr_t attributes;
    void *address;
    size_t size;
    if (pthread_attr_init(&attributes) != 0)
        return false;
    bool ok = pthread_attr_get_np(pthread_self(), &attributes) == 0 && pthread_attr_getstack(&attributes, &address, &size) == 0;
    pthread_attr_destroy(&attributes);
    if (ok)
        *b = (bounds){(uintptr_t)address, (uintptr_t)address + size};
    return ok;
}

#else

static bool find(bounds *b) {
    (void)b;
    return false;
}

#endif

bool wasmelt_rt_system_own_stack(system_stack *s) {
    uintptr_t page = (uintptr_t)wasmelt_rt_host_page_size();
    bounds b;
    if (!find(&b))
        return false;
    b.low = (b.low + page - 1) & ~(page - 1);
    s->guard = NULL;
    if (wasmelt_rt_page_is_readable(b.low - page)) { /* nothing ends it */
        if (!wasmelt_rt_system_protect((void *)b.low, page))
            return false;
        s->guard = (void *)b.low;
        b.low += page;
    } else if (!wasmelt_rt_page_is_readable(b.low)) { /* its guard is counted as a part of it */
        b.low += page;
    }
    s->low = b.low;
    s->size = b.high - b.low;
    s->fault_low = b.low - page - (s->guard ? 0 : SLACK);
    s->fault_high = b.low;
    return true;
}

bool wasmelt_rt_system_is_handling(void) {
    stack_t now;
    return sigaltstack(NULL, &now) == 0 && (now.ss_flags & SS_ONSTACK);
}

/* Writing it to a pipe fails with EFAULT if it cannot be read. Where there is no pipe, it counts as readable. */
bool wasmelt_rt_page_is_readable(uintptr_t page) {
    int ends[2], error = errno;
    if (pipe(ends) != 0)
        return true;
    bool is_readable = write(ends[1], (const void *)page, 1) == 1 || errno != EFAULT;
    close(ends[0]);
    close(ends[1]);
    errno = error;
    return is_readable;
}

/* All of a stack is mapped. */
bool wasmelt_rt_system_end_stack(uintptr_t *end, uintptr_t here, bool *is_mapped) {
    (void)here, (void)is_mapped;
    return wasmelt_rt_system_protect((void *)*end, (size_t)wasmelt_rt_host_page_size());
}

void wasmelt_rt_system_unend_stack(uintptr_t end, bool is_mapped) {
    (void)is_mapped;
    wasmelt_rt_system_unprotect((void *)end, (size_t)wasmelt_rt_host_page_size());
}

#endif
