/* Attacks by values: pointers, lengths, descriptors, cookies, numbers of things. */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tree.h"

/* ---- Pointers ---- */

/* Every function with pointers: what its arguments are. i: a number, d: BOX, f: a file, p: an
 * address and a length of bytes (two arguments), v: vectors (two), o: the address of a result, I:
 * 64 bits, s: two addresses of as many subscriptions and events as the next argument says. */
typedef struct function {
    const char *name, *arguments;
    uint32_t result_size; /* of the last `o` */
    uint32_t (*call)(const uint64_t *a);
} function;

#define A(k) ((uint32_t)a[k])
#define CALLS(X)                                                                                                                           \
    X(args_get, "oo", 0, A(0), A(1))                                                                                                       \
    X(args_sizes_get, "oo", 4, A(0), A(1))                                                                                                 \
    X(environ_get, "oo", 0, A(0), A(1))                                                                                                    \
    X(environ_sizes_get, "oo", 4, A(0), A(1))                                                                                              \
    X(clock_res_get, "io", 8, A(0), A(1))                                                                                                  \
    X(clock_time_get, "iIo", 8, A(0), a[1], A(2))                                                                                          \
    X(fd_fdstat_get, "fo", 24, A(0), A(1))                                                                                                 \
    X(fd_filestat_get, "fo", 64, A(0), A(1))                                                                                               \
    X(fd_pread, "fvIo", 4, A(0), A(1), A(2), a[3], A(4))                                                                                   \
    X(fd_prestat_get, "do", 8, A(0), A(1))                                                                                                 \
    X(fd_prestat_dir_name, "dp", 0, A(0), A(1), A(2))                                                                                      \
    X(fd_pwrite, "fvIo", 4, A(0), A(1), A(2), a[3], A(4))                                                                                  \
    X(fd_read, "fvo", 4, A(0), A(1), A(2), A(3))                                                                                           \
    X(fd_readdir, "dpIo", 4, A(0), A(1), A(2), a[3], A(4))                                                                                 \
    X(fd_seek, "fIio", 8, A(0), a[1], A(2), A(3))                                                                                          \
    X(fd_tell, "fo", 8, A(0), A(1))                                                                                                        \
    X(fd_write, "fvo", 4, A(0), A(1), A(2), A(3))                                                                                          \
    X(path_create_directory, "dp", 0, A(0), A(1), A(2))                                                                                    \
    X(path_filestat_get, "dipo", 64, A(0), A(1), A(2), A(3), A(4))                                                                         \
    X(path_filestat_set_times, "dipIIi", 0, A(0), A(1), A(2), A(3), a[4], a[5], A(6))                                                      \
    X(path_link, "dipdp", 0, A(0), A(1), A(2), A(3), A(4), A(5), A(6))                                                                     \
    X(path_open, "dipiIIio", 4, A(0), A(1), A(2), A(3), A(4), a[5], a[6], A(7), A(8))                                                      \
    X(path_readlink, "dppo", 4, A(0), A(1), A(2), A(3), A(4), A(5))                                                                        \
    X(path_remove_directory, "dp", 0, A(0), A(1), A(2))                                                                                    \
    X(path_rename, "dpdp", 0, A(0), A(1), A(2), A(3), A(4), A(5))                                                                          \
    X(path_symlink, "pdp", 0, A(0), A(1), A(2), A(3), A(4))                                                                                \
    X(path_unlink_file, "dp", 0, A(0), A(1), A(2))                                                                                         \
    X(poll_oneoff, "sso", 4, A(0), A(1), A(2), A(3))                                                                                       \
    X(random_get, "p", 0, A(0), A(1))                                                                                                      \
    X(sock_accept, "eio", 4, A(0), A(1), A(2))                                                                                             \
    X(sock_recv, "evioh", 2, A(0), A(1), A(2), A(3), A(4), A(5))                                                                           \
    X(sock_send, "evio", 4, A(0), A(1), A(2), A(3), A(4))

#define WRAP(name, arguments, size, ...)                                                                                                   \
    static uint32_t call_##name(const uint64_t *a) {                                                                                       \
        return wasmelt_wasi_##name(wasi, __VA_ARGS__);                                                                                     \
    }
