#include "shortage.h"

#include <inttypes.h>
#include <stdio.h>

#include "facts/address_space.h"
#include "not_unwound.h"
#include "system/system.h"

/* A memory takes up to three mappings, two of which are made from one when it becomes accessible. */
enum { MAPPINGS_NEEDED = 3 };

/* A number of bytes as a reader wants it. */
typedef struct rounded {
    uint64_t number;
    const char *unit;
} rounded;

static rounded round_bytes(uint64_t bytes) {
    return bytes >> 20 ? (rounded){bytes >> 20, "MiB"} : (rounded){(bytes + 1023) >> 10, "KiB"};
}

void wasmelt_rt_shortage_of_memory(const wasmelt_memory_type *type, bool host_gives_space, char *message, size_t size) {
    system_limits limits = wasmelt_rt_system_limits(MAPPINGS_NEEDED);
    rounded wanted = round_bytes(memory_wanted_bytes(type, memory_type_limit(type))), least = round_bytes(memory_least_bytes(type));
    if (limits.mappings > 0)
        snprintf(message, size, "no linear memory: the process has as many mappings as the kernel allows (vm.max_map_count is %lu)",
                 limits.mappings);
    else if (host_gives_space)
        snprintf(message, size,
                 "no linear memory: the host's own address space has no %" PRIu64 " %s for it, or the kernel no %" PRIu64 " %s of memory",
                 wanted.number, wanted.unit, least.number, least.unit);
    else if (limits.space < UINT64_MAX)
        snprintf(message, size, "no linear memory: address space is limited to %" PRIu64 " MiB (ulimit -v)%s", limits.space >> 20,
                 memory_has_guard(type) ? ", and this one reserves 6 GiB; --bounds=explicit reserves less" : "");
    else
        snprintf(message, size, "no linear memory: the kernel has no %" PRIu64 " %s of address space and %" PRIu64 " %s of memory for it",
                 wanted.number, wanted.unit, least.number, least.unit);
}
