/* The machine and the process, as far as POSIX says. */
#if !defined(_WIN32) && !defined(__linux__)

#include <sys/resource.h>
#include <unistd.h>

#include "system.h"
#include "posix.h"

uint64_t wasmelt_rt_system_resident(const void *base, uint64_t size) {
    return wasmelt_rt_posix_resident(base, size);
}

uint64_t wasmelt_rt_system_memory_bytes(void) {
#if defined(_SC_PHYS_PAGES)
    long pages = sysconf(_SC_PHYS_PAGES);
    return pages > 0 ? (uint64_t)pages * wasmelt_rt_host_page_size() : UINT64_MAX;
#else
    return UINT64_MAX;
#endif
}

/* Addresses differ from process to process. */
uint64_t wasmelt_rt_system_seed(void) {
    return (uint64_t)(uintptr_t)&wasmelt_rt_system_seed;
}

system_limits wasmelt_rt_system_limits(unsigned long mappings) {
    struct rlimit space;
    bool is_limited = getrlimit(RLIMIT_AS, &space) == 0 && space.rlim_cur != RLIM_INFINITY;
    (void)mappings;
    return (system_limits){.space = is_limited ? (uint64_t)space.rlim_cur : UINT64_MAX};
}

#endif
