/* The code that a signal may stop between any two instructions: that of modules translated with --interrupt, as long as they have
 * instances. */
#ifndef WASMELT_RUNTIME_STOPPABLE_H
#define WASMELT_RUNTIME_STOPPABLE_H

#include <stdbool.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

/* Called for each instance of a module, with the range of its stoppable code; null: it has none. False when memory is short. */
bool wasmelt_rt_stoppable_add(const void *from, const void *to);
void wasmelt_rt_stoppable_remove(const void *from);

/* Whether the address is in stoppable code. Safe in a signal handler; exact for code in which the calling thread is. */
bool wasmelt_rt_stoppable_contains(uintptr_t address);

/* Called when the runtime is unloaded: frees the list. */
void wasmelt_rt_stoppable_end(void);

#pragma GCC visibility pop

#endif
