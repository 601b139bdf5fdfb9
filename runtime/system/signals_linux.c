/* The signals of faults are let in for a run. */
#if defined(__linux__)

#include "../fault.h"

#include <signal.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../thread.h"

/* Changes the signal mask. Bit 0 of a set is signal 1, as in the kernel. Makes the system call itself, which is most of the cost of a short
 * run. */
static bool change_mask(int how, uint64_t set, uint64_t *before) {
    return syscall(SYS_rt_sigprocmask, how, &set, before, _NSIG / 8) == 0;
}

uint64_t wasmelt_rt_fault_begin_run(void) {
    const uint64_t needed = UINT64_C(1) << (SIGSEGV - 1) | UINT64_C(1) << (SIGBUS - 1);
    uint64_t before = 0; /* MemorySanitizer does not know what the call writes */
    if (wasmelt_rt_this_thread->keeps_signals || !change_mask(SIG_UNBLOCK, needed, &before))
        return 0;
    return before & needed;
}

void wasmelt_rt_fault_end_run(uint64_t blocked) {
    if (blocked)
        change_mask(SIG_BLOCK, blocked, NULL);
}

#endif
