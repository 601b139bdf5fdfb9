/* Randomness for the guest, for random.c and WASI 0.2. */
#ifndef WASMELT_WASI_RANDOM_H
#define WASMELT_WASI_RANDOM_H

#include "context.h"

#pragma GCC visibility push(hidden)

/* Fills the bytes, from the kernel or as the context's hooks say. */
uint32_t wasmelt_rt_wasi_random(const wasmelt_wasi *w, uint8_t *out, size_t size);

#pragma GCC visibility pop

#endif
