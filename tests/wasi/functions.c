/* One case for each function of WASI and each of its semantics that hosts tend to get wrong. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"

#define READ_WRITE (RIGHTS_FILE)
#define SECOND UINT64_C(1000000000)

static uint64_t now(uint32_t clock) {
    SAME(WASI_SUCCESS, wasmelt_wasi_clock_time_get(wasi, clock, 1, OUT));
    return get64(OUT);
}

static uint32_t new_file(const char *path) {
    return open_file(BOX, path, OFLAG_CREAT | OFLAG_TRUNC, READ_WRITE);
}

/* ---- Arguments, environment ---- */

static void args_are_laid_out_one_after_the_other(int unused) {
    (void)unused;
    CHECK(wasmelt_wasi_add_arg(wasi, "prog") && wasmelt_wasi_add_arg(wasi, "") &&
          wasmelt_wasi_add_arg(wasi, "a b"));
    SAME(WASI_SUCCESS, wasmelt_wasi_args_sizes_get(wasi, OUT, OUT2));
    SAME(3, get32(OUT));
    SAME(10, get32(OUT2));
    SAME(WASI_SUCCESS, wasmelt_wasi_args_get(wasi, OUT, BUFFER));
    CHECK(memcmp(memory.base + BUFFER, "prog\0\0a b", 10) == 0);
    SAME(BUFFER, get32(OUT));
    SAME(BUFFER + 5, get32(OUT + 4));
    SAME(BUFFER + 6, get32(OUT + 8));
}

static void environment_is_empty_until_given(int unused) {
    (void)unused;
    SAME(WASI_SUCCESS, wasmelt_wasi_environ_sizes_get(wasi, OUT, OUT2));
    SAME(0, get32(OUT));
    SAME(0, get32(OUT2));
    CHECK(wasmelt_wasi_add_env(wasi, "A=1"));
    SAME(WASI_SUCCESS, wasmelt_wasi_environ_sizes_get(wasi, OUT, OUT2));
    SAME(1, get32(OUT));
    SAME(WASI_SUCCESS, wasmelt_wasi_environ_get(wasi, OUT, BUFFER));
    CHECK(memcmp(memory.base + BUFFER, "A=1", 4) == 0);
}

/* ---- Clocks, randomness, scheduling ---- */

static void clocks_have_a_resolution_and_go_forward(int unused) {
    (void)unused;
    for (uint32_t id = 0; id < 4; id++) {
        SAME(WASI_SUCCESS, wasmelt_wasi_clock_res_get(wasi, id, OUT));
        CHECK(get64(OUT) > 0);
        uint64_t before = now(id);
        CHECK(now(id) >= before);
    }
    CHECK(now(CLOCK_ID_REALTIME) / SECOND - (uint64_t)time(NULL) <= 1);
    SAME(WASI_INVAL, wasmelt_wasi_clock_time_get(wasi, 4, 0, OUT));
    SAME(WASI_INVAL, wasmelt_wasi_clock_res_get(wasi, UINT32_MAX, OUT));
}

static bool clock_of_tests(void *context, uint32_t clock, uint64_t *nanoseconds) {
    (void)context;
    *nanoseconds = 1000 + clock;
    return true;
}

static int random_of_tests(void *context, void *bytes, size_t length) {
    memset(bytes, *(int *)context, length);
    return 0;
}

static void embedder_sets_clocks_and_randomness(int unused) {
    (void)unused;
    static const wasmelt_wasi_hooks hooks = {clock_of_tests, random_of_tests};
    int seven = 7;
    wasmelt_wasi_set_hooks(wasi, &hooks, &seven);
    SAME(1001, now(CLOCK_ID_MONOTONIC));
    SAME(WASI_SUCCESS, wasmelt_wasi_random_get(wasi, BUFFER, 4));
    SAME(0x07070707, get32(BUFFER));
}

static void random_get_fills_any_size(int unused) {
    (void)unused;
    SAME(WASI_SUCCESS, wasmelt_wasi_random_get(wasi, BUFFER, 0));
    SAME(0, get32(BUFFER));
    SAME(WASI_SUCCESS, wasmelt_wasi_random_get(wasi, PATH, 2 << 20));
    uint64_t any = 0;
    for (uint32_t at = PATH + (2 << 20) - 64; at < PATH + (2 << 20); at += 8)
        any |= get64(at);
    CHECK(any != 0);
}

static void sched_yield_works_and_signals_do_not(int unused) {
    (void)unused;
    SAME(WASI_SUCCESS, wasmelt_wasi_sched_yield(wasi));
    SAME(WASI_NOTSUP, wasmelt_wasi_proc_raise(wasi, 9));
}

static void exit_with(void *status) {
    wasmelt_wasi_proc_exit(wasi, *(uint32_t *)status);
}

static int call_at_depth(volatile int depth) {
    volatile char frame[700];
    frame[0] = (char)depth;
    if (stat_path(BOX, 0, "none/none") == WASI_SUCCESS)
        return 0;
    return call_at_depth(depth + 1) + frame[0];
}

static void recurse_and_call(void *unused) {
    (void)unused;
    call_at_depth(0);
}

static void a_full_stack_is_a_trap_that_leaves_nothing_open(int unused) {
    (void)unused;
    int free_before = dup(1);
    close(free_before);
    SAME(WASMELT_TRAP_STACK_EXHAUSTED, wasmelt_run(recurse_and_call, NULL, NULL));
    SAME(free_before, dup(1));
    SAME(WASI_NOENT, stat_path(BOX, 0, "none"));
}

static void proc_exit_ends_the_call_with_its_status(int unused) {
    (void)unused;
    uint32_t status = 77;
    wasmelt_trap trap;
    SAME(WASMELT_TRAP_EXIT, wasmelt_run(exit_with, &status, &trap));
    SAME(77, trap.exit_status);
}

/* ---- Reading and writing ---- */

static void written_bytes_can_be_read_back(int unused) {
    (void)unused;
    uint32_t fd = new_file("f");
    SAME(WASI_SUCCESS, write_text(fd, "hello world"));
    SAME(11, get32(OUT));
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_seek(wasi, fd, 6, WHENCE_SET, OUT));
    SAME(6, get64(OUT));
    SAME(WASI_SUCCESS, read_some(fd, 100));
    CHECK(buffer_is("world"));
    SAME(WASI_SUCCESS, read_some(fd, 100));
    CHECK(buffer_is(""));
    CHECK(host_file_is("box/f", "hello world"));
}

static void vectors_are_filled_in_order(int unused) {
    (void)unused;
    host_file("box/f", "abcdef");
    uint32_t fd = open_file(BOX, "f", 0, RIGHT_FD_READ);
    for (uint32_t k = 0; k < 3; k++) {
        put32(IOVS + 8 * k, BUFFER + 16 * k);
        put32(IOVS + 8 * k + 4, k == 1 ? 0 : 2);
    }
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_read(wasi, fd, IOVS, 3, OUT));
    SAME(4, get32(OUT));
    CHECK(memcmp(memory.base + BUFFER, "ab", 3) == 0 && memory.base[BUFFER + 16] == 0);
    CHECK(memcmp(memory.base + BUFFER + 32, "cd", 3) == 0);
}

static void no_vectors_are_no_error(int unused) {
    (void)unused;
    uint32_t fd = new_file("f");
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_write(wasi, fd, IOVS, 0, OUT));
    SAME(0, get32(OUT));
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_read(wasi, fd, IOVS, 0, OUT));
    SAME(0, get32(OUT));
}

static void more_vectors_than_the_host_takes_are_a_short_write(int unused) {
    (void)unused;
    uint32_t fd = new_file("f");
    for (uint32_t k = 0; k < 3000; k++) {
        put32(IOVS + 8 * k, BUFFER + k);
        put32(IOVS + 8 * k + 4, 1);
        memory.base[BUFFER + k] = 'x';
    }
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_write(wasi, fd, IOVS, 3000, OUT));
    CHECK(get32(OUT) > 0 && get32(OUT) <= 3000);
    struct stat st;
    CHECK(stat("box/f", &st) == 0);
    SAME(get32(OUT), st.st_size);
}

