/* Several threads with one context: what one does to the table of descriptors while others use it. */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../support/asleep.h"
#include "guest.h"

enum { THREADS = 4, ROUNDS = 400, AREA = 0x40000 };

/* ---- Calls with places in memory of their own; k is the thread's number ---- */

typedef struct worker {
    uint32_t k, fd;
    pthread_t id;
    atomic_int number; /* of the thread, to the kernel, if it says so */
} worker;

static uint32_t place(const worker *w, uint32_t offset) {
    return AREA + w->k * AREA + offset;
}

enum { AT_OUT = 0, AT_IOV = 16, AT_PATH = 64, AT_BYTES = 256, AT_ENTRIES = 0x10000, AT_EVENTS = 0x8000 };

static uint32_t open_by(const worker *w, const char *path, uint32_t *fd) {
    uint32_t length = put_text(place(w, AT_PATH), path);
    uint32_t error = wasmelt_wasi_path_open(wasi, BOX, 0, place(w, AT_PATH), length, OFLAG_CREAT, READ_WRITE, 0, 0, place(w, AT_OUT));
    *fd = get32(place(w, AT_OUT));
    return error;
}

static void one_buffer(const worker *w, uint32_t length) {
    put32(place(w, AT_IOV), place(w, AT_BYTES));
    put32(place(w, AT_IOV) + 4, length);
}

static uint32_t read_by(const worker *w, uint32_t fd, uint32_t length) {
    one_buffer(w, length);
    return wasmelt_wasi_fd_read(wasi, fd, place(w, AT_IOV), 1, place(w, AT_OUT));
}

static uint32_t pwrite_by(const worker *w, uint32_t fd, uint32_t length) {
    one_buffer(w, length);
    return wasmelt_wasi_fd_pwrite(wasi, fd, place(w, AT_IOV), 1, 0, place(w, AT_OUT));
}

static uint32_t poll_by(const worker *w, uint32_t fd) {
    uint32_t s = place(w, AT_EVENTS);
    memset(memory.base + s, 0, 2 * SIZEOF_SUBSCRIPTION);
    for (int k = 0; k < 2; k++) {
        memory.base[s + k * SIZEOF_SUBSCRIPTION + 8] = EVENT_FD_READ;
        put32(s + k * SIZEOF_SUBSCRIPTION + 16, fd);
    }
    return wasmelt_wasi_poll_oneoff(wasi, s, s + 1024, 2, place(w, AT_OUT));
}

static void run_workers(void *(*body)(void *), worker *workers, uint32_t count) {
    for (uint32_t k = 0; k < count; k++) {
        workers[k].k = k;
        SAME(0, pthread_create(&workers[k].id, NULL, body, &workers[k]));
    }
    for (uint32_t k = 0; k < count; k++)
        SAME(0, pthread_join(workers[k].id, NULL));
}

/* So that what is opened gets the numbers from 5 on. */
static void give_streams(void) {
    int null = open("/dev/null", O_RDWR);
    for (uint32_t fd = 0; fd <= 2; fd++)
        SAME(0, wasmelt_wasi_set_stdio(wasi, fd, null));
    close(null);
}

static int host_descriptors(void) {
    int count = 0;
    DIR *dir = opendir("/proc/self/fd");
    while (dir && readdir(dir))
        count++;
    if (dir)
        closedir(dir);
    return count;
}

/* ---- Anything at any time ---- */

/* Numbers from 5 on, of whichever thread. */
static void *mix(void *argument) {
    const worker *w = argument;
    char name[16];
    uint32_t seed = w->k * 7919 + 1;
    snprintf(name, sizeof name, "f%u", (unsigned)w->k);
    for (int round = 0; round < ROUNDS; round++) {
        uint32_t fd;
        seed = seed * 1103515245 + 12345;
        uint32_t other = 5 + (seed >> 16) % 6, error;
        switch (seed >> 24 & 7) {
        case 0:
            error = wasmelt_wasi_fd_close(wasi, other);
            break;
        case 1:
            error = wasmelt_wasi_fd_renumber(wasi, other, 5 + (seed >> 8) % 6);
            break;
        case 2:
            error = read_by(w, other, 64);
            break;
        case 3:
            error = pwrite_by(w, other, 64);
            break;
        case 4:
            error = wasmelt_wasi_fd_filestat_get(wasi, other, place(w, AT_OUT));
            break;
        case 5:
            error = poll_by(w, other);
            break;
        case 6:
            error = wasmelt_wasi_fd_fdstat_set_flags(wasi, other, seed >> 9 & FDFLAG_APPEND);
            break;
        default:
            error = open_by(w, name, &fd);
        }
        CHECK(error == WASI_SUCCESS || error == WASI_BADF);
    }
    return NULL;
}

