/* wasi_unstable (snapshot 0), the version before preview 1. What differs is written out: the order of `whence`, attributes with a 32-bit
 * count of links, and clock subscriptions with one more member. All other functions call those of preview 1. */
#include "poll.h"
#include "stat.h"

uint32_t wasmelt_wasi0_fd_seek(void *wasi, uint32_t fd, uint64_t offset, uint32_t whence, uint32_t new_offset) {
    static const uint32_t now[] = {WHENCE_CUR, WHENCE_END, WHENCE_SET};
    if (whence >= sizeof now / sizeof *now)
        return WASI_INVAL;
    return wasmelt_wasi_fd_seek(wasi, fd, offset, now[whence], new_offset);
}

static void store_filestat(const system_stat *st, uint8_t filetype, uint8_t *out) {
    uint8_t now[SIZEOF_FILESTAT];
    wasmelt_rt_stat_store(st, filetype, now);
    memcpy(out, now, 20); /* device, inode, type */
    guest_store(out + 20, st->st_nlink > UINT32_MAX ? UINT32_MAX : st->st_nlink, 4);
    memcpy(out + 24, now + 32, 32); /* size and times */
}

uint32_t wasmelt_wasi0_fd_filestat_get(void *wasi, uint32_t fd, uint32_t stat) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    system_stat st;
    uint8_t *out = guest_at(w, stat, SIZEOF_FILESTAT_UNSTABLE);
    uint8_t filetype;
    uint32_t error = wasmelt_rt_stat_of_fd(w, fd, &st, &filetype);
    if (error)
        return error;
    if (!out)
        return WASI_FAULT;
    store_filestat(&st, filetype, out);
    return WASI_SUCCESS;
}

uint32_t wasmelt_wasi0_path_filestat_get(void *wasi, uint32_t fd, uint32_t lookup_flags, uint32_t path, uint32_t path_len, uint32_t stat) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    system_stat st;
    uint8_t *out = guest_at(w, stat, SIZEOF_FILESTAT_UNSTABLE);
    uint32_t error = out ? wasmelt_rt_stat_of_path(w, fd, lookup_flags, path, path_len, &st) : WASI_FAULT;
    if (error)
        return error;
    store_filestat(&st, wasmelt_rt_wasi_filetype(st.st_mode), out);
    return WASI_SUCCESS;
}

/* The members of a clock subscription come after a 64-bit identifier. */
uint32_t wasmelt_wasi0_poll_oneoff(void *wasi, uint32_t in, uint32_t out, uint32_t nsubscriptions, uint32_t nevents) {
    static const subscription_layout layout = {SIZEOF_SUBSCRIPTION_UNSTABLE, 24, 32, 48, 16};
    return wasmelt_rt_poll_guest(wasmelt_rt_wasi_context(wasi), &layout, in, out, nsubscriptions, nevents);
}

/* ---- Functions that are the same ---- */

uint32_t wasmelt_wasi0_args_get(void *wasi, uint32_t argv, uint32_t argv_buf) {
    return wasmelt_wasi_args_get(wasi, argv, argv_buf);
}

uint32_t wasmelt_wasi0_args_sizes_get(void *wasi, uint32_t argc, uint32_t argv_buf_size) {
    return wasmelt_wasi_args_sizes_get(wasi, argc, argv_buf_size);
}

uint32_t wasmelt_wasi0_environ_get(void *wasi, uint32_t pointers, uint32_t environ_buf) {
    return wasmelt_wasi_environ_get(wasi, pointers, environ_buf);
}

uint32_t wasmelt_wasi0_environ_sizes_get(void *wasi, uint32_t environc, uint32_t environ_buf_size) {
    return wasmelt_wasi_environ_sizes_get(wasi, environc, environ_buf_size);
}

uint32_t wasmelt_wasi0_clock_res_get(void *wasi, uint32_t id, uint32_t resolution) {
    return wasmelt_wasi_clock_res_get(wasi, id, resolution);
}

uint32_t wasmelt_wasi0_clock_time_get(void *wasi, uint32_t id, uint64_t precision, uint32_t time) {
    return wasmelt_wasi_clock_time_get(wasi, id, precision, time);
}

uint32_t wasmelt_wasi0_fd_advise(void *wasi, uint32_t fd, uint64_t offset, uint64_t len, uint32_t advice) {
    return wasmelt_wasi_fd_advise(wasi, fd, offset, len, advice);
}

