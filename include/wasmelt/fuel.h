/* Fuel: how much of a module's code a thread may still execute. Only code of modules translated with --fuel counts. Every build of such a
 * module counts the same, whatever the C compiler, its level and the other options; docs/fuel.md says what costs how much.
 *
 * Each thread has one number of units, which all modules that run on the thread share, including those that they call and that functions
 * of the host call. A thread begins with WASMELT_FUEL_WITHOUT_LIMIT; a thread that a module starts (wasi-threads) gets half of what its
 * starter has then. All functions are for the calling thread, inside and outside of a run, but
 * not in signal handlers, and cost a few instructions. Each copy of the
 * runtime in a process has numbers of its own. */
#ifndef WASMELT_FUEL_H
#define WASMELT_FUEL_H

#include <wasmelt/target.h>

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* So much that no program uses it up in its lifetime. The fuel left tells what has been used even then. */
#define WASMELT_FUEL_WITHOUT_LIMIT UINT64_MAX

/* Sets how much fuel the thread has: before a run, between runs, or in a host function to give more. */
void wasmelt_fuel_set(uint64_t units);

/* How much fuel the thread has left. */
uint64_t wasmelt_fuel_left(void);

/* Uses fuel for work that a host function is about to do. If there is less left than that, uses none and ends the innermost wasmelt_run
 * with WASMELT_TRAP_OUT_OF_FUEL, as code of a module does: then what is left would not have paid for what was to come next. The instance
 * can be used again. */
void wasmelt_fuel_use(uint64_t units);

#ifdef __cplusplus
}
#endif
#endif
