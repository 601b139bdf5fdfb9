#include "driver/output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/say.h"
#include "base/vec.h"
#include "driver/cli.h"
#include "driver/mark.h"
#include "driver/report.h"
#include "system/goal.h"
#include "system/system.h"

/* ---- Names ---- */

const char *output_base_name(const char *path) {
    return system_last_component(path);
}

void output_directory(const char *path, strbuf *s) {
    size_t length = system_directory_length(path);
    if (length == 0)
        strbuf_puts(s, ".");
    else
        strbuf_append(s, path, length);
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
        [EMIT_EXE] = SYSTEM_EXECUTABLE, [EMIT_OBJ] = ".o", [EMIT_LIB] = ".a", [EMIT_SHARED] = ".so", [EMIT_FFI] = ".so"};
    const char *input = o->inputs.data[0];
    if (o->emit == EMIT_C) {
        strbuf_puts(s, ".");
        return;
    }
    if (o->emit == EMIT_EXE && strcmp(input, "-") == 0) {
        strbuf_puts(s, SYSTEM_EXECUTABLE[0] ? "a" SYSTEM_EXECUTABLE : "a.out");
        return;
    }
    if (o->emit == EMIT_LIB)
        strbuf_puts(s, "lib");
    stem(input, s);
    strbuf_puts(s, suffixes[o->emit]);
    if (o->emit == EMIT_EXE && strcmp(s->data, output_base_name(input)) == 0)
        strbuf_puts(s, ".out"); /* the input has no extension, and must not be overwritten */
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
    bool ok = goal_can_write(&g);
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
    *made = g.kind == GOAL_NOTHING && goal_make_directory(&g);
    bool ok = *made || g.kind != GOAL_NOTHING;
    if (ok)
        strbuf_puts(real, g.path.data);
    else
        report_errno(path);
    goal_close(&g);
    return ok;
}

int output_scratch(strbuf *path) {
    const char *parent = system_temporary_directory();
    if (system_make_scratch(parent, "wasmelt-", path))
        return 0;
    say(stderr, "wasmelt: %s: error: no directory for temporary files: %s; %s names another\n", parent, strerror(errno),
        SYSTEM_TEMPORARY_VARIABLE);
    return EXIT_INPUT;
}

/* ---- Moving and copying ---- */

static bool put_at(const char *from, const char *to, bool move) {
    goal g;
    if (!goal_open(&g, to))
        return false;
    bool ok = goal_put(&g, from, move);
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

static bool same_bytes(int a, int b) {
    char left[1 << 14], right[sizeof left];
    for (;;) {
        int64_t count = system_read_block(a, left, sizeof left);
        if (count < 0 || system_read_block(b, right, sizeof right) != count || memcmp(left, right, (size_t)count) != 0)
            return false;
        if (count < (int64_t)sizeof left)
            return true;
    }
}

bool output_same_content(const char *a, const char *b) {
    uint64_t left = 0, right = 0;
    int first = system_open_input(a, 0), second = system_open_input(b, SYSTEM_AT_ONCE);
    bool same = first >= 0 && second >= 0 && system_kind_of(first, &left) == OPENED_FILE && system_kind_of(second, &right) == OPENED_FILE &&
                left == right && same_bytes(first, second);
    system_close(first);
    system_close(second);
    return same;
}

bool output_begins_with(const char *path, const strbuf *text) {
    char *start = memory_alloc(text->count + 1, 1);
    uint64_t size;
    int fd = system_open_input(path, SYSTEM_AT_ONCE | SYSTEM_NO_LINK);
    bool begins = fd >= 0 && system_kind_of(fd, &size) == OPENED_FILE &&
                  system_read_block(fd, start, text->count) == (int64_t)text->count && memcmp(start, text->data, text->count) == 0;
    system_close(fd);
    memory_release(start);
    return begins;
}

/* ---- Whether a file was made by wasmelt ---- */

/* Whether a C file or header says in its first line that wasmelt made it. An empty file may be replaced, too. */
static bool is_text_of_ours(int fd) {
    static const char *const ways[] = {": made by wasmelt ", ": made from WebAssembly by wasmelt "};
    char start[512];
    int64_t length = system_read_block(fd, start, sizeof start - 1);
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
    int fd = goal_open_input(g);
    bool ours = fd >= 0 && (kind ? mark_is_on(fd, kind) : is_text_of_ours(fd));
    system_close(fd);
    return ours;
}

bool output_may_replace(const char *path, const char *kind) {
    goal g;
    if (!goal_open(&g, path)) {
        report_goal(path);
        return false;
    }
    bool may = g.kind != GOAL_NOTHING ? is_ours(&g, kind) : !system_is_link(path); /* a link to a file that does not exist is not ours */
    if (!may)
        say(stderr, "wasmelt: %s: error: exists and was not made by wasmelt; move it away, or %s\n", path,
            kind ? "choose another name with -o" : "choose other names with --name");
    goal_close(&g);
    return may;
}