uint32_t wasmelt_wasi0_fd_allocate(void *wasi, uint32_t fd, uint64_t offset, uint64_t len) {
    return wasmelt_wasi_fd_allocate(wasi, fd, offset, len);
}

uint32_t wasmelt_wasi0_fd_close(void *wasi, uint32_t fd) {
    return wasmelt_wasi_fd_close(wasi, fd);
}

uint32_t wasmelt_wasi0_fd_datasync(void *wasi, uint32_t fd) {
    return wasmelt_wasi_fd_datasync(wasi, fd);
}

uint32_t wasmelt_wasi0_fd_fdstat_get(void *wasi, uint32_t fd, uint32_t stat) {
    return wasmelt_wasi_fd_fdstat_get(wasi, fd, stat);
}

uint32_t wasmelt_wasi0_fd_fdstat_set_flags(void *wasi, uint32_t fd, uint32_t flags) {
    return wasmelt_wasi_fd_fdstat_set_flags(wasi, fd, flags);
}

uint32_t wasmelt_wasi0_fd_fdstat_set_rights(void *wasi, uint32_t fd, uint64_t rights_base, uint64_t rights_inheriting) {
    return wasmelt_wasi_fd_fdstat_set_rights(wasi, fd, rights_base, rights_inheriting);
}

uint32_t wasmelt_wasi0_fd_filestat_set_size(void *wasi, uint32_t fd, uint64_t size) {
    return wasmelt_wasi_fd_filestat_set_size(wasi, fd, size);
}

uint32_t wasmelt_wasi0_fd_filestat_set_times(void *wasi, uint32_t fd, uint64_t atim, uint64_t mtim, uint32_t fst_flags) {
    return wasmelt_wasi_fd_filestat_set_times(wasi, fd, atim, mtim, fst_flags);
}

uint32_t wasmelt_wasi0_fd_pread(void *wasi, uint32_t fd, uint32_t iovs, uint32_t iovs_len, uint64_t offset, uint32_t nread) {
    return wasmelt_wasi_fd_pread(wasi, fd, iovs, iovs_len, offset, nread);
}

uint32_t wasmelt_wasi0_fd_prestat_get(void *wasi, uint32_t fd, uint32_t prestat) {
    return wasmelt_wasi_fd_prestat_get(wasi, fd, prestat);
}

uint32_t wasmelt_wasi0_fd_prestat_dir_name(void *wasi, uint32_t fd, uint32_t path, uint32_t path_len) {
    return wasmelt_wasi_fd_prestat_dir_name(wasi, fd, path, path_len);
}

uint32_t wasmelt_wasi0_fd_pwrite(void *wasi, uint32_t fd, uint32_t iovs, uint32_t iovs_len, uint64_t offset, uint32_t nwritten) {
    return wasmelt_wasi_fd_pwrite(wasi, fd, iovs, iovs_len, offset, nwritten);
}

uint32_t wasmelt_wasi0_fd_read(void *wasi, uint32_t fd, uint32_t iovs, uint32_t iovs_len, uint32_t nread) {
    return wasmelt_wasi_fd_read(wasi, fd, iovs, iovs_len, nread);
}

uint32_t wasmelt_wasi0_fd_readdir(void *wasi, uint32_t fd, uint32_t buf, uint32_t buf_len, uint64_t cookie, uint32_t bufused) {
    return wasmelt_wasi_fd_readdir(wasi, fd, buf, buf_len, cookie, bufused);
}

uint32_t wasmelt_wasi0_fd_renumber(void *wasi, uint32_t fd, uint32_t to) {
    return wasmelt_wasi_fd_renumber(wasi, fd, to);
}

uint32_t wasmelt_wasi0_fd_sync(void *wasi, uint32_t fd) {
    return wasmelt_wasi_fd_sync(wasi, fd);
}

uint32_t wasmelt_wasi0_fd_tell(void *wasi, uint32_t fd, uint32_t offset) {
    return wasmelt_wasi_fd_tell(wasi, fd, offset);
}

uint32_t wasmelt_wasi0_fd_write(void *wasi, uint32_t fd, uint32_t iovs, uint32_t iovs_len, uint32_t nwritten) {
    return wasmelt_wasi_fd_write(wasi, fd, iovs, iovs_len, nwritten);
}

uint32_t wasmelt_wasi0_path_create_directory(void *wasi, uint32_t fd, uint32_t path, uint32_t path_len) {
    return wasmelt_wasi_path_create_directory(wasi, fd, path, path_len);
}

