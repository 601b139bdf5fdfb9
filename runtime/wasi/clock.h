/* The guest's clocks, for clock.c and poll.c. */
#ifndef WASMELT_WASI_CLOCK_H
#define WASMELT_WASI_CLOCK_H

#include "context.h"

#pragma GCC visibility push(hidden)

/* Stores the present time of the clock; WASI_INVAL if there is no such clock. */
uint32_t wasmelt_rt_wasi_clock_now(const wasmelt_wasi *w, uint32_t id, uint64_t *nanoseconds);

#pragma GCC visibility pop

#endif
