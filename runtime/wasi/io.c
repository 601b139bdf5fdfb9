#include "io.h"

uint32_t wasmelt_rt_io_gather(const wasmelt_wasi *w, uint32_t iovs, uint32_t iovs_len, buffers *b) {
    const uint8_t *list = guest_at(w, iovs, (uint64_t)iovs_len * SIZEOF_IOVEC);
    if (!list)
        return WASI_FAULT;
    uint32_t left = IO_BYTES;
    b->count = 0;
    for (uint32_t k = 0; k < iovs_len; k++, list += SIZEOF_IOVEC) {
        uint32_t length = guest_load32(list + 4);
        uint8_t *bytes = guest_at(w, guest_load32(list), length);
        if (!bytes)
            return WASI_FAULT;
        if (length > left)
            length = left;
        left -= length;
        if (b->count < IO_BUFFERS && length > 0)
            b->list[b->count++] = (struct iovec){bytes, length};
    }
    return WASI_SUCCESS;
}

#if SYSTEM_HAS_SIGPIPE

static atomic_bool may_ignore, ignores;

void wasmelt_rt_io_may_ignore_sigpipe(void) {
    may_ignore = true;
}

/* Whether the signal is ignored by now. Not if somebody has a handler for it. */
static bool is_ignored(void) {
    struct sigaction action;
    if (!may_ignore || ignores)
        return ignores;
    if (sigaction(SIGPIPE, NULL, &action) != 0 || (action.sa_flags & SA_SIGINFO) ||
        (action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN)) {
        may_ignore = false;
        return false;
    }
    action.sa_handler = SIG_IGN;
    ignores = sigaction(SIGPIPE, &action, NULL) == 0;
    return ignores;
}

void wasmelt_rt_io_block_sigpipe(pipe_guard *g, const descriptor *d) {
    sigset_t pipe_set, pending;
    g->active = (d->is_pipe || d->filetype == FILETYPE_SOCKET_STREAM || d->filetype == FILETYPE_SOCKET_DGRAM) && !is_ignored();
    if (!g->active)
        return;
    sigemptyset(&pipe_set);
    sigaddset(&pipe_set, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_set, &g->before);
    g->was_blocked = sigismember(&g->before, SIGPIPE);
    g->was_pending = g->was_blocked && sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE);
}

void wasmelt_rt_io_unblock_sigpipe(const pipe_guard *g) {
    if (!g->active)
        return;
    int error = errno;
    sigset_t pipe_set;
    sigemptyset(&pipe_set);
    sigaddset(&pipe_set, SIGPIPE);
    if (!g->was_pending) /* remove the signal that this write caused, but not one that was pending before */
        while (sigtimedwait(&pipe_set, NULL, &(struct timespec){0}) < 0 && errno == EINTR)
            continue;
    if (!g->was_blocked)
        pthread_sigmask(SIG_SETMASK, &g->before, NULL);
    errno = error;
}

#else

void wasmelt_rt_io_may_ignore_sigpipe(void) {
}

void wasmelt_rt_io_block_sigpipe(pipe_guard *g, const descriptor *d) {
    (void)g, (void)d;
}

void wasmelt_rt_io_unblock_sigpipe(const pipe_guard *g) {
    (void)g;
}

#endif

uint32_t wasmelt_rt_io_would_wait(const descriptor *d, short events) {
    struct pollfd p = {.fd = d->host, .events = events};
    if (!d->is_shared || !(d->virtual_flags & FDFLAG_NONBLOCK) || d->host < 0)
        return WASI_SUCCESS;
    return poll(&p, 1, 0) == 0 ? WASI_AGAIN : WASI_SUCCESS;
}

uint32_t wasmelt_rt_io_finish(ssize_t count, uint8_t *out) {
    if (count < 0)
        return wasmelt_rt_wasi_errno(errno);
    guest_store(out, (uint64_t)count, 4);
    return WASI_SUCCESS;
}
