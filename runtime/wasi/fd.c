/* Functions on an open descriptor, except reading the entries of a directory. */
#include "io.h"
#include "stat.h"

/* ---- Reading and writing ---- */

static ssize_t stream_io(const descriptor *d, const buffers *b, bool writing) {
    ssize_t total = 0;
    for (int k = 0; k < b->count; k++) {
        const struct iovec *v = &b->list[k];
        int64_t done = writing ? d->stream->write(d->stream_context, v->iov_base, v->iov_len)
                               : d->stream->read(d->stream_context, v->iov_base, v->iov_len);
        if (done < 0 && total == 0) {
            errno = (int)-done;
            return -1;
        }
        total += done > 0 ? (ssize_t)done : 0;
        if (done < (int64_t)v->iov_len)
            break;
    }
    return total;
}

static bool is_directory(const descriptor *d) {
    return d->filetype == FILETYPE_DIRECTORY;
}

uint32_t wasmelt_wasi_fd_read(void *wasi, uint32_t fd, uint32_t iovs, uint32_t iovs_len, uint32_t nread) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    HELD descriptor *d = NULL;
    buffers b;
    uint8_t *out = guest_at(w, nread, 4);
    uint32_t error = wasmelt_rt_wasi_fd(w, fd, 0, &d);
    if (!error && is_directory(d))
        return WASI_ISDIR;
    if (!error)
        error = wasmelt_rt_wasi_rights(d, RIGHT_FD_READ);
    if (!error)
        error = out ? wasmelt_rt_io_gather(w, iovs, iovs_len, &b) : WASI_FAULT;
    if (!error)
        error = wasmelt_rt_io_would_wait(d, POLLIN);
    if (error)
        return error;
    return wasmelt_rt_io_finish(d->stream ? stream_io(d, &b, false) : readv(d->host, b.list, b.count), out);
}

uint32_t wasmelt_wasi_fd_write(void *wasi, uint32_t fd, uint32_t iovs, uint32_t iovs_len, uint32_t nwritten) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    HELD descriptor *d = NULL;
    buffers b;
    uint8_t *out = guest_at(w, nwritten, 4);
    uint32_t error = wasmelt_rt_wasi_fd(w, fd, RIGHT_FD_WRITE, &d);
    if (!error)
        error = out ? wasmelt_rt_io_gather(w, iovs, iovs_len, &b) : WASI_FAULT;
    if (!error)
        error = wasmelt_rt_io_would_wait(d, POLLOUT);
    if (error)
        return error;
    if (d->stream)
        return wasmelt_rt_io_finish(stream_io(d, &b, true), out);
    pipe_guard g;
    wasmelt_rt_io_block_sigpipe(&g, d);
    ssize_t done = writev(d->host, b.list, b.count);
    wasmelt_rt_io_unblock_sigpipe(&g);
    return wasmelt_rt_io_finish(done, out);
}

/* Reading or writing at an offset needs the right to seek as well. */
static uint32_t begin_at(wasmelt_wasi *w, uint32_t fd, uint64_t right, uint64_t offset, uint32_t iovs, uint32_t iovs_len, uint8_t *out,
                         descriptor **d, buffers *b) {
    uint32_t error = wasmelt_rt_wasi_fd(w, fd, 0, d);
    if (!error && is_directory(*d))
        return WASI_ISDIR;
    if (!error)
        error = wasmelt_rt_wasi_rights(*d, right);
    if (!error && !((*d)->rights_base & RIGHT_FD_SEEK))
        error = (*d)->filetype == FILETYPE_REGULAR_FILE ? WASI_NOTCAPABLE : WASI_SPIPE;
    if (!error && offset > INT64_MAX)
        error = WASI_INVAL;
    if (!error)
        error = out ? wasmelt_rt_io_gather(w, iovs, iovs_len, b) : WASI_FAULT;
    return error;
}

uint32_t wasmelt_wasi_fd_pread(void *wasi, uint32_t fd, uint32_t iovs, uint32_t iovs_len, uint64_t offset, uint32_t nread) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    HELD descriptor *d = NULL;
    buffers b;
    uint8_t *out = guest_at(w, nread, 4);
    uint32_t error = begin_at(w, fd, RIGHT_FD_READ, offset, iovs, iovs_len, out, &d, &b);
    return error ? error : wasmelt_rt_io_finish(preadv(d->host, b.list, b.count, (off_t)offset), out);
}

