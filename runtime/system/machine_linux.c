/* The machine and the process, as Linux says. */
#if defined(__linux__)

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "posix.h"
#include "system.h"

/* Counts by the kernel's page map, which distinguishes pages of the memory from pages of a startup image's file that were only read. False
 * if the page map cannot be read. */
static bool resident_by_map(const void *base, uint64_t size, uint64_t page, uint64_t *resident) {
    enum { ENTRIES = 1024, PRESENT = 63, OF_FILE = 61 };
    uint64_t entries[ENTRIES];
    int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    uint64_t first = (uintptr_t)base / page, count = size / page, done = 0;
    *resident = 0;
    while (done < count) {
        uint64_t part = count - done < ENTRIES ? count - done : ENTRIES;
        ssize_t got = pread(fd, entries, (size_t)part * sizeof *entries, (off_t)((first + done) * sizeof *entries));
        if (got < (ssize_t)sizeof *entries)
            break;
        for (uint64_t k = 0; k < (uint64_t)got / sizeof *entries; k++)
            *resident += entries[k] >> PRESENT & ~(entries[k] >> OF_FILE) & 1 ? page : 0;
        done += (uint64_t)got / sizeof *entries;
    }
    close(fd);
    return done == count;
}

uint64_t wasmelt_rt_system_resident(const void *base, uint64_t size) {
    uint64_t resident;
    return resident_by_map(base, size, wasmelt_rt_host_page_size(), &resident) ? resident : wasmelt_rt_posix_resident(base, size);
}

uint64_t wasmelt_rt_system_memory_bytes(void) {
    struct sysinfo info;
    return sysinfo(&info) == 0 ? ((uint64_t)info.totalram + info.totalswap) * info.mem_unit : UINT64_MAX;
}

uint64_t wasmelt_rt_system_seed(void) {
    const void *seed = (const void *)getauxval(AT_RANDOM); /* 16 bytes */
    uint64_t number = 0;
    if (seed)
        memcpy(&number, seed, sizeof number);
    return number;
}

/* ---- Limits ---- */

/* Counts this process's mappings, without stdio, which would allocate a buffer: memory is short. */
static unsigned long count_mappings(void) {
    char block[4096];
    unsigned long lines = 0;
    int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    for (ssize_t got; fd >= 0 && (got = read(fd, block, sizeof block)) > 0;)
        for (ssize_t k = 0; k < got; k++)
            lines += block[k] == '\n';
    if (fd >= 0)
        close(fd);
    return lines;
}

/* The system's limit of mappings; 0 if it cannot be read. */
static unsigned long most_mappings(void) {
    char text[32] = "";
    int fd = open("/proc/sys/vm/max_map_count", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    ssize_t got = read(fd, text, sizeof text - 1);
    close(fd);
    return got > 0 ? strtoul(text, NULL, 10) : 0;
}

/* One more mapping than are needed is for the list in /proc, which does not count. */
system_limits wasmelt_rt_system_limits(unsigned long mappings) {
    struct rlimit space;
    unsigned long most = most_mappings();
    bool is_limited = getrlimit(RLIMIT_AS, &space) == 0 && space.rlim_cur != RLIM_INFINITY;
    return (system_limits){.space = is_limited ? (uint64_t)space.rlim_cur : UINT64_MAX,
                           .mappings = most > 0 && count_mappings() + mappings + 1 >= most ? most : 0};
}

#endif
