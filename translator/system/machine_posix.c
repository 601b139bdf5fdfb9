#if !defined(_WIN32) && !defined(__linux__)

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include <unistd.h>
#ifdef __APPLE__
#include <mach-o/dyld.h>
#endif

#include "system/posix.h"
#include "system/system.h"

static uint64_t seed;

void system_start(int *argc, char ***argv) {
    (void)argc, (void)argv;
    if (!system_random(&seed))
        seed = (uint64_t)getpid();
}

bool system_random(uint64_t *number) {
    return getentropy(number, sizeof *number) == 0;
}

uint64_t system_seed(void) {
    return seed;
}

uint32_t system_processors(void) {
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 && count < 100000 ? (uint32_t)count : 1;
}

void system_own_path(strbuf *path) {
#ifdef __APPLE__
    char name[4096];
    uint32_t size = sizeof name;
    char *real = _NSGetExecutablePath(name, &size) == 0 ? realpath(name, NULL) : NULL;
#else
    char *real = realpath("/proc/curproc/file", NULL);
#endif
    if (real)
        strbuf_puts(path, real);
    free(real);
}

void system_machine(strbuf *s, bool whole) {
    struct utsname u;
    (void)whole;
    if (uname(&u) == 0)
        strbuf_puts(s, u.machine);
}

bool posix_is_on_procfs(int directory, const char *name) {
    (void)directory, (void)name;
    return false;
}

/* A file in a directory of its own. */
bool system_pass(system_passed *p, const void *bytes, size_t count) {
    *p = (system_passed){.fd = -1};
    if (!system_make_scratch(system_temporary_directory(), "wasmelt-", &p->name))
        return false;
    p->has_file = true;
    strbuf_puts(&p->name, "/file");
    p->fd = open(p->name.data, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool ok = p->fd >= 0 && posix_write_all(p->fd, bytes, count);
    int error = errno;
    if (!ok)
        system_pass_end(p);
    errno = error;
    return ok;
}

#endif
