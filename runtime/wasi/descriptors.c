/* The table of descriptors, which the threads of a program share. The lock protects which descriptor has which number. Functions that use a
 * descriptor hold a reference to it and not the lock, so that a read that waits does not block other threads. */
#include "../allocator.h"
#include "context.h"

/* ---- One descriptor ---- */

uint8_t wasmelt_rt_wasi_filetype(mode_t mode) {
    switch (mode & S_IFMT) {
    case S_IFBLK:
        return FILETYPE_BLOCK_DEVICE;
    case S_IFCHR:
        return FILETYPE_CHARACTER_DEVICE;
    case S_IFDIR:
        return FILETYPE_DIRECTORY;
    case S_IFREG:
        return FILETYPE_REGULAR_FILE;
    case S_IFLNK:
        return FILETYPE_SYMBOLIC_LINK;
    case S_IFSOCK:
        return FILETYPE_SOCKET_STREAM;
    default:
        return FILETYPE_UNKNOWN;
    }
}

static uint8_t socket_type(int host) {
    int type;
    socklen_t length = sizeof type;
    if (getsockopt(host, SOL_SOCKET, SO_TYPE, &type, &length) != 0)
        return FILETYPE_UNKNOWN;
    return type == SOCK_DGRAM ? FILETYPE_SOCKET_DGRAM : FILETYPE_SOCKET_STREAM;
}

descriptor *wasmelt_rt_wasi_fd_new(int host, const system_stat *st) {
    descriptor *d = wasmelt_rt_allocate_zeroed(1, sizeof *d);
    if (!d || pthread_mutex_init(&d->reading, NULL) != 0) {
        wasmelt_rt_release(d);
        return NULL;
    }
    d->references = 1;
    d->host = host;
    d->filetype = S_ISSOCK(st->st_mode) ? socket_type(host) : wasmelt_rt_wasi_filetype(st->st_mode);
    d->is_pipe = S_ISFIFO(st->st_mode);
    d->device = st->st_dev;
    return d;
}

/* Drops a reference. If it was the last, returns the result of closing the host's descriptor. */
static uint32_t release(descriptor *d) {
    if (!d || atomic_fetch_sub(&d->references, 1) > 1)
        return WASI_SUCCESS;
    uint32_t error = d->host >= 0 && close(d->host) != 0 && errno != EINTR ? wasmelt_rt_wasi_errno(errno) : WASI_SUCCESS;
    pthread_mutex_destroy(&d->reading);
    wasmelt_rt_wasi_cookies_free(&d->cookies);
    wasmelt_rt_release(d->preopen);
    wasmelt_rt_release(d);
    return error;
}

void wasmelt_rt_wasi_fd_drop(descriptor **d) {
    int error = errno;
    release(*d);
    errno = error;
}

uint64_t wasmelt_rt_wasi_fd_possible_rights(const descriptor *d, int access) {
    if (d->filetype == FILETYPE_DIRECTORY)
        return RIGHTS_DIRECTORY;
    uint64_t rights = d->filetype == FILETYPE_SOCKET_STREAM || d->filetype == FILETYPE_SOCKET_DGRAM ? RIGHTS_SOCKET : RIGHTS_FILE;
    if (access == O_RDONLY)
        rights &= ~(RIGHT_FD_WRITE | RIGHT_FD_ALLOCATE | RIGHT_FD_FILESTAT_SET_SIZE);
    if (access == O_WRONLY)
        rights &= ~RIGHT_FD_READ;
    /* A guest's libc takes a character device that cannot seek for a terminal. */
    if (d->is_pipe || (d->filetype == FILETYPE_CHARACTER_DEVICE && isatty(d->host)))
        rights &= ~(RIGHT_FD_SEEK | RIGHT_FD_TELL);
    return rights;
}

/* ---- Using ---- */

/* With the lock held: the descriptor, or null. */
static descriptor *at(const wasmelt_wasi *w, uint32_t fd) {
    return fd < w->fd_count ? w->fds[fd] : NULL;
}

uint32_t wasmelt_rt_wasi_fd(wasmelt_wasi *w, uint32_t fd, uint64_t rights, descriptor **d) {
    pthread_mutex_lock(&w->lock);
    *d = at(w, fd);
    if (*d)
        atomic_fetch_add_explicit(&(*d)->references, 1, memory_order_relaxed);
    pthread_mutex_unlock(&w->lock);
    return *d ? wasmelt_rt_wasi_rights(*d, rights) : WASI_BADF;
}

uint32_t wasmelt_rt_wasi_rights(const descriptor *d, uint64_t rights) {
    uint64_t missing = rights & ~d->rights_base;
    if (missing & (RIGHT_FD_READ | RIGHT_FD_WRITE))
        return WASI_BADF;
    return missing ? WASI_NOTCAPABLE : WASI_SUCCESS;
}

uint32_t wasmelt_rt_wasi_fd_count(wasmelt_wasi *w) {
    pthread_mutex_lock(&w->lock);
    uint32_t count = w->fd_count;
    pthread_mutex_unlock(&w->lock);
    return count;
}

