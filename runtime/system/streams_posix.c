#if !defined(_WIN32) && !defined(__APPLE__) /* WASI is not for macOS yet */
#include <errno.h>
#include <poll.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "../allocator.h"
#include "system.h"

static int64_t outcome(ssize_t count) {
    return count < 0 ? -errno : count;
}

int64_t wasmelt_rt_system_read(int fd, void *to, size_t size, int64_t at) {
    return outcome(at == SYSTEM_HERE ? read(fd, to, size) : pread(fd, to, size, (off_t)at));
}

/* Where the kernel or the file system cannot write at the end in one step, another process may write there in between. */
static int64_t append(int fd, const void *from, size_t size) {
#ifdef RWF_APPEND
    struct iovec one = {(void *)(uintptr_t)from, size};
    const int64_t done = outcome(pwritev2(fd, &one, 1, 0, RWF_APPEND));
    if (done != -EOPNOTSUPP && done != -ENOSYS)
        return done;
#endif
    if (lseek(fd, 0, SEEK_END) < 0)
        return -errno;
    return outcome(write(fd, from, size));
}

int64_t wasmelt_rt_system_write(int fd, const void *from, size_t size, int64_t at) {
    if (at == SYSTEM_AT_END)
        return append(fd, from, size);
    return outcome(at == SYSTEM_HERE ? write(fd, from, size) : pwrite(fd, from, size, (off_t)at));
}

static int64_t wait_for(struct pollfd *fds, system_wait *list, size_t count, uint64_t nanoseconds) {
    for (size_t k = 0; k < count; k++)
        fds[k] = (struct pollfd){.fd = list[k].fd, .events = (short)((list[k].reads ? POLLIN : 0) | (list[k].writes ? POLLOUT : 0))};
    const struct timespec t = {.tv_sec = (time_t)(nanoseconds / 1000000000u), .tv_nsec = (long)(nanoseconds % 1000000000u)};
    const int ready = ppoll(fds, (nfds_t)count, nanoseconds == UINT64_MAX ? NULL : &t, NULL);
    for (size_t k = 0; ready > 0 && k < count; k++) {
        const bool failed = fds[k].revents & (POLLHUP | POLLERR | POLLNVAL);
        list[k].can_read = list[k].reads && (failed || (fds[k].revents & POLLIN));
        list[k].can_write = list[k].writes && (failed || (fds[k].revents & POLLOUT));
    }
    return outcome(ready);
}

int64_t wasmelt_rt_system_wait(system_wait *list, size_t count, uint64_t nanoseconds) {
    enum { FEW = 16 };
    struct pollfd few[FEW];
    struct pollfd *fds = count <= FEW ? few : wasmelt_rt_allocate(count * sizeof *fds);
    if (!fds)
        return -ENOMEM;
    for (size_t k = 0; k < count; k++)
        list[k].can_read = list[k].can_write = false;
    const int64_t ready = wait_for(fds, list, count, nanoseconds);
    if (fds != few)
        wasmelt_rt_release(fds);
    return ready;
}
#endif