static void access_mode_is_enforced(int unused) {
    (void)unused;
    host_file("box/f", "x");
    uint32_t reader = open_file(BOX, "f", 0, RIGHT_FD_READ),
             writer = open_file(BOX, "f", 0, RIGHT_FD_WRITE);
    SAME(WASI_BADF, write_text(reader, "y"));
    SAME(WASI_BADF, read_some(writer, 1));
    SAME(WASI_BADF, pwrite_text(reader, "y", 0));
    CHECK(wasmelt_wasi_fd_filestat_set_size(wasi, reader, 0) != WASI_SUCCESS);
    CHECK(wasmelt_wasi_fd_allocate(wasi, reader, 0, 10) != WASI_SUCCESS);
    CHECK(host_file_is("box/f", "x"));
}

static void offsets_have_64_bits(int unused) {
    (void)unused;
    uint64_t far = UINT64_C(5) << 30;
    uint32_t fd = new_file("f");
    SAME(WASI_SUCCESS, pwrite_text(fd, "far", far));
    SAME(WASI_SUCCESS, pread_some(fd, 10, far + 1));
    CHECK(buffer_is("ar"));
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_tell(wasi, fd, OUT));
    SAME(0, get64(OUT)); /* the position did not move */
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_seek(wasi, fd, 0, WHENCE_END, OUT));
    SAME(far + 3, get64(OUT));
    CHECK(pread_some(fd, 1, UINT64_MAX) != WASI_SUCCESS);
    CHECK(pwrite_text(fd, "x", UINT64_C(1) << 63) != WASI_SUCCESS);
}

static void appending_goes_to_the_end_wherever_the_position_is(int unused) {
    (void)unused;
    host_file("box/f", "12345");
    uint32_t fd;
    SAME(WASI_SUCCESS, open_with(BOX, "f", 0, 0, READ_WRITE, 0, FDFLAG_APPEND, &fd));
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_seek(wasi, fd, 0, WHENCE_SET, OUT));
    SAME(WASI_SUCCESS, write_text(fd, "67"));
    CHECK(host_file_is("box/f", "1234567"));
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_fdstat_set_flags(wasi, fd, 0));
    SAME(WASI_SUCCESS, pwrite_text(fd, "x", 0));
    CHECK(host_file_is("box/f", "x234567"));
}

static void writing_to_a_pipe_without_reader_is_an_error_not_a_signal(int unused) {
    (void)unused;
    int ends[2];
    CHECK(pipe(ends) == 0 && wasmelt_wasi_set_stdio(wasi, 1, ends[1]) == 0);
    close(ends[0]);
    close(ends[1]);
    SAME(WASI_PIPE, write_text(1, "x"));
}

static void positions_are_for_what_can_seek(int unused) {
    (void)unused;
    int ends[2];
    CHECK(pipe(ends) == 0 && wasmelt_wasi_set_stdio(wasi, 0, ends[0]) == 0);
    SAME(WASI_SPIPE, wasmelt_wasi_fd_seek(wasi, 0, 0, WHENCE_SET, OUT));
    SAME(WASI_SPIPE, wasmelt_wasi_fd_tell(wasi, 0, OUT));
    SAME(WASI_SPIPE, pread_some(0, 1, 0));
    SAME(WASI_BADF, wasmelt_wasi_fd_seek(wasi, BOX, 0, WHENCE_CUR, OUT));
    uint32_t fd = new_file("f");
    SAME(WASI_INVAL, wasmelt_wasi_fd_seek(wasi, fd, 0, 3, OUT));
    SAME(WASI_INVAL, wasmelt_wasi_fd_seek(wasi, fd, (uint64_t)-1, WHENCE_SET, OUT));
    close(ends[0]);
    close(ends[1]);
}

static void a_fifo_does_not_hold_up_who_opens_it(int unused) {
    (void)unused;
    CHECK(mkfifo("box/fifo", 0666) == 0);
    uint32_t fd = open_file(BOX, "fifo", 0, RIGHT_FD_READ);
    SAME(WASI_SUCCESS, read_some(fd, 1));
    SAME(0, get32(OUT));
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_close(wasi, fd));
    SAME(WASI_NXIO, open_with(BOX, "fifo", 0, 0, RIGHT_FD_WRITE, 0, 0, &fd));
}

/* ---- Streams of the embedder ---- */

typedef struct text_stream {
    char text[64];
    size_t length, read;
} text_stream;

static int64_t stream_read(void *context, void *bytes, size_t length) {
    text_stream *s = context;
    size_t part = s->length - s->read < length ? s->length - s->read : length;
    memcpy(bytes, s->text + s->read, part);
    s->read += part;
    return (int64_t)part;
}

static int64_t stream_write(void *context, const void *bytes, size_t length) {
    text_stream *s = context;
    if (length > sizeof s->text - s->length)
        return -ENOSPC;
    memcpy(s->text + s->length, bytes, length);
    s->length += length;
    return (int64_t)length;
}

static void streams_in_memory_serve_as_standard_streams(int unused) {
    (void)unused;
    text_stream s = {.length = 0};
    const wasmelt_wasi_stream out = {NULL, stream_write}, in = {stream_read, NULL};
    CHECK(wasmelt_wasi_set_stream(wasi, 1, &out, &s) == 0 &&
          wasmelt_wasi_set_stream(wasi, 0, &in, &s) == 0);
    SAME(WASI_SUCCESS, write_text(1, "through memory"));
    SAME(WASI_BADF, read_some(1, 1));
    SAME(WASI_SUCCESS, read_some(0, 7));
    CHECK(buffer_is("through"));
    SAME(WASI_SPIPE, pread_some(0, 1, 0));
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_fdstat_get(wasi, 0, OUT));
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_filestat_get(wasi, 0, OUT));
    char long_text[65];
    memset(long_text, 'x', 64);
    long_text[64] = 0;
    SAME(WASI_NOSPC, write_text(1, long_text));
}

/* ---- Directories ---- */

enum { ENTRIES = 300 };

static void make_entries(void) {
    char name[64];
    for (int k = 0; k < ENTRIES; k++) {
        snprintf(name, sizeof name, "box/%0*d", 1 + k % 40, k);
        host_file(name, "");
    }
}

/* Reads a directory with a buffer of this length; counts each entry's number, "." as ENTRIES, ".."
 * after it. */
static void list_with(uint32_t length, int seen[ENTRIES + 2]) {
    uint64_t cookie = 0;
    for (;;) {
        SAME(WASI_SUCCESS, wasmelt_wasi_fd_readdir(wasi, BOX, BUFFER, length, cookie, OUT));
        uint32_t used = get32(OUT), at = 0;
        CHECK(used <= length);
        while (at + SIZEOF_DIRENT <= used) {
            uint32_t name_length = get32(BUFFER + at + 16);
            const char *name = (const char *)memory.base + BUFFER + at + SIZEOF_DIRENT;
            if (at + SIZEOF_DIRENT + name_length > used)
                break;
            cookie = get64(BUFFER + at);
            char text[256];
            snprintf(text, sizeof text, "%.*s", (int)name_length, name);
            int index = strcmp(text, ".") == 0    ? ENTRIES
                        : strcmp(text, "..") == 0 ? ENTRIES + 1
                                                  : atoi(text);
            SAME(index >= ENTRIES ? FILETYPE_DIRECTORY : FILETYPE_REGULAR_FILE,
                 memory.base[BUFFER + at + 20]);
            seen[index]++;
            at += SIZEOF_DIRENT + name_length;
        }
        if (used < length)
            return;
        CHECK(at > 0); /* else it would not go on */
    }
}

