/* The process's handler of SIGSEGV and SIGBUS. A fault at an address that a linear memory reserved is an
 * out-of-bounds access, one at the end of the thread's stack is stack exhaustion; both only while the
 * thread is inside wasmelt_run. Everything else, a bug of the host for instance, goes to the handler that
 * was there before, as if ours were not. */
#include "fault.h"

#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <ucontext.h>

#include "reservation.h"
#include "stack.h"
#include "trap.h"

static struct sigaction before_segv, before_bus;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool installed;

/* The default action: taken when the instruction faults again, or at once for a signal that was sent. */
static void take_default(int number, const siginfo_t *info) {
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigaction(number, &action, NULL);
    if (info->si_code <= 0)
        raise(number);
}

static void pass_on(int number, siginfo_t *info, void *context) {
    struct sigaction *before = number == SIGBUS ? &before_bus : &before_segv;
    bool takes_info = before->sa_flags & SA_SIGINFO;
    if (!takes_info && before->sa_handler == SIG_IGN && info->si_code <= 0)
        return;
    if (!takes_info && (before->sa_handler == SIG_DFL || before->sa_handler == SIG_IGN)) {
        take_default(number, info); /* a fault cannot be ignored */
        return;
    }
    struct sigaction now = *before;
    if (now.sa_flags & (int)SA_RESETHAND) {
        before->sa_flags &= ~SA_SIGINFO;
        before->sa_handler = SIG_DFL;
    }
    sigset_t old;
    if (!(now.sa_flags & SA_NODEFER))
        sigaddset(&now.sa_mask, number);
    pthread_sigmask(SIG_BLOCK, &now.sa_mask, &old);
    if (takes_info)
        now.sa_sigaction(number, info, context);
    else
        now.sa_handler(number);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
}

/* The handler is left by longjmp, which leaves the mask as it is: it is what it was at the fault, whoever
 * called the handler with whatever else blocked. */
static void leave(wasmelt_trap_code code, const ucontext_t *context) {
    pthread_sigmask(SIG_SETMASK, &context->uc_sigmask, NULL);
    wasmelt_trap_raise(code);
}

static void on_fault(int number, siginfo_t *info, void *context) {
    uintptr_t address = (uintptr_t)info->si_addr;
    if (info->si_code > 0 && wasmelt_rt_trap_is_caught()) {
        if (wasmelt_rt_reservation_contains(address))
            leave(WASMELT_TRAP_MEMORY_BOUNDS, context);
        if (wasmelt_rt_stack_is_exhausted_at(address))
            leave(WASMELT_TRAP_STACK_EXHAUSTED, context);
    }
    pass_on(number, info, context);
}

/* What was there before is known before ours is in place: another thread may fault at once. SA_NODEFER: the
 * earlier handler's own mask decides what it blocks. */
static bool install_for(int number, struct sigaction *before) {
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
    sigemptyset(&action.sa_mask);
    return sigaction(number, NULL, before) == 0 && sigaction(number, &action, NULL) == 0;
}

static void install(void) {
    installed = install_for(SIGSEGV, &before_segv) && install_for(SIGBUS, &before_bus);
}

bool wasmelt_rt_fault_prepare_thread(void) {
    if (!wasmelt_rt_stack_prepare_thread())
        return false;
    pthread_once(&once, install);
    return installed;
}
