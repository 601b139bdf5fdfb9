/* poll_oneoff, for both versions of WASI. */
#ifndef WASMELT_WASI_POLL_H
#define WASMELT_WASI_POLL_H

#include "context.h"

#pragma GCC visibility push(hidden)

/* The offsets of the members of a subscription. */
typedef struct subscription_layout {
    unsigned size, clock_id, timeout, flags, fd;
} subscription_layout;

uint32_t wasmelt_rt_poll_guest(wasmelt_wasi *w, const subscription_layout *layout, uint32_t in, uint32_t out, uint32_t nsubscriptions,
                               uint32_t nevents);

#pragma GCC visibility pop

#endif