CALLS(WRAP)
#define ROW(name, arguments, size, ...) {#name, arguments, size, call_##name},
static const function functions[] = {CALLS(ROW)};

enum { MAX_ARGUMENTS = 12 };

static uint32_t file_fd, socket_fd;

/* Fills the arguments with what is right, or, for argument `bad` of the signature, a bad address or
 * length. Returns false if there is nothing to be bad about. */
static bool fill(const function *f, uint64_t *a, size_t bad, uint32_t address, uint32_t length) {
    size_t n = 0;
    bool used = false;
    for (size_t k = 0; f->arguments[k]; k++) {
        bool is_bad = k == bad;
        used |= is_bad && strchr("pvosh", f->arguments[k]);
        switch (f->arguments[k]) {
        case 'd':
            a[n++] = BOX;
            break;
        case 'f':
            a[n++] = file_fd;
            break;
        case 'e':
            a[n++] = socket_fd;
            break;
        case 'p':
            a[n++] = is_bad ? address : PATH;
            a[n++] = is_bad ? length : 4;
            break;
        case 'v':
            a[n++] = is_bad ? address : IOVS;
            a[n++] = is_bad ? length : 1;
            break;
        case 's':
            a[n++] = is_bad ? address : IOVS;
            if (f->arguments[k + 1] != 's')
                a[n++] = is_bad ? length : 1;
            break;
        case 'o':
        case 'h':
            a[n++] = is_bad ? address : OUT;
            break;
        default:
            a[n++] = 0;
        }
    }
    return used;
}

static void bad_pointers_are_refused_before_anything_is_done(int index) {
    static const uint32_t bad[][2] = {
        {MEMORY_SIZE, 1},         {MEMORY_SIZE - 1, 64}, {0xFFFFFFFF, 1},  {0xFFFFFFFF, 0xFFFFFFFF},
        {0x80000000, 0x80000000}, {MEMORY_SIZE - 7, 8},  {0xFFFFFFF8, 16}, {PATH, 0xFFFFFFFF},
        {PATH, 0x80000000},       {0x7FFFFFFF, 2},       {1, 0xFFFFFFFF},  {MEMORY_SIZE - 4, 0x20000001},
    };
    const function *f = &functions[index];
    CHECK(wasmelt_wasi_add_arg(wasi, "argument") && wasmelt_wasi_add_env(wasi, "A=B"));
    begin();
    int ends[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0 && wasmelt_wasi_set_stdio(wasi, 0, ends[0]) == 0);
    CHECK(write(ends[1], "0123456789", 10) == 10);
    file_fd = open_file(BOX, "file", 0, RIGHTS_FILE);
    socket_fd = 0;
    put_text(PATH, "new!");
    put32(IOVS, BUFFER);
    put32(IOVS + 4, 4);
    uint64_t a[MAX_ARGUMENTS];
    int refused = 0;
    for (size_t argument = 0; f->arguments[argument]; argument++) {
        for (size_t k = 0; k < COUNT(bad); k++) {
            char kind = f->arguments[argument];
            bool is_single = kind == 'o' || kind == 'h' || (kind == 's' && f->arguments[argument + 1] == 's');
            if (!fill(f, a, argument, bad[k][0], bad[k][1]))
                break;
            uint64_t size = is_single ? (f->arguments[argument + 1] ? 4 : f->result_size ? f->result_size : 4) : bad[k][1];
            if (bad[k][0] + size <= MEMORY_SIZE)
                continue; /* within bounds for so short a result */
            uint32_t error = f->call(a);
            CHECK(error != WASI_SUCCESS);
            CHECK(error == WASI_FAULT || error == WASI_NAMETOOLONG || error == WASI_INVAL);
            refused++;
        }
    }
    CHECK(refused > 0);
    /* A vector whose buffer is bad, behind a good one. */
    if (strchr(f->arguments, 'v')) {
        for (size_t k = 0; k < COUNT(bad); k++) {
            fill(f, a, SIZE_MAX, 0, 0);
            put32(IOVS + 8, bad[k][0]);
            put32(IOVS + 12, bad[k][1]);
            a[2] = 2;
            SAME(WASI_FAULT, f->call(a));
        }
    }
    CHECK(host_file_is("box/file", "inside") && !host_exists("box/new!"));
    char left[16];
    SAME(10, recv(ends[0], left, sizeof left, MSG_PEEK | MSG_DONTWAIT)); /* nothing was taken */
    end();
    close(ends[0]);
    close(ends[1]);
}

