#if !defined(_WIN32) && !defined(__APPLE__)

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/sort.h"
#include "driver/cache.h"
#include "system/posix.h"
#include "system/process.h"

enum {
    STALE = 3600,  /* leftovers of interrupted processes are removed once they are this many seconds old */
    FIRST_FREE = 3 /* lower descriptors are for the standard streams, even if those are closed */
};

/* ---- The directory ---- */

/* Makes a directory and its missing parents, with the mode that the XDG base directory specification asks for. */
static bool make_directories(char *path) {
    for (char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
        *at = 0;
        bool ok = mkdir(path, 0700) == 0 || errno == EEXIST;
        *at = '/';
        if (!ok && errno != EROFS && errno != EACCES) /* does not matter if the directory turns out to exist */
            return false;
    }
    return mkdir(path, 0700) == 0 || errno == EEXIST;
}

static bool find_path(strbuf *path) {
    const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (base && *base == '/')
        strbuf_printf(path, "%s/wasmelt", base);
    else if (home && *home == '/')
        strbuf_printf(path, "%s/.cache/wasmelt", home);
    else
        return false;
    return true;
}

static bool refuse(cache *c, strbuf *why, const char *reason) {
    strbuf_printf(why, "%s%s%s", c->path.count ? c->path.data : "", c->path.count ? ": " : "", reason);
    cache_close(c);
    return false;
}

