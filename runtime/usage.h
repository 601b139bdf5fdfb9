/* Counts instances and memories of the process, for wasmelt_get_usage. */
#ifndef WASMELT_RUNTIME_USAGE_H
#define WASMELT_RUNTIME_USAGE_H

#include <stdint.h>

#pragma GCC visibility push(hidden)

/* Adds to the counts. To subtract, pass negative numbers modulo 2^64. Any thread. */
void wasmelt_rt_usage_memory(uint64_t memories, uint64_t bytes, uint64_t reserved_bytes);
void wasmelt_rt_usage_instances(uint64_t instances);

#pragma GCC visibility pop

#endif
