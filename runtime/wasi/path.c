/* Functions on paths. What a path names is opened beneath its directory (resolve.h) and then used by its descriptor. A function that
 * changes a directory uses the last component of the path in the parent directory, which is held open. */
#include <stdio.h>

#include "resolve.h"
#include "stat.h"

/* ---- Paths from the guest ---- */

typedef struct guest_path {
    char text[PATH_MAX];
} guest_path;

bool wasmelt_rt_wasi_is_utf8(const uint8_t *s, size_t length) {
    for (size_t k = 0; k < length;) {
        uint8_t c = s[k++];
        unsigned more = c < 0x80 ? 0 : c >= 0xC2 && c < 0xE0 ? 1 : c >= 0xE0 && c < 0xF0 ? 2 : c >= 0xF0 && c < 0xF5 ? 3 : 4;
        if (more == 4 || more > length - k)
            return false;
        for (unsigned i = 0; i < more; i++) {
            uint8_t low = i > 0 ? 0x80 : c == 0xE0 ? 0xA0 : c == 0xF0 ? 0x90 : 0x80;
            uint8_t high = i > 0 ? 0xBF : c == 0xED ? 0x9F : c == 0xF4 ? 0x8F : 0xBF;
            if (s[k + i] < low || s[k + i] > high)
                return false;
        }
        k += more;
    }
    return true;
}

static uint32_t take_path(const wasmelt_wasi *w, uint32_t address, uint32_t length, guest_path *p) {
    const uint8_t *bytes = guest_at(w, address, length);
    if (!bytes)
        return WASI_FAULT;
    if (length >= sizeof p->text)
        return WASI_NAMETOOLONG;
    memcpy(p->text, bytes, length);
    p->text[length] = 0;
    if (memchr(p->text, 0, length))
        return WASI_INVAL;
    if (!wasmelt_rt_wasi_is_utf8((const uint8_t *)p->text, length))
        return WASI_ILSEQ;
    return length == 0 ? WASI_NOENT : WASI_SUCCESS;
}

/* Finds a directory that has the right, and a path of the guest in it. */
static uint32_t take(wasmelt_wasi *w, uint32_t fd, uint64_t right, uint32_t address, uint32_t length, descriptor **d, guest_path *p) {
    uint32_t error = wasmelt_rt_wasi_fd(w, fd, 0, d);
    if (!error && (*d)->filetype != FILETYPE_DIRECTORY)
        error = WASI_NOTDIR;
    if (!error)
        error = wasmelt_rt_wasi_rights(*d, right);
    return error ? error : take_path(w, address, length, p);
}

static uint32_t outcome(int result) {
    return result == 0 ? WASI_SUCCESS : wasmelt_rt_wasi_errno(errno);
}

/* Closes without changing errno. */
static void done_with(int fd) {
    int error = errno;
    close(fd);
    errno = error;
}

/* ---- Opening ---- */

static int open_flags(uint32_t lookup_flags, uint32_t oflags, uint32_t fdflags, bool reads, bool writes) {
    int flags = O_NOCTTY | O_NONBLOCK; /* a FIFO without a writer must not hold the guest up */
    if (!(lookup_flags & LOOKUP_SYMLINK_FOLLOW))
        flags |= O_NOFOLLOW;
    flags |= oflags & OFLAG_CREAT ? O_CREAT : 0;
    flags |= oflags & OFLAG_DIRECTORY ? O_DIRECTORY : 0;
    flags |= oflags & OFLAG_EXCL ? O_EXCL : 0;
    flags |= oflags & OFLAG_TRUNC ? O_TRUNC : 0;
    flags |= fdflags & FDFLAG_APPEND ? O_APPEND : 0;
    flags |= fdflags & FDFLAG_DSYNC ? O_DSYNC : 0;
    flags |= fdflags & (FDFLAG_SYNC | FDFLAG_RSYNC) ? O_SYNC : 0;
    return flags | (reads && writes ? O_RDWR : writes ? O_WRONLY : O_RDONLY);
}

/* The rights that the directory must have for these flags. */
static uint64_t needed_rights(uint32_t oflags) {
    return RIGHT_PATH_OPEN | (oflags & OFLAG_CREAT ? RIGHT_PATH_CREATE_FILE : 0) |
           (oflags & OFLAG_TRUNC ? RIGHT_PATH_FILESTAT_SET_SIZE : 0);
}

/* Everything is opened with O_NONBLOCK, which makes no difference to files. Afterwards the descriptor gets the flags for which the guest
 * asked. */
