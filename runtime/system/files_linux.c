/* Files, by what only Linux has. */
#if defined(__linux__)

#include <sys/syscall.h>
#include <sys/vfs.h>

#include "files.h"
#include "kernel.h"

int wasmelt_rt_files_open_beneath(int dir, const char *path, int flags, mode_t mode) {
    struct kernel_open_how how = {
        .flags = (uint64_t)(unsigned)flags | O_CLOEXEC,
        .mode = flags & O_CREAT ? mode : 0,
        .resolve = KERNEL_RESOLVE_BENEATH | KERNEL_RESOLVE_NO_MAGICLINKS,
    };
    for (int tries = 0; tries < 64; tries++) {
        long fd = syscall(SYS_openat2, dir, path, &how, sizeof how);
        if (fd >= 0)
            return (int)fd;
        if (errno != EAGAIN && errno != EINTR) /* EAGAIN: a directory was renamed while ".." was resolved */
            break;
    }
    if (errno == EXDEV)
        errno = EPERM;
    return -1;
}

bool wasmelt_rt_files_in_procfs(int fd) {
    struct statfs fs;
    return fstatfs(fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

int wasmelt_rt_files_go_to_entry(int dir, uint64_t position) {
    return lseek(dir, (off_t)position, SEEK_SET) < 0 ? -1 : 0;
}

/* The records of the kernel (getdents64(2)) are those of files_entry. */
long wasmelt_rt_files_read_entries(int dir, void *block, size_t size) {
    return syscall(SYS_getdents64, dir, block, size);
}

#endif
