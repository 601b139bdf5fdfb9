#if !defined(_WIN32)

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/goal.h"
#include "system/posix.h"
#include "system/system.h"

enum { MOST_LINKS = 40 }; /* as many symbolic links as Linux follows */

/* A walk along a path, component by component. */
typedef struct walk {
    goal *g;
    strbuf rest;
    unsigned links;
} walk;

static bool fail(int error) {
    errno = error;
    return false;
}

/* The directory to look up a name in while the walk has not opened one. It is used by name: the first component of an absolute path is
 * looked up as it was written, because this process may not be able to open the root that it sees (under qemu-user's -L). */
static const char *unopened(const goal *g) {
    return g->path.data[0] == '/' ? "/" : ".";
}

static bool is_anybodys(const goal *g, const struct stat *st) {
    struct stat parent;
    bool known = (g->directory >= 0 ? fstat((int)g->directory, &parent) : stat(unopened(g), &parent)) == 0;
    return !known || ((parent.st_mode & S_IWOTH) && st->st_uid != geteuid() && st->st_uid != 0 && st->st_uid != parent.st_uid);
}

/* Whether files can be made, removed and renamed in the directory of the last component; false with errno set. */
static bool can_change(const goal *g) {
    return faccessat((int)g->directory, g->directory >= 0 ? "." : unopened(g), W_OK | X_OK, 0) == 0;
}

static void leave(goal *g) {
    if (g->directory >= 0)
        close((int)g->directory);
    g->directory = AT_FDCWD;
}

static bool enter(goal *g, const char *name, int flags) {
    int fd = openat((int)g->directory, name, POSIX_O_PATH | O_DIRECTORY | O_CLOEXEC | flags);
    if (fd < 0)
        return false;
    leave(g);
    g->directory = fd;
    return true;
}

/* Begins at the root or in the current directory, depending on the remaining path. */
static void start(walk *w) {
    leave(w->g);
    strbuf_clear(&w->g->path);
    strbuf_puts(&w->g->path, w->rest.data[0] == '/' ? "/" : "");
}

/* Appends a component to the path. Returns what to give to the kernel beside g->directory: the end of the path, or all of it. */
static const char *add_component(goal *g, const char *name) {
    if (g->path.count > 0 && g->path.data[g->path.count - 1] != '/')
        strbuf_put(&g->path, '/');
    size_t start = g->directory >= 0 ? g->path.count : 0;
    strbuf_puts(&g->path, name);
    return g->path.data + start;
}

/* Moves the next component from the remaining path to `name`; returns whether it was the last. */
static bool take_component(walk *w, strbuf *name) {
    const char *at = w->rest.data + strspn(w->rest.data, "/");
    size_t length = strcspn(at, "/");
    const char *behind = at + length;
    strbuf after = {0};
    strbuf_clear(name);
    strbuf_append(name, at, length);
    strbuf_puts(&after, behind);
    strbuf_free(&w->rest);
    w->rest = after;
    return *w->rest.data == 0;
}

/* Follows a symbolic link: puts its target before the remaining path and cuts the link's name off the path, which was `length_before` long
 * without it. */
static bool follow(walk *w, size_t length_before) {
    char target[PATH_MAX];
    if (++w->links > MOST_LINKS)
        return fail(ELOOP);
    ssize_t length = readlinkat((int)w->g->directory, w->g->name, target, sizeof target);
    strbuf_truncate(&w->g->path, length_before);
    if (length <= 0 || length == (ssize_t)sizeof target)
        return fail(length < 0 ? errno : ENAMETOOLONG);
    strbuf rest = {0};
    strbuf_append(&rest, target, (size_t)length);
    strbuf_puts(&rest, w->rest.data);
    strbuf_free(&w->rest);
    w->rest = rest;
    if (w->rest.data[0] == '/')
        start(w);
    return true;
}

static goal_kind kind_of(const struct stat *st) {
    return S_ISREG(st->st_mode) ? GOAL_FILE : S_ISDIR(st->st_mode) ? GOAL_DIRECTORY : GOAL_SPECIAL;
}

/* Walks on by one component; *done is set if it was the last. */
static bool step(walk *w, strbuf *component, bool *done) {
    goal *g = w->g;
    bool last = take_component(w, component);
    size_t before = g->path.count;
    g->name = add_component(g, component->count > 0 ? component->data : ".");
    struct stat st;
    g->kind = fstatat((int)g->directory, g->name, &st, AT_SYMLINK_NOFOLLOW) == 0 ? kind_of(&st) : GOAL_NOTHING;
    if (g->kind == GOAL_NOTHING && (!last || errno != ENOENT))
        return false;
    bool is_link = g->kind != GOAL_NOTHING && S_ISLNK(st.st_mode);
    if ((is_link || (last && g->kind == GOAL_SPECIAL)) && is_anybodys(g, &st))
        return fail(EPERM);
    g->is_open_file = is_link && posix_is_on_procfs((int)g->directory, unopened(g));
    if (is_link && !g->is_open_file)
        return follow(w, before);
    *done = last;
    if (last && !g->is_open_file)
        return true;
    if (last) {
        bool found = fstatat((int)g->directory, g->name, &st, 0) == 0;
        g->kind = found ? kind_of(&st) : GOAL_NOTHING;
        return found;
    }
    return enter(g, g->name, g->is_open_file ? 0 : O_NOFOLLOW);
}

