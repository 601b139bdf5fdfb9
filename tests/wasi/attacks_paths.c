/* Attacks by paths: out of the directory, by links, by races, on what is for reading only. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tree.h"

/* ---- Paths out of the box: every operation on each ---- */

static const char *const escapes[] = {
    "..",
    "../",
    "../.",
    "../..",
    "../secret",
    "../outside",
    "../outside/secret",
    "../outside/new",
    "../new",
    "../boxer",
    "./../secret",
    ".//..//secret",
    "in/../../secret",
    "in/deep/../../../secret",
    "in/./.././../secret",
    "../box/file",
    "../box/../secret",
    "../ro/file",
    "in/deep/../../../box",
    "nothing/../../secret",
    "file/../../secret",
    "file/..",
    "/",
    "//",
    "/secret",
    "/etc/passwd",
    "//etc/passwd",
    "/../etc/passwd",
    "/tmp",
    "/proc/self/mem",
    "/proc/self/cwd/secret",
    "/dev/mem",
    "/dev/stdin",
    "/dev/fd/0",
    "to-secret",
    "to-secret/",
    "to-secret/.",
    "to-outside/",
    "to-outside/.",
    "to-outside/secret",
    "to-outside/new",
    "to-outside/dir/secret",
    "to-outside/../secret",
    "to-nothing",
    "to-nothing/",
    "to-nothing/new",
    "to-parent/",
    "to-parent/secret",
    "to-parent/box/file",
    "to-parent/new",
    "to-root/",
    "to-root/etc/passwd",
    "to-passwd",
    "to-proc-root/",
    "to-proc-root/etc/passwd",
    "to-proc-cwd",
    "to-proc-fd/0",
    "in/to-secret",
    "chain",
    "chain2",
    "climb/",
    "climb/etc/passwd",
    "in-and-out",
    "loop-a",
    "loop-a/",
    "loop-a/x",
    "to-ro/",
    "to-ro/file",
    "to-ro/new",
    "out-and-back",
    "to-absolute-secret",
    "to-absolute-inside",
    ".",
    "./",
    "in/..",
    "in/../",
    "in/.",
    "",
};

static void escape(int index) {
    begin();
    for (size_t k = 0; k < OPERATIONS; k++) {
        operations[k](BOX, escapes[index]);
        end();
    }
}

/* The same from a directory further in, whose ".." is allowed nothing more. */
static void escape_from_within(int index) {
    begin();
    uint32_t dir = open_dir(BOX, "in/deep");
    char path[256];
    snprintf(path, sizeof path, "../../%s", escapes[index]);
    for (size_t k = 0; k < OPERATIONS; k++) {
        CHECK(operations[k](dir, path) != WASI_SUCCESS); /* ".." leads out of the directory that is given */
        SAME(before, digest());
    }
    end();
}

/* ---- What lies outside makes no difference to any answer ---- */

static const char *const oracle_forms[] = {"%s", "%s/", "%s/.", "%s/x", "%s//", "in/../%s/", "%s/../file"};

static void no_answer_tells_what_is_outside(int form) {
    static const char *const targets[][4] = {
        {"../outside", "../secret", "../nothing", "../boxer"},
        {"../outside/dir", "../outside/secret", "../outside/nothing", "../nothing/nothing"},
        {"/etc", "/etc/passwd", "/etc/nothing", "/nothing"},
    };
    begin();
    char name[64], path[128];
    for (size_t t = 0; t < COUNT(targets); t++) {
        for (size_t k = 0; k < OPERATIONS; k++) {
            uint32_t answers[4];
            for (size_t v = 0; v < 4; v++) {
                snprintf(name, sizeof name, "box/l%zu-%zu", t, v);
                unlink(name);
                host_link(targets[t][v], name);
                snprintf(path, sizeof path, oracle_forms[form], name + 4);
                answers[v] = operations[k](BOX, path);
                check_loot();
                unlink("box/in/moving");
                unlink("box/in/moved");
            }
            for (size_t v = 1; v < 4; v++)
                SAME(answers[0], answers[v]);
        }
        for (size_t k = 0; k < OPERATIONS; k++) /* and by the path itself */
            for (size_t v = 1; v < 4; v++)
                SAME(operations[k](BOX, targets[t][0]), operations[k](BOX, targets[t][v]));
    }
    end();
}

