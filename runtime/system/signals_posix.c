/* The signals of faults are let in for a run. */
#if !defined(_WIN32) && !defined(__linux__)

#include "../fault.h"

#include <pthread.h>
#include <signal.h>
#include <stddef.h>

#include "../thread.h"

/* Bits of the result. */
enum { SEGV = 1, BUS = 2 };

static sigset_t set_of(uint64_t bits) {
    sigset_t set;
    sigemptyset(&set);
    if (bits & SEGV)
        sigaddset(&set, SIGSEGV);
    if (bits & BUS)
        sigaddset(&set, SIGBUS);
    return set;
}

uint64_t wasmelt_rt_fault_begin_run(void) {
    sigset_t needed = set_of(SEGV | BUS), before;
    if (wasmelt_rt_this_thread->keeps_signals || pthread_sigmask(SIG_UNBLOCK, &needed, &before) != 0)
        return 0;
    return (sigismember(&before, SIGSEGV) == 1 ? SEGV : 0) | (sigismember(&before, SIGBUS) == 1 ? BUS : 0);
}

void wasmelt_rt_fault_end_run(uint64_t blocked) {
    sigset_t set = set_of(blocked);
    if (blocked)
        pthread_sigmask(SIG_BLOCK, &set, NULL);
}

#endif
