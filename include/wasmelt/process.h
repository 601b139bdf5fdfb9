/* The runtime uses signals, stacks and threads of the process in which it runs. With these functions a host says which, or handles them
 * itself. docs/reference-process.md describes all of it. */
#ifndef WASMELT_PROCESS_H
#define WASMELT_PROCESS_H

#include <wasmelt/target.h>

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Stacks ---- */

/* Names `size` bytes from `low` on as a stack on which calls of modules may run, in addition to the threads' own stacks: that of a fiber or
 * coroutine. wasmelt_run finds out on which stack it is, so nothing has to be done when fibers switch. A call that begins in a fiber has to
 * end in the thread in which it began: no other thread may resume the fiber meanwhile. Between calls the fiber may move to another thread.
 *
 * The lowest `guard` bytes, at least a page, are inaccessible: the host's own guard. If `guard` is 0, the lowest whole page is made
 * inaccessible; wasmelt_stack_forget undoes that. Returns 0 or an error of errno.h: EINVAL (the stack is smaller than WASMELT_LEAST_STACK
 * plus the guard), EEXIST (it overlaps a named stack), ENOMEM, or why the page could not be made inaccessible. Any thread. The stack must
 * not be an alternate signal stack, nor lie within a thread's own stack. */
int wasmelt_stack_name(void *low, size_t size, size_t guard);

/* Call this before the memory of a named stack is used for something else. Runs that are suspended on it are forgotten. If such a run is in
 * a module that uses exceptions, call it on the thread that suspended the run, because it releases references. False if no stack with this
 * `low` is named. Any thread otherwise. */
bool wasmelt_stack_forget(const void *low);

/* Prepares the calling thread as its first wasmelt_run would: finds its stack, gives it an alternate signal stack and a guard if it lacks
 * them, and installs the process's handlers, if these are to be installed and are not. Then a host knows when all this is done, and before
 * or after which handlers of its own. Runs on a prepared thread change nothing in the process but the signal mask. False when resources are
 * short. */
bool wasmelt_thread_prepare(void);

/* Releases what the calling thread has from the runtime: the alternate signal stack, unless the host provided it, and the tail-call buffer.
 * This happens automatically when the thread ends. Call it on a thread that continues after the runtime is unloaded, before that; and on a
 * thread whose alternate signal stack the host has changed, after that. The next wasmelt_run prepares the thread again. False, and nothing
 * is done, inside of wasmelt_run. */
bool wasmelt_thread_leave(void);

/* ---- Signals ---- */

/* True: promises that SIGSEGV and SIGBUS are not blocked in the calling thread whenever it calls wasmelt_run. Then wasmelt_run does not
 * check, which saves it a system call. */
void wasmelt_promise_unblocked(bool promise);

/* With false, the runtime does not install signal handlers. The host has its own for SIGSEGV and SIGBUS, with SA_SIGINFO and SA_ONSTACK,
 * which call wasmelt_handle_fault first. To be called before any other function, or right after wasmelt_remove_handlers. */
void wasmelt_install_handlers(bool install);

/* Takes the runtime's signal handlers off, in the middle of a chain of copies of the runtime too, and puts those back that were there
 * before; also that of the signal which interrupts (wasmelt/interrupt.h). The next run, of any thread, or wasmelt_thread_prepare installs
 * them again, then after all others. False, and they remain: a thread is inside of a run, or somebody else's handler was installed after
 * these and may call them. No other thread may use the runtime, or handle a fault, meanwhile. */
bool wasmelt_remove_handlers(void);

/* For a host's handler, with its arguments; `info` is the siginfo_t. If the fault is a trap of a module, this ends the wasmelt_run and does
 * not return. False: the fault is something else. Safe in a signal handler. */
bool wasmelt_handle_fault(int signal, const void *info, void *context);

#ifdef __cplusplus
}
#endif
#endif