/* ---- Links that the guest makes ---- */

static void links_of_the_guest_lead_nowhere(int unused) {
    (void)unused;
    static const char *const targets[] = {"..", "../secret", "../outside", "in/../../secret", "./../secret", "to-parent/secret"};
    begin();
    for (size_t t = 0; t < COUNT(targets); t++) {
        for (size_t k = 0; k < OPERATIONS; k++) {
            unlink("box/mine");
            SAME(WASI_SUCCESS, symlink_to(targets[t], BOX, "mine"));
            operations[k](BOX, "mine");
            end();
            operations[k](BOX, "mine/");
            operations[k](BOX, "mine/secret");
            end();
        }
    }
}

static void links_to_absolute_paths_cannot_be_made(int unused) {
    (void)unused;
    begin();
    SAME(WASI_PERM, symlink_to("/", BOX, "mine"));
    SAME(WASI_PERM, symlink_to("/etc/passwd", BOX, "mine"));
    SAME(WASI_PERM, symlink_to("//", BOX, "mine"));
    CHECK(!host_exists("box/mine"));
    end();
}

static void a_link_moved_up_leads_no_further(int unused) {
    (void)unused;
    begin();
    SAME(WASI_SUCCESS, symlink_to("../file", BOX, "in/l"));
    SAME(WASI_SUCCESS, do_open_follow(BOX, "in/l"));
    SAME(WASI_SUCCESS, symlink_to("../../secret", BOX, "in/deep/l"));
    SAME(WASI_SUCCESS, rename_file(BOX, "in/deep/l", BOX, "in/l2"));
    CHECK(do_open_follow(BOX, "in/l2") != WASI_SUCCESS);
    SAME(WASI_SUCCESS, rename_file(BOX, "in/deep", BOX, "top"));
    CHECK(do_open_follow(BOX, "in/l2") != WASI_SUCCESS);
    end();
}

static void a_directory_moved_away_does_not_take_dot_dot_along(int unused) {
    (void)unused;
    begin();
    SAME(0, wasmelt_wasi_preopen(wasi, "outside/dir", "/other", WASMELT_WASI_READ | WASMELT_WASI_WRITE));
    uint32_t deep = open_dir(BOX, "in/deep");
    SAME(WASI_SUCCESS, rename_file(BOX, "in/deep", 5, "deep"));
    CHECK(do_open(deep, "../secret") != WASI_SUCCESS);
    CHECK(do_open(deep, "../../secret") != WASI_SUCCESS);
    SAME(WASI_SUCCESS, rename_file(5, "deep", BOX, "in/deep"));
    host_file("outside/dir/secret", "");
    CHECK(wasmelt_wasi_fd_close(wasi, 5) == WASI_SUCCESS);
    CHECK(wasmelt_wasi_fd_close(wasi, deep) == WASI_SUCCESS);
}

/* ---- Races ---- */

/* Another process swaps box/x between a directory and a link to the outside while the guest opens
 * beneath it. */