static void readdir_gives_each_entry_once_with_any_buffer(int length) {
    make_entries();
    for (int round = 0; round < 2; round++) { /* cookies survive rewinding */
        int seen[ENTRIES + 2] = {0};
        list_with((uint32_t)length, seen);
        for (int k = 0; k < ENTRIES + 2; k++)
            SAME(1, seen[k]);
    }
}

static void readdir_fills_the_buffer_with_part_of_an_entry(int unused) {
    (void)unused;
    make_entries();
    for (uint32_t length = 0; length < 120; length++) {
        SAME(WASI_SUCCESS, wasmelt_wasi_fd_readdir(wasi, BOX, BUFFER, length, 0, OUT));
        SAME(length, get32(OUT));
    }
}

static void readdir_goes_on_at_any_entry_s_cookie(int unused) {
    (void)unused;
    make_entries();
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_readdir(wasi, BOX, BUFFER, 1 << 18, 0, OUT));
    uint32_t used = get32(OUT), at = 0;
    memcpy(memory.base + PATH2, memory.base + BUFFER, used);
    while (at < used) {
        uint64_t cookie = get64(PATH2 + at);
        at += SIZEOF_DIRENT + get32(PATH2 + at + 16);
        SAME(WASI_SUCCESS, wasmelt_wasi_fd_readdir(wasi, BOX, BUFFER, 1 << 18, cookie, OUT));
        SAME(used - at, get32(OUT));
        CHECK(memcmp(memory.base + BUFFER, memory.base + PATH2 + at, used - at) == 0);
    }
}

static void readdir_of_a_file_is_an_error(int unused) {
    (void)unused;
    uint32_t fd = new_file("f");
    SAME(WASI_NOTDIR, wasmelt_wasi_fd_readdir(wasi, fd, BUFFER, 100, 0, OUT));
}

static void directories_are_made_and_removed(int unused) {
    (void)unused;
    SAME(WASI_SUCCESS, make_dir(BOX, "d"));
    SAME(WASI_EXIST, make_dir(BOX, "d"));
    SAME(WASI_SUCCESS, make_dir(BOX, "d/e/"));
    SAME(WASI_NOENT, make_dir(BOX, "none/e"));
    SAME(WASI_NOTEMPTY, remove_dir(BOX, "d"));
    SAME(WASI_ISDIR, unlink_file(BOX, "d"));
    SAME(WASI_ISDIR, unlink_file(BOX, "d/"));
    SAME(WASI_SUCCESS, remove_dir(BOX, "d/e/"));
    SAME(WASI_SUCCESS, remove_dir(BOX, "d"));
    new_file("f");
    SAME(WASI_NOTDIR, remove_dir(BOX, "f"));
    SAME(WASI_NOTDIR, unlink_file(BOX, "f/"));
    SAME(WASI_SUCCESS, unlink_file(BOX, "f"));
    SAME(WASI_NOENT, unlink_file(BOX, "f"));
}

/* ---- The table ---- */

static void preopens_come_from_3_in_the_order_given(int unused) {
    (void)unused;
    CHECK(wasmelt_wasi_preopen(wasi, "box", "third", WASMELT_WASI_READ) == 0);
    static const char *const names[] = {"/box", "/ro", "third"};
    for (uint32_t k = 0; k < 3; k++) {
        SAME(WASI_SUCCESS, wasmelt_wasi_fd_prestat_get(wasi, 3 + k, OUT));
        SAME(0, get32(OUT));
        SAME(strlen(names[k]), get32(OUT + 4));
        memset(memory.base + BUFFER, 0xAA, 16);
        SAME(WASI_SUCCESS, wasmelt_wasi_fd_prestat_dir_name(wasi, 3 + k, BUFFER, get32(OUT + 4)));
        CHECK(memcmp(memory.base + BUFFER, names[k], strlen(names[k])) == 0);
        SAME(0xAA, memory.base[BUFFER + strlen(names[k])]);
    }
    SAME(WASI_BADF, wasmelt_wasi_fd_prestat_get(wasi, 6, OUT));
    SAME(WASI_BADF, wasmelt_wasi_fd_prestat_get(wasi, 0, OUT));
    SAME(WASI_NAMETOOLONG, wasmelt_wasi_fd_prestat_dir_name(wasi, 3, BUFFER, 2));
}

static void a_host_s_descriptor_can_be_preopened_and_given(int unused) {
    (void)unused;
    host_file("box/f", "given");
    int dir = open("box", O_RDONLY | O_DIRECTORY), file = open("box/f", O_RDONLY);
    uint32_t fd;
    CHECK(wasmelt_wasi_preopen_fd(wasi, dir, "again", WASMELT_WASI_READ) == 0);
    SAME(ENOTDIR, wasmelt_wasi_preopen_fd(wasi, file, "file", WASMELT_WASI_READ));
    SAME(EISDIR, wasmelt_wasi_add_fd(wasi, dir, &fd));
    SAME(0, wasmelt_wasi_add_fd(wasi, file, &fd));
    SAME(6, fd);
    close(dir);
    close(file);
    SAME(WASI_SUCCESS, read_some(6, 10));
    CHECK(buffer_is("given"));
    SAME(WASI_BADF, write_text(6, "x"));
    open_file(5, "f", 0, RIGHT_FD_READ);
}

static void closed_descriptors_are_free_again(int unused) {
    (void)unused;
    uint32_t fd = new_file("f");
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_close(wasi, fd));
    SAME(WASI_BADF, wasmelt_wasi_fd_close(wasi, fd));
    SAME(WASI_BADF, read_some(fd, 1));
    SAME(fd, new_file("g"));
}

static void renumbering_onto_itself_changes_nothing(int unused) {
    (void)unused;
    uint32_t fd = new_file("f");
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_renumber(wasi, fd, fd));
    SAME(WASI_SUCCESS, write_text(fd, "still"));
    CHECK(host_file_is("box/f", "still"));
}

static void renumbering_moves_and_closes_the_other(int unused) {
    (void)unused;
    uint32_t f = new_file("f"), g = new_file("g");
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_renumber(wasi, f, g));
    SAME(WASI_SUCCESS, write_text(g, "f's"));
    CHECK(host_file_is("box/f", "f's") && host_file_is("box/g", ""));
    SAME(WASI_BADF, write_text(f, "x"));
    SAME(WASI_BADF, wasmelt_wasi_fd_renumber(wasi, f, g));
    SAME(WASI_BADF, wasmelt_wasi_fd_renumber(wasi, g, f));
    SAME(WASI_BADF, wasmelt_wasi_fd_renumber(wasi, g, 500));
}

static void descriptors_have_a_limit(int unused) {
    (void)unused;
    uint32_t fd = 0, opened = 0;
    wasmelt_wasi_limit_fds(wasi, 20);
    new_file("f");
    uint32_t error;
    while ((error = open_with(BOX, "f", 0, 0, RIGHT_FD_READ, 0, 0, &fd)) == WASI_SUCCESS &&
           opened < 100)
        opened++;
    SAME(WASI_MFILE, error);
    SAME(20 - 3, opened); /* two directories and the first file */
    SAME(WASI_MFILE, open_with(BOX, "new", 0, OFLAG_CREAT, READ_WRITE, 0, 0, &fd));
    CHECK(!host_exists("box/new"));
}

static void contexts_do_not_know_of_each_other(int unused) {
    (void)unused;
    wasmelt_wasi *other = another_context();
    CHECK(wasmelt_wasi_add_arg(other, "other"));
    SAME(WASI_BADF, wasmelt_wasi_fd_prestat_get(other, 3, OUT));
    SAME(WASI_SUCCESS, wasmelt_wasi_args_sizes_get(wasi, OUT, OUT2));
    SAME(0, get32(OUT));
    wasmelt_wasi_free(other);
    new_file("f");
}

/* ---- What a descriptor is ---- */

