/* Memory faults as traps. */
#ifndef WASMELT_RUNTIME_FAULT_H
#define WASMELT_RUNTIME_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

/* Installs the handlers once in the process, unless the host has its own. False if the system refuses. */
bool wasmelt_rt_fault_install(void);

/* Checks whether the handlers of the process are still ours. If the default action has been set since, they are installed again. If
 * somebody else's handler has been installed, which may call ours, this object will not be unloaded. Called when instances are made and
 * freed. */
void wasmelt_rt_fault_check(void);

/* Called when the runtime is unloaded: removes the handlers. */
void wasmelt_rt_fault_end(void);

/* Called when a run begins: unblocks the signals that traps need in the calling thread, which is a system call. Returns which of them were
 * blocked, for wasmelt_rt_fault_end_run, which the end of the run calls, however it ends. */
uint64_t wasmelt_rt_fault_begin_run(void);
void wasmelt_rt_fault_end_run(uint64_t blocked);

#pragma GCC visibility pop

#endif