static void without_memory_every_pointer_is_bad(int unused) {
    (void)unused;
    begin();
    put_text(PATH, "new!");
    wasmelt_wasi_attach(wasi, NULL);
    for (size_t k = 0; k < COUNT(functions); k++) {
        uint64_t a[MAX_ARGUMENTS];
        file_fd = socket_fd = BOX;
        fill(&functions[k], a, SIZE_MAX, 0, 0);
        CHECK(functions[k].call(a) != WASI_SUCCESS);
    }
    wasmelt_wasi_attach(wasi, &memory);
    CHECK(!host_exists("box/new!"));
    end();
}

static void vectors_may_overlap_their_own_list(int unused) {
    (void)unused;
    begin();
    host_file("box/big", "0123456789abcdef0123456789abcdef");
    uint32_t fd = open_file(BOX, "big", 0, RIGHT_FD_READ);
    put32(IOVS, IOVS);
    put32(IOVS + 4, 16);
    put32(IOVS + 8, BUFFER);
    put32(IOVS + 12, 16);
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_read(wasi, fd, IOVS, 2, IOVS + 4));
    CHECK(memcmp(memory.base + BUFFER, "0123456789abcdef", 16) == 0);
    end();
}

static void vectors_of_4_gigabytes_in_all_are_a_short_write(int unused) {
    (void)unused;
    begin();
    uint32_t fd = open_file(BOX, "sink", OFLAG_CREAT, RIGHTS_FILE);
    for (uint32_t k = 0; k < 2000; k++) {
        put32(IOVS + 8 * k, 0);
        put32(IOVS + 8 * k + 4, MEMORY_SIZE);
    }
    int ends[2];
    CHECK(pipe(ends) == 0 && fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0 && wasmelt_wasi_set_stdio(wasi, 1, ends[1]) == 0);
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_write(wasi, 1, IOVS, 2000, OUT));
    CHECK(get32(OUT) > 0 && get32(OUT) < MEMORY_SIZE);
    wasmelt_wasi_fd_close(wasi, fd);
    close(ends[0]);
    close(ends[1]);
    end();
}

/* ---- Numbers ---- */

static const uint32_t odd_fds[] = {1, 5, 63, 1023, 1024, 65536, 0x40000000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF};

static void descriptors_that_are_not_open_are_refused(int index) {
    begin();
    uint32_t fd = odd_fds[index], n = 0;
    uint32_t errors[] = {
        wasmelt_wasi_fd_advise(wasi, fd, 0, 1, 0),
        wasmelt_wasi_fd_allocate(wasi, fd, 0, 1),
        wasmelt_wasi_fd_close(wasi, fd),
        wasmelt_wasi_fd_datasync(wasi, fd),
        wasmelt_wasi_fd_fdstat_get(wasi, fd, OUT),
        wasmelt_wasi_fd_fdstat_set_flags(wasi, fd, 0),
        wasmelt_wasi_fd_fdstat_set_rights(wasi, fd, 0, 0),
        wasmelt_wasi_fd_filestat_get(wasi, fd, OUT),
        wasmelt_wasi_fd_filestat_set_size(wasi, fd, 0),
        wasmelt_wasi_fd_filestat_set_times(wasi, fd, 0, 0, 0),
        pread_some(fd, 1, 0),
        wasmelt_wasi_fd_prestat_get(wasi, fd, OUT),
        wasmelt_wasi_fd_prestat_dir_name(wasi, fd, BUFFER, 100),
        pwrite_text(fd, "x", 0),
        read_some(fd, 1),
        wasmelt_wasi_fd_readdir(wasi, fd, BUFFER, 100, 0, OUT),
        wasmelt_wasi_fd_renumber(wasi, fd, BOX),
        wasmelt_wasi_fd_renumber(wasi, BOX, fd),
        wasmelt_wasi_fd_seek(wasi, fd, 0, 0, OUT),
        wasmelt_wasi_fd_sync(wasi, fd),
        wasmelt_wasi_fd_tell(wasi, fd, OUT),
        write_text(fd, "x"),
        wasmelt_wasi_sock_accept(wasi, fd, 0, OUT),
        wasmelt_wasi_sock_recv(wasi, fd, IOVS, 1, 0, OUT, OUT2),
        wasmelt_wasi_sock_send(wasi, fd, IOVS, 1, 0, OUT),
        wasmelt_wasi_sock_shutdown(wasi, fd, SDFLAG_RD),
        link_file(BOX, "file", fd, "f"),
        rename_file(BOX, "file", fd, "f"),
    };
    for (; n < COUNT(errors); n++)
        SAME(WASI_BADF, errors[n]);
    for (size_t k = 0; k < OPERATIONS; k++)
        if (operations[k] != do_rename_from)
            SAME(WASI_BADF, operations[k](fd, "file"));
    CHECK(do_open(BOX, "file") == WASI_SUCCESS);
    end();
}