/* ---- Changing the table ---- */

/* With the lock held: makes places up to `fd`. */
static bool reserve(wasmelt_wasi *w, uint32_t fd) {
    if (fd < w->fd_count)
        return true;
    uint32_t count = w->fd_count * 2 > fd + 1 ? w->fd_count * 2 : fd + 1;
    descriptor **fds = wasmelt_rt_reallocate(w->fds, count * sizeof *fds);
    if (!fds)
        return false;
    memset(fds + w->fd_count, 0, (count - w->fd_count) * sizeof *fds);
    w->fds = fds;
    w->fd_count = count;
    return true;
}

/* With the lock held: the lowest free place, where `d` is from now on. */
static bool put(wasmelt_wasi *w, descriptor *d, uint32_t from, uint32_t *fd) {
    while (at(w, from))
        from++;
    if (!reserve(w, from))
        return false;
    w->fds[from] = d;
    *fd = from;
    return true;
}

bool wasmelt_rt_wasi_fd_begin(wasmelt_wasi *w) {
    pthread_mutex_lock(&w->lock);
    bool ok = w->fd_used < w->fd_limit;
    w->fd_used += ok;
    pthread_mutex_unlock(&w->lock);
    return ok;
}

void wasmelt_rt_wasi_fd_cancel(wasmelt_wasi *w) {
    pthread_mutex_lock(&w->lock);
    w->fd_used--;
    pthread_mutex_unlock(&w->lock);
}

uint32_t wasmelt_rt_wasi_fd_add(wasmelt_wasi *w, int host, const system_stat *st, int access, uint64_t rights_base,
                                uint64_t rights_inheriting, uint32_t virtual_flags, uint32_t *fd) {
    descriptor *d = wasmelt_rt_wasi_fd_new(host, st);
    if (!d) {
        close(host);
        wasmelt_rt_wasi_fd_cancel(w);
        return WASI_NOMEM;
    }
    d->rights_base = rights_base & wasmelt_rt_wasi_fd_possible_rights(d, access);
    d->rights_inheriting = d->filetype == FILETYPE_DIRECTORY ? rights_inheriting : 0;
    d->virtual_flags = (uint16_t)virtual_flags;
    pthread_mutex_lock(&w->lock);
    bool ok = put(w, d, 0, fd); /* from here on other threads may use and close it */
    w->fd_used -= !ok;
    pthread_mutex_unlock(&w->lock);
    if (ok)
        return WASI_SUCCESS;
    release(d);
    return WASI_NOMEM;
}

uint32_t wasmelt_rt_wasi_fd_again(wasmelt_wasi *w, uint32_t fd, uint32_t *other) {
    pthread_mutex_lock(&w->lock);
    descriptor *d = at(w, fd);
    uint32_t error = !d ? WASI_BADF : w->fd_used >= w->fd_limit ? WASI_MFILE : put(w, d, 0, other) ? WASI_SUCCESS : WASI_NOMEM;
    if (!error) {
        atomic_fetch_add_explicit(&d->references, 1, memory_order_relaxed);
        w->fd_used++;
    }
    pthread_mutex_unlock(&w->lock);
    return error;
}

uint32_t wasmelt_rt_wasi_fd_close(wasmelt_wasi *w, uint32_t fd) {
    pthread_mutex_lock(&w->lock);
    descriptor *d = at(w, fd);
    if (d) {
        w->fds[fd] = NULL;
        w->fd_used--;
    }
    pthread_mutex_unlock(&w->lock);
    return d ? release(d) : WASI_BADF;
}

uint32_t wasmelt_rt_wasi_fd_move(wasmelt_wasi *w, uint32_t fd, uint32_t to) {
    pthread_mutex_lock(&w->lock);
    descriptor *from = at(w, fd), *old = at(w, to);
    bool ok = from && old, moves = ok && from != old;
    if (moves) {
        w->fds[to] = from;
        w->fds[fd] = NULL;
        w->fd_used--;
    }
    pthread_mutex_unlock(&w->lock);
    if (moves)
        release(old);
    return ok ? WASI_SUCCESS : WASI_BADF;
}

/* ---- Setting up ---- */

bool wasmelt_rt_wasi_fd_give(wasmelt_wasi *w, descriptor *d, uint32_t from, uint32_t *fd) {
    bool ok = put(w, d, from, fd);
    if (ok)
        w->fd_used++;
    else
        release(d);
    return ok;
}

bool wasmelt_rt_wasi_fd_replace(wasmelt_wasi *w, uint32_t fd, descriptor *d) {
    if (!reserve(w, fd)) {
        release(d);
        return false;
    }
    w->fd_used += w->fds[fd] == NULL;
    release(w->fds[fd]);
    w->fds[fd] = d;
    return true;
}

void wasmelt_rt_wasi_fd_free_all(wasmelt_wasi *w) {
    for (uint32_t k = 0; k < w->fd_count; k++)
        release(w->fds[k]);
    wasmelt_rt_release(w->fds);
}
