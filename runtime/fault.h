/* Memory faults as traps. */
#ifndef WASMELT_RUNTIME_FAULT_H
#define WASMELT_RUNTIME_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

/* Installs the process's handlers, once, unless the host has its own. False if the system refuses. */
bool wasmelt_rt_fault_install(void);

/* Looks whether the process's handlers still are ours. If the default action was set since, ours are installed again; if somebody
 * else's handler was, which may call ours, this object is never unloaded. Called when instances are made and freed. */
void wasmelt_rt_fault_check(void);

/* When the runtime is unloaded: takes the handlers back. */
void wasmelt_rt_fault_end(void);

/* Unblocks the signals that traps need in the calling thread, which is a system call. Returns which of them were blocked,
 * for wasmelt_rt_signals_block. */
uint64_t wasmelt_rt_signals_unblock(void);
void wasmelt_rt_signals_block(uint64_t blocked);

#pragma GCC visibility pop

#endif
