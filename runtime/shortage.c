#include "shortage.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "facts/address_space.h"

/* A memory takes up to three mappings, two of which an mprotect makes from one; one more is for the list in /proc, which does not count. */
enum { MAPPINGS_NEEDED = 4 };

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

void wasmelt_rt_shortage_of_memory(const wasmelt_memory_type *type, bool host_gives_space, char *message, size_t size) {
    struct rlimit space;
    uint64_t wanted = memory_wanted_bytes(type, memory_type_limit(type)), least = memory_least_bytes(type);
    unsigned long most = most_mappings();
    if (most > 0 && count_mappings() + MAPPINGS_NEEDED >= most)
        snprintf(message, size, "no linear memory: the process has as many mappings as the kernel allows (vm.max_map_count is %lu)", most);
    else if (host_gives_space)
        snprintf(message, size,
                 "no linear memory: the host's own address space has no %" PRIu64 " MiB for it, or the kernel no %" PRIu64 " of memory",
                 wanted >> 20, least >> 20);
    else if (getrlimit(RLIMIT_AS, &space) == 0 && space.rlim_cur != RLIM_INFINITY)
        snprintf(message, size, "no linear memory: address space is limited to %" PRIu64 " MiB (ulimit -v)%s",
                 (uint64_t)space.rlim_cur >> 20,
                 memory_has_guard(type) ? ", and this one reserves 6 GiB; --bounds=explicit reserves less" : "");
    else
        snprintf(message, size, "no linear memory: the kernel has no %" PRIu64 " MiB of address space and %" PRIu64 " of memory for it",
                 wanted >> 20, least >> 20);
}
