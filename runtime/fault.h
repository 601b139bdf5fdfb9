/* Memory faults as traps. */
#ifndef WASMELT_RUNTIME_FAULT_H
#define WASMELT_RUNTIME_FAULT_H

#include <stdbool.h>

#pragma GCC visibility push(hidden)

/* Installs the process's handlers, once, and gives this thread an alternate stack; cheap when done before.
 * False when resources are short. */
bool wasmelt_rt_fault_prepare_thread(void);

#pragma GCC visibility pop

#endif
