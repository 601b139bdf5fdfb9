/* How many instances and memories the process has, and the bytes that these take: for leak checks and monitoring. */
#ifndef WASMELT_USAGE_H
#define WASMELT_USAGE_H

#include <wasmelt/target.h>

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct wasmelt_usage {
    uint64_t instances;      /* made and not freed */
    uint64_t memories;       /* the same, those of hosts among them */
    uint64_t memory_bytes;   /* accessible in all of them together */
    uint64_t reserved_bytes; /* of address space, guards included */
} wasmelt_usage;

/* Counts what has been made and not been freed: all zero when everything has been. Any thread may call it. If other threads make
 * or free something meanwhile, the numbers may belong to different moments: an instance counted, its memory not yet. */
void wasmelt_get_usage(wasmelt_usage *usage);

#ifdef __cplusplus
}
#endif
#endif
