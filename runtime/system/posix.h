/* What the files for POSIX offer those for one such system. */
#ifndef WASMELT_RUNTIME_SYSTEM_POSIX_H
#define WASMELT_RUNTIME_SYSTEM_POSIX_H

#include <stdint.h>

#pragma GCC visibility push(hidden)

/* wasmelt_rt_system_resident by mincore, which counts pages of files as well. */
uint64_t wasmelt_rt_posix_resident(const void *base, uint64_t size);

#pragma GCC visibility pop

#endif
