/* Which code a signal may stop between any two instructions: that of modules translated with --interrupt, of which instances are there. */
#ifndef WASMELT_RUNTIME_STOPPABLE_H
#define WASMELT_RUNTIME_STOPPABLE_H

#include <stdbool.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

/* For each instance of the code's; null: the module has none. False when memory is short. */
bool wasmelt_rt_stoppable_add(const void *from, const void *to);
void wasmelt_rt_stoppable_remove(const void *from);

/* Safe in a signal handler; exact for code that the calling thread is in. */
bool wasmelt_rt_stoppable_contains(uintptr_t address);

/* When the runtime is unloaded. */
void wasmelt_rt_stoppable_end(void);

#pragma GCC visibility pop

#endif
