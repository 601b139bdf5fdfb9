/* Reading, writing and waiting for open files on Windows. */
#if defined(_WIN32)

#define RtlGenRandom SystemFunction036 /* the name under which the library exports it */
#include "files_windows.h"

#include <ntsecapi.h>
#include <string.h>

/* ---- Reading and writing ---- */

/* A read or write at an offset moves the position of the handle, which has to be set back. Threads that use a position take turns: one lock
 * for the descriptors with the same remainder. */
static SRWLOCK positions[64];

static SRWLOCK *lock_of(int fd) {
    return &positions[(unsigned)fd % (sizeof positions / sizeof *positions)];
}

/* `at`: the offset, or null for the handle's position. */
static ssize_t transfer_one(HANDLE handle, void *bytes, size_t size, bool writes, const int64_t *at) {
    OVERLAPPED where = {0};
    DWORD part = size < 0x40000000 ? (DWORD)size : 0x40000000, done = 0;
    if (at) {
        where.Offset = (DWORD)*at;
        where.OffsetHigh = (DWORD)(*at >> 32);
    }
    OVERLAPPED *place = at ? &where : NULL;
    if (writes ? WriteFile(handle, bytes, part, &done, place) : ReadFile(handle, bytes, part, &done, place))
        return done;
    DWORD error = GetLastError();
    if (!writes && (error == ERROR_HANDLE_EOF || error == ERROR_BROKEN_PIPE))
        return 0;
    return wasmelt_rt_windows_fail_with(error);
}

/* Until one is not transferred whole: what comes later is for the next call, as it might have to be waited for. */
static ssize_t transfer_list(HANDLE handle, const struct iovec *list, int count, bool writes, bool is_file, const int64_t *at) {
    ssize_t total = 0;
    for (int k = 0; k < count; k++) {
        int64_t offset = at && *at >= 0 ? *at + total : -1; /* -1: the end of the file, wherever that is by then */
        ssize_t done = transfer_one(handle, list[k].iov_base, list[k].iov_len, writes, at ? &offset : NULL);
        if (done < 0 && total == 0)
            return -1;
        total += done > 0 ? done : 0;
        if (done < (ssize_t)list[k].iov_len || (!writes && !is_file))
            break;
    }
    return total;
}

static bool is_file(HANDLE handle) {
    return GetFileType(handle) == FILE_TYPE_DISK;
}

/* The handle of a descriptor that has a position; null with errno. */
static HANDLE handle_of_file(int fd) {
    HANDLE handle = wasmelt_rt_windows_handle(fd);
    if (!handle || is_file(handle))
        return handle;
    errno = ESPIPE;
    return NULL;
}

static ssize_t transfer(int fd, const struct iovec *list, int count, bool writes) {
    static const int64_t at_end = -1;
    HANDLE handle = wasmelt_rt_windows_handle(fd);
    if (!handle)
        return -1;
    if (!is_file(handle))
        return transfer_list(handle, list, count, writes, false, NULL);
    AcquireSRWLockExclusive(lock_of(fd));
    ssize_t done = transfer_list(handle, list, count, writes, true, writes && (wasmelt_rt_windows_flags(fd) & O_APPEND) ? &at_end : NULL);
    ReleaseSRWLockExclusive(lock_of(fd));
    return done;
}

ssize_t readv(int fd, const struct iovec *list, int count) {
    return transfer(fd, list, count, false);
}

ssize_t writev(int fd, const struct iovec *list, int count) {
    return transfer(fd, list, count, true);
}

static ssize_t transfer_at(int fd, const struct iovec *list, int count, int64_t at, bool writes) {
    HANDLE handle = handle_of_file(fd);
    LARGE_INTEGER zero = {.QuadPart = 0}, before;
    ssize_t done = -1;
    if (!handle)
        return -1;
    AcquireSRWLockExclusive(lock_of(fd));
    if (SetFilePointerEx(handle, zero, &before, FILE_CURRENT)) {
        done = transfer_list(handle, list, count, writes, true, &at);
        SetFilePointerEx(handle, before, NULL, FILE_BEGIN);
    } else {
        wasmelt_rt_windows_fail_with(GetLastError());
    }
    ReleaseSRWLockExclusive(lock_of(fd));
    return done;
}

ssize_t preadv(int fd, const struct iovec *list, int count, int64_t at) {
    return transfer_at(fd, list, count, at, false);
}

ssize_t pwritev(int fd, const struct iovec *list, int count, int64_t at) {
    return transfer_at(fd, list, count, at, true);
}

int64_t lseek(int fd, int64_t offset, int whence) {
    HANDLE handle = handle_of_file(fd);
    LARGE_INTEGER to = {.QuadPart = offset}, at;
    if (!handle)
        return -1;
    AcquireSRWLockExclusive(lock_of(fd));
    bool ok = SetFilePointerEx(handle, to, &at, whence == SEEK_SET ? FILE_BEGIN : whence == SEEK_CUR ? FILE_CURRENT : FILE_END);
    DWORD error = GetLastError();
    ReleaseSRWLockExclusive(lock_of(fd));
    return ok ? at.QuadPart : wasmelt_rt_windows_fail_with(error);
}