static uint32_t flags_of(uint32_t fd) {
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_fdstat_get(wasi, fd, OUT));
    return get32(OUT) >> 16;
}

static void flags_read_back(int unused) {
    (void)unused;
    for (uint32_t flags = 0; flags <= FDFLAGS_ALL; flags++) {
        uint32_t fd;
        SAME(WASI_SUCCESS, open_with(BOX, "f", 0, OFLAG_CREAT, READ_WRITE, 0, flags, &fd));
        uint32_t found = flags_of(fd);
        uint32_t sync = FDFLAG_SYNC | FDFLAG_RSYNC | FDFLAG_DSYNC;
        SAME(flags & ~sync, found & ~sync);
        CHECK(!(flags & FDFLAG_SYNC) || (found & FDFLAG_SYNC));
        CHECK(!(flags & sync) == !(found & sync));
        SAME(WASI_SUCCESS, wasmelt_wasi_fd_close(wasi, fd));
    }
}

static void flags_can_be_changed(int unused) {
    (void)unused;
    uint32_t fd = new_file("f");
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_fdstat_set_flags(wasi, fd, FDFLAG_APPEND | FDFLAG_NONBLOCK));
    SAME(FDFLAG_APPEND | FDFLAG_NONBLOCK, flags_of(fd));
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_fdstat_set_flags(wasi, fd, 0));
    SAME(0, flags_of(fd));
    SAME(WASI_INVAL, wasmelt_wasi_fd_fdstat_set_flags(wasi, fd, 0x100));
    SAME(WASI_NOTSUP, wasmelt_wasi_fd_fdstat_set_flags(wasi, fd, FDFLAG_SYNC));
}

static void flags_of_shared_streams_stay_the_host_s(int unused) {
    (void)unused;
    int ends[2];
    CHECK(pipe(ends) == 0 && wasmelt_wasi_set_stdio(wasi, 0, ends[0]) == 0);
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_fdstat_set_flags(wasi, 0, FDFLAG_NONBLOCK));
    SAME(FDFLAG_NONBLOCK, flags_of(0));
    CHECK(!(fcntl(ends[0], F_GETFL) & O_NONBLOCK));
    SAME(WASI_AGAIN, read_some(0, 1));
    CHECK(write(ends[1], "x", 1) == 1);
    SAME(WASI_SUCCESS, read_some(0, 1));
    close(ends[0]);
    close(ends[1]);
}

static void rights_can_only_be_given_up(int unused) {
    (void)unused;
    uint32_t fd = new_file("f");
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_fdstat_set_rights(wasi, fd, RIGHT_FD_READ, 0));
    SAME(WASI_BADF, write_text(fd, "x"));
    SAME(WASI_NOTCAPABLE,
         wasmelt_wasi_fd_fdstat_set_rights(wasi, fd, RIGHT_FD_READ | RIGHT_FD_WRITE, 0));
    SAME(WASI_SUCCESS, read_some(fd, 1));
    SAME(WASI_SUCCESS,
         wasmelt_wasi_fd_fdstat_set_rights(wasi, BOX, RIGHT_PATH_OPEN, RIGHT_FD_READ));
    SAME(WASI_NOTCAPABLE, make_dir(BOX, "d"));
    SAME(WASI_NOTCAPABLE, open_with(BOX, "new", 0, OFLAG_CREAT, RIGHT_FD_READ, 0, 0, &fd));
    SAME(WASI_NOTCAPABLE, open_with(BOX, "f", 0, 0, RIGHT_FD_WRITE, 0, 0, &fd));
}

static void rights_are_inherited_no_wider(int unused) {
    (void)unused;
    CHECK(mkdir("box/d", 0777) == 0);
    uint32_t dir, fd;
    SAME(WASI_SUCCESS,
         open_with(BOX, "d", 0, OFLAG_DIRECTORY, RIGHT_PATH_OPEN, RIGHT_FD_READ, 0, &dir));
    SAME(WASI_NOTCAPABLE, open_with(dir, "f", 0, OFLAG_CREAT, RIGHT_FD_READ, 0, 0, &fd));
    SAME(WASI_NOTCAPABLE, make_dir(dir, "e"));
    host_file("box/d/f", "x");
    fd = open_file(dir, "f", 0, RIGHT_FD_READ);
    SAME(WASI_NOTCAPABLE, wasmelt_wasi_fd_filestat_get(wasi, fd, OUT));
}

static void a_terminal_is_a_character_device_that_cannot_seek(int unused) {
    (void)unused;
    int terminal = posix_openpt(O_RDWR | O_NOCTTY), null = open("/dev/null", O_RDWR);
    CHECK(terminal >= 0 && null >= 0 && wasmelt_wasi_set_stdio(wasi, 0, terminal) == 0);
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_fdstat_get(wasi, 0, OUT));
    SAME(FILETYPE_CHARACTER_DEVICE, memory.base[OUT]);
    SAME(0, get64(OUT + 8) & (RIGHT_FD_SEEK | RIGHT_FD_TELL));
    CHECK(wasmelt_wasi_set_stdio(wasi, 0, null) == 0);
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_fdstat_get(wasi, 0, OUT));
    SAME(FILETYPE_CHARACTER_DEVICE, memory.base[OUT]);
    CHECK(get64(OUT + 8) & RIGHT_FD_SEEK); /* which libraries take for no terminal */
    close(terminal);
    close(null);
}

/* ---- Attributes ---- */

static void attributes_are_the_host_s_with_nanoseconds(int unused) {
    (void)unused;
    host_file("box/f", "12345");
    struct timespec times[2] = {{1000000001, 123456789}, {1500000000, 987654321}};
    CHECK(utimensat(AT_FDCWD, "box/f", times, 0) == 0 && link("box/f", "box/g") == 0);
    struct stat st;
    CHECK(stat("box/f", &st) == 0);
    uint32_t fd = open_file(BOX, "f", 0, RIGHTS_FILE & ~RIGHT_FD_WRITE);
    for (int by_path = 0; by_path < 2; by_path++) {
        SAME(WASI_SUCCESS,
             by_path ? stat_path(BOX, 0, "f") : wasmelt_wasi_fd_filestat_get(wasi, fd, OUT));
        SAME(st.st_dev, get64(OUT));
        SAME(st.st_ino, get64(OUT + 8));
        SAME(FILETYPE_REGULAR_FILE, memory.base[OUT + 16]);
        SAME(2, get64(OUT + 24));
        SAME(5, get64(OUT + 32));
        SAME(1000000001 * SECOND + 123456789, get64(OUT + 40));
        SAME(1500000000 * SECOND + 987654321, get64(OUT + 48));
    }
}

static void times_are_set_with_nanoseconds_left_or_now(int unused) {
    (void)unused;
    uint32_t fd = new_file("f");
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_filestat_set_times(wasi, fd, 11 * SECOND + 1,
                                                          22 * SECOND + 2, FST_ATIM | FST_MTIM));
    SAME(WASI_SUCCESS, set_path_times(BOX, 0, "f", 33 * SECOND + 3, 0, FST_ATIM));
    SAME(WASI_SUCCESS, stat_path(BOX, 0, "f"));
    SAME(33 * SECOND + 3, get64(OUT + 40));
    SAME(22 * SECOND + 2, get64(OUT + 48));
    SAME(WASI_SUCCESS, set_path_times(BOX, 0, "f", 0, 0, FST_MTIM_NOW));
    SAME(WASI_SUCCESS, stat_path(BOX, 0, "f"));
    CHECK(get64(OUT + 48) > 1000000000 * SECOND);
    SAME(WASI_INVAL, set_path_times(BOX, 0, "f", 0, 0, FST_ATIM | FST_ATIM_NOW));
    SAME(WASI_INVAL, wasmelt_wasi_fd_filestat_set_times(wasi, fd, 0, 0, FST_MTIM | FST_MTIM_NOW));
    SAME(WASI_INVAL, wasmelt_wasi_fd_filestat_set_times(wasi, fd, 0, 0, 16));
}

