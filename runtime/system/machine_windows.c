/* The machine and the process, as Windows says. */
#if defined(_WIN32)

#define RtlGenRandom SystemFunction036 /* the name under which the library exports it */
#include <pthread.h>
#include <windows.h>

#include <ntsecapi.h>

#include "system.h"

/* Committed pages: the working set says nothing of pages that were never touched, and asking for each page takes a call of psapi. */
uint64_t wasmelt_rt_system_resident(const void *base, uint64_t size) {
    MEMORY_BASIC_INFORMATION part;
    uintptr_t at = (uintptr_t)base, end = at + (uintptr_t)size;
    uint64_t resident = 0;
    while (at < end && VirtualQuery((void *)at, &part, sizeof part) == sizeof part) {
        uintptr_t next = (uintptr_t)part.BaseAddress + part.RegionSize;
        if (next > end)
            next = end;
        if (part.State == MEM_COMMIT)
            resident += next - at;
        at = next;
    }
    return resident;
}

uint64_t wasmelt_rt_system_memory_bytes(void) {
    MEMORYSTATUSEX status = {.dwLength = sizeof status};
    return GlobalMemoryStatusEx(&status) ? status.ullTotalPageFile : UINT64_MAX;
}

static uint64_t seed;

static void make_seed(void) {
    if (!RtlGenRandom(&seed, sizeof seed))
        seed = 0;
}

uint64_t wasmelt_rt_system_seed(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_seed);
    return seed;
}

system_limits wasmelt_rt_system_limits(unsigned long mappings) {
    (void)mappings;
    return (system_limits){.space = UINT64_MAX};
}

#endif
