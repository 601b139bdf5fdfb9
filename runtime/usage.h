/* Counting what the process has of instances and memories, for wasmelt_get_usage. */
#ifndef WASMELT_RUNTIME_USAGE_H
#define WASMELT_RUNTIME_USAGE_H

#include <stdint.h>

/* What has been added, or, as negative numbers modulo 2^64, taken away. Any thread. */
void usage_memory(uint64_t memories, uint64_t bytes, uint64_t reserved_bytes);
void usage_instances(uint64_t instances);

#endif
