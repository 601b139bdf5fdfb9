/* The handler of SIGSEGV and SIGBUS. A fault at an address that a linear memory has reserved is an out-of-bounds access, and a fault at the
 * end of the running stack is stack exhaustion; both only while the thread is inside wasmelt_run. Every other fault, such as one due to a
 * bug of the host, goes to the handler that was installed before, as if this one did not exist.
 *
 * Handlers form a chain: the kernel knows the one installed last, and each handler calls the one that was installed before it. The chain
 * must never lead to code that has been unloaded. So when this object is unloaded, it removes its handler by putting the previous one in
 * its place: in the kernel, if this handler is the last; otherwise in the copy of the runtime whose handler calls this one (copies.c). If
 * somebody else's handler was installed after this one, it may call this one, and cannot be changed: then this object stays loaded until
 * the process ends. */
#if !defined(_WIN32)

#include "../allocator.h"
#include "../fault.h"

#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#include <wasmelt/process.h>

#include "copies.h"
#include "../parts.h"
#include "interrupted_code.h"
#include "../reservation.h"
#include "../thread.h"
#include "../trap.h"

static const int handled[HANDLED_SIGNALS] = {[HANDLED_SEGV] = SIGSEGV, [HANDLED_BUS] = SIGBUS};

static void on_fault(int number, siginfo_t *info, void *context);

/* Link-time optimisation does not know that a note refers to it (copies_posix.c), and would make it local to a part of the program. */
#if defined(__GNUC__) && !defined(__clang__)
__attribute__((used, externally_visible))
#endif
runtime_copy wasmelt_rt_copy = {.handler = on_fault};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* protects what follows, and changes of the chain by this copy */
static atomic_bool installed, host_installs;

/* ---- Faults that are not ours ---- */

/* Sets the default action, which happens when the instruction faults again, or at once for a signal that was sent. */
static void take_default(int number, const siginfo_t *info) {
    struct sigaction action = {.sa_handler = SIG_DFL};
    sigaction(number, &action, NULL);
    if (info->si_code <= 0)
        raise(number);
}

/* A handler may be any function of the process, also one of which control-flow integrity in this object knows nothing. */
#if defined(__clang__)
__attribute__((no_sanitize("cfi-icall", "function")))
#endif
static void
call_handler(const struct sigaction *action, int number, siginfo_t *info, void *context) {
    if (action->sa_flags & SA_SIGINFO)
        action->sa_sigaction(number, info, context);
    else
        action->sa_handler(number);
}

/* Whether a handler with SA_RESETHAND has been called: after that the default action applies. */
static atomic_bool called[HANDLED_SIGNALS];

static bool is_used_up(const struct sigaction *action, int which) {
    return (action->sa_flags & (int)SA_RESETHAND) && atomic_exchange(&called[which], true);
}

static void pass_on(int number, siginfo_t *info, void *context) {
    static const struct sigaction none = {.sa_handler = SIG_DFL};
    int which = number == SIGBUS ? HANDLED_BUS : HANDLED_SEGV;
    const struct sigaction *before = wasmelt_rt_copy.before[which];
    struct sigaction now = before ? *before : none;
    bool takes_info = now.sa_flags & SA_SIGINFO;
    if (!takes_info && now.sa_handler == SIG_IGN && info->si_code <= 0)
        return;
    /* A fault cannot be ignored. */
    if ((!takes_info && (now.sa_handler == SIG_DFL || now.sa_handler == SIG_IGN)) || is_used_up(&now, which)) {
        take_default(number, info);
        return;
    }
    sigset_t old;
    if (!(now.sa_flags & SA_NODEFER))
        sigaddset(&now.sa_mask, number);
    pthread_sigmask(SIG_BLOCK, &now.sa_mask, &old);
    call_handler(&now, number, info, context);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
}

/* ---- Faults that are ours ---- */

/* The stack that was running. If it is exhausted, the stack pointer may be beyond its end already; if a function without stack probes has a
 * large frame, even beyond its guard. In that case the fault is in the guard. Code that a module has called may also have switched to a
 * stack that nobody has named. */
static run_stack *interrupted_stack(thread *t, uintptr_t fault, const ucontext_t *context) {
    run_stack *s = wasmelt_rt_stack_at(t, interrupted_stack_pointer(context));
    if (!s)
        s = wasmelt_rt_stack_at(t, fault);
    return s ? s : t->current;
}

/* Ends the run. The handler is left by longjmp, which does not change the signal mask: it is set to what it was at the fault, whoever
 * called the handler with whatever else blocked. */
static void leave(run_stack *s, wasmelt_trap_code code, const ucontext_t *context) {
    pthread_sigmask(SIG_SETMASK, &context->uc_sigmask, NULL);
    wasmelt_rt_trap_end(s, code);
}

bool wasmelt_handle_fault(int signal, const void *info, void *context) {
    const siginfo_t *i = info;
    thread *t = wasmelt_rt_this_thread;
    if ((signal != SIGSEGV && signal != SIGBUS) || i->si_code <= 0 || !t)
        return false;
    uintptr_t address = (uintptr_t)i->si_addr;
    run_stack *s = interrupted_stack(t, address, context);
    if (s->innermost && wasmelt_rt_reservation_contains(address))
        leave(s, WASMELT_TRAP_MEMORY_BOUNDS, context);
    if (s->innermost && wasmelt_rt_stack_is_exhausted_at(s, address))
        leave(s, WASMELT_TRAP_STACK_EXHAUSTED, context);
    return false;
}

static void on_fault(int number, siginfo_t *info, void *context) {
    int error = errno;
    if (!wasmelt_handle_fault(number, info, context)) {
        errno = error;
        pass_on(number, info, context);
    }
}