static void swapped_while_walking(int kind) {
    static const char *const targets[] = {"../outside", "..", "in/../../outside"};
    begin();
    CHECK(mkdir("box/x", 0777) == 0);
    host_file("box/x/secret", "harmless");
    host_link(targets[kind], "box/y");
    pid_t other = accomplice();
    if (other == 0) {
        int dir = open("box", O_RDONLY);
        for (;;)
            renameat2(dir, "x", dir, "y", RENAME_EXCHANGE);
    }
    struct timeval start, at;
    gettimeofday(&start, NULL);
    long opened = 0, tries = 0;
    do {
        uint32_t fd;
        tries++;
        uint32_t error =
            open_with(BOX, tries % 2 ? "x/secret" : "in/../x/./secret", LOOKUP_SYMLINK_FOLLOW, 0, RIGHTS_FILE & ~RIGHT_FD_WRITE, 0, 0, &fd);
        if (error == WASI_SUCCESS) {
            opened++;
            SAME(WASI_SUCCESS, read_some(fd, 100));
            CHECK(buffer_is("harmless"));
            SAME(WASI_SUCCESS, wasmelt_wasi_fd_close(wasi, fd));
        }
        if (stat_path(BOX, LOOKUP_SYMLINK_FOLLOW, "x/secret") == WASI_SUCCESS)
            CHECK(!is_outside(get64(OUT), get64(OUT + 8)));
        uint32_t made;
        if (open_with(BOX, "x/made", LOOKUP_SYMLINK_FOLLOW, OFLAG_CREAT, RIGHTS_FILE, 0, 0, &made) == WASI_SUCCESS)
            wasmelt_wasi_fd_close(wasi, made);
        unlink_file(BOX, "x/secret/");
        make_dir(BOX, "x/dir");
        remove_dir(BOX, "x/dir");
        gettimeofday(&at, NULL);
    } while ((at.tv_sec - start.tv_sec) * 1000000 + at.tv_usec - start.tv_usec < 700000);
    kill(other, SIGKILL);
    waitpid(other, NULL, 0);
    CHECK(opened > 0 && opened < tries); /* both were met */
    end();
}

/* The guest itself moves the directory of which it resolves "..". */
static void moved_while_walking(int unused) {
    (void)unused;
    begin();
    CHECK(mkdir("box/a", 0777) == 0 && mkdir("box/a/b", 0777) == 0 && mkdir("box/a/b/c", 0777) == 0);
    pid_t other = accomplice();
    while (other == 0) {
        rename("box/a/b/c", "box/c");
        rename("box/c", "box/a/b/c");
    }
    for (int k = 0; k < MANY_TIMES; k++)
        CHECK(do_open(BOX, "a/b/c/../../../../secret") != WASI_SUCCESS);
    kill(other, SIGKILL);
    waitpid(other, NULL, 0);
    end();
}

/* ---- procfs, devices ---- */

static void procfs_is_closed(int unused) {
    (void)unused;
    begin();
    leave_jail();
    SAME(EACCES, wasmelt_wasi_preopen(wasi, "/proc", "/proc", WASMELT_WASI_READ));
    SAME(EACCES, wasmelt_wasi_preopen(wasi, "/proc/self/fdinfo", "/proc", WASMELT_WASI_READ));
    SAME(0, wasmelt_wasi_preopen(wasi, "/", "/", WASMELT_WASI_READ | WASMELT_WASI_WRITE));
    uint32_t fd;
    static const char *const paths[] = {"proc/self/mem", "proc/self/environ", "proc/self/maps",     "proc/1/mem",
                                        "proc",          "proc/self/fd/3",    "proc/self/root/etc", "proc/self/cwd",
                                        "proc/self/exe", "proc/self/task",    "dev/fd/0",           "dev/stdin"};
    for (size_t k = 0; k < COUNT(paths); k++) {
        CHECK(open_with(5, paths[k], LOOKUP_SYMLINK_FOLLOW, 0, RIGHT_FD_READ, 0, 0, &fd) != WASI_SUCCESS);
        CHECK(open_with(5, paths[k], LOOKUP_SYMLINK_FOLLOW, 0, RIGHT_FD_WRITE, 0, 0, &fd) != WASI_SUCCESS);
    }
    CHECK(read_link(5, "proc/self/exe", 4096) != WASI_SUCCESS);
    CHECK(read_link(5, "proc/self/cwd", 4096) != WASI_SUCCESS);
}

