/* What WASI asks of the system about files and about the process, by the names and with the meaning that POSIX gives them. Where there is
 * POSIX these are the functions of the C library. Windows has files_windows.c, for what the runtime asks and no more:
 * - Descriptors are those of the C runtime, to which belong handles without translation of text.
 * - Functions that take a directory and a name (openat and so on) take one name and not a path, except that "/" may follow it. Names that
 *   mean something else on Windows are EINVAL; nothing that is a reparse point, as symbolic links are, is opened (ELOOP).
 * Included after other headers of the system. */
#ifndef WASMELT_RUNTIME_SYSTEM_FILES_H
#define WASMELT_RUNTIME_SYSTEM_FILES_H

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#if defined(_WIN32)
#include <io.h>
#include <pthread.h>
#else
#include <dirent.h>
#include <endian.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/uio.h>
#endif

#pragma GCC visibility push(hidden)

/* Opens a whole path by the kernel, which finds nothing that is not beneath `dir`, and no link of procfs. -1 with errno; EPERM for an
 * attempt to escape; another error for "." if the kernel cannot do that. */
int wasmelt_rt_files_open_beneath(int dir, const char *path, int flags, mode_t mode);

/* Whether an open directory or file is in procfs. */
bool wasmelt_rt_files_in_procfs(int fd);

/* An entry of a directory. */
typedef struct files_entry {
    uint64_t ino;
    int64_t next;    /* the position of the entry after it */
    uint16_t length; /* of this record, in bytes */
    uint8_t type;    /* DT_UNKNOWN or a type for DTTOIF */
    char name[];
} files_entry;

/* Goes to a position in a directory, 0 or what an entry said. -1 with errno. */
int wasmelt_rt_files_go_to_entry(int dir, uint64_t position);
/* Reads at least one entry; how many bytes were stored, 0 at the end, -1 with errno. */
long wasmelt_rt_files_read_entries(int dir, void *block, size_t size);

#if !defined(_WIN32)

typedef struct stat system_stat;

/* A write to a pipe without a reader raises SIGPIPE. */
#define SYSTEM_HAS_SIGPIPE 1
#define SYSTEM_NULL_DEVICE "/dev/null"

/* The arguments of the program, and its environment, in UTF-8 or whatever they are; null if memory is short, or there is none. */
static inline char **files_arguments(char **argv) {
    return argv;
}
static inline char **files_environment(void) {
    return environ;
}

#else

#define SYSTEM_HAS_SIGPIPE 0
#define SYSTEM_NULL_DEVICE "NUL"

/* Windows has only little-endian machines. */
#define le32toh(x) (x)

#undef off_t
#define off_t int64_t

typedef struct system_stat {
    uint32_t st_dev;
    uint64_t st_ino;
    uint32_t st_mode;
    uint64_t st_nlink;
    int64_t st_size;
    struct timespec st_atim, st_mtim, st_ctim;
} system_stat;

#undef S_IFLNK
#undef S_IFSOCK
#undef S_IFBLK
#undef S_ISLNK
#undef S_ISSOCK
enum { S_IFBLK = 0x6000, S_IFLNK = 0xA000, S_IFSOCK = 0xC000 };
#define S_ISLNK(mode) (((mode)&S_IFMT) == S_IFLNK)
#define S_ISSOCK(mode) (((mode)&S_IFMT) == S_IFSOCK)

#undef O_ACCMODE
/* Flags of open(2) that the C runtime has not, with bits that it does not use. */
enum {
    O_ACCMODE = 3,
    O_CLOEXEC = O_NOINHERIT,
    O_NOCTTY = 0,
    O_DIRECTORY = 0x100000,
    O_NOFOLLOW = 0x200000,
    O_PATH = 0x400000,
    O_NONBLOCK = 0x800000,
    O_DSYNC = 0x1000000,
    O_SYNC = 0x3000000
};
enum { F_GETFL = 1, F_SETFL, F_DUPFD_CLOEXEC };
enum { AT_FDCWD = -100, AT_SYMLINK_NOFOLLOW = 0x100, AT_REMOVEDIR = 0x200, AT_EMPTY_PATH = 0x1000 };
enum { UTIME_NOW = 0x3FFFFFFF, UTIME_OMIT = 0x3FFFFFFE };
enum { POSIX_FADV_NORMAL, POSIX_FADV_RANDOM, POSIX_FADV_SEQUENTIAL, POSIX_FADV_WILLNEED, POSIX_FADV_DONTNEED, POSIX_FADV_NOREUSE };
enum { DT_UNKNOWN = 0, DT_DIR = 4, DT_REG = 8, DT_LNK = 10 };
#define DTTOIF(type) ((mode_t)((type) << 12))
#undef NAME_MAX
#undef PATH_MAX
enum { NAME_MAX = 765, PATH_MAX = 4096 }; /* 255 units of UTF-16 are at most 765 bytes of UTF-8 */

/* Errors that the C runtime has not. Nothing returns them. */
enum { EDQUOT = 10069, ESTALE = 10070, EMULTIHOP = 10200 };

struct iovec {
    void *iov_base;
    size_t iov_len;
};

struct pollfd {
    int fd;
    short events, revents;
};
typedef size_t nfds_t;
enum { POLLIN = 1, POLLOUT = 4, POLLERR = 8, POLLHUP = 16, POLLNVAL = 32 };
enum { FIONREAD = 1 };