static void links_have_attributes_of_their_own(int unused) {
    (void)unused;
    new_file("f");
    SAME(WASI_SUCCESS, symlink_to("f", BOX, "l"));
    SAME(WASI_SUCCESS, set_path_times(BOX, 0, "l", 5 * SECOND, 6 * SECOND, FST_ATIM | FST_MTIM));
    SAME(WASI_SUCCESS, stat_path(BOX, 0, "l"));
    SAME(FILETYPE_SYMBOLIC_LINK, memory.base[OUT + 16]);
    SAME(6 * SECOND, get64(OUT + 48));
    SAME(WASI_SUCCESS, stat_path(BOX, LOOKUP_SYMLINK_FOLLOW, "l"));
    SAME(FILETYPE_REGULAR_FILE, memory.base[OUT + 16]);
    CHECK(get64(OUT + 48) > 6 * SECOND);
    SAME(WASI_SUCCESS, set_path_times(BOX, LOOKUP_SYMLINK_FOLLOW, "l", 0, 7 * SECOND, FST_MTIM));
    SAME(WASI_SUCCESS, stat_path(BOX, 0, "f"));
    SAME(7 * SECOND, get64(OUT + 48));
}

static void sizes_can_be_set_and_allocated(int unused) {
    (void)unused;
    uint32_t fd = new_file("f");
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_filestat_set_size(wasi, fd, 100));
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_filestat_get(wasi, fd, OUT));
    SAME(100, get64(OUT + 32));
    uint32_t error = wasmelt_wasi_fd_allocate(wasi, fd, 50, 100);
    CHECK(error == WASI_SUCCESS || error == WASI_NOTSUP);
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_filestat_get(wasi, fd, OUT));
    SAME(error ? 100 : 150, get64(OUT + 32));
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_filestat_set_size(wasi, fd, 0));
    SAME(WASI_INVAL, wasmelt_wasi_fd_filestat_set_size(wasi, fd, UINT64_MAX));
    CHECK(wasmelt_wasi_fd_allocate(wasi, fd, UINT64_MAX, 2) != WASI_SUCCESS);
    CHECK(wasmelt_wasi_fd_allocate(wasi, fd, 0, 0) != WASI_SUCCESS);
}

static void advice_and_synchronising_are_accepted(int unused) {
    (void)unused;
    uint32_t fd = new_file("f");
    for (uint32_t advice = 0; advice < 6; advice++)
        SAME(WASI_SUCCESS, wasmelt_wasi_fd_advise(wasi, fd, 0, 100, advice));
    SAME(WASI_INVAL, wasmelt_wasi_fd_advise(wasi, fd, 0, 100, 6));
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_sync(wasi, fd));
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_datasync(wasi, fd));
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_sync(wasi, BOX));
}

/* ---- Paths ---- */

static void opening_follows_its_flags(int unused) {
    (void)unused;
    uint32_t fd;
    SAME(WASI_NOENT, open_with(BOX, "f", 0, 0, RIGHT_FD_READ, 0, 0, &fd));
    new_file("f");
    SAME(WASI_EXIST, open_with(BOX, "f", 0, OFLAG_CREAT | OFLAG_EXCL, READ_WRITE, 0, 0, &fd));
    SAME(WASI_NOTDIR, open_with(BOX, "f", 0, OFLAG_DIRECTORY, RIGHT_FD_READ, 0, 0, &fd));
    SAME(WASI_NOTDIR, open_with(BOX, "f/", 0, 0, RIGHT_FD_READ, 0, 0, &fd));
    SAME(WASI_INVAL, open_with(BOX, "d", 0, OFLAG_CREAT | OFLAG_DIRECTORY, READ_WRITE, 0, 0, &fd));
    SAME(WASI_ISDIR, open_with(BOX, "new/", 0, OFLAG_CREAT, READ_WRITE, 0, 0, &fd));
    CHECK(!host_exists("box/new"));
    SAME(WASI_ISDIR, open_with(BOX, ".", 0, 0, READ_WRITE, 0, 0, &fd));
    SAME(WASI_NOENT, open_with(BOX, "", 0, 0, RIGHT_FD_READ, 0, 0, &fd));
    host_file("box/f", "text");
    open_file(BOX, "f", OFLAG_TRUNC, RIGHT_FD_WRITE);
    CHECK(host_file_is("box/f", ""));
    SAME(WASI_NOTDIR,
         open_with(open_file(BOX, "f", 0, READ_WRITE), "x", 0, 0, RIGHT_FD_READ, 0, 0, &fd));
}

static void links_are_followed_only_when_asked(int unused) {
    (void)unused;
    uint32_t fd;
    host_file("box/f", "text");
    CHECK(mkdir("box/d", 0777) == 0);
    SAME(WASI_SUCCESS, symlink_to("f", BOX, "l"));
    SAME(WASI_SUCCESS, symlink_to("d", BOX, "ld"));
    SAME(WASI_SUCCESS, symlink_to("loop", BOX, "loop"));
    SAME(WASI_LOOP, open_with(BOX, "l", 0, 0, RIGHT_FD_READ, 0, 0, &fd));
    SAME(WASI_SUCCESS, open_with(BOX, "l", LOOKUP_SYMLINK_FOLLOW, 0, RIGHT_FD_READ, 0, 0, &fd));
    SAME(WASI_SUCCESS, read_some(fd, 10));
    CHECK(buffer_is("text"));
    SAME(WASI_SUCCESS,
         open_with(BOX, "ld/../ld/.././l", LOOKUP_SYMLINK_FOLLOW, 0, RIGHT_FD_READ, 0, 0, &fd));
    SAME(WASI_LOOP, open_with(BOX, "loop", LOOKUP_SYMLINK_FOLLOW, 0, RIGHT_FD_READ, 0, 0, &fd));
    SAME(WASI_LOOP, open_with(BOX, "loop/x", 0, 0, RIGHT_FD_READ, 0, 0, &fd));
    SAME(WASI_SUCCESS, stat_path(BOX, 0, "ld/"));
    SAME(FILETYPE_DIRECTORY, memory.base[OUT + 16]);
    SAME(WASI_EXIST, open_with(BOX, "loop", LOOKUP_SYMLINK_FOLLOW, OFLAG_CREAT | OFLAG_EXCL,
                               READ_WRITE, 0, 0, &fd));
    SAME(WASI_SUCCESS, symlink_to("made", BOX, "dangling"));
    SAME(WASI_SUCCESS,
         open_with(BOX, "dangling", LOOKUP_SYMLINK_FOLLOW, OFLAG_CREAT, READ_WRITE, 0, 0, &fd));
    CHECK(host_exists("box/made"));
}

static void readlink_truncates_to_the_buffer(int unused) {
    (void)unused;
    SAME(WASI_SUCCESS, symlink_to("target", BOX, "l"));
    SAME(WASI_SUCCESS, read_link(BOX, "l", 100));
    CHECK(buffer_is("target"));
    SAME(WASI_SUCCESS, read_link(BOX, "l", 3));
    CHECK(buffer_is("tar"));
    SAME(WASI_SUCCESS, read_link(BOX, "l", 0));
    SAME(0, get32(OUT));
    new_file("f");
    SAME(WASI_INVAL, read_link(BOX, "f", 10));
    SAME(WASI_NOENT, read_link(BOX, "none", 10));
    SAME(WASI_NOENT, read_link(BOX, "l/", 10));
    SAME(WASI_EXIST, symlink_to("x", BOX, "l"));
}