uint32_t wasmelt_wasi0_path_filestat_set_times(void *wasi, uint32_t fd, uint32_t lookup_flags, uint32_t path, uint32_t path_len,
                                               uint64_t atim, uint64_t mtim, uint32_t fst_flags) {
    return wasmelt_wasi_path_filestat_set_times(wasi, fd, lookup_flags, path, path_len, atim, mtim, fst_flags);
}

uint32_t wasmelt_wasi0_path_link(void *wasi, uint32_t old_fd, uint32_t old_flags, uint32_t old_path, uint32_t old_path_len, uint32_t new_fd,
                                 uint32_t new_path, uint32_t new_path_len) {
    return wasmelt_wasi_path_link(wasi, old_fd, old_flags, old_path, old_path_len, new_fd, new_path, new_path_len);
}

uint32_t wasmelt_wasi0_path_open(void *wasi, uint32_t fd, uint32_t lookup_flags, uint32_t path, uint32_t path_len, uint32_t oflags,
                                 uint64_t rights_base, uint64_t rights_inheriting, uint32_t fdflags, uint32_t opened) {
    return wasmelt_wasi_path_open(wasi, fd, lookup_flags, path, path_len, oflags, rights_base, rights_inheriting, fdflags, opened);
}

uint32_t wasmelt_wasi0_path_readlink(void *wasi, uint32_t fd, uint32_t path, uint32_t path_len, uint32_t buf, uint32_t buf_len,
                                     uint32_t bufused) {
    return wasmelt_wasi_path_readlink(wasi, fd, path, path_len, buf, buf_len, bufused);
}

uint32_t wasmelt_wasi0_path_remove_directory(void *wasi, uint32_t fd, uint32_t path, uint32_t path_len) {
    return wasmelt_wasi_path_remove_directory(wasi, fd, path, path_len);
}

uint32_t wasmelt_wasi0_path_rename(void *wasi, uint32_t fd, uint32_t old_path, uint32_t old_path_len, uint32_t new_fd, uint32_t new_path,
                                   uint32_t new_path_len) {
    return wasmelt_wasi_path_rename(wasi, fd, old_path, old_path_len, new_fd, new_path, new_path_len);
}

uint32_t wasmelt_wasi0_path_symlink(void *wasi, uint32_t old_path, uint32_t old_path_len, uint32_t fd, uint32_t new_path,
                                    uint32_t new_path_len) {
    return wasmelt_wasi_path_symlink(wasi, old_path, old_path_len, fd, new_path, new_path_len);
}

uint32_t wasmelt_wasi0_path_unlink_file(void *wasi, uint32_t fd, uint32_t path, uint32_t path_len) {
    return wasmelt_wasi_path_unlink_file(wasi, fd, path, path_len);
}

void wasmelt_wasi0_proc_exit(void *wasi, uint32_t code) {
    wasmelt_wasi_proc_exit(wasi, code);
}

uint32_t wasmelt_wasi0_proc_raise(void *wasi, uint32_t signal) {
    return wasmelt_wasi_proc_raise(wasi, signal);
}

uint32_t wasmelt_wasi0_random_get(void *wasi, uint32_t buf, uint32_t buf_len) {
    return wasmelt_wasi_random_get(wasi, buf, buf_len);
}

uint32_t wasmelt_wasi0_sched_yield(void *wasi) {
    return wasmelt_wasi_sched_yield(wasi);
}

uint32_t wasmelt_wasi0_sock_recv(void *wasi, uint32_t fd, uint32_t ri_data, uint32_t ri_data_len, uint32_t ri_flags, uint32_t ro_datalen,
                                 uint32_t ro_flags) {
    return wasmelt_wasi_sock_recv(wasi, fd, ri_data, ri_data_len, ri_flags, ro_datalen, ro_flags);
}

uint32_t wasmelt_wasi0_sock_send(void *wasi, uint32_t fd, uint32_t si_data, uint32_t si_data_len, uint32_t si_flags, uint32_t so_datalen) {
    return wasmelt_wasi_sock_send(wasi, fd, si_data, si_data_len, si_flags, so_datalen);
}

uint32_t wasmelt_wasi0_sock_shutdown(void *wasi, uint32_t fd, uint32_t how) {
    return wasmelt_wasi_sock_shutdown(wasi, fd, how);
}
