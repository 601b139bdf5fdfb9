/* Counting what the process has of instances and memories, for wasmelt_get_usage. */
#ifndef WASMELT_RUNTIME_USAGE_H
#define WASMELT_RUNTIME_USAGE_H

#include <stdint.h>

#pragma GCC visibility push(hidden)

/* What has been added, or, as negative numbers modulo 2^64, taken away. Any thread. */
void wasmelt_rt_usage_memory(uint64_t memories, uint64_t bytes, uint64_t reserved_bytes);
void wasmelt_rt_usage_instances(uint64_t instances);

#pragma GCC visibility pop

#endif
