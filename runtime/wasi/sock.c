/* The functions on sockets: sockets that the process was given, and those that sock_accept made. */
#include "io.h"

static uint32_t take_socket(wasmelt_wasi *w, uint32_t fd, uint64_t right, descriptor **d) {
    uint32_t error = wasmelt_rt_wasi_fd(w, fd, 0, d);
    if (!error && (*d)->filetype != FILETYPE_SOCKET_STREAM && (*d)->filetype != FILETYPE_SOCKET_DGRAM)
        error = WASI_NOTSOCK;
    return error ? error : wasmelt_rt_wasi_rights(*d, right);
}

static uint32_t accept_host(const descriptor *d, uint32_t flags, int *host, system_stat *st) {
    *host = accept4(d->host, NULL, NULL, SOCK_CLOEXEC | (flags & FDFLAG_NONBLOCK ? SOCK_NONBLOCK : 0));
    if (*host < 0)
        return wasmelt_rt_wasi_errno(errno);
    uint32_t error = fstat(*host, st) == 0 ? WASI_SUCCESS : wasmelt_rt_wasi_errno(errno);
    if (error)
        close(*host);
    return error;
}

uint32_t wasmelt_wasi_sock_accept(void *wasi, uint32_t fd, uint32_t flags, uint32_t accepted) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    HELD descriptor *d = NULL;
    uint8_t *out = guest_at(w, accepted, 4);
    uint32_t error = take_socket(w, fd, RIGHT_SOCK_ACCEPT, &d);
    if (error)
        return error;
    if (!out)
        return WASI_FAULT;
    if (flags & ~(uint32_t)FDFLAG_NONBLOCK)
        return WASI_INVAL;
    if (!wasmelt_rt_wasi_fd_begin(w))
        return WASI_MFILE;
    int host;
    system_stat st;
    error = accept_host(d, flags, &host, &st);
    if (error) {
        wasmelt_rt_wasi_fd_cancel(w);
        return error;
    }
    uint32_t place;
    error = wasmelt_rt_wasi_fd_add(w, host, &st, O_RDWR, RIGHTS_SOCKET, 0, flags, &place);
    if (!error)
        guest_store(out, place, 4);
    return error;
}

uint32_t wasmelt_wasi_sock_recv(void *wasi, uint32_t fd, uint32_t ri_data, uint32_t ri_data_len, uint32_t ri_flags, uint32_t ro_datalen,
                                uint32_t ro_flags) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    HELD descriptor *d = NULL;
    buffers b;
    uint8_t *length = guest_at(w, ro_datalen, 4), *flags = guest_at(w, ro_flags, 2);
    uint32_t error = take_socket(w, fd, RIGHT_FD_READ, &d);
    if (!error)
        error = length && flags ? wasmelt_rt_io_gather(w, ri_data, ri_data_len, &b) : WASI_FAULT;
    if (error)
        return error;
    if (ri_flags & ~(uint32_t)(RIFLAG_RECV_PEEK | RIFLAG_RECV_WAITALL))
        return WASI_INVAL;
    struct msghdr message = {.msg_iov = b.list, .msg_iovlen = (size_t)b.count};
    int host_flags = (ri_flags & RIFLAG_RECV_PEEK ? MSG_PEEK : 0) | (ri_flags & RIFLAG_RECV_WAITALL ? MSG_WAITALL : 0);
    ssize_t got = recvmsg(d->host, &message, host_flags);
    error = wasmelt_rt_io_finish(got, length);
    if (!error)
        guest_store(flags, message.msg_flags & MSG_TRUNC ? ROFLAG_RECV_TRUNCATED : 0, 2);
    return error;
}

uint32_t wasmelt_wasi_sock_send(void *wasi, uint32_t fd, uint32_t si_data, uint32_t si_data_len, uint32_t si_flags, uint32_t so_datalen) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    HELD descriptor *d = NULL;
    buffers b;
    uint8_t *out = guest_at(w, so_datalen, 4);
    uint32_t error = take_socket(w, fd, RIGHT_FD_WRITE, &d);
    if (!error)
        error = out ? wasmelt_rt_io_gather(w, si_data, si_data_len, &b) : WASI_FAULT;
    if (error)
        return error;
    if (si_flags != 0)
        return WASI_INVAL;
    struct msghdr message = {.msg_iov = b.list, .msg_iovlen = (size_t)b.count};
    return wasmelt_rt_io_finish(sendmsg(d->host, &message, MSG_NOSIGNAL), out);
}

uint32_t wasmelt_wasi_sock_shutdown(void *wasi, uint32_t fd, uint32_t how) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    HELD descriptor *d = NULL;
    uint32_t error = take_socket(w, fd, RIGHT_SOCK_SHUTDOWN, &d);
    if (error)
        return error;
    if (how == 0 || how > (SDFLAG_RD | SDFLAG_WR))
        return WASI_INVAL;
    int host = how == SDFLAG_RD ? SHUT_RD : how == SDFLAG_WR ? SHUT_WR : SHUT_RDWR;
    return shutdown(d->host, host) == 0 ? WASI_SUCCESS : wasmelt_rt_wasi_errno(errno);
}
