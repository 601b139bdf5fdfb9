#if defined(__linux__)

#include <errno.h>
#include <linux/magic.h>
#include <malloc.h>
#include <sched.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "system/posix.h"
#include "system/system.h"

/* Makes glibc return memory to the system when the trees and text of a large function are freed, and makes all threads share freed
 * memory. By default, each large block that is freed raises the size from which memory is returned, and each thread keeps an arena of
 * its own. */
void system_start(int *argc, char ***argv) {
    (void)argc, (void)argv;
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
    mallopt(M_ARENA_MAX, 2);
#endif
}

uint64_t system_seed(void) {
    uint64_t seed = 14695981039346656037u;
    const void *random = (const void *)getauxval(AT_RANDOM); /* 16 bytes */
    if (random)
        memcpy(&seed, random, sizeof seed);
    return seed;
}

bool system_random(uint64_t *number) {
    return getrandom(number, sizeof *number, 0) == (ssize_t)sizeof *number;
}

uint32_t system_processors(void) {
    cpu_set_t set;
    int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return count > 0 ? (uint32_t)count : 1;
}

void system_own_path(strbuf *path) {
    char name[4096];
    ssize_t length = readlink("/proc/self/exe", name, sizeof name);
    if (length > 0 && length < (ssize_t)sizeof name)
        strbuf_append(path, name, (size_t)length);
}

void system_machine(strbuf *s, bool whole) {
    struct utsname u;
    if (uname(&u) == 0)
        strbuf_puts(s, u.machine);
    FILE *f = whole ? fopen("/proc/cpuinfo", "re") : NULL;
    char line[8192];
    while (f && fgets(line, sizeof line, f) && line[0] != '\n') /* up to the end of the first processor's description */
        if (strncmp(line, "model name", 10) == 0 || strncmp(line, "flags", 5) == 0 || strncmp(line, "Features", 8) == 0)
            strbuf_puts(s, line);
    if (f)
        fclose(f);
}

bool posix_is_on_procfs(int directory, const char *name) {
    struct statfs fs;
    return (directory >= 0 ? fstatfs(directory, &fs) : statfs(name, &fs)) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

/* A file in memory. */
bool system_pass(system_passed *p, const void *bytes, size_t count) {
    *p = (system_passed){.fd = memfd_create("module", 0)};
    strbuf_printf(&p->name, "/dev/fd/%d", p->fd);
    if (p->fd >= 0 && posix_write_all(p->fd, bytes, count))
        return true;
    int error = errno;
    system_pass_end(p);
    errno = error;
    return false;
}

#endif
