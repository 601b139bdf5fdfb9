#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/vec.h"
#include "cli.h"
#include "report.h"

/* ---- Names ---- */

const char *place_base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

void place_directory(const char *path, strbuf *s) {
    const char *slash = strrchr(path, '/');
    if (!slash)
        strbuf_puts(s, ".");
    else
        strbuf_append(s, path, slash == path ? 1 : (size_t)(slash - path));
}

/* The last component without extension; standard input is called "a". */
static void stem(const char *path, strbuf *s) {
    const char *name = strcmp(path, "-") == 0 ? "a" : place_base_name(path);
    const char *dot = strrchr(name, '.');
    strbuf_append(s, name, dot && dot != name ? (size_t)(dot - name) : strlen(name));
}

/* Of ASCII, whatever the locale. */
static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

void place_identifier(const options *o, const char *path, strbuf *s) {
    if (o->name) {
        strbuf_puts(s, o->name);
        return;
    }
    strbuf file = {0};
    stem(path, &file);
    if (file.count == 0 || !is_letter(file.data[0]))
        strbuf_puts(s, "m"); /* a digit cannot be first, and an underline there is C's */
    for (size_t k = 0; k < file.count && k < 100; k++) {
        char c = file.data[k];
        strbuf_put(s, is_letter(c) || (c >= '0' && c <= '9') ? c : '_');
    }
    if (cli_is_reserved(s->data))
        strbuf_puts(s, "_module"); /* int.wasm becomes int_module */
    strbuf_free(&file);
}

void place_default_output(const options *o, strbuf *s) {
    static const char *const suffixes[] = {
        [EMIT_EXE] = "", [EMIT_OBJ] = ".o", [EMIT_LIB] = ".a", [EMIT_SHARED] = ".so"};
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
    if (o->emit == EMIT_EXE && strcmp(s->data, place_base_name(input)) == 0)
        strbuf_puts(s, ".out"); /* an input without extension */
}

bool place_same_file(const char *a, const char *b) {
    struct stat left, right;
    return stat(a, &left) == 0 && stat(b, &right) == 0 && left.st_dev == right.st_dev &&
           left.st_ino == right.st_ino;
}

bool place_can_write(const char *path) {
    struct stat st;
    strbuf directory = {0};
    place_directory(path, &directory);
    strbuf_puts(&directory, "/."); /* fails on a file */
    bool exists = stat(path, &st) == 0;
    const char *tested = exists && !S_ISREG(st.st_mode) ? path : directory.data;
    bool ok = access(tested, W_OK) == 0;
    if (ok && exists && S_ISDIR(st.st_mode)) {
        errno = EISDIR;
        ok = false;
    }
    if (!ok)
        report_errno(path);
    strbuf_free(&directory);
    return ok;
}

int place_scratch(strbuf *path) {
    const char *parent = getenv("TMPDIR");
    if (!parent || !*parent)
        parent = "/tmp";
    strbuf_printf(path, "%s/wasmelt-XXXXXX", parent);
    if (mkdtemp(path->data))
        return 0;
    fprintf(stderr, "wasmelt: %s: error: no directory for temporary files: %s; TMPDIR names another\n", parent,
            strerror(errno));
    return EXIT_INPUT;
}

/* ---- Moving ---- */

static bool copy_bytes(int in, int out) {
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

/* Closes a descriptor; false if that or something before went wrong, with errno of the first. */
static bool finish(int fd, bool ok) {
    int error = errno;
    bool closed = close(fd) == 0;
    if (!ok)
        errno = error;
    return ok && closed;
}

static bool copy_beside(int in, const char *to, mode_t mode) {
    strbuf temporary = {0};
    strbuf_printf(&temporary, "%s.XXXXXX", to);
    int out = mkstemp(temporary.data);
    bool ok = out >= 0;
    if (ok)
        ok = finish(out, copy_bytes(in, out) && fchmod(out, mode) == 0) &&
             rename(temporary.data, to) == 0;
    if (!ok && out >= 0) {
        int error = errno;
        unlink(temporary.data);
        errno = error;
    }
    strbuf_free(&temporary);
    return ok;
}

static bool write_into(int in, const char *to) {
    int out = open(to, O_WRONLY | O_CLOEXEC);
    return out >= 0 && finish(out, copy_bytes(in, out));
}

/* `real` is the goal with its links followed, or null. */
static bool place(const char *from, const char *to, const char *real, bool move) {
    struct stat source, goal;
    bool exists = stat(to, &goal) == 0;
    if (exists && S_ISDIR(goal.st_mode)) {
        errno = EISDIR;
        return false;
    }
    if (stat(from, &source) != 0)
        return false;
    bool special = exists && !S_ISREG(goal.st_mode);
    if (move && !special) {
        if (rename(from, real ? real : to) == 0)
            return true;
        if (errno != EXDEV)
            return false;
    }
    int in = open(from, O_RDONLY | O_CLOEXEC);
    if (in < 0)
        return false;
    bool ok = finish(in, special ? write_into(in, to)
                                 : copy_beside(in, real ? real : to, source.st_mode & 0777));
    if (ok && move)
        unlink(from);
    return ok;
}

static bool place_at(const char *from, const char *to, bool move) {
    char *real = realpath(to, NULL);
    bool ok = place(from, to, real, move);
    int error = errno;
    free(real);
    errno = error;
    return ok;
}

bool place_move(const char *from, const char *to) {
    return place_at(from, to, true);
}

bool place_copy(const char *from, const char *to) {
    return place_at(from, to, false);
}

/* Fills the buffer, less at the end of the file; -1 for an error. */
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

bool place_same_content(const char *a, const char *b) {
    struct stat left, right;
    if (stat(a, &left) != 0 || stat(b, &right) != 0 || !S_ISREG(left.st_mode) || !S_ISREG(right.st_mode) ||
        left.st_size != right.st_size)
        return false;
    int first = open(a, O_RDONLY | O_CLOEXEC), second = open(b, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool same = first >= 0 && second >= 0 && same_bytes(first, second);
    if (first >= 0)
        close(first);
    if (second >= 0)
        close(second);
    return same;
}

bool place_begins_with(const char *path, const strbuf *text) {
    char *start = memory_alloc(text->count + 1, 1);
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    bool begins = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
                  read_block(fd, start, text->count) == (ssize_t)text->count &&
                  memcmp(start, text->data, text->count) == 0;
    if (fd >= 0)
        close(fd);
    memory_release(start);
    return begins;
}

/* Every file that we make mentions this program or a header of it near its beginning; an empty file
 * is nobody's. */
bool place_may_replace(const char *path) {
    char start[512];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return true; /* not there; or writing will say what is wrong */
    ssize_t length = read(fd, start, sizeof start);
    close(fd);
    if (length <= 0 || memmem(start, (size_t)length, "wasmelt", 7) ||
        memmem(start, (size_t)length, "_internal.h\"", 12))
        return true;
    fprintf(stderr,
            "wasmelt: %s: error: exists and was not made by wasmelt; move it away, or choose other "
            "names with --name\n",
            path);
    return false;
}
