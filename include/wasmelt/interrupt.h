/* Ending a run from outside: by another thread, a signal handler, or at a time. docs/interrupt.md says what can be stopped where,
 * and why that is safe; docs/reference-process.md what it takes of the process. */
#ifndef WASMELT_INTERRUPT_H
#define WASMELT_INTERRUPT_H

#include <wasmelt/target.h>

#include <stdbool.h>
#include <stdint.h>

#include <wasmelt/trap.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a host asks a run to end by. For one run at a time, and one after the other. */
typedef struct wasmelt_interrupter wasmelt_interrupter;

/* Null when memory is short. Any thread. */
wasmelt_interrupter *wasmelt_interrupter_new(void);

/* Null is allowed. No run has it, and no thread is in wasmelt_interrupt with it. Any thread. */
void wasmelt_interrupter_free(wasmelt_interrupter *interrupter);

/* As wasmelt_run, with a run that wasmelt_interrupt ends: then it returns WASMELT_TRAP_INTERRUPTED, and `exit_status` of the trap is what
 * wasmelt_interrupt was given. If that was called before, the body is not. A run inside of the body, of a host function that calls a
 * module, ends first, in the same way; the host function goes on with that, and the code that called it ends as soon as it returns.
 *
 * A function of the host's is never stopped in its midst, only the module's code; see wasmelt_interrupt_here. A module is stopped anywhere
 * if it was translated with --interrupt; otherwise where it calls WASI or waits, and nowhere else.
 *
 * WASMELT_TRAP_OUT_OF_RESOURCES if another run has the interrupter, or the process has no signal or timer for it. */
wasmelt_trap_code wasmelt_run_interruptible(wasmelt_interrupter *interrupter, void (*body)(void *argument), void *argument,
                                            wasmelt_trap *trap);

/* The same with a time, in nanoseconds of CLOCK_MONOTONIC, after which the run ends with WASMELT_TRAP_INTERRUPTED and an `exit_status`
 * of 0. */
wasmelt_trap_code wasmelt_run_until(uint64_t deadline, void (*body)(void *argument), void *argument, wasmelt_trap *trap);

/* The time so many nanoseconds from now, for wasmelt_run_until; UINT64_MAX if that is beyond all times. Any thread. */
uint64_t wasmelt_deadline_in(uint64_t nanoseconds);

/* Asks the interrupter's run to end, or the next one if there is none, and all after it until wasmelt_interrupter_reset. Returns at once;
 * the first call says why. Any thread, also the run's own, and a signal handler. */
void wasmelt_interrupt(wasmelt_interrupter *interrupter, int32_t why);

/* Takes that back, so that runs are possible again. Any thread. */
void wasmelt_interrupter_reset(wasmelt_interrupter *interrupter);

/* For a host function that takes long, or that a module calls again and again, at a place where it holds nothing: ends the run, as
 * wasmelt_trap_raise does, if it has been asked to end. Costs a load and a comparison if not. */
void wasmelt_interrupt_here(void);

/* Which signal interrupts, said before the first run of the two kinds: it must have the default action, else this returns false. 0:
 * none, so that only modules translated with --interrupt=poll can be stopped, by wasmelt_interrupt, and nothing wakes one that waits;
 * wasmelt_run_until does not run then. Without this it is the last of the real-time signals that has the default action. */
bool wasmelt_interrupt_by(int signal);

#ifdef __cplusplus
}
#endif
#endif
