/* wasi:filesystem/types: methods of descriptors without a path, and of errors. */
#include "../system/system.h"
#include "../wasi/io.h"
#include "../wasi/stat.h"
#include "files.h"

enum { MOST_READ = 1 << 16 };

/* ---- Streams ---- */

uint32_t wasmelt_rt_wasi2_open_stream(const wasmelt_wasi2_call *c, u32 self, object_kind kind, u64 offset, int64_t at, object *o) {
    const uint32_t fd = fd_of(c, 0, self);
    descriptor *d = NULL;
    uint32_t error = wasmelt_rt_wasi_fd(c->host->wasi, fd, kind == OBJECT_INPUT ? RIGHT_FD_READ : RIGHT_FD_WRITE, &d);
    if (!error && d->filetype == FILETYPE_DIRECTORY)
        error = WASI_BADF;
    if (!error && offset > INT64_MAX)
        error = WASI_INVAL;
    if (error)
        wasmelt_rt_wasi_fd_drop(&d);
    else if (d->filetype != FILETYPE_REGULAR_FILE)
        at = SYSTEM_HERE; /* pipes and devices have no positions */
    *o = (object){.kind = kind, .d = error ? NULL : d, .u.stream = {.at = at}};
    return error;
}

/* Gives the program a stream for the file. `at`: where it begins. */
static void give_stream(const wasmelt_wasi2_call *c, u32 self, object_kind kind, u64 offset, int64_t at, u32 to) {
    object o;
    const uint32_t error = wasmelt_rt_wasi2_open_stream(c, self, kind, offset, at, &o);
    const u32 handle = error ? 0 : wasmelt_rt_wasi2_give(c, 1, o);
    u8 *result = wasmelt_rt_wasi2_result(c, to, error, 4, 4);
    if (!error)
        put_u32(result, handle);
}

void wasmelt_wasi2_descriptor_read_via_stream(const wasmelt_wasi2_call *c, u32 self, u64 offset, u32 to) {
    begin(c);
    give_stream(c, self, OBJECT_INPUT, offset, (int64_t)offset, to);
}

void wasmelt_wasi2_descriptor_write_via_stream(const wasmelt_wasi2_call *c, u32 self, u64 offset, u32 to) {
    begin(c);
    give_stream(c, self, OBJECT_OUTPUT, offset, (int64_t)offset, to);
}

void wasmelt_wasi2_descriptor_append_via_stream(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    begin(c);
    give_stream(c, self, OBJECT_OUTPUT, 0, SYSTEM_AT_END, to);
}

/* ---- Reading and writing ---- */

/* Reads or writes at the offset. Returns an error of preview 1; stores how many bytes that were. */
static uint32_t transfer(const wasmelt_wasi2_call *c, uint32_t fd, u8 *bytes, size_t size, u64 offset, bool writes, size_t *count) {
    HELD descriptor *d = NULL;
    uint32_t error = wasmelt_rt_wasi_fd(c->host->wasi, fd, 0, &d);
    if (!error && d->filetype == FILETYPE_DIRECTORY)
        error = writes ? WASI_BADF : WASI_ISDIR;
    if (!error)
        error = wasmelt_rt_wasi_rights(d, writes ? RIGHT_FD_WRITE : RIGHT_FD_READ);
    if (!error && offset > INT64_MAX)
        error = WASI_INVAL;
    if (error)
        return error;
    pipe_guard g;
    wasmelt_rt_io_block_sigpipe(&g, d);
    const int64_t done = writes ? wasmelt_rt_system_write(d->host, bytes, size, (int64_t)offset)
                                : wasmelt_rt_system_read(d->host, bytes, size, (int64_t)offset);
    wasmelt_rt_io_unblock_sigpipe(&g);
    *count = done > 0 ? (size_t)done : 0;
    return done < 0 ? wasmelt_rt_wasi_errno((int)-done) : WASI_SUCCESS;
}

void wasmelt_wasi2_descriptor_read(const wasmelt_wasi2_call *c, u32 self, u64 length, u64 offset, u32 to) {
    begin(c);
    const uint32_t fd = fd_of(c, 0, self);
    const size_t size = length < MOST_READ ? (size_t)length : MOST_READ;
    u8 *bytes = wasmelt_canon_allocate_lifted(c->canon->canon->component, size, 1);
    size_t count = 0;
    const uint32_t error = transfer(c, fd, bytes, size, offset, false, &count);
    u32 address = 0;
    if (!error) {
        u8 *place;
        address = wasmelt_canon_allocate(c->canon, count, 1, 1, &place);
        memcpy(place, bytes, count);
    }
    u8 *result = wasmelt_rt_wasi2_result(c, to, error, 12, 4);
    if (error)
        return;
    put_list(result, address, (u32)count);
    result[8] = count == 0 && size > 0;
}

void wasmelt_wasi2_descriptor_write(const wasmelt_wasi2_call *c, u32 self, u32 at, u32 length, u64 offset, u32 to) {
    begin(c);
    const uint32_t fd = fd_of(c, 0, self);
    size_t count = 0;
    const uint32_t error = transfer(c, fd, wasmelt_canon_range(c->canon, at, length, 1, 1), length, offset, true, &count);
    u8 *result = wasmelt_rt_wasi2_result(c, to, error, 8, 8);
    if (!error)
        put_u64(result, count);
}

/* ---- What functions of preview 1 do ---- */

void wasmelt_wasi2_descriptor_advise(const wasmelt_wasi2_call *c, u32 self, u64 offset, u64 length, u32 advice, u32 to) {
    wasmelt_wasi *w = begin(c)->wasi;
    discriminant(advice, 6);
    put_done(c, to, wasmelt_wasi_fd_advise(w, fd_of(c, 0, self), offset, length, advice));
}