uint32_t wasmelt_wasi_fd_pwrite(void *wasi, uint32_t fd, uint32_t iovs, uint32_t iovs_len, uint64_t offset, uint32_t nwritten) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    HELD descriptor *d = NULL;
    buffers b;
    uint8_t *out = guest_at(w, nwritten, 4);
    uint32_t error = begin_at(w, fd, RIGHT_FD_WRITE, offset, iovs, iovs_len, out, &d, &b);
    return error ? error : wasmelt_rt_io_finish(pwritev(d->host, b.list, b.count, (off_t)offset), out);
}

/* ---- Position ---- */

static uint32_t seek(wasmelt_wasi *w, uint32_t fd, uint64_t right, int64_t offset, int whence, uint8_t *out) {
    HELD descriptor *d = NULL;
    uint32_t error = wasmelt_rt_wasi_fd(w, fd, 0, &d);
    if (!error && !(d->rights_base & right))
        error = is_directory(d) ? WASI_BADF : d->filetype == FILETYPE_REGULAR_FILE ? WASI_NOTCAPABLE : WASI_SPIPE;
    if (!error && !out)
        error = WASI_FAULT;
    if (error)
        return error;
    off_t at = lseek(d->host, (off_t)offset, whence);
    if (at < 0)
        return wasmelt_rt_wasi_errno(errno);
    guest_store(out, (uint64_t)at, 8);
    return WASI_SUCCESS;
}

uint32_t wasmelt_wasi_fd_seek(void *wasi, uint32_t fd, uint64_t offset, uint32_t whence, uint32_t new_offset) {
    static const int host[] = {[WHENCE_SET] = SEEK_SET, [WHENCE_CUR] = SEEK_CUR, [WHENCE_END] = SEEK_END};
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    if (whence > WHENCE_END)
        return WASI_INVAL;
    uint64_t right = whence == WHENCE_CUR && offset == 0 ? RIGHT_FD_TELL : RIGHT_FD_SEEK;
    return seek(w, fd, right, (int64_t)offset, host[whence], guest_at(w, new_offset, 8));
}

uint32_t wasmelt_wasi_fd_tell(void *wasi, uint32_t fd, uint32_t offset) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    return seek(w, fd, RIGHT_FD_TELL, 0, SEEK_CUR, guest_at(w, offset, 8));
}

/* ---- The table ---- */

uint32_t wasmelt_wasi_fd_close(void *wasi, uint32_t fd) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    return wasmelt_rt_wasi_fd_close(w, fd);
}

uint32_t wasmelt_wasi_fd_renumber(void *wasi, uint32_t fd, uint32_t to) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    return wasmelt_rt_wasi_fd_move(w, fd, to); /* `to` must be open: a guest cannot choose new numbers */
}

/* ---- Type, flags and rights of a descriptor ---- */

static uint32_t fdflags(const descriptor *d) {
    if (d->is_shared || d->host < 0)
        return d->virtual_flags;
    int flags = fcntl(d->host, F_GETFL);
    uint32_t guest_flags = 0;
    if (flags < 0 || is_directory(d))
        return 0;
    guest_flags |= flags & O_APPEND ? FDFLAG_APPEND : 0;
    guest_flags |= d->virtual_flags & FDFLAG_NONBLOCK; /* other flags are the host's, which say how the file was opened */
    if ((flags & O_SYNC) == O_SYNC)
        guest_flags |= FDFLAG_SYNC | (d->virtual_flags & FDFLAG_RSYNC);
    else if (flags & O_DSYNC)
        guest_flags |= FDFLAG_DSYNC;
    return guest_flags;
}

uint32_t wasmelt_wasi_fd_fdstat_get(void *wasi, uint32_t fd, uint32_t stat) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    HELD descriptor *d = NULL;
    uint8_t *out = guest_at(w, stat, SIZEOF_FDSTAT);
    uint32_t error = wasmelt_rt_wasi_fd(w, fd, 0, &d);
    if (error)
        return error;
    if (!out)
        return WASI_FAULT;
    memset(out, 0, SIZEOF_FDSTAT);
    out[0] = d->filetype;
    guest_store(out + 2, fdflags(d), 2);
    guest_store(out + 8, d->rights_base, 8);
    guest_store(out + 16, d->rights_inheriting, 8);
    return WASI_SUCCESS;
}