static void a_fifo_hangs_nothing(int unused) {
    (void)unused;
    CHECK(mkfifo("box/fifo", 0666) == 0);
    begin();
    for (size_t k = 0; k < OPERATIONS; k++)
        operations[k](BOX, "fifo");
    SAME(before, digest());
}

static void a_socket_is_not_opened(int unused) {
    (void)unused;
    CHECK(mknod("box/socket", S_IFSOCK | 0666, 0) == 0);
    begin();
    SAME(WASI_NXIO, do_open(BOX, "socket"));
    SAME(WASI_NXIO, do_open_write(BOX, "socket"));
    end();
}

/* ---- What is for reading only ---- */

static void read_only_stays_as_it_is(int operation) {
    static const char *const paths[] = {"file", "file/",   "dir", "dir/",  "dir/file",    "link",
                                        "new",  "dir/new", ".",   "./new", "dir/../file", ""};
    begin();
    for (size_t k = 0; k < COUNT(paths); k++) {
        operations[operation](READ_ONLY, paths[k]);
        SAME(before, digest());
    }
    end();
}

static void read_only_descriptors_change_nothing(int unused) {
    (void)unused;
    begin();
    uint32_t fd, dir;
    SAME(WASI_NOTCAPABLE, open_with(READ_ONLY, "file", 0, 0, RIGHTS_FILE, 0, 0, &fd));
    fd = open_file(READ_ONLY, "file", 0, RIGHTS_FILE & ~RIGHT_FD_WRITE);
    dir = open_dir(READ_ONLY, "dir");
    CHECK(write_text(fd, "x") != WASI_SUCCESS);
    CHECK(pwrite_text(fd, "x", 0) != WASI_SUCCESS);
    CHECK(wasmelt_wasi_fd_filestat_set_size(wasi, fd, 0) != WASI_SUCCESS);
    CHECK(wasmelt_wasi_fd_allocate(wasi, fd, 0, 100) != WASI_SUCCESS);
    CHECK(wasmelt_wasi_fd_filestat_set_times(wasi, fd, 1, 1, FST_ATIM | FST_MTIM) != WASI_SUCCESS);
    CHECK(wasmelt_wasi_fd_filestat_set_times(wasi, dir, 1, 1, FST_ATIM | FST_MTIM) != WASI_SUCCESS);
    CHECK(wasmelt_wasi_fd_filestat_set_times(wasi, READ_ONLY, 1, 1, FST_MTIM) != WASI_SUCCESS);
    CHECK(wasmelt_wasi_fd_fdstat_set_rights(wasi, fd, RIGHTS_ALL, 0) != WASI_SUCCESS);
    CHECK(wasmelt_wasi_fd_fdstat_set_rights(wasi, READ_ONLY, RIGHTS_ALL, RIGHTS_ALL) != WASI_SUCCESS);
    wasmelt_wasi_fd_fdstat_set_flags(wasi, fd, FDFLAG_APPEND);
    CHECK(write_text(fd, "x") != WASI_SUCCESS);
    CHECK(open_with(dir, "new", 0, OFLAG_CREAT, RIGHTS_FILE, 0, 0, &fd) != WASI_SUCCESS);
    CHECK(open_with(dir, "file", 0, OFLAG_TRUNC, 0, 0, 0, &fd) != WASI_SUCCESS);
    CHECK(make_dir(dir, "new") != WASI_SUCCESS);
    end();
}

static void read_only_files_are_not_linked_or_moved_to_where_one_can_write(int unused) {
    (void)unused;
    begin();
    CHECK(link_file(READ_ONLY, "file", BOX, "f") != WASI_SUCCESS);
    CHECK(rename_file(READ_ONLY, "file", BOX, "f") != WASI_SUCCESS);
    CHECK(link_file(BOX, "file", READ_ONLY, "f") != WASI_SUCCESS);
    CHECK(rename_file(BOX, "file", READ_ONLY, "f") != WASI_SUCCESS);
    CHECK(rename_file(BOX, "file", READ_ONLY, "file") != WASI_SUCCESS);
    CHECK(symlink_to("file", READ_ONLY, "f") != WASI_SUCCESS);
    end();
}

