/* How many instances and memories the process has, and how many bytes they take: for leak checks and monitoring. */
#ifndef WASMELT_USAGE_H
#define WASMELT_USAGE_H

#include <wasmelt/target.h>

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct wasmelt_usage {
    uint64_t instances;      /* that were made and not freed */
    uint64_t memories;       /* likewise, including those of hosts */
    uint64_t memory_bytes;   /* accessible bytes in all memories together */
    uint64_t reserved_bytes; /* bytes of address space, including guards */
} wasmelt_usage;

/* Counts what has been made and not been freed: everything is zero when all has been freed. Any thread. If other threads make or free
 * something meanwhile, the numbers may be of different moments: an instance may be counted, but its memory not yet. */
void wasmelt_get_usage(wasmelt_usage *usage);

#ifdef __cplusplus
}
#endif
#endif
