/* Alternate signal stacks, on which exhaustion of a thread's stack is noticed. */
#ifndef WASMELT_RUNTIME_ALTERNATE_H
#define WASMELT_RUNTIME_ALTERNATE_H

#include <stdbool.h>

#pragma GCC visibility push(hidden)

typedef struct alternate alternate;

/* Makes sure that the calling thread has an alternate stack that is large enough. *own is what to release later; null if the
 * stack was set by the host or a library. False when memory is short. */
bool wasmelt_rt_alternate_have(alternate **own);

/* Null is allowed. `is_ours`: it is the calling thread's, which may then have none any more; else another's, which nobody
 * but that thread can take from it: it stays, for the next that asks in that thread. */
void wasmelt_rt_alternate_release(alternate *a, bool is_ours);

#pragma GCC visibility pop

#endif
