/* wasmelt_rt_resolve_open: by openat2(2) if the kernel has it, otherwise by a walk. In the walk each component is opened by its name in the
 * directory before it, without following links, so that nobody can replace it between a check and its use. ".." goes back to a directory
 * through which the walk came and that it holds open. The target of a symbolic link is walked in place of the link. */
#include "resolve.h"

#include <stdatomic.h>
#include <string.h>

#include "../allocator.h"

enum { MAX_LINKS = 40, MAX_DEPTH = 256 };

/* ---- By a walk ---- */

typedef struct walk {
    int dirs[MAX_DEPTH]; /* the directories on the path so far; the first is the caller's */
    int depth;
    int links;
    char rest[PATH_MAX]; /* the rest of the path, to be walked */
} walk;

static void leave(walk *w) {
    close(w->dirs[--w->depth]);
}

/* Moves the next component from the rest of the path to `name`, which has room for NAME_MAX + 1 bytes. Returns its length; -1 if it is too
 * long. */
static int next_component(walk *w, char *name) {
    size_t skip = strspn(w->rest, "/");
    size_t length = strcspn(w->rest + skip, "/");
    if (length > NAME_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(name, w->rest + skip, length);
    name[length] = 0;
    memmove(w->rest, w->rest + skip + length, strlen(w->rest + skip + length) + 1);
    return (int)length;
}

/* Puts the target of the link before the rest. */
static bool expand_link(walk *w, const char *name) {
    char target[PATH_MAX];
    ssize_t length = readlinkat(w->dirs[w->depth - 1], name, target, sizeof target);
    if (length < 0)
        return false;
    size_t rest = strlen(w->rest);
    if (++w->links > MAX_LINKS) {
        errno = ELOOP;
        return false;
    }
    if (length == 0 || target[0] == '/') {
        errno = length == 0 ? ENOENT : EPERM;
        return false;
    }
    if ((size_t)length + rest + 1 > sizeof w->rest) {
        errno = ENAMETOOLONG;
        return false;
    }
    memmove(w->rest + length, w->rest, rest + 1);
    memcpy(w->rest, target, (size_t)length);
    return true;
}

static bool go_up(walk *w) {
    if (w->depth == 1) {
        errno = EPERM;
        return false;
    }
    leave(w);
    return true;
}

static bool enter(walk *w, int fd) {
    if (w->depth == MAX_DEPTH) {
        close(fd);
        errno = ENAMETOOLONG;
        return false;
    }
    w->dirs[w->depth++] = fd;
    return true;
}

/* Walks one component that is not the last: enters a directory, or puts the target of a link before the rest. */
static bool step(walk *w, const char *name) {
    int fd = openat(w->dirs[w->depth - 1], name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    system_stat st;
    if (fd < 0)
        return false;
    if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
        return enter(w, fd);
    close(fd);
    if (S_ISLNK(st.st_mode))
        return expand_link(w, name);
    errno = ENOTDIR;
    return false;
}

/* Opens the last component. -1 with errno 0 if it was a link, and the walk continues. */
static int open_last(walk *w, const char *name, int flags, mode_t mode, bool must_be_directory) {
    int here = w->dirs[w->depth - 1];
    if (must_be_directory && (flags & O_CREAT)) {
        errno = EISDIR;
        return -1;
    }
    if (must_be_directory)
        flags |= O_DIRECTORY;
    int fd = openat(here, name, flags | O_NOFOLLOW | O_CLOEXEC, mode);
    system_stat st;
    bool is_link;
    if (fd >= 0 && (flags & O_PATH))
        is_link = fstat(fd, &st) == 0 && S_ISLNK(st.st_mode);
    else
        is_link = fd < 0 && (errno == ELOOP || errno == ENOTDIR || errno == EEXIST) && fstatat(here, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
                  S_ISLNK(st.st_mode);
    bool follow = !(flags & O_NOFOLLOW) || must_be_directory;
    if (!is_link || !follow || (flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL)) {
        if (is_link && fd < 0 && errno == ENOTDIR && !(flags & O_DIRECTORY))
            errno = ELOOP;
        return fd;
    }
    if (fd >= 0)
        close(fd);
    size_t length = strlen(w->rest);
    if (must_be_directory && length + 1 < sizeof w->rest)
        memcpy(w->rest + length, "/", 2);
    errno = 0;
    if (expand_link(w, name))
        errno = 0;
    return -1;
}

static int walk_open(walk *w, int flags, mode_t mode) {
    char name[NAME_MAX + 1];
    if (w->rest[0] == '/') {
        errno = EPERM;
        return -1;
    }
    if (!w->rest[0]) {
        errno = ENOENT;
        return -1;
    }
    for (;;) {
        int length = next_component(w, name);
        if (length < 0)
            return -1;
        size_t slashes = strspn(w->rest, "/");
        bool is_last = !w->rest[slashes];
        if (length == 0 || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
            if (strcmp(name, "..") == 0 && !go_up(w))
                return -1;
            if (!is_last)
                continue;
            /* The path ends in a directory that is held open: open it again. */
            return openat(w->dirs[w->depth - 1], ".", flags | O_NOFOLLOW | O_CLOEXEC, mode);
        }
        if (!is_last) {
            if (!step(w, name))
                return -1;
            continue;
        }
        w->rest[0] = 0;
        int fd = open_last(w, name, flags, mode, slashes > 0);
        if (fd >= 0 || errno != 0)
            return fd;
    }
}

static int open_by_walk(int dir, const char *path, int flags, mode_t mode) {
    walk *w = wasmelt_rt_allocate(sizeof *w);
    if (!w) {
        errno = ENOMEM;
        return -1;
    }
    w->dirs[0] = dir;
    w->depth = 1;
    w->links = 0;
    int fd = -1;
    size_t length = strlen(path);
    if (length < sizeof w->rest) {
        memcpy(w->rest, path, length + 1);
        fd = walk_open(w, flags, mode);
    } else {
        errno = ENAMETOOLONG;
    }
    int error = errno;
    while (w->depth > 1)
        leave(w);
    wasmelt_rt_release(w);
    errno = error;
    return fd;
}

/* ---- Which of the two is used ---- */

enum { UNKNOWN, KERNEL, WALK };
static atomic_int way;

void wasmelt_rt_resolve_without_openat2(void) {
    atomic_store_explicit(&way, WALK, memory_order_relaxed);
}

/* Finds out whether openat2 works, by a call that only fails if it does not: filters on system calls return any errno, often EPERM. */
static int find_way(int dir) {
    int fd = wasmelt_rt_files_open_beneath(dir, ".", O_PATH | O_DIRECTORY, 0);
    int found = fd >= 0 ? KERNEL : errno == EMFILE || errno == ENFILE || errno == ENOMEM ? UNKNOWN : WALK;
    if (fd >= 0)
        close(fd);
    atomic_store_explicit(&way, found, memory_order_relaxed);
    return found;
}

bool wasmelt_rt_resolve_in_procfs(int fd) {
    return wasmelt_rt_files_in_procfs(fd);
}

int wasmelt_rt_resolve_open(int dir, const char *path, int flags, mode_t mode) {
    int how = atomic_load_explicit(&way, memory_order_relaxed);
    if (how == UNKNOWN)
        how = find_way(dir);
    return how == WALK ? open_by_walk(dir, path, flags, mode) : wasmelt_rt_files_open_beneath(dir, path, flags, mode);
}

/* ---- The parent ---- */

int wasmelt_rt_resolve_parent(int dir, const char *path, parent *p) {
    size_t length = strlen(path), end = length;
    while (end > 0 && path[end - 1] == '/')
        end--;
    size_t start = end;
    while (start > 0 && path[start - 1] != '/')
        start--;
    if (end == 0) {
        errno = length > 0 ? EPERM : ENOENT;
        return -1;
    }
    if (path[0] == '/') {
        errno = EPERM;
        return -1;
    }
    if (end - start > NAME_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    if (end - start == 2 && memcmp(path + start, "..", 2) == 0) {
        errno = EPERM; /* ".." may name a directory outside */
        return -1;
    }
    memcpy(p->last, path + start, end - start);
    p->last[end - start] = 0;
    p->trailing_slash = length > end;
    if (p->trailing_slash)
        memcpy(p->last + (end - start), "/", 2);
    char before[PATH_MAX];
    if (start >= sizeof before) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(before, start > 0 ? path : ".", start > 0 ? start : 1);
    before[start > 0 ? start : 1] = 0;
    p->dir = wasmelt_rt_resolve_open(dir, before, O_PATH | O_DIRECTORY, 0);
    return p->dir < 0 ? -1 : 0;
}