static void hard_links_share_the_file(int unused) {
    (void)unused;
    host_file("box/f", "text");
    CHECK(mkdir("box/d", 0777) == 0);
    SAME(WASI_SUCCESS, link_file(BOX, "f", BOX, "d/g"));
    CHECK(host_file_is("box/d/g", "text"));
    SAME(WASI_EXIST, link_file(BOX, "f", BOX, "d/g"));
    SAME(WASI_PERM, link_file(BOX, "d", BOX, "e"));
    SAME(WASI_PERM, link_file(BOX, "d/", BOX, "e"));
    SAME(WASI_NOTDIR, link_file(BOX, "f/", BOX, "e"));
    SAME(WASI_NOENT, link_file(BOX, "none", BOX, "e"));
    put_text(PATH, "f");
    SAME(WASI_INVAL, wasmelt_wasi_path_link(wasi, BOX, LOOKUP_SYMLINK_FOLLOW, PATH, 1, BOX, PATH2,
                                            put_text(PATH2, "x")));
}

static void renaming_replaces_as_on_the_host(int unused) {
    (void)unused;
    host_file("box/f", "f");
    host_file("box/g", "g");
    CHECK(mkdir("box/d", 0777) == 0 && mkdir("box/e", 0777) == 0);
    SAME(WASI_SUCCESS, rename_file(BOX, "f", BOX, "g"));
    CHECK(host_file_is("box/g", "f") && !host_exists("box/f"));
    SAME(WASI_ISDIR, rename_file(BOX, "g", BOX, "d"));
    SAME(WASI_NOTDIR, rename_file(BOX, "d", BOX, "g"));
    SAME(WASI_SUCCESS, rename_file(BOX, "d/", BOX, "e/"));
    SAME(WASI_INVAL, rename_file(BOX, "e", BOX, "e/below"));
    SAME(WASI_NOENT, rename_file(BOX, "none", BOX, "x"));
    SAME(WASI_NOTDIR, rename_file(BOX, "g/", BOX, "x"));
}

static void names_are_utf_8(int unused) {
    (void)unused;
    uint32_t fd;
    open_file(BOX, "\xC3\xBC\xE2\x82\xAC\xF0\x9F\x98\x80", OFLAG_CREAT, READ_WRITE);
    SAME(WASI_ILSEQ, open_with(BOX, "\xFF", 0, OFLAG_CREAT, READ_WRITE, 0, 0, &fd));
    SAME(WASI_ILSEQ, open_with(BOX, "\xC0\x80", 0, OFLAG_CREAT, READ_WRITE, 0, 0, &fd));
    SAME(WASI_ILSEQ, open_with(BOX, "\xED\xA0\x80", 0, OFLAG_CREAT, READ_WRITE, 0, 0, &fd));
}

/* ---- poll_oneoff ---- */

enum { SUBSCRIPTIONS = 0x8000, EVENTS = 0xC000 };

static void subscribe_clock(uint32_t k, uint32_t clock, uint64_t timeout, uint32_t flags) {
    uint32_t s = SUBSCRIPTIONS + k * SIZEOF_SUBSCRIPTION;
    memset(memory.base + s, 0, SIZEOF_SUBSCRIPTION);
    put64(s, 100 + k);
    put32(s + 16, clock);
    put64(s + 24, timeout);
    put32(s + 40, flags);
}

static void subscribe_fd(uint32_t k, uint8_t type, uint32_t fd) {
    uint32_t s = SUBSCRIPTIONS + k * SIZEOF_SUBSCRIPTION;
    memset(memory.base + s, 0, SIZEOF_SUBSCRIPTION);
    put64(s, 100 + k);
    memory.base[s + 8] = type;
    put32(s + 16, fd);
}

/* The number of events; each must be for the subscription with this userdata. */
static uint32_t wait_for(uint32_t count) {
    SAME(WASI_SUCCESS, wasmelt_wasi_poll_oneoff(wasi, SUBSCRIPTIONS, EVENTS, count, OUT));
    return get32(OUT);
}

static void event_is(uint32_t k, uint64_t userdata, uint32_t error, uint8_t type) {
    uint32_t e = EVENTS + k * SIZEOF_EVENT;
    SAME(userdata, get64(e));
    SAME(error, get32(e + 8) & 0xFFFF);
    SAME(type, memory.base[e + 10]);
}

static void a_relative_time_is_waited_for(int clock) {
    uint64_t before = now(CLOCK_ID_MONOTONIC);
    subscribe_clock(0, (uint32_t)clock, SECOND / 50, 0);
    SAME(1, wait_for(1));
    event_is(0, 100, WASI_SUCCESS, EVENT_CLOCK);
    uint64_t gone = now(CLOCK_ID_MONOTONIC) - before;
    CHECK(gone >= SECOND / 50 && gone < 5 * SECOND);
}

static void an_absolute_time_is_on_its_clock_s_own_base(int clock) {
    uint64_t before = now(CLOCK_ID_MONOTONIC);
    subscribe_clock(0, (uint32_t)clock, now((uint32_t)clock) + SECOND / 50, SUBCLOCK_ABSTIME);
    SAME(1, wait_for(1));
    uint64_t gone = now(CLOCK_ID_MONOTONIC) - before;
    CHECK(gone >= SECOND / 100 && gone < 5 * SECOND);
}

static void an_absolute_time_that_is_past_fires_at_once(int clock) {
    uint64_t before = now(CLOCK_ID_MONOTONIC);
    subscribe_clock(0, (uint32_t)clock, 1, SUBCLOCK_ABSTIME);
    subscribe_clock(1, (uint32_t)clock, 3600 * SECOND, 0);
    SAME(1, wait_for(2));
    event_is(0, 100, WASI_SUCCESS, EVENT_CLOCK);
    CHECK(now(CLOCK_ID_MONOTONIC) - before < SECOND);
}

static void a_bad_descriptor_is_an_event_of_its_own(int unused) {
    (void)unused;
    subscribe_fd(0, EVENT_FD_READ, 99);
    subscribe_clock(1, CLOCK_ID_MONOTONIC, 3600 * SECOND, 0);
    SAME(1, wait_for(2));
    event_is(0, 100, WASI_BADF, EVENT_FD_READ);
}

static void a_bad_clock_is_an_event_of_its_own(int unused) {
    (void)unused;
    subscribe_clock(0, 17, SECOND, 0);
    SAME(1, wait_for(1));
    event_is(0, 100, WASI_INVAL, EVENT_CLOCK);
}

static void a_ready_descriptor_wins_over_a_timeout(int unused) {
    (void)unused;
    int ends[2];
    CHECK(pipe(ends) == 0 && wasmelt_wasi_set_stdio(wasi, 0, ends[0]) == 0 &&
          write(ends[1], "abc", 3) == 3);
    subscribe_clock(0, CLOCK_ID_MONOTONIC, 0, 0);
    subscribe_fd(1, EVENT_FD_READ, 0);
    SAME(1, wait_for(2));
    event_is(0, 101, WASI_SUCCESS, EVENT_FD_READ);
    SAME(3, get64(EVENTS + 16));
    close(ends[0]);
    close(ends[1]);
}

static void a_timeout_comes_when_nothing_is_ready(int unused) {
    (void)unused;
    int ends[2];
    CHECK(pipe(ends) == 0 && wasmelt_wasi_set_stdio(wasi, 0, ends[0]) == 0);
    subscribe_clock(0, CLOCK_ID_MONOTONIC, SECOND / 100, 0);
    subscribe_fd(1, EVENT_FD_READ, 0);
    SAME(1, wait_for(2));
    event_is(0, 100, WASI_SUCCESS, EVENT_CLOCK);
    close(ends[1]);
    SAME(1, wait_for(2)); /* the other end is closed: that is an event */
    event_is(0, 101, WASI_SUCCESS, EVENT_FD_READ);
    SAME(EVENT_FD_HANGUP, memory.base[EVENTS + 24]);
    close(ends[0]);
}

