/* Directories, attributes, paths. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../../runtime/wasi/cookies.h"
#include "guest.h"

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
            int index = strcmp(text, ".") == 0 ? ENTRIES : strcmp(text, "..") == 0 ? ENTRIES + 1 : atoi(text);
            SAME(index >= ENTRIES ? FILETYPE_DIRECTORY : FILETYPE_REGULAR_FILE, memory.base[BUFFER + at + 20]);
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

static void a_cookie_fits_a_long_of_the_guest(int unused) {
    (void)unused;
    make_entries();
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_readdir(wasi, BOX, BUFFER, 1 << 18, 0, OUT));
    for (uint32_t at = 0; at < get32(OUT); at += SIZEOF_DIRENT + get32(BUFFER + at + 16))
        CHECK(get64(BUFFER + at) <= INT32_MAX);
}

/* What rm -r does, and a guest that makes files while it lists them: those that stay are seen once. */
static void entries_come_and_go_while_a_directory_is_read(int unused) {
    (void)unused;
    make_entries();
    uint64_t cookie = 0;
    int seen[ENTRIES] = {0}, removed = 0;
    for (bool end = false; !end;) {
        SAME(WASI_SUCCESS, wasmelt_wasi_fd_readdir(wasi, BOX, BUFFER, 400, cookie, OUT));
        uint32_t used = get32(OUT), at = 0;
        end = used < 400;
        while (at + SIZEOF_DIRENT <= used && at + SIZEOF_DIRENT + get32(BUFFER + at + 16) <= used) {
            char name[256];
            snprintf(name, sizeof name, "%.*s", (int)get32(BUFFER + at + 16), (const char *)memory.base + BUFFER + at + SIZEOF_DIRENT);
            cookie = get64(BUFFER + at);
            at += SIZEOF_DIRENT + get32(BUFFER + at + 16);
            if (name[0] < '0' || name[0] > '9')
                continue;
            seen[atoi(name)]++;
            SAME(WASI_SUCCESS, unlink_file(BOX, name));
            removed++;
            snprintf(name, sizeof name, "box/new%d", removed);
            if (removed % 8 == 0)
                host_file(name, "");
        }
    }
    for (int k = 0; k < ENTRIES; k++)
        SAME(1, seen[k]);
}

static void cookies_of_large_positions_are_small_and_stay(int unused) {
    (void)unused;
    enum { COUNT = 1000, LARGE = 1 << 30 };
    cookies c = {0};
    atomic_uint room = COUNT;
    uint64_t made[COUNT], position;
    for (uint64_t k = 0; k < COUNT; k++)
        made[k] = wasmelt_rt_wasi_cookie(&c, (k << 40) + LARGE, &room);
    SAME(COUNT, c.capacity + room);
    for (uint64_t k = 0; k < COUNT; k++) {
        bool remembered = k < c.capacity;
        SAME(remembered ? LARGE + k : ((k << 40) + LARGE) | UINT64_C(1) << 63, made[k]);
        SAME(made[k], wasmelt_rt_wasi_cookie(&c, (k << 40) + LARGE, &room));
        CHECK(wasmelt_rt_wasi_cookie_position(&c, made[k], &position));
        SAME((k << 40) + LARGE, position);
    }
    CHECK(c.capacity == 512);
    SAME(LARGE - 1, wasmelt_rt_wasi_cookie(&c, LARGE - 1, &room));
    CHECK(!wasmelt_rt_wasi_cookie_position(&c, LARGE + c.count, &position));
    CHECK(!wasmelt_rt_wasi_cookie_position(&c, INT64_MAX, &position));
    wasmelt_rt_wasi_cookies_free(&c);
    SAME(COUNT, room);
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
        SAME(WASI_SUCCESS, by_path ? stat_path(BOX, 0, "f") : wasmelt_wasi_fd_filestat_get(wasi, fd, OUT));
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
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_filestat_set_times(wasi, fd, 11 * SECOND + 1, 22 * SECOND + 2, FST_ATIM | FST_MTIM));
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
    SAME(WASI_NOTDIR, open_with(open_file(BOX, "f", 0, READ_WRITE), "x", 0, 0, RIGHT_FD_READ, 0, 0, &fd));
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
    SAME(WASI_SUCCESS, open_with(BOX, "ld/../ld/.././l", LOOKUP_SYMLINK_FOLLOW, 0, RIGHT_FD_READ, 0, 0, &fd));
    SAME(WASI_LOOP, open_with(BOX, "loop", LOOKUP_SYMLINK_FOLLOW, 0, RIGHT_FD_READ, 0, 0, &fd));
    SAME(WASI_LOOP, open_with(BOX, "loop/x", 0, 0, RIGHT_FD_READ, 0, 0, &fd));
    SAME(WASI_SUCCESS, stat_path(BOX, 0, "ld/"));
    SAME(FILETYPE_DIRECTORY, memory.base[OUT + 16]);
    SAME(WASI_EXIST, open_with(BOX, "loop", LOOKUP_SYMLINK_FOLLOW, OFLAG_CREAT | OFLAG_EXCL, READ_WRITE, 0, 0, &fd));
    SAME(WASI_SUCCESS, symlink_to("made", BOX, "dangling"));
    SAME(WASI_SUCCESS, open_with(BOX, "dangling", LOOKUP_SYMLINK_FOLLOW, OFLAG_CREAT, READ_WRITE, 0, 0, &fd));
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
    SAME(WASI_INVAL, wasmelt_wasi_path_link(wasi, BOX, LOOKUP_SYMLINK_FOLLOW, PATH, 1, BOX, PATH2, put_text(PATH2, "x")));
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

const test_case paths_cases[] = {
    CASE_WITH(readdir_gives_each_entry_once_with_any_buffer, 70),
    CASE_WITH(readdir_gives_each_entry_once_with_any_buffer, 100),
    CASE_WITH(readdir_gives_each_entry_once_with_any_buffer, 333),
    CASE_WITH(readdir_gives_each_entry_once_with_any_buffer, 4096),
    CASE_WITH(readdir_gives_each_entry_once_with_any_buffer, 100000),
    CASE(readdir_fills_the_buffer_with_part_of_an_entry, 0),
    CASE(readdir_goes_on_at_any_entry_s_cookie, 0),
    CASE(a_cookie_fits_a_long_of_the_guest, 0),
    CASE(entries_come_and_go_while_a_directory_is_read, 0),
    CASE(cookies_of_large_positions_are_small_and_stay, 0),
    CASE(readdir_of_a_file_is_an_error, 0),
    CASE(directories_are_made_and_removed, 0),
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
    {NULL, NULL, 0},
};
