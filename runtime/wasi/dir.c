/* fd_readdir. A cookie stands for the file system's own position of the next entry (d_off, see cookies.h), so it remains valid after
 * rewinding, and for any size of the buffer. */
#include "dir.h"

static uint8_t type_of(int dir, const files_entry *e) {
    system_stat st;
    if (e->type != DT_UNKNOWN)
        return wasmelt_rt_wasi_filetype(DTTOIF(e->type));
    return fstatat(dir, e->name, &st, AT_SYMLINK_NOFOLLOW) == 0 ? wasmelt_rt_wasi_filetype(st.st_mode) : FILETYPE_UNKNOWN;
}

/* The part of the guest's buffer that is still free. */
typedef struct room {
    wasmelt_wasi *wasi;
    uint8_t *at;
    size_t left;
} room;

/* Copies as much as there is room for. A full buffer tells the guest that something was cut off. */
static void put_bytes(room *r, const void *bytes, size_t length) {
    size_t part = length < r->left ? length : r->left;
    memcpy(r->at, bytes, part);
    r->at += part;
    r->left -= part;
}

static void put_entry(room *r, descriptor *d, const files_entry *e) {
    uint8_t head[SIZEOF_DIRENT] = {0};
    uint64_t ino = e->ino;
    system_stat st;
    /* Hide the parent of a preopened directory. */
    if (d->preopen && strcmp(e->name, "..") == 0 && fstat(d->host, &st) == 0)
        ino = st.st_ino;
    size_t length = strlen(e->name);
    guest_store(head, wasmelt_rt_wasi_cookie(&d->cookies, (uint64_t)e->next, &r->wasi->cookie_room), 8);
    guest_store(head + 8, ino, 8);
    guest_store(head + 16, length, 4);
    head[20] = type_of(d->host, e);
    put_bytes(r, head, sizeof head);
    put_bytes(r, e->name, length);
}

/* Copies entries from the cookie on, until there is no more room. */
static uint32_t put_entries(room *r, descriptor *d, uint64_t cookie) {
    uint64_t position;
    if (!wasmelt_rt_wasi_cookie_position(&d->cookies, cookie, &position))
        return WASI_INVAL;
    if (wasmelt_rt_files_go_to_entry(d->host, position) < 0)
        return wasmelt_rt_wasi_errno(errno);
    while (r->left > 0) {
        _Alignas(files_entry) char block[8192];
        long got = wasmelt_rt_files_read_entries(d->host, block, sizeof block);
        if (got < 0)
            return wasmelt_rt_wasi_errno(errno);
        if (got == 0)
            break;
        for (long at = 0; at < got && r->left > 0;) {
            const files_entry *e = (const files_entry *)(block + at);
            put_entry(r, d, e);
            at += e->length;
        }
    }
    return WASI_SUCCESS;
}

uint32_t wasmelt_rt_dir_read(wasmelt_wasi *w, descriptor *d, uint64_t cookie, uint8_t *to, size_t size, size_t *used) {
    if (d->filetype != FILETYPE_DIRECTORY)
        return WASI_NOTDIR;
    uint32_t error = wasmelt_rt_wasi_rights(d, RIGHT_FD_READDIR);
    if (error)
        return error;
    room r = {w, to, size};
    pthread_mutex_lock(&d->reading);
    error = put_entries(&r, d, cookie);
    pthread_mutex_unlock(&d->reading);
    *used = size - r.left;
    return error;
}

uint32_t wasmelt_wasi_fd_readdir(void *wasi, uint32_t fd, uint32_t buf, uint32_t buf_len, uint64_t cookie, uint32_t bufused) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    HELD descriptor *d = NULL;
    uint8_t *out = guest_at(w, buf, buf_len), *used = guest_at(w, bufused, 4);
    size_t bytes;
    uint32_t error = wasmelt_rt_wasi_fd(w, fd, 0, &d);
    if (!error && (!out || !used))
        error = d->filetype != FILETYPE_DIRECTORY ? WASI_NOTDIR : WASI_FAULT;
    if (!error)
        error = wasmelt_rt_dir_read(w, d, cookie, out, buf_len, &bytes);
    if (!error)
        guest_store(used, bytes, 4);
    return error;
}
