/* Calling threads by a signal, and by a timer of each thread that sends it. */
#if defined(__linux__)

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include <wasmelt/interrupt.h>

#include "../interrupt.h"
#include "../parts.h"
#include "../trap.h"
#include "interrupted_code.h"
#include "system.h"

#ifndef sigev_notify_thread_id /* glibc before 2.41 */
#define sigev_notify_thread_id _sigev_un._tid
#endif

#define SECOND UINT64_C(1000000000)
#define AGAIN 10000000 /* nanoseconds */

static atomic_int number; /* number of the signal; 0: none yet, or none at all */

void wasmelt_rt_system_call(int thread) {
    int n = atomic_load(&number);
    if (n)
        syscall(SYS_tgkill, getpid(), thread, n);
}

/* ---- The signal ---- */

/* The signal mask is restored, because the handler is left by a jump. */
static void on_signal(int n, siginfo_t *info, void *context) {
    (void)n, (void)info;
    int error = errno;
    int32_t why;
    bool is_there = interrupted_just_now(context, __builtin_frame_address(0));
    uintptr_t at = is_there ? interrupted_program_counter(context) : 0; /* 0: in code that may not be stopped */
    struct run_stack *s = wasmelt_rt_interrupt_called(at, interrupted_stack_pointer(context), &why);
    if (s) {
        pthread_sigmask(SIG_SETMASK, &((const ucontext_t *)context)->uc_sigmask, NULL);
        wasmelt_rt_trap_interrupt(s, why);
    }
    errno = error;
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* protects the choice of the signal */
static atomic_bool is_chosen;                            /* the signal has been chosen, by the host or by the first run */

static bool is_default(const struct sigaction *action) {
    return !(action->sa_flags & SA_SIGINFO) && action->sa_handler == SIG_DFL;
}

/* Signals that wait to be delivered are discarded by ignoring them: the default action would end the process. */
static void end_calls(void) {
    int n = atomic_exchange(&number, 0);
    struct sigaction now, ignore = {.sa_handler = SIG_IGN}, none = {.sa_handler = SIG_DFL};
    if (n && sigaction(n, NULL, &now) == 0 && (now.sa_flags & SA_SIGINFO) && now.sa_sigaction == on_signal) {
        sigaction(n, &ignore, NULL);
        sigaction(n, &none, NULL);
    }
    if (n)
        atomic_store(&is_chosen, false); /* another run may choose again */
}

static void forget(system_calls *c) {
    if (c->has_timer && c->process == getpid())
        timer_delete((timer_t)c->timer);
    c->has_timer = false;
}

/* Takes a signal. Its handler is installed without SA_RESTART, because waits have to be woken. */
static bool take(int n) {
    static const calls_part part = {forget, end_calls};
    struct sigaction own = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK}, before;
    sigfillset(&own.sa_mask);
    sigdelset(&own.sa_mask, SIGSEGV);
    sigdelset(&own.sa_mask, SIGBUS);
    if (sigaction(n, NULL, &before) != 0 || !is_default(&before) || sigaction(n, &own, &before) != 0)
        return false;
    if (is_default(&before)) {
        wasmelt_rt_parts.calls = &part;
        atomic_store(&number, n);
        return true;
    }
    sigaction(n, &before, NULL); /* somebody else has installed a handler in between */
    return false;
}

bool wasmelt_interrupt_by(int signal) {
    pthread_mutex_lock(&lock);
    bool ok = !is_chosen && (signal == 0 || (signal > 0 && signal <= SIGRTMAX && take(signal)));
    if (ok)
        is_chosen = true;
    pthread_mutex_unlock(&lock);
    return ok;
}

static bool choose(void) {
    if (atomic_load_explicit(&is_chosen, memory_order_acquire))
        return true;
    pthread_mutex_lock(&lock);
    for (int n = SIGRTMAX; !is_chosen && n >= SIGRTMIN; n--)
        is_chosen = take(n);
    bool ok = is_chosen;
    pthread_mutex_unlock(&lock);
    return ok;
}

/* ---- The timer ---- */

/* The handler sets the timer anew. Should it not have been called (ThreadSanitizer puts it off), it is tried again. */
void wasmelt_rt_system_set_timer(system_calls *c, uint64_t time) {
    struct itimerspec s = {.it_interval = {0, AGAIN}, .it_value = {(time_t)(time / SECOND), (long)(time % SECOND)}};
    if (!c->has_timer)
        return;
    c->is_set = true;
    timer_settime((timer_t)c->timer, TIMER_ABSTIME, &s, NULL);
}

void wasmelt_rt_system_stop_timer(system_calls *c) {
    static const struct itimerspec never;
    if (!c->is_set)
        return;
    timer_settime((timer_t)c->timer, 0, &never, NULL);
    c->is_set = false;
}

static bool make_timer(system_calls *c, int thread, int n) {
    struct sigevent e = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = n};
    pid_t process = getpid();
    timer_t timer;
    if (c->has_timer && c->process == process && c->number == n)
        return true;
    if (c->has_timer && c->process == process) /* it sends a signal that was given back */
        timer_delete((timer_t)c->timer);
    e.sigev_notify_thread_id = thread;
    c->has_timer = timer_create(CLOCK_MONOTONIC, &e, &timer) == 0;
    if (c->has_timer)
        c->timer = (void *)timer;
    c->is_set = false;
    c->process = process;
    c->number = (unsigned char)n;
    return c->has_timer;
}

/* ---- Threads that are called ---- */

bool wasmelt_rt_system_calls_prepare(system_calls *c, int *thread, bool needs_timer) {
    if (!choose())
        return false;
    int n = atomic_load(&number);
    *thread = gettid();
    return (n || !needs_timer) && (!n || make_timer(c, *thread, n));
}

/* The signal alone. */
static sigset_t own_signal(int n) {
    sigset_t own;
    sigemptyset(&own);
    if (n)
        sigaddset(&own, n);
    return own;
}

bool wasmelt_rt_system_calls_open(void) {
    int n = atomic_load(&number);
    sigset_t own = own_signal(n), before;
    pthread_sigmask(SIG_UNBLOCK, &own, &before);
    return n && sigismember(&before, n) == 1;
}

void wasmelt_rt_system_calls_close(void) {
    sigset_t own = own_signal(atomic_load(&number));
    pthread_sigmask(SIG_BLOCK, &own, NULL);
}

void wasmelt_rt_system_yield(void) {
    sched_yield();
}

#endif