static void files_are_always_ready(int unused) {
    (void)unused;
    uint32_t fd = new_file("f");
    SAME(WASI_SUCCESS, pwrite_text(fd, "12345", 0));
    subscribe_fd(0, EVENT_FD_READ, fd);
    subscribe_fd(1, EVENT_FD_WRITE, fd);
    SAME(2, wait_for(2));
    event_is(0, 100, WASI_SUCCESS, EVENT_FD_READ);
    SAME(5, get64(EVENTS + 16));
    event_is(1, 101, WASI_SUCCESS, EVENT_FD_WRITE);
}

static void polling_for_nothing_is_an_error(int unused) {
    (void)unused;
    SAME(WASI_INVAL, wasmelt_wasi_poll_oneoff(wasi, SUBSCRIPTIONS, EVENTS, 0, OUT));
    subscribe_fd(0, 3, 0);
    SAME(WASI_INVAL, wasmelt_wasi_poll_oneoff(wasi, SUBSCRIPTIONS, EVENTS, 1, OUT));
}

/* ---- Sockets ---- */

static int give_socket(int type) {
    int ends[2];
    CHECK(socketpair(AF_UNIX, type, 0, ends) == 0 && wasmelt_wasi_set_stdio(wasi, 0, ends[0]) == 0);
    close(ends[0]);
    return ends[1];
}

static void sockets_send_and_receive(int unused) {
    (void)unused;
    int peer = give_socket(SOCK_STREAM);
    put32(IOVS, BUFFER);
    put32(IOVS + 4, put_text(BUFFER, "out"));
    SAME(WASI_SUCCESS, wasmelt_wasi_sock_send(wasi, 0, IOVS, 1, 0, OUT));
    char got[8] = "";
    CHECK(read(peer, got, sizeof got) == 3 && strcmp(got, "out") == 0);
    CHECK(write(peer, "incoming", 8) == 8);
    put32(IOVS + 4, 2);
    SAME(WASI_SUCCESS, wasmelt_wasi_sock_recv(wasi, 0, IOVS, 1, RIFLAG_RECV_PEEK, OUT, OUT2));
    CHECK(buffer_is("in"));
    put32(IOVS + 4, 100);
    SAME(WASI_SUCCESS, wasmelt_wasi_sock_recv(wasi, 0, IOVS, 1, 0, OUT, OUT2));
    CHECK(buffer_is("incoming"));
    SAME(WASI_SUCCESS, wasmelt_wasi_sock_shutdown(wasi, 0, SDFLAG_WR));
    CHECK(read(peer, got, sizeof got) == 0);
    SAME(WASI_PIPE, wasmelt_wasi_sock_send(wasi, 0, IOVS, 1, 0, OUT));
    SAME(WASI_PIPE, write_text(0, "x"));
    SAME(WASI_INVAL, wasmelt_wasi_sock_shutdown(wasi, 0, 0));
    SAME(WASI_INVAL, wasmelt_wasi_sock_send(wasi, 0, IOVS, 1, 1, OUT));
    close(peer);
}

static void a_datagram_cut_off_is_told(int unused) {
    (void)unused;
    int peer = give_socket(SOCK_DGRAM);
    CHECK(write(peer, "datagram", 8) == 8);
    put32(IOVS, BUFFER);
    put32(IOVS + 4, 4);
    SAME(WASI_SUCCESS, wasmelt_wasi_sock_recv(wasi, 0, IOVS, 1, 0, OUT, OUT2));
    CHECK(buffer_is("data"));
    SAME(ROFLAG_RECV_TRUNCATED, memory.base[OUT2]);
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_fdstat_get(wasi, 0, OUT));
    SAME(FILETYPE_SOCKET_DGRAM, memory.base[OUT]);
    close(peer);
}

static void an_inherited_listener_accepts(int unused) {
    (void)unused;
    int listener = socket(AF_INET, SOCK_STREAM, 0), peer = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    CHECK(bind(listener, (struct sockaddr *)&address, length) == 0 && listen(listener, 1) == 0);
    CHECK(getsockname(listener, (struct sockaddr *)&address, &length) == 0);
    uint32_t server;
    SAME(0, wasmelt_wasi_add_fd(wasi, listener, &server));
    CHECK(connect(peer, (struct sockaddr *)&address, length) == 0);
    SAME(WASI_SUCCESS, wasmelt_wasi_sock_accept(wasi, server, FDFLAG_NONBLOCK, OUT));
    uint32_t fd = get32(OUT);
    SAME(FDFLAG_NONBLOCK, flags_of(fd));
    SAME(WASI_AGAIN, read_some(fd, 1));
    CHECK(write(peer, "hello", 5) == 5);
    subscribe_fd(0, EVENT_FD_READ, fd);
    SAME(1, wait_for(1));
    SAME(WASI_SUCCESS, read_some(fd, 10));
    CHECK(buffer_is("hello"));
    SAME(WASI_INVAL, wasmelt_wasi_sock_accept(wasi, server, FDFLAG_APPEND, OUT));
    close(listener);
    close(peer);
}

static void files_are_no_sockets(int unused) {
    (void)unused;
    uint32_t fd = new_file("f");
    SAME(WASI_NOTSOCK, wasmelt_wasi_sock_accept(wasi, fd, 0, OUT));
    SAME(WASI_NOTSOCK, wasmelt_wasi_sock_recv(wasi, fd, IOVS, 0, 0, OUT, OUT2));
    SAME(WASI_NOTSOCK, wasmelt_wasi_sock_send(wasi, BOX, IOVS, 0, 0, OUT));
    SAME(WASI_NOTSOCK, wasmelt_wasi_sock_shutdown(wasi, fd, SDFLAG_RD));
}

/* ---- Snapshot 0 ---- */

static void the_older_seek_has_another_order_of_whence(int unused) {
    (void)unused;
    host_file("box/f", "0123456789");
    uint32_t fd = open_file(BOX, "f", 0, READ_WRITE);
    SAME(WASI_SUCCESS, wasmelt_wasi0_fd_seek(wasi, fd, 4, 2, OUT)); /* set */
    SAME(4, get64(OUT));
    SAME(WASI_SUCCESS, wasmelt_wasi0_fd_seek(wasi, fd, 3, 0, OUT)); /* current */
    SAME(7, get64(OUT));
    SAME(WASI_SUCCESS, wasmelt_wasi0_fd_seek(wasi, fd, 0, 1, OUT)); /* end */
    SAME(10, get64(OUT));
    SAME(WASI_INVAL, wasmelt_wasi0_fd_seek(wasi, fd, 0, 3, OUT));
}

static void the_older_attributes_are_shorter(int unused) {
    (void)unused;
    host_file("box/f", "12345");
    memset(memory.base + OUT, 0xAA, 64);
    SAME(WASI_SUCCESS,
         wasmelt_wasi0_path_filestat_get(wasi, BOX, 0, PATH, put_text(PATH, "f"), OUT));
    SAME(FILETYPE_REGULAR_FILE, memory.base[OUT + 16]);
    SAME(1, get32(OUT + 20));
    SAME(5, get64(OUT + 24));
    SAME(0xAA, memory.base[OUT + SIZEOF_FILESTAT_UNSTABLE]);
    uint32_t fd = open_file(BOX, "f", 0, READ_WRITE);
    SAME(WASI_SUCCESS, wasmelt_wasi0_fd_filestat_get(wasi, fd, OUT));
    SAME(5, get64(OUT + 24));
    SAME(0xAA, memory.base[OUT + SIZEOF_FILESTAT_UNSTABLE]);
}

static void the_older_subscriptions_are_longer(int unused) {
    (void)unused;
    memset(memory.base + SUBSCRIPTIONS, 0, SIZEOF_SUBSCRIPTION_UNSTABLE);
    put64(SUBSCRIPTIONS, 7);
    put64(SUBSCRIPTIONS + 16, 0xFFFF); /* an identifier that means nothing */
    put32(SUBSCRIPTIONS + 24, CLOCK_ID_MONOTONIC);
    put64(SUBSCRIPTIONS + 32, SECOND / 100);
    uint64_t before = now(CLOCK_ID_MONOTONIC);
    SAME(WASI_SUCCESS, wasmelt_wasi0_poll_oneoff(wasi, SUBSCRIPTIONS, EVENTS, 1, OUT));
    SAME(1, get32(OUT));
    event_is(0, 7, WASI_SUCCESS, EVENT_CLOCK);
    CHECK(now(CLOCK_ID_MONOTONIC) - before >= SECOND / 100);
}

