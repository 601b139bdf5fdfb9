#include "driver/input.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/say.h"
#include "system/process.h"
#include "system/system.h"

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
    uint64_t size;
    if (system_kind_of(fd, &size) == OPENED_DIRECTORY)
        return fail(path, "is a directory");
    if (size > 0 && size <= MAX_INPUT)
        capacity = (size_t)size + 1;
    uint8_t *data = memory_resize(NULL, capacity, 1);
    for (;;) {
        int64_t got = system_read(fd, data + count, capacity - count);
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

/* Seconds of processor time that wat2wasm may take for a text of this length: a hundred times what it needs. For some malformed texts it
 * never ends. */
static uint64_t most_seconds(size_t length) {
    return 10 + length / 100000;
}

/* Runs wat2wasm on the file or, for standard input, which has no name to pass on, on a copy of it. */
static bool assemble(const char *path, bool is_stdin, span *bytes) {
    system_passed in = {.fd = -1}, out;
    if (is_stdin && !system_pass(&in, bytes->bytes, bytes->length))
        return fail(path, strerror(errno));
    bool ok = system_pass(&out, NULL, 0);
    if (!ok) {
        fail(path, strerror(errno));
    } else {
        const char *const command[] = {"wat2wasm", "--enable-all", "-o", out.name.data, "--", is_stdin ? in.name.data : path, NULL};
        int status = process_run_for(command, most_seconds(bytes->length));
        input_free(bytes);
        if (status == PROCESS_NOT_FOUND)
            ok = fail(path, "is text, for which wat2wasm is needed (Debian package wabt)");
        else if (status == PROCESS_TOO_LONG)
            ok = fail(path, "wat2wasm took too long, and was ended: the text may be malformed");
        else if (status != 0)
            ok = fail(path, "wat2wasm failed");
        else
            ok = read_all(out.fd, path, bytes);
        system_pass_end(&out);
    }
    if (is_stdin)
        system_pass_end(&in);
    return ok;
}

bool input_load(const char *path, span *bytes) {
    *bytes = (span){NULL, 0};
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? SYSTEM_STANDARD_INPUT : system_open_input(path, 0);
    if (fd < 0)
        return fail(path, strerror(errno));
    bool ok = read_all(fd, path, bytes);
    if (!is_stdin)
        system_close(fd);
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
