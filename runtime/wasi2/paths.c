/* wasi:filesystem/types: methods of descriptors that take paths. */
#include "../wasi/stat.h"
#include "files.h"

/* A path in the view, below a descriptor. */
typedef struct path {
    uint32_t fd, length;
    uint32_t error; /* of preview 1, if it cannot be one */
} path;

static path take(const wasmelt_wasi2_call *c, unsigned k, u32 self, u32 address, u32 length, uint32_t place) {
    path p = {.fd = fd_of(c, k, self)};
    p.error = wasmelt_rt_wasi2_take_path(c, address, length, place, &p.length);
    return p;
}

/* The first, or only, path of a call that begins. */
static path begin_path(const wasmelt_wasi2_call *c, u32 self, u32 address, u32 length) {
    begin(c);
    return take(c, 0, self, address, length, VIEW_PATH);
}

/* The bit of path-flags, which is that of preview 1's lookupflags. */
static uint32_t lookup(u32 path_flags) {
    return path_flags & LOOKUP_SYMLINK_FOLLOW;
}

/* ---- Opening ---- */

/* The rights for which a library of preview 1 would ask. */
static uint64_t rights_for(u32 flags) {
    uint64_t rights = RIGHTS_DIRECTORY | RIGHTS_FILE;
    if (!(flags & FILE_READ))
        rights &= ~RIGHT_FD_READ;
    if (!(flags & FILE_WRITE))
        return rights & ~(RIGHT_FD_WRITE | RIGHT_FD_ALLOCATE | RIGHT_FD_FILESTAT_SET_SIZE);
    return flags & FILE_READ ? rights : rights & ~RIGHT_FD_READDIR;
}

static uint32_t fdflags_for(u32 flags) {
    return (flags & FILE_SYNC ? FDFLAG_SYNC : 0) | (flags & FILE_DATA_SYNC ? FDFLAG_DSYNC : 0) |
           (flags & FILE_READ_SYNC ? FDFLAG_RSYNC : 0);
}

void wasmelt_wasi2_descriptor_open_at(const wasmelt_wasi2_call *c, u32 self, u32 path_flags, u32 address, u32 length, u32 open_flags,
                                      u32 flags, u32 to) {
    const path p = begin_path(c, self, address, length);
    if (c->is_0_3 && !(flags & (FILE_READ | FILE_WRITE)))
        flags |= FILE_READ;
    if (c->is_0_3 && open_flags & OFLAG_CREAT)
        flags |= FILE_WRITE;
    uint32_t error = p.error;
    if (!error)
        error = wasmelt_wasi_path_open(c->host->wasi, p.fd, lookup(path_flags), VIEW_PATH, p.length, open_flags & OFLAGS_ALL,
                                       rights_for(flags), RIGHTS_ALL, fdflags_for(flags), VIEW_OUT);
    u32 handle = 0;
    if (!error)
        handle = wasmelt_rt_wasi2_give(c, 1,
                                       (object){.kind = OBJECT_DESCRIPTOR,
                                                .mutates = flags & DIRECTORY_MUTATE,
                                                .u.fd = guest_load32(c->host->memory.base + VIEW_OUT)});
    u8 *result = wasmelt_rt_wasi2_result(c, to, error, 4, 4);
    if (!error)
        put_u32(result, handle);
}

/* ---- Attributes ---- */

static uint32_t stat_path(const wasmelt_wasi2_call *c, const path *p, u32 path_flags, struct stat *st) {
    return p->error ? p->error : wasmelt_rt_stat_of_path(c->host->wasi, p->fd, lookup(path_flags), VIEW_PATH, p->length, st);
}

void wasmelt_wasi2_descriptor_stat_at(const wasmelt_wasi2_call *c, u32 self, u32 path_flags, u32 address, u32 length, u32 to) {
    const path p = begin_path(c, self, address, length);
    struct stat st = {0};
    const uint32_t error = stat_path(c, &p, path_flags, &st);
    wasmelt_rt_wasi2_put_stat(c, to, error, &st, wasmelt_rt_wasi_filetype(st.st_mode));
}

void wasmelt_wasi2_descriptor_metadata_hash_at(const wasmelt_wasi2_call *c, u32 self, u32 path_flags, u32 address, u32 length, u32 to) {
    const path p = begin_path(c, self, address, length);
    struct stat st;
    const uint32_t error = stat_path(c, &p, path_flags, &st);
    wasmelt_rt_wasi2_put_hash(c, to, error, &st);
}

void wasmelt_wasi2_descriptor_set_times_at(const wasmelt_wasi2_call *c, u32 self, u32 path_flags, u32 address, u32 length, u32 atag,
                                           u64 aseconds, u32 ananoseconds, u32 mtag, u64 mseconds, u32 mnanoseconds, u32 to) {
    const path p = begin_path(c, self, address, length);
    new_times t;
    const uint32_t wrong =
        wasmelt_rt_wasi2_times((new_timestamp){atag, aseconds, ananoseconds}, (new_timestamp){mtag, mseconds, mnanoseconds}, &t);
    uint32_t error = p.error ? p.error : wrong;
    if (!error)
        error = wasmelt_wasi_path_filestat_set_times(c->host->wasi, p.fd, lookup(path_flags), VIEW_PATH, p.length, t.access, t.modification,
                                                     t.flags);
    put_done(c, to, error);
}

