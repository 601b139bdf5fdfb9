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
        list[count++] =
            (preopen){wasmelt_rt_wasi2_give(c, 0, (object){.kind = OBJECT_DESCRIPTOR, .mutates = true, .u.fd = own}), d->preopen};
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

uint32_t wasmelt_rt_wasi2_open_directory(const wasmelt_wasi2_call *c, u32 self, object *o) {
    wasmelt_wasi *w = c->host->wasi;
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
    if (error) {
        wasmelt_rt_wasi_fd_drop(&d);
        return error;
    }
    reader->cookie = 0;
    reader->at = reader->used = 0;
    *o = (object){.kind = OBJECT_ENTRIES, .d = d, .u.reader = reader};
    return error;
}

void wasmelt_wasi2_descriptor_read_directory(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    begin(c);
    object o;
    const uint32_t error = wasmelt_rt_wasi2_open_directory(c, self, &o);
    const u32 handle = error ? 0 : wasmelt_rt_wasi2_give(c, 1, o);
    u8 *result = wasmelt_rt_wasi2_result(c, to, error, 4, 4);
    if (!error)
        put_u32(result, handle);
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

bool wasmelt_rt_wasi2_next_entry(wasmelt_wasi *w, object *o, wasmelt_string *name, uint8_t *filetype, uint32_t *error) {
    const uint8_t *e = next_entry(w, o, error);
    while (e && is_dots(name_of(e)))
        e = next_entry(w, o, error);
    if (!e)
        return false;
    *name = name_of(e);
    *filetype = e[20];
    if (!wasmelt_rt_wasi_is_utf8(name->ptr, name->len))
        *error = WASI_ILSEQ;
    return *error == WASI_SUCCESS;
}

void wasmelt_wasi2_read_directory_entry(const wasmelt_wasi2_call *c, u32 self, u32 to) {
    wasmelt_wasi *w = begin(c)->wasi;
    object *o = wasmelt_rt_wasi2_borrowed(c, 0, self, OBJECT_ENTRIES);
    uint32_t error;
    wasmelt_string name;
    uint8_t filetype;
    const bool is_there = wasmelt_rt_wasi2_next_entry(w, o, &name, &filetype, &error);
    u32 address = 0, length = 0;
    if (is_there)
        wasmelt_canon_lower_string(c->canon, name, &address, &length);
    u8 *result = wasmelt_rt_wasi2_result(c, to, error, 16, 4);
    if (error)
        return;
    result[0] = is_there;
    if (!is_there)
        return;
    wasmelt_rt_wasi2_put_type(c, result + 4, filetype, false);
    put_list(result + 8, address, length);
}