static void descriptors_come_and_go_in_all_threads(int unused) {
    (void)unused;
    worker workers[THREADS];
    give_streams();
    int before = host_descriptors();
    run_workers(mix, workers, THREADS);
    for (uint32_t fd = 5; fd < 5 + THREADS * ROUNDS; fd++)
        wasmelt_wasi_fd_close(wasi, fd);
    SAME(before, host_descriptors());
}

/* ---- One waits, another closes ---- */

static void *read_pipe(void *argument) {
    worker *w = argument;
    w->number = gettid();
    SAME(WASI_SUCCESS, read_by(w, w->fd, 4));
    CHECK(memcmp(memory.base + place(w, AT_BYTES), "pipe", 4) == 0);
    return NULL;
}

/* The number is free at once and comes to mean a file, while the reader still reads from the pipe. */
static void a_descriptor_lives_as_long_as_a_call_uses_it(int unused) {
    (void)unused;
    int ends[2];
    worker reader = {.k = 0}, other = {.k = 1};
    uint32_t fd;
    give_streams();
    host_file("box/f", "file");
    SAME(0, pipe(ends));
    SAME(0, wasmelt_wasi_add_fd(wasi, ends[0], &reader.fd));
    close(ends[0]);
    SAME(0, pthread_create(&reader.id, NULL, read_pipe, &reader));
    wait_until_asleep(&reader.number);
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_close(wasi, reader.fd));
    SAME(WASI_SUCCESS, open_by(&other, "f", &fd));
    SAME(reader.fd, fd);
    SAME(4, write(ends[1], "pipe", 4));
    SAME(0, pthread_join(reader.id, NULL));
    signal(SIGPIPE, SIG_IGN);
    CHECK(write(ends[1], "pipe", 4) < 0); /* nobody has the other end any more */
    SAME(WASI_SUCCESS, read_by(&other, fd, 4));
    CHECK(memcmp(memory.base + place(&other, AT_BYTES), "file", 4) == 0);
    close(ends[1]);
}

/* ---- A directory read by several ---- */

enum { ENTRIES = 300 };

static void *list(void *argument) {
    const worker *w = argument;
    for (int round = 0; round < 20; round++) {
        uint64_t cookie = 0;
        unsigned count = 0;
        for (;;) {
            uint32_t entries = place(w, AT_ENTRIES);
            SAME(WASI_SUCCESS, wasmelt_wasi_fd_readdir(wasi, w->fd, entries, 2000, cookie, place(w, AT_OUT)));
            uint32_t length = get32(place(w, AT_OUT)), at = 0;
            for (; at + SIZEOF_DIRENT <= length && at + SIZEOF_DIRENT + get32(entries + at + 16) <= length;
                 at += SIZEOF_DIRENT + get32(entries + at + 16), count++)
                cookie = get64(entries + at);
            if (length < 2000)
                break;
        }
        SAME(ENTRIES + 2, count);
    }
    return NULL;
}

static void threads_list_one_directory_each_from_its_own_place(int unused) {
    (void)unused;
    worker workers[THREADS];
    char name[32];
    for (int k = 0; k < ENTRIES; k++) {
        snprintf(name, sizeof name, "box/entry%d", k);
        host_file(name, "");
    }
    uint32_t fd = open_dir(BOX, ".");
    for (int k = 0; k < THREADS; k++)
        workers[k].fd = fd;
    run_workers(list, workers, THREADS);
}

/* ---- Memory that changes ---- */

static atomic_bool enough;