static int set_end(HANDLE handle, int64_t size) {
    FILE_END_OF_FILE_INFO end = {.EndOfFile.QuadPart = size};
    return SetFileInformationByHandle(handle, FileEndOfFileInfo, &end, sizeof end) ? 0 : wasmelt_rt_windows_fail_with(GetLastError());
}

int ftruncate(int fd, int64_t size) {
    HANDLE handle = wasmelt_rt_windows_handle(fd);
    return handle ? set_end(handle, size) : -1;
}

/* The file grows, if it has to. */
int fallocate(int fd, int mode, int64_t offset, int64_t size) {
    HANDLE handle = wasmelt_rt_windows_handle(fd);
    LARGE_INTEGER now;
    (void)mode;
    if (!handle)
        return -1;
    if (size == 0) {
        errno = EINVAL;
        return -1;
    }
    AcquireSRWLockExclusive(lock_of(fd));
    int result = !GetFileSizeEx(handle, &now)    ? wasmelt_rt_windows_fail_with(GetLastError())
                 : now.QuadPart >= offset + size ? 0
                                                 : set_end(handle, offset + size);
    ReleaseSRWLockExclusive(lock_of(fd));
    return result;
}

int posix_fadvise(int fd, int64_t offset, int64_t size, int advice) {
    (void)offset, (void)size, (void)advice;
    return wasmelt_rt_windows_handle(fd) ? 0 : EBADF;
}

/* Nothing was written through a descriptor for reading, and a directory is in the file system's journal. */
int fsync(int fd) {
    HANDLE handle = wasmelt_rt_windows_handle(fd);
    if (!handle)
        return -1;
    if (!is_file(handle) || (wasmelt_rt_windows_flags(fd) & O_ACCMODE) == O_RDONLY)
        return 0;
    return FlushFileBuffers(handle) ? 0 : wasmelt_rt_windows_fail_with(GetLastError());
}

/* ---- Waiting ---- */

int ioctl(int fd, int request, int *value) {
    HANDLE handle = wasmelt_rt_windows_handle(fd);
    LARGE_INTEGER zero = {.QuadPart = 0}, at, size;
    DWORD available = 0;
    (void)request; /* only FIONREAD */
    *value = 0;
    if (!handle)
        return -1;
    switch (GetFileType(handle)) {
    case FILE_TYPE_PIPE:
        if (PeekNamedPipe(handle, NULL, 0, NULL, &available, NULL))
            *value = available < INT_MAX ? (int)available : INT_MAX;
        return 0;
    case FILE_TYPE_DISK:
        if (SetFilePointerEx(handle, zero, &at, FILE_CURRENT) && GetFileSizeEx(handle, &size) && size.QuadPart > at.QuadPart)
            *value = size.QuadPart - at.QuadPart < INT_MAX ? (int)(size.QuadPart - at.QuadPart) : INT_MAX;
        return 0;
    default:
        return 0;
    }
}

/* What is true of the descriptor now. Files, and what is written to, are always ready. */
static short events_now(int fd, short events) {
    HANDLE handle = wasmelt_rt_windows_handle(fd);
    DWORD count = 0;
    if (!handle)
        return POLLNVAL;
    short ready = events & POLLOUT;
    if (!(events & POLLIN))
        return ready;
    switch (GetFileType(handle)) {
    case FILE_TYPE_PIPE:
        if (!PeekNamedPipe(handle, NULL, 0, NULL, &count, NULL))
            return ready | (GetLastError() == ERROR_BROKEN_PIPE ? POLLHUP : POLLIN);
        return ready | (count > 0 ? POLLIN : 0);
    case FILE_TYPE_CHAR:
        return ready | (!isatty(fd) || (GetNumberOfConsoleInputEvents(handle, &count) && count > 0) ? POLLIN : 0);
    default:
        return ready | POLLIN;
    }
}

int poll(struct pollfd *list, nfds_t count, int milliseconds) {
    int ready = 0;
    (void)milliseconds; /* nobody waits so */
    for (nfds_t k = 0; k < count; k++) {
        list[k].revents = events_now(list[k].fd, list[k].events);
        ready += list[k].revents != 0;
    }
    return ready;
}

/* Looks again after this time: pipes cannot be waited for. */
#define TURN_MILLISECONDS 5

int ppoll(struct pollfd *list, nfds_t count, const struct timespec *longest, const void *mask) {
    int ready = poll(list, count, 0);
    (void)mask;
    if (ready > 0 || (longest && longest->tv_sec == 0 && longest->tv_nsec == 0))
        return ready;
    if (longest && longest->tv_sec == 0 && longest->tv_nsec <= TURN_MILLISECONDS * 1000000) {
        Sleep((DWORD)((longest->tv_nsec + 999999) / 1000000));
        return poll(list, count, 0);
    }
    Sleep(TURN_MILLISECONDS);
    errno = EINTR;
    return -1;
}

int pause(void) {
    Sleep(INFINITE);
    return -1;
}

ssize_t getrandom(void *to, size_t size, unsigned flags) {
    ULONG part = size < 0x10000000 ? (ULONG)size : 0x10000000;
    (void)flags;
    if (RtlGenRandom(to, part))
        return (ssize_t)part;
    errno = EIO;
    return -1;
}

#endif