#define open wasmelt_rt_windows_open
#define openat wasmelt_rt_windows_openat
#define close wasmelt_rt_windows_close
#define fcntl wasmelt_rt_windows_fcntl
#define fstat wasmelt_rt_windows_fstat
#define fstatat wasmelt_rt_windows_fstatat
#define isatty wasmelt_rt_windows_isatty
#define readv wasmelt_rt_windows_readv
#define writev wasmelt_rt_windows_writev
#define preadv wasmelt_rt_windows_preadv
#define pwritev wasmelt_rt_windows_pwritev
#define lseek wasmelt_rt_windows_lseek
#define ftruncate wasmelt_rt_windows_ftruncate
#define fallocate wasmelt_rt_windows_fallocate
#define posix_fadvise wasmelt_rt_windows_fadvise
#define fsync wasmelt_rt_windows_fsync
#define fdatasync wasmelt_rt_windows_fsync
#define futimens wasmelt_rt_windows_futimens
#define utimensat wasmelt_rt_windows_utimensat
#define mkdirat wasmelt_rt_windows_mkdirat
#define unlinkat wasmelt_rt_windows_unlinkat
#define renameat wasmelt_rt_windows_renameat
#define linkat wasmelt_rt_windows_linkat
#define symlinkat wasmelt_rt_windows_symlinkat
#define readlinkat wasmelt_rt_windows_readlinkat
#define poll wasmelt_rt_windows_poll
#define ppoll wasmelt_rt_windows_ppoll
#define ioctl wasmelt_rt_windows_ioctl
#define getrandom wasmelt_rt_windows_getrandom
#define pause wasmelt_rt_windows_pause

/* A path of the host, in UTF-8. */
int open(const char *path, int flags);
int openat(int dir, const char *name, int flags, ...);
int close(int fd);
/* F_GETFL; F_SETFL, which can change O_APPEND and O_NONBLOCK; F_DUPFD_CLOEXEC from 3 on. */
int fcntl(int fd, int command, ...);
int fstat(int fd, system_stat *st);
int fstatat(int dir, const char *name, system_stat *st, int flags);
int isatty(int fd);
ssize_t readv(int fd, const struct iovec *list, int count);
ssize_t writev(int fd, const struct iovec *list, int count);
ssize_t preadv(int fd, const struct iovec *list, int count, int64_t at);
ssize_t pwritev(int fd, const struct iovec *list, int count, int64_t at);
int64_t lseek(int fd, int64_t offset, int whence);
int ftruncate(int fd, int64_t size);
int fallocate(int fd, int mode, int64_t offset, int64_t size);
int posix_fadvise(int fd, int64_t offset, int64_t size, int advice);
int fsync(int fd);
int futimens(int fd, const struct timespec times[2]);
/* Only with AT_EMPTY_PATH. */
int utimensat(int fd, const char *name, const struct timespec times[2], int flags);
int mkdirat(int dir, const char *name, mode_t mode);
int unlinkat(int dir, const char *name, int flags);
int renameat(int from_dir, const char *from, int to_dir, const char *to);
int linkat(int from_dir, const char *from, int to_dir, const char *to, int flags);
/* Links are not made: EOPNOTSUPP. */
int symlinkat(const char *target, int dir, const char *name);
ssize_t readlinkat(int dir, const char *name, char *target, size_t size);
int poll(struct pollfd *list, nfds_t count, int milliseconds);
/* Ends by EINTR now and then, for whoever has to look whether the run goes on. */
int ppoll(struct pollfd *list, nfds_t count, const struct timespec *longest, const void *mask);
int ioctl(int fd, int request, int *value);
ssize_t getrandom(void *to, size_t size, unsigned flags);
int pause(void);

char **wasmelt_rt_windows_environment(void);
char **wasmelt_rt_windows_arguments(void);
static inline char **files_arguments(char **argv) {
    (void)argv; /* in the system's old encoding */
    return wasmelt_rt_windows_arguments();
}
static inline char **files_environment(void) {
    return wasmelt_rt_windows_environment();
}

/* There are no sockets: no descriptor is one, and nothing calls these. */
struct msghdr {
    struct iovec *msg_iov;
    size_t msg_iovlen;
    int msg_flags;
};
typedef int socklen_t;
enum { SOCK_CLOEXEC = 0, SOCK_NONBLOCK = 0, SOCK_DGRAM = 2, SOL_SOCKET = 1, SO_TYPE = 3 };
enum { MSG_PEEK = 2, MSG_TRUNC = 0x20, MSG_WAITALL = 0x100, MSG_NOSIGNAL = 0 };
enum { SHUT_RD, SHUT_WR, SHUT_RDWR };
static inline int files_no_socket(void) {
    errno = ENOTSOCK;
    return -1;
}
#define getsockopt(fd, level, name, value, size) ((void)(fd), (void)(value), (void)(size), files_no_socket())
#define accept4(fd, address, size, flags) ((void)(fd), (void)(flags), files_no_socket())
#define recvmsg(fd, message, flags) ((void)(flags), files_no_socket())
#define sendmsg(fd, message, flags) ((void)(message), files_no_socket())
#define shutdown(fd, how) ((void)(how), files_no_socket())

#endif

#pragma GCC visibility pop

#endif
