/* Ending a run from outside: by another thread, by a signal handler, or at a time. docs/interrupt.md says what can be stopped where and why
 * that is safe; docs/reference-process.md says what this uses of the process. */
#ifndef WASMELT_INTERRUPT_H
#define WASMELT_INTERRUPT_H

#include <wasmelt/target.h>

#include <stdbool.h>
#include <stdint.h>

#include <wasmelt/trap.h>

#ifdef __cplusplus
extern "C" {
#endif

/* With an interrupter a host asks a run to end. It is for one run at a time, and can be used for several runs, one after the other. */
typedef struct wasmelt_interrupter wasmelt_interrupter;

/* Makes an interrupter. Null when memory is short. Any thread. */
wasmelt_interrupter *wasmelt_interrupter_new(void);

/* Frees an interrupter; null is allowed. No run may be using it, and no thread may be in wasmelt_interrupt with it. Any thread. */
void wasmelt_interrupter_free(wasmelt_interrupter *interrupter);

/* Like wasmelt_run, for a run that wasmelt_interrupt can end. The run then returns WASMELT_TRAP_INTERRUPTED, and `exit_status` of the trap
 * is the number that wasmelt_interrupt was given. If wasmelt_interrupt has been called before, the body is not called. If the body calls a
 * host function that runs a module itself, that inner run ends first, in the same way; the host function continues with its result, and the
 * code that called it ends as soon as the host function returns.
 *
 * Only the module's code is stopped, never a function of the host; see wasmelt_interrupt_here. A module that was translated with
 * --interrupt can be stopped anywhere; others only where they call WASI or wait.
 *
 * Returns WASMELT_TRAP_OUT_OF_RESOURCES if another run is using the interrupter, or if the process has no signal or timer for it. */
wasmelt_trap_code wasmelt_run_interruptible(wasmelt_interrupter *interrupter, void (*body)(void *argument), void *argument,
                                            wasmelt_trap *trap);

/* The same with a time, in nanoseconds of CLOCK_MONOTONIC, at which the run ends with WASMELT_TRAP_INTERRUPTED and an `exit_status` of
 * 0. */
wasmelt_trap_code wasmelt_run_until(uint64_t deadline, void (*body)(void *argument), void *argument, wasmelt_trap *trap);

/* The time `nanoseconds` from now, for wasmelt_run_until; UINT64_MAX if that is too far away for a time. Any thread. */
uint64_t wasmelt_deadline_in(uint64_t nanoseconds);

/* Asks the interrupter's run to end or, if there is none, the next one; and all runs after it until wasmelt_interrupter_reset. Returns at
 * once. If it is called several times, `why` of the first call counts. Any thread, including the run's own, and a signal handler. */
void wasmelt_interrupt(wasmelt_interrupter *interrupter, int32_t why);

/* Cancels the request, so that runs are possible again. Any thread. */
void wasmelt_interrupter_reset(wasmelt_interrupter *interrupter);

/* For a host function that takes long, or that a module calls again and again: call this where the function holds nothing. If the run has
 * been asked to end, it ends here, as with wasmelt_trap_raise. Otherwise the call costs a load and a comparison. */
void wasmelt_interrupt_here(void);

/* Chooses the signal that interrupts; to be called before the first run of these two kinds. The signal must have the default action,
 * otherwise this returns false. By default it is the last of the real-time signals that has the default action. With 0 there is no signal:
 * then only modules translated with --interrupt=poll can be stopped, by wasmelt_interrupt, and nothing wakes a module that waits; and
 * wasmelt_run_until does not call its body. */
bool wasmelt_interrupt_by(int signal);

#ifdef __cplusplus
}
#endif
#endif
