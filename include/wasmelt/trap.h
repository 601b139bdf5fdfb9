/* Traps: how a call ends that cannot continue, and how the host gets the trap as a value. */
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

/* The reason why a call ended. */
typedef struct wasmelt_trap {
    wasmelt_trap_code code;
    /* For WASMELT_TRAP_EXIT: what the program passed to exit; for WASMELT_TRAP_INTERRUPTED: why (wasmelt/interrupt.h). */
    int32_t exit_status;
    /* For WASMELT_TRAP_UNCAUGHT_EXCEPTION (wasmelt/exception.h). It belongs to its store until the store's next uncaught exception, or
     * until the store ends, as a rule with its last instance; retain it to keep it longer. An exception that the host made with a tag of
     * its own belongs to the thread, until its next such exception or its end. Null if memory was short. */
    wasmelt_exception *exception;
} wasmelt_trap;

/* The message of a trap, a string that lives as long as the program. Any thread. */
const char *wasmelt_trap_message(wasmelt_trap_code code);

/* Calls `body(argument)` and returns WASMELT_TRAP_NONE when it returns. If a trap is raised inside it on this thread, by generated code, by
 * a fault in a linear memory or by stack exhaustion, the C frames in between are dropped (without their cleanup), and the code of the trap
 * is returned and, if `trap` is not null, stored there.
 *
 * `body` must not be left in another way: neither by longjmp nor by an exception of C++.
 *
 * Calls may be nested; the innermost one gets the trap. Any thread. The first call on a thread prepares the thread (with an alternate
 * signal stack), which can fail with WASMELT_TRAP_OUT_OF_RESOURCES. On a stack that is neither the thread's own nor named
 * (wasmelt/process.h), the call ends at once with WASMELT_TRAP_UNKNOWN_STACK.
 *
 * The first call in a process installs handlers for SIGSEGV and SIGBUS. A fault that is neither at an address of a linear memory nor at the
 * end of the running stack goes to the handler that was installed before. So a host that wants its own handler installs it first, or passes
 * on the faults that it does not know. Both signals are unblocked in the thread until the call returns, which takes a system call. A host
 * function inside `body` that exhausts the stack traps like generated code; what it held, such as a lock of the C library, remains held. */
wasmelt_trap_code wasmelt_run(void (*body)(void *argument), void *argument, wasmelt_trap *trap);

/* The same, with at most `stack_bytes` of stack, counted from here and rounded up to pages, but not less than WASMELT_LEAST_STACK. If the
 * body and the functions that it calls need more, this ends with WASMELT_TRAP_STACK_EXHAUSTED. A page of the running thread's stack is made
 * inaccessible and accessible again, which takes two or three system calls. The limit also applies to wasmelt_run and wasmelt_instantiate
 * inside the body on the same stack. A nested limit cannot exceed the outer one, nor the end of the thread's own stack. Generated code
 * cannot skip the page. A host function with a frame larger than a page could, if it is compiled without -fstack-clash-protection; it then
 * uses more stack than the limit. Functions of WASI make sure of 64 KiB of stack before they do anything. */
#define WASMELT_LEAST_STACK ((size_t)(WASMELT_SMALL_SYSTEM ? 1 : 32) * 1024)
wasmelt_trap_code wasmelt_run_limited(size_t stack_bytes, void (*body)(void *argument), void *argument, wasmelt_trap *trap);

/* Ends the innermost wasmelt_run of this thread with a trap. For host functions that modules import, and for generated code. Outside of a
 * wasmelt_run the trap is printed and the process aborts. */
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
