/* Alternate signal stacks, on which exhaustion of a thread's stack is noticed. */
#ifndef WASMELT_RUNTIME_ALTERNATE_H
#define WASMELT_RUNTIME_ALTERNATE_H

#include <stdbool.h>

#pragma GCC visibility push(hidden)

typedef struct alternate alternate;

/* Makes sure that the calling thread has an alternate stack that is large enough. Stores in *own what to release later; null if the host or
 * a library set the stack. False when memory is short. */
bool wasmelt_rt_alternate_have(alternate **own);

/* Releases it; null is allowed. `is_ours`: it belongs to the calling thread, which may have none afterwards. Otherwise it belongs to
 * another thread, and only that thread could stop using it: it remains for the next copy that asks in that thread. */
void wasmelt_rt_alternate_release(alternate *a, bool is_ours);

#pragma GCC visibility pop

#endif