bool goal_open(goal *g, const char *path) {
    *g = (goal){.directory = AT_FDCWD};
    walk w = {.g = g};
    strbuf component = {0};
    strbuf_puts(&w.rest, path);
    while (w.rest.count > 1 && w.rest.data[w.rest.count - 1] == '/') {
        strbuf_truncate(&w.rest, w.rest.count - 1);
        g->wants_directory = true;
    }
    bool done = false, ok = *path || fail(ENOENT);
    start(&w);
    while (ok && !done)
        ok = step(&w, &component, &done);
    if (ok && g->wants_directory && g->kind != GOAL_NOTHING && g->kind != GOAL_DIRECTORY)
        ok = fail(ENOTDIR);
    int error = errno;
    strbuf_free(&w.rest);
    strbuf_free(&component);
    if (!ok)
        goal_close(g);
    errno = error;
    return ok;
}

void goal_close(goal *g) {
    leave(g);
    strbuf_free(&g->path);
}

bool goal_can_write(const goal *g) {
    if (g->wants_directory || g->kind == GOAL_DIRECTORY) {
        errno = EISDIR;
        return false;
    }
    return g->kind == GOAL_SPECIAL ? faccessat((int)g->directory, g->name, W_OK, 0) == 0 : can_change(g);
}

bool goal_make_directory(const goal *g) {
    return mkdirat((int)g->directory, g->name, 0777) == 0;
}

int goal_open_input(const goal *g) {
    if (g->kind != GOAL_FILE)
        return -1;
    return openat((int)g->directory, g->name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
}

/* ---- Moving and copying ---- */

bool posix_copy_bytes(int in, int out) {
    char buffer[1 << 16];
    for (;;) {
        ssize_t got = read(in, buffer, sizeof buffer);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got == 0;
        for (ssize_t done = 0; done < got;) {
            ssize_t put = write(out, buffer + done, (size_t)(got - done));
            if (put < 0 && errno != EINTR)
                return false;
            done += put > 0 ? put : 0;
        }
    }
}

/* Closes a descriptor. False if closing fails, or if `ok` is false; errno is that of the first failure. */
static bool finish(int fd, bool ok) {
    int error = errno;
    bool closed = close(fd) == 0;
    if (!ok)
        errno = error;
    return ok && closed;
}

bool posix_random_name(const char *prefix, char name[POSIX_RANDOM_NAME]) {
    uint64_t number;
    if (!system_random(&number))
        return false;
    snprintf(name, POSIX_RANDOM_NAME, "%.8s%016" PRIx64, prefix, number);
    return true;
}

static bool copy_beside(int in, const goal *g, mode_t mode) {
    char name[POSIX_RANDOM_NAME];
    if (!posix_random_name(g->name[0] == '/' ? "/.melt-" : ".melt-", name))
        return false;
    int out = openat((int)g->directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (out < 0)
        return false;
    bool ok = finish(out, posix_copy_bytes(in, out) && fchmod(out, mode) == 0) &&
              renameat((int)g->directory, name, (int)g->directory, g->name) == 0;
    if (!ok) {
        int error = errno;
        unlinkat((int)g->directory, name, 0);
        errno = error;
    }
    return ok;
}

static bool write_into(int in, const goal *g) {
    int follow = g->is_open_file ? O_TRUNC : O_NOFOLLOW;
    int out = openat((int)g->directory, g->name, O_WRONLY | O_CLOEXEC | follow);
    return out >= 0 && finish(out, posix_copy_bytes(in, out));
}

bool goal_put(const goal *g, const char *from, bool move) {
    struct stat source;
    if (g->wants_directory || g->kind == GOAL_DIRECTORY) {
        errno = EISDIR;
        return false;
    }
    if (stat(from, &source) != 0)
        return false;
    bool special = g->is_open_file || g->kind == GOAL_SPECIAL;
    if (move && !special) {
        if (renameat(AT_FDCWD, from, (int)g->directory, g->name) == 0)
            return true;
        if (errno != EXDEV)
            return false;
    }
    int in = open(from, O_RDONLY | O_CLOEXEC);
    if (in < 0)
        return false;
    bool ok = finish(in, special ? write_into(in, g) : copy_beside(in, g, source.st_mode & 0777));
    if (ok && move)
        unlink(from);
    return ok;
}

#endif