static void finish_open(int host, const system_stat *st, uint32_t fdflags) {
    if ((fdflags & FDFLAG_NONBLOCK) || S_ISREG(st->st_mode) || S_ISDIR(st->st_mode))
        return;
    int flags = fcntl(host, F_GETFL);
    if (flags >= 0)
        fcntl(host, F_SETFL, flags & ~O_NONBLOCK);
}

/* Opens a file beneath `d` for the guest; WASI_ACCES for a file in procfs. */
static uint32_t open_host(const descriptor *d, const guest_path *p, int flags, int *host, system_stat *st) {
    *host = wasmelt_rt_resolve_open(d->host, p->text, flags, 0666);
    if (*host < 0)
        return wasmelt_rt_wasi_errno(errno);
    uint32_t error = outcome(fstat(*host, st));
    if (!error && st->st_dev != d->device && wasmelt_rt_resolve_in_procfs(*host))
        error = WASI_ACCES;
    if (error)
        close(*host);
    return error;
}

uint32_t wasmelt_wasi_path_open(void *wasi, uint32_t fd, uint32_t lookup_flags, uint32_t path, uint32_t path_len, uint32_t oflags,
                                uint64_t rights_base, uint64_t rights_inheriting, uint32_t fdflags, uint32_t opened) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    HELD descriptor *d = NULL;
    guest_path p;
    uint8_t *out = guest_at(w, opened, 4);
    uint32_t error = take(w, fd, needed_rights(oflags), path, path_len, &d, &p);
    if (error)
        return error;
    if (!out)
        return WASI_FAULT;
    if ((oflags & ~(uint32_t)OFLAGS_ALL) || (fdflags & ~(uint32_t)FDFLAGS_ALL) ||
        (oflags & (OFLAG_CREAT | OFLAG_DIRECTORY)) == (OFLAG_CREAT | OFLAG_DIRECTORY))
        return WASI_INVAL;
    if (rights_base & ~d->rights_inheriting & RIGHT_FD_WRITE)
        return WASI_NOTCAPABLE; /* other rights are only reduced, because libraries ask for all of them */
    rights_base &= d->rights_inheriting;
    /* For a directory only plain writing is refused, with EISDIR as everywhere else; the other rights mean nothing. */
    uint64_t writing = RIGHT_FD_WRITE | (oflags & OFLAG_DIRECTORY ? 0 : RIGHT_FD_ALLOCATE | RIGHT_FD_FILESTAT_SET_SIZE);
    bool writes = rights_base & writing;
    bool reads = !writes || (rights_base & (RIGHT_FD_READ | RIGHT_FD_READDIR));
    int flags = open_flags(lookup_flags, oflags, fdflags, reads, writes);
    if (!wasmelt_rt_wasi_fd_begin(w))
        return WASI_MFILE;
    int host;
    system_stat st = {0};
    error = open_host(d, &p, flags, &host, &st);
    if (error) {
        wasmelt_rt_wasi_fd_cancel(w);
        return error;
    }
    finish_open(host, &st, fdflags);
    uint32_t place;
    error = wasmelt_rt_wasi_fd_add(w, host, &st, flags & O_ACCMODE, rights_base, rights_inheriting & d->rights_inheriting, fdflags, &place);
    if (!error)
        guest_store(out, place, 4);
    return error;
}

/* ---- Attributes ---- */

/* Opens a descriptor that stands for the file without opening the file itself (O_PATH). */
static int open_path(const descriptor *d, const guest_path *p, uint32_t lookup_flags) {
    return wasmelt_rt_resolve_open(d->host, p->text, O_PATH | (lookup_flags & LOOKUP_SYMLINK_FOLLOW ? 0 : O_NOFOLLOW), 0);
}

uint32_t wasmelt_rt_stat_of_path(wasmelt_wasi *w, uint32_t fd, uint32_t lookup_flags, uint32_t path, uint32_t path_len, system_stat *st) {
    HELD descriptor *d = NULL;
    guest_path p;
    uint32_t error = take(w, fd, RIGHT_PATH_FILESTAT_GET, path, path_len, &d, &p);
    if (error)
        return error;
    int host = open_path(d, &p, lookup_flags);
    if (host < 0)
        return wasmelt_rt_wasi_errno(errno);
    error = outcome(fstat(host, st));
    close(host);
    return error;
}