/* ---- Binding by name ---- */

static void every_function_can_be_bound_by_name(int unused) {
    (void)unused;
    size_t count, newer = 0;
    const wasmelt_import *imports = wasmelt_wasi_imports(wasi, &count);
    CHECK(imports);
    for (size_t k = 0; k < count; k++) {
        SAME(WASMELT_EXTERN_FUNC, imports[k].value.kind);
        newer += strcmp(imports[k].module, "wasi_snapshot_preview1") == 0;
        if (strcmp(imports[k].name, "path_open") == 0) {
            SAME(9, imports[k].value.func->type->param_count);
            SAME(1, imports[k].value.func->type->result_count);
        }
    }
    SAME(46, newer);
    SAME(46 + 45, count);
    CHECK(wasmelt_wasi_imports(wasi, &count) == imports);
}

static void confinement_leaves_the_guest_its_directories(int unused) {
    (void)unused;
    uint32_t fd;
    host_file("box/f", "in");
    host_file("outside", "out");
    int error = wasmelt_wasi_confine(wasi);
    if (error == ENOSYS || error == EOPNOTSUPP)
        return;
    SAME(0, error);
    CHECK(open("outside", O_RDONLY) < 0 && errno == EACCES);
    CHECK(open("ro/new", O_WRONLY | O_CREAT, 0666) < 0 && errno == EACCES);
    open_file(BOX, "f", 0, READ_WRITE);
    new_file("new");
    SAME(WASI_SUCCESS, make_dir(BOX, "d"));
    SAME(WASI_SUCCESS, rename_file(BOX, "f", BOX, "d/f"));
    SAME(WASI_SUCCESS, symlink_to("d", BOX, "l"));
    SAME(WASI_SUCCESS, open_with(BOX, "l/f", 0, OFLAG_TRUNC, READ_WRITE, 0, 0, &fd));
    SAME(WASI_SUCCESS, unlink_file(BOX, "d/f"));
    SAME(WASI_SUCCESS, remove_dir(BOX, "d"));
    _exit(0); /* no search for leaks: that reads /proc */
}

#define CASE(function, argument)                                                                   \
    { #function, function, argument }
#define CASE_WITH(function, argument)                                                              \
    { #function "_" #argument, function, argument }

static const test_case cases[] = {
    CASE(args_are_laid_out_one_after_the_other, 0),
    CASE(environment_is_empty_until_given, 0),
    CASE(clocks_have_a_resolution_and_go_forward, 0),
    CASE(embedder_sets_clocks_and_randomness, 0),
    CASE(random_get_fills_any_size, 0),
    CASE(sched_yield_works_and_signals_do_not, 0),
    CASE(proc_exit_ends_the_call_with_its_status, 0),
    CASE(a_full_stack_is_a_trap_that_leaves_nothing_open, 0),
    CASE(written_bytes_can_be_read_back, 0),
    CASE(vectors_are_filled_in_order, 0),
    CASE(no_vectors_are_no_error, 0),
    CASE(more_vectors_than_the_host_takes_are_a_short_write, 0),
    CASE(access_mode_is_enforced, 0),
    CASE(offsets_have_64_bits, 0),
    CASE(appending_goes_to_the_end_wherever_the_position_is, 0),
    CASE(writing_to_a_pipe_without_reader_is_an_error_not_a_signal, 0),
    CASE(positions_are_for_what_can_seek, 0),
    CASE(a_fifo_does_not_hold_up_who_opens_it, 0),
    CASE(streams_in_memory_serve_as_standard_streams, 0),
    CASE_WITH(readdir_gives_each_entry_once_with_any_buffer, 70),
    CASE_WITH(readdir_gives_each_entry_once_with_any_buffer, 100),
    CASE_WITH(readdir_gives_each_entry_once_with_any_buffer, 333),
    CASE_WITH(readdir_gives_each_entry_once_with_any_buffer, 4096),
    CASE_WITH(readdir_gives_each_entry_once_with_any_buffer, 100000),
    CASE(readdir_fills_the_buffer_with_part_of_an_entry, 0),
    CASE(readdir_goes_on_at_any_entry_s_cookie, 0),
    CASE(readdir_of_a_file_is_an_error, 0),
    CASE(directories_are_made_and_removed, 0),
    CASE(preopens_come_from_3_in_the_order_given, 0),
    CASE(a_host_s_descriptor_can_be_preopened_and_given, 0),
    CASE(closed_descriptors_are_free_again, 0),
    CASE(renumbering_onto_itself_changes_nothing, 0),
    CASE(renumbering_moves_and_closes_the_other, 0),
    CASE(descriptors_have_a_limit, 0),
    CASE(contexts_do_not_know_of_each_other, 0),
    CASE(flags_read_back, 0),
    CASE(flags_can_be_changed, 0),
    CASE(flags_of_shared_streams_stay_the_host_s, 0),
    CASE(rights_can_only_be_given_up, 0),
    CASE(rights_are_inherited_no_wider, 0),
    CASE(a_terminal_is_a_character_device_that_cannot_seek, 0),
    CASE(attributes_are_the_host_s_with_nanoseconds, 0),
    CASE(times_are_set_with_nanoseconds_left_or_now, 0),
    CASE(links_have_attributes_of_their_own, 0),
    CASE(sizes_can_be_set_and_allocated, 0),
    CASE(advice_and_synchronising_are_accepted, 0),
    CASE(opening_follows_its_flags, 0),
    CASE(links_are_followed_only_when_asked, 0),
    CASE(readlink_truncates_to_the_buffer, 0),
    CASE(hard_links_share_the_file, 0),
    CASE(renaming_replaces_as_on_the_host, 0),
    CASE(names_are_utf_8, 0),
    CASE_WITH(a_relative_time_is_waited_for, CLOCK_ID_REALTIME),
    CASE_WITH(a_relative_time_is_waited_for, CLOCK_ID_MONOTONIC),
    CASE_WITH(an_absolute_time_is_on_its_clock_s_own_base, CLOCK_ID_REALTIME),
    CASE_WITH(an_absolute_time_is_on_its_clock_s_own_base, CLOCK_ID_MONOTONIC),
    CASE_WITH(an_absolute_time_that_is_past_fires_at_once, CLOCK_ID_REALTIME),
    CASE_WITH(an_absolute_time_that_is_past_fires_at_once, CLOCK_ID_MONOTONIC),
    CASE(a_bad_descriptor_is_an_event_of_its_own, 0),
    CASE(a_bad_clock_is_an_event_of_its_own, 0),
    CASE(a_ready_descriptor_wins_over_a_timeout, 0),
    CASE(a_timeout_comes_when_nothing_is_ready, 0),
    CASE(files_are_always_ready, 0),
    CASE(polling_for_nothing_is_an_error, 0),
    CASE(sockets_send_and_receive, 0),
    CASE(a_datagram_cut_off_is_told, 0),
    CASE(an_inherited_listener_accepts, 0),
    CASE(files_are_no_sockets, 0),
    CASE(the_older_seek_has_another_order_of_whence, 0),
    CASE(the_older_attributes_are_shorter, 0),
    CASE(the_older_subscriptions_are_longer, 0),
    CASE(every_function_can_be_bound_by_name, 0),
    CASE(confinement_leaves_the_guest_its_directories, 0),
};

int main(int argc, char **argv) {
    return run_cases(cases, sizeof cases / sizeof *cases, argc, argv);
}
