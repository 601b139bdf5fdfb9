/* wasi:filesystem: the directories that the program is given, and entries of directories. */
#include "../allocator.h"
#include "../wasi/dir.h"
#include "files.h"

/* ---- Directories that the program is given ---- */

typedef struct preopen {
    u32 handle;
    const char *name;
} preopen;

/* Gives the program handles of its own, which it may drop. Stores them, and returns how many there are. */
static u32 give_preopens(const wasmelt_wasi2_call *c, preopen *list) {
    wasmelt_wasi *w = c->host->wasi;
    u32 count = 0;
    for (uint32_t fd = 0; fd < c->host->preopen_limit; fd++) {
        uint32_t own;
        const descriptor *d = w->fds[fd]; /* which the program cannot close */
        if (!d || !d->preopen)
            continue;
        if (wasmelt_rt_wasi_fd_again(w, fd, &own) != WASI_SUCCESS)
            wasmelt_trap_raise(WASMELT_TRAP_OUT_OF_RESOURCES);
        list[count++] = (preopen){wasmelt_rt_wasi2_give(c, 0, (object){.kind = OBJECT_DESCRIPTOR, .u.fd = own}), d->preopen};
    }
    return count;
}

void wasmelt_wasi2_get_directories(const wasmelt_wasi2_call *c, u32 to) {
    const uint32_t limit = begin(c)->preopen_limit;
    preopen *list = wasmelt_canon_allocate_lifted(c->canon->canon->component, limit, sizeof *list);
    const u32 count = give_preopens(c, list);
    u8 *at;
    const u32 address = wasmelt_canon_allocate(c->canon, count, 12, 4, &at);
    for (u32 k = 0; k < count; k++, at += 12) {
        u32 name, length;
        wasmelt_canon_lower_string(c->canon, wasmelt_string_of(list[k].name), &name, &length);
        put_u32(at, list[k].handle);
        put_list(at + 4, name, length);
    }
    put_list(result_at(c, to, 8, 4), address, count);
}

/* ---- Entries ---- */

void wasmelt_wasi2_descriptor_read_directory(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    wasmelt_wasi *w = begin(c)->wasi;
    const uint32_t fd = fd_of(c, 0, self);
    descriptor *d = NULL;
    uint32_t error = wasmelt_rt_wasi_fd(w, fd, 0, &d);
    if (!error && d->filetype != FILETYPE_DIRECTORY)
        error = WASI_NOTDIR;
    if (!error)
        error = wasmelt_rt_wasi_rights(d, RIGHT_FD_READDIR);
    struct directory_reader *reader = error ? NULL : wasmelt_rt_allocate(sizeof *reader);
    if (!error && !reader)
        error = WASI_NOMEM;
    u32 handle = 0;
    if (error) {
        wasmelt_rt_wasi_fd_drop(&d);
    } else {
        reader->cookie = 0;
        reader->at = reader->used = 0;
        handle = wasmelt_rt_wasi2_give(c, 1, (object){.kind = OBJECT_ENTRIES, .d = d, .u.reader = reader});
    }
    u8 *result = wasmelt_rt_wasi2_result(c, to, error, 8, 4, 4);
    if (!error)
        put_u32(result + 4, handle);
}

/* Finds the next entry in what has been read, where the last one may be cut off: null if more has to be read. */
static const uint8_t *next_there(struct directory_reader *r) {
    const size_t left = r->used - r->at;
    const uint8_t *e = r->bytes + r->at;
    if (left < SIZEOF_DIRENT || left - SIZEOF_DIRENT < guest_load32(e + 16))
        return NULL;
    r->at += SIZEOF_DIRENT + guest_load32(e + 16);
    r->cookie = guest_load64(e);
    return e;
}

/* The next entry, or null: if *error is 0, there are no more. */
static const uint8_t *next_entry(wasmelt_wasi *w, object *o, uint32_t *error) {
    struct directory_reader *r = o->u.reader;
    const uint8_t *e = next_there(r);
    *error = WASI_SUCCESS;
    if (e)
        return e;
    r->at = r->used = 0;
    *error = wasmelt_rt_dir_read(w, o->d, r->cookie, r->bytes, sizeof r->bytes, &r->used);
    return *error ? NULL : next_there(r);
}

static wasmelt_string name_of(const uint8_t *e) {
    return (wasmelt_string){(uint8_t *)(uintptr_t)e + SIZEOF_DIRENT, guest_load32(e + 16)};
}

static bool is_dots(wasmelt_string name) {
    return (name.len == 1 && name.ptr[0] == '.') || (name.len == 2 && name.ptr[0] == '.' && name.ptr[1] == '.');
}

void wasmelt_wasi2_read_directory_entry(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    wasmelt_wasi *w = begin(c)->wasi;
    object *o = wasmelt_rt_wasi2_borrowed(c, 0, self, OBJECT_ENTRIES);
    uint32_t error;
    const uint8_t *e = next_entry(w, o, &error);
    while (e && is_dots(name_of(e)))
        e = next_entry(w, o, &error);
    if (e && !wasmelt_rt_wasi_is_utf8(name_of(e).ptr, name_of(e).len))
        error = WASI_ILSEQ;
    u32 address = 0, length = 0;
    if (e && !error)
        wasmelt_canon_lower_string(c->canon, name_of(e), &address, &length);
    u8 *result = wasmelt_rt_wasi2_result(c, to, error, 20, 4, 4);
    if (error)
        return;
    result[4] = e != NULL;
    if (!e)
        return;
    result[8] = wasmelt_rt_wasi2_type(e[20], false);
    put_list(result + 12, address, length);
}