void wasmelt_wasi2_descriptor_sync_data(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    wasmelt_wasi *w = begin(c)->wasi;
    put_done(c, to, wasmelt_wasi_fd_datasync(w, fd_of(c, 0, self)));
}

void wasmelt_wasi2_descriptor_sync(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    wasmelt_wasi *w = begin(c)->wasi;
    put_done(c, to, wasmelt_wasi_fd_sync(w, fd_of(c, 0, self)));
}

void wasmelt_wasi2_descriptor_set_size(const wasmelt_wasi2_call *c, u32 self, u64 size, u32 to) {
    wasmelt_wasi *w = begin(c)->wasi;
    const uint32_t error = wasmelt_wasi_fd_filestat_set_size(w, fd_of(c, 0, self), size);
    put_done(c, to, c->is_0_3 && error == WASI_NOTCAPABLE ? WASI_BADF : error); /* in 0.3 it is not open for that */
}

void wasmelt_wasi2_descriptor_set_times(const wasmelt_wasi2_call *c, u32 self, u32 atag, u64 aseconds, u32 ananoseconds, u32 mtag,
                                        u64 mseconds, u32 mnanoseconds, u32 to) {
    wasmelt_wasi *w = begin(c)->wasi;
    const uint32_t fd = fd_of(c, 0, self);
    new_times t;
    uint32_t error =
        wasmelt_rt_wasi2_times((new_timestamp){atag, aseconds, ananoseconds}, (new_timestamp){mtag, mseconds, mnanoseconds}, &t);
    if (!error)
        error = wasmelt_wasi_fd_filestat_set_times(w, fd, t.access, t.modification, t.flags);
    put_done(c, to, error);
}

/* ---- What it is ---- */

static u8 flags_of(const descriptor *d, uint32_t fdflags) {
    u8 flags = d->rights_base & (RIGHT_FD_READ | RIGHT_FD_READDIR) ? FILE_READ : 0;
    flags |= d->rights_base & RIGHT_FD_WRITE ? FILE_WRITE : 0;
    flags |= fdflags & FDFLAG_SYNC ? FILE_SYNC : 0;
    flags |= fdflags & FDFLAG_DSYNC ? FILE_DATA_SYNC : 0;
    flags |= fdflags & FDFLAG_RSYNC ? FILE_READ_SYNC : 0;
    return flags | (d->rights_base & RIGHT_PATH_CREATE_FILE ? DIRECTORY_MUTATE : 0);
}

void wasmelt_wasi2_descriptor_get_flags(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    wasmelt_wasi *w = begin(c)->wasi;
    const object *o = wasmelt_rt_wasi2_borrowed(c, 0, self, OBJECT_DESCRIPTOR);
    const uint32_t fd = o->u.fd;
    const bool is_told = !c->is_0_3 || o->mutates;
    HELD descriptor *d = NULL;
    uint32_t error = wasmelt_wasi_fd_fdstat_get(w, fd, VIEW_OUT);
    if (!error)
        error = wasmelt_rt_wasi_fd(w, fd, 0, &d);
    u8 *result = wasmelt_rt_wasi2_result(c, to, error, 1, 1);
    if (!error)
        result[0] = flags_of(d, guest_load16(c->host->memory.base + VIEW_OUT + 2)) & (is_told ? UINT8_MAX : (u8)~DIRECTORY_MUTATE);
}

void wasmelt_wasi2_descriptor_get_type(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    wasmelt_wasi *w = begin(c)->wasi;
    const uint32_t fd = fd_of(c, 0, self);
    HELD descriptor *d = NULL;
    const uint32_t error = wasmelt_rt_wasi_fd(w, fd, 0, &d);
    u8 *result = wasmelt_rt_wasi2_result(c, to, error, wasmelt_rt_wasi2_type_bytes(c), 1);
    if (!error)
        wasmelt_rt_wasi2_put_type(c, result, d->filetype, d->is_pipe);
}

void wasmelt_wasi2_descriptor_stat(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    wasmelt_wasi *w = begin(c)->wasi;
    struct stat st;
    uint8_t filetype = 0;
    const uint32_t error = wasmelt_rt_stat_of_fd(w, fd_of(c, 0, self), &st, &filetype);
    wasmelt_rt_wasi2_put_stat(c, to, error, &st, filetype);
}

void wasmelt_wasi2_descriptor_metadata_hash(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    wasmelt_wasi *w = begin(c)->wasi;
    struct stat st;
    uint8_t filetype;
    const uint32_t error = wasmelt_rt_stat_of_fd(w, fd_of(c, 0, self), &st, &filetype);
    wasmelt_rt_wasi2_put_hash(c, to, error, &st);
}

u32 wasmelt_wasi2_descriptor_is_same_object(const wasmelt_wasi2_call *c, u32 self, u32 other) {
    wasmelt_wasi *w = begin(c)->wasi;
    struct stat a, b;
    uint8_t filetype;
    return wasmelt_rt_stat_of_fd(w, fd_of(c, 0, self), &a, &filetype) == WASI_SUCCESS &&
           wasmelt_rt_stat_of_fd(w, fd_of(c, 1, other), &b, &filetype) == WASI_SUCCESS && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

void wasmelt_wasi2_filesystem_error_code(const wasmelt_wasi2_call *c, u32 error, u32 to) {
    begin(c);
    const object *o = wasmelt_rt_wasi2_borrowed(c, 0, error, OBJECT_ERROR);
    u8 *result = result_at(c, to, 2, 1);
    result[0] = 1;
    result[1] = wasmelt_rt_wasi2_error_code(wasmelt_rt_wasi_errno(o->u.error));
}
