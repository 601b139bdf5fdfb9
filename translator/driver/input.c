#include "driver/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/say.h"
#include "driver/process.h"

/* The largest input. Engines take less; with this limit, offsets in messages and in the C fit into 32 bits. */
#define MAX_INPUT ((size_t)1 << 30)

static bool fail(const char *path, const char *why) {
    say(stderr, "wasmelt: %s: error: %s\n", path, why);
    return false;
}

/* Reads the file instead of mapping it. Another process could change a mapped file after its validation, which everything later relies
 * on, or truncate it, which would end this process when it reads the mapping. */
static bool read_all(int fd, const char *path, span *bytes) {
    size_t count = 0, capacity = 1 << 16;
    struct stat st;
    if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
        return fail(path, "is a directory");
    if (S_ISREG(st.st_mode) && st.st_size > 0 && (uintmax_t)st.st_size <= MAX_INPUT)
        capacity = (size_t)st.st_size + 1;
    uint8_t *data = memory_resize(NULL, capacity, 1);
    for (;;) {
        ssize_t got = read(fd, data + count, capacity - count);
        if (got < 0 && errno == EINTR && !process_stopped_by)
            continue;
        if (got < 0) {
            free(data);
            return fail(path, strerror(errno));
        }
        count += (size_t)got;
        if (got == 0)
            break;
        if (count > MAX_INPUT) {
            free(data);
            return fail(path, "larger than 1 GiB");
        }
        if (count == capacity) {
            capacity *= 2;
            data = memory_resize(data, capacity, 1);
        }
    }
    *bytes = (span){data, count};
    return true;
}

/* ---- Text ---- */

static size_t count_blanks(span s) {
    size_t at = 0;
    while (at < s.length && s.bytes[at] && strchr(" \t\r\n", s.bytes[at]))
        at++;
    return at;
}

static bool is_text_of_component(span s) {
    static const char start[] = "(component";
    size_t at = count_blanks(s);
    return s.length - at >= sizeof start - 1 && memcmp(s.bytes + at, start, sizeof start - 1) == 0;
}

static bool looks_like_text(span s) {
    size_t at = count_blanks(s);
    return at < s.length && (s.bytes[at] == '(' || (s.bytes[at] == ';' && at + 1 < s.length && s.bytes[at + 1] == ';'));
}

static bool write_all(int fd, span s) {
    while (s.length > 0) {
        ssize_t put = write(fd, s.bytes, s.length);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        s.bytes += put;
        s.length -= (size_t)put;
    }
    return true;
}

/* Seconds of processor time that wat2wasm may take for a text of this length: a hundred times what it needs. For some malformed texts it
 * never ends. */
static uint64_t most_seconds(size_t length) {
    return 10 + length / 100000;
}

/* Runs wat2wasm on the file or, for standard input, which has no name to pass on, on a copy of it. The result is read from a file in
 * memory. */
static bool assemble(const char *path, bool is_stdin, span *bytes) {
    char in_name[32], out_name[32];
    int in = is_stdin ? memfd_create("input", 0) : -1, out = memfd_create("output", 0);
    snprintf(in_name, sizeof in_name, "/dev/fd/%d", in);
    snprintf(out_name, sizeof out_name, "/dev/fd/%d", out);
    bool ok = out >= 0 && (!is_stdin || (in >= 0 && write_all(in, *bytes)));
    if (!ok) {
        fail(path, strerror(errno));
    } else {
        const char *const command[] = {"wat2wasm", "--enable-all", "-o", out_name, "--", is_stdin ? in_name : path, NULL};
        int status = process_run_for(command, most_seconds(bytes->length));
        input_free(bytes);
        if (status == PROCESS_NOT_FOUND)
            ok = fail(path, "is text, for which wat2wasm is needed (Debian package wabt)");
        else if (status == PROCESS_TOO_LONG)
            ok = fail(path, "wat2wasm took too long, and was ended: the text may be malformed");
        else if (status != 0)
            ok = fail(path, "wat2wasm failed");
        else
            ok = read_all(out, path, bytes);
    }
    if (in >= 0)
        close(in);
    if (out >= 0)
        close(out);
    return ok;
}

bool input_load(const char *path, span *bytes) {
    *bytes = (span){NULL, 0};
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail(path, strerror(errno));
    bool ok = read_all(fd, path, bytes);
    if (!is_stdin)
        close(fd);
    if (ok && is_text_of_component(*bytes))
        ok = fail(path, "is a component in the text format: make it a binary first (wasm-tools parse)");
    else if (ok && looks_like_text(*bytes))
        ok = assemble(path, is_stdin, bytes);
    if (!ok)
        input_free(bytes);
    return ok;
}

void input_free(span *bytes) {
    free((void *)bytes->bytes);
    *bytes = (span){NULL, 0};
}