/* ---- Entries of directories ---- */

/* Calls a function of preview 1 that takes a path alone. */
static void change(const wasmelt_wasi2_call *c, u32 self, u32 address, u32 length, u32 to,
                   uint32_t (*function)(void *wasi, uint32_t fd, uint32_t path, uint32_t path_len)) {
    const path p = begin_path(c, self, address, length);
    put_done(c, to, p.error ? p.error : function(c->host->wasi, p.fd, VIEW_PATH, p.length));
}

void wasmelt_wasi2_descriptor_create_directory_at(const wasmelt_wasi2_call *c, u32 self, u32 address, u32 length, u32 to) {
    change(c, self, address, length, to, wasmelt_wasi_path_create_directory);
}

/* "link/" is what a link leads to: in 0.3 it is said first that this is not the program's. */
void wasmelt_wasi2_descriptor_remove_directory_at(const wasmelt_wasi2_call *c, u32 self, u32 address, u32 length, u32 to) {
    const path p = begin_path(c, self, address, length);
    struct stat st;
    uint32_t error = p.error ? p.error : wasmelt_wasi_path_remove_directory(c->host->wasi, p.fd, VIEW_PATH, p.length);
    if (c->is_0_3 && error == WASI_NOTDIR && c->host->memory.base[VIEW_PATH + p.length - 1] == '/') {
        const uint32_t followed = stat_path(c, &p, LOOKUP_SYMLINK_FOLLOW, &st);
        error = followed == WASI_PERM || followed == WASI_NOTCAPABLE ? followed : error;
    }
    put_done(c, to, error);
}

void wasmelt_wasi2_descriptor_unlink_file_at(const wasmelt_wasi2_call *c, u32 self, u32 address, u32 length, u32 to) {
    change(c, self, address, length, to, wasmelt_wasi_path_unlink_file);
}

void wasmelt_wasi2_descriptor_readlink_at(const wasmelt_wasi2_call *c, u32 self, u32 address, u32 length, u32 to) {
    const path p = begin_path(c, self, address, length);
    uint32_t error = p.error;
    if (!error)
        error = wasmelt_wasi_path_readlink(c->host->wasi, p.fd, VIEW_PATH, p.length, VIEW_DATA, VIEW_DATA_BYTES, VIEW_OUT);
    const wasmelt_string target = {c->host->memory.base + VIEW_DATA, error ? 0 : guest_load32(c->host->memory.base + VIEW_OUT)};
    if (!error && !wasmelt_rt_wasi_is_utf8(target.ptr, target.len))
        error = WASI_ILSEQ;
    u32 at = 0, bytes = 0;
    if (!error)
        wasmelt_canon_lower_string(c->canon, target, &at, &bytes);
    u8 *result = wasmelt_rt_wasi2_result(c, to, error, 8, 4);
    if (!error)
        put_list(result, at, bytes);
}

/* The target of a link is a text, and no path that is looked up. */
void wasmelt_wasi2_descriptor_symlink_at(const wasmelt_wasi2_call *c, u32 self, u32 target, u32 target_length, u32 address, u32 length,
                                         u32 to) {
    const path p = begin_path(c, self, target, target_length), link = take(c, 0, self, address, length, VIEW_OTHER_PATH);
    uint32_t error = p.error ? p.error : link.error;
    if (!error)
        error = wasmelt_wasi_path_symlink(c->host->wasi, VIEW_PATH, p.length, p.fd, VIEW_OTHER_PATH, link.length);
    put_done(c, to, error);
}

void wasmelt_wasi2_descriptor_link_at(const wasmelt_wasi2_call *c, u32 self, u32 path_flags, u32 address, u32 length, u32 other,
                                      u32 other_address, u32 other_length, u32 to) {
    const path p = begin_path(c, self, address, length), q = take(c, 1, other, other_address, other_length, VIEW_OTHER_PATH);
    uint32_t error = p.error ? p.error : q.error;
    if (!error)
        error = wasmelt_wasi_path_link(c->host->wasi, p.fd, lookup(path_flags), VIEW_PATH, p.length, q.fd, VIEW_OTHER_PATH, q.length);
    put_done(c, to, error);
}

void wasmelt_wasi2_descriptor_rename_at(const wasmelt_wasi2_call *c, u32 self, u32 address, u32 length, u32 other, u32 other_address,
                                        u32 other_length, u32 to) {
    const path p = begin_path(c, self, address, length), q = take(c, 1, other, other_address, other_length, VIEW_OTHER_PATH);
    uint32_t error = p.error ? p.error : q.error;
    if (!error)
        error = wasmelt_wasi_path_rename(c->host->wasi, p.fd, VIEW_PATH, p.length, q.fd, VIEW_OTHER_PATH, q.length);
    put_done(c, to, error);
}