uint32_t wasmelt_wasi_path_filestat_get(void *wasi, uint32_t fd, uint32_t lookup_flags, uint32_t path, uint32_t path_len, uint32_t stat) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    system_stat st = {0};
    uint8_t *out = guest_at(w, stat, SIZEOF_FILESTAT);
    uint32_t error = out ? wasmelt_rt_stat_of_path(w, fd, lookup_flags, path, path_len, &st) : WASI_FAULT;
    if (error)
        return error;
    wasmelt_rt_stat_store(&st, wasmelt_rt_wasi_filetype(st.st_mode), out);
    return WASI_SUCCESS;
}

/* Sets the times by the descriptor or, if the kernel cannot do that, through the descriptor's link in /proc. */
static int set_times_of(int host, const struct timespec times[2]) {
    char link[32];
    if (utimensat(host, "", times, AT_EMPTY_PATH) == 0)
        return 0;
    if (errno != EINVAL && errno != EBADF && errno != ENOENT)
        return -1;
    snprintf(link, sizeof link, "/proc/self/fd/%d", host);
    return utimensat(AT_FDCWD, link, times, 0);
}

uint32_t wasmelt_wasi_path_filestat_set_times(void *wasi, uint32_t fd, uint32_t lookup_flags, uint32_t path, uint32_t path_len,
                                              uint64_t atim, uint64_t mtim, uint32_t fst_flags) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    HELD descriptor *d = NULL;
    guest_path p;
    struct timespec times[2];
    uint32_t error = take(w, fd, RIGHT_PATH_FILESTAT_SET_TIMES, path, path_len, &d, &p);
    if (!error)
        error = wasmelt_rt_stat_times(atim, mtim, fst_flags, times);
    if (error)
        return error;
    int host = open_path(d, &p, lookup_flags);
    if (host < 0)
        return wasmelt_rt_wasi_errno(errno);
    error = outcome(set_times_of(host, times));
    close(host);
    return error;
}

/* ---- Entries of directories ---- */

/* Finds the parent of a guest's path for an operation that needs the right. */
static uint32_t take_parent(wasmelt_wasi *w, uint32_t fd, uint64_t right, uint32_t path, uint32_t path_len, parent *p) {
    HELD descriptor *d = NULL;
    guest_path text;
    uint32_t error = take(w, fd, right, path, path_len, &d, &text);
    if (error)
        return error;
    return wasmelt_rt_resolve_parent(d->host, text.text, p) == 0 ? WASI_SUCCESS : wasmelt_rt_wasi_errno(errno);
}

/* Finds the parent of a guest's path for an operation that needs the right and looks the entry up. Returns `for_directory` if the path ends
 * with a slash: then it can only name a directory, perhaps through a link. It is resolved beneath `fd` here, because the kernel, given the
 * last component, would follow that link anywhere. */
static uint32_t take_entry(wasmelt_wasi *w, uint32_t fd, uint64_t right, uint32_t path, uint32_t path_len, uint32_t for_directory,
                           parent *p) {
    HELD descriptor *d = NULL;
    guest_path text;
    uint32_t error = take(w, fd, right, path, path_len, &d, &text);
    if (error)
        return error;
    if (wasmelt_rt_resolve_parent(d->host, text.text, p) != 0)
        return wasmelt_rt_wasi_errno(errno);
    if (!p->trailing_slash)
        return WASI_SUCCESS;
    close(p->dir);
    int host = wasmelt_rt_resolve_open(d->host, text.text, O_PATH | O_DIRECTORY, 0);
    if (host < 0)
        return wasmelt_rt_wasi_errno(errno);
    close(host);
    return for_directory;
}

/* Whether the path ended in a slash and the entry itself, without following links, is of this type. p->last must not be used afterwards. */
static bool is_slashed(parent *p, mode_t type) {
    system_stat st;
    if (!p->trailing_slash)
        return false;
    p->last[strlen(p->last) - 1] = 0;
    return fstatat(p->dir, p->last, &st, AT_SYMLINK_NOFOLLOW) == 0 && (st.st_mode & S_IFMT) == type;
}

uint32_t wasmelt_wasi_path_create_directory(void *wasi, uint32_t fd, uint32_t path, uint32_t path_len) {
    parent p;
    uint32_t error = take_parent(wasmelt_rt_wasi_context(wasi), fd, RIGHT_PATH_CREATE_DIRECTORY, path, path_len, &p);
    if (error)
        return error;
    error = outcome(mkdirat(p.dir, p.last, 0777));
    close(p.dir);
    return error;
}

static uint32_t unlink_entry(void *wasi, uint32_t fd, uint64_t right, uint32_t path, uint32_t path_len, int flags) {
    parent p;
    uint32_t error = take_parent(wasmelt_rt_wasi_context(wasi), fd, right, path, path_len, &p);
    if (error)
        return error;
    error = outcome(unlinkat(p.dir, p.last, flags));
    if (error == WASI_NOTDIR && flags == 0 && is_slashed(&p, S_IFDIR)) /* the kernel says ENOTDIR for a directory here */
        error = WASI_ISDIR;
    close(p.dir);
    return error;
}