static void bogus_cookies_give_an_error_or_entries(int unused) {
    (void)unused;
    static const uint64_t cookies[] = {1,
                                       2,
                                       3,
                                       1000,
                                       1 << 30,
                                       (1 << 30) + 100,
                                       UINT64_C(1) << 31,
                                       UINT64_C(1) << 32,
                                       UINT64_C(1) << 62,
                                       INT64_MAX,
                                       UINT64_C(1) << 63,
                                       UINT64_MAX,
                                       0xDEADBEEF};
    begin();
    for (size_t k = 0; k < COUNT(cookies); k++)
        for (uint32_t length = 0; length < 300; length += 37)
            if (wasmelt_wasi_fd_readdir(wasi, BOX, BUFFER, length, cookies[k], OUT) == WASI_SUCCESS)
                CHECK(get32(OUT) <= length);
    end();
}

static void bogus_flags_are_refused(int unused) {
    (void)unused;
    begin();
    uint32_t fd;
    SAME(WASI_INVAL, open_with(BOX, "new", 0, 0x10 | OFLAG_CREAT, RIGHTS_FILE, 0, 0, &fd));
    SAME(WASI_INVAL, open_with(BOX, "new", 0, 0xFFFFFFFF, RIGHTS_FILE, 0, 0, &fd));
    SAME(WASI_INVAL, open_with(BOX, "new", 0, OFLAG_CREAT, RIGHTS_FILE, 0, 0x20, &fd));
    CHECK(!host_exists("box/new"));
    SAME(WASI_SUCCESS, open_with(BOX, "file", 0xFFFFFFFE, 0, UINT64_MAX, UINT64_MAX, 0, &fd));
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_fdstat_get(wasi, fd, OUT));
    SAME(0, get64(OUT + 8) & ~RIGHTS_ALL);
    end();
}

static void a_stream_that_is_a_directory_opens_nothing(int unused) {
    (void)unused;
    begin();
    int dir = open(".", O_RDONLY | O_DIRECTORY);
    CHECK(dir >= 0 && wasmelt_wasi_set_stdio(wasi, 0, dir) == 0);
    close(dir);
    for (size_t k = 0; k < OPERATIONS; k++)
        CHECK(operations[k](0, "secret") != WASI_SUCCESS);
    CHECK(wasmelt_wasi_fd_readdir(wasi, 0, BUFFER, 100, 0, OUT) != WASI_SUCCESS);
    CHECK(wasmelt_wasi_fd_filestat_get(wasi, 0, OUT) != WASI_SUCCESS);
    end();
}

static void descriptors_of_the_process_are_not_the_guest_s(int unused) {
    (void)unused;
    begin();
    int fds[50];
    for (size_t k = 0; k < COUNT(fds); k++)
        fds[k] = open("secret", O_RDWR); /* whatever the numbers are */
    for (uint32_t fd = 5; fd < 200; fd++) {
        SAME(WASI_BADF, read_some(fd, 10));
        SAME(WASI_BADF, write_text(fd, "x"));
    }
    for (size_t k = 0; k < COUNT(fds); k++)
        close(fds[k]);
    end();
}