static void renumbering_gives_no_rights(int unused) {
    (void)unused;
    begin();
    uint32_t fd = open_file(READ_ONLY, "file", 0, RIGHT_FD_READ), mine = open_file(BOX, "file", 0, RIGHTS_FILE);
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_renumber(wasi, fd, mine));
    CHECK(write_text(mine, "x") != WASI_SUCCESS);
    SAME(WASI_SUCCESS, wasmelt_wasi_fd_renumber(wasi, READ_ONLY, BOX));
    CHECK(make_dir(BOX, "new") != WASI_SUCCESS);
    SAME(WASI_BADF, make_dir(READ_ONLY, "new"));
    end();
}

/* ---- Paths that are no paths ---- */

static uint32_t open_bytes(const void *bytes, uint32_t length) {
    memcpy(memory.base + PATH, bytes, length);
    return wasmelt_wasi_path_open(wasi, BOX, 0, PATH, length, OFLAG_CREAT, RIGHTS_FILE, 0, 0, OUT);
}

static void a_zero_in_a_path_does_not_cut_it(int unused) {
    (void)unused;
    begin();
    SAME(WASI_INVAL, open_bytes("file\0.txt", 9));
    SAME(WASI_INVAL, open_bytes("\0", 1));
    SAME(WASI_INVAL, open_bytes("new\0", 4));
    CHECK(!host_exists("box/new"));
    end();
}

static void a_path_of_a_megabyte_is_too_long(int kind) {
    static const char *const units[] = {"a", "/", "./", "../", "a/", "in/../", "to-parent/"};
    begin();
    const char *unit = units[kind];
    for (uint32_t at = 0; at < 1 << 20; at++)
        memory.base[PATH + at] = (uint8_t)unit[at % strlen(unit)];
    for (uint32_t length = 1; length <= 1 << 20; length *= 2) {
        uint32_t error =
            wasmelt_wasi_path_open(wasi, BOX, LOOKUP_SYMLINK_FOLLOW, PATH, length, 0, RIGHT_FD_READ | RIGHT_FD_FILESTAT_GET, 0, 0, OUT);
        CHECK(length < 4096 || error == WASI_NAMETOOLONG);
        error = wasmelt_wasi_path_create_directory(wasi, BOX, PATH, length);
        CHECK(length < 4096 || error == WASI_NAMETOOLONG);
        error = wasmelt_wasi_path_symlink(wasi, PATH, length, BOX, PATH, length);
        CHECK(length < 4096 || error != WASI_SUCCESS);
        check_loot();
    }
    end();
}

static void a_chain_of_links_ends(int unused) {
    (void)unused;
    begin();
    char name[32], target[32];
    SAME(WASI_SUCCESS, symlink_to("file", BOX, "c0"));
    for (int k = 1; k < 100; k++) {
        snprintf(name, sizeof name, "c%d", k);
        snprintf(target, sizeof target, "c%d", k - 1);
        SAME(WASI_SUCCESS, symlink_to(target, BOX, name));
    }
    SAME(WASI_SUCCESS, do_open_follow(BOX, "c30"));
    SAME(WASI_LOOP, do_open_follow(BOX, "c60"));
    SAME(WASI_LOOP, do_open_follow(BOX, "c99"));
    /* Links that double: what is walked is bounded by the number of links. */
    SAME(WASI_SUCCESS, symlink_to("in/..", BOX, "d0"));
    for (int k = 1; k < 40; k++) {
        snprintf(name, sizeof name, "d%d", k);
        snprintf(target, sizeof target, "d%d/d%d", k - 1, k - 1);
        SAME(WASI_SUCCESS, symlink_to(target, BOX, name));
    }
    SAME(WASI_LOOP, do_open_follow(BOX, "d39/file"));
    end();
}

