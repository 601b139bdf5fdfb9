/* A vectored handler of exceptions. It decides as that of signals does (faults_posix.c): an access to address space that a linear memory
 * has reserved is out of bounds, and a stack overflow is exhaustion of the stack; both only while the thread is inside wasmelt_run.
 *
 * The handler does not end the run itself: the system would go on believing that an exception is being handled. It makes the thread
 * continue in a function that does.
 *
 * After a stack overflow the guard of the stack is gone, and is put back when the run has ended, as soon as the thread is not on these
 * pages any more. */
#if defined(_WIN32)

#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <windows.h>

#include <wasmelt/process.h>

#include "../alternate.h"
#include "../fault.h"
#include "../parts.h"
#include "../reservation.h"
#include "../thread.h"
#include "../trap.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* protects `installed` */
static void *installed;                                  /* the handler; null: none */
static atomic_bool host_installs;

/* ---- Faults ---- */

static _Thread_local bool lacks_guard; /* the thread's stack has none since an overflow */

/* The arguments of these functions come in registers. */
static _Noreturn void end_out_of_bounds(run_stack *s) {
    wasmelt_rt_trap_end(s, WASMELT_TRAP_MEMORY_BOUNDS);
}

static _Noreturn void end_exhausted(run_stack *s) {
    wasmelt_rt_trap_end(s, WASMELT_TRAP_STACK_EXHAUSTED);
}

/* Makes the thread continue in `function`, as if what it was doing had called it. */
static void redirect(CONTEXT *c, void (*function)(run_stack *), run_stack *s) {
    enum { HOME = 32, RETURN = 8 };
    c->Rsp = (c->Rsp & ~(DWORD64)15) - HOME - RETURN;
    c->Rip = (DWORD64)(uintptr_t)function;
    c->Rcx = (DWORD64)(uintptr_t)s;
}

bool wasmelt_handle_fault(int signal, const void *info, void *context) {
    const EXCEPTION_POINTERS *e = info;
    const EXCEPTION_RECORD *r = e->ExceptionRecord;
    thread *t = wasmelt_rt_this_thread;
    (void)signal, (void)context;
    if (!t || t->depth == 0)
        return false;
    run_stack *s = wasmelt_rt_stack_at(t, (uintptr_t)e->ContextRecord->Rsp);
    if (!s)
        s = t->current;
    if (!s->innermost)
        return false;
    if (r->ExceptionCode == EXCEPTION_STACK_OVERFLOW) {
        lacks_guard = true;
        redirect(e->ContextRecord, end_exhausted, s);
        return true;
    }
    if (r->ExceptionCode != EXCEPTION_ACCESS_VIOLATION || r->NumberParameters < 2 ||
        !wasmelt_rt_reservation_contains((uintptr_t)r->ExceptionInformation[1]))
        return false;
    redirect(e->ContextRecord, end_out_of_bounds, s);
    return true;
}

static LONG CALLBACK on_exception(EXCEPTION_POINTERS *e) {
    DWORD code = e->ExceptionRecord->ExceptionCode;
    if (code != EXCEPTION_ACCESS_VIOLATION && code != EXCEPTION_STACK_OVERFLOW)
        return EXCEPTION_CONTINUE_SEARCH;
    return wasmelt_handle_fault(0, e, NULL) ? EXCEPTION_CONTINUE_EXECUTION : EXCEPTION_CONTINUE_SEARCH;
}

/* ---- Installing ---- */

bool wasmelt_rt_fault_install(void) {
    pthread_mutex_lock(&lock);
    if (!installed && !host_installs)
        installed = AddVectoredExceptionHandler(1, on_exception);
    bool ok = installed || host_installs;
    pthread_mutex_unlock(&lock);
    return ok;
}

void wasmelt_install_handlers(bool install) {
    host_installs = !install;
}

/* Nobody else can take a vectored handler off. */
void wasmelt_rt_fault_check(void) {
}

void wasmelt_rt_fault_end(void) {
    pthread_mutex_lock(&lock);
    if (installed)
        RemoveVectoredExceptionHandler(installed);
    installed = NULL;
    pthread_mutex_unlock(&lock);
}

bool wasmelt_remove_handlers(void) {
    if (wasmelt_rt_threads_run())
        return false;
    wasmelt_rt_fault_end();
    wasmelt_rt_threads_unprepare();
    if (wasmelt_rt_parts.calls)
        wasmelt_rt_parts.calls->end();
    return true;
}

/* ---- Runs ---- */

void wasmelt_promise_unblocked(bool promise) {
    (void)promise;
}

/* There are no signals to block. */
uint64_t wasmelt_rt_fault_begin_run(void) {
    return 0;
}

/* A stack that was exhausted gets its guard again once its frames are gone. */
void wasmelt_rt_fault_end_run(uint64_t blocked) {
    (void)blocked;
    if (lacks_guard && _resetstkoflw())
        lacks_guard = false;
}

/* ---- Alternate stacks: there are none ---- */

bool wasmelt_rt_alternate_have(alternate **own) {
    *own = NULL;
    return true;
}

void wasmelt_rt_alternate_release(alternate *a, bool is_ours) {
    (void)a, (void)is_ours;
}

#endif
