#include "driver/goal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

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
    bool known = (g->directory >= 0 ? fstat(g->directory, &parent) : stat(unopened(g), &parent)) == 0;
    return !known || ((parent.st_mode & S_IWOTH) && st->st_uid != geteuid() && st->st_uid != 0 && st->st_uid != parent.st_uid);
}

static bool is_on_procfs(const goal *g) {
    struct statfs fs;
    return (g->directory >= 0 ? fstatfs(g->directory, &fs) : statfs(unopened(g), &fs)) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

bool goal_can_change(const goal *g) {
    return faccessat(g->directory, g->directory >= 0 ? "." : unopened(g), W_OK | X_OK, 0) == 0;
}

static void leave(goal *g) {
    if (g->directory >= 0)
        close(g->directory);
    g->directory = AT_FDCWD;
}

static bool enter(goal *g, const char *name, int flags) {
    int fd = openat(g->directory, name, O_PATH | O_DIRECTORY | O_CLOEXEC | flags);
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
    ssize_t length = readlinkat(w->g->directory, w->g->name, target, sizeof target);
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

/* Walks on by one component; *done is set if it was the last. */
static bool step(walk *w, strbuf *component, bool *done) {
    goal *g = w->g;
    bool last = take_component(w, component);
    size_t before = g->path.count;
    g->name = add_component(g, component->count > 0 ? component->data : ".");
    g->is_there = fstatat(g->directory, g->name, &g->st, AT_SYMLINK_NOFOLLOW) == 0;
    if (!g->is_there && (!last || errno != ENOENT))
        return false;
    bool is_link = g->is_there && S_ISLNK(g->st.st_mode);
    bool is_special = g->is_there && !S_ISREG(g->st.st_mode) && !S_ISDIR(g->st.st_mode);
    if ((is_link || (last && is_special)) && is_anybodys(g, &g->st))
        return fail(EPERM);
    g->is_open_file = is_link && is_on_procfs(g);
    if (is_link && !g->is_open_file)
        return follow(w, before);
    *done = last;
    if (last)
        return !g->is_open_file || fstatat(g->directory, g->name, &g->st, 0) == 0;
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
    if (ok && g->wants_directory && g->is_there && !S_ISDIR(g->st.st_mode))
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
