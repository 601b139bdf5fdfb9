/* Functions on descriptors, and the table of them. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"

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
    uint32_t reader = open_file(BOX, "f", 0, RIGHT_FD_READ), writer = open_file(BOX, "f", 0, RIGHT_FD_WRITE);
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
    CHECK(wasmelt_wasi_set_stream(wasi, 1, &out, &s) == 0 && wasmelt_wasi_set_stream(wasi, 0, &in, &s) == 0);
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
    while ((error = open_with(BOX, "f", 0, 0, RIGHT_FD_READ, 0, 0, &fd)) == WASI_SUCCESS && opened < 100)
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
    SAME(WASI_NOTCAPABLE, wasmelt_wasi_fd_fdstat_set_rights(wasi, fd, RIGHT_FD_READ | RIGHT_FD_WRITE, 0));
    SAME(WASI_SUCCESS, read_some(fd, 1));
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_fdstat_set_rights(wasi, BOX, RIGHT_PATH_OPEN, RIGHT_FD_READ));
    SAME(WASI_NOTCAPABLE, make_dir(BOX, "d"));
    SAME(WASI_NOTCAPABLE, open_with(BOX, "new", 0, OFLAG_CREAT, RIGHT_FD_READ, 0, 0, &fd));
    SAME(WASI_NOTCAPABLE, open_with(BOX, "f", 0, 0, RIGHT_FD_WRITE, 0, 0, &fd));
}

static void rights_are_inherited_no_wider(int unused) {
    (void)unused;
    CHECK(mkdir("box/d", 0777) == 0);
    uint32_t dir, fd;
    SAME(WASI_SUCCESS, open_with(BOX, "d", 0, OFLAG_DIRECTORY, RIGHT_PATH_OPEN, RIGHT_FD_READ, 0, &dir));
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

const test_case descriptors_cases[] = {
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
    {NULL, NULL, 0},
};
