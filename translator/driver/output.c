#include "driver/output.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/say.h"
#include "base/vec.h"
#include "driver/cli.h"
#include "driver/goal.h"
#include "driver/mark.h"
#include "driver/report.h"

/* ---- Names ---- */

const char *output_base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

void output_directory(const char *path, strbuf *s) {
    const char *slash = strrchr(path, '/');
    if (!slash)
        strbuf_puts(s, ".");
    else
        strbuf_append(s, path, slash == path ? 1 : (size_t)(slash - path));
}

/* The last part of a path without its extension, which may be ".component.wasm"; "a" for standard input. */
static void stem(const char *path, strbuf *s) {
    static const char of_components[] = ".component.wasm";
    const char *name = strcmp(path, "-") == 0 ? "a" : output_base_name(path);
    size_t length = strlen(name), end = sizeof of_components - 1;
    const char *dot = strrchr(name, '.');
    if (length > end && strcmp(name + length - end, of_components) == 0)
        dot = name + length - end;
    strbuf_append(s, name, dot && dot != name ? (size_t)(dot - name) : length);
}

/* Letters of ASCII only, whatever the locale. */
static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

void output_identifier(const options *o, const char *path, strbuf *s) {
    if (o->name) {
        strbuf_puts(s, o->name);
        return;
    }
    strbuf file = {0};
    stem(path, &file);
    if (file.count == 0 || !is_letter(file.data[0]))
        strbuf_puts(s, "m"); /* an identifier cannot begin with a digit, and C reserves those that begin with an underscore */
    for (size_t k = 0; k < file.count && s->count < MOST_MODULE_NAME; k++) {
        char c = file.data[k];
        strbuf_put(s, is_letter(c) || (c >= '0' && c <= '9') ? c : '_');
    }
    strbuf_free(&file);
}

void output_default_path(const options *o, strbuf *s) {
    static const char *const suffixes[] = {
        [EMIT_EXE] = "", [EMIT_OBJ] = ".o", [EMIT_LIB] = ".a", [EMIT_SHARED] = ".so", [EMIT_FFI] = ".so"};
    const char *input = o->inputs.data[0];
    if (o->emit == EMIT_C) {
        strbuf_puts(s, ".");
        return;
    }
    if (o->emit == EMIT_EXE && strcmp(input, "-") == 0) {
        strbuf_puts(s, "a.out");
        return;
    }
    if (o->emit == EMIT_LIB)
        strbuf_puts(s, "lib");
    stem(input, s);
    strbuf_puts(s, suffixes[o->emit]);
    if (o->emit == EMIT_EXE && strcmp(s->data, output_base_name(input)) == 0)
        strbuf_puts(s, ".out"); /* the input has no extension, and must not be overwritten */
}

bool output_same_file(const char *a, const char *b) {
    struct stat left, right;
    return stat(a, &left) == 0 && stat(b, &right) == 0 && left.st_dev == right.st_dev && left.st_ino == right.st_ino;
}

/* Prints why goal_open failed. */
static void report_goal(const char *path) {
    if (errno == EPERM)
        say(stderr,
            "wasmelt: %s: error: a link, pipe or socket of another user is in the way, in a directory that "
            "everybody may write to\n",
            path);
    else
        report_errno(path);
}

bool output_can_write(const char *path) {
    goal g;
    if (!goal_open(&g, path)) {
        report_goal(path);
        return false;
    }
    bool special = g.is_there && !S_ISREG(g.st.st_mode);
    bool ok = special ? faccessat(g.directory, g.name, W_OK, 0) == 0 : goal_can_change(&g);
    if (ok && (g.wants_directory || (special && S_ISDIR(g.st.st_mode)))) {
        errno = EISDIR;
        ok = false;
    }
    if (!ok)
        report_errno(path);
    goal_close(&g);
    return ok;
}

bool output_make_directory(const char *path, strbuf *real, bool *made) {
    goal g;
    if (!goal_open(&g, path)) {
        report_goal(path);
        return false;
    }
    *made = !g.is_there && mkdirat(g.directory, g.name, 0777) == 0;
    bool ok = *made || g.is_there;
    if (ok)
        strbuf_puts(real, g.path.data);
    else
        report_errno(path);
    goal_close(&g);
    return ok;
}

int output_scratch(strbuf *path) {
    const char *parent = getenv("TMPDIR");
    if (!parent || !*parent)
        parent = "/tmp";
    strbuf_printf(path, "%s/wasmelt-XXXXXX", parent);
    if (mkdtemp(path->data))
        return 0;
    say(stderr, "wasmelt: %s: error: no directory for temporary files: %s; TMPDIR names another\n", parent, strerror(errno));
    return EXIT_INPUT;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at) {
    (void)st, (void)kind, (void)at;
    remove(path);
    return 0; /* what cannot be removed is left, and so are the directories around it */
}

void output_remove_scratch(const char *path) {
    enum { MOST_OPEN = 8 };
    nftw(path, remove_one, MOST_OPEN, FTW_DEPTH | FTW_PHYS);
}

/* ---- Moving and copying ---- */

