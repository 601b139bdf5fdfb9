/* Traps: how a call that cannot go on ends, and how the host gets that as a value. */
#ifndef WASMELT_TRAP_H
#define WASMELT_TRAP_H

#include <wasmelt/target.h>

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum wasmelt_trap_code {
    WASMELT_TRAP_NONE = 0,
#define TRAP(name, message) WASMELT_TRAP_##name,
#include <wasmelt/traps.def>
#undef TRAP
    WASMELT_TRAP_COUNT
} wasmelt_trap_code;

typedef struct wasmelt_exception wasmelt_exception;

/* What ended a call. */
typedef struct wasmelt_trap {
    wasmelt_trap_code code;
    int32_t exit_status; /* for WASMELT_TRAP_EXIT: what the program passed to exit */
    /* For WASMELT_TRAP_UNCAUGHT_EXCEPTION (wasmelt/exception.h): belongs to its store, until the store's next uncaught
     * exception or its end (with the last instance, as a rule); retain it to keep it. One that the host made with a tag of its
     * own belongs to the thread, until its next uncaught exception of that kind or its end. Null when memory was short. */
    wasmelt_exception *exception;
} wasmelt_trap;

/* The message of a trap, a string that lives as long as the program. Any thread. */
const char *wasmelt_trap_message(wasmelt_trap_code code);

/* Calls `body(argument)` and returns WASMELT_TRAP_NONE when it returns; when a trap is raised inside
 * it on this thread, by generated code, by a memory fault inside a linear memory or by stack
 * exhaustion, the C frames between are dropped (their cleanup does not run) and the trap's code is
 * returned and, where `trap` is not null, stored there.
 *
 * `body` must not leave in another way: not by longjmp, not by an exception.
 *
 * May be nested; the innermost call gets the trap. Any thread; the first call on a thread prepares
 * it (an alternate signal stack), which can fail with WASMELT_TRAP_OUT_OF_RESOURCES. On a stack that is
 * neither the thread's own nor named (wasmelt/process.h) it ends with WASMELT_TRAP_UNKNOWN_STACK at once.
 *
 * The first call in a process installs handlers of SIGSEGV and SIGBUS. Every fault that is neither at an
 * address in a linear memory nor at the end of the running stack goes to the handler that was there
 * before, so a host that wants its own installs it first, or hands on what it does not know. Both signals
 * are unblocked in the thread until the call returns, which is a system call. A host
 * function that runs out of stack inside `body` traps like generated code does; what it held, a lock of
 * the C library's for instance, stays held. */
wasmelt_trap_code wasmelt_run(void (*body)(void *argument), void *argument, wasmelt_trap *trap);

/* The same with no more stack than `stack_bytes`, counted from here and rounded up to pages, though never less than
 * WASMELT_LEAST_STACK: what the body and all it calls needs beyond ends in WASMELT_TRAP_STACK_EXHAUSTED. It puts an
 * inaccessible page into the running thread's stack and takes it away again, which costs two or three system calls. It
 * limits wasmelt_run and wasmelt_instantiate inside the body too, on the same stack; a nested limit cannot raise the
 * outer one, nor can any raise the thread's own. Generated code cannot step over the page; a host function with frames larger than a page,
 * compiled without -fstack-clash-protection, could, into stack that is there: it has then got more than the limit. The
 * functions of WASI make sure of 64 KiB before they do anything. */
#define WASMELT_LEAST_STACK ((size_t)32 * 1024)
wasmelt_trap_code wasmelt_run_limited(size_t stack_bytes, void (*body)(void *argument), void *argument, wasmelt_trap *trap);

/* Ends the innermost wasmelt_run of this thread with a trap. For host functions that modules import,
 * and for generated code. Without a wasmelt_run the trap is printed and the process aborts. */
#if defined(__GNUC__)
__attribute__((noreturn, cold))
#endif
void wasmelt_trap_raise(wasmelt_trap_code code);

/* Ends the innermost wasmelt_run of this thread with WASMELT_TRAP_EXIT and this status. */
#if defined(__GNUC__)
__attribute__((noreturn, cold))
#endif
void wasmelt_trap_exit(int32_t status);

#ifdef __cplusplus
}
#endif
#endif
