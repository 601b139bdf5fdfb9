/* Small systems: those without virtual memory, signals, threads and files, such as microcontrollers. There the runtime consists of fewer
 * files, and needs a few functions of the C library (docs/small-systems.md lists them) and those below.
 *
 * Only one thread of control at a time may use the runtime and modules: one task of a real-time system, and no interrupt handler.
 *
 * Code of modules compares addresses with the size of the memory, and functions that call others ask how much stack is left. */
#ifndef WASMELT_SMALL_H
#define WASMELT_SMALL_H

#include <wasmelt/target.h>

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- What the host provides ---- */

/* Stores the lowest address that modules may use of the stack on which the caller runs, and the address above its highest. Whatever else
 * uses this stack, such as handlers of interrupts, needs room below *low. Called when a run begins on a stack that is not the one it
 * stored last. */
void wasmelt_host_stack(uintptr_t *low, uintptr_t *high);

/* The program cannot go on: `what` says what has happened, and `why` the reason. Must not return. */
#if defined(__cplusplus)
[[noreturn]]
#else
_Noreturn
#endif
void wasmelt_host_panic(const char *what, const char *why);

#ifdef __cplusplus
}
#endif
#endif
