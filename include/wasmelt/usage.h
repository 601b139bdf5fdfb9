/* What the whole process has of instances and memories: for leak checks and monitoring. */
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

/* What there is now; all zero when everything has been freed. Any thread; while others make or free something, the
 * numbers need not belong to one moment. */
void wasmelt_get_usage(wasmelt_usage *usage);

#ifdef __cplusplus
}
#endif
#endif