static void a_deep_tree_is_walked(int unused) {
    (void)unused;
    begin();
    uint32_t dir = BOX;
    for (int k = 0; k < 40; k++) {
        SAME(WASI_SUCCESS, make_dir(dir, "d"));
        dir = open_dir(dir, "d");
    }
    char path[512] = "";
    for (int k = 0; k < 40; k++)
        strcat(path, "d/");
    SAME(WASI_SUCCESS, do_stat(BOX, path));
    for (int k = 0; k < 41; k++)
        strcat(path, "../");
    CHECK(do_stat(BOX, path) != WASI_SUCCESS);
    end();
}

/* ---- The second wall ---- */

static void confined_the_first_wall_is_not_needed(int unused) {
    (void)unused;
    make_tree();
    if (wasmelt_wasi_confine(wasi) != 0)
        return;
    CHECK(open("secret", O_RDONLY) < 0);
    CHECK(open("/etc/passwd", O_RDONLY) < 0);
    CHECK(open("ro/file", O_WRONLY) < 0);
    CHECK(open("box/new", O_WRONLY | O_CREAT, 0600) >= 0);
    CHECK(mkdir("outside/new", 0777) < 0);
    CHECK(open("/proc/self/mem", O_RDWR) < 0);
    CHECK(rename("box/file", "elsewhere/file") < 0);
    CHECK(link("box/file", "ro/f") < 0);
    CHECK(mknod("box/device", S_IFCHR | 0600, 0x103) < 0);
    _exit(0); /* no search for leaks: that reads /proc */
}

static const char *escape_name(int number) {
    return escapes[number];
}

const family path_attacks[] = {
    {"escape", escape, COUNT(escapes), escape_name},
    {"escape_from_within", escape_from_within, COUNT(escapes), escape_name},
    {"no_answer_tells_what_is_outside", no_answer_tells_what_is_outside, COUNT(oracle_forms), NULL},
    {"links_of_the_guest_lead_nowhere", links_of_the_guest_lead_nowhere, 1, NULL},
    {"links_to_absolute_paths_cannot_be_made", links_to_absolute_paths_cannot_be_made, 1, NULL},
    {"a_link_moved_up_leads_no_further", a_link_moved_up_leads_no_further, 1, NULL},
    {"a_directory_moved_away_does_not_take_dot_dot_along", a_directory_moved_away_does_not_take_dot_dot_along, 1, NULL},
    {"swapped_while_walking", swapped_while_walking, 3, NULL},
    {"moved_while_walking", moved_while_walking, 1, NULL},
    {"procfs_is_closed", procfs_is_closed, 1, NULL},
    {"a_fifo_hangs_nothing", a_fifo_hangs_nothing, 1, NULL},
    {"a_socket_is_not_opened", a_socket_is_not_opened, 1, NULL},
    {"read_only_stays_as_it_is", read_only_stays_as_it_is, OPERATIONS, NULL},
    {"read_only_descriptors_change_nothing", read_only_descriptors_change_nothing, 1, NULL},
    {"read_only_files_are_not_linked_or_moved_to_where_one_can_write", read_only_files_are_not_linked_or_moved_to_where_one_can_write, 1,
     NULL},
    {"renumbering_gives_no_rights", renumbering_gives_no_rights, 1, NULL},
    {"a_zero_in_a_path_does_not_cut_it", a_zero_in_a_path_does_not_cut_it, 1, NULL},
    {"a_path_of_a_megabyte_is_too_long", a_path_of_a_megabyte_is_too_long, 7, NULL},
    {"a_chain_of_links_ends", a_chain_of_links_ends, 1, NULL},
    {"a_deep_tree_is_walked", a_deep_tree_is_walked, 1, NULL},
    {"confined_the_first_wall_is_not_needed", confined_the_first_wall_is_not_needed, 1, NULL},
    {NULL, NULL, 0, NULL},
};
