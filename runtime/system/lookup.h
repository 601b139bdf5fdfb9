/* Looking up the name of a host on a thread of its own, as it takes as long as the system's resolver does (lookup_posix.c). */
#ifndef WASMELT_RUNTIME_SYSTEM_LOOKUP_H
#define WASMELT_RUNTIME_SYSTEM_LOOKUP_H

#include "sockets.h"

#pragma GCC visibility push(hidden)

enum { SYSTEM_MOST_ADDRESSES = 32, SYSTEM_MOST_NAME = 253 };

typedef struct system_lookup system_lookup;

/* Begins a lookup of a name, of at most SYSTEM_MOST_NAME bytes. *fd can be read when it is done; the caller closes it. Null if it cannot
 * begin, and *fd is the number of the error, negative: -EAGAIN if there are too many in this process. */
system_lookup *wasmelt_rt_system_lookup_begin(const char *name, int *fd);

/* The number of addresses, at most SYSTEM_MOST_ADDRESSES; -EINPROGRESS while it runs; or as wasmelt_rt_system_resolve. */
int wasmelt_rt_system_lookup_result(const system_lookup *l, system_address *list);

/* The caller has no more use for it; it may still run. Null is allowed. */
void wasmelt_rt_system_lookup_end(system_lookup *l);

#pragma GCC visibility pop

#endif