/* ---- Installing ---- */

static bool is_ours(const struct sigaction *action) {
    return (action->sa_flags & SA_SIGINFO) && action->sa_sigaction == on_fault;
}

static bool is_nobodys(const struct sigaction *action) {
    return !(action->sa_flags & SA_SIGINFO) && (action->sa_handler == SIG_DFL || action->sa_handler == SIG_IGN);
}

/* The previous handler is stored before this one is installed, because another thread may fault at once. SA_NODEFER: the previous handler's
 * own mask decides what it blocks. */
static bool install_for(int which) {
    struct sigaction own = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER}, replaced;
    struct sigaction *before = wasmelt_rt_allocate(sizeof *before);
    sigemptyset(&own.sa_mask);
    if (!before || sigaction(handled[which], NULL, before) != 0) {
        wasmelt_rt_release(before);
        return false;
    }
    struct sigaction *older = atomic_exchange(&wasmelt_rt_copy.before[which], before);
    if (sigaction(handled[which], &own, &replaced) != 0) {
        wasmelt_rt_copy.before[which] = older;
        wasmelt_rt_release(before);
        return false;
    }
    called[which] = false;
    (void)older; /* not freed: a thread may just be calling it */
    if (replaced.sa_sigaction != before->sa_sigaction && !is_ours(&replaced))
        *before = replaced; /* somebody else has installed a handler in between */
    return true;
}

/* Not twice, when the other signal's handler could not be installed the first time: this handler would come before itself. */
static bool is_installed_for(int which) {
    struct sigaction now;
    return wasmelt_rt_copy.before[which] && sigaction(handled[which], NULL, &now) == 0 && is_ours(&now);
}

bool wasmelt_rt_fault_install(void) {
    pthread_mutex_lock(&lock);
    if (!installed && !host_installs)
        installed =
            (is_installed_for(HANDLED_SEGV) || install_for(HANDLED_SEGV)) && (is_installed_for(HANDLED_BUS) || install_for(HANDLED_BUS));
    bool ok = installed || host_installs;
    pthread_mutex_unlock(&lock);
    return ok;
}

void wasmelt_install_handlers(bool install) {
    host_installs = !install;
}

/* Whether this handler is the last one, or can be reached from the last one through copies of the runtime only. */
static bool is_in_known_chain(int which, const struct sigaction *last) {
    struct sigaction at = *last;
    for (int steps = 0; steps < 1000 && !is_ours(&at); steps++) {
        runtime_copy *copy = wasmelt_rt_copy_of(&at);
        const struct sigaction *before = copy ? copy->before[which] : NULL;
        if (!before)
            return false;
        at = *before;
    }
    return is_ours(&at);
}

void wasmelt_rt_fault_check(void) {
    if (!installed)
        return;
    pthread_mutex_lock(&lock);
    for (int k = 0; k < HANDLED_SIGNALS; k++) {
        struct sigaction now;
        if (sigaction(handled[k], NULL, &now) != 0 || is_ours(&now))
            continue;
        if (is_nobodys(&now))
            install_for(k);
        else if (!wasmelt_rt_copy_stays() && !is_in_known_chain(k, &now))
            wasmelt_rt_copy_stay();
    }
    pthread_mutex_unlock(&lock);
}

/* ---- Removing the handler ---- */

/* The copy whose handler calls this one; null if none is known. */
static runtime_copy *copy_after(int which, const struct sigaction *last) {
    struct sigaction at = *last;
    for (int steps = 0; steps < 1000; steps++) {
        runtime_copy *copy = wasmelt_rt_copy_of(&at);
        const struct sigaction *before = copy ? copy->before[which] : NULL;
        if (!before || is_ours(before))
            return before ? copy : NULL;
        at = *before;
    }
    return NULL;
}

static void take_back(int which) {
    struct sigaction *before = wasmelt_rt_copy.before[which], last;
    if (!before || sigaction(handled[which], NULL, &last) != 0)
        return;
    runtime_copy *after = is_ours(&last) ? NULL : copy_after(which, &last);
    if (is_ours(&last))
        sigaction(handled[which], before, NULL);
    if (after)
        before = atomic_exchange(&after->before[which], before);
    wasmelt_rt_copy.before[which] = NULL;
    wasmelt_rt_release(before);
}

/* With the lock held. */
static void take_all_back(void) {
    for (int k = 0; k < HANDLED_SIGNALS; k++)
        take_back(k);
    installed = false;
}

void wasmelt_rt_fault_end(void) {
    pthread_mutex_lock(&lock);
    take_all_back();
    pthread_mutex_unlock(&lock);
}

static bool can_be_taken_back(int which) {
    struct sigaction last;
    if (!wasmelt_rt_copy.before[which])
        return true;
    return sigaction(handled[which], NULL, &last) == 0 && (is_ours(&last) || is_nobodys(&last) || copy_after(which, &last));
}

bool wasmelt_remove_handlers(void) {
    if (wasmelt_rt_threads_run())
        return false;
    pthread_mutex_lock(&lock);
    bool ok = can_be_taken_back(HANDLED_SEGV) && can_be_taken_back(HANDLED_BUS);
    if (ok)
        take_all_back();
    pthread_mutex_unlock(&lock);
    if (!ok)
        return false;
    wasmelt_rt_threads_unprepare();
    if (wasmelt_rt_parts.calls)
        wasmelt_rt_parts.calls->end();
    return true;
}

/* ---- Blocked signals ---- */

void wasmelt_promise_unblocked(bool promise) {
    thread *t = wasmelt_rt_thread_get();
    if (t)
        t->keeps_signals = promise;
}

#endif
