/* The runtime uses signals, stacks and threads of the process that it runs in. Here a host says which, or handles them itself.
 * docs/reference-process.md describes all of it. */
#ifndef WASMELT_PROCESS_H
#define WASMELT_PROCESS_H

#include <wasmelt/target.h>

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Stacks ---- */

/* Names `size` bytes from `low` on as a stack that calls of modules may run on, beside the threads' own: a fiber's, a
 * coroutine's. wasmelt_run finds out by itself on which stack it is, so that nothing has to be said when fibers switch.
 * A call that begins in a fiber has to end in the thread that it began in: the fiber may not be resumed by another thread meanwhile.
 * Between calls it may move to another thread.
 *
 * The lowest `guard` bytes cannot be accessed: the host's own guard, of at least a page. 0: the lowest whole page is made
 * so, and is given back by wasmelt_stack_forget. Returns 0 or an error of errno.h: EINVAL (too small: less than
 * WASMELT_LEAST_STACK beside the guard), EEXIST (overlaps one that is named), ENOMEM, or why the page could not be made
 * inaccessible. Any thread. The stack must not be the process's or a thread's alternate signal stack, nor lie within a
 * thread's own stack. */
int wasmelt_stack_name(void *low, size_t size, size_t guard);

/* To be called before the memory is used for something else. A run that is suspended there is forgotten with it; on the
 * thread that has suspended it, if it is in a module that uses exceptions, whose references it gives back. False if no
 * stack of that `low` is named. Any thread. */
bool wasmelt_stack_forget(const void *low);

/* Gives back what the calling thread has of the runtime: the alternate signal stack, if it is ours, the buffer of tail calls. This
 * happens by itself when the thread ends; a thread that goes on when the runtime is unloaded calls it before, and one
 * whose alternate signal stack was changed by the host calls it after. The next wasmelt_run prepares the thread anew. False,
 * and nothing done, inside of wasmelt_run. */
bool wasmelt_thread_leave(void);

/* ---- Signals ---- */

/* True: says that SIGSEGV and SIGBUS are never blocked in the calling thread when it calls wasmelt_run, which then does not
 * look: a system call less for each. */
void wasmelt_promise_unblocked(bool promise);

/* False, before anything else is called: the runtime installs no handlers of signals. The host has its own of SIGSEGV and SIGBUS,
 * with SA_SIGINFO and SA_ONSTACK, which call wasmelt_handle_fault first. */
void wasmelt_install_handlers(bool install);

/* For a host's handler, with what that was given: `info` is the siginfo_t. If the fault is a trap of a module, does not
 * return, and the wasmelt_run ends. False: the fault is something else. Safe in a signal handler. */
bool wasmelt_handle_fault(int signal, const void *info, void *context);

#ifdef __cplusplus
}
#endif
#endif