/* Sets the flags of a descriptor. Of an open file the host can only change APPEND and NONBLOCK. */
static uint32_t set_flags(descriptor *d, uint32_t flags) {
    if (d->is_shared || d->host < 0) { /* other processes see the host's flags: they are not changed */
        d->virtual_flags = (uint16_t)flags;
        return WASI_SUCCESS;
    }
    uint32_t fixed = FDFLAG_DSYNC | FDFLAG_RSYNC | FDFLAG_SYNC;
    if ((flags & fixed) & ~fdflags(d))
        return WASI_NOTSUP;
    int host = fcntl(d->host, F_GETFL);
    if (host < 0)
        return wasmelt_rt_wasi_errno(errno);
    host &= ~(O_APPEND | O_NONBLOCK);
    host |= flags & FDFLAG_APPEND ? O_APPEND : 0;
    host |= flags & FDFLAG_NONBLOCK ? O_NONBLOCK : 0;
    if (fcntl(d->host, F_SETFL, host) != 0)
        return wasmelt_rt_wasi_errno(errno);
    d->virtual_flags = (uint16_t)((d->virtual_flags & ~FDFLAG_NONBLOCK) | (flags & FDFLAG_NONBLOCK));
    return WASI_SUCCESS;
}

uint32_t wasmelt_wasi_fd_fdstat_set_flags(void *wasi, uint32_t fd, uint32_t flags) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    HELD descriptor *d = NULL;
    uint32_t error = wasmelt_rt_wasi_fd(w, fd, RIGHT_FD_FDSTAT_SET_FLAGS, &d);
    if (error)
        return error;
    if (flags & ~(uint32_t)FDFLAGS_ALL)
        return WASI_INVAL;
    pthread_mutex_lock(&w->lock);
    error = set_flags(d, flags);
    pthread_mutex_unlock(&w->lock);
    return error;
}

/* Rights can only be given up. */
uint32_t wasmelt_wasi_fd_fdstat_set_rights(void *wasi, uint32_t fd, uint64_t rights_base, uint64_t rights_inheriting) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    HELD descriptor *d = NULL;
    uint32_t error = wasmelt_rt_wasi_fd(w, fd, 0, &d);
    if (error)
        return error;
    pthread_mutex_lock(&w->lock); /* without the lock, rights that another thread removes at the same time could return */
    if ((rights_base & ~d->rights_base) || (rights_inheriting & ~d->rights_inheriting)) {
        error = WASI_NOTCAPABLE;
    } else {
        d->rights_base = rights_base;
        d->rights_inheriting = rights_inheriting;
    }
    pthread_mutex_unlock(&w->lock);
    return error;
}

/* ---- Attributes ---- */

uint32_t wasmelt_rt_stat_of_fd(wasmelt_wasi *w, uint32_t fd, system_stat *st, uint8_t *filetype) {
    HELD descriptor *d = NULL;
    uint32_t error = wasmelt_rt_wasi_fd(w, fd, RIGHT_FD_FILESTAT_GET, &d);
    if (error)
        return error;
    *filetype = d->filetype;
    if (d->host < 0) {
        *st = (system_stat){.st_mode = S_IFIFO, .st_nlink = 1};
        return WASI_SUCCESS;
    }
    return fstat(d->host, st) == 0 ? WASI_SUCCESS : wasmelt_rt_wasi_errno(errno);
}

uint32_t wasmelt_wasi_fd_filestat_get(void *wasi, uint32_t fd, uint32_t stat) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    system_stat st;
    uint8_t *out = guest_at(w, stat, SIZEOF_FILESTAT);
    uint8_t filetype;
    uint32_t error = wasmelt_rt_stat_of_fd(w, fd, &st, &filetype);
    if (error)
        return error;
    if (!out)
        return WASI_FAULT;
    wasmelt_rt_stat_store(&st, filetype, out);
    return WASI_SUCCESS;
}

uint32_t wasmelt_wasi_fd_filestat_set_size(void *wasi, uint32_t fd, uint64_t size) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    HELD descriptor *d = NULL;
    uint32_t error = wasmelt_rt_wasi_fd(w, fd, RIGHT_FD_FILESTAT_SET_SIZE, &d);
    if (error)
        return error;
    if (size > INT64_MAX)
        return WASI_INVAL;
    return ftruncate(d->host, (off_t)size) == 0 ? WASI_SUCCESS : wasmelt_rt_wasi_errno(errno);
}

uint32_t wasmelt_wasi_fd_filestat_set_times(void *wasi, uint32_t fd, uint64_t atim, uint64_t mtim, uint32_t fst_flags) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    HELD descriptor *d = NULL;
    struct timespec times[2];
    uint32_t error = wasmelt_rt_wasi_fd(w, fd, RIGHT_FD_FILESTAT_SET_TIMES, &d);
    if (!error)
        error = wasmelt_rt_stat_times(atim, mtim, fst_flags, times);
    if (error)
        return error;
    return futimens(d->host, times) == 0 ? WASI_SUCCESS : wasmelt_rt_wasi_errno(errno);
}