bool cache_open(cache *c, strbuf *why) {
    struct stat st;
    *c = (cache){.fd = -1};
    if (!hash_available())
        return refuse(c, why, "this wasmelt was built without libsodium");
    if (!find_path(&c->path))
        return refuse(c, why, "neither XDG_CACHE_HOME nor HOME names a directory");
    bool made = make_directories(c->path.data);
    int error = errno;
    c->fd = open(c->path.data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (c->fd < 0)
        return refuse(c, why, strerror(made ? errno : error));
    if (fstat(c->fd, &st) != 0)
        return refuse(c, why, strerror(errno));
    if (st.st_uid != geteuid()) /* we would run programs that another user put there */
        return refuse(c, why, "belongs to another user");
    if (st.st_mode & 022)
        return refuse(c, why, "others may write to it");
    return true;
}

void cache_close(cache *c) {
    if (c->fd >= 0)
        close(c->fd);
    c->fd = -1;
    strbuf_free(&c->path);
}

/* ---- Names of files in the cache ---- */

enum { NAME_SIZE = HASH_TEXT + 16 };

static void member(char name[NAME_SIZE], const char *key, const char *suffix) {
    snprintf(name, NAME_SIZE, "%s%s", key, suffix);
}

static bool is_key(const char *name) {
    return strlen(name) == HASH_TEXT - 1 && strspn(name, "0123456789abcdef") == HASH_TEXT - 1;
}

static bool is_temporary(const char *name) {
    return strncmp(name, "tmp-", 4) == 0;
}

/* Whether a name is a key followed by `suffix`. */
static bool has_suffix(const char *name, const char *suffix) {
    return strlen(name) == HASH_TEXT - 1 + strlen(suffix) && strcmp(name + HASH_TEXT - 1, suffix) == 0;
}

/* Makes a new empty directory in the cache, and returns its descriptor, locked; -1 with errno set. */
static int make_temporary(const cache *c, char name[NAME_SIZE]) {
    if (!posix_random_name("tmp-", name) || mkdirat(c->fd, name, 0700) != 0)
        return -1;
    int fd = openat(c->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0)
        flock(fd, LOCK_EX | LOCK_NB);
    return fd;
}

/* Removes a file, or a directory with its contents. An entry has no subdirectories, but a directory that somebody else put in its place may
 * have some. */
static void remove_tree(int parent, const char *name, int levels) {
    if (unlinkat(parent, name, 0) == 0 || levels == 0)
        return;
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
    for (struct dirent *e; d && (e = readdir(d));)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            remove_tree(fd, e->d_name, levels - 1);
    if (d)
        closedir(d);
    else if (fd >= 0)
        close(fd);
    unlinkat(parent, name, AT_REMOVEDIR);
}

static void remove_name(const cache *c, const char *name) {
    enum { LEVELS = 16 };
    remove_tree(c->fd, name, LEVELS);
}

/* Opens a file for reading, without waiting even if it turns out to be a pipe or a device. */
static int open_member(const cache *c, const char *name) {
    return openat(c->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
}

/* Renames an entry first, so that it disappears at once, then removes it. */
static void remove_entry(const cache *c, const char *key) {
    char name[NAME_SIZE];
    int fd = make_temporary(c, name);
    if (fd >= 0) { /* renaming a directory to the name of an empty one replaces that */
        remove_name(c, renameat(c->fd, key, c->fd, name) == 0 ? name : key);
        unlinkat(c->fd, name, AT_REMOVEDIR);
        close(fd);
    }
}

/* ---- Whether an entry is intact ---- */

/* The line of `info` that describes `program`: its size and times. It tells whether the file was changed since, without reading all
 * of it: every write moves the time of the last status change (ctime), which no program can set. Renaming the directory leaves that
 * time as it is. */
static void describe(const struct stat *st, strbuf *s) {
    strbuf_printf(s, "wasmelt 1 %jd %jd.%09ld %jd.%09ld\n", (intmax_t)st->st_size, (intmax_t)st->st_mtim.tv_sec, (long)st->st_mtim.tv_nsec,
                  (intmax_t)st->st_ctim.tv_sec, (long)st->st_ctim.tv_nsec);
}

/* Whether `program` is still as `info`, a text that ends with a zero byte, describes it. */
static bool is_sound(const cache *c, const char *key, const char *info, uint64_t *size) {
    struct stat st;
    char name[NAME_SIZE];
    strbuf now = {0};
    member(name, key, "/program");
    bool ok = fstatat(c->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode);
    *size = ok ? (uint64_t)st.st_size : 0;
    if (ok) {
        describe(&st, &now);
        ok = strncmp(info, now.data, now.count) == 0;
    }
    strbuf_free(&now);
    return ok;
}

enum { INFO_SIZE = 4096 };

static bool read_info(int fd, char text[INFO_SIZE]) {
    ssize_t length = pread(fd, text, INFO_SIZE - 1, 0);
    text[length > 0 ? length : 0] = 0;
    return length > 0;
}

/* ---- Looking up ---- */

/* Whether the name still leads to the open file `fd`, which may have been removed since it was opened. */
static bool is_still(const cache *c, const char *name, int fd) {
    struct stat opened, named;
    return fstat(fd, &opened) == 0 && fstatat(c->fd, name, &named, AT_SYMLINK_NOFOLLOW) == 0 && opened.st_ino == named.st_ino &&
           opened.st_dev == named.st_dev;
}

int cache_find(const cache *c, const char *key) {
    char name[NAME_SIZE], info[INFO_SIZE];
    uint64_t size;
    member(name, key, "/info");
    int fd = open_member(c, name);
    if (fd < 0)
        return -1;
    int held = -1;
    bool removed = flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (!removed && is_still(c, name, fd) && read_info(fd, info) && is_sound(c, key, info, &size)) {
        futimens(fd, NULL);                    /* fails on a read-only file system, where nothing is removed either */
        held = fcntl(fd, F_DUPFD, FIRST_FREE); /* stays open in the program */
    }
    close(fd);
    return held;
}

int cache_lock(const cache *c, const char *key) {
    char name[NAME_SIZE];
    member(name, key, ".lock");
    for (;;) {
        int fd = openat(c->fd, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd < 0)
            return -1;
        if (flock(fd, LOCK_EX) != 0) { /* a signal came, or the file system has no locks */
            close(fd);
            return -1;
        }
        if (is_still(c, name, fd))
            return fd;
        close(fd); /* its previous owner has removed it: try again */
        if (process_stopped_by)
            return -1;
    }
}

void cache_unlock(const cache *c, const char *key, int lock) {
    char name[NAME_SIZE];
    if (lock < 0)
        return;
    member(name, key, ".lock");
    unlinkat(c->fd, name, 0);
    close(lock);
}

/* ---- Storing ---- */

static bool write_info(int directory, const char *source) {
    struct stat st;
    strbuf s = {0};
    if (fstatat(directory, "program", &st, AT_SYMLINK_NOFOLLOW) != 0)
        return false;
    describe(&st, &s);
    strbuf_puts(&s, source);
    strbuf_put(&s, '\n');
    int fd = openat(directory, "info", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && write(fd, s.data, s.count) == (ssize_t)s.count;
    if (fd >= 0)
        ok = close(fd) == 0 && ok;
    strbuf_free(&s);
    return ok;
}

/* Copies `in` to `out` and closes both; false if either is -1. */
static bool copy_and_close(int in, int out) {
    bool ok = in >= 0 && out >= 0 && posix_copy_bytes(in, out);
    if (out >= 0)
        ok = close(out) == 0 && ok;
    if (in >= 0)
        close(in);
    return ok;
}

/* Copies the file `from` to the new file `name` in `directory`. */
static bool copy_in(const char *from, int directory, const char *name) {
    struct stat st;
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = in >= 0 && fstat(in, &st) == 0 ? openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, st.st_mode & 0777) : -1;
    return copy_and_close(in, out);
}

bool cache_store(const cache *c, const char *key, const char *program, const char *source) {
    char name[NAME_SIZE] = "";
    int fd = make_temporary(c, name);
    bool ok = fd >= 0 && copy_in(program, fd, "program") && write_info(fd, source);
    if (ok && renameat(c->fd, name, c->fd, key) != 0) {
        remove_entry(c, key); /* a damaged entry may be in the way */
        ok = renameat(c->fd, name, c->fd, key) == 0;
    }
    int error = errno;
    if (!ok && fd >= 0)
        remove_name(c, name);
    if (fd >= 0)
        close(fd);
    errno = error;
    return ok;
}

/* ---- Running ---- */

bool cache_copy(const cache *c, const char *key, const char *to) {
    char name[NAME_SIZE];
    member(name, key, "/program");
    int in = open_member(c, name);
    int out = in >= 0 ? open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
    return copy_and_close(in, out);
}

/* Executes a file by its name in the directory, not by its descriptor, so that the process is called "program" and not by a number. */
static void execute_at(int directory, const char *name, char *const *arguments) {
    syscall(SYS_execveat, directory, name, arguments, environ, AT_SYMLINK_NOFOLLOW);
    if (errno != ENOSYS)
        return;
    int fd = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0) {
        fexecve(fd, arguments, environ);
        close(fd);
    }
}

void cache_execute(const cache *c, const char *key, char *const *arguments) {
    char name[NAME_SIZE];
    member(name, key, "/program");
    execute_at(c->fd, name, arguments);
    if (errno == ENOENT && faccessat(c->fd, name, X_OK, 0) == 0 && fcntl(c->fd, F_SETFD, 0) == 0)
        execute_at(c->fd, name, arguments); /* again without close-on-exec: an emulator (binfmt_misc) opens the file through /dev/fd */
}

/* ---- Keys that stand for other keys ---- */

void cache_remember(const cache *c, const char *from, const char *to) {
    char name[NAME_SIZE], temporary[NAME_SIZE];
    int fd = posix_random_name("tmp-", temporary) ? openat(c->fd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
    if (fd < 0)
        return;
    member(name, from, ".key");
    bool ok = write(fd, to, HASH_TEXT - 1) == HASH_TEXT - 1;
    ok = close(fd) == 0 && ok;
    if (ok && renameat(c->fd, temporary, c->fd, name) != 0) {
        remove_name(c, name); /* something else than a file has the name */
        ok = renameat(c->fd, temporary, c->fd, name) == 0;
    }
    if (!ok)
        unlinkat(c->fd, temporary, 0);
}

bool cache_recall(const cache *c, const char *from, char to[HASH_TEXT]) {
    char name[NAME_SIZE];
    member(name, from, ".key");
    int fd = open_member(c, name);
    ssize_t length = fd >= 0 ? read(fd, to, HASH_TEXT - 1) : -1;
    if (fd >= 0)
        close(fd);
    to[length > 0 ? length : 0] = 0;
    return is_key(to);
}

/* ---- All entries ---- */

static bool read_entry(const cache *c, const char *key, cache_entry *e) {
    struct stat st;
    char name[NAME_SIZE], info[INFO_SIZE];
    member(name, key, "/info");
    *e = (cache_entry){.key = strdup(key)};
    if (!e->key)
        return false;
    int fd = open_member(c, name);
    if (fd >= 0 && fstat(fd, &st) == 0 && read_info(fd, info)) {
        char *source = strchr(info, '\n');
        e->sound = is_sound(c, key, info, &e->size) && source;
        e->source = e->sound ? strndup(source + 1, strcspn(source + 1, "\n")) : NULL;
        e->used = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
    }
    if (fd >= 0)
        close(fd);
    return true;
}

static int by_use(const void *left, const void *right) {
    const cache_entry *a = left, *b = right;
    return a->used < b->used ? 1 : a->used > b->used ? -1 : strcmp(a->key, b->key);
}

/* Calls `visit` for each name in the directory. */
static void each_name(const cache *c, void (*visit)(const cache *c, const char *name, void *context), void *context) {
    int fd = openat(c->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
    for (struct dirent *e; d && (e = readdir(d));)
        visit(c, e->d_name, context);
    if (d)
        closedir(d);
    else if (fd >= 0)
        close(fd);
}

static void add_entry(const cache *c, const char *name, void *list) {
    cache_entry e;
    if (is_key(name) && read_entry(c, name, &e))
        *vec_push((cache_list *)list) = e;
}

void cache_entries(const cache *c, cache_list *list) {
    each_name(c, add_entry, list);
    sort_stable(list->data, list->count, sizeof *list->data, by_use);
}

/* ---- Trimming ---- */

/* Removes the temporary directory of a process that died while storing or removing an entry: one that is old and that nobody has locked. */
static void remove_leftover(const cache *c, const char *name, void *context) {
    struct stat st;
    (void)context;
    if (!is_temporary(name) && !has_suffix(name, ".lock"))
        return;
    int fd = open_member(c, name);
    if (fd < 0)
        return;
    if (fstat(fd, &st) == 0 && st.st_mtim.tv_sec < time(NULL) - STALE && flock(fd, LOCK_EX | LOCK_NB) == 0)
        remove_name(c, name);
    close(fd);
}

/* Removes KEY.key if the entry that it stands for no longer exists. */
static void remove_dangling(const cache *c, const char *name, void *context) {
    char key[HASH_TEXT], from[HASH_TEXT];
    (void)context;
    if (!has_suffix(name, ".key"))
        return;
    memcpy(from, name, HASH_TEXT - 1);
    from[HASH_TEXT - 1] = 0;
    if (!cache_recall(c, from, key) || faccessat(c->fd, key, F_OK, 0) != 0)
        remove_name(c, name);
}

/* Removes the entry unless a process is using it; returns whether it did. */
static bool remove_unused(const cache *c, const cache_entry *e) {
    char name[NAME_SIZE];
    member(name, e->key, "/info");
    int fd = openat(c->fd, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    bool used = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (!used)
        remove_entry(c, e->key);
    if (fd >= 0)
        close(fd);
    return !used;
}

void cache_trim(const cache *c, uint64_t limit) {
    cache_list list = {0};
    uint64_t total = 0;
    each_name(c, remove_leftover, NULL);
    cache_entries(c, &list);
    for (size_t k = 0; k < list.count; k++)
        total += list.data[k].size;
    for (size_t k = list.count; k-- > 0;) {
        const cache_entry *e = &list.data[k];
        if ((total > limit || !e->sound) && remove_unused(c, e))
            total -= e->size;
    }
    cache_entries_free(&list);
    each_name(c, remove_dangling, NULL);
}

#endif