uint32_t wasmelt_wasi_path_remove_directory(void *wasi, uint32_t fd, uint32_t path, uint32_t path_len) {
    return unlink_entry(wasi, fd, RIGHT_PATH_REMOVE_DIRECTORY, path, path_len, AT_REMOVEDIR);
}

uint32_t wasmelt_wasi_path_unlink_file(void *wasi, uint32_t fd, uint32_t path, uint32_t path_len) {
    return unlink_entry(wasi, fd, RIGHT_PATH_UNLINK_FILE, path, path_len, 0);
}

uint32_t wasmelt_wasi_path_readlink(void *wasi, uint32_t fd, uint32_t path, uint32_t path_len, uint32_t buf, uint32_t buf_len,
                                    uint32_t bufused) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    parent p;
    uint8_t *out = guest_at(w, buf, buf_len), *used = guest_at(w, bufused, 4);
    if (!out || !used)
        return WASI_FAULT;
    uint32_t error = take_entry(w, fd, RIGHT_PATH_READLINK, path, path_len, WASI_INVAL, &p);
    if (error)
        return error;
    char target[PATH_MAX];
    ssize_t length = -1;
    errno = EACCES;
    if (!wasmelt_rt_resolve_in_procfs(p.dir)) /* in procfs the target may be the host's path of a descriptor */
        length = readlinkat(p.dir, p.last, target, sizeof target);
    done_with(p.dir);
    if (length < 0)
        return wasmelt_rt_wasi_errno(errno);
    size_t copied = (size_t)length < buf_len ? (size_t)length : buf_len;
    memcpy(out, target, copied);
    guest_store(used, copied, 4);
    return WASI_SUCCESS;
}

/* An absolute target is refused: it would mean one thing to the guest, and another to programs of the host that follow the link. */
uint32_t wasmelt_wasi_path_symlink(void *wasi, uint32_t old_path, uint32_t old_path_len, uint32_t fd, uint32_t new_path,
                                   uint32_t new_path_len) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    guest_path target;
    parent p;
    uint32_t error = take_path(w, old_path, old_path_len, &target);
    if (!error && target.text[0] == '/')
        error = WASI_PERM;
    if (!error)
        error = take_parent(w, fd, RIGHT_PATH_SYMLINK, new_path, new_path_len, &p);
    if (error)
        return error;
    error = outcome(symlinkat(target.text, p.dir, p.last));
    if (error == WASI_EXIST && is_slashed(&p, S_IFREG)) /* the kernel says EEXIST whether it is a directory or not */
        error = WASI_NOTDIR;
    close(p.dir);
    return error;
}

uint32_t wasmelt_wasi_path_link(void *wasi, uint32_t old_fd, uint32_t old_flags, uint32_t old_path, uint32_t old_path_len, uint32_t new_fd,
                                uint32_t new_path, uint32_t new_path_len) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    parent from, to;
    if (old_flags & LOOKUP_SYMLINK_FOLLOW)
        return WASI_INVAL; /* the target of a symbolic link cannot be linked without following the link by name */
    uint32_t error = take_entry(w, old_fd, RIGHT_PATH_LINK_SOURCE, old_path, old_path_len, WASI_PERM, &from);
    if (error)
        return error;
    error = take_parent(w, new_fd, RIGHT_PATH_LINK_TARGET, new_path, new_path_len, &to);
    if (!error) {
        error = outcome(linkat(from.dir, from.last, to.dir, to.last, 0));
        close(to.dir);
    }
    close(from.dir);
    return error;
}

uint32_t wasmelt_wasi_path_rename(void *wasi, uint32_t fd, uint32_t old_path, uint32_t old_path_len, uint32_t new_fd, uint32_t new_path,
                                  uint32_t new_path_len) {
    wasmelt_wasi *w = wasmelt_rt_wasi_context(wasi);
    parent from, to;
    uint32_t error = take_parent(w, fd, RIGHT_PATH_RENAME_SOURCE, old_path, old_path_len, &from);
    if (error)
        return error;
    error = take_parent(w, new_fd, RIGHT_PATH_RENAME_TARGET, new_path, new_path_len, &to);
    if (!error) {
        error = outcome(renameat(from.dir, from.last, to.dir, to.last));
        close(to.dir);
    }
    close(from.dir);
    return error;
}