uint32_t wasmelt_wasi_fd_advise(void *wasi, uint32_t fd, uint64_t offset, uint64_t len, uint32_t advice) {
    static const int host[] = {POSIX_FADV_NORMAL,   POSIX_FADV_SEQUENTIAL, POSIX_FADV_RANDOM,
                               POSIX_FADV_WILLNEED, POSIX_FADV_DONTNEED,   POSIX_FADV_NOREUSE};
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    HELD descriptor *d = NULL;
    uint32_t error = wasmelt_rt_wasi_fd(w, fd, RIGHT_FD_ADVISE, &d);
    if (error)
        return error;
    if (is_directory(d))
        return WASI_BADF;
    if (advice >= sizeof host / sizeof *host || offset > INT64_MAX || len > INT64_MAX)
        return WASI_INVAL;
    return wasmelt_rt_wasi_errno(posix_fadvise(d->host, (off_t)offset, (off_t)len, host[advice]));
}

uint32_t wasmelt_wasi_fd_allocate(void *wasi, uint32_t fd, uint64_t offset, uint64_t len) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    HELD descriptor *d = NULL;
    uint32_t error = wasmelt_rt_wasi_fd(w, fd, 0, &d);
    if (!error && is_directory(d))
        return WASI_BADF;
    if (!error)
        error = wasmelt_rt_wasi_rights(d, RIGHT_FD_ALLOCATE);
    if (error)
        return error;
    if (offset > INT64_MAX || len > INT64_MAX - offset)
        return WASI_FBIG;
    /* Not posix_fallocate, which writes to every block if the file system cannot allocate. */
    return fallocate(d->host, 0, (off_t)offset, (off_t)len) == 0 ? WASI_SUCCESS : wasmelt_rt_wasi_errno(errno);
}

static uint32_t synchronize(void *wasi, uint32_t fd, uint64_t right, int (*sync)(int)) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    HELD descriptor *d = NULL;
    uint32_t error = wasmelt_rt_wasi_fd(w, fd, 0, &d);
    if (!error && is_directory(d) && right == RIGHT_FD_DATASYNC)
        return WASI_BADF;
    if (!error)
        error = wasmelt_rt_wasi_rights(d, right);
    if (error)
        return error;
    if (d->host < 0 || sync(d->host) == 0 || errno == EINVAL) /* pipes and terminals fail with EINVAL: they have nothing to write back */
        return WASI_SUCCESS;
    return wasmelt_rt_wasi_errno(errno);
}

uint32_t wasmelt_wasi_fd_sync(void *wasi, uint32_t fd) {
    return synchronize(wasi, fd, RIGHT_FD_SYNC, fsync);
}

uint32_t wasmelt_wasi_fd_datasync(void *wasi, uint32_t fd) {
    return synchronize(wasi, fd, RIGHT_FD_DATASYNC, fdatasync);
}

/* ---- Preopened directories ---- */

/* Finds a preopened directory. */
static uint32_t take_preopen(wasmelt_wasi *w, uint32_t fd, descriptor **d) {
    uint32_t error = wasmelt_rt_wasi_fd(w, fd, 0, d);
    return error ? error : (*d)->preopen ? WASI_SUCCESS : WASI_BADF;
}

uint32_t wasmelt_wasi_fd_prestat_get(void *wasi, uint32_t fd, uint32_t prestat) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    HELD descriptor *d = NULL;
    uint32_t error = take_preopen(w, fd, &d);
    if (error)
        return error;
    uint8_t *out = guest_at(w, prestat, SIZEOF_PRESTAT);
    if (!out)
        return WASI_FAULT;
    guest_store(out, 0, 4); /* tag: a directory */
    guest_store(out + 4, strlen(d->preopen), 4);
    return WASI_SUCCESS;
}

uint32_t wasmelt_wasi_fd_prestat_dir_name(void *wasi, uint32_t fd, uint32_t path, uint32_t path_len) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    HELD descriptor *d = NULL;
    uint32_t error = take_preopen(w, fd, &d);
    if (error)
        return error;
    size_t length = strlen(d->preopen);
    uint8_t *out = guest_at(w, path, path_len);
    if (!out)
        return WASI_FAULT;
    if (path_len < length)
        return WASI_NAMETOOLONG;
    memcpy(out, d->preopen, length);
    return WASI_SUCCESS;
}