static void no_descriptor_is_left_to_other_programs(int unused) {
    (void)unused;
    begin();
    open_file(BOX, "file", 0, RIGHT_FD_READ);
    open_dir(BOX, "in");
    int pair[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 && wasmelt_wasi_set_stdio(wasi, 0, pair[0]) == 0);
    close(pair[0]);
    close(pair[1]);
    for (int fd = 3; fd < 100; fd++) {
        int flags = fcntl(fd, F_GETFD);
        CHECK(flags < 0 || (flags & FD_CLOEXEC));
    }
    end();
}

static void exhausted_descriptors_harm_nothing(int unused) {
    (void)unused;
    begin();
    uint32_t fd;
    for (int k = 0; k < 3000; k++)
        open_with(BOX, "file", 0, 0, RIGHT_FD_READ, 0, 0, &fd);
    SAME(WASI_MFILE, open_with(BOX, "file", 0, 0, RIGHT_FD_READ, 0, 0, &fd));
    SAME(WASI_MFILE, open_with(BOX, "file", 0, OFLAG_TRUNC, RIGHTS_FILE, 0, 0, &fd));
    CHECK(host_file_is("box/file", "inside"));
    SAME(WASI_SUCCESS, stat_path(BOX, 0, "file"));
    for (fd = 5; fd < 1100; fd++)
        wasmelt_wasi_fd_close(wasi, fd);
    SAME(WASI_SUCCESS, open_with(BOX, "file", 0, 0, RIGHT_FD_READ, 0, 0, &fd));
    end();
}

static void thousands_of_subscriptions_are_answered(int unused) {
    (void)unused;
    begin();
    uint32_t count = 40000;
    memset(memory.base + PATH, 0, count * SIZEOF_SUBSCRIPTION); /* clock 0, in no time */
    SAME(WASI_SUCCESS, wasmelt_wasi_poll_oneoff(wasi, PATH, PATH, count, OUT));
    SAME(count, get32(OUT));
    for (uint32_t k = 0; k < count; k++)
        memory.base[PATH + k * SIZEOF_SUBSCRIPTION + 8] = EVENT_FD_READ;
    wasmelt_wasi_poll_oneoff(wasi, PATH, PATH, count, OUT);
    end();
}

/* ---- Anything at all ---- */

#define PLAIN_CALLS(X)                                                                                                                     \
    X(fd_advise, A(0), a[1], a[2], A(3))                                                                                                   \
    X(fd_allocate, A(0), a[1], a[2])                                                                                                       \
    X(fd_close, A(0))                                                                                                                      \
    X(fd_datasync, A(0))                                                                                                                   \
    X(fd_fdstat_set_flags, A(0), A(1))                                                                                                     \
    X(fd_fdstat_set_rights, A(0), a[1], a[2])                                                                                              \
    X(fd_filestat_set_size, A(0), a[1])                                                                                                    \
    X(fd_filestat_set_times, A(0), a[1], a[2], A(3))                                                                                       \
    X(fd_renumber, A(0), A(1))                                                                                                             \
    X(fd_sync, A(0))                                                                                                                       \
    X(sock_shutdown, A(0), A(1))

#define PLAIN_WRAP(name, ...)                                                                                                              \
    static uint32_t call_##name(const uint64_t *a) {                                                                                       \
        return wasmelt_wasi_##name(wasi, __VA_ARGS__);                                                                                     \
    }
PLAIN_CALLS(PLAIN_WRAP)
#define PLAIN_ROW(name, ...) call_##name,
static uint32_t (*const plain_functions[])(const uint64_t *a) = {PLAIN_CALLS(PLAIN_ROW)};

static uint64_t state;

static uint32_t below(uint32_t limit) {
    state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (uint32_t)(state >> 33) % limit;
}

/* Paths that the guest may use, and some that it may not. */
static const char *const some_paths[] = {
    "file",
    "in",
    "in/file",
    "new",
    "in/new",
    "d",
    "d/e",
    "l",
    "..",
    "../secret",
    "in/../..",
    "to-secret",
    "to-outside/",
    "to-parent/secret",
    "in/deep/x",
    "/etc/passwd",
    "empty",
    "chain",
    "to-absolute-secret",
    ".",
    "loop-a",
};
enum { PATH_ROOM = 64 };

static uint64_t random_number(char kind) {
    static const uint64_t edges[] = {0, 1, 2, 7, 0xFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, INT64_MAX, UINT64_MAX};
    if (kind == 'I' && below(2) == 0)
        return RIGHTS_ALL;
    return below(3) == 0 ? edges[below(COUNT(edges))] : below(32);
}