bool output_copy_bytes(int in, int out) {
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

bool output_random_name(const char *prefix, char name[OUTPUT_RANDOM_NAME]) {
    uint64_t number;
    if (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number)
        return false;
    snprintf(name, OUTPUT_RANDOM_NAME, "%.8s%016" PRIx64, prefix, number);
    return true;
}

static bool copy_beside(int in, const goal *g, mode_t mode) {
    char name[OUTPUT_RANDOM_NAME];
    if (!output_random_name(g->name[0] == '/' ? "/.melt-" : ".melt-", name))
        return false;
    int out = openat(g->directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (out < 0)
        return false;
    bool ok = finish(out, output_copy_bytes(in, out) && fchmod(out, mode) == 0) && renameat(g->directory, name, g->directory, g->name) == 0;
    if (!ok) {
        int error = errno;
        unlinkat(g->directory, name, 0);
        errno = error;
    }
    return ok;
}

static bool write_into(int in, const goal *g) {
    int follow = g->is_open_file ? O_TRUNC : O_NOFOLLOW;
    int out = openat(g->directory, g->name, O_WRONLY | O_CLOEXEC | follow);
    return out >= 0 && finish(out, output_copy_bytes(in, out));
}

static bool put_into(const char *from, const goal *g, bool move) {
    struct stat source;
    if (g->wants_directory || (g->is_there && S_ISDIR(g->st.st_mode))) {
        errno = EISDIR;
        return false;
    }
    if (stat(from, &source) != 0)
        return false;
    bool special = g->is_there && (g->is_open_file || !S_ISREG(g->st.st_mode));
    if (move && !special) {
        if (renameat(AT_FDCWD, from, g->directory, g->name) == 0)
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

static bool put_at(const char *from, const char *to, bool move) {
    goal g;
    if (!goal_open(&g, to))
        return false;
    bool ok = put_into(from, &g, move);
    int error = errno;
    goal_close(&g);
    errno = error;
    return ok;
}

bool output_move(const char *from, const char *to) {
    return put_at(from, to, true);
}

bool output_copy(const char *from, const char *to) {
    return put_at(from, to, false);
}

/* Reads until the buffer is full or the file ends; -1 after an error. */
static ssize_t read_block(int fd, char *buffer, size_t size) {
    size_t count = 0;
    while (count < size) {
        ssize_t got = read(fd, buffer + count, size - count);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        count += (size_t)got;
    }
    return (ssize_t)count;
}

static bool same_bytes(int a, int b) {
    char left[1 << 14], right[sizeof left];
    for (;;) {
        ssize_t count = read_block(a, left, sizeof left);
        if (count < 0 || read_block(b, right, sizeof right) != count || memcmp(left, right, (size_t)count) != 0)
            return false;
        if (count < (ssize_t)sizeof left)
            return true;
    }
}

bool output_same_content(const char *a, const char *b) {
    struct stat left, right;
    if (stat(a, &left) != 0 || stat(b, &right) != 0 || !S_ISREG(left.st_mode) || !S_ISREG(right.st_mode) || left.st_size != right.st_size)
        return false;
    int first = open(a, O_RDONLY | O_CLOEXEC), second = open(b, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool same = first >= 0 && second >= 0 && same_bytes(first, second);
    if (first >= 0)
        close(first);
    if (second >= 0)
        close(second);
    return same;
}

bool output_begins_with(const char *path, const strbuf *text) {
    char *start = memory_alloc(text->count + 1, 1);
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    bool begins = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && read_block(fd, start, text->count) == (ssize_t)text->count &&
                  memcmp(start, text->data, text->count) == 0;
    if (fd >= 0)
        close(fd);
    memory_release(start);
    return begins;
}

/* ---- Whether a file was made by wasmelt ---- */

/* Whether a C file or header says in its first line that wasmelt made it. An empty file may be replaced, too. */
static bool is_text_of_ours(int fd) {
    static const char *const ways[] = {": made by wasmelt ", ": made from WebAssembly by wasmelt "};
    char start[512];
    ssize_t length = read_block(fd, start, sizeof start - 1);
    if (length <= 0)
        return length == 0;
    start[length] = 0;
    start[strcspn(start, "\n")] = 0;
    if (strncmp(start, "/* ", 3) != 0)
        return false;
    const char *behind = start + 3 + strcspn(start + 3, ": ");
    for (size_t k = 0; k < sizeof ways / sizeof *ways; k++)
        if (strncmp(behind, ways[k], strlen(ways[k])) == 0)
            return true;
    return false;
}

static bool is_ours(const goal *g, const char *kind) {
    int fd = openat(g->directory, g->name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    bool ours = fd >= 0 && S_ISREG(g->st.st_mode) && (kind ? mark_is_on(fd, kind) : is_text_of_ours(fd));
    if (fd >= 0)
        close(fd);
    return ours;
}

bool output_may_replace(const char *path, const char *kind) {
    goal g;
    if (!goal_open(&g, path)) {
        report_goal(path);
        return false;
    }
    struct stat link;
    bool may = g.is_there ? is_ours(&g, kind) : lstat(path, &link) != 0; /* a link to a file that does not exist is not ours */
    if (!may)
        say(stderr, "wasmelt: %s: error: exists and was not made by wasmelt; move it away, or %s\n", path,
            kind ? "choose another name with -o" : "choose other names with --name");
    goal_close(&g);
    return may;
}
