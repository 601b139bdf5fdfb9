#if !defined(_WIN32)

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/posix.h"
#include "system/process.h"
#include "system/system.h"

/* ---- Paths ---- */

char *system_real_path(const char *path) {
    return realpath(path, NULL);
}

char *system_current_directory(void) {
    return getcwd(NULL, 0);
}

/* ---- Files by name ---- */

FILE *system_open(const char *path, const char *mode) {
    return fopen(path, mode);
}

bool system_exists(const char *path) {
    return access(path, F_OK) == 0;
}

bool system_can_read(const char *path) {
    return access(path, R_OK) == 0;
}

bool system_complete_program(strbuf *path) {
    return access(path->data, X_OK) == 0;
}

bool system_is_directory(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

uint64_t system_size(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 ? (uint64_t)st.st_size : 0;
}

bool system_is_same_file(const char *a, const char *b) {
    struct stat left, right;
    return stat(a, &left) == 0 && stat(b, &right) == 0 && left.st_dev == right.st_dev && left.st_ino == right.st_ino;
}

bool system_is_link(const char *path) {
    struct stat st;
    return lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
}

bool system_remove(const char *path) {
    return unlink(path) == 0;
}

bool system_remove_directory(const char *path) {
    return rmdir(path) == 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at) {
    (void)st, (void)kind, (void)at;
    remove(path);
    return 0; /* what cannot be removed is left, and so are the directories around it */
}

void system_remove_tree(const char *path) {
    enum { MOST_OPEN = 8 };
    nftw(path, remove_one, MOST_OPEN, FTW_DEPTH | FTW_PHYS);
}

const char *system_temporary_directory(void) {
    const char *directory = getenv(SYSTEM_TEMPORARY_VARIABLE);
    return directory && *directory ? directory : "/tmp";
}

bool system_make_scratch(const char *parent, const char *prefix, strbuf *path) {
    strbuf_printf(path, "%s/%sXXXXXX", parent, prefix);
    return mkdtemp(path->data) != NULL;
}

static int is_visible(const struct dirent *e) {
    return e->d_name[0] != '.';
}

static int by_name(const struct dirent **left, const struct dirent **right) {
    return strcmp((*left)->d_name, (*right)->d_name);
}

bool system_list(const char *directory, system_names *names) {
    struct dirent **entries;
    int count = scandir(directory, &entries, is_visible, by_name);
    *names = (system_names){0};
    for (int k = 0; k < count; k++) {
        strbuf name = {0};
        strbuf_puts(&name, entries[k]->d_name);
        *vec_push(names) = name.data;
        free(entries[k]);
    }
    if (count >= 0)
        free(entries);
    return count >= 0;
}

static int64_t nanoseconds(const struct timespec *t) {
    return (int64_t)t->tv_sec * 1000000000 + t->tv_nsec;
}

bool system_stamp_of(const char *path, system_stamp *stamp) {
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
        return false;
    *stamp = (system_stamp){
        .device = (uint64_t)st.st_dev,
        .number = (uint64_t)st.st_ino,
        .size = (uint64_t)st.st_size,
        .written = nanoseconds(&st.st_mtim),
        .changed = nanoseconds(&st.st_ctim),
    };
    return true;
}

/* ---- Open files ---- */

bool system_is_terminal(FILE *stream) {
    return isatty(fileno(stream));
}

bool posix_write_all(int fd, const void *bytes, size_t count) {
    const char *from = bytes;
    while (count > 0) {
        ssize_t put = write(fd, from, count);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        from += put;
        count -= (size_t)put;
    }
    return true;
}

int system_open_input(const char *path, unsigned how) {
    return open(path, O_RDONLY | O_CLOEXEC | (how & SYSTEM_AT_ONCE ? O_NONBLOCK : 0) | (how & SYSTEM_NO_LINK ? O_NOFOLLOW : 0));
}

void system_close(int fd) {
    if (fd >= 0)
        close(fd);
}

int64_t system_read(int fd, void *to, size_t size) {
    for (;;) {
        ssize_t got = read(fd, to, size);
        if (got >= 0 || errno != EINTR || process_stopped_by)
            return got;
    }
}

bool system_read_at(int fd, uint64_t offset, void *to, size_t size) {
    return offset <= INT64_MAX && pread(fd, to, size, (off_t)offset) == (ssize_t)size;
}

opened_kind system_kind_of(int fd, uint64_t *size) {
    struct stat st;
    bool known = fstat(fd, &st) == 0;
    *size = known && S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
    return known && S_ISREG(st.st_mode) ? OPENED_FILE : known && S_ISDIR(st.st_mode) ? OPENED_DIRECTORY : OPENED_OTHER;
}

#endif