static void *flip(void *argument) {
    uint32_t *length = (void *)(memory.base + place(argument, AT_IOV) + 4);
    for (uint32_t k = 0; !enough; k++)
        __atomic_store_n(length, k % 2 ? 16 : UINT32_MAX - 3, __ATOMIC_RELAXED);
    return NULL;
}

/* The length is either good or far out of bounds. */
static void a_vector_is_used_as_it_was_checked(int unused) {
    (void)unused;
    worker writer = {.k = 0}, reader = {.k = 0};
    unsigned counts[2] = {0, 0};
    uint32_t fd;
    give_streams();
    SAME(WASI_SUCCESS, open_by(&writer, "f", &fd));
    one_buffer(&writer, 16);
    SAME(0, pthread_create(&writer.id, NULL, flip, &writer));
    for (int k = 0; k < MANY_TIMES || !counts[0] || !counts[1]; k++) {
        uint32_t error = wasmelt_wasi_fd_pwrite(wasi, fd, place(&reader, AT_IOV), 1, 0, place(&reader, AT_OUT));
        CHECK(error == WASI_SUCCESS || error == WASI_FAULT);
        if (!error)
            SAME(16, get32(place(&reader, AT_OUT)));
        counts[error == WASI_SUCCESS]++;
    }
    enough = true;
    SAME(0, pthread_join(writer.id, NULL));
}

/* ---- Limits and rights ---- */

static atomic_uint opened;

static void *open_many(void *argument) {
    const worker *w = argument;
    uint32_t fd;
    for (int round = 0; round < 100; round++) {
        uint32_t error = open_by(w, "f", &fd);
        CHECK(error == WASI_SUCCESS || error == WASI_MFILE);
        opened += error == WASI_SUCCESS;
    }
    return NULL;
}

static void the_limit_holds_for_all_together(int unused) {
    (void)unused;
    worker workers[THREADS];
    uint32_t fd;
    give_streams();
    wasmelt_wasi_limit_fds(wasi, 5 + 50); /* five are open */
    run_workers(open_many, workers, THREADS);
    SAME(50, opened);
    SAME(WASI_MFILE, open_by(&workers[0], "f", &fd));
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_close(wasi, 7));
    SAME(WASI_SUCCESS, open_by(&workers[0], "f", &fd));
    SAME(7, fd);
}

static atomic_uint gave_up, go;

/* Gives up a right of its own, and so asks for the other's. */
static void *give_up(void *argument) {
    const worker *w = argument;
    while (!go)
        continue;
    uint64_t rights = w->k == 0 ? RIGHT_FD_READ : RIGHT_FD_WRITE;
    gave_up += wasmelt_wasi_fd_fdstat_set_rights(wasi, w->fd, rights, 0) == WASI_SUCCESS;
    return NULL;
}

static void rights_given_up_do_not_come_back(int unused) {
    (void)unused;
    worker main_worker = {.k = 2};
    for (int round = 0; round < 200; round++) {
        worker workers[2] = {{.k = 0}, {.k = 1}};
        SAME(WASI_SUCCESS, open_by(&main_worker, "f", &workers[0].fd));
        workers[1].fd = workers[0].fd;
        SAME(WASI_SUCCESS, wasmelt_wasi_fd_fdstat_set_rights(wasi, workers[0].fd, RIGHT_FD_READ | RIGHT_FD_WRITE, 0));
        go = gave_up = 0;
        for (int k = 0; k < 2; k++)
            SAME(0, pthread_create(&workers[k].id, NULL, give_up, &workers[k]));
        go = 1;
        for (int k = 0; k < 2; k++)
            SAME(0, pthread_join(workers[k].id, NULL));
        SAME(1, gave_up);
        SAME(WASI_SUCCESS, wasmelt_wasi_fd_close(wasi, workers[0].fd));
    }
}

const test_case threads_cases[] = {
    CASE(descriptors_come_and_go_in_all_threads, 0),
    CASE(a_descriptor_lives_as_long_as_a_call_uses_it, 0),
    CASE(threads_list_one_directory_each_from_its_own_place, 0),
    CASE(a_vector_is_used_as_it_was_checked, 0),
    CASE(the_limit_holds_for_all_together, 0),
    CASE(rights_given_up_do_not_come_back, 0),
    {NULL, NULL, 0},
};