static void random_arguments(const char *arguments, uint64_t *a) {
    for (; *arguments; arguments++) {
        uint32_t path = below(COUNT(some_paths));
        switch (*arguments) {
        case 'd':
        case 'f':
        case 'e':
            *a++ = below(4) == 0 ? below(20) : 3 + below(2);
            break;
        case 'p':
            *a++ = PATH + path * PATH_ROOM;
            *a++ = below(20) == 0 ? random_number('i') : strlen(some_paths[path]);
            break;
        case 'v':
            *a++ = IOVS + 8 * below(4);
            *a++ = below(4);
            break;
        case 'o':
        case 'h':
            *a++ = below(20) == 0 ? random_number('i') : OUT + below(64);
            break;
        default:
            *a++ = random_number(*arguments);
        }
    }
}

static void random_calls_do_no_harm(int seed) {
    begin();
    /* Files stay small: this is not about the disk. */
    struct rlimit limit = {1 << 20, 1 << 20};
    CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0 && signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    state = (uint64_t)seed;
    for (int k = 0; k < MANY_TIMES; k++) {
        uint64_t a[MAX_ARGUMENTS] = {0};
        if (k % 200 == 0) { /* calls close, give up and write over what there is */
            check_loot();
            wasmelt_wasi_free(wasi);
            wasi = another_context();
            SAME(0, wasmelt_wasi_preopen(wasi, "box", "/box", WASMELT_WASI_READ | WASMELT_WASI_WRITE));
            SAME(0, wasmelt_wasi_preopen(wasi, "ro", "/ro", WASMELT_WASI_READ));
            for (uint32_t p = 0; p < COUNT(some_paths); p++)
                put_text(PATH + p * PATH_ROOM, some_paths[p]);
            for (uint32_t v = 0; v < 8; v++) {
                put32(IOVS + 8 * v, below(10) == 0 ? (uint32_t)random_number('i') : BUFFER + below(100));
                put32(IOVS + 8 * v + 4, below(100));
            }
        }
        if (below(4) == 0) {
            random_arguments("diii", a);
            plain_functions[below(COUNT(plain_functions))](a);
            continue;
        }
        const function *f = &functions[below(COUNT(functions))];
        random_arguments(f->arguments, a);
        if (strcmp(f->arguments, "sso") != 0) /* which might wait for years */
            f->call(a);
        if (k % 1000 == 0)
            SAME(before, digest());
    }
    end();
}

static const char *function_name(int number) {
    return functions[number].name;
}

const family value_attacks[] = {
    {"bad_pointers_are_refused_before_anything_is_done", bad_pointers_are_refused_before_anything_is_done, COUNT(functions), function_name},
    {"without_memory_every_pointer_is_bad", without_memory_every_pointer_is_bad, 1, NULL},
    {"vectors_may_overlap_their_own_list", vectors_may_overlap_their_own_list, 1, NULL},
    {"vectors_of_4_gigabytes_in_all_are_a_short_write", vectors_of_4_gigabytes_in_all_are_a_short_write, 1, NULL},
    {"descriptors_that_are_not_open_are_refused", descriptors_that_are_not_open_are_refused, COUNT(odd_fds), NULL},
    {"bogus_cookies_give_an_error_or_entries", bogus_cookies_give_an_error_or_entries, 1, NULL},
    {"bogus_flags_are_refused", bogus_flags_are_refused, 1, NULL},
    {"a_stream_that_is_a_directory_opens_nothing", a_stream_that_is_a_directory_opens_nothing, 1, NULL},
    {"descriptors_of_the_process_are_not_the_guest_s", descriptors_of_the_process_are_not_the_guest_s, 1, NULL},
    {"no_descriptor_is_left_to_other_programs", no_descriptor_is_left_to_other_programs, 1, NULL},
    {"exhausted_descriptors_harm_nothing", exhausted_descriptors_harm_nothing, 1, NULL},
    {"thousands_of_subscriptions_are_answered", thousands_of_subscriptions_are_answered, 1, NULL},
    {"random_calls_do_no_harm", random_calls_do_no_harm, 8, NULL},
    {NULL, NULL, 0, NULL},
};
